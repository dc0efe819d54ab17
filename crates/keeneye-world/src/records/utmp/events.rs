//! Login records as events.

use super::{Record, Role, kind};
use keeneye_facts::{LogEvent, LogKind, LogTime, Text, TimeCertainty};

/// What a file is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// utmp and wtmp: who is and was in.
    Logins,
    /// btmp: who was refused.
    Failures,
}

/// All events of a file, in the order of its records.
pub fn events<'a>(source: &Text, which: Which, records: impl Iterator<Item = Record<'a>>) -> Vec<LogEvent> {
    records.map(|record| event(source, which, &record)).collect()
}

/// What one record says.
pub fn event(source: &Text, which: Which, record: &Record<'_>) -> LogEvent {
    let text = |text: Text| (!text.is_empty()).then_some(text);
    let time = LogTime { seconds: record.seconds, certainty: TimeCertainty::Written };
    LogEvent {
        source: source.clone(),
        at: record.number,
        time: (record.seconds != 0).then_some(time),
        kind: of(which, record),
        pid: (record.pid != 0).then_some(record.pid),
        user: text(record.user.into()),
        from: text(record.from()),
        tty: text(record.line.into()),
        session: (record.session != 0).then(|| record.session.to_string().into()),
        ..LogEvent::default()
    }
}

fn of(which: Which, record: &Record<'_>) -> LogKind {
    if record.is_zeroed {
        return LogKind::Zeroed;
    }
    let role = record.role();
    if which == Which::Failures {
        let is_attempt = matches!(role, Role::Login | Role::Prompt) || !record.user.is_empty();
        return if is_attempt { LogKind::Failed } else { LogKind::Other };
    }
    match role {
        Role::Login => LogKind::SessionOpened,
        Role::Logout if record.kind == kind::DEAD_PROCESS => LogKind::SessionClosed,
        Role::Boot => LogKind::Booted,
        Role::Down => LogKind::Stopped,
        Role::Clock => LogKind::ClockChanged,
        Role::Logout | Role::RunLevel | Role::Prompt | Role::Nothing => LogKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Records;
    use super::super::samples::{LAYOUTS, file};
    use super::*;

    fn said(which: Which, lines: &str) -> Vec<String> {
        let bytes = file(lines, LAYOUTS[0]);
        let line = |event: LogEvent| {
            let show = |text: Option<Text>| text.unwrap_or_default().lossy().into_owned();
            format!("{} {:?} {} {} {}", event.at, event.kind, show(event.user), show(event.tty), show(event.from))
        };
        events(&"wtmp".into(), which, Records::new(&bytes, LAYOUTS[0])).into_iter().map(line).collect()
    }

    #[test]
    fn of_wtmp() {
        let lines = "
            2 0 ~ reboot 6.1.0 1700000000
            6 400 tty1 LOGIN - 1700000001
            7 901 pts/0 ann 192.0.2.7 1700000100
            0
            4 0 | date - 1700000200
            8 901 pts/0 - - 1700000300
            1 0 ~ shutdown 6.1.0 1700000400
        ";
        let expected = [
            "0 Booted reboot ~ 6.1.0",
            "1 Other LOGIN tty1 ",
            "2 SessionOpened ann pts/0 192.0.2.7",
            "3 Zeroed   ",
            "4 ClockChanged date | ",
            "5 SessionClosed  pts/0 ",
            "6 Stopped shutdown ~ 6.1.0",
        ];
        assert_eq!(said(Which::Logins, lines), expected);
    }

    #[test]
    fn of_btmp() {
        let lines = "
            6 901 ssh:notty root 192.0.2.7 1700000100
            6 401 tty1 UNKNOWN - 1700000101
            0
        ";
        let expected = ["0 Failed root ssh:notty 192.0.2.7", "1 Failed UNKNOWN tty1 ", "2 Zeroed   "];
        assert_eq!(said(Which::Failures, lines), expected);
    }
}
