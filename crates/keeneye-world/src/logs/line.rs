//! The head of a line: stamp, host, program, process and message.

use super::bytes::Bytes;
use super::digits;
use super::stamp::{self, Stamp};

/// A line of a log in its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head<'a> {
    /// `None` where none stands there, or none that is understood.
    pub stamp: Option<Stamp>,
    /// Who sent it; empty where a program wrote its own file.
    pub host: &'a [u8],
    /// Without its path, brackets and process: `sshd-session`, `postfix/smtpd`.
    pub program: &'a [u8],
    /// Its process.
    pub pid: Option<u32>,
    /// The rest, without blanks around it.
    pub message: &'a [u8],
    /// How many times it was said: of `message repeated 5 times: [ ... ]` five, else one.
    pub times: u32,
}

/// What ends the name of a program.
static ENDS: Bytes = Bytes::of(b"[]:() ");
/// Dovecot's processes, as they name themselves in a file of dovecot's own.
const DOVECOT: &[&[u8]] =
    &[b"auth", b"auth-worker", b"imap-login", b"pop3-login", b"managesieve-login", b"submission-login", b"lmtp"];

impl<'a> Head<'a> {
    /// Reads the head of a line. `None` for a line without a stamp: it continues the one before it, or is of another
    /// kind.
    #[inline]
    pub fn read(line: &'a [u8]) -> Option<Self> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'<')
            && let Some(rest) = behind_priority(line)
        {
            return match rest.strip_prefix(b"1 ") {
                Some(rest) => rfc5424(rest),
                None => traditional(rest),
            };
        }
        traditional(line)
    }
}

impl Head<'_> {
    /// `last message repeated 5 times` of syslogd and busybox: how many times more the line before was said.
    #[inline]
    pub(super) fn times_of_the_last(&self) -> Option<u32> {
        if self.program != b"last" {
            return None;
        }
        let rest = self.message.strip_prefix(b"message repeated ")?;
        let (times, rest) = word(rest);
        rest.starts_with(b"time").then(|| number(times))?
    }
}

/// What stands behind `<38>`.
fn behind_priority(line: &[u8]) -> Option<&[u8]> {
    let end = line.iter().take(5).position(|byte| *byte == b'>')?;
    let number = line.get(1..end)?;
    (!number.is_empty() && number.iter().all(u8::is_ascii_digit)).then(|| line.get(end + 1..))?
}

/// `HOST PROGRAM[PID]: MESSAGE` behind the stamp; without a host where a program writes its own file, and without a
/// colon where it writes none.
#[inline]
fn traditional(line: &[u8]) -> Option<Head<'_>> {
    let (stamp, rest) = stamp::read(line)?;
    let stamp = Some(stamp);
    let rest = if rest.first() == Some(&b' ') { rest.trim_ascii_start() } else { rest };
    let (first, behind) = word(rest);
    if matches!(first, [b'[', ..] | [.., b':']) {
        return Some(without_host(stamp, first, behind, rest));
    }
    Some(tagged(stamp, first, behind))
}

/// Where a program writes a file of its own, its name or nothing stands behind the stamp.
fn without_host<'a>(stamp: Option<Stamp>, first: &'a [u8], behind: &'a [u8], rest: &'a [u8]) -> Head<'a> {
    let whole = Head { stamp, message: rest.trim_ascii_end(), times: 1, ..Head::default() };
    // Only vsftpd's own log goes on like this.
    if first == b"[pid" {
        return Head { program: b"vsftpd", ..whole };
    }
    let named = tagged(stamp, b"", rest);
    if DOVECOT.contains(&named.program) {
        return Head { program: b"dovecot", ..whole };
    }
    if first.ends_with(b":") || first.ends_with(b"]") { named } else { tagged(stamp, first, behind) }
}

/// Reads `PROGRAM[PID]: MESSAGE`: `sshd` of `/usr/sbin/sshd[12]:`, `[sshd]:`, `(sshd)[1]:`.
#[inline]
fn tagged<'a>(stamp: Option<Stamp>, host: &'a [u8], text: &'a [u8]) -> Head<'a> {
    let (mut program, mut rest) = named(text);
    if rest.first() == Some(&b' ') && is_priority(program) {
        (program, rest) = named(rest.get(1..).unwrap_or_default());
    }
    let (pid, rest) = pid_of(rest);
    // Linux-PAM before 0.99.2 put its name behind the program's: `vsftpd(pam_unix)[155]:`.
    let message = match rest {
        [b':', b' ', message @ ..] | [b' ', message @ ..] => message,
        _ => word(rest).1,
    };
    let pid = match rest.first() {
        Some(b'(') => memchr::memchr(b'[', word(rest).0).and_then(|at| pid_of(rest.get(at..)?).0),
        _ => pid,
    };
    let message = match message {
        [b' ' | b'\t', ..] | [.., b' ' | b'\t' | b'\r'] => message.trim_ascii(),
        _ => message,
    };
    let (message, times) = match message.first() {
        Some(b'[') => repeated(without_identity(message)),
        Some(b'm') => repeated(message),
        _ => (message, 1),
    };
    Head { stamp, host, program, pid, message, times }
}

