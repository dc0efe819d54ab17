//! Rules of the admin's on what no package brings: programs in odd places, programs that were deleted or lie in memory
//! alone, and what containers have besides their image.

use super::Plan;
use crate::yara::{self, Rules};
use crate::{Answer, Look, Question, World, proc_path};
use keeneye_facts::{Event, FileFact, FileKind, Interest, Ownership, Process, ProcessId, Refusal, RuleMatches, Text};
use std::collections::BTreeSet;

/// Files that rules are matched against.
const MAX_FILES: usize = 500;

pub(super) fn look(look: &mut Look<'_>, world: &World, plan: &Plan) {
    if plan.rules.is_empty() {
        return;
    }
    let (rules, misunderstood) = Rules::compile(&plan.rules);
    for file in misunderstood {
        look.gap(file.path, Refusal::Garbled(file.why));
    }
    let Some(rules) = rules else { return };
    let files = look.first(&Text::from("files for YARA rules"), files(world), MAX_FILES, "files");
    let mut left = files.len() as u64;
    for File { path, process, size } in files {
        let question = Question::Match { rules: rules.clone(), path: path.clone() };
        let reply = look.host().ask(&question);
        if reply.as_ref().is_err_and(|why| *why == yara::out_of_time()) {
            look.count(left, 0);
            look.gap(format!("{left} files for YARA rules"), yara::out_of_time());
            break;
        }
        left -= 1;
        if reply.is_ok() && size > yara::MAX_BYTES {
            look.gap(path.clone(), Refusal::Cut("16 MiB a file for YARA rules".into()));
        }
        let gone = process.is_some() && reply.as_ref().is_err_and(Refusal::is_absent);
        look.count(1, u64::from(reply.is_ok() || gone));
        match reply {
            Ok(Answer::Matches(rules)) if rules.is_empty() => (),
            Ok(Answer::Matches(rules)) => look.saw(Event::RulesMatched(RuleMatches { path, process, rules })),
            Ok(other) => look.misfit(path, &other),
            Err(_) if gone => (),
            Err(why) => look.gap(path, why),
        }
    }
}

struct File {
    path: Text,
    /// The process, where only that leads to it.
    process: Option<ProcessId>,
    /// Bytes.
    size: u64,
}

/// Each file once. What runs comes first: there may be no time for all.
fn files(world: &World) -> Vec<File> {
    let file = |path: &Text, size| File { path: path.clone(), process: None, size };
    let lie = world
        .files
        .values()
        .filter(|fact| is_odd(fact))
        .map(|fact| file(&fact.path, fact.stat.map_or(0, |stat| stat.size)));
    let drifts = world.container_drifts.iter().map(|drift| file(&drift.on_host, drift.stat.size));
    let mut seen = BTreeSet::new();
    let run = world.processes.values().filter(|process| has_no_path(process)).filter(|process| {
        // Workers share one file.
        let stat = process.exe.as_ref().and_then(|exe| exe.stat);
        stat.is_none_or(|stat| seen.insert((stat.device, stat.inode)))
    });
    let run = run.map(|process| {
        let size = process.exe.as_ref().and_then(|exe| exe.stat).map_or(0, |stat| stat.size);
        File { path: proc_path::of(process.id.pid, "exe"), process: Some(process.id), size }
    });
    let mut paths = BTreeSet::new();
    let run: Vec<File> = run.collect();
    run.into_iter().chain(drifts).chain(lie).filter(|file| paths.insert(file.path.clone())).collect()
}

/// A program that no package brings, in a place that the sweep found odd.
fn is_odd(fact: &FileFact) -> bool {
    let code = matches!(fact.kind, FileKind::Elf | FileKind::Script(_));
    let places = [Interest::Volatile, Interest::Stray, Interest::OddName, Interest::Device, Interest::Privileged];
    code && matches!(fact.owner, Ownership::Unowned) && places.iter().any(|place| fact.interests.contains(place))
}

fn has_no_path(process: &Process) -> bool {
    process.exe.as_ref().is_some_and(|exe| exe.deleted || exe.in_memory())
}

#[cfg(all(test, feature = "yara"))]
mod tests {
    use crate::fixture::Fixture;
    use crate::yara::RuleFile;
    use crate::{Answer, Plan, Question, Recorder, Recording, World, scan};

