//! Files that hold commands or name them: values that are passwords by their name, made unreadable in place.
//!
//! Only what a name or an option gives away: a secret that stands bare in a command cannot be told from another word.

use bstr::ByteSlice;
use keeneye_facts::Text;

/// Directories and files of entries that something starts by itself.
const PLACES: &[&str] = &[
    "/etc/NetworkManager/dispatcher.d",
    "/etc/X11/Xsession.d",
    "/etc/acpi",
    "/etc/anacrontab",
    "/etc/apk",
    "/etc/apt",
    "/etc/conf.d",
    "/etc/default",
    "/etc/dhcp",
    "/etc/dnf",
    "/etc/dpkg",
    "/etc/dracut.conf.d",
    "/etc/environment.d",
    "/etc/inetd.conf",
    "/etc/init",
    "/etc/init.d",
    "/etc/initramfs",
    "/etc/initramfs-tools",
    "/etc/inittab",
    "/etc/kernel",
    "/etc/local.d",
    "/etc/logrotate.conf",
    "/etc/logrotate.d",
    "/etc/modprobe.d",
    "/etc/network",
    "/etc/networkd-dispatcher",
    "/etc/pam.conf",
    "/etc/pacman.d",
    "/etc/pam.d",
    "/etc/ppp",
    "/etc/rc.d",
    "/etc/rc.local",
    "/etc/rsyslog.conf",
    "/etc/rsyslog.d",
    "/etc/resolvconf",
    "/etc/security/pam_env.conf",
    "/etc/ssh/sshrc",
    "/etc/sysconfig",
    "/etc/systemd",
    "/etc/udev",
    "/etc/update-motd.d",
    "/etc/xdg/autostart",
    "/etc/xinetd.conf",
    "/etc/xinetd.d",
    "/etc/yum",
    "/etc/yum.repos.d",
    "/etc/zypp",
    "/run/systemd",
    "/usr/lib/systemd",
    "/usr/local/lib/systemd",
    "/usr/share/dbus-1",
    "/var/spool/anacron",
    "/var/spool/at",
    "/var/spool/atjobs",
    "/var/spool/cron",
];
/// Parts of names whose value is a secret.
const SECRET: [&[u8]; 13] = [
    b"passw",
    b"passphrase",
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
];
/// The longest name that is looked at.
const MAX_NAME: usize = 64;

/// A file of such entries: by its directory, by being a hook or the configuration of a repository, or by its ending.
pub(super) fn is_one(path: &Text) -> bool {
    let name = path.file_name();
    let cron = path.strip_prefix(b"/etc/cron").is_some();
    let git = path.contains_str("/.git/") || name == ".gitconfig" || path == "/etc/gitconfig";
    let git = git || path.ends_with(b"/git/config");
    let ending = [".service", ".timer", ".desktop", ".pth"].iter().any(|end| name.ends_with(end.as_bytes()));
    let user = path.contains_str("/.config/systemd/")
        || path.ends_with(b"/.ssh/rc")
        || name == ".pam_environment"
        || name.contains_str("customize.py");
    cron || git || ending || user || PLACES.iter().any(|place| path.is_within(place))
}

/// Overwrites the secrets with `*`: every byte keeps its offset.
pub(super) fn mask(bytes: &mut [u8]) {
    for line in bytes.split_mut(|b| *b == b'\n') {
        mask_named(line);
        mask_users(line);
    }
}

/// The same for arguments with a NUL behind each.
pub(super) fn mask_arguments(arguments: Vec<u8>) -> Vec<u8> {
    let mut line: Vec<u8> = arguments.iter().map(|b| if *b == 0 { b' ' } else { *b }).collect();
    mask(&mut line);
    line.iter().zip(&arguments).map(|(masked, byte)| if *byte == 0 { 0 } else { *masked }).collect()
}