/// The name of a program, and what stands behind it.
#[inline]
fn named(text: &[u8]) -> (&[u8], &[u8]) {
    let text = match text.first() {
        Some(b'[' | b'(' | b'/') => without_path(text),
        _ => text,
    };
    let is_end = |byte: &u8| ENDS.has(*byte);
    text.split_at_checked(text.iter().position(is_end).unwrap_or(text.len())).unwrap_or_default()
}

/// `auth.info`, which busybox writes before the program: a facility and a level of syslog(3).
fn is_priority(word: &[u8]) -> bool {
    const FACILITIES: [&[u8]; 12] = [
        b"auth",
        b"authpriv",
        b"cron",
        b"daemon",
        b"ftp",
        b"kern",
        b"lpr",
        b"mail",
        b"news",
        b"syslog",
        b"user",
        b"uucp",
    ];
    const LEVELS: [&[u8]; 8] = [b"emerg", b"alert", b"crit", b"err", b"warn", b"notice", b"info", b"debug"];
    let Some((facility, level)) = memchr::memchr(b'.', word).and_then(|at| word.split_at_checked(at)) else {
        return false;
    };
    let known = FACILITIES.contains(&facility) || matches!(facility, [b'l', b'o', b'c', b'a', b'l', b'0'..=b'7']);
    known && level.get(1..).is_some_and(|level| LEVELS.contains(&level))
}

/// Without the path or the bracket before a program's name.
fn without_path(tag: &[u8]) -> &[u8] {
    match tag.split_first() {
        Some((b'[' | b'(', rest)) => rest,
        _ => memchr::memrchr(b'/', word(tag).0).and_then(|at| tag.get(at + 1..)).unwrap_or(tag),
    }
}

/// The number in `[123]`, and what stands behind it.
#[inline]
fn pid_of(text: &[u8]) -> (Option<u32>, &[u8]) {
    // `)[1]:` of a program in brackets.
    let inner = text.strip_prefix(b")").unwrap_or(text).strip_prefix(b"[");
    let read = || {
        let inner = inner?;
        let (pid, length) = digits::first(inner).or_else(|| {
            let length = inner.iter().take_while(|byte| byte.is_ascii_digit()).count();
            Some((number(inner.get(..length)?)?, length))
        })?;
        Some((pid, inner.get(length..)?.strip_prefix(b"]")?))
    };
    read().map_or((None, text), |(pid, rest)| (Some(pid), rest))
}

/// What stands behind Solaris' `[ID 800047 auth.info] `.
fn without_identity(message: &[u8]) -> &[u8] {
    let Some(rest) = message.strip_prefix(b"[ID ") else { return message };
    memchr::memchr(b']', rest).and_then(|end| rest.get(end + 1..)).unwrap_or(message).trim_ascii_start()
}

/// The message inside `message repeated 5 times: [ ... ]`, and how many times.
fn repeated(message: &[u8]) -> (&[u8], u32) {
    let inner = || {
        let (times, rest) = word(message.strip_prefix(b"message repeated ")?);
        let inner = rest.strip_prefix(b"times: [")?.strip_suffix(b"]")?;
        Some((inner.trim_ascii(), number::<u32>(times)?.max(1)))
    };
    inner().unwrap_or((message, 1))
}

/// `STAMP HOST PROGRAM PID MESSAGE-ID DATA MESSAGE` of RFC 5424, behind the version; `-` where there is none.
fn rfc5424(rest: &[u8]) -> Option<Head<'_>> {
    let (stamp, rest) = match rest.strip_prefix(b"- ") {
        Some(rest) => (None, rest),
        None => stamp::read(rest).map(|(stamp, rest)| (Some(stamp), rest))?,
    };
    let (host, rest) = word(rest);
    let (program, rest) = word(rest);
    let (pid, rest) = word(rest);
    let (_, rest) = word(rest);
    let message = match rest.strip_prefix(b"-") {
        Some(rest) => rest,
        None => behind_data(rest)?,
    };
    let message = message.trim_ascii();
    let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    let (message, times) = repeated(message);
    let program = if program == b"-" { b"".as_slice() } else { without_path(program) };
    Some(Head { stamp, host, program, pid: number(pid), message, times })
}

