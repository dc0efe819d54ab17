//! The databases of package managers other than dpkg: where they lie, and their packages in one form.

use super::dpkg::{self, MAX_PATH};
use super::{Expected, Installed, apk, pacman, rpm};
use crate::{Answer, AskHost, EntryKind, Look, Question};
use keeneye_facts::{FileStat, Refusal, Text};

const APK: [&str; 2] = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];
/// Where distributions keep rpm's database, and the names that it has had.
const RPM_DIRS: [&str; 2] = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
const RPM_FILES: [&str; 3] = ["rpmdb.sqlite", "Packages.db", "Packages"];
const PACMAN: &str = "/var/lib/pacman/local";
/// Packages that are read of pacman's directory.
const MAX_PACMAN: usize = 50_000;

/// A database that was read.
pub(super) struct Database {
    /// `rpm`, `apk`, `pacman`.
    pub(super) manager: &'static str,
    /// Its file, or the directory of it.
    pub(super) path: Text,
    /// Of that file before it was read.
    pub(super) stat: Option<FileStat>,
    /// Its packages.
    pub(super) packages: Vec<Record>,
    /// Everything in it was understood.
    pub(super) whole: bool,
}

/// A package and its files, sorted by path.
pub(super) struct Record {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) architecture: String,
    /// Seconds since 1970, as the database says.
    pub(super) installed: Option<i64>,
    pub(super) files: Vec<Expected>,
}

impl Record {
    fn new(package: Installed, installed: Option<i64>) -> Self {
        let Installed { name, version, architecture, mut files } = package;
        files.retain(|file| file.path.starts_with(b"/") && file.path.len() < MAX_PATH);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { name, version, architecture, installed, files }
    }
}

/// All that are there.
pub(super) fn databases(look: &mut Look<'_>, keys: &[Text]) -> Vec<Database> {
    let mut found = Vec::new();
    found.extend(APK.into_iter().filter_map(|path| read_apk(look, Text::from(path))));
    for dir in RPM_DIRS {
        let paths = RPM_FILES.map(|name| Text::from(dir).join(name.as_bytes()));
        let read: Vec<Database> = paths.into_iter().filter_map(|path| read_rpm(look, path, keys)).collect();
        // Two of them side by side are an old one that a conversion left.
        found.extend(read.into_iter().next());
    }
    found.extend(read_pacman(look));
    // One of the two places may be a link to the other.
    found.dedup_by(|a, b| a.stat.zip(b.stat).is_some_and(|(a, b)| a.same_file(&b)));
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
    Some(Database { manager: "apk", path, stat: Some(stat), packages, whole: troubles.is_empty() })
}

/// apk says of files neither that they are files nor that they are links, and keeps of a link the digest of its target.
/// Links have mode 777, and hardly a file has.
fn told_apart(file: &mut Expected) {
    const KIND: u32 = 0o170_000;
    const REGULAR: u32 = 0o100_000;
    match file.mode {
        Some(mode) if mode & KIND == 0 && mode == 0o777 => (file.mode, file.digest) = (None, None),
        Some(mode) if mode & KIND == 0 => file.mode = Some(REGULAR | mode),
        _ => (),
    }
}

fn read_rpm(look: &mut Look<'_>, path: Text, keys: &[Text]) -> Option<Database> {
    let stat = look.optional_stat(&path).filter(|stat| stat.is_regular() && stat.size > 0)?;
    let bytes = content(look, &path)?;
    let wal = Text::from([path.as_slice(), b"-wal"].concat());
    let wal = look.optional_stat(&wal).filter(|stat| stat.size > 0).and_then(|_| content(look, &wal));
    let (packages, troubles) = rpm::read(&bytes, wal.as_ref().map(|wal| wal.as_slice()));
    for trouble in troubles.iter().take(5) {
        let record = trouble.record.map(|number| format!("record {number}: ")).unwrap_or_default();
        look.gap(path.clone(), Refusal::Garbled(format!("{record}{}", trouble.why)));
    }
    super::trust::judge(look, &path, &packages, keys);
    let mut whole = troubles.is_empty();
    let record = |package: rpm::Package| {
        let (files, wrong) = package.files();
        whole &= wrong.is_empty();
        let version = package.full_version();
        let rpm::Package { name, architecture, installed, .. } = package;
        Record::new(Installed { name, version, architecture, files }, installed)
    };
    let packages: Vec<Record> = packages.into_iter().filter(|package| package.key.is_none()).map(record).collect();
    // Debian's rpm makes an empty one as soon as somebody runs it.
    (!packages.is_empty()).then_some(Database { manager: "rpm", path, stat: Some(stat), packages, whole })
}

fn read_pacman(look: &mut Look<'_>) -> Option<Database> {
    let path = Text::from(PACMAN);
    let stat = look.optional_stat(&path)?;
    let names = look.optional_list(&path)?.into_iter().filter(|entry| entry.kind == EntryKind::Dir);
    let names = look.first(&path, names, MAX_PACMAN, "packages");
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
            Some(package) => packages.push(Record::new(package, look.host().stat(&dir).ok().map(|stat| stat.changed))),
            None => whole = false,
        }
    }
    (!packages.is_empty()).then_some(Database { manager: "pacman", path, stat: Some(stat), packages, whole })
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
