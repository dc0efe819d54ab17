//! `NAME=value`, `"NAME": "value"`, `[NAME] = value`, `'NAME', 'value'`, `--NAME value`, `SetEnv NAME value`,
//! `Authorization: value`, `<NAME>value<`.

use super::Names;
use super::words::{Quotes, closing, extent, hide, is_blank, is_quote, is_reference, is_switch, skip, skip_blanks};
use bstr::ByteSlice;

/// Parts of names whose value is a secret.
const SECRET: [&[u8]; 16] = [
    b"passw",
    b"passphrase",
    b"passin",
    b"passout",
    b"pwd",
    b"secret",
    b"token",
    b"apikey",
    b"api_key",
    b"api-key",
    b"access_key",
    b"access-key",
    b"credential",
    b"private_key",
    b"psk",
    b"license-key",
];
/// Ends of names whose value is a secret.
const SECRET_ENDS: [&[u8]; 5] = [b"pass", b"_pw", b"-pw", b"_key", b"bearer"];
/// Ends of names that say where a secret is, what gives it, or how it is asked for, and hold none.
const ELSEWHERE: [&[u8]; 19] = [
    b"file",
    b"path",
    b"dir",
    b"directory",
    b"fd",
    b"command",
    b"cmd",
    b"eval",
    b"helper",
    b"program",
    b"askpass",
    b"ask-password",
    b"prompt",
    b"timeout",
    b"tries",
    b"public_key",
    b"host_key",
    b"loadcredential",
    b"loadcredentialencrypted",
];
/// Settings of Apache, nginx and php-fpm that set what their next words name.
const SETTERS: [&[u8]; 12] = [
    b"fastcgi_param",
    b"uwsgi_param",
    b"scgi_param",
    b"grpc_set_header",
    b"proxy_set_header",
    b"add_header",
    b"requestheader",
    b"setenv",
    b"php_value",
    b"php_admin_value",
    b"authldapbindpassword",
    b"define",
];
/// The longest name that is one.
const MAX_NAME: usize = 64;

pub(super) fn mask(line: &mut [u8], names: Names) {
    let mut at = 0;
    let mut quotes = Quotes::default();
    let sets = is_setter(line);
    while let Some(rest) = line.get(at..) {
        let Some(found) = rest.iter().position(|b| is_name(*b)) else { return };
        quotes.pass(rest.get(..found).unwrap_or_default());
        let start = at + found;
        at = skip(line, start, is_name);
        let name = line.get(start..at).unwrap_or_default();
        let Some(kind) = Kind::of(name).filter(|_| names == Names::All || name.starts_with(b"-")) else { continue };
        // A part of a path, or of a key in base64.
        if start.checked_sub(1).and_then(|before| line.get(before)).is_some_and(|b| matches!(b, b'/' | b'+')) {
            continue;
        }
        let Some((from, to)) = value(line, start, at, (kind, sets), quotes) else { continue };
        quotes.pass(line.get(at..from).unwrap_or_default());
        if !line.get(from..to).is_some_and(is_switch) {
            hide(line, from, to);
        }
        at = to;
    }
}

/// The line begins with a directive that sets what it names: a blank is enough.
fn is_setter(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let word = line.get(..skip(line.get(..MAX_NAME).unwrap_or(line), 0, |b| !b.is_ascii_whitespace()));
    word.is_some_and(|word| SETTERS.iter().any(|setter| word.eq_ignore_ascii_case(setter)))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// What tells where the value of a name is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A sign stands between.
    Setting,
    /// `passwd: files` is a setting of nsswitch.conf(5), without a secret.
    SettingWithoutColon,
    /// A blank is enough.
    Option,
    /// A header of HTTP: to the end of the quoted part or of the line.
    Header,
}

impl Kind {
    fn of(name: &[u8]) -> Option<Self> {
        if name.len() > MAX_NAME {
            return None;
        }
        let name = name.to_ascii_lowercase();
        if matches!(name.as_slice(), b"authorization" | b"proxy-authorization" | b"cookie") {
            return Some(Self::Header);
        }
        let secret = is_secret(&name);
        // Most names of most lines.
        if !secret && !name.starts_with(b"x-") {
            return None;
        }
        let without = [&b"--no-"[..], b"--disabled-", b"--without-"].iter().any(|start| name.starts_with(start));
        if without || ELSEWHERE.iter().any(|end| name.ends_with(end)) || matches!(&*name, b"pwd" | b"oldpwd") {
            return None;
        }
        if !secret {
            return Some(Self::Header);
        }
        // `wpa-psk KEY`, interfaces(5); `Bearer TOKEN`.
        if name.starts_with(b"-") || name.ends_with(b"-psk") || name == b"bearer" {
            return Some(Self::Option);
        }
        Some(if name.contains_str("passwd") { Self::SettingWithoutColon } else { Self::Setting })
    }
}

/// Whether what a name in small letters stands for is a secret.
fn is_secret(name: &[u8]) -> bool {
    let begins = |rest: &[u8]| SECRET.iter().any(|part| part.first() == rest.first() && rest.starts_with(part));
    (0..name.len()).any(|at| name.get(at..).is_some_and(begins))
        || SECRET_ENDS.iter().any(|end| name.ends_with(end))
        || name == b"pw"
}

