//! A command runs with every package that is installed, and the package manager's own settings do not know it.
//!
//! # What it sees
//! A hook of apt, dpkg, dnf, zypper or pacman in a file that no package owns, or that was changed since its package
//! brought it. A hook that only runs a packaged program made for such a purpose, none of the basic ones, is `unusual`.
//!
//! # Why it matters
//! It runs as root with every upgrade, also the unattended ones, long after anybody looked; cleaning up with the
//! package manager starts it once more.
//!
//! # Innocent causes
//! Images of containers empty apt's cache in a hook, and hardened hosts mount /tmp anew around an upgrade: hooks that
//! do nothing else are quiet. So are those in files of packages that are as they were, and calls of the program that
//! came with the file. Admins' own hooks are rare; ask.
//!
//! # What to do
//! `apt-config dump | grep -i invoke` shows what apt would run. Read the program; find out who wrote the file.

use super::{entry, risk};
use crate::{Detector, Scene};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Finding, Interest, Level, Text};
use keeneye_world::shell_line::{self, ShellCommand};
use keeneye_world::{World, languages};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/package-hook",
    title: "a hook of the package manager that no package brought",
    level: Level::Suspicious,
    attack: &["T1546.016"],
    absolute: false,
    source: include_str!("package_hook.rs"),
    run,
};

/// Bytes of a command that a summary shows.
const MAX_SHOWN: usize = 80;
/// Directories that the package manager fills and empties itself.
const CACHES: [&str; 5] =
    ["/var/cache/apt", "/var/lib/apt/lists", "/var/cache/dnf", "/var/cache/yum", "/var/cache/zypp"];
/// Words of a condition, and what does nothing.
const GLUE: [&[u8]; 9] = [b"[", b"test", b"true", b"false", b":", b"exit", b"set", b"echo", b"printf"];
/// Programs that bring files from elsewhere, whatever package they are of.
const FETCHERS: [&[u8]; 8] = [b"curl", b"wget", b"aria2c", b"ftp", b"tftp", b"rsync", b"scp", b"ssh"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    entry::foreign(scene.world, AutostartKind::PackageManager).filter_map(|one| judge(scene, one)).collect()
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Option<Finding> {
    let world = scene.world;
    let signs = risk::of_entry(world, one);
    let owner = world.owner(&one.path);
    let commands = shell_line::commands(&one.command);
    let level = match entry::level(owner, &signs, Some(Level::Suspicious)) {
        Some(level) if entry::said(&signs).is_some() => level,
        _ if is_housekeeping(world, one, &commands) || is_of_its_package(world, one) => return None,
        _ if is_of_a_product(world, one, &commands) => Level::Unusual,
        Some(level) => level,
        // Somebody put it into the file of a package.
        None if owner.is_changed() => Level::Suspicious,
        None => return None,
    };
    let whose = if owner.is_changed() { "in a file that was changed" } else { "in a file that no package brought" };
    let command = one.command.get(..MAX_SHOWN).unwrap_or(&one.command);
    let (command, name) = (command.to_str_lossy(), one.name.lossy());
    let seen = format!("runs \"{command}\" with the package manager ({name}), {whose}");
    let finding = entry::finding(&DETECTOR, scene, one, level, (&seen, &signs))
        .innocent(
            "a hook of the admin's",
            level >= Level::Suspicious,
            "it would call a program that came for the purpose",
        )
        .next("apt-config dump | grep -i invoke");
    Some(finding)
}

/// What it runs does nothing but empty the package manager's caches or mount something anew, with packages' programs.
fn is_housekeeping(world: &World, one: &Autostart, commands: &[ShellCommand]) -> bool {
    let packaged = one.programs.iter().all(|program| world.owner(program).is_owned_unchanged());
    let acts = commands.iter().any(|command| !is_glue(command));
    packaged && acts && commands.iter().all(|command| (is_glue(command) || tidies(command)) && writes_nothing(command))
}

fn is_glue(command: &ShellCommand) -> bool {
    command.words.is_empty() || GLUE.contains(&command.name())
}

fn writes_nothing(command: &ShellCommand) -> bool {
    command.redirects.iter().all(|redirect| {
        redirect.target == "/dev/null"
            || redirect.operator.ends_with(b"&")
            || redirect.target.iter().all(u8::is_ascii_digit)
    })
}

fn tidies(command: &ShellCommand) -> bool {
    let words = command.effective();
    if words.len() != command.words.len() {
        return false;
    }
    let arguments = words.get(1..).unwrap_or_default();
    let operands = || arguments.iter().filter(|word| !word.starts_with(b"-"));
    match command.name() {
        b"rm" => operands().count() > 0 && operands().all(is_in_a_cache),
        b"find" => {
            let paths: Vec<&Text> = arguments.iter().take_while(|word| !word.starts_with(b"-")).collect();
            let runs = arguments.iter().any(|word| word.starts_with(b"-exec") || word.starts_with(b"-ok"));
            !runs && !paths.is_empty() && paths.into_iter().all(is_in_a_cache)
        }
        b"apt-get" | b"apt" => operands().all(|word| *word == "clean" || *word == "autoclean"),
        b"mount" => {
            let anew = arguments.iter().any(|word| word.starts_with(b"remount") || word.starts_with(b"-oremount"));
            anew && !arguments.iter().any(|word| word.contains_str("bind") || word.contains_str("overlay"))
        }
        _ => false,
    }
}

fn is_in_a_cache(path: &Text) -> bool {
    CACHES.iter().any(|dir| path.is_within(dir)) && !path.contains_str("..")
}

/// Its programs came with the very package that brought the file.
fn is_of_its_package(world: &World, one: &Autostart) -> bool {
    let Some(package) = world.owner(&one.path).package() else { return false };
    let mut own = one.programs.iter().filter(|program| !is_basic(world, program)).peekable();
    own.peek().is_some() && own.all(|program| world.owner(program).package() == Some(package))
}

/// It runs packaged programs that came for a purpose of their own, and basic ones only to ask for conditions.
fn is_of_a_product(world: &World, one: &Autostart, commands: &[ShellCommand]) -> bool {
    let packaged = one.programs.iter().all(|program| world.owner(program).is_owned_unchanged());
    let mut acting = commands.iter().filter(|command| !is_glue(command)).peekable();
    packaged && acting.peek().is_some() && acting.all(|command| is_product(world, one, command))
}

fn is_product(world: &World, one: &Autostart, command: &ShellCommand) -> bool {
    let words = command.effective();
    let Some(program) = one.programs.iter().find(|program| program.file_name() == command.name()) else { return false };
    let name = command.name();
    let carries = languages::is_interpreter(name) || FETCHERS.contains(&name) || crate::shells::takes_code(program);
    let elsewhere = words.iter().any(|word| word.contains_str("://"));
    words.len() == command.words.len() && !carries && !elsewhere && !is_basic(world, program)
}

/// Of a package that brings commands which every host has: what can be done with those is anything.
fn is_basic(world: &World, program: &Text) -> bool {
    let Some(package) = world.owner(program).package() else { return false };
    let mut trusted = world.files.values().filter(|file| file.interests.contains(&Interest::Command));
    trusted.any(|file| file.owner.package() == Some(package))
}

#[cfg(test)]
mod tests;
