//! The databases of package managers other than dpkg: where they lie, and their packages in one form.

use super::dpkg::{self, MAX_PATH};
use super::packed::Packed;
use super::rpm_needs::Unmet;
use super::runs::RUN;
use super::{Expected, Installed, apk, pacman, rpm_on_host};
use crate::{Answer, AskHost, EntryKind, Look, Question};
use keeneye_facts::{FileStat, Refusal, Text};
use pacman::Settings;

const APK: [&str; 2] = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];
const PACMAN: &str = "/var/lib/pacman/local";
const PACMAN_CONFIG: &str = "/etc/pacman.conf";
/// Lines of it, with what it includes.
const MAX_LINES: usize = 10_000;
/// Packages that are read of pacman's directory.
const MAX_PACMAN: usize = 50_000;

/// A database that was read.
pub(super) struct Database {
    /// `rpm`, `apk`, `pacman`.
    pub(super) manager: &'static str,
    /// Of its file or directory, and of others that the manager writes with it, before they were read.
    pub(super) stats: Vec<(Text, Option<FileStat>)>,
    /// Its packages.
    pub(super) packages: Vec<Record>,
    /// Everything in it was understood.
    pub(super) whole: bool,
    /// What signed packages need and none brings.
    pub(super) unmet: Vec<Unmet>,
    /// It was written after what its manager writes with it: its path, that of the latter, and when that was written.
    pub(super) edited: Option<(Text, Text, i64)>,
}

/// A package and its files.
pub(super) struct Record {
    /// Its number in the database, where it has one.
    pub(super) number: Option<u32>,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) architecture: String,
    /// Seconds since 1970, as the database says.
    pub(super) installed: Option<i64>,
    pub(super) files: Packed,
    /// Paths of its files but directories, one a line.
    pub(super) list: Text,
    /// Signed by those whom keeneye trusts.
    pub(super) trusted: bool,
    /// Files that its manager writes once, when it puts the package in place.
    pub(super) record: Vec<Text>,
}

impl Record {
    pub(super) fn new(package: Installed, installed: Option<i64>) -> Self {
        let Installed { name, version, architecture, mut files } = package;
        files.retain(|file| file.path.starts_with(b"/") && file.path.len() < MAX_PATH);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let (list, files) = (list(&files), Packed::new(&files));
        Self { number: None, name, version, architecture, installed, files, list, trusted: false, record: Vec::new() }
    }
}

/// All that are there.
pub(super) fn databases(look: &mut Look<'_>, keys: &[Text]) -> Vec<Database> {
    let mut found: Vec<Database> = APK.into_iter().filter_map(|path| read_apk(look, Text::from(path))).collect();
    // One of the two places may be a link to the other.
    let stat = |database: &Database| database.stats.first().and_then(|(_, stat)| *stat);
    found.dedup_by(|a, b| stat(a).zip(stat(b)).is_some_and(|(a, b)| a.same_file(&b)));
    found.extend(rpm_on_host::database(look, keys));
    found.extend(read_pacman(look));
    found
}

fn read_apk(look: &mut Look<'_>, path: Text) -> Option<Database> {
    let stat = look.optional_stat(&path)?;
    let bytes = content(look, &path)?;
    let (packages, troubles) = apk::read(&bytes);
    tell(look, &path, &troubles);
    let packages = packages.into_iter().map(|mut package| {
        package.files.iter_mut().for_each(told_apart);
        Record::new(package, None)
    });
    let packages = packages.collect();
    let edited = edited(look, &path, &stat);
    let stats = vec![(path, Some(stat))];
    Some(Database { manager: "apk", stats, packages, whole: troubles.is_empty(), unmet: Vec::new(), edited })
}

/// apk replaces all of these whenever it changes one (`apk_db_write_layers` in its database.c).
fn edited(look: &Look<'_>, path: &Text, stat: &FileStat) -> Option<(Text, Text, i64)> {
    let dir = Text::from(path.parent());
    let others = ["scripts.tar", "scripts.tar.gz", "triggers"].map(|name| dir.join(name.as_bytes()));
    let others = others.into_iter().filter_map(|other| Some((look.host().stat(&other).ok()?.changed, other)));
    let (time, other) = others.max()?;
    (stat.changed > time.saturating_add(RUN)).then(|| (path.clone(), other, time))
}

