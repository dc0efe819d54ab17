//! What each program's lines say, in the words of a test; attackers' names; broken lines.

mod accounts;
mod injection;
mod machines;
mod mutations;
mod programs;
mod sshd;

use super::{Change, Said, said_by};

/// `Failed user=root from=192.0.2.1 port=5`, in the order of the fields; `-` for nothing.
pub(super) fn shown(said: Option<Said<'_>>) -> String {
    let Some(said) = said else { return "-".into() };
    let mut shown = format!("{:?}", said.kind);
    let texts = [
        ("user", said.user),
        ("by", said.by),
        ("from", said.from),
        ("method", said.method),
        ("key", said.key),
        ("tty", said.tty),
        ("session", said.session),
        ("command", said.command),
        ("group", said.group),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            shown += &format!(" {name}={}", String::from_utf8_lossy(text));
        }
    }
    if let Some(Change { what, before, after }) = said.change {
        let [before, after] = [before, after].map(String::from_utf8_lossy);
        shown += &format!(" {what:?}:{before}>{after}");
    }
    for (name, number) in [("port", said.port.map(u32::from)), ("uid", said.uid), ("times", said.times)] {
        if let Some(number) = number {
            shown += &format!(" {name}={number}");
        }
    }
    shown
}

/// Checks what messages of one program say.
#[track_caller]
pub(super) fn check(program: &str, cases: &[(&str, &str)]) {
    for (message, expected) in cases {
        assert_eq!(shown(said_by(program.as_bytes(), message.as_bytes(), None)), *expected, "{program}: {message}");
    }
}
