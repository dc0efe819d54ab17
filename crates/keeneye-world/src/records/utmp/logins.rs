//! Login records paired into spans of time, by the rules of last(1), but forward.
//!
//! A login ends with the next record of a login or logout on the same line, else when the system goes down or comes up.
//! The same pairing goes on from a rotated file to the next one.

use super::{Record, Role, kind};
use keeneye_facts::Text;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

/// Logins that are open at a time. More than terminals can be (`/proc/sys/kernel/pty/max` is 4096) is no real file.
const MAX_OPEN: usize = 10_000;

/// Something that began and, mostly, ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it was.
    pub what: What,
    /// Which of the files, from 0, in the order they were read in.
    pub file: usize,
    /// The number of the record that it began with.
    pub at: u64,
    /// The account; `reboot` and `shutdown` for the system.
    pub user: Text,
    /// The line without `/dev/`.
    pub tty: Text,
    /// What stood in `ut_host`.
    pub host: Text,
    /// Where it came from, if that was an address.
    pub address: Option<IpAddr>,
    /// The process that was logged in.
    pub pid: u32,
    /// When it began, in seconds since 1970.
    pub from: i64,
    /// When it ended.
    pub until: Option<i64>,
    /// How.
    pub ending: Ending,
}

/// What lasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Somebody was logged in.
    Login,
    /// The system ran.
    Up,
    /// It did not.
    Down,
}

/// How a span ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By a logout, or by what ends such a span.
    Ended,
    /// The system went down.
    Down,
    /// The system came up, and no logout or shutdown was written before.
    Crashed,
    /// It goes on.
    Lasting,
    /// Nothing ends it, but it does not go on.
    Gone,
}

/// A logout on a line where nobody had logged in, as far as the files go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoneLogout {
    /// Which of the files.
    pub file: usize,
    /// The number of the record.
    pub at: u64,
    /// The line.
    pub tty: Text,
    /// The process.
    pub pid: u32,
    /// Seconds since 1970.
    pub time: i64,
    /// A start of the system was seen before: the login cannot stand in a file that was rotated away.
    pub is_after_boot: bool,
}

/// Pairs records as they come.
#[derive(Debug, Default)]
pub struct Pairing {
    file: usize,
    open: HashMap<Text, Span>,
    /// Logins without a line, and those that are too many: only the end of the system ends them.
    lineless: Vec<Span>,
    running: Vec<Span>,
    stopped: Option<Span>,
    /// Lines that somebody, or a prompt, has used since the system started.
    used: BTreeSet<Text>,
    was_booted: bool,
    lone: Vec<LoneLogout>,
}

impl Pairing {
    /// What follows comes from the next file of the series.
    pub fn next_file(&mut self) {
        self.file += 1;
    }

    /// Records between those before and those that follow were not read.
    pub fn lose_track(&mut self, each: &mut dyn FnMut(Span)) {
        for mut span in self.open.drain().map(|(_, span)| span).chain(self.lineless.drain(..)) {
            span.ending = Ending::Gone;
            each(span);
        }
        self.used.clear();
        self.was_booted = false;
    }

    /// Logouts that nobody logged in for; the first ten thousand.
    pub fn lone_logouts(&self) -> &[LoneLogout] {
        &self.lone
    }

    /// Takes the next record; `each` gets what it ends.
    pub fn see(&mut self, record: &Record<'_>, each: &mut dyn FnMut(Span)) {
        let role = record.role();
        if record.kind == kind::DEAD_PROCESS && role == Role::Logout {
            self.look_for_login(record);
        }
        match role {
            Role::Boot => {
                self.end_all(record.seconds, Ending::Crashed, each);
                // Sessions of before may end on record after the shutdown.
                self.used.clear();
                self.was_booted = true;
                if self.running.len() < MAX_OPEN {
                    self.running.push(self.span(What::Up, record));
                }
            }
            Role::Down => {
                self.end_all(record.seconds, Ending::Down, each);
                self.running.drain(..).for_each(|span| each(span.end(record.seconds, Ending::Ended)));
                self.stopped = Some(self.span(What::Down, record));
            }
            Role::Login | Role::Logout => self.line(role, record, each),
            Role::Prompt => self.use_line(record),
            Role::RunLevel | Role::Clock | Role::Nothing => {}
        }
    }

