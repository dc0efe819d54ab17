//! Everything known about a process.

use super::file::{describe, findings_about_path};
use super::findings_about;
use crate::names;
use keeneye_facts::{Finding, Mapping, Process, Text};
use keeneye_report::words::{Zone, bytes, duration};
use keeneye_report::{Section, Sheet};
use keeneye_world::World;

/// `None` when there is no such process.
pub(super) fn sheet(world: &World, findings: &[Finding], pid: u32) -> Option<Sheet> {
    let process = world.process(pid)?;
    let mut own = findings_about(findings, |s| s.process == Some(process.id));
    let of_file = findings_about_path(findings, process.exe_path()).into_iter();
    own.extend(of_file.filter(|f| f.subject.process.is_none()));
    own.dedup_by(|a, b| a.id == b.id);
    Some(Sheet {
        about: names::concat(&[b"process ", names::short(process).as_slice()]),
        sections: vec![
            identity(world, process),
            program_file(world, process),
            rights(world, process),
            family(world, process),
            sockets(world, process),
            files(world, process),
            memory(process),
            environment(process),
        ],
        findings: own,
        period: None,
    })
}

fn identity(world: &World, process: &Process) -> Section {
    let host = &world.host;
    let mut section = Section::new("process");
    section.row("program", names::program(process));
    section.row("arguments", names::arguments(process));
    section.row("name", process.comm.clone());
    section.row("user", names::user(world, process.uid()));
    section.row("started", Zone::of(host).moment(host.time_of_ticks(process.id.start)));
    section.row("cpu time", duration(process.cpu_ticks.checked_div(host.ticks).unwrap_or(0)));
    section.row("memory", bytes(process.resident));
    section.row("directory", process.cwd.clone().unwrap_or_default());
    section.row("root", process.root.clone().unwrap_or_default());
    section.row("terminal", if process.tty == 0 { "none".into() } else { format!("device {:#x}", process.tty) });
    section.row("control group", process.cgroup.clone());
    if let Some(container) = &process.container {
        section.row("container", names::concat(&[container.engine.as_bytes(), b" ", container.id.as_slice()]));
    }
    section.row("seen by", names::ways(&process.seen));
    if !process.seen.not_by.is_empty() {
        section.row("but", names::views(&process.seen));
    }
    section.row("not readable", process.unread.join(", "));
    section
}

fn program_file(world: &World, process: &Process) -> Section {
    let mut section = Section::new("program file");
    let Some(exe) = &process.exe else { return section };
    section.row("path", exe.path.clone());
    if exe.deleted {
        section.row("state", "deleted while it runs");
    }
    match exe.at_path {
        Some(true) => describe(world, &exe.path, &mut section),
        Some(false) => section.row("at its path", "another file, or none: the host's packages say nothing about it"),
        None => section.row("at its path", "could not be compared"),
    }
    let script = process.program.as_ref().filter(|program| program.path != exe.path);
    if let Some(script) = script {
        section.row("script", script.path.clone());
        section.row("script's package", names::owner(world.owner(&script.path)));
    }
    section
}

fn rights(world: &World, process: &Process) -> Section {
    let mut section = Section::new("rights");
    let [real, effective, saved, _] = process.uids;
    if real != effective || saved != effective {
        let names = [real, effective, saved].map(|uid| names::user(world, uid).lossy().into_owned());
        section.row("real, effective, saved", names.join(", "));
    }
    if let Some(uid) = process.login_uid {
        section.row("logged in as", names::user(world, uid));
    }
    if process.capabilities.effective != 0 {
        section.row("capabilities", format!("{:016x}", process.capabilities.effective));
    }
    if process.tracer != 0 {
        section.row("traced by", process.tracer.to_string());
    }
    section.row("seccomp", ["off", "strict", "filter"].get(usize::from(process.seccomp)).copied().unwrap_or_default());
    let own = world.host.own_namespaces;
    let its = process.namespaces;
    for (kind, inode, host) in
        [("net", its.net, own.net), ("mnt", its.mnt, own.mnt), ("pid", its.pid, own.pid), ("user", its.user, own.user)]
    {
        if let Some(inode) = inode.filter(|_| inode != host) {
            section.row(format!("{kind} namespace"), format!("{inode}, not keeneye's own"));
        }
    }
    section
}

fn family(world: &World, process: &Process) -> Section {
    let mut section = Section::new("family");
    let mut line: Vec<Text> = world.ancestors(process).map(names::short).collect();
    line.reverse();
    line.push(names::short(process));
    let parts: Vec<&[u8]> = line.iter().map(Text::as_slice).collect();
    section.row("lineage", parts.join(" ─ ".as_bytes()));
    for child in world.processes.values().filter(|p| p.ppid == process.id.pid && p.id != process.id) {
        section.row("child", names::concat(&[names::short(child).as_slice(), b"  ", names::command(child).as_slice()]));
    }
    section
}

fn sockets(world: &World, process: &Process) -> Section {
    let mut section = Section::new("sockets");
    for (number, inode) in process.sockets() {
        for socket in world.sockets.values().filter(|s| s.inode == inode && inode != 0) {
            section.row(format!("fd {number}"), names::socket(socket));
        }
    }
    section
}

fn files(world: &World, process: &Process) -> Section {
    let mut section = Section::new("open files");
    for fd in process.fds.iter().filter(|fd| !matches!(fd.target, keeneye_facts::FdTarget::Socket(_))) {
        let (kind, name) = names::target(world, &fd.target);
        let mark = if kind == "file" { String::new() } else { format!("  ({kind})") };
        section.row(format!("fd {}", fd.number), names::concat(&[name.as_slice(), mark.as_bytes()]));
    }
    section
}

fn memory(process: &Process) -> Section {
    let mut section = Section::new("mapped code");
    let mut last: Option<&Mapping> = None;
    for mapping in &process.mappings {
        if last.is_some_and(|last| last.path == mapping.path && mapping.inode != 0) {
            continue;
        }
        last = Some(mapping);
        let name: &[u8] = if mapping.path.is_empty() { b"memory that no file backs" } else { mapping.path.as_slice() };
        let mark: &[u8] = if mapping.deleted { b"  (deleted)" } else { b"" };
        let flag = |set: bool, letter: char| if set { letter } else { '-' };
        let rights: String =
            [flag(mapping.read, 'r'), flag(mapping.write, 'w'), flag(mapping.execute, 'x')].into_iter().collect();
        section.row(format!("{rights} {:x}", mapping.start), names::concat(&[name, mark]));
    }
    section
}

fn environment(process: &Process) -> Section {
    let mut section = Section::new("environment");
    let environment = &process.environment;
    if environment.wiped {
        section.row("state", "empty or wiped");
    }
    for (name, value) in &environment.values {
        section.row(name.lossy(), value.clone());
    }
    let names: Vec<&[u8]> = environment.names.iter().map(Text::as_slice).collect();
    section.row("names", names.join(&b' '));
    section
}
