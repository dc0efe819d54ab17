//! Files of the base system that decide who gets in, what admins see and what runs in every program.

use crate::packages::Expected;
use crate::place;
use crate::start_file::TRUSTED;
use bstr::ByteSlice;
use keeneye_facts::Text;

const DIRECTORY: u32 = 0o040_000;
const SETUID: u32 = 0o4000;
const LIBRARIES: [&str; 4] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"];
/// Modules of Linux-PAM and systemd without which nobody logs in.
#[rustfmt::skip]
const PAM: [&str; 14] = [
    "pam_deny.so", "pam_env.so", "pam_exec.so", "pam_faillock.so", "pam_keyinit.so", "pam_limits.so", "pam_loginuid.so",
    "pam_nologin.so", "pam_permit.so", "pam_rootok.so", "pam_securetty.so", "pam_succeed_if.so", "pam_systemd.so",
    "pam_unix.so",
];
/// Name service modules of the C library and systemd.
const NSS: [&str; 7] = ["compat", "db", "dns", "files", "hesiod", "myhostname", "systemd"];
/// What the dynamic linker is told, and what it loads into every program or every login.
const LINKER: [&str; 2] = ["/etc/ld.so.preload", "/etc/ld.so.conf"];
const OF_ALL: [&str; 3] = ["libc.so.6", "libpam.so.0", "libsystemd.so.0"];
/// Units of the base system beside systemd's own.
const UNITS: [&str; 5] = ["crond.service", "dbus.service", "sshd.service", "sshd@.service", "sshd.socket"];

/// Of the base system: no third party brings it.
pub(super) fn is_of_system(file: &Expected) -> bool {
    let (path, name) = (&file.path, file.path.file_name());
    if file.role.ghost || file.kind() == Some(DIRECTORY) {
        return false;
    }
    let is_among = |names: &[&str]| names.iter().any(|known| name == known.as_bytes());
    let module = is_pam_module(path) && is_among(&PAM);
    let service = name_service(path).is_some_and(|service| NSS.iter().any(|known| service == known.as_bytes()));
    let linker = LINKER.iter().any(|known| path == *known) || is_library(path) && name.starts_with(b"ld-linux");
    let library = is_library(path) && is_among(&OF_ALL);
    let command = place::is_among_commands(path) && is_among(TRUSTED);
    command || module || service || linker || library || starts(path)
}

/// It gives its caller rights, or gets into every login: others than the base system's bring such files too.
pub(super) fn gives_rights(file: &Expected) -> bool {
    let setuid = file.mode.is_some_and(|mode| mode & SETUID != 0) && place::is_among_commands(&file.path);
    !file.role.ghost && (setuid || is_pam_module(&file.path) || name_service(&file.path).is_some())
}

fn is_library(path: &Text) -> bool {
    LIBRARIES.iter().any(|dir| path.parent() == dir.as_bytes())
}

fn is_pam_module(path: &Text) -> bool {
    let dir = Text::from(path.parent().as_bytes());
    dir.file_name() == "security" && is_library(&dir) && path.ends_with(b".so")
}

fn name_service(path: &Text) -> Option<&[u8]> {
    let start = path.len() - path.file_name().len();
    let service = path.get(start..)?.strip_prefix(b"libnss_")?;
    is_library(path).then(|| service.split(|byte| *byte == b'.').next())?
}

fn starts(path: &Text) -> bool {
    let (dir, name) = (path.parent(), path.file_name());
    let below =
        |end: &str| ["/lib/systemd", "/usr/lib/systemd"].iter().any(|top| dir == format!("{top}{end}").as_bytes());
    let is_systemds = name == "systemd" || name.starts_with(b"systemd-");
    below("") && is_systemds || below("/system") && (is_systemds || UNITS.iter().any(|unit| name == unit.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, mode: u32) -> Expected {
        Expected { path: path.into(), mode: Some(mode), ..Expected::default() }
    }

    #[test]
    fn files_that_only_the_base_system_brings() {
        let of_system = |path: &str| is_of_system(&file(path, 0o100_755));
        for path in [
            "/usr/bin/ps",
            "/usr/lib64/security/pam_unix.so",
            "/lib64/libnss_files.so.2",
            "/usr/lib64/ld-linux-x86-64.so.2",
            "/etc/ld.so.preload",
            "/usr/lib/systemd/system/sshd.service",
            "/usr/lib/systemd/systemd-logind",
        ] {
            assert!(of_system(path), "{path}");
        }
        for path in [
            "/usr/bin/docker",
            "/opt/acme/bin/ps",
            "/usr/local/bin/ps",
            "/usr/share/doc/ps",
            "/usr/lib64/security/pam_duo.so",
            "/usr/lib64/libnss_acme.so.2",
            "/usr/lib/systemd/system/docker.service",
            "/opt/acme/security/pam_unix.so",
        ] {
            assert!(!of_system(path), "{path}");
        }
        assert!(!is_of_system(&file("/usr/bin/ps", 0o040_755)));
    }
    #[test]
    fn files_that_give_rights() {
        assert!(gives_rights(&file("/usr/bin/acme", 0o104_755)));
        assert!(!gives_rights(&file("/usr/bin/acme", 0o100_755)));
        assert!(!gives_rights(&file("/opt/acme/bin/acme", 0o104_755)));
        assert!(gives_rights(&file("/usr/lib64/security/pam_acme.so", 0o100_755)));
        assert!(!gives_rights(&file("/usr/lib64/acme/pam_acme.so", 0o100_755)));
        assert!(gives_rights(&file("/usr/lib64/libnss_acme.so.2", 0o100_755)));
    }
}
