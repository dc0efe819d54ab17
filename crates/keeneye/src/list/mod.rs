//! `keeneye list`: the truth in place of ps, ss, netstat and lsof, with owner package, views and anything odd.

mod accounts;
mod autostart;
mod changes;
mod files;
mod machine;
mod modules;
mod processes;
mod sockets;

use crate::cli::{Format, List, Things, Where};
use crate::judge::{self, judge};
use crate::output::{complain, print};
use crate::settings::Settings;
use crate::source::Source;
use anyhow::{Result, bail};
use keeneye_facts::Finding;
use keeneye_live::Stopwatch;
use keeneye_report::Table;
use keeneye_world::World;

/// What rows are made from.
struct Scene<'a> {
    world: &'a World,
    findings: &'a [Finding],
    /// Only what one way shows and another does not.
    differs: bool,
}

/// Looks and prints; gives the exit code.
pub(crate) fn run(list: &List, settings: &Settings) -> Result<u8> {
    let has_views = !matches!(list.what, Things::Files | Things::Mounts | Things::Interfaces | Things::Changes);
    if list.differs && !has_views {
        bail!(
            "--differs: these are seen by one way only; it goes with processes, threads, listeners, connections, modules, accounts and autostart"
        );
    }
    let watch = Stopwatch::start();
    let mut source = Source::open(&list.place, settings)?;
    // A recording knows by itself what was looked at.
    if !source.is_recording {
        source.plan.only_packages = list.what == Things::Changes;
        source.plan.without_packages |= !source.plan.only_packages;
    }
    let world = source.look(settings);
    let report = judge(&world, settings, source.is_recording, watch.milliseconds());
    let scene = Scene { world: &world, findings: &report.findings, differs: list.differs };
    print(say(&table(&scene, list.what), settings)?)?;
    Ok(blindness(judge::is_blind(&report, settings), report.coverage, &list.place))
}

fn table(scene: &Scene<'_>, what: Things) -> Table {
    match what {
        Things::Processes => processes::processes(scene),
        Things::Threads => processes::threads(scene),
        Things::Listeners => sockets::listeners(scene),
        Things::Connections => sockets::connections(scene),
        Things::Files => files::files(scene),
        Things::Mounts => machine::mounts(scene),
        Things::Interfaces => machine::interfaces(scene),
        Things::Accounts => accounts::accounts(scene),
        Things::Modules => modules::modules(scene),
        Things::Autostart => autostart::autostart(scene),
        Things::Changes => changes::changes(scene),
    }
}

fn say(table: &Table, settings: &Settings) -> Result<String> {
    Ok(match settings.format {
        Format::Text => table.text(&settings.layout()),
        Format::Concise => table.concise(),
        Format::Json => table.json(),
        Format::Jsonl => table.jsonl(),
        Format::Html | Format::Nagios => bail!("a list can be text, concise, json or jsonl"),
    })
}

/// Says on standard error when much could not be seen; the exit code that goes with it.
pub(crate) fn blindness(is_blind: bool, coverage: u8, place: &Where) -> u8 {
    if !is_blind {
        return judge::NOTHING;
    }
    let scan = format!("keeneye scan{}", place.words());
    complain(&format!("much could not be seen (coverage {coverage} %): `{scan}` says what"));
    judge::TOO_BLIND
}
