//! The sweep: the whole tree, directory by directory of its root, for what is worth a second look wherever it lies.
//! Each piece is handled and dropped, so that the memory it takes is that of the largest.

use super::Wanted;
use crate::packages::Packages;
use crate::senses::Plan;
use crate::{Answer, EntryKind, Look, Question, Walked, World, file_capabilities, place, sweep};
use bstr::ByteSlice;
use keeneye_facts::{Event, FileStat, ForeignRoot, Interest, Refusal, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Views of the kernel.
const NO_FILES: [&[u8]; 2] = [b"proc", b"sys"];
/// All that a quick look sweeps.
const QUICK: [&str; 4] = ["/dev", "/run", "/tmp", "/var/tmp"];
/// Files of one interest and one owner that are looked into; more are told as a gap. Each owner has a number of his
/// own, so that nobody without rights can crowd out what lies elsewhere.
const MAX_OF_ONE_OWNER: usize = 5_000;
/// Directories that look like roots of other systems.
const MAX_ROOTS: usize = 500;
/// Databases of packages, of which a system has one.
const DATABASES: [&str; 7] = [
    "/var/lib/dpkg/status",
    "/var/lib/dpkg/status.d",
    "/lib/apk/db/installed",
    "/usr/lib/apk/db/installed",
    "/var/lib/rpm",
    "/usr/lib/sysimage/rpm",
    "/var/lib/pacman/local",
];

/// What the sweep found that is judged by content: scripts and settings of web servers.
pub(super) type WebFiles = Vec<(Text, FileStat)>;

pub(super) fn look(
    look: &mut Look<'_>,
    wanted: &mut Wanted,
    packages: &Packages,
    world: &World,
    plan: &Plan,
) -> WebFiles {
    let known = world.accounts.iter().map(|account| account.uid).collect();
    let mut sweep =
        Sweep { wanted, packages, world, known, counts: BTreeMap::new(), left_out: BTreeMap::new(), web: Vec::new() };
    let mut pieces = pieces(look, &mut sweep, plan);
    if !plan.quick {
        pieces.extend(stores(look, &sweep));
    }
    for (dir, kind) in pieces {
        let reply = look.host().ask(&Question::Sweep(dir.clone()));
        let no_directory = kind == EntryKind::Unknown && reply.as_ref().is_err_and(Refusal::is_absent);
        look.count(1, u64::from(reply.is_ok() || no_directory));
        match reply {
            Ok(Answer::Walk { files, cut, unread }) => {
                sweep.piece(look, &files);
                tell_unread(look, &dir, cut, &unread);
            }
            Ok(other) => look.misfit(dir, &other),
            Err(_) if no_directory => (),
            Err(why) => look.gap([b"files below ", dir.as_slice()].concat(), why),
        }
    }
    sweep.tell_counts(look);
    sweep.web
}

/// Directories to sweep, with their type; files in the root are looked at on the way.
fn pieces(look: &mut Look<'_>, sweep: &mut Sweep<'_>, plan: &Plan) -> Vec<(Text, EntryKind)> {
    let root = Text::from("/");
    let mut dirs = Vec::new();
    for entry in look.list(&root).unwrap_or_default() {
        let path = root.join(&entry.name);
        let wanted = (!plan.quick || QUICK.iter().any(|dir| path == *dir)) && sweep::goes_into(&path);
        match entry.kind {
            EntryKind::Dir | EntryKind::Unknown if !NO_FILES.contains(&entry.name.as_slice()) && wanted => {
                dirs.push((path, entry.kind));
            }
            EntryKind::File if wanted => {
                if let Some(stat) = look.optional_stat(&path) {
                    sweep.piece(look, &[Walked { path, stat, capabilities: None }]);
                }
            }
            _ => (),
        }
    }
    let tmp = Text::from("/var/tmp");
    if plan.quick && look.optional_stat(&tmp).is_some_and(|stat| stat.is_dir()) {
        dirs.push((tmp, EntryKind::Dir));
    }
    dirs
}

/// Stores of images without an engine that packages brought or that is at work: then they are directories like others.
/// The rest are told as one gap.
fn stores(look: &mut Look<'_>, sweep: &Sweep<'_>) -> Vec<(Text, EntryKind)> {
    let (mut swept, mut left_out) = (Vec::new(), Vec::new());
    for store in sweep::IMAGE_STORES {
        let path = Text::from(store.path);
        let there = look.resolve_if_there(&path).and_then(|path| look.optional_stat(&path));
        if !there.is_some_and(|stat| stat.is_dir()) {
            continue;
        }
        match sweep.has_engine(look, store) {
            true => left_out.push(store.path),
            false => swept.push((path, EntryKind::Dir)),
        }
    }
    if let Some(first) = left_out.first() {
        let more = if left_out.len() > 1 { format!(" and {} more places", left_out.len() - 1) } else { String::new() };
        let what = format!("images of containers below {first}{more}");
        look.gap(what, Refusal::Cut("whole systems of their own, not looked into".into()));
    }
    swept
}

/// One gap for each piece, that names the first.
fn tell_unread(look: &mut Look<'_>, dir: &Text, cut: Option<String>, unread: &[(Text, i32)]) {
    if let Some(limit) = cut {
        look.gap([b"files below ", dir.as_slice()].concat(), Refusal::Cut(limit));
    }
    let Some((first, errno)) = unread.first() else { return };
    let more = match unread.len() - 1 {
        0 => String::new(),
        count => format!(" and {count} more below {}", dir.lossy()),
    };
    look.gap([first.as_slice(), more.as_bytes()].concat(), Refusal::Errno(*errno));
}

struct Sweep<'a> {
    wanted: &'a mut Wanted,
    packages: &'a Packages,
    world: &'a World,
    /// Users of accounts. All others share one number: names for them cost nothing.
    known: BTreeSet<u32>,
    counts: BTreeMap<(Interest, Option<u32>), usize>,
    /// How many, and the first.
    left_out: BTreeMap<Interest, (usize, Text)>,
    web: WebFiles,
}

