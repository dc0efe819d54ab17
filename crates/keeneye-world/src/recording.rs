//! A host in a file: the raw answers of a look, and a host that gives them again.
//!
//! The format is JSON lines under zstd, so that `zstd -dc host.kee | less` shows an admin what would be mailed.
//! The first line is the [`Header`]; each further line is `{"q": question, "a": answer}` or `{"q": ..., "r": refusal}`,
//! in the order of asking. A question that was asked twice is there twice, and is answered in that order.

use crate::{Answer, Host, Plan, Question, Reply};
use keeneye_facts::Refusal;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};

/// Version of the format. A newer one is refused, an older one is read.
const VERSION: u32 = 1;
/// Uncompressed bytes that a recording may have; a bomb ends here.
const MAX_BYTES: u64 = 1 << 30;
/// Uncompressed bytes of one answer: a walk over two million files fits.
const MAX_LINE: u64 = 256 << 20;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the format.
    pub keeneye_recording: u32,
    /// Version of the keeneye that recorded.
    pub keeneye: String,
    /// What was looked at, so that a replay asks the same.
    pub plan: Plan,
}

#[derive(Serialize, Deserialize)]
struct Line {
    q: Question,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    a: Option<Answer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r: Option<Refusal>,
}

/// Why a recording could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// Not a recording at all, or one from the future.
    #[error("not a keeneye recording: {0}")]
    NotARecording(String),
    /// It could not be compressed or written.
    #[error("could not write the recording: {0}")]
    Write(#[from] std::io::Error),
    /// It could not be put into words.
    #[error("could not write the recording: {0}")]
    Encode(#[from] serde_json::Error),
}

/// Wraps a host and keeps every answer it gives.
pub struct Recorder<'a> {
    host: &'a dyn Host,
    asked: RefCell<Vec<(Question, Reply)>>,
}

impl<'a> Recorder<'a> {
    /// Records all that is asked of `host`.
    pub fn new(host: &'a dyn Host) -> Self {
        Self { host, asked: RefCell::default() }
    }
    /// Writes the recording.
    pub fn write(&self, keeneye: &str, plan: &Plan, out: impl Write) -> Result<(), RecordingError> {
        let mut out = zstd::Encoder::new(out, 9)?;
        let header = Header { keeneye_recording: VERSION, keeneye: keeneye.into(), plan: plan.clone() };
        serde_json::to_writer(&mut out, &header)?;
        out.write_all(b"\n")?;
        for (question, reply) in self.asked.borrow().iter() {
            let (a, r) = match reply {
                Ok(answer) => (Some(answer.clone()), None),
                Err(refusal) => (None, Some(refusal.clone())),
            };
            serde_json::to_writer(&mut out, &Line { q: question.clone(), a, r })?;
            out.write_all(b"\n")?;
        }
        out.finish()?.flush()?;
        Ok(())
    }
}

impl Host for Recorder<'_> {
    fn ask(&self, question: &Question) -> Reply {
        let reply = self.host.ask(question);
        self.asked.borrow_mut().push((question.clone(), reply.clone()));
        reply
    }
    fn expect(&self, questions: &[Question]) {
        self.host.expect(questions);
    }
}

#[derive(Default)]
struct Replies {
    in_order: Vec<Reply>,
    next: Cell<usize>,
}

/// A host that answers from a recording.
pub struct Recording {
    header: Header,
    replies: BTreeMap<Question, Replies>,
    damage: Option<String>,
}

impl Recording {
    /// Reads a recording. What follows a damaged place is left out, and [`Recording::damage`] says where that is.
    pub fn read(bytes: &[u8]) -> Result<Self, RecordingError> {
        let broken = |e: std::io::Error| RecordingError::NotARecording(e.to_string());
        let mut decoder = zstd::Decoder::new(bytes).map_err(broken)?;
        decoder.window_log_max(27).map_err(broken)?;
        let mut lines = BufReader::new(decoder.take(MAX_BYTES));
        let mut line = Vec::new();
        (&mut lines).take(MAX_LINE).read_until(b'\n', &mut line).map_err(broken)?;
        let header: Header = serde_json::from_slice(&line)
            .map_err(|e| RecordingError::NotARecording(format!("its first line is not a header ({e})")))?;
        if header.keeneye_recording > VERSION {
            return Err(RecordingError::NotARecording(format!(
                "its format is version {}, this keeneye reads up to {VERSION}: use a newer keeneye",
                header.keeneye_recording
            )));
        }
        let mut recording = Self { header, replies: BTreeMap::new(), damage: None };
        recording.damage = recording.read_lines(&mut lines).err();
        Ok(recording)
    }

    fn read_lines(&mut self, lines: &mut impl BufRead) -> Result<(), String> {
        let mut line = Vec::new();
        for number in 2_u64.. {
            line.clear();
            let read = lines.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
            if read.map_err(|e| format!("line {number}: {e}"))? == 0 {
                break;
            }
            let entry: Line = serde_json::from_slice(&line).map_err(|e| format!("line {number}: {e}"))?;
            let reply = match (entry.a, entry.r) {
                (Some(answer), None) => Ok(answer),
                (None, Some(refusal)) => Err(refusal),
                _ => return Err(format!("line {number}: neither an answer nor a refusal")),
            };
            self.replies.entry(entry.q).or_default().in_order.push(reply);
        }
        Ok(())
    }

