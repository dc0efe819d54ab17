//! A line of `authorized_keys`: options, algorithm, key, comment.

use bstr::ByteSlice;
use keeneye_facts::Text;
use sha2::{Digest as _, Sha256};

/// What a line holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// Options as written, values that are secrets masked.
    pub options: Text,
    /// `ssh-ed25519`.
    pub algorithm: Text,
    /// `SHA256:...` without padding.
    pub fingerprint: Text,
    /// What stands behind the key.
    pub comment: Text,
}

/// `None` for what is no key. Blank lines and comments are none either.
pub fn key(line: &[u8]) -> Option<Key> {
    let line = line.trim_ascii();
    if let Some(key) = behind_options(line) {
        return Some(key);
    }
    let end = end_of_options(line)?;
    let key = behind_options(line.get(end..)?.trim_ascii_start())?;
    Some(Key { options: Text::from(masked(line.get(..end)?)), ..key })
}

/// Algorithm, key and comment. The key itself begins with the name of its algorithm (RFC 4253, 6.6).
fn behind_options(text: &[u8]) -> Option<Key> {
    let (algorithm, rest) = word(text);
    let (blob, comment) = word(rest);
    let known =
        [b"ssh-".as_slice(), b"ecdsa-", b"sk-", b"webauthn-", b"rsa-"].iter().any(|start| algorithm.starts_with(start));
    let bytes = known.then(|| base64(blob)).flatten()?;
    let length = usize::try_from(u32::from_be_bytes(*bytes.first_chunk::<4>()?)).ok()?;
    let inner = bytes.get(4..4 + length.min(bytes.len()))?;
    (inner == algorithm).then(|| Key {
        options: Text::new(),
        algorithm: Text::from(algorithm),
        fingerprint: Text::from([b"SHA256:".as_slice(), &to_base64(&Sha256::digest(&bytes))].concat()),
        comment: Text::from(comment.trim_ascii()),
    })
}

fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), text.get(end..).unwrap_or_default().trim_ascii_start())
}

/// The first blank outside of quotes; `\"` inside of them is no end.
fn end_of_options(line: &[u8]) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    line.iter().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ => return !quoted && byte.is_ascii_whitespace(),
        }
        false
    })
}

/// An option of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOption {
    /// Its name in lower case.
    pub name: Text,
    /// Its value without quotes.
    pub value: Text,
}

/// The options, as they were written before a key.
pub fn options(text: &[u8]) -> Vec<KeyOption> {
    let mut found = Vec::new();
    let (mut name, mut value) = (Vec::new(), None::<Vec<u8>>);
    let (mut quoted, mut bytes) = (false, text.iter().copied().peekable());
    while let Some(byte) = bytes.next() {
        let begins_value = byte == b'=' && !quoted && value.is_none();
        let part = value.as_mut().unwrap_or(&mut name);
        match byte {
            _ if begins_value => value = Some(Vec::new()),
            b'\\' if bytes.peek() == Some(&b'"') => part.extend(bytes.next()),
            b'"' => quoted = !quoted,
            b',' if !quoted => found.push(option(std::mem::take(&mut name), value.take())),
            _ => part.push(byte),
        }
    }
    found.push(option(name, value));
    found.retain(|option| !option.name.is_empty());
    found
}

fn option(name: Vec<u8>, value: Option<Vec<u8>>) -> KeyOption {
    KeyOption { name: Text::from(name.trim_ascii().to_ascii_lowercase()), value: Text::from(value.unwrap_or_default()) }
}

/// Variables whose values say what code is loaded; all others may be secrets.
fn is_kept(variable: &[u8]) -> bool {
    variable.starts_with(b"LD_") || matches!(variable, b"PATH" | b"BASH_ENV" | b"ENV" | b"PYTHONPATH" | b"PERL5LIB")
}

/// Overwrites values of `environment="NAME=value"` with `*`; every byte keeps its offset.
pub(crate) fn mask(bytes: &mut [u8]) {
    const OPTION: &[u8] = b"environment=\"";
    let mut at = 0;
    while let Some(found) = find_ignoring_case(bytes.get(at..).unwrap_or_default(), OPTION) {
        at += found + OPTION.len();
        let Some(rest) = bytes.get_mut(at..) else { return };
        let line = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        let Some(rest) = rest.get_mut(..line) else { return };
        let end = closing_quote(rest);
        let Some(assignment) = rest.get_mut(..end) else { return };
        let Some(equals) = assignment.iter().position(|b| *b == b'=') else { continue };
        let (name, value) = assignment.split_at_mut(equals);
        if !is_kept(name) {
            value.iter_mut().skip(1).for_each(|byte| *byte = b'*');
        }
        at += end;
    }
}

