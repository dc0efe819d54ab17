//! Everything known about a file.

use super::findings_about;
use crate::baseline::Known;
use crate::names;
use keeneye_facts::{
    Content, DigestCheck, ElfShape, FdTarget, FileKind, FileStat, Finding, Ownership, Process, Shape, Text,
};
use keeneye_report::words::{Zone, bytes};
use keeneye_report::{Section, Sheet};
use keeneye_world::World;

/// `None` when there is no such file and no process uses one of that name.
pub(super) fn sheet(world: &World, findings: &[Finding], path: &Text, known: Option<&Known>) -> Option<Sheet> {
    let mut file = Section::new("file");
    describe(world, path, &mut file);
    let there = world.file(path).is_some_and(|f| f.kind != FileKind::Missing);
    let users = users(world, path);
    let remembered = known.filter(|known| there || known.entry.is_some()).map(|known| remembered(world, known));
    if !there && users.rows.is_empty() && remembered.is_none() {
        return None;
    }
    Some(Sheet {
        about: names::concat(&[b"file ", path.as_slice()]),
        sections: [Some(file), remembered, Some(users)].into_iter().flatten().collect(),
        findings: findings_about_path(findings, path),
        period: None,
    })
}

/// What the baseline knew of it.
fn remembered(world: &World, known: &Known) -> Section {
    let mut section = Section::new("baseline");
    section.row("number", format!("{} of {}", known.number, Zone::of(&world.host).moment(known.made)));
    let Some(entry) = &known.entry else {
        section.row("file", "was not there");
        return section;
    };
    match entry.content {
        Content::Sha256(digest) => section.row("sha256", Text::from(digest.as_slice()).hex()),
        Content::Unread(_) => section.row("sha256", "could not be read"),
        Content::NotAsked => (),
    }
    if let Some(target) = &entry.target {
        section.row("leads to", target.clone());
    }
    if entry.attributes.capabilities.is_some() {
        section.row("capabilities", "it bore some");
    }
    describe_stat(world, &entry.stat(), &mut section);
    section
}

/// Findings about this path.
pub(super) fn findings_about_path(findings: &[Finding], path: &Text) -> Vec<Finding> {
    if path.is_empty() {
        return Vec::new();
    }
    findings_about(findings, |subject| subject.path.as_ref() == Some(path))
}

/// What is known of the file itself: owner package, digests, `lstat`.
pub(super) fn describe(world: &World, path: &Text, section: &mut Section) {
    let Some(file) = world.file(path) else {
        section.row("file", "was not looked at");
        return;
    };
    section.row("kind", kind(&file.kind));
    owner(&file.owner, section);
    if let Some(diversion) = &file.diversion {
        section.row("diverted to", diversion.to.clone());
        section.row("diverted by", diversion.by.clone().unwrap_or_else(|| "the administrator".into()));
    }
    if let Some(digest) = &file.digest {
        section.row("sha256", digest.sha256.as_str());
        section.row("md5", digest.md5.as_str());
    }
    if let Some(link) = &file.link {
        section.row("leads to", link.clone());
    }
    if let Some(capabilities) = &file.capabilities {
        section.row("capabilities", capabilities.names().join(" "));
    }
    if let Some(shape) = &file.shape {
        describe_shape(shape, section);
    }
    if let Some(stat) = &file.stat {
        describe_stat(world, stat, section);
    }
}

fn describe_shape(shape: &Shape, section: &mut Section) {
    let lines = match shape {
        Shape::Elf(elf) => return describe_program(elf, section),
        Shape::Script(script) => &script.lines,
        Shape::Settings(lines) => lines,
        Shape::Other => return,
    };
    for line in lines {
        let number = format!("{}, line {}: ", line.does.words(), line.number);
        section.row("does", names::concat(&[number.as_bytes(), line.text.as_slice()]));
    }
}

