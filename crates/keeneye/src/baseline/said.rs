//! What is said of a comparison.

use keeneye_facts::Text;
use keeneye_live::Taken;
use keeneye_report::sanitise::{bounded, clean};
use keeneye_report::words::{bytes, counted, thousands, took};
use keeneye_world::baseline::{Cause, Change, ChangeGroup, Header};
use serde_json::json;

/// Files of one group that are named; with -v more.
const NAMED: usize = 8;
const NAMED_VERBOSE: usize = 1000;
/// Groups that are told.
const GROUPS: usize = 60;

/// What was compared.
pub(super) fn compared(header: &Header, taken: &Taken, doubt: Option<&str>, milliseconds: u64) -> String {
    let mut text = format!(
        "against baseline {} of {}: {} files, {} of them read ({}) · {}\n",
        header.counter,
        keeneye_report::words::rfc3339(header.made.seconds),
        thousands(taken.entries),
        thousands(taken.read),
        bytes(taken.bytes),
        took(milliseconds),
    );
    if let Some(why) = doubt {
        text.push_str(&format!("  everything was read: {why} since then\n"));
    }
    text.push_str(&unread(taken));
    text
}

/// What could not be read, and what cut the walk off.
pub(super) fn unread(taken: &Taken) -> String {
    if super::diff::is_whole(taken) {
        return String::new();
    }
    let mut text = String::new();
    if let Some(limit) = &taken.cut {
        text.push_str(&format!("  cut off by {limit}\n"));
    }
    if let Some((path, errno)) = taken.unread.first() {
        let why = std::io::Error::from_raw_os_error(*errno);
        let count = counted(taken.unread_count, "file");
        text.push_str(&format!("  could not read {count}, such as {} ({why})\n", clean(path)));
    }
    text
}

/// Groups as text, heaviest first.
pub(super) fn text(groups: &[ChangeGroup], more: u64, verbose: bool) -> String {
    if groups.is_empty() {
        return "nothing changed\n".into();
    }
    let mut text = String::new();
    let named = if verbose { NAMED_VERBOSE } else { NAMED };
    let shown = if verbose { groups.len() } else { GROUPS };
    for group in groups.iter().take(shown) {
        text.push_str(&format!("\n{} · {}\n", title(group), group.weight.words()));
        // What is explained needs no names.
        let named = if group.cause.is_explained() && !verbose { 0 } else { named };
        for change in group.changes.iter().take(named) {
            text.push_str(&format!("  {}  {}\n", bounded(change.path(), 200), aspects(change)));
        }
        let left = group.changes.len().saturating_sub(named);
        if left > 0 && named > 0 {
            text.push_str(&format!("  and {left} more\n"));
        }
    }
    if groups.len() > shown {
        text.push_str(&format!("\nand {} more groups (-v names them)\n", groups.len() - shown));
    }
    if more > 0 {
        text.push_str(&format!("\nand {} more changes that were only counted\n", thousands(more)));
    }
    text
}

fn title(group: &ChangeGroup) -> String {
    let count = counted(group.changes.len() as u64, "file");
    match &group.cause {
        Cause::Silent => format!("CONTENT CHANGED BEHIND THE FILE SYSTEM'S BACK: {count}"),
        Cause::Unexplained => format!("changed, and nothing explains it: {count}"),
        Cause::Rights => format!("mode, owner or rights changed: {count}"),
        Cause::New(dir) => format!("new in {}: {count}", clean(dir)),
        Cause::Gone(dir) => format!("gone from {}: {count}", clean(dir)),
        Cause::Settings => format!("settings edited: {count}"),
        Cause::Moved => format!("renamed: {count}"),
        Cause::Rotated => format!("logs rotated: {count}"),
        Cause::Package(name) => format!("package {} was changed: {count}", clean(name)),
        Cause::Records => format!("records of the package manager: {count}"),
        Cause::Generated(program) => format!("made by {}: {count}", clean(program)),
        Cause::PackageRun => format!("made or taken away while a package manager ran: {count}"),
    }
}

fn aspects(change: &Change) -> String {
    let words: Vec<String> = change.aspects.iter().map(|aspect| aspect.words().to_owned()).collect();
    let mut text = words.join(", ");
    if let (Some(before), Some(after)) = (&change.before, &change.after) {
        if before.mode != after.mode {
            text.push_str(&format!(" {:04o} → {:04o}", before.mode & 0o7777, after.mode & 0o7777));
        }
        if (before.uid, before.gid) != (after.uid, after.gid) {
            text.push_str(&format!(" {}:{} → {}:{}", before.uid, before.gid, after.uid, after.gid));
        }
    }
    text
}

/// Groups as one document.
pub(super) fn json(groups: &[ChangeGroup], more: u64) -> String {
    let of = |text: &Text| serde_json::to_value(text).unwrap_or_default();
    let change = |change: &Change| {
        let aspects: Vec<&str> = change.aspects.iter().map(|aspect| aspect.words()).collect();
        json!({ "path": of(change.path()), "class": change.class.name(), "aspects": aspects })
    };
    let group = |group: &ChangeGroup| {
        let about = match &group.cause {
            Cause::New(dir) | Cause::Gone(dir) => of(dir),
            Cause::Package(name) | Cause::Generated(name) => name.as_str().into(),
            _ => serde_json::Value::Null,
        };
        let changes: Vec<_> = group.changes.iter().map(change).collect();
        json!({
            "cause": group.cause.name(), "about": about, "explained": group.cause.is_explained(),
            "weight": group.weight.words(), "changes": changes,
        })
    };
    let groups: Vec<_> = groups.iter().map(group).collect();
    format!("{}\n", json!({ "schema": 1, "groups": groups, "only_counted": more }))
}
