//! `keeneye baseline`: remember what is normal, and tell what changed since.

mod against;
mod diff;
mod host;
mod keys;
mod known;
mod learn;
mod said;
mod show;

use crate::cli::{BaselineCommand, Kept};
use crate::settings::Settings;
use anyhow::{Context, Result, bail, ensure};
use keeneye_facts::Text;
use keeneye_live::{Live, Options};
use keeneye_store::Baselines;
use keeneye_world::AskHost;
use keeneye_world::baseline::{End, Header, Policy, PublicKey, Reader};
use std::io::Read;
use std::path::Path;

pub(crate) use known::{Known, known};
pub(crate) use learn::learn;

/// Seconds by which the clock may be off before it counts as set: reading both clocks takes a moment.
const CLOCK_SLACK: u64 = 10_000_000;
/// Of so many files that look untouched one is read again.
const ONE_IN: u64 = 100;

/// Does what is asked.
pub(crate) fn run(command: &BaselineCommand, settings: &Settings) -> Result<u8> {
    match command {
        BaselineCommand::Learn { place, roots, full } => {
            let kept = Here::open(place, settings)?;
            crate::output::print(learn(&kept, roots, *full)?)?;
            Ok(crate::judge::NOTHING)
        }
        BaselineCommand::Sign(which) => keys::sign(which),
        BaselineCommand::Verify(which) => keys::verify(which),
        BaselineCommand::Keygen { file } => keys::make(file),
        BaselineCommand::Show { which, place } => show::run(which.as_deref(), place),
        BaselineCommand::Diff { before, after, full, place } => {
            diff::run(before.as_deref(), after.as_deref(), *full, place, settings)
        }
    }
}

/// The host that is looked at, and what is remembered of it.
pub(crate) struct Here {
    pub(crate) live: Live,
    pub(crate) baselines: Baselines,
    pub(crate) policy: Policy,
    /// The key that signs, where one is configured.
    key: Option<PublicKey>,
    is_image: bool,
}

impl Here {
    pub(crate) fn open(place: &Kept, settings: &Settings) -> Result<Self> {
        Self::with(crate::source::live(place.root.as_deref(), &Options::default(), settings)?, place, settings)
    }

    /// `live` is the host of that place.
    pub(crate) fn with(live: Live, place: &Kept, settings: &Settings) -> Result<Self> {
        let root = place.root.as_deref();
        ensure!(
            root.is_none() || place.state_dir.is_some(),
            "with --root, --state-dir DIR says where the baselines of that machine are kept"
        );
        let key = settings.baseline_key.clone();
        let policy = Policy::new(&settings.baseline);
        Ok(Self { live, baselines: baselines(place), policy, key, is_image: root.is_some() })
    }

    /// /proc/sys/kernel/random/boot_id; empty for an image.
    fn boot(&self) -> Text {
        let boot = self.live.read(&"/proc/sys/kernel/random/boot_id".into());
        boot.map_or_else(|_| Text::new(), |id| Text::from(id.trim_ascii_end()))
    }
    fn name(&self) -> Text {
        let name = ["/proc/sys/kernel/hostname", "/etc/hostname"].into_iter().find_map(|path| {
            let path = Text::from(path);
            self.live.read(&path).ok()
        });
        name.map_or_else(Text::new, |name| Text::from(name.trim_ascii_end()))
    }
    fn clock_offset(&self) -> i64 {
        if self.is_image { 0 } else { keeneye_live::clock_offset() }
    }
    /// Why times cannot be believed since that baseline was made; `None` when they can.
    fn doubt(&self, header: &Header) -> Option<&'static str> {
        if self.is_image {
            None
        } else if header.boot != self.boot() {
            Some("the machine was started anew")
        } else if header.clock_offset.abs_diff(self.clock_offset()) > CLOCK_SLACK {
            Some("somebody set the clock")
        } else {
            None
        }
    }
}

/// Where baselines are kept.
fn baselines(place: &Kept) -> Baselines {
    Baselines::new(place.state_dir.as_deref().unwrap_or(Path::new(keeneye_store::DIRECTORY)))
}

/// Reads a baseline to its end: only then is it known to be whole.
fn verified(source: impl Read) -> Result<(Header, End)> {
    let mut reader = Reader::new(source)?;
    for entry in reader.by_ref() {
        entry?;
    }
    let end = reader.end().cloned().context("it has no end")?;
    Ok((reader.header().clone(), end))
}

/// The newest baseline: its number, what it says of itself, its end. `None` when there is none.
fn newest(baselines: &Baselines) -> Result<Option<(u64, Header, End)>> {
    let Some(number) = baselines.numbers()?.last().copied() else { return Ok(None) };
    let shown = baselines.path(number);
    let Some(source) = baselines.read(number)? else { return Ok(None) };
    let (header, end) = verified(source).with_context(|| format!("cannot use {}", shown.display()))?;
    Ok(Some((number, header, end)))
}

/// What the newest baseline says of itself; whether it is whole is known when it was read. `None` when there is none.
fn newest_header(baselines: &Baselines) -> Result<Option<(u64, Header)>> {
    let Some(number) = baselines.numbers()?.last().copied() else { return Ok(None) };
    let Some(source) = baselines.read(number)? else { return Ok(None) };
    let reader = Reader::new(source).with_context(|| format!("cannot use {}", baselines.path(number).display()))?;
    Ok(Some((number, reader.header().clone())))
}

/// A remark when an older baseline lies where a newer one was seen.
fn rolled_back(baselines: &Baselines, newest: Option<&Header>) -> Result<Option<String>> {
    let Some(seen) = baselines.seen()? else { return Ok(None) };
    let found = newest.map_or(0, |header| header.counter);
    Ok((found < seen.counter).then(|| {
        format!(
            "the newest baseline is number {found}, but number {} was seen here: it was removed or put back",
            seen.counter
        )
    }))
}

/// A baseline by its number or by its file.
fn by_name(name: &str, baselines: &Baselines) -> Result<Box<dyn Read + Send>> {
    if let Ok(number) = name.parse() {
        return match baselines.read(number)? {
            Some(file) => Ok(Box::new(file)),
            None => bail!("there is no {}", baselines.path(number).display()),
        };
    }
    let file = keeneye_store::open_file(Path::new(name))?;
    Ok(Box::new(file))
}

fn hexadecimal(bytes: &[u8]) -> String {
    Text::from(bytes).hex()
}