fn masked(options: &[u8]) -> Vec<u8> {
    let mut bytes = options.to_vec();
    mask(&mut bytes);
    bytes
}

fn closing_quote(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    end.unwrap_or(text.len())
}

fn find_ignoring_case(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

/// What stands for six bits: RFC 4648, 4.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes; bits that make no whole byte are dropped, as a key that was cut short still has a print.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_end_with(|c| c == '=');
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, held) = ((bits << 6 | u32::from(value)) & 0xffff, held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// Without padding.
fn to_base64(bytes: &[u8]) -> Vec<u8> {
    let letters = bytes.chunks(3).flat_map(|chunk| {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letter = move |shift: u32| ALPHABET.get(usize::try_from(bits >> shift & 63).unwrap_or(0)).copied();
        [18, 12, 6, 0].map(letter).into_iter().take(chunk.len() + 1)
    });
    letters.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From ssh-keygen(1): `ssh-keygen -lf` of this key.
    const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIGPGZ6vBx9e0WQdGrQ8gkMEIWKQLJzLgJYQ5qMBAkLNW";

    #[test]
    fn a_line_with_and_without_options() {
        let plain = key(format!("ssh-ed25519 {KEY} anna@laptop two").as_bytes()).unwrap();
        assert_eq!((plain.algorithm.clone(), plain.comment.clone()), ("ssh-ed25519".into(), "anna@laptop two".into()));
        assert!(plain.fingerprint.starts_with(b"SHA256:") && plain.fingerprint.len() == 50);
        for options in [
            "no-pty",
            "command=\"a b \\\"c d\\\"\",no-pty",
            "from=\"10.0.0.0/8,!10.1.0.0/16\"",
            "environment=\"PATH=/x y\"",
        ] {
            let line = format!("  {options}\tssh-ed25519 {KEY}");
            assert_eq!(
                key(line.as_bytes()),
                Some(Key { options: options.into(), comment: Text::new(), ..plain.clone() })
            );
        }
    }
    #[test]
    fn what_is_no_key() {
        for line in [
            "",
            "# x",
            "ssh-ed25519",
            "ssh-ed25519 !!!!",
            "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIGPG",
            "1024 35 123456",
            "no-pty",
            "ssh-ed25519 AAAA",
            "command=\"x ssh-ed25519 AAAA",
            "ssh-ed25519 /////w==",
        ] {
            assert_eq!(key(line.as_bytes()), None, "{line}");
        }
    }
    #[test]
    fn a_key_that_was_cut_short_has_a_print() {
        assert!(key(b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcc x").is_some());
    }
    #[test]
    fn base64_there_and_back() {
        for bytes in [&b""[..], b"f", b"fo", b"foo", b"foob", b"\xff\0\xfe"] {
            assert_eq!(base64(&to_base64(bytes)).as_deref(), Some(bytes));
        }
        assert_eq!(to_base64(b"fooba"), b"Zm9vYmE");
        assert_eq!(base64(b"Zm9vYmE="), Some(b"fooba".to_vec()));
    }
    #[test]
    fn options_come_apart() {
        let text = b"Command=\"echo \\\"a,b\\\"; x=1\",no-PTY,environment=\"LD_PRELOAD=/x.so\",,from=\"a\"";
        let found: Vec<String> =
            options(text).iter().map(|o| format!("{}={}", o.name.lossy(), o.value.lossy())).collect();
        assert_eq!(found, ["command=echo \"a,b\"; x=1", "no-pty=", "environment=LD_PRELOAD=/x.so", "from=a"]);
    }
    #[test]
    fn secrets_in_the_environment_are_masked() {
        for (before, after) in [
            ("environment=\"TOKEN=abc\",x", "environment=\"TOKEN=***\",x"),
            ("Environment=\"A=b \\\" c\" y=\"z\"", "Environment=\"A=******\" y=\"z\""),
            ("environment=\"LD_PRELOAD=/x.so\"", "environment=\"LD_PRELOAD=/x.so\""),
            ("environment=\"A=open\nnext", "environment=\"A=****\nnext"),
            ("environment=\"A\" b=\"c=d\"", "environment=\"A\" b=\"c=d\""),
        ] {
            assert_eq!(masked(before.as_bytes()).as_bstr(), after);
        }
    }
    #[test]
    fn mutated_lines_never_panic() {
        let seed = format!("command=\"a b\",environment=\"A=b\" ssh-ed25519 {KEY} anna\nssh-ed25519 {KEY} x\n# no\n");
        crate::mutate::check(&[seed.as_bytes()], |bytes| {
            options(bytes);
            let mut copy = bytes.to_vec();
            mask(&mut copy);
            bytes.lines().any(|line| key(line).is_some())
        });
    }
}
