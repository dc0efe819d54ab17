//! Secrets stop at the door: what an answer keeps of the bytes that were read. Pure, linear.
//!
//! The live host applies [`content`] to every answer of `Read`, and [`head`] to those of `Head`, before anyone sees it,
//! so neither a recording nor a finding can hold a password hash, a private key or the value of an environment variable
//! that keeneye has no use for.
//!
//! | what | what stays |
//! |---|---|
//! | `/proc/N/environ` | names of all variables, values of the few that matter |
//! | `/proc/N/cmdline` | all but values that are secrets by their name: `--password`, `API_TOKEN=` |
//! | `/proc/N/maps` | lines of executable memory and of deleted files |
//! | `/proc/kallsyms`, `modules.dep` | a line for each module |
//! | files of container engines | the fields that matter; neither environments nor command lines |
//! | `passwd`, `shadow`, `group`, `gshadow` and their copies | the scheme of each hash, and whether it is locked |
//! | a private key in PEM, anywhere | its head and foot; the lines between become `*`, byte for byte |
//! | `$6$salt$hash`, anywhere | `$6$` and `*`, byte for byte |
//! | sshd_config, `authorized_keys` | all, but values of environment variables |
//! | start files of shells | definitions of commands that admins trust, search paths, what starts a program |
//! | jobs of at(1) | as the next; of the environment at their beginning the names, and values of the few that matter |
//! | settings of web servers | lines that name a directory of a site |
//! | the head of any file but programs | `#!` and the rest of that line |
//! | any other text | all, but values of `NAME=` and `--name` whose name tells of a secret, passwords in addresses |
//! | logs | lines of logins, accounts and services, with secrets of commands as above; counts of the rest |
//! | login records, databases of packages | all |

mod at_jobs;
mod commands;
mod environment;
mod kernel;
mod mappings;
mod passwords;
mod secrets;
mod sites;

use crate::{container_file, packages, secure_shell, start_file};
use bstr::ByteSlice;
pub use environment::NO_NAME;
use keeneye_facts::Text;
pub(crate) use sites::names_root;

/// What programs and libraries begin with.
const ELF: &[u8] = b"\x7fELF";

/// Masks what is secret in one line of a script.
pub(crate) fn line(bytes: &mut [u8]) {
    secrets::mask(bytes);
    commands::mask(bytes, commands::Names::All);
}

/// Reduces the first bytes of a file, which tell what it is: of what is no program, all but a line of `#!` becomes `*`.
pub fn head(path: &Text, bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(ELF) {
        return content(path, bytes);
    }
    let told = if bytes.starts_with(b"#!") { bytes.find_byte(b'\n').unwrap_or(bytes.len()) } else { 0 };
    let mut bytes = bytes;
    let (line, rest) = bytes.split_at_mut(told);
    self::line(line);
    rest.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
    bytes
}

/// Reduces what was read from `path`.
pub fn content(path: &Text, bytes: Vec<u8>) -> Vec<u8> {
    if path.is_within("/proc") {
        return match path.file_name().as_bytes() {
            b"environ" => environment::reduce(&bytes),
            b"maps" => mappings::reduce(bytes),
            b"cmdline" => commands::mask_arguments(bytes),
            b"kallsyms" => kernel::symbols(&bytes),
            _ => bytes,
        };
    }
    if path.file_name() == "modules.dep" {
        return kernel::index(&bytes);
    }
    if container_file::is_one(path) {
        return container_file::reduce(path, &bytes);
    }
    if passwords::is_one(path) {
        return passwords::reduce(&bytes);
    }
    if sites::is_one(path) && !bytes.starts_with(b"#!") {
        return sites::reduce(&bytes);
    }
    let Some(names) = commands::names(path) else { return bytes };
    let bytes = if at_jobs::is_one(path) { at_jobs::reduce(&bytes) } else { bytes };
    let mut bytes = if start_file::is_one(path) { start_file::reduce(&bytes) } else { bytes };
    secrets::mask(&mut bytes);
    if secure_shell::is_one(path) {
        secure_shell::mask(&mut bytes);
    }
    if !bytes.starts_with(ELF) {
        commands::mask(&mut bytes, names);
    }
    bytes
}

/// Nothing in the file is a secret, so that it may be told in parts: a database of packages.
pub fn keeps_all(path: &Text) -> bool {
    packages::is_database(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_tells_the_kind_and_no_more() {
        let told = |bytes: &[u8]| head(&"/etc/php/8.2/fpm/pool.d/www.conf".into(), bytes.to_vec());
        assert_eq!(told(b"[a]\nenv[B] = s3cret\n").as_bstr(), "***\n***************\n");
        assert_eq!(told(b"#!/bin/sh -e\ns3cret").as_bstr(), "#!/bin/sh -e\n******");
        assert_eq!(told(b"#!/x --password s3cret").as_bstr(), "#!/x --password ******");
        assert_eq!(told(b"\x7fELF\x02\x01").as_bstr(), b"\x7fELF\x02\x01".as_bstr());
    }
    #[test]
    fn only_databases_of_packages_are_told_in_parts() {
        let told = |path: &str| keeps_all(&path.into());
        assert!(told("/var/lib/rpm/rpmdb.sqlite") && told("/usr/lib/sysimage/rpm/Packages.db"));
        assert!(told("/var/lib/rpm/rpmdb.sqlite-wal"));
        assert!(told("/var/lib/docker/overlay2/a/diff/var/lib/rpm/rpmdb.sqlite"), "of a container");
        for path in [
            "/etc/shadow",
            "/var/lib/rpm/../../../etc/shadow",
            "/var/lib/rpm/x/rpmdb.sqlite",
            "/var/lib/rpm/shadow-wal",
            "/home/anna/var/lib/rpm/notes",
            "/root/rpmdb.sqlite",
            "/root/.ssh/id_rsa",
        ] {
            assert!(!told(path), "{path}");
        }
    }
    #[test]
    fn a_head_keeps_its_length() {
        crate::mutate::check(&[b"#!/bin/sh\n# PASSWORD=s3cret\n"], |bytes| {
            head(&"/x".into(), bytes.to_vec()).len() == bytes.len()
        });
    }
}
