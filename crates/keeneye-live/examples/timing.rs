//! How long the slow questions take on this machine: `cargo run -p keeneye-live --example timing`.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "it measures and prints"
)]

use keeneye_live::{Live, Options};
use keeneye_world::{Answer, AskHost, Host, PidProbe, Plan, Question, scan_with};
use std::path::Path;
use std::time::Instant;

fn main() {
    let live = Live::new(Path::new("/"), &Options::default()).expect("the root can be opened");
    for how in [PidProbe::Pidfd, PidProbe::Kill] {
        for max in [32_768, 4_194_304] {
            timed(&format!("{how:?} probe of {max} ids"), || match live.ask(&Question::ProbePids { how, max }) {
                Ok(Answer::Pids(pids)) => format!("{} processes", pids.len()),
                other => format!("{other:?}"),
            });
        }
    }
    timed("walk of /usr", || match live.ask(&Question::Walk("/usr".into())) {
        Ok(Answer::Walk { files, cut, unread }) => format!("{} files, {cut:?}, {unread:?}", files.len()),
        other => format!("{other:?}"),
    });
    timed("digests of /usr/bin", || {
        let names = live.list(&"/usr/bin".into()).expect("a listing");
        let paths: Vec<_> =
            names.iter().map(|entry| keeneye_facts::Text::from("/usr/bin").join(&*entry.name)).collect();
        let questions: Vec<_> = paths.iter().cloned().map(Question::Digest).collect();
        live.expect(&questions);
        let digests: Vec<_> = paths.iter().filter_map(|path| live.digest(path).ok()).collect();
        format!("{} files, {} MB", digests.len(), digests.iter().map(|d| d.size).sum::<u64>() / 1_000_000)
    });
    for quick in [true, false] {
        let plan = Plan { quick, ..Plan::default() };
        let mut begun = vec![("", Instant::now())];
        let world = scan_with(&live, &plan, &mut |sense| begun.push((sense, Instant::now())));
        begun.push(("", Instant::now()));
        println!("scan, quick = {quick}: {} processes, {} files", world.processes.len(), world.files.len());
        for pair in begun.windows(2) {
            println!("    {}: {:?}", pair[0].0, pair[1].1 - pair[0].1);
        }
    }
}

fn timed(what: &str, work: impl FnOnce() -> String) {
    let begun = Instant::now();
    let result = work();
    println!("{what}: {:?} ({result})", begun.elapsed());
}
