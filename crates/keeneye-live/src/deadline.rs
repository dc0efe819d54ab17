//! When to stop.

use keeneye_facts::Refusal;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A moment after which every question is refused, and a sign of life for whoever waits. Clones share both.
#[derive(Clone, Default)]
pub(crate) struct Deadline {
    when: Arc<Mutex<Option<Instant>>>,
    pulse: Arc<AtomicU64>,
    given_up: Arc<AtomicBool>,
}

impl Deadline {
    pub(crate) fn set(&self, when: Instant) {
        *self.when.lock().unwrap_or_else(PoisonError::into_inner) = Some(when);
    }
    /// What is left; `None` when there is no deadline.
    pub(crate) fn left(&self) -> Option<Duration> {
        let when = *self.when.lock().unwrap_or_else(PoisonError::into_inner);
        when.map(|when| when.saturating_duration_since(Instant::now()))
    }
    /// Refuses when the time is up or nobody waits any more. Also says that the work goes on.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        self.pulse.fetch_add(1, Ordering::Relaxed);
        let over = self.given_up.load(Ordering::Relaxed) || self.left() == Some(Duration::ZERO);
        if over { Err(Refusal::OutOfTime) } else { Ok(()) }
    }
    /// The same moment, with a pulse of its own: for work that one waits for.
    pub(crate) fn watched(&self) -> Self {
        Self { when: Arc::clone(&self.when), ..Self::default() }
    }
    /// How often the work has called [`Deadline::check`].
    pub(crate) fn pulse(&self) -> u64 {
        self.pulse.load(Ordering::Relaxed)
    }
    /// Tells the work that nobody waits.
    pub(crate) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}