    const RULE: &str = "rule tool { strings: $a = \"a harmless word\" condition: $a }";
    const HOST: &str = r"
        package base 1 owns /usr/bin/owned
        /usr/bin/owned = \x7fELF a harmless word
        /usr/bin/owned : mode=100755
        /tmp/x = \x7fELF a harmless word
        /tmp/x : mode=100755
        /tmp/y = \x7fELF another
        /tmp/y : mode=100755
        /home/anna/x = \x7fELF a harmless word
        /home/anna/x : mode=100755";

    fn plan(rule: &str) -> Plan {
        Plan { rules: vec![RuleFile { path: "/etc/keeneye/yara/a.yar".into(), text: rule.into() }], ..Plan::default() }
    }
    fn told(world: &World) -> Vec<String> {
        let matches = world.rule_matches.iter();
        matches
            .map(|matches| {
                format!(
                    "{} {}",
                    matches.path.lossy(),
                    matches.rules.first().map_or_else(String::new, |found| found.rule.lossy().into_owned())
                )
            })
            .collect()
    }
    fn gaps(world: &World) -> Vec<String> {
        world.gaps.iter().filter(|gap| gap.sense == "yara").map(|gap| gap.what.lossy().into_owned()).collect()
    }

    #[test]
    fn odd_programs_that_no_package_brings() {
        let world = scan(&Fixture::new(HOST), &plan(RULE));
        assert_eq!(told(&world), ["/tmp/x tool"]);
        assert!(gaps(&world).is_empty());
        assert!(told(&scan(&Fixture::new(HOST), &Plan::default())).is_empty());
    }
    #[test]
    fn programs_without_a_path() {
        let host = format!(
            "{HOST}\nprocess 41 exe=/opt/x deleted\nprocess 42 exe=/memfd:x deleted\nprocess 43 exe=/usr/bin/owned"
        );
        let (rules, _) = crate::yara::Rules::compile(&plan(RULE).rules);
        let mut fixture = Fixture::new(&host);
        for pid in [41, 42] {
            let question = Question::Match { rules: rules.clone().unwrap(), path: crate::proc_path::of(pid, "exe") };
            fixture.say(question, Ok(Answer::Matches(rules.as_ref().unwrap().matches(b"a harmless word").unwrap())));
        }
        let world = scan(&fixture, &plan(RULE));
        assert_eq!(told(&world), ["/proc/41/exe tool", "/proc/42/exe tool", "/tmp/x tool"]);
        assert_eq!(world.rule_matches[0].process.map(|id| id.pid), Some(41));
    }
    #[test]
    fn the_end_of_a_long_file_is_a_gap() {
        let host = |size: u64| format!("{HOST}\n/tmp/y : mode=100755 size={size}");
        assert!(gaps(&scan(&Fixture::new(&host(16 << 20)), &plan(RULE))).is_empty());
        assert_eq!(gaps(&scan(&Fixture::new(&host((16 << 20) + 1)), &plan(RULE))), ["/tmp/y"]);
    }
    #[test]
    fn what_there_was_no_time_for_is_one_gap() {
        let (rules, _) = crate::yara::Rules::compile(&plan(RULE).rules);
        let mut host = Fixture::new(&format!("{HOST}\nprocess 41 exe=/opt/x deleted"));
        let question = |path: &str| Question::Match { rules: rules.clone().unwrap(), path: path.into() };
        let matches = rules.as_ref().unwrap().matches(b"a harmless word").unwrap();
        host.say(question("/proc/41/exe"), Ok(Answer::Matches(matches)));
        host.say(question("/tmp/x"), Err(crate::yara::out_of_time()));
        let world = scan(&host, &plan(RULE));
        assert_eq!(
            (told(&world), gaps(&world)),
            (vec!["/proc/41/exe tool".into()], vec!["2 files for YARA rules".into()])
        );
    }
    #[test]
    fn what_is_not_understood_is_a_gap() {
        assert_eq!(gaps(&scan(&Fixture::new(HOST), &plan("rule x {"))), ["/etc/keeneye/yara/a.yar"]);
    }
    #[test]
    fn a_replay_says_the_same() {
        let host = Fixture::new(HOST);
        let recorder = Recorder::new(&host);
        let world = scan(&recorder, &plan(RULE));
        let mut bytes = Vec::new();
        recorder.write("0.0.0", &plan(RULE), &mut bytes).unwrap();
        let recording = Recording::read(&bytes).unwrap();
        let again = scan(&recording, &recording.header().plan);
        assert_eq!((told(&again), gaps(&again)), (told(&world), gaps(&world)));
    }
}
