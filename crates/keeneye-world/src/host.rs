//! The one door: something that answers questions.

use crate::{Answer, DirEntry, Question, Reply};
use keeneye_facts::{Digest, FileStat, Refusal, Text};

/// A host that can be asked: a live machine, a mounted image, a recording.
pub trait Host {
    /// Answers one question. The same question may be asked again and then may be answered anew.
    fn ask(&self, question: &Question) -> Reply;
    /// Says that these will be asked soon, so that slow ones can begin. A hint: nothing changes but the time it takes.
    fn expect(&self, _questions: &[Question]) {}
}

/// The questions as functions. A reply of the wrong shape (a forged recording) is `Refusal::Garbled`.
pub trait AskHost {
    /// See [`Question::Read`]. Cut content counts as a refusal.
    fn read(&self, path: &Text) -> Result<Text, Refusal>;
    /// See [`Question::Head`].
    fn head(&self, path: &Text) -> Result<Text, Refusal>;
    /// See [`Question::Link`].
    fn link(&self, path: &Text) -> Result<Text, Refusal>;
    /// See [`Question::List`].
    fn list(&self, path: &Text) -> Result<Vec<DirEntry>, Refusal>;
    /// See [`Question::Stat`].
    fn stat(&self, path: &Text) -> Result<FileStat, Refusal>;
    /// See [`Question::Resolve`].
    fn resolve(&self, path: &Text) -> Result<Text, Refusal>;
    /// See [`Question::Digest`].
    fn digest(&self, path: &Text) -> Result<Digest, Refusal>;
}

impl<H: Host + ?Sized> AskHost for H {
    fn read(&self, path: &Text) -> Result<Text, Refusal> {
        match self.ask(&Question::Read(path.clone()))? {
            Answer::Bytes { data, cut: false } => Ok(data),
            Answer::Bytes { cut: true, .. } => Err(Refusal::Cut("32 MiB a file".into())),
            other => Err(wrong_shape(&other)),
        }
    }
    fn head(&self, path: &Text) -> Result<Text, Refusal> {
        match self.ask(&Question::Head(path.clone()))? {
            Answer::Bytes { data, .. } => Ok(data),
            other => Err(wrong_shape(&other)),
        }
    }
    fn link(&self, path: &Text) -> Result<Text, Refusal> {
        match self.ask(&Question::Link(path.clone()))? {
            Answer::Path(target) => Ok(target),
            other => Err(wrong_shape(&other)),
        }
    }
    fn list(&self, path: &Text) -> Result<Vec<DirEntry>, Refusal> {
        match self.ask(&Question::List(path.clone()))? {
            Answer::Names(names) => Ok(names),
            other => Err(wrong_shape(&other)),
        }
    }
    fn stat(&self, path: &Text) -> Result<FileStat, Refusal> {
        match self.ask(&Question::Stat(path.clone()))? {
            Answer::Stat(stat) => Ok(stat),
            other => Err(wrong_shape(&other)),
        }
    }
    fn resolve(&self, path: &Text) -> Result<Text, Refusal> {
        match self.ask(&Question::Resolve(path.clone()))? {
            Answer::Path(path) => Ok(path),
            other => Err(wrong_shape(&other)),
        }
    }
    fn digest(&self, path: &Text) -> Result<Digest, Refusal> {
        match self.ask(&Question::Digest(path.clone()))? {
            Answer::Digest(digest) => Ok(digest),
            other => Err(wrong_shape(&other)),
        }
    }
}

/// An answer that does not fit its question: only a forged or damaged recording gives one.
pub(crate) fn wrong_shape(answer: &Answer) -> Refusal {
    let shape = match answer {
        Answer::Bytes { .. } => "bytes",
        Answer::Path(_) => "a path",
        Answer::Names(_) => "names",
        Answer::Stat(_) => "a stat",
        Answer::Digest(_) => "digests",
        Answer::Shape(_) => "a shape",
        Answer::Walk { .. } => "a walk",
        Answer::Compared(_) => "what differs from packages",
        Answer::Changes(_) => "what changed since a baseline",
        Answer::Log(_) => "what a log says",
        Answer::Places(_) => "places",
        Answer::Disk(_) => "a comparison with the device",
        Answer::Matches(_) => "rules that match",
        Answer::OwnProc { .. } => "the procfs in use",
        Answer::Clock { .. } => "the clock",
        Answer::Pids(_) => "process ids",
        Answer::Persist(_) => "held processes",
        Answer::Dump(_) => "a dump",
        Answer::Ports(_) => "ports",
    };
    Refusal::Garbled(format!("the answer is {shape}, which does not fit the question"))
}
