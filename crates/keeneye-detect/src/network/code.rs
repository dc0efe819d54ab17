//! Whose code a process runs, and who looks after the process: the facts by which these detectors keep quiet.

use crate::standing::{self, Standing};
use crate::{Scene, place};
use keeneye_facts::{Process, ProgramKind, Text};
use keeneye_world::World;

/// Whose code it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// Packages brought all of it, interpreter and script, and nothing is known to be changed.
    Packaged,
    /// Nobody knows: no package database, or a module that the interpreter finds by itself.
    Unknown,
    /// No package brought it, or it is not as its package brought it.
    Foreign,
    /// An interpreter runs code that lies in no file: an argument, a pipe, a terminal.
    Loose,
    /// A program in memory, or one whose file is gone and was not replaced.
    Gone,
}

/// A process as these detectors see it.
pub(super) struct Holder<'a> {
    pub(super) process: &'a Process,
    pub(super) standing: Standing<'a>,
    pub(super) code: Code,
    /// An interpreter, not a program of its own.
    pub(super) interpreter: bool,
    /// An interpreter whose arguments hold nothing but a title.
    pub(super) titled: bool,
    /// The program lies in a hidden place where no honest program lies.
    pub(super) hidden: bool,
    /// The program lies in a place for temporary files.
    pub(super) volatile: bool,
    /// A person is there, or a unit of the service manager was made for it.
    pub(super) looked_after: bool,
}

impl<'a> Holder<'a> {
    /// Gathers it from the facts.
    pub(super) fn of(scene: &Scene<'a>, process: &'a Process) -> Self {
        let standing = Standing::of(scene, process);
        let path = standing::program_path(process);
        let image = place::own_image(path, &scene.world.mounts).is_some();
        let at_home = place::is_tool_dot_dir(path, &scene.world.accounts)
            || standing::is_in_own_environment(scene.world, process, path);
        Self {
            code: code(scene, process, &standing),
            interpreter: process.program.as_ref().is_some_and(|program| program.kind != ProgramKind::Executable),
            titled: is_titled(process),
            hidden: place::hidden_component(path).is_some() && !image && !at_home,
            volatile: place::is_volatile(path) && !image,
            looked_after: standing.attended || leads_a_unit(scene.world, process),
            process,
            standing,
        }
    }
    /// In a directory of the admin's own or a home: where software that no package brought belongs.
    pub(super) fn in_admin_place(&self, world: &World) -> bool {
        let path = standing::program_path(self.process);
        place::is_admin(path, &world.accounts) || place::is_tool_dot_dir(path, &world.accounts)
    }
    /// What a person would call the program.
    pub(super) fn path(&self) -> &'a Text {
        standing::program_path(self.process)
    }
    /// The program in a sentence: an interpreter with loose code is named as such.
    pub(super) fn name(&self) -> String {
        let (path, pid) = (self.path().lossy(), self.process.id.pid);
        match self.code {
            Code::Loose => format!("code given to {path} (pid {pid})"),
            _ => format!("{path} (pid {pid})"),
        }
    }
}

fn code(scene: &Scene<'_>, process: &Process, standing: &Standing<'_>) -> Code {
    let Some(exe) = &process.exe else { return Code::Unknown };
    let script_in_memory = standing::script_path(process).is_some_and(|path| path.starts_with(b"/memfd:"));
    if exe.in_memory() || script_in_memory {
        return Code::Gone;
    }
    let kind = process.program.as_ref().map(|program| program.kind);
    if exe.deleted && !standing.contained {
        match scene.world.file(&exe.path) {
            // The upgrade that the process has not been restarted for; of an interpreter its code has yet to be told.
            Some(file) if file.owner.is_owned_unchanged() && file.stat.is_some() => {
                if kind == Some(ProgramKind::Executable) {
                    return Code::Packaged;
                }
            }
            Some(file) if file.stat.is_some() => return Code::Foreign,
            _ => return Code::Gone,
        }
    }
    match kind {
        Some(ProgramKind::Inline | ProgramKind::Interactive) => Code::Loose,
        Some(ProgramKind::Module) if standing.exe.is_owned_unchanged() => Code::Unknown,
        _ if standing.owned() => Code::Packaged,
        _ if standing.unowned() || standing.exe.is_unowned() || standing.exe.is_changed() => Code::Foreign,
        _ if standing.script.is_some_and(keeneye_facts::Ownership::is_changed) => Code::Foreign,
        _ => Code::Unknown,
    }
}

/// A module's name would be an argument of its own.
fn is_titled(process: &Process) -> bool {
    let module = process.program.as_ref().is_some_and(|program| program.kind == ProgramKind::Module);
    module && process.cmdline.iter().filter(|argument| !argument.is_empty()).count() == 1
}

/// A unit of the service manager was made for this very program: the oldest process of the unit's control group is
/// the process or an ancestor, and process 1 started it. What a web server or cron left behind sits in a unit too,
/// but there the server is older.
fn leads_a_unit(world: &World, process: &Process) -> bool {
    if !process.cgroup.ends_with(b".service") {
        return false;
    }
    let same = |other: &&Process| other.cgroup == process.cgroup;
    let Some(oldest) = world.processes.values().filter(same).min_by_key(|p| (p.id.start, p.id.pid)) else {
        return false;
    };
    let lineage = || std::iter::once(process).chain(world.ancestors(process));
    oldest.ppid == 1 && lineage().any(|ancestor| ancestor.id == oldest.id)
}
