//! How long a look takes, sense by sense, on a machine with 300 processes; beside it two floors of the same run.
//!
//! `cargo bench -p keeneye-live --bench scan`, as root. The figures are in docs/performance.md.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench is not part of the product: it starts sleepers and reads the clock"
)]

use keeneye_live::Live;
use keeneye_world::senses::{Plan, scan_with};
use keeneye_world::{Host, PidProbe, Question};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const PROCESSES: usize = 300;
const ROUNDS: usize = 7;

fn main() {
    let sleepers = fill_up();
    println!("{} processes, {ROUNDS} rounds, median ms", running());
    println!("floor: readdir of /proc and read of every stat  {:8.1}", median(floor_stat));
    println!("floor: readlink of every descriptor             {:8.1}", median(floor_descriptors));
    for (name, quick) in [("scan --quick", true), ("scan", false)] {
        report(name, &Plan { quick, ..Plan::default() });
    }
    for (how, word) in [(PidProbe::Pidfd, "pidfd_open"), (PidProbe::Kill, "kill")] {
        for max in [32_768, 4_194_304] {
            let host = Live::new(Path::new("/"), &keeneye_live::Options::default()).unwrap();
            let probe = || drop(black_box(host.ask(&Question::ProbePids { how, max })));
            println!("probe: {word} of ids up to {max:<9}          {:8.1}", median(probe));
        }
    }
    for mut sleeper in sleepers {
        sleeper.kill().unwrap();
        sleeper.wait().unwrap();
    }
}

fn fill_up() -> Vec<Child> {
    let missing = PROCESSES.saturating_sub(running());
    (0..missing).map(|_| Command::new("sleep").arg("1000").spawn().unwrap()).collect()
}

fn pids() -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.bytes().all(|b| b.is_ascii_digit())).collect()
}

fn running() -> usize {
    pids().len()
}

fn floor_stat() {
    for pid in pids() {
        drop(black_box(std::fs::read(format!("/proc/{pid}/stat"))));
    }
}

fn floor_descriptors() {
    for pid in pids() {
        for entry in std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten() {
            drop(black_box(std::fs::read_link(entry.path())));
        }
    }
}

fn median(mut run: impl FnMut()) -> f64 {
    run();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2].as_secs_f64() * 1000.0
}

/// One table: each sense, and the whole.
fn report(name: &str, plan: &Plan) {
    let mut senses: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let mut order: Vec<&'static str> = Vec::new();
    let mut wholes = Vec::new();
    for _ in 0..ROUNDS {
        let host = Live::new(Path::new("/"), &keeneye_live::Options::default()).unwrap();
        let begin = Instant::now();
        let mut marks: Vec<(&'static str, Instant)> = Vec::new();
        black_box(scan_with(&host, plan, &mut |sense| marks.push((sense, Instant::now()))));
        let end = Instant::now();
        wholes.push((end - begin).as_secs_f64() * 1000.0);
        let ends = marks.iter().skip(1).map(|(_, at)| *at).chain([end]);
        for ((sense, from), to) in marks.iter().zip(ends) {
            senses.entry(sense).or_default().push((to - *from).as_secs_f64() * 1000.0);
        }
        order = marks.iter().map(|(sense, _)| *sense).collect();
    }
    let middle = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    println!("{name}: {:.1}", middle(&mut wholes));
    for sense in order {
        println!("    {sense:<20} {:8.1}", middle(senses.get_mut(sense).unwrap()));
    }
}