impl Sweep<'_> {
    fn piece(&mut self, look: &mut Look<'_>, files: &[Walked]) {
        foreign_roots(look, files, self.packages);
        for Walked { path, stat, capabilities } in files {
            for interest in sweep::interests(path, stat, capabilities.is_some()) {
                let wanted = match interest {
                    Interest::Stray => self.packages.is_unowned(path) && !self.is_compiled(path),
                    Interest::History => is_of_a_login(path, self.world),
                    Interest::Web => {
                        self.web.push((path.clone(), *stat));
                        false
                    }
                    _ => true,
                };
                if wanted {
                    self.add(path, stat.uid, interest);
                }
            }
            if let Some(attribute) = capabilities {
                match file_capabilities::parse(attribute) {
                    Some(capabilities) => drop(self.wanted.capabilities.insert(path.clone(), capabilities)),
                    None => look.gap(
                        [b"capabilities of ", path.as_slice()].concat(),
                        Refusal::Garbled(format!("{} bytes of no known form", attribute.len())),
                    ),
                }
            }
        }
    }

    /// Made of a package's module.
    fn is_compiled(&self, path: &Text) -> bool {
        sweep::python_source(path).is_some_and(|source| self.packages.package_of(&source).is_some())
    }

    fn add(&mut self, path: &Text, uid: u32, interest: Interest) {
        let count = self.counts.entry((interest, self.known.get(&uid).copied())).or_default();
        *count += 1;
        if *count <= MAX_OF_ONE_OWNER {
            self.wanted.add(path.clone(), interest);
        } else {
            self.left_out.entry(interest).or_insert_with(|| (0, path.clone())).0 += 1;
        }
    }

    fn tell_counts(&self, look: &mut Look<'_>) {
        for (interest, (count, first)) in &self.left_out {
            let word = serde_json::to_value(interest).unwrap_or_default();
            let what = format!("{} and {} more ({})", first.lossy(), count - 1, word.as_str().unwrap_or("?"));
            look.gap(what, Refusal::Cut(format!("{MAX_OF_ONE_OWNER} files of one kind and owner")));
        }
    }

    /// The program of an engine is a package's, or a container runs from the store.
    fn has_engine(&self, look: &mut Look<'_>, store: &sweep::Store) -> bool {
        let installed = store.engines.iter().filter_map(|engine| look.optional_resolve(&Text::from(*engine)));
        let installed: Vec<Text> = installed.collect();
        let layer = [b"lowerdir=".as_slice(), store.path.as_bytes(), b"/"].concat();
        let runs = |mount: &keeneye_facts::Mount| mount.kind == "overlay" && mount.super_options.contains_str(&layer);
        let packaged = |path: &Text| self.packages.databases().is_empty() || self.packages.package_of(path).is_some();
        installed.iter().any(packaged) || self.world.mounts.iter().any(runs)
    }
}

/// Roots of other systems: chroots, unpacked images, and what shall look like one.
fn foreign_roots(look: &mut Look<'_>, files: &[Walked], packages: &Packages) {
    let roots: BTreeSet<Text> = files.iter().filter_map(|file| sweep::foreign_root(&file.path)).collect();
    let gives =
        |file: &&Walked| file.stat.is_regular() && (file.stat.mode & 0o6000 != 0 || file.capabilities.is_some());
    let privileged: Vec<&Text> = files.iter().filter(gives).map(|file| &file.path).collect();
    for path in look.first(&Text::from("roots of other systems"), roots, MAX_ROOTS, "roots") {
        let inside: Vec<&&Text> = privileged.iter().filter(|file| place::below(file, &path)).collect();
        if inside.is_empty() {
            continue;
        }
        let database = |name: &str| Text::from([path.as_slice(), name.as_bytes()].concat());
        let database = DATABASES.iter().any(|name| look.optional_resolve(&database(name)).is_some());
        look.saw(Event::ForeignRootSeen(ForeignRoot {
            privileged: u32::try_from(inside.len()).unwrap_or(u32::MAX),
            ours: inside.iter().any(|file| packages.package_of(file).is_some()),
            database,
            path,
        }));
    }
}

/// Directly in the home of an account that people log in to.
fn is_of_a_login(path: &Text, world: &World) -> bool {
    // fish keeps its own deeper.
    let parent = path.strip_suffix(b"/.local/share/fish/fish_history").unwrap_or_else(|| path.parent());
    let is_home = |home: &Text| home.strip_suffix(b"/").unwrap_or(home) == parent;
    world.accounts.iter().any(|account| is_home(&account.home) && (account.uid == 0 || place::is_login(account)))
}
