//! What a log is, by its name.

use bstr::ByteSlice;
use keeneye_facts::LogForm;

/// Logs by their names, less what a rotation adds.
const SYSLOG: [&str; 14] = [
    "auth.log",
    "authlog",
    "secure",
    "messages",
    "syslog",
    "daemon.log",
    "kern.log",
    "user.log",
    "cron",
    "cron.log",
    "mail.log",
    "maillog",
    "vsftpd.log",
    "proftpd.log",
];

/// What package managers write of what they did.
const PACKAGES: [&str; 3] = ["dpkg.log", "pacman.log", "dnf.rpm.log"];

/// What a file of this name in `/var/log` holds; the name is one before rotations, see [`base`].
pub fn form(base: &[u8]) -> Option<LogForm> {
    match base {
        b"wtmp" => Some(LogForm::Wtmp),
        b"btmp" => Some(LogForm::Btmp),
        b"lastlog" => Some(LogForm::Lastlog),
        b"faillog" => Some(LogForm::Faillog),
        _ if PACKAGES.iter().any(|name| name.as_bytes() == base) => Some(LogForm::Packages),
        _ => SYSLOG.iter().any(|name| name.as_bytes() == base).then_some(LogForm::Syslog),
    }
}

/// Whether a log of this name, one before rotations, tells who was let in.
pub fn tells_of_logins(base: &[u8]) -> bool {
    matches!(base, b"auth.log" | b"authlog" | b"secure")
}

/// The name before rotations: `auth.log` of `auth.log.2.gz`, `auth.log-20260101.xz`, `wtmp.1`, `secure.old`.
pub fn base(name: &[u8]) -> &[u8] {
    let mut name = name;
    for end in [&b".gz"[..], b".xz", b".zst", b".bz2", b".lz4"] {
        name = name.strip_suffix(end).unwrap_or(name);
    }
    name = name.strip_suffix(b".old").unwrap_or(name);
    let is_number = |text: &[u8]| !text.is_empty() && text.len() <= 16 && text.iter().all(u8::is_ascii_digit);
    // One after the other: a day, and the time of day behind it.
    for separator in [&b"."[..], b"-", b"-"] {
        if let Some((before, _)) = name.rsplit_once_str(separator).filter(|(_, behind)| is_number(behind)) {
            name = before;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_what_a_rotation_adds() {
        for (name, expected) in [
            ("auth.log", "auth.log"),
            ("auth.log.1", "auth.log"),
            ("auth.log.12.gz", "auth.log"),
            ("auth.log-20260101.xz", "auth.log"),
            ("messages-20260101-1699999999.gz", "messages"),
            ("wtmp-20260101", "wtmp"),
            ("secure.old", "secure"),
            ("btmp.1", "btmp"),
            ("x.db", "x.db"),
        ] {
            assert_eq!(base(name.as_bytes()).as_bstr(), expected, "{name}");
        }
        assert_eq!(form(b"secure"), Some(LogForm::Syslog));
        assert_eq!(form(b"dpkg.log"), Some(LogForm::Packages));
        assert_eq!(form(b"alternatives.log"), None);
    }
}
