//! Detectors that look at what the system is made of: whose files are, and whether they are what they were.

pub mod baseline_doubtful;
pub mod capability_odd;
pub mod changed_since_baseline;
pub mod command_aliased;
pub mod command_is_script;
pub mod command_shadowed;
pub mod container_drift;
pub mod content_changed_silently;
pub mod control_off;
pub mod file_in_dev;
pub mod gone_since_baseline;
pub mod hidden_file;
pub mod immutable_odd;
pub mod linker_cache_unowned;
pub mod mount_over_system;
pub mod new_since_baseline;
pub mod odd_name;
pub mod package_data_changed;
pub mod package_file_changed;
pub mod package_file_missing;
pub mod package_record;
pub mod package_rights_changed;
pub mod packed_program;
pub mod preload_list;
mod rights;
pub mod rights_since_baseline;
pub mod rights_unjudged;
mod set;
pub mod setuid_unowned;
mod since;
pub mod unowned_in_package_dir;
pub mod volatile_program;
pub mod yara_match;

use bstr::ByteSlice;
use keeneye_facts::{FileFact, FileKind, Finding, Interest, Ownership, Process, Text};
use keeneye_world::{World, place};

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

/// The command that puts a package's files in place again, by the manager that most packages of the host are of.
fn put_back(world: &World, package: &str) -> String {
    let manager = world.packages.iter().max_by_key(|(_, count)| *count).map(|(manager, _)| manager.as_str());
    let suse = world.host.os.contains_str("SUSE");
    match manager {
        Some("rpm") if suse => format!("zypper install --force {package}"),
        Some("rpm") => format!("dnf reinstall {package}"),
        Some("apk") => format!("apk fix --reinstall {package}"),
        Some("pacman") => format!("pacman -S {package}"),
        _ => format!("apt-get install --reinstall {package}"),
    }
}

/// Differs from its package, nothing uses it, it is no program that somebody would type and nothing that runs by its
/// place: told a package at a time.
fn is_told_with_its_package(fact: &FileFact) -> bool {
    let minor = match fact.kind {
        FileKind::Other => !place::is_start(&fact.path),
        FileKind::Script(_) => !place::is_among_commands(&fact.path) && !place::is_start(&fact.path),
        FileKind::Elf | FileKind::Missing | FileKind::Unknown => false,
    };
    minor && fact.interests.iter().eq([&Interest::Differs])
}

/// Code for the kernel or in its place, of which nothing can be told by its first bytes: modules may be compressed.
fn is_kernel(path: &Text) -> bool {
    let name = path.file_name();
    let is_module = [".ko", ".ko.gz", ".ko.xz", ".ko.zst"].iter().any(|end| name.ends_with(end.as_bytes()));
    let below_modules = path.is_within("/lib/modules") || path.is_within("/usr/lib/modules");
    let is_image = name.starts_with(b"vmlinu") && (below_modules || path.is_within("/boot"));
    is_module && below_modules || is_image || name.ends_with(b".efi")
}

/// Its code gets into other programs by its place alone.
fn is_loaded_by_place(fact: &FileFact) -> bool {
    [Interest::Pam, Interest::Nss, Interest::Linker].iter().any(|interest| fact.interests.contains(interest))
}