    /// The last file has ended. `is_there` says whether a login without an end still is: its process runs.
    pub fn finish(mut self, is_there: &mut dyn FnMut(&Span) -> bool, each: &mut dyn FnMut(Span)) -> Vec<LoneLogout> {
        for mut span in self.open.drain().map(|(_, span)| span).chain(self.lineless.drain(..)) {
            span.ending = if is_there(&span) { Ending::Lasting } else { Ending::Gone };
            each(span);
        }
        self.running.into_iter().chain(self.stopped).for_each(each);
        self.lone
    }

    fn line(&mut self, role: Role, record: &Record<'_>, each: &mut dyn FnMut(Span)) {
        let tty = Text::from(record.line);
        if let Some(span) = self.open.remove(&tty) {
            each(span.end(record.seconds, Ending::Ended));
        }
        if role == Role::Logout {
            // init(8) and getty(8) may write no name.
            if matches!(record.kind, kind::INIT_PROCESS | kind::LOGIN_PROCESS) {
                self.use_line(record);
            }
            return;
        }
        self.use_line(record);
        let span = self.span(What::Login, record);
        if tty.is_empty() {
            if self.lineless.len() < MAX_OPEN {
                self.lineless.push(span);
            } else {
                each(span.end(record.seconds, Ending::Gone));
            }
        } else if self.open.len() < MAX_OPEN {
            self.open.insert(tty, span);
        } else {
            each(span.end(record.seconds, Ending::Gone));
        }
    }

    fn use_line(&mut self, record: &Record<'_>) {
        if self.used.len() < MAX_OPEN && !record.line.is_empty() {
            self.used.insert(record.line.into());
        }
    }

    /// Whoever was in is out now, and nothing is known of any line.
    fn end_all(&mut self, time: i64, ending: Ending, each: &mut dyn FnMut(Span)) {
        let open = self.open.drain().map(|(_, span)| span).chain(self.lineless.drain(..));
        open.for_each(|span| each(span.end(time, ending)));
        if let Some(span) = self.stopped.take() {
            each(span.end(time, Ending::Ended));
        }
    }

    fn look_for_login(&mut self, record: &Record<'_>) {
        let line: &[u8] = record.line.as_ref();
        let is_known = line.is_empty() || self.used.len() >= MAX_OPEN || self.used.contains(line);
        if !is_known && self.lone.len() < MAX_OPEN {
            self.lone.push(LoneLogout {
                file: self.file,
                at: record.number,
                tty: line.into(),
                pid: record.pid,
                time: record.seconds,
                is_after_boot: self.was_booted,
            });
        }
    }

    fn span(&self, what: What, record: &Record<'_>) -> Span {
        Span {
            what,
            file: self.file,
            at: record.number,
            user: record.user.into(),
            tty: record.line.into(),
            host: record.host.into(),
            address: record.address,
            pid: record.pid,
            from: record.seconds,
            until: None,
            ending: Ending::Lasting,
        }
    }
}

