//! Detectors that look at what the system is made of: whose files are, and whether they are what they were.

pub mod capability_odd;
pub mod command_aliased;
pub mod command_is_script;
pub mod command_shadowed;
pub mod container_drift;
pub mod control_off;
pub mod file_in_dev;
pub mod hidden_file;
pub mod immutable_odd;
pub mod linker_cache_unowned;
pub mod mount_over_system;
pub mod odd_name;
pub mod package_data_changed;
pub mod package_file_changed;
pub mod package_file_missing;
pub mod package_record;
pub mod package_rights_changed;
pub mod packed_program;
pub mod preload_list;
mod rights;
pub mod rights_unjudged;
pub mod setuid_unowned;
pub mod unowned_in_package_dir;
pub mod volatile_program;
pub mod yara_match;

use keeneye_facts::{FileFact, FileKind, Finding, Interest, Ownership, Process, Text};
use keeneye_world::World;

/// Commands that show what runs, who is there and what is on disk, and those that people log in through: who replaces
/// one of these hides something or collects passwords.
const VIEWERS: &[&str] = &[
    "ps",
    "top",
    "pgrep",
    "pidof",
    "pstree",
    "ss",
    "netstat",
    "lsof",
    "ls",
    "find",
    "who",
    "w",
    "last",
    "lastb",
    "lastlog",
    "lsmod",
    "crontab",
    "journalctl",
    "systemctl",
    "dmesg",
    "getent",
    "login",
    "su",
    "sudo",
    "passwd",
    "sshd",
    "ssh",
    "iptables",
    "nft",
];

fn is_viewer(name: &[u8]) -> bool {
    VIEWERS.iter().any(|viewer| viewer.as_bytes() == name)
}

/// Adds what is known of a file: owner, digests, times, and who runs it.
fn portrait(mut finding: Finding, world: &World, fact: &FileFact) -> Finding {
    if let Ownership::Owned { package, version, .. } = &fact.owner {
        finding = finding.evidence("package", format!("{package} {version}"));
    }
    if let Some(digest) = &fact.digest {
        finding = finding.evidence("sha256", digest.sha256.clone());
    }
    if let Some(stat) = &fact.stat {
        finding = finding.evidence("size", format!("{} bytes, mode {:o}, owner {}", stat.size, stat.mode, stat.uid));
        finding = finding.since(stat.changed);
    }
    for process in running(world, &fact.path).take(5) {
        finding = finding.evidence("runs as", format!("pid {}", process.id.pid));
        finding = finding.related(crate::subject::process(process));
    }
    finding
}

/// Processes that execute this very file, or run it as their script.
fn running<'a>(world: &'a World, path: &'a Text) -> impl Iterator<Item = &'a Process> {
    world.processes.values().filter(move |process| {
        let exe = process.exe.as_ref().is_some_and(|exe| exe.at_path == Some(true) && exe.path == *path);
        exe || process.program.as_ref().is_some_and(|program| program.path == *path)
    })
}

/// Differs from its package, nothing uses it, and it is no program that somebody would type: told a package at a time.
fn is_told_with_its_package(fact: &FileFact) -> bool {
    const TYPED: [&str; 4] = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];
    let typed = || TYPED.iter().any(|dir| fact.path.parent() == dir.as_bytes());
    let minor = match fact.kind {
        FileKind::Other => true,
        FileKind::Script(_) => !typed(),
        FileKind::Elf | FileKind::Missing | FileKind::Unknown => false,
    };
    minor && fact.interests.iter().eq([&Interest::Differs])
}

/// Its code gets into other programs by its place alone.
fn is_loaded_by_place(fact: &FileFact) -> bool {
    [Interest::Pam, Interest::Nss, Interest::Linker].iter().any(|interest| fact.interests.contains(interest))
}
