//! Password files of accounts and groups: passwd(5), shadow(5), group(5), gshadow(5), and their backups.

use bstr::ByteSlice;
use keeneye_facts::Text;

/// A file whose second field is a password: those in /etc, and the copies that tools make beside them or in
/// /var/backups (`shadow-`, `passwd.bak`, `gshadow~`). Copies elsewhere lose their hashes like any other file.
pub(super) fn is_one(path: &Text) -> bool {
    let name = path.file_name().as_bytes();
    let names = [b"passwd".as_slice(), b"shadow", b"group", b"gshadow"];
    let copy = |rest: &[u8]| rest.first().is_none_or(|first| b"-.~_+".contains(first)) && rest != b".d";
    let known = names.iter().any(|known| name.strip_prefix(*known).is_some_and(copy));
    known && (path.parent() == "/etc" || path.parent() == "/var/backups")
}

/// Every line with its second field reduced to its shape.
pub(super) fn reduce(bytes: &[u8]) -> Vec<u8> {
    let mut reduced = Vec::with_capacity(bytes.len());
    for line in bytes.lines_with_terminator() {
        let (line, end) = match line.strip_suffix(b"\n") {
            Some(line) => (line, &b"\n"[..]),
            None => (line, &b""[..]),
        };
        let mut fields = line.splitn(3, |b| *b == b':');
        reduced.extend_from_slice(fields.next().unwrap_or_default());
        if let Some(password) = fields.next() {
            reduced.push(b':');
            reduced.extend_from_slice(&shape(password));
        }
        if let Some(rest) = fields.next() {
            reduced.push(b':');
            reduced.extend_from_slice(rest);
        }
        reduced.extend_from_slice(end);
    }
    reduced
}

/// The shortest hash that crypt(5) describes: the oldest scheme, which has no name in front.
const SHORTEST: usize = 13;

/// Locked (`!`, `*`), elsewhere (`x`) and empty stay as they are; of a hash only its scheme stays: `$6$...`.
fn shape(password: &[u8]) -> Vec<u8> {
    let hash = password.trim_start_with(|c| c == '!' || c == '*');
    let locked = password.strip_suffix(hash).unwrap_or_default();
    let kept = match hash {
        b"" | b"x" => return password.to_vec(),
        [b'$', rest @ ..] => {
            let scheme = rest.split(|b| *b == b'$').next().filter(|s| s.len() <= 8).unwrap_or_default();
            [b"$", scheme, b"$..."].concat()
        }
        // `NP`, `LK` and their like, which no password has for a hash.
        _ if hash.len() < SHORTEST => b"!...".to_vec(),
        _ => b"...".to_vec(),
    };
    [locked, &kept].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_hash_leaves_its_scheme_and_nothing_else() {
        for (line, kept) in [
            ("root:$6$salt$secret:19000:0:99999:7:::\n", "root:$6$...:19000:0:99999:7:::\n"),
            ("bob:!$y$j9T$salt$secret:1:::\n", "bob:!$y$...:1:::\n"),
            ("old:abJnggxhB/yWI:0:0::/:/bin/sh", "old:...:0:0::/:/bin/sh"),
            ("root:x:0:0:root:/root:/bin/bash\n", "root:x:0:0:root:/root:/bin/bash\n"),
            ("daemon:*:1\nnobody::2\nbin:!!:3\n", "daemon:*:1\nnobody::2\nbin:!!:3\n"),
            ("not a line\n\n# note\n", "not a line\n\n# note\n"),
            ("x:$secretwithoutend", "x:$$..."),
            ("none:NP:1:::\n", "none:!...:1:::\n"),
        ] {
            assert_eq!(reduce(line.as_bytes()).as_bstr(), kept);
        }
    }
    #[test]
    fn lines_stay_lines_whatever_is_in_them() {
        let real: &[u8] = b"root:$y$j9T$abcdefgh$0123456789:19800:0:99999:7:::\ndaemon:*:1::::::\nopen::1::::::\nx:y";
        crate::mutate::check(&[real], |bytes| reduce(bytes).lines().count() == bytes.lines().count());
    }
    #[test]
    fn only_password_files_are_reduced_so() {
        for path in
            ["/etc/passwd", "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/var/backups/shadow.bak", "/etc/shadow~"]
        {
            assert!(is_one(&path.into()), "{path}");
        }
        for path in ["/etc/passwd.d", "/srv/shadow", "/etc/pam.d/passwd"] {
            assert!(!is_one(&path.into()), "{path}");
        }
    }
}