fn describe_program(elf: &ElfShape, section: &mut Section) {
    let what = if elf.is_library { "library" } else { "program" };
    let linked = if elf.is_static { "static" } else { "dynamic" };
    let sections = if elf.sections { "" } else { ", without section headers" };
    let symbols = if elf.stripped { ", without symbols" } else { "" };
    section.row("shape", format!("{linked} {what} of {} bits{sections}{symbols}, noise {} %", elf.bits, elf.entropy));
    if !elf.needed.is_empty() {
        section.row("needs", bstr::join(", ", elf.needed.iter().map(Text::as_slice)));
    }
    if !elf.hooks.is_empty() {
        section.row("puts in place of others", bstr::join(", ", elf.hooks.iter().map(Text::as_slice)));
    }
}

fn describe_stat(world: &World, stat: &FileStat, section: &mut Section) {
    let zone = Zone::of(&world.host);
    section.row("size", bytes(stat.size));
    section.row("mode", format!("{:04o}", stat.mode & 0o7777));
    section.row("user", names::user(world, stat.uid));
    section.row("group", stat.gid.to_string());
    section.row("content changed", zone.moment(stat.modified));
    section.row("anything changed", zone.moment(stat.changed));
    section.row("names", stat.links.to_string());
    if stat.immutable || stat.append_only {
        section.row("attribute", if stat.immutable { "immutable" } else { "append-only" });
    }
    section.row("inode", format!("{} on device {:#x}", stat.inode, stat.device));
}

fn kind(kind: &FileKind) -> Text {
    match kind {
        FileKind::Unknown => Text::from("not looked into"),
        FileKind::Elf => Text::from("program or library (ELF)"),
        FileKind::Script(interpreter) => names::concat(&[b"script for ", interpreter.as_slice()]),
        FileKind::Other => Text::from("neither program nor script"),
        FileKind::Missing => Text::from("there is no such file"),
    }
}

fn owner(owner: &Ownership, section: &mut Section) {
    match owner {
        Ownership::Unknown => section.row("package", "unknown: no package database could be asked"),
        Ownership::Unowned => section.row("package", "none owns it"),
        Ownership::Owned { package, version, digest, conffile } => {
            section.row("package", format!("{package} {version}"));
            section.row("content", content(digest));
            if *conffile {
                section.row("configuration", "admins are meant to edit it");
            }
        }
    }
}

fn content(digest: &DigestCheck) -> String {
    match digest {
        DigestCheck::Matches => "as the package brought it".into(),
        DigestCheck::Differs { expected, found } => {
            format!("not the package's: {expected} is wanted, {found} is there")
        }
        DigestCheck::NotChecked => "not compared with the package".into(),
        DigestCheck::NoneKept => "the package keeps no digests".into(),
        DigestCheck::NotListed => "the package's list of digests does not name it".into(),
    }
}

fn users(world: &World, path: &Text) -> Section {
    let mut section = Section::new("used by");
    for process in world.processes.values() {
        for how in uses(process, path) {
            section.row(
                how,
                names::concat(&[names::short(process).as_slice(), b"  ", names::command(process).as_slice()]),
            );
        }
    }
    section
}

/// How a process uses a file of that path.
fn uses(process: &Process, path: &Text) -> Vec<String> {
    let mut how = Vec::new();
    if process.exe.as_ref().is_some_and(|exe| exe.path == *path) {
        how.push("runs it".into());
    } else if process.program.as_ref().is_some_and(|program| program.path == *path) {
        how.push("runs it as a script".into());
    }
    if process.mappings.iter().any(|m| m.path == *path) && how.is_empty() {
        how.push("maps it".into());
    }
    if process.cwd.as_ref() == Some(path) {
        how.push("stands in it".into());
    }
    let open = |target: &FdTarget| matches!(target, FdTarget::File { path: open, .. } if open == path);
    how.extend(process.fds.iter().filter(|fd| open(&fd.target)).map(|fd| format!("open as fd {}", fd.number)));
    how
}
