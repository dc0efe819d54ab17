//! When to stop.

use keeneye_facts::Refusal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A moment after which every question is refused. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Deadline(Arc<Mutex<Option<Instant>>>);

impl Deadline {
    pub(crate) fn set(&self, when: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(when);
    }
    /// What is left; `None` when there is no deadline.
    pub(crate) fn left(&self) -> Option<Duration> {
        let when = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        when.map(|when| when.saturating_duration_since(Instant::now()))
    }
    /// Refuses when the time is up.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.left() == Some(Duration::ZERO) { Err(Refusal::OutOfTime) } else { Ok(()) }
    }
}
