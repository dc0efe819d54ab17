//! `keeneye baseline learn` and `keeneye scan --save`: every file as it is now.

use super::{Here, ONE_IN, hexadecimal, newest, rolled_back};
use crate::output::complain;
use anyhow::{Context, Result, bail};
use keeneye_facts::Text;
use keeneye_live::{Before, Inventory, InventoryError, Stopwatch, Taken};
use keeneye_report::words::{bytes, thousands, took};
use keeneye_store::Seen;
use keeneye_world::baseline::{End, Header, Moment, Reader, Writer, words};
use keeneye_world::{Answer, Host, Question};
use std::path::PathBuf;

/// Walks, keeps what is found as the next baseline, and gives what is to be said of it.
pub(crate) fn learn(here: &Here, roots: &[PathBuf], full: bool) -> Result<String> {
    let watch = Stopwatch::start();
    let previous = match newest(&here.baselines) {
        Err(why) if full => {
            complain(&format!("{why:#}; what follows does not go by it"));
            None
        }
        previous => previous?,
    };
    let seen = here.baselines.seen()?.map_or(0, |seen| seen.counter);
    let known = previous.as_ref().map(|(_, header, _)| header);
    if let Some(remark) = rolled_back(&here.baselines, known)? {
        complain(&remark);
    }
    let doubt = known.and_then(|header| here.doubt(header));
    let header = Header {
        keeneye: env!("CARGO_PKG_VERSION").into(),
        counter: known.map_or(0, |header| header.counter).max(seen) + 1,
        previous: previous.as_ref().map(|(_, _, end)| hexadecimal(&end.hash)),
        made: now(here)?,
        host: here.name(),
        boot: here.boot(),
        clock_offset: here.clock_offset(),
        roots: chosen(roots, known)?,
        policy: here.policy.digest(),
        full: full || doubt.is_some() || previous.is_none(),
    };
    let number = header.counter;
    let mut written = None;
    here.baselines.write(number, |file| {
        let before = match &previous {
            Some((number, before, _)) => {
                let source = here.baselines.read(*number)?.context("the newest baseline vanished")?;
                let one_in = if header.full { 1 } else { ONE_IN };
                let seed = keeneye_live::random_seed();
                Some(Before { entries: Box::new(Reader::new(source)?), made: before.made, one_in, seed })
            }
            None => None,
        };
        let mut writer = Writer::new(file, &header)?;
        let inventory = Inventory { roots: &header.roots, policy: &here.policy, before };
        let taken = here.live.inventory(inventory, &mut |entry| writer.push(&entry)).map_err(plainly)?;
        let (file, end) = writer.finish(taken.cut.clone())?;
        written = Some((taken, end));
        anyhow::Ok(file)
    })?;
    let Some((taken, end)) = written else { bail!("nothing was written") };
    here.baselines.take_note(&Seen { counter: number, hash: hexadecimal(&end.hash) })?;
    let path = here.baselines.path(number);
    Ok(said(&header, &end, &taken, doubt, &path.display().to_string(), watch.milliseconds()))
}

fn said(header: &Header, end: &End, taken: &Taken, doubt: Option<&str>, path: &str, milliseconds: u64) -> String {
    let mut text = format!(
        "baseline {} of {}: {} files, {} of them read ({}), {} as before · {}\n",
        header.counter,
        keeneye_report::sanitise::clean(&header.host),
        thousands(end.entries),
        thousands(taken.read),
        bytes(taken.bytes),
        thousands(taken.believed),
        took(milliseconds),
    );
    if let Some(why) = doubt {
        text.push_str(&format!("  everything was read: {why} since the one before\n"));
    }
    text.push_str(&super::said::unread(taken));
    text.push_str(&format!("  words  {}\n  hash   {}\n  file   {path}\n", words(&end.hash), hexadecimal(&end.hash)));
    text.push_str("  not signed: who is root here can rewrite it; keep the words elsewhere, or `baseline sign` it\n");
    text
}

/// Where to begin: what was asked for, else where the one before began, else everywhere.
fn chosen(roots: &[PathBuf], before: Option<&Header>) -> Result<Vec<Text>> {
    let text = |path: &PathBuf| {
        let bytes = path.as_os_str().as_encoded_bytes();
        anyhow::ensure!(bytes.starts_with(b"/"), "{} is not an absolute path", path.display());
        Ok(Text::from(bytes))
    };
    match (roots, before) {
        ([], Some(header)) => Ok(header.roots.clone()),
        ([], None) => Ok(vec!["/".into()]),
        (roots, _) => roots.iter().map(text).collect(),
    }
}

fn now(here: &Here) -> Result<Moment> {
    match here.live.ask(&Question::Clock) {
        Ok(Answer::Clock { seconds, .. }) => Ok(Moment { seconds, nanoseconds: 0 }),
        _ => bail!("the clock does not answer"),
    }
}

/// An error of the walk in words.
pub(super) fn plainly(why: InventoryError) -> anyhow::Error {
    match why {
        InventoryError::Start(path, why) => {
            anyhow::anyhow!("cannot begin at {}: {}", path.lossy(), keeneye_report::words::refusal(&why))
        }
        InventoryError::Format(why) => why.into(),
    }
}