/// Where the value of the name from `start` to `end` begins and ends; `sets` where the line is a setter's.
fn value(line: &[u8], start: usize, end: usize, (kind, sets): (Kind, bool), quotes: Quotes) -> Option<(usize, usize)> {
    let before = start.checked_sub(1).and_then(|at| line.get(at)).copied();
    let rest = line.get(end..)?;
    if before == Some(b'<') && rest.starts_with(b">") {
        return Some((end + 1, skip(line, end + 1, |b| b != b'<')));
    }
    let closed = match rest {
        [b'\\', quote, ..] if is_quote(*quote) => 2,
        [quote, ..] if is_quote(*quote) => 1,
        _ => 0,
    };
    let (from, tight) = match between(line, end, closed, (kind, sets)) {
        Some(from) => (from, false),
        None => sign(line, end, closed, kind)?,
    };
    let opened = usize::from(line.get(from).is_some_and(|b| is_quote(*b)));
    // Within a substitution there may be names again.
    if is_reference(line.get(from + opened..)?) {
        return None;
    }
    let mut quotes = quotes;
    quotes.pass(line.get(end..from)?);
    if kind == Kind::Header {
        let (inner, to) = extent(line, from, quotes);
        return match inner == from {
            true => Some((from, skip(line, from, |b| !is_quote(b) && b != b'\n'))),
            false => Some((inner, to)),
        };
    }
    // `"NAME=one two"`: the quote before the name ends the value, but for that of a command.
    let whole = before.filter(|quote| tight && quotes.0 == Some(*quote) && !is_quote(*line.get(from).unwrap_or(&b' ')));
    if let Some(quote) = whole.filter(|_| !is_command(line.get(..start - 1).unwrap_or_default())) {
        return Some((from, closing(line, from, quote, usize::MAX).unwrap_or(line.len())));
    }
    let value = extent(line, from, quotes);
    // Another option follows, and no value.
    let next = kind == Kind::Option && line.get(from..)?.starts_with(b"--");
    (!next && value.0 < value.1).then_some(value)
}

/// Where the value of `[NAME] = value`, `'NAME', 'value'` and `SetEnv NAME value` begins.
fn between(line: &[u8], end: usize, closed: usize, (kind, sets): (Kind, bool)) -> Option<usize> {
    let after = end + closed;
    let next = skip_blanks(line, after);
    match line.get(after..)? {
        [b']', ..] => {
            let sign = skip_blanks(line, after + 1);
            match line.get(sign..)? {
                [b'=', b'=', ..] => None,
                [b'=', b'>', ..] => Some(skip_blanks(line, sign + 2)),
                [b'=', ..] => Some(skip_blanks(line, sign + 1)),
                _ => None,
            }
        }
        _ if closed > 0 && kind != Kind::Header && line.get(next) == Some(&b',') => {
            Some(skip_blanks(line, next + 1)).filter(|from| line.get(*from).is_some_and(|b| is_quote(*b)))
        }
        _ if sets && next > after => Some(next).filter(|from| line.get(*from).is_some_and(|b| !b"=:".contains(b))),
        _ => None,
    }
}

/// Where the value begins, and whether nothing but `=` stands before it.
fn sign(line: &[u8], end: usize, closed: usize, kind: Kind) -> Option<(usize, bool)> {
    let sign = skip_blanks(line, end + closed);
    let rest = line.get(sign..)?;
    let from = match rest {
        // A comparison, `name => value` of PHP, and what base64 ends with.
        [b'=', b'>', ..] => sign + 2,
        [b'=', b'=', next, ..] if next.is_ascii_whitespace() || is_quote(*next) => sign + 2,
        [b'=', b'='] => return None,
        _ if kind == Kind::Header && closed == 0 && !rest.starts_with(b":") => return None,
        [b'=', next, ..] if sign == end => {
            return Some((if is_blank(*next) { skip_blanks(line, sign + 1) } else { sign + 1 }, !is_blank(*next)));
        }
        [b'=', ..] => sign + 1,
        [b':', ..] if closed > 0 || kind == Kind::Header => sign + 1,
        [b':', b' ', ..] if kind == Kind::Setting && sign == end => sign + 1,
        // `NAME DEFAULT=value OVERRIDE=value`, pam_env.conf(5).
        _ if rest.starts_with(b"DEFAULT=") => sign + b"DEFAULT=".len(),
        _ if rest.starts_with(b"OVERRIDE=") => sign + b"OVERRIDE=".len(),
        _ if kind == Kind::Option && sign > end => sign,
        _ => return None,
    };
    Some((skip_blanks(line, from), false))
}

/// What stands before a quote makes a command of what is between: `sh -c`, `eval`.
fn is_command(before: &[u8]) -> bool {
    let before = before.get(before.len().saturating_sub(MAX_NAME)..).unwrap_or(before).trim_ascii_end();
    let word = before.rsplit(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
    word == b"eval" || word.starts_with(b"-") && !word.starts_with(b"--") && word.ends_with(b"c")
}
