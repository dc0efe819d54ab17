//! `keeneye capture`: record without judging.

use crate::cli::{Capture, Where};
use crate::evidence::worth_copying;
use crate::output::complain;
use crate::settings::Settings;
use crate::source::{Further, Source};
use anyhow::Result;
use keeneye_detect::{Scene, detect};
use keeneye_facts::Text;
use keeneye_report::words;
use keeneye_world::{AskHost, Host, Question, Recorder};

/// Bytes of copied files in one recording. In a recording two characters stand for each byte of a program.
const MAX_COPIED: u64 = 384 << 20;
/// Where dpkg keeps the digests of what packages brought.
const DPKG_INFO: &str = "/var/lib/dpkg/info";

/// Looks, and writes every answer to a file.
pub(crate) fn run(capture: &Capture, settings: &Settings) -> Result<u8> {
    let place = Where { root: capture.root.clone(), quick: capture.quick, ..Where::default() };
    let further = Further { kept: place.kept(None), raw: capture.raw.clone() };
    let source = Source::with(&place, &further, settings)?;
    let recorder = Recorder::new(source.host());
    let world = source.look_through(&recorder, settings);
    if capture.with_files {
        // Judged only to choose what is copied.
        let findings = detect(&Scene { world: &world });
        copy(&recorder, worth_copying(&world, &findings));
    }
    if !capture.quick {
        ask_more(&recorder);
    }
    source.write_recording(&recorder, &capture.output)?;
    Ok(crate::judge::NOTHING)
}

/// What no sense needs today and an investigator will: every file's place, times and owner, and each package's digests.
fn ask_more(host: &dyn Host) {
    // Refusals are recorded like any other answer.
    host.ask(&Question::Walk("/".into())).ok();
    let directory = Text::from(DPKG_INFO);
    for entry in host.list(&directory).unwrap_or_default() {
        if entry.name.ends_with(b".md5sums") {
            host.ask(&Question::Read(directory.join(&entry.name))).ok();
        }
    }
}

fn copy(host: &dyn Host, files: Vec<(Text, u64)>) {
    let mut left = MAX_COPIED;
    for (path, size) in files {
        match left.checked_sub(size) {
            Some(rest) => {
                left = rest;
                host.ask(&Question::Copy(path)).ok();
            }
            None => complain(&format!("{} ({}) is not copied: too much already", path.lossy(), words::bytes(size))),
        }
    }
}
