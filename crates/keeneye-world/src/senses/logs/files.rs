//! Which files are logs and login records.

use crate::{AskHost, EntryKind, Look, Question, World, log_name};
use keeneye_facts::{FileStat, LogFile, LogForm, LogOddity, Refusal, Text};
use std::collections::BTreeSet;

const LOGS: &str = "/var/log";
const AUDIT: &str = "/var/log/audit";
const ZYPPER: &str = "/var/log/zypp";
const JOURNALS: [&str; 2] = ["/var/log/journal", "/run/log/journal"];
/// Databases of login records, where distributions put them.
const DATABASES: [(&str, LogForm); 3] = [
    ("/var/lib/wtmpdb/wtmp.db", LogForm::Wtmpdb),
    ("/var/log/wtmp.db", LogForm::Wtmpdb),
    ("/var/lib/lastlog/lastlog2.db", LogForm::Lastlog2),
];
/// Who is there now.
const UTMP: [&str; 2] = ["/run/utmp", "/var/run/utmp"];
/// Files of logs.
const MAX_FILES: usize = 2_000;
/// Bytes of all of them, as they lie there; of a quick look.
const MAX_BYTES: u64 = 16 << 30;
const MAX_QUICK_BYTES: u64 = 256 << 20;

/// A file that is worth reading.
pub(super) struct Found {
    pub(super) path: Text,
    pub(super) form: LogForm,
    pub(super) stat: FileStat,
    /// Where it leads, when it is a link.
    link: Option<Text>,
    /// It leads to no regular file.
    pub(super) leads_away: bool,
}

impl Found {
    pub(super) fn question(&self) -> Question {
        Question::Log { path: self.path.clone(), form: self.form }
    }

    pub(super) fn file(&self) -> LogFile {
        LogFile {
            path: self.path.clone(),
            form: self.form,
            stat: Some(self.stat),
            entries: 0,
            first: None,
            last: None,
            sshd: 0,
            sshd_understood: 0,
            logins_from: None,
            oddities: self.link.iter().map(|to| LogOddity::Link { to: to.clone() }).collect(),
        }
    }

    /// Of what it is a part: the path without what a rotation adds; all files of the journal are one.
    pub(super) fn series(&self) -> Text {
        match self.form {
            LogForm::Journal => Text::from("journal"),
            _ => {
                let dir = Text::from(self.path.parent());
                dir.join(log_name::base(self.path.file_name()))
            }
        }
    }
}

/// What there is to read.
pub(super) struct All {
    pub(super) files: Vec<Found>,
    /// No file was left out.
    pub(super) whole: bool,
}

/// All of them, as many as a look has time for; of each series the newest.
pub(super) fn find(look: &mut Look<'_>, world: &World, quick: bool) -> All {
    let mut found = Vec::new();
    in_dir(look, LOGS, &mut found, &|name| log_name::form(log_name::base(name)));
    in_dir(look, AUDIT, &mut found, &|name| name.starts_with(b"audit.log").then_some(LogForm::Audit));
    in_dir(look, ZYPPER, &mut found, &|name| (log_name::base(name) == b"history").then_some(LogForm::Packages));
    for dir in JOURNALS.map(Text::from) {
        let machines = look.optional_list(&dir).unwrap_or_default();
        for machine in machines.into_iter().filter(|entry| entry.kind == EntryKind::Dir).take(MAX_FILES) {
            let dir = dir.join(&machine.name);
            in_dir(look, &dir.lossy(), &mut found, &is_journal);
        }
    }
    for (path, form) in DATABASES {
        add(look, Text::from(path), form, &mut found);
    }
    // A matter of machines that run.
    for path in UTMP.iter().filter(|_| world.host.live) {
        add(look, Text::from(*path), LogForm::Utmp, &mut found);
    }
    limited(look, found, quick)
}

fn in_dir(look: &mut Look<'_>, dir: &str, found: &mut Vec<Found>, form: &dyn Fn(&[u8]) -> Option<LogForm>) {
    let dir = Text::from(dir);
    let names = look.optional_list(&dir).unwrap_or_default();
    let wanted = names.into_iter().filter_map(|entry| Some((form(&entry.name)?, entry)));
    let wanted = look.first(&dir, wanted, MAX_FILES, "files of logs");
    for (form, entry) in wanted {
        if entry.kind != EntryKind::Dir {
            add(look, dir.join(&entry.name), form, found);
        }
    }
}

fn add(look: &mut Look<'_>, path: Text, form: LogForm, found: &mut Vec<Found>) {
    let Some(stat) = look.optional_stat(&path) else { return };
    if !stat.is_link() {
        let known = found.iter().any(|other| other.stat.same_file(&stat));
        if !known {
            // A device, or what is mounted over it: nothing that is written there is kept.
            let (link, leads_away) = if stat.is_regular() { (None, false) } else { (Some(path.clone()), true) };
            found.push(Found { path, form, stat, link, leads_away });
        }
        return;
    }
    let link = look.optional_link(&path);
    let target = look.resolve_if_there(&path).filter(|target| *target != path);
    let behind = target.as_ref().and_then(|target| look.host().stat(target).ok());
    match target.zip(behind).filter(|(_, stat)| stat.is_regular()) {
        Some((target, stat)) => {
            if !found.iter().any(|other| other.stat.same_file(&stat)) {
                found.push(Found { path: target, form, stat, link, leads_away: false });
            }
        }
        None => found.push(Found { path, form, stat, link: target_text(look, link, behind), leads_away: true }),
    }
}

/// Where a link leads in the end, where that is a device; a link may lead to it in a roundabout way.
fn target_text(look: &Look<'_>, link: Option<Text>, behind: Option<FileStat>) -> Option<Text> {
    let is_device = behind.is_some_and(|stat| !stat.is_dir() && !stat.is_regular());
    let resolved = link.as_ref().filter(|_| is_device).and_then(|link| look.host().resolve(link).ok());
    resolved.or(link)
}

fn is_journal(name: &[u8]) -> Option<LogForm> {
    (name.ends_with(b".journal") || name.ends_with(b".journal~")).then_some(LogForm::Journal)
}

fn limited(look: &mut Look<'_>, mut found: Vec<Found>, quick: bool) -> All {
    found.sort_by_key(|found| std::cmp::Reverse(found.stat.modified));
    let most = if quick { MAX_QUICK_BYTES } else { MAX_BYTES };
    let (mut bytes, mut left_out, mut ended) = (0_u64, 0_u64, BTreeSet::new());
    found.retain(|found| {
        // Records of single logins are small where they are honest, and sparse files are larger than they are.
        let counts = matches!(
            found.form,
            LogForm::Syslog | LogForm::Audit | LogForm::Journal | LogForm::Btmp | LogForm::Packages
        );
        let series = found.series();
        let fits = !counts || bytes.saturating_add(found.stat.size) <= most && !ended.contains(&series);
        if !fits {
            // What is older than a file that is left out would stand behind a hole.
            ended.insert(series);
        }
        bytes += if counts && fits { found.stat.size } else { 0 };
        left_out += u64::from(!fits);
        fits
    });
    if left_out > 0 && !quick {
        look.gap("older logs", Refusal::Cut(format!("{left_out} files beyond the newest {} GiB", most >> 30)));
    }
    found.sort_by(|a, b| (a.series(), a.stat.modified, &a.path).cmp(&(b.series(), b.stat.modified, &b.path)));
    All { files: found, whole: left_out == 0 }
}
