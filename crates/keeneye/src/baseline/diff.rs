//! `keeneye baseline diff`: what changed between two baselines, or since the newest.

use super::against::{Collected, Compared};
use super::{Here, baselines, by_name, newest_header, rolled_back};
use crate::cli::{Format, Kept};
use crate::output::{complain, print};
use crate::settings::Settings;
use anyhow::{Context, Result, ensure};
use keeneye_live::{Stopwatch, Taken};
use keeneye_world::baseline::{Brought, ChangeGroup, Dealings, Differ, Policy, Reader, group};

/// Compares and says so; 1 when something differs that nothing explains.
pub(super) fn run(
    before: Option<&str>,
    after: Option<&str>,
    full: bool,
    place: &Kept,
    settings: &Settings,
) -> Result<u8> {
    ensure!(matches!(settings.format, Format::Text | Format::Json), "what changed is told as text or json");
    match (before, after) {
        (Some(before), Some(after)) => files(before, after, place, settings),
        (which, _) => here(which, full, place, settings),
    }
}

/// Two baselines: nobody can be asked whose a file is.
fn files(before: &str, after: &str, place: &Kept, settings: &Settings) -> Result<u8> {
    let baselines = baselines(place);
    let read = |name: &str| -> Result<_> { Ok(Reader::new(by_name(name, &baselines)?)?) };
    let (old, mut new) = (read(before)?, read(after)?);
    let policy = Policy::new(&settings.baseline);
    let mut changes = Collected::default();
    let mut differ = Differ::new(old, &policy).with_context(|| format!("cannot use {before}"))?;
    for entry in new.by_ref() {
        let entry = entry.with_context(|| format!("cannot use {after}"))?;
        differ.after(entry, &mut |change| changes.push(change))?;
    }
    let cut = new.end().is_some_and(|end| end.cut.is_some());
    differ.finish(cut, &mut |change| changes.push(change)).with_context(|| format!("cannot use {before}"))?;
    let more = changes.more;
    let groups = group(changes.changes, &Dealings::default(), &mut |_| Brought::UNKNOWN);
    say(&groups, more, "", settings)
}

/// This host, or an image, against a baseline; the newest unless one is named.
fn here(which: Option<&str>, full: bool, place: &Kept, settings: &Settings) -> Result<u8> {
    let watch = Stopwatch::start();
    let here = Here::open(place, settings)?;
    let name = match which {
        Some(name) => name.to_owned(),
        None => {
            let newest = newest_header(&here.baselines)?;
            if let Some(remark) = rolled_back(&here.baselines, newest.as_ref().map(|(_, header)| header))? {
                complain(&remark);
            }
            let (number, _) = newest.context("there is no baseline yet: keeneye baseline learn")?;
            number.to_string()
        }
    };
    let Compared { changes, taken, header, doubt, .. } = super::against::compare(&here, &name, full)?;
    let more = changes.more;
    let groups = super::against::grouped(&here, changes, header.made.seconds);
    let front = super::said::compared(&header, &taken, doubt, watch.milliseconds());
    say(&groups, more, &front, settings)
}

fn say(groups: &[ChangeGroup], more: u64, front: &str, settings: &Settings) -> Result<u8> {
    match settings.format {
        Format::Json => print(super::said::json(groups, more))?,
        _ => print(format!("{front}{}", super::said::text(groups, more, settings.verbose)))?,
    }
    let found = groups.iter().any(|group| !group.cause.is_explained());
    Ok(if found { crate::judge::FINDINGS } else { crate::judge::NOTHING })
}

/// Unread files of a walk make it less than whole.
pub(super) fn is_whole(taken: &Taken) -> bool {
    taken.cut.is_none() && taken.unread_count == 0
}
