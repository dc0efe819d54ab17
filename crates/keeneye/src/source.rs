//! Which host is asked: this machine, a directory, a recording.

use crate::baseline::Here;
use crate::cli::{Kept, Where};
use crate::places;
use crate::progress::Progress;
use crate::settings::Settings;
use crate::vendor::{self, Asked};
use anyhow::{Context, Result};
use keeneye_facts::{Gap, Refusal, Text};
use keeneye_live::{Live, Options};
use keeneye_world::packages::Vendor;
use keeneye_world::{Host, Plan, Recorder, Recording, World};
use std::path::{Path, PathBuf};

/// Compressed bytes that a recording may have.
const MAX_RECORDING: u64 = 1 << 30;
/// Bytes of a file of keys.
const MAX_KEYRING: u64 = 4 << 20;

/// What else a look takes in, where it is asked for.
#[derive(Debug, Default)]
pub(crate) struct Further {
    /// Where baselines are kept: the newest is held against the host.
    pub(crate) kept: Option<Kept>,
    /// Directories are compared with the block device, or with this file.
    pub(crate) raw: Option<Option<PathBuf>>,
}

/// A host to ask, and what to look at there.
pub(crate) struct Source {
    host: Box<dyn Host>,
    pub(crate) plan: Plan,
    /// Where the recording is damaged.
    damage: Option<String>,
    /// The host is a recording, so nothing can be asked anew.
    pub(crate) is_recording: bool,
}

impl Source {
    /// Opens what `--root` and `--from` say; this machine when they say nothing.
    pub(crate) fn open(place: &Where, settings: &Settings) -> Result<Self> {
        Self::with(place, &Further::default(), settings)
    }

    /// The same with what else is asked for.
    pub(crate) fn with(place: &Where, further: &Further, settings: &Settings) -> Result<Self> {
        if let Some(path) = &place.from {
            return Self::recording(path);
        }
        let raw = further.raw.is_some();
        let mut plan =
            Plan { quick: place.quick, raw, rules: settings.rules.clone(), keys: keys(place)?, ..Plan::default() };
        let mut options = Options::default();
        options.image = further.raw.as_ref().and_then(Option::as_ref).cloned();
        options.places = places::databases(&place.geoip)?;
        let live = live(place.root.as_deref(), &options, settings)?;
        plan.vendor = vendor(place, &live, &plan, settings)?;
        if let Some(kept) = further.kept.as_ref().filter(|_| !place.quick) {
            plan.baseline = true;
            let here = Here::with(live, kept, settings)?;
            return Ok(Self { host: Box::new(here), plan, damage: None, is_recording: false });
        }
        Ok(Self { host: Box::new(live), plan, damage: None, is_recording: false })
    }

    fn recording(path: &Path) -> Result<Self> {
        let bytes = if path == Path::new("-") {
            keeneye_live::read_standard_input(MAX_RECORDING)
        } else {
            keeneye_live::read_own_file(path, MAX_RECORDING)
        };
        let bytes = bytes.with_context(|| format!("cannot read {}", path.display()))?;
        let recording = Recording::read(&bytes).with_context(|| format!("cannot read {}", path.display()))?;
        let plan = recording.header().plan.clone();
        let damage = recording.damage().map(str::to_owned);
        Ok(Self { host: Box::new(recording), plan, damage, is_recording: true })
    }

    /// The host itself.
    pub(crate) fn host(&self) -> &dyn Host {
        &*self.host
    }
    /// Looks once.
    pub(crate) fn look(&self, settings: &Settings) -> World {
        self.look_through(self.host(), settings)
    }
    /// Looks once, through a recorder or another wrapper of the host.
    pub(crate) fn look_through(&self, host: &dyn Host, settings: &Settings) -> World {
        let progress = Progress::new(settings);
        let mut world = keeneye_world::senses::scan_with(host, &self.plan, &mut |sense| progress.say(sense));
        progress.end();
        if let Some(place) = &self.damage {
            world.gaps.push(damaged(place));
        }
        world
    }
    /// Writes what a recorder kept. `-` is standard output.
    pub(crate) fn write_recording(&self, recorder: &Recorder<'_>, path: &Path) -> Result<()> {
        let mut bytes = Vec::new();
        recorder.write(env!("CARGO_PKG_VERSION"), &self.plan, &mut bytes)?;
        if path == Path::new("-") {
            return crate::output::print(&bytes);
        }
        keeneye_live::write_new_file(path, &bytes).with_context(|| format!("cannot write {}", path.display()))
    }
}

fn keys(place: &Where) -> Result<Vec<Text>> {
    place.keyring.iter().map(|path| key(path)).collect()
}

/// What vendors say of the packages, as far as it is asked for.
fn vendor(place: &Where, live: &Live, plan: &Plan, settings: &Settings) -> Result<Option<Vendor>> {
    let asked = Asked {
        words: &place.vendor,
        keep: place.vendor_keep.as_deref(),
        root: place.root.as_deref().unwrap_or(Path::new("/")),
        time: settings.max_time,
    };
    vendor::gather(&asked, live, plan)
}

/// This machine, or a directory that holds the files of one.
pub(crate) fn live(root: Option<&Path>, options: &Options, settings: &Settings) -> Result<Live> {
    let live = Live::new(root.unwrap_or(Path::new("/")), options)?;
    if let Some(time) = settings.max_time {
        live.stop_after(time);
    }
    keeneye_live::be_gentle();
    Ok(live)
}

/// Key material that the person trusts.
fn key(path: &Path) -> Result<Text> {
    let bytes = keeneye_live::read_own_file(path, MAX_KEYRING);
    let bytes = bytes.with_context(|| format!("--keyring: cannot read {}", path.display()))?;
    Ok(Text::from(bytes))
}

/// What follows the damaged place of a recording was not seen.
fn damaged(place: &str) -> Gap {
    Gap {
        sense: "recording".into(),
        what: Text::from("what follows a damaged place of the recording"),
        why: Refusal::Garbled(place.to_owned()),
        blinding: true,
    }
}
