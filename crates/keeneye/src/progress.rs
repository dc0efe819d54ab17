//! A line on standard error that says what is being looked at, when a person sits there. It is erased at the end.

use crate::settings::Settings;
use std::io::{IsTerminal, Write};

/// The line.
pub(crate) struct Progress {
    shown: bool,
}

impl Progress {
    /// Shown when standard error is a terminal and nobody asked for quiet.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { shown: !settings.quiet && std::io::stderr().is_terminal() }
    }
    /// Says what is looked at now.
    pub(crate) fn say(&self, what: &str) {
        self.write(&format!("\r\x1b[K  looking at {}", what.replace('_', " ")));
    }
    /// Erases the line.
    pub(crate) fn end(&self) {
        self.write("\r\x1b[K");
    }
    /// A terminal that went away is no reason to stop looking.
    fn write(&self, text: &str) {
        if self.shown {
            let mut stderr = std::io::stderr().lock();
            stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()).ok();
        }
    }
}