impl Span {
    fn end(mut self, time: i64, ending: Ending) -> Self {
        (self.until, self.ending) = (Some(time), ending);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::Records;
    use super::super::samples::{LAYOUTS, file};
    use super::*;

    fn said(files: &[&str]) -> (Vec<String>, Vec<String>) {
        let (mut pairing, mut spans) = (Pairing::default(), Vec::new());
        for lines in files {
            let bytes = file(lines, LAYOUTS[0]);
            Records::new(&bytes, LAYOUTS[0]).for_each(|record| pairing.see(&record, &mut |span| spans.push(span)));
            pairing.next_file();
        }
        let lone = pairing.finish(&mut |span| span.pid == 77, &mut |span| spans.push(span));
        spans.sort_by_key(|span| (span.file, span.at));
        let line = |span: Span| {
            let until = span.until.map(|until| (until - span.from).to_string()).unwrap_or_default();
            format!(
                "{}.{} {:?} {} {} {:?} {until}",
                span.file,
                span.at,
                span.what,
                span.user.lossy(),
                span.tty.lossy(),
                span.ending
            )
        };
        let lone =
            lone.into_iter().map(|one| format!("{}.{} {} {}", one.file, one.at, one.tty.lossy(), one.is_after_boot));
        (spans.into_iter().map(line).collect(), lone.collect())
    }

    #[test]
    fn every_way_to_end() {
        let (spans, lone) = said(&["
            2 0 ~ reboot 6.1.0 1000
            7 1 pts/0 ann 192.0.2.7 1010
            8 1 pts/0 - - 1020
            7 2 pts/0 ann 192.0.2.7 1030
            7 3 pts/0 ben 192.0.2.7 1040
            1 0 ~ shutdown 6.1.0 1100
            2 0 ~ reboot 6.1.0 1200
            7 4 pts/1 ann - 1210
            2 0 ~ reboot 6.1.0 1300
            7 77 pts/1 ann - 1310
            7 78 pts/2 ben - 1320
        "]);
        let expected = [
            "0.0 Up reboot ~ Ended 100",
            "0.1 Login ann pts/0 Ended 10",
            "0.3 Login ann pts/0 Ended 10",
            "0.4 Login ben pts/0 Down 60",
            "0.5 Down shutdown ~ Ended 100",
            "0.6 Up reboot ~ Lasting ",
            "0.7 Login ann pts/1 Crashed 90",
            "0.8 Up reboot ~ Lasting ",
            "0.9 Login ann pts/1 Lasting ",
            "0.10 Login ben pts/2 Gone ",
        ];
        assert_eq!(spans, expected);
        assert_eq!(lone, [""; 0]);
    }

    #[test]
    fn a_login_may_stand_in_the_file_before() {
        let (spans, lone) = said(&["7 1 pts/0 ann - 1000", "8 1 pts/0 - - 1100"]);
        assert_eq!(spans, ["0.0 Login ann pts/0 Ended 100"]);
        assert_eq!(lone, [""; 0]);
    }

    #[test]
    fn a_logout_whose_login_was_removed() {
        let (_, lone) = said(&["8 1 pts/0 - - 900\n2 0 ~ reboot - 1000\n8 1 pts/0 - - 1100\n8 2 tty1 - - 1200"]);
        assert_eq!(lone, ["0.0 pts/0 false", "0.2 pts/0 true", "0.3 tty1 true"]);
        let with_prompt = "2 0 ~ reboot - 1000\n6 2 tty1 LOGIN - 1001\n8 2 tty1 - - 1200";
        assert_eq!(said(&[with_prompt]).1, [""; 0]);
        let with_init = "2 0 ~ reboot - 1000\n5 2 tty1 - - 1001\n8 2 tty1 - - 1200";
        assert_eq!(said(&[with_init]).1, [""; 0]);
    }

    #[test]
    fn what_was_not_read_is_not_missing() {
        let mut pairing = Pairing::default();
        let see = |pairing: &mut Pairing, line| {
            Records::new(&file(line, LAYOUTS[0]), LAYOUTS[0]).for_each(|record| pairing.see(&record, &mut drop));
        };
        see(&mut pairing, "2 0 ~ reboot - 1000");
        see(&mut pairing, "7 1 pts/0 ann - 1050");
        let mut gone = Vec::new();
        pairing.lose_track(&mut |span| gone.push((span.user, span.ending)));
        assert_eq!(gone, [("ann".into(), Ending::Gone)]);
        see(&mut pairing, "8 1 pts/0 - - 1100");
        assert!(pairing.lone_logouts().iter().all(|lone| !lone.is_after_boot));
    }

    #[test]
    fn more_logins_than_terminals_are_bounded() {
        let mut lines = String::new();
        (0..MAX_OPEN + 5).for_each(|at| lines += &format!("7 1 p{at} ann - 1000\n8 1 q{at} - - 1000\n"));
        let (spans, lone) = said(&[&lines]);
        assert_eq!(spans.len(), MAX_OPEN + 5);
        assert!(lone.len() <= MAX_OPEN);
    }
}