/// What stands behind `[id a="..."][id ...]`; in a value `\` takes the next byte along.
fn behind_data(text: &[u8]) -> Option<&[u8]> {
    let (mut quoted, mut escaped, mut open) = (false, false, false);
    for (at, byte) in text.iter().enumerate() {
        match (byte, quoted, open) {
            _ if escaped => escaped = false,
            (b'\\', true, _) => escaped = true,
            (b'"', _, true) => quoted = !quoted,
            (b'[', false, false) => open = true,
            (b']', false, true) => open = false,
            (_, _, false) => return text.get(at..),
            _ => {}
        }
    }
    (!open).then_some(b"")
}

/// The bytes before the first blank, and those behind it.
#[inline]
pub(super) fn word(text: &[u8]) -> (&[u8], &[u8]) {
    // Words are short: a loop is faster than a vectorised search.
    match text.iter().position(|byte| *byte == b' ').and_then(|at| text.split_at_checked(at)) {
        Some((word, rest)) => (word, rest.get(1..).unwrap_or_default()),
        None => (text, b""),
    }
}

/// A decimal number, all of it.
#[inline]
pub(super) fn number<T: TryFrom<u64>>(text: &[u8]) -> Option<T> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let add = |sum: u64, byte: &u8| byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0'));
    T::try_from(text.iter().try_fold(0, add)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `host|program|pid|times|message`
    fn shown(line: &str) -> String {
        let Some(head) = Head::read(line.as_bytes()) else { return "none".into() };
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let pid = head.pid.map_or("-".into(), |pid| pid.to_string());
        format!("{}|{}|{pid}|{}|{}", text(head.host), text(head.program), head.times, text(head.message))
    }

    #[test]
    fn heads_as_daemons_write_them() {
        for (line, expected) in [
            ("Jan  5 01:31:41 web sshd[12]: Server up ", "web|sshd|12|1|Server up"),
            ("Jan  5 01:31:41 web /usr/sbin/sshd[12]: x", "web|sshd|12|1|x"),
            ("Jan  5 01:31:41 sshd[12]: x", "|sshd|12|1|x"),
            ("Jan  5 01:31:41 [sshd]: x", "|sshd|-|1|x"),
            ("Jan  5 01:31:41 [sshd] x y", "|sshd|-|1|x y"),
            ("Jan  5 01:31:41 web auth.info sshd[12]: x", "web|sshd|12|1|x"),
            ("Jan  5 01:31:41 web local3.warn /usr/sbin/x[12]: y", "web|x|12|1|y"),
            ("Jan  5 01:31:41 web auth.infos sshd[12]: x", "web|auth.infos|-|1|sshd[12]: x"),
            ("Jan  5 01:31:41 web (sshd)[12]: x", "web|sshd|12|1|x"),
            ("Jan  5 01:31:41 web sudo:     anna : TTY=x", "web|sudo|-|1|anna : TTY=x"),
            ("Jan  5 01:31:41 web vsftpd(pam_unix)[15]: x", "web|vsftpd|15|1|x"),
            ("Jan  5 01:31:41 web postfix/smtpd[15]: x", "web|postfix/smtpd|15|1|x"),
            ("Jan  5 01:31:41 web proftpd[5] web (h[::1]): USER", "web|proftpd|5|1|web (h[::1]): USER"),
            ("Jan  5 01:31:41 web x[5]: message repeated 3 times: [ a b]", "web|x|5|3|a b"),
            ("Jan  5 01:31:41 web x[5]: [ID 8 auth.info] a b", "web|x|5|1|a b"),
            ("Fri Jan  5 01:31:41 2024 [pid 4] [x] OK LOGIN", "|vsftpd|-|1|[pid 4] [x] OK LOGIN"),
            ("Jan  5 01:31:41 imap-login: Info: x", "|dovecot|-|1|imap-login: Info: x"),
            ("<38>Jan  5 01:31:41 web sshd[12]: x", "web|sshd|12|1|x"),
            ("<38>2024-01-05T01:31:41Z web sshd[12]: x", "web|sshd|12|1|x"),
            ("<38>1 2024-01-05T01:31:41Z web sshd 12 - - x y", "web|sshd|12|1|x y"),
            ("<38>1 2024-01-05T01:31:41Z web sshd - ID [a b=\"]\\\"\"][c] x y", "web|sshd|-|1|x y"),
            ("<38>1 - - - - - - x", "-||-|1|x"),
            ("\tmany syslog parsers", "none"),
            ("", "none"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }
}
