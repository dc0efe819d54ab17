//! Slow questions that are begun before they are asked.

use crate::deadline::Deadline;
use keeneye_facts::Refusal;
use keeneye_world::{Question, Reply};
use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Threads that answer many questions together.
const MAX_WORKERS: usize = 4;

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
    /// Begins to answer many, in order, a few at a time.
    pub(crate) fn begin_all(
        &self,
        questions: Vec<Question>,
        answer: impl Fn(&Question) -> Reply + Send + Sync + 'static,
    ) {
        let mut queue = VecDeque::new();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        for question in questions {
            if !running.contains_key(&question) {
                let (send, receive) = sync_channel(1);
                running.insert(question.clone(), receive);
                queue.push_back((question, send));
            }
        }
        drop(running);
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS).min(queue.len());
        let shared = Arc::new((Mutex::new(queue), answer));
        for _ in 0..workers {
            let shared = Arc::clone(&shared);
            let work = move || {
                let (queue, answer) = &*shared;
                let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                while let Some((question, send)) = next() {
                    drop(send.send(answer(&question)));
                }
            };
            // Without a single thread the senders are dropped, and each question is answered when it is asked.
            drop(std::thread::Builder::new().name("worker".into()).spawn(work));
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
