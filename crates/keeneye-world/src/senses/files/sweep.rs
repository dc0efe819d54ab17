//! The sweep: the whole tree, directory by directory of its root, for what is worth a second look wherever it lies.
//! Each piece is handled and dropped, so that the memory it takes is that of the largest.

use super::Wanted;
use crate::packages::Packages;
use crate::senses::Plan;
use crate::{Answer, EntryKind, Look, Question, Walked, World, file_capabilities, place, sweep};
use keeneye_facts::{FileStat, Interest, Refusal, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Views of the kernel.
const NO_FILES: [&[u8]; 2] = [b"proc", b"sys"];
/// All that a quick look sweeps.
const QUICK: [&str; 4] = ["/dev", "/run", "/tmp", "/var/tmp"];
/// Files of one interest that are looked into; more are told as a gap.
const MAX_OF_ONE_INTEREST: usize = 5_000;
/// Setuid programs that make a tree with an `etc/passwd` a system of its own, at least. One alone may have been put
/// there, with the other file as its excuse.
const PROGRAMS_OF_A_SYSTEM: usize = 3;

/// What the sweep found that is judged by content: scripts and settings of web servers.
pub(super) type WebFiles = Vec<(Text, FileStat)>;

pub(super) fn look(
    look: &mut Look<'_>,
    wanted: &mut Wanted,
    packages: &Packages,
    world: &World,
    plan: &Plan,
) -> WebFiles {
    let mut sweep = Sweep { wanted, packages, world, counts: BTreeMap::new(), web: Vec::new() };
    for (dir, kind) in pieces(look, &mut sweep, plan) {
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
    counts: BTreeMap<Interest, usize>,
    web: WebFiles,
}

impl Sweep<'_> {
    fn piece(&mut self, look: &mut Look<'_>, files: &[Walked]) {
        let systems = other_systems(files, self.packages);
        for Walked { path, stat, capabilities } in files {
            for interest in sweep::interests(path, stat, capabilities.is_some()) {
                let wanted = match interest {
                    Interest::Privileged => !systems.iter().any(|root| place::below(path, root)),
                    Interest::Stray => self.packages.is_unowned(path),
                    Interest::History => is_of_a_login(path, self.world),
                    Interest::Web => {
                        self.web.push((path.clone(), *stat));
                        false
                    }
                    _ => true,
                };
                if wanted {
                    self.add(path, interest);
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

    fn add(&mut self, path: &Text, interest: Interest) {
        let count = self.counts.entry(interest).or_default();
        *count += 1;
        if *count <= MAX_OF_ONE_INTEREST {
            self.wanted.add(path.clone(), interest);
        }
    }

    fn tell_counts(&self, look: &mut Look<'_>) {
        for (interest, count) in self.counts.iter().filter(|(_, count)| **count > MAX_OF_ONE_INTEREST) {
            let word = serde_json::to_value(interest).unwrap_or_default();
            let what = format!("{count} files of one kind ({})", word.as_str().unwrap_or("?"));
            look.gap(what, Refusal::Cut(format!("{MAX_OF_ONE_INTEREST} files")));
        }
    }
}

/// Roots of other systems: chroots, unpacked images. Programs that give rights there are those systems' own.
/// What holds programs that this system's packages brought is no other system, whatever files lie in it.
fn other_systems(files: &[Walked], packages: &Packages) -> BTreeSet<Text> {
    let roots = files.iter().filter_map(|file| sweep::foreign_root(&file.path));
    let honest = roots.filter(|root| !place::is_volatile(root) && place::hidden_component(root).is_none());
    let privileged: Vec<&Text> =
        files.iter().filter(|file| file.stat.mode & 0o6000 != 0 && file.stat.is_regular()).map(|f| &f.path).collect();
    let is_system = |root: &Text| {
        let inside: Vec<&&Text> = privileged.iter().filter(|path| place::below(path, root)).collect();
        if inside.iter().any(|path| packages.package_of(path).is_some()) { 0 } else { inside.len() }
    };
    honest.filter(|root| is_system(root) >= PROGRAMS_OF_A_SYSTEM).collect()
}

/// Directly in the home of an account that people log in to.
fn is_of_a_login(path: &Text, world: &World) -> bool {
    let parent = path.parent();
    let is_home = |home: &Text| home.strip_suffix(b"/").unwrap_or(home) == parent;
    world.accounts.iter().any(|account| is_home(&account.home) && (account.uid == 0 || place::is_login(account)))
}