    /// The first line.
    pub fn header(&self) -> &Header {
        &self.header
    }
    /// Where and how the recording is damaged.
    pub fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }
}

impl Host for Recording {
    fn ask(&self, question: &Question) -> Reply {
        let Some(replies) = self.replies.get(question) else { return Err(Refusal::NotRecorded) };
        let turn = replies.next.get();
        replies.next.set(turn + 1);
        let reply = replies.in_order.get(turn).or(replies.in_order.last());
        reply.cloned().unwrap_or(Err(Refusal::NotRecorded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::scan;

    fn recorded(text: &str) -> (Vec<u8>, crate::World) {
        let host = Fixture::new(text);
        let recorder = Recorder::new(&host);
        let world = scan(&recorder, &Plan::default());
        let mut bytes = Vec::new();
        recorder.write("0.0.0", &Plan::default(), &mut bytes).unwrap();
        (bytes, world)
    }

    #[test]
    fn a_replay_gives_the_same_world() {
        let (bytes, world) = recorded("process 41 exe=/tmp/\\xff\\e[2Jx deleted\nprocess 7 exe=/usr/sbin/cron");
        let recording = Recording::read(&bytes).unwrap();
        assert_eq!(recording.damage(), None);
        assert_eq!(scan(&recording, &Plan::default()), world);
    }

    #[test]
    fn the_second_asking_gets_the_second_answer() {
        let question = Question::List("/proc".into());
        let mut recording = Recording {
            header: Header { keeneye_recording: 1, keeneye: String::new(), plan: Plan::default() },
            replies: BTreeMap::new(),
            damage: None,
        };
        let first = Err(Refusal::Errno(5));
        let second = Ok(Answer::Names(Vec::new()));
        let replies = Replies { in_order: vec![first.clone(), second.clone()], next: Cell::new(0) };
        recording.replies.insert(question.clone(), replies);
        assert_eq!(recording.ask(&question), first);
        assert_eq!(recording.ask(&question), second);
        assert_eq!(recording.ask(&question), second, "the last answer stands");
        assert_eq!(recording.ask(&Question::Clock), Err(Refusal::NotRecorded));
    }

    #[test]
    fn a_cut_recording_says_where_it_ends_and_never_panics() {
        let (bytes, _) = recorded("process 41 exe=/tmp/x");
        let mut whole = 0;
        for end in 0..bytes.len() {
            match Recording::read(&bytes[..end]) {
                Err(e) => assert!(e.to_string().starts_with("not a keeneye recording"), "{e}"),
                Ok(recording) => whole += u32::from(recording.damage().is_none()),
            }
        }
        assert!(whole <= 4, "only the checksum-free tail of the last frame may be cut unnoticed: {whole}");
    }

    #[test]
    fn what_follows_damage_is_left_out_and_named() {
        let good = r#"{"keeneye_recording":1,"keeneye":"0","plan":{}}"#;
        let line = r#"{"q":{"read":"/etc/passwd"},"a":{"bytes":{"data":"x"}}}"#;
        for (bad, place) in [("{", "line 3"), (r#"{"q":"clock"}"#, "line 3"), ("\u{0}\u{1}", "line 3")] {
            let text = format!("{good}\n{line}\n{bad}\n{line}\n");
            let recording = Recording::read(&zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
            assert!(recording.damage().unwrap().starts_with(place), "{:?}", recording.damage());
            assert!(recording.ask(&Question::Read("/etc/passwd".into())).is_ok());
        }
    }

    #[test]
    fn mutated_recordings_never_panic() {
        let (bytes, _) = recorded("process 41 exe=/tmp/x");
        let plain = zstd::decode_all(&bytes[..]).unwrap();
        let head: Vec<u8> = plain.split_inclusive(|b| *b == b'\n').take(9).flatten().copied().collect();
        crate::mutate::check(&[&head], |mutant| {
            let packed = zstd::encode_all(mutant, 1).unwrap();
            Recording::read(&packed).is_ok_and(|recording| recording.ask(&Question::Clock) != Err(Refusal::NotRecorded))
        });
        // Few mutants of compressed bytes are recordings; that none panics is all that is asked here.
        crate::mutate::check(&[&bytes], |mutant| Recording::read(mutant).is_ok() || mutant != bytes);
    }

    #[test]
    fn what_is_no_recording_is_refused() {
        let newer = zstd::encode_all(&br#"{"keeneye_recording":2,"keeneye":"9","plan":{}}"#[..], 1).unwrap();
        let text = zstd::encode_all(&b"hello"[..], 1).unwrap();
        for bytes in [&b""[..], b"hello", b"\x28\xb5\x2f\xfd", &newer, &text] {
            assert!(matches!(Recording::read(bytes), Err(RecordingError::NotARecording(_))));
        }
    }
}
