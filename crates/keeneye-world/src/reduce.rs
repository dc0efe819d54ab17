//! Secrets stop at the door: what an answer keeps of the bytes that were read. Pure, linear.
//!
//! The live host applies [`content`] to every answer of `Read` and `Head` before anyone sees it, so neither a
//! recording nor a finding can hold a password hash, a private key or the value of an environment variable that
//! keeneye has no use for.
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
//! | jobs of at(1) | as the next, and of the environment that they begin with the names, values of the few that matter |
//! | any other text | all, but values of `NAME=` and `--name` whose name tells of a secret, passwords in addresses |
//! | databases of packages | all |

mod at_jobs;
mod commands;
mod environment;
mod kernel;
mod mappings;
mod passwords;
mod secrets;

use crate::{container_file, secure_shell, start_file};
use bstr::ByteSlice;
pub use environment::NO_NAME;
use keeneye_facts::Text;

/// What programs and libraries begin with.
const ELF: &[u8] = b"\x7fELF";

/// Masks what is secret in one line of a script.
pub(crate) fn line(bytes: &mut [u8]) {
    secrets::mask(bytes);
    commands::mask(bytes, commands::Names::All);
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
