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

use crate::{Detector, Scene, sessions, subject};
use keeneye_facts::{Finding, Level, Process};
use keeneye_world::{World, rfc3339};

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

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene.world, process)).collect()
}

fn judge(world: &World, process: &Process) -> Option<Finding> {
    let user = sessions::unrecorded(world, process)?;
    let begun = world.host.time_of_ticks(process.id.start);
    let summary = format!(
        "sshd (pid {}) serves {} since a time of which no record tells that somebody came in",
        process.id.pid,
        user.lossy()
    );
    Some(
        DETECTOR
            .finding(Level::Suspicious, subject::process(process), summary)
            .evidence("calls itself", process.cmdline.first().cloned().unwrap_or_default())
            .evidence("since", rfc3339(begun))
            .innocent("sshd was told to log less", true, "other logins of that time have lines")
            .since(begun)
            .next(format!("keeneye look pid {}", process.id.pid)),
    )
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