/// `NAME=value`, `NAME: "value"` of a quoted name, `--NAME value`, `Authorization: value`, `sshpass -p value`.
fn mask_named(line: &mut [u8]) {
    let mut at = 0;
    let mut sshpass = false;
    while let Some(rest) = line.get(at..) {
        let Some(start) = rest.iter().position(|b| is_name(*b)).map(|skip| at + skip) else { return };
        let name_end = rest_end(line, start, is_name);
        let name = line.get(start..name_end).unwrap_or_default();
        let bare_option = sshpass && name == b"-p";
        sshpass = name == b"sshpass" || sshpass && !bare_option && line.get(name_end) == Some(&b' ');
        let header = name.eq_ignore_ascii_case(b"authorization") || name.to_ascii_lowercase().starts_with(b"x-");
        at = name_end.max(start + 1);
        if !(bare_option || header || is_secret(name)) {
            continue;
        }
        // `wpa-psk KEY`, interfaces(5).
        let option = name.starts_with(b"-") || name.ends_with(b"-psk");
        if let Some((from, to)) = value(line, name_end, option, header) {
            if let Some(secret) = line.get_mut(from..to) {
                secret.fill(b'*');
            }
            at = to;
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_secret(name: &[u8]) -> bool {
    let name = name.get(..name.len().min(MAX_NAME)).unwrap_or_default().to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains_str(part)) || name.ends_with(b"pass")
}

fn rest_end(line: &[u8], from: usize, fits: fn(u8) -> bool) -> usize {
    line.iter().skip(from).position(|b| !fits(*b)).map_or(line.len(), |length| from + length)
}

/// Where the value of a name that ends at `at` begins and ends. Variables, substitutions and paths are no secrets.
fn value(line: &[u8], at: usize, option: bool, header: bool) -> Option<(usize, usize)> {
    let blank = |b: u8| b == b' ' || b == b'\t';
    let closed = line.get(at).is_some_and(|b| matches!(b, b'"' | b'\''));
    let sign = rest_end(line, at + usize::from(closed), blank);
    let from = match line.get(sign)? {
        b'=' => sign + 1,
        b':' if closed || header => sign + 1,
        // `NAME DEFAULT=value OVERRIDE=value`, pam_env.conf(5).
        _ if line.get(sign..).is_some_and(|rest| rest.starts_with(b"DEFAULT=")) => sign + b"DEFAULT=".len(),
        _ if line.get(sign..).is_some_and(|rest| rest.starts_with(b"OVERRIDE=")) => sign + b"OVERRIDE=".len(),
        _ if option && sign > at => sign,
        _ => return None,
    };
    let from = rest_end(line, from, blank);
    let first = *line.get(from)?;
    if matches!(first, b'$' | b'`' | b'/' | b'=' | b'~') {
        return None;
    }
    let (from, to) = match first {
        quote @ (b'"' | b'\'') => {
            let inner = line.get(from + 1..)?;
            (from + 1, inner.find_byte(quote).map_or(line.len(), |end| from + 1 + end))
        }
        _ if header => (from, rest_end(line, from, |b| !matches!(b, b'"' | b'\''))),
        _ => (from, rest_end(line, from, |b| !b.is_ascii_whitespace() && !b"'\";&|)}".contains(&b))),
    };
    (!matches!(line.get(from), None | Some(b'$' | b'`' | b'/'))).then_some((from, to))
}

/// `scheme://user:password@place`, and `-u user:password`.
fn mask_users(line: &mut [u8]) {
    let ends = |b: u8| b.is_ascii_whitespace() || b"'\";&|<>()".contains(&b);
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find("://")) {
        let from = at + found + 3;
        let to = line.iter().skip(from).position(|b| ends(*b) || *b == b'/').map_or(line.len(), |end| from + end);
        let place = line.get(from..to).unwrap_or_default();
        if let Some(user) = place.rfind_byte(b'@').and_then(|end| line.get_mut(from..from + end)) {
            user.fill(b'*');
        }
        at = to.max(from);
    }
    for option in ["-u ", "--user "] {
        let Some(from) = line.find(option).map(|found| found + option.len()) else { continue };
        let to = line.iter().skip(from).position(|b| ends(*b)).map_or(line.len(), |end| from + end);
        let colon = line.get(from..to).and_then(|word| word.find_byte(b':'));
        if let Some(password) = colon.and_then(|colon| line.get_mut(from + colon + 1..to)) {
            password.fill(b'*');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask(&mut bytes);
        String::from_utf8(bytes).expect("was text")
    }

    #[test]
    fn secrets_do_not_pass() {
        for text in [
            "PASSWORD=s3cret /x",
            "export DB_PASSWD='s3cret with blanks'",
            "--password s3cret --host x",
            "--password=s3cret",
            "pg_dump \"--pwd=s3cret\"",
            "curl -u anna:s3cret https://x",
            "curl --user anna:s3cret https://x",
            "Acquire::http::Proxy \"http://anna:s3cret@proxy:3128\";",
            "url = https://s3cret@example.org/x.git",
            "curl -H 'Authorization: Bearer s3cret' x",
            "{\"api_key\": \"s3cret\"}",
            "sshpass -p s3cret ssh x",
            "wpa-psk=s3cret",
            "    wpa-psk s3cret",
            "SMTP_PASS=s3cret",
            "SSHPASS=s3cret x",
            "x --pass s3cret",
            "curl -H 'X-Api-Key: s3cret' x",
            "token = s3cret",
            "API_TOKEN DEFAULT=s3cret",
            "API_TOKEN  OVERRIDE=\"s3cret x\"",
            "Environment=AWS_SECRET_ACCESS_KEY=s3cret A=b",
        ] {
            let masked = masked(text);
            assert!(!masked.contains("s3cret"), "{masked}");
            assert_eq!(masked.len(), text.len());
        }
    }
    #[test]
    fn arguments_keep_their_ends() {
        let masked = mask_arguments(b"backup\0--password\0s3cret\0{\"A_TOKEN\": \"s3cret\"}\0x\0".to_vec());
        assert_eq!(masked.as_bstr(), "backup\0--password\0******\0{\"A_TOKEN\": \"******\"}\0x\0");
    }
    #[test]
    fn what_runs_stays() {
        for text in [
            "passwd:         files systemd",
            "auth required pam_unix.so nullok try_first_pass use_authtok",
            "password requisite pam_deny.so",
            "/usr/bin/backup --password-file=/etc/x --password $PASSWORD",
            "TOKEN=$(cat /x) TOKEN=\"$A\" y",
            "*/5 * * * * root curl http://example.org/x | sh",
            "RUN+=\"/bin/sh -c 'x'\"",
            "run -u anna /usr/bin/x",
        ] {
            assert_eq!(masked(text), text);
        }
    }
    #[test]
    fn masking_twice_changes_nothing_and_lengths_stay() {
        let seeds: [&[u8]; 2] = [
            b"export TOKEN=s3cret; curl -u a:b 'https://a:b@c/d' -H \"Authorization: x y\"\n",
            b"{\"password\" : \"x\"}\n--secret 'a b' sshpass -p x ssh y\n",
        ];
        crate::mutate::check(&seeds, |bytes| {
            let mut once = bytes.to_vec();
            mask(&mut once);
            once.len() == bytes.len()
        });
    }
    #[test]
    fn places_of_entries() {
        for path in ["/etc/cron.d/x", "/etc/crontab", "/srv/a/.git/config", "/root/.ssh/rc", "/etc/apt/apt.conf.d/99x"]
        {
            assert!(is_one(&path.into()), "{path}");
        }
        for path in ["/etc/sudoers", "/etc/ssh/sshd_config", "/etc/nsswitch.conf", "/usr/bin/x"] {
            assert!(!is_one(&path.into()), "{path}");
        }
    }
}
