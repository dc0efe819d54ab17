//! A session of sshd runs that no log tells of.
//!
//! # What it sees
//! A process of sshd that serves somebody (`sshd: anna@pts/0`) and began at a time that the log of sshd covers, but no line
//! lets that account in then, and no login record does either: `suspicious`.
//!
//! # Why it matters
//! The process shows that somebody is in. Either the line was cut out, or this sshd is not the one that logs: one with
//! a backdoor lets its owner in and keeps silent.
//!
//! # Innocent causes
//! An sshd that was told to log less (`LogLevel QUIET`): then no login has a line, and nothing is said. Lines that the
//! logger dropped because there were too many.
//!
//! # What to do
//! `keeneye look pid N` shows the process, its connection and its program. Check the program against its package.

use super::coverage;
use crate::{Detector, Scene, subject};
use bstr::ByteSlice;
use keeneye_facts::{Finding, Level, Process, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/unrecorded-session",
    title: "a session without a record",
    level: Level::Suspicious,
    attack: &["T1556", "T1070.002"],
    absolute: false,
    source: include_str!("unrecorded_session.rs"),
    run,
};

/// Seconds between the line of a login and the start of the process that serves it.
const SLACK: u64 = 180;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene.world, process)).collect()
}

fn judge(world: &World, process: &Process) -> Option<Finding> {
    let user = served(process)?;
    let begun = world.host.time_of_ticks(process.id.start);
    // By the time, or, where the clock was set since, by the process that let them in.
    let its_own = |login: &keeneye_facts::Login| {
        let by_process = login.pid.is_some_and(|pid| pid == process.id.pid || pid == process.ppid);
        login.time.seconds.abs_diff(begun) <= SLACK || by_process
    };
    let recorded = world.logins.iter().any(|login| login.user == user && its_own(login));
    if recorded || process.container.is_some() || !coverage::covers_sshd(world, begun) || world.logins.is_empty() {
        return None;
    }
    let summary = format!(
        "sshd (pid {}) serves {} since a time of which no record tells that somebody came in",
        process.id.pid,
        user.lossy()
    );
    Some(
        DETECTOR
            .finding(Level::Suspicious, subject::process(process), summary)
            .evidence("calls itself", process.cmdline.first().cloned().unwrap_or_default())
            .evidence("since, in seconds since 1970", begun.to_string())
            .innocent("sshd was told to log less", true, "other logins of that time have lines")
            .since(begun)
            .next(format!("keeneye look pid {}", process.id.pid)),
    )
}

/// When sessions of sshd that run for this account began, in seconds since 1970.
pub(super) fn sessions_of<'a>(world: &'a World, user: &'a Text) -> impl Iterator<Item = i64> + 'a {
    let own = world.processes.values().filter(move |process| served(process).as_ref() == Some(user));
    own.map(|process| world.host.time_of_ticks(process.id.start))
}

/// The account that a process of sshd serves, by what it calls itself: `sshd: anna@pts/0`, `sshd-session: anna@notty`.
fn served(process: &Process) -> Option<Text> {
    let exe = process.exe.as_ref()?;
    let is_sshd = [&b"sshd"[..], b"sshd-session"].contains(&exe.path.file_name().as_bytes());
    if !is_sshd {
        return None;
    }
    let title = bstr::join(" ", &process.cmdline);
    let (_, rest) = title.split_once_str(": ")?;
    let (user, tty) = rest.rsplit_once_str("@")?;
    let is_session = tty.starts_with(b"pts/") || tty.starts_with(b"notty");
    (is_session && !user.is_empty()).then(|| Text::from(user))
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, NOW, covering, logins};
    use keeneye_facts::{Event, LogForm};
    const NAME: &str = "login/unrecorded-session";
    const HOST: &str = "process 41 exe=/usr/sbin/sshd start=99000000 cmdline=sshd:_anna@pts/0\n";
    const OTHER: Came<'static> = Came { user: "ben", from: "192.0.2.5", method: "password", key: "", ago: 900 };

    fn said(title: &str, came: Came<'_>, from: i64) -> Vec<String> {
        let mut events: Vec<Event> = logins(&[OTHER, came]);
        events.push(covering("/var/log/auth.log", LogForm::Syslog, NOW - from, NOW));
        crate::testing::findings(NAME, &HOST.replace("sshd:_anna@pts/0", title), &events)
    }
    /// The process began 10,000 seconds ago.
    const ANNA: Came<'static> = Came { user: "anna", from: "192.0.2.9", method: "publickey", key: "", ago: 10_000 };

    #[test]
    fn a_session_of_which_no_line_tells() {
        let title = "\"sshd: anna@pts/0\"";
        let text = "suspicious: sshd (pid 41) serves anna since a time of which no record tells that somebody came in";
        assert_eq!(said(title, Came { ago: 50_000, ..ANNA }, 90_000), [text]);
        assert_eq!(said(title, ANNA, 90_000), [""; 0]);
        assert_eq!(said(title, Came { ago: 50_000, ..ANNA }, 5_000), [""; 0], "the log begins later");
        assert_eq!(said("\"sshd: anna [priv]\"", Came { ago: 50_000, ..ANNA }, 90_000), [""; 0]);
    }
    #[test]
    fn after_the_clock_was_set_the_process_tells() {
        let with_pid = |pid| {
            let mut events = logins(&[OTHER, Came { ago: 50_000, ..ANNA }]);
            if let Some(Event::LoginSeen(login)) = events.last_mut() {
                login.pid = Some(pid);
            }
            events.push(covering("/var/log/auth.log", LogForm::Syslog, NOW - 90_000, NOW));
            crate::testing::findings(NAME, &HOST.replace("sshd:_anna@pts/0", "\"sshd: anna@pts/0\" ppid=40"), &events)
                .len()
        };
        assert_eq!(with_pid(41), 0, "the session's own process");
        assert_eq!(with_pid(40), 0, "the one that let them in");
        assert_eq!(with_pid(39), 1);
    }
}
