//! Every question refused in turn: a finding may get lost only where a gap says so.

use keeneye_detect::{Scene, detect};
use keeneye_facts::Refusal;
use keeneye_world::fixture::Fixture;
use keeneye_world::{Host, Plan, Question, Reply, World, scan};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// A host with something for every sense.
const HOST: &str = include_str!("broken_into.host");

fn plan() -> Plan {
    Plan { baseline: true, ..Plan::default() }
}

/// Notes what is asked.
struct Listening<'a> {
    host: &'a dyn Host,
    asked: RefCell<BTreeSet<Question>>,
}
impl Host for Listening<'_> {
    fn ask(&self, question: &Question) -> Reply {
        self.asked.borrow_mut().insert(question.clone());
        self.host.ask(question)
    }
}

/// Refuses one question, however often it is asked.
struct Refusing<'a> {
    host: &'a dyn Host,
    question: &'a Question,
    errno: i32,
}
impl Host for Refusing<'_> {
    fn ask(&self, question: &Question) -> Reply {
        if question == self.question {
            return Err(Refusal::Errno(self.errno));
        }
        self.host.ask(question)
    }
}

fn said(world: &World) -> BTreeSet<(String, String)> {
    detect(&Scene { world }).into_iter().map(|f| (f.id, format!("{} {}", f.detector, f.subject.name.lossy()))).collect()
}

fn ids(said: &BTreeSet<(String, String)>) -> BTreeSet<&str> {
    said.iter().map(|(id, _)| id.as_str()).collect()
}

#[test]
fn a_refused_question_is_a_gap_and_never_silence() {
    let host = Fixture::new(HOST);
    let listening = Listening { host: &host, asked: RefCell::default() };
    let whole = scan(&listening, &plan());
    let expected = said(&whole);
    assert!(expected.len() > 5, "the host must give findings to lose: {expected:?}");
    let asked = listening.asked.into_inner();
    assert!(asked.len() > 50, "the host must be asked a lot: {}", asked.len());

    let asked: Vec<Question> = asked.into_iter().collect();
    let half = asked.len().div_ceil(2);
    let silent: Vec<String> = std::thread::scope(|scope| {
        let halves: Vec<_> = asked.chunks(half).map(|part| scope.spawn(|| silent(part, &whole, &expected))).collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    assert!(silent.is_empty(), "{} refusals lost a finding without a gap:\n{}", silent.len(), silent.join("\n"));
}

/// The refusals after which a finding is gone and nothing says so.
fn silent(asked: &[Question], whole: &World, expected: &BTreeSet<(String, String)>) -> Vec<String> {
    let host = Fixture::new(HOST);
    let mut silent = Vec::new();
    for question in asked {
        for errno in [libc_errno::EPERM, libc_errno::ENOENT, libc_errno::EIO, libc_errno::ENOSYS] {
            let world = scan(&Refusing { host: &host, question, errno }, &plan());
            let found = said(&world);
            let ids = ids(&found);
            let lost: Vec<&str> =
                expected.iter().filter(|(id, _)| !ids.contains(id.as_str())).map(|(_, s)| s.as_str()).collect();
            let told = world.gaps.len() > whole.gaps.len() || world.coverage.percent() < whole.coverage.percent();
            if !lost.is_empty() && !told {
                silent.push(format!("errno {errno} for {question:?} loses {lost:?}"));
            }
        }
    }
    silent
}

/// The four that matter, by their numbers on Linux.
mod libc_errno {
    pub(crate) const EPERM: i32 = 1;
    pub(crate) const ENOENT: i32 = 2;
    pub(crate) const EIO: i32 = 5;
    pub(crate) const ENOSYS: i32 = 38;
}
