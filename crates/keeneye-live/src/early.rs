//! Slow questions that are begun before they are asked.

use crate::deadline::Deadline;
use keeneye_facts::Refusal;
use keeneye_world::{Question, Reply};
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Questions that are being answered in threads of their own.
#[derive(Default)]
pub(crate) struct Early {
    running: Mutex<HashMap<Question, Receiver<Reply>>>,
}

impl Early {
    /// Begins to answer, unless that has begun or no thread is to be had.
    pub(crate) fn begin(&self, question: &Question, answer: impl FnOnce() -> Reply + Send + 'static) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(question) {
            return;
        }
        let (send, receive) = sync_channel(1);
        // Nobody may be left to receive: then the answer is dropped.
        let work = move || drop(send.send(answer()));
        if std::thread::Builder::new().name("probe".into()).spawn(work).is_ok() {
            running.insert(question.clone(), receive);
        }
    }
    /// The answer, once, when it was begun. `None`: ask now.
    pub(crate) fn take(&self, question: &Question, deadline: &Deadline) -> Option<Reply> {
        let receive = self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(question)?;
        match deadline.left() {
            None => receive.recv().ok(),
            Some(left) => match receive.recv_timeout(left) {
                Ok(reply) => Some(reply),
                Err(RecvTimeoutError::Timeout) => Some(Err(Refusal::OutOfTime)),
                Err(RecvTimeoutError::Disconnected) => None,
            },
        }
    }
}