/// apk says of files neither that they are files nor that they are links, and keeps of a link the digest of its target.
/// Links have mode 777, and hardly a file has.
fn told_apart(file: &mut Expected) {
    const KIND: u32 = 0o170_000;
    const REGULAR: u32 = 0o100_000;
    match file.mode {
        Some(mode) if mode & KIND == 0 && mode == 0o777 => (file.mode, file.may_be_link) = (None, true),
        Some(mode) if mode & KIND == 0 => file.mode = Some(REGULAR | mode),
        _ => (),
    }
}

fn read_pacman(look: &mut Look<'_>) -> Option<Database> {
    let path = Text::from(PACMAN);
    let stat = look.optional_stat(&path)?;
    let names = look.optional_list(&path)?.into_iter().filter(|entry| entry.kind == EntryKind::Dir);
    let names = look.first(&path, names, MAX_PACMAN, "packages");
    let settings = look.optional_read_lines(&Text::from(PACMAN_CONFIG), MAX_LINES).unwrap_or_default();
    let written = look.host().stat(&Text::from(PACMAN_CONFIG)).map_or(i64::MAX, |stat| stat.changed);
    let settings = Settings::parse(&settings, written);
    let mut whole = true;
    let mut packages = Vec::new();
    for entry in names {
        let dir = path.join(&entry.name);
        let [desc, files, mtree] = [b"desc".as_slice(), b"files", b"mtree"]
            .map(|name| look.optional_read(&dir.join(name)).unwrap_or_default());
        let (package, places) = pacman::read(pacman::Source { desc: &desc, files: &files, mtree: &mtree });
        for (file, trouble) in places {
            super::trouble(look, &dir.join(file.as_bytes()), &trouble);
            whole = false;
        }
        match package {
            Some(mut package) => {
                let changed = look.host().stat(&dir).ok().map(|stat| stat.changed);
                settings.apply(&mut package, changed);
                // `desc` is written again when somebody says why the package is there (pacman -D).
                let record = [b"files".as_slice(), b"mtree", b"install"].map(|name| dir.join(name)).to_vec();
                packages.push(Record { record, ..Record::new(package, changed) });
            }
            None => whole = false,
        }
    }
    let stats = vec![(path, Some(stat))];
    (!packages.is_empty()).then_some(Database {
        manager: "pacman",
        stats,
        packages,
        whole,
        unmet: Vec::new(),
        edited: None,
    })
}

/// Up to 64 MiB: databases of rpm are larger than what is read of other files.
fn content(look: &mut Look<'_>, path: &Text) -> Option<Text> {
    match look.ask(&Question::Copy(path.clone()), path.clone())? {
        Answer::Bytes { data, cut: false } => Some(data),
        Answer::Bytes { .. } => {
            look.gap(path.clone(), Refusal::Cut("64 MiB a package database".into()));
            None
        }
        other => {
            look.misfit(path.clone(), &other);
            None
        }
    }
}

fn tell(look: &mut Look<'_>, path: &Text, troubles: &[super::Trouble]) {
    troubles.iter().for_each(|trouble| super::trouble(look, path, trouble));
}

/// A package in the form in which dpkg's are kept.
pub(super) fn package(record: &Record) -> dpkg::Package {
    dpkg::Package {
        name: record.name.clone(),
        architecture: record.architecture.clone(),
        version: record.version.clone(),
        state: "installed".into(),
        ..dpkg::Package::default()
    }
}

/// Files but directories, as a list of absolute paths.
pub(super) fn list(files: &[Expected]) -> Text {
    const DIRECTORY: u32 = 0o040_000;
    let files = files.iter().filter(|file| file.kind() != Some(DIRECTORY));
    let files = files.filter(|file| !file.path.contains(&b'\n'));
    Text::from(files.flat_map(|file| [file.path.as_slice(), b"\n"].concat()).collect::<Vec<u8>>())
}
