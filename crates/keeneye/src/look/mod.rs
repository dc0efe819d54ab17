//! `keeneye look`: everything known about one thing.

mod account;
mod address;
mod file;
mod logins;
mod package;
mod process;

use crate::baseline::{self, Known};
use crate::cli::{Format, Look, Thing};
use crate::judge::{self, judge};
use crate::list::blindness;
use crate::output::{complain, print};
use crate::settings::Settings;
use crate::source::Source;
use anyhow::{Result, bail};
use keeneye_facts::{Finding, Place, Text};
use keeneye_live::Stopwatch;
use keeneye_report::Sheet;
use keeneye_world::geo::Databases;
use keeneye_world::{Answer, AskHost, Question, World};
use std::os::unix::ffi::OsStrExt;

/// Looks and prints; gives the exit code.
pub(crate) fn run(look: &Look, settings: &Settings) -> Result<u8> {
    let watch = Stopwatch::start();
    let mut source = Source::open(look.thing.place(), settings)?;
    let path = file_asked(&look.thing, &mut source)?;
    // All that the answer shows; a recording knows by itself what was looked at.
    let of_accounts = matches!(look.thing, Thing::User { .. } | Thing::Addr { .. });
    source.plan.only_accounts = of_accounts && !source.is_recording;
    let world = source.look(settings);
    let report = judge(&world, settings, source.is_recording, watch.milliseconds());
    let beside = Beside { known: known(&look.thing, &path), place: place(&look.thing, &world, &source), path };
    let Some(sheet) = sheet(&world, &report.findings, &look.thing, &beside) else {
        blindness(judge::is_blind(&report, settings), report.coverage, look.thing.place());
        bail!("{}", missing(&look.thing));
    };
    print(say(&sheet, settings)?)?;
    if sheet.findings.iter().any(|f| f.level >= settings.fail_on()) {
        return Ok(judge::FINDINGS);
    }
    Ok(blindness(judge::is_blind(&report, settings), report.coverage, look.thing.place()))
}

/// The file that is asked about, symbolic links resolved; empty when something else is. A live host is made to look at
/// it; a recording is asked what it was asked then.
fn file_asked(thing: &Thing, source: &mut Source) -> Result<Text> {
    let Thing::File { path, .. } = thing else { return Ok(Text::new()) };
    if !path.is_absolute() {
        bail!("{} is not an absolute path", path.display());
    }
    let path = Text::from(path.as_os_str().as_bytes());
    let resolved = source.host().resolve(&path).unwrap_or_else(|_| path.clone());
    if !source.is_recording {
        source.plan.files.push(path);
    }
    Ok(resolved)
}

/// What the newest baseline knows of the file that is asked about. One that cannot be used must not keep anybody from
/// looking at the file.
fn known(thing: &Thing, path: &Text) -> Option<Known> {
    let Thing::File { state_dir, place, .. } = thing else { return None };
    let kept = place.kept(state_dir.as_deref())?;
    baseline::known(&kept, path).unwrap_or_else(|why| {
        complain(&format!("{why:#}"));
        None
    })
}

/// Where the address is that is asked about: by databases of the person's, or keeneye's own table, as in every look.
fn place(thing: &Thing, world: &World, source: &Source) -> Place {
    let Thing::Addr { ip, .. } = thing else { return Place::default() };
    let ip = ip.to_canonical();
    if let Some(place) = world.places.get(&ip) {
        return place.clone();
    }
    let answer = match source.host().ask(&Question::Places(vec![ip])) {
        Ok(Answer::Places(places)) => places.into_iter().next(),
        _ => None,
    };
    answer.unwrap_or_else(|| Databases::default().lookup(ip))
}

/// What is known of the thing besides the look.
struct Beside {
    /// The file that is asked about.
    path: Text,
    /// What the baseline says of it.
    known: Option<Known>,
    /// Where the address is that is asked about.
    place: Place,
}

/// `None` when there is no such thing.
fn sheet(world: &World, findings: &[Finding], thing: &Thing, beside: &Beside) -> Option<Sheet> {
    match thing {
        Thing::Pid { pid, .. } => process::sheet(world, findings, *pid),
        Thing::File { .. } => file::sheet(world, findings, &beside.path, beside.known.as_ref()),
        Thing::Addr { ip, .. } => Some(address::of_ip(world, findings, *ip, &beside.place)),
        Thing::Port { port, .. } => Some(address::of_port(world, findings, *port)),
        Thing::User { name, .. } => account::sheet(world, findings, name),
        Thing::Package { name, .. } => package::sheet(world, findings, name),
    }
}

fn missing(thing: &Thing) -> String {
    match thing {
        Thing::Pid { pid, .. } => format!("there is no process {pid}"),
        Thing::File { path, .. } => format!("nothing is known about {}", path.display()),
        Thing::Addr { ip, .. } => format!("nothing is known about {ip}"),
        Thing::Port { port, .. } => format!("nothing is known about port {port}"),
        Thing::User { name, .. } => format!("there is no account {name}, and no log tells of one"),
        Thing::Package { name, .. } => format!("no file that is in use belongs to a package {name}"),
    }
}

fn say(sheet: &Sheet, settings: &Settings) -> Result<String> {
    Ok(match settings.format {
        Format::Text => sheet.text(&settings.layout()),
        Format::Concise => sheet.concise(),
        Format::Json => sheet.json(),
        Format::Jsonl => sheet.jsonl(),
        Format::Html | Format::Nagios => bail!("a look at one thing can be text, concise, json or jsonl"),
    })
}

/// Findings whose subject, or a related one, passes the test.
fn findings_about(findings: &[Finding], test: impl Fn(&keeneye_facts::Subject) -> bool) -> Vec<Finding> {
    let about = |f: &&Finding| test(&f.subject) || f.related.iter().any(&test);
    findings.iter().filter(about).cloned().collect()
}
