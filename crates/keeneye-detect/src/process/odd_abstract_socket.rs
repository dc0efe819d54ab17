//! A local socket without a file that takes a system service's name.
//!
//! # What it sees
//! An abstract unix socket (`@...` in `ss -x`) named like a path or like a bus, held by a program that no package owns
//! and that lies neither with an admin's programs nor in a home, or by code that a service's account gave an
//! interpreter.
//!
//! # Why it matters
//! Such a socket leaves no trace in any directory. Malware takes a name that looks like the display server's or the
//! message bus's, to talk to its other parts or to see that it runs already.
//!
//! # Innocent causes
//! Display servers, buses, editors and container tools hold many of them; they come from packages, lie in homes, or in
//! containers, and are not mentioned.
//!
//! # What to do
//! Look at its holder: `keeneye look pid PID`.

use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{Finding, Level, Process, ProgramKind, Protocol, Socket};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/odd-abstract-socket",
    title: "a local socket that takes a system service's name",
    level: Level::Unusual,
    attack: &["T1559", "T1036"],
    absolute: false,
    source: include_str!("odd_abstract_socket.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let sockets = scene.world.sockets.values().filter(|socket| looks_like_a_service(socket));
    sockets.filter_map(|socket| judge(scene, socket)).collect()
}

/// An abstract socket named by a path, or as a message bus names its own.
fn looks_like_a_service(socket: &Socket) -> bool {
    let name = socket.name.strip_prefix(b"@");
    let service = |name: &[u8]| name.starts_with(b"/") || name.starts_with(b"dbus-");
    socket.protocol == Protocol::Unix && name.is_some_and(service)
}

fn judge(scene: &Scene<'_>, socket: &Socket) -> Option<Finding> {
    let holders = scene.world.holders(socket);
    let process = *holders.first()?;
    // One of several holders that is in order vouches for the rest: they inherited it.
    if holders.iter().any(|holder| is_ordinary(scene, holder)) {
        return None;
    }
    let odd = place::is_volatile(standing::program_path(process))
        || place::hidden_component(standing::program_path(process)).is_some();
    let level = if odd { Level::Unusual } else { Level::Note };
    let name = subject::process(process).name;
    let summary = format!("{} holds the local socket {}", name.lossy(), socket.name.lossy());
    let finding = DETECTOR
        .finding(level, subject::process(process), summary)
        .evidence_by("socket", socket.name.clone(), socket.seen.by.iter().copied())
        .evidence("program", standing::program_path(process).clone())
        .innocent("the display server or the message bus itself", true, "no package brought the program");
    Some(portrait::add(finding, scene, process))
}

fn is_ordinary(scene: &Scene<'_>, process: &Process) -> bool {
    let standing = Standing::of(scene, process);
    let program = standing::program_path(process);
    let accounts = &scene.world.accounts;
    let own = place::is_admin(program, accounts) || place::is_tool_dot_dir(program, accounts);
    let inline = process.program.as_ref().is_some_and(|program| program.kind == ProgramKind::Inline);
    let given = inline && standing.service_account && !standing.attended;
    !standing.unowned() && !given
        || standing.contained
        || own
        || place::own_image(program, &scene.world.mounts).is_some()
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    use keeneye_facts::{Event, ProcessId, Protocol, Socket, SocketState};

    fn check(name: &str, host: &str, expected: &[&str]) {
        let socket = Event::SocketSeen(Box::new(Socket {
            net: 1,
            protocol: Protocol::Unix,
            state: SocketState::Listening,
            local: None,
            remote: None,
            inode: 77,
            uid: 0,
            name: name.into(),
            packet: None,
            owners: vec![(ProcessId { pid: 41, start: 500 }, 3)],
            seen: keeneye_facts::Seen::default(),
        }));
        assert_eq!(findings("process/odd-abstract-socket", host, &[socket]), expected);
    }
    #[test]
    fn a_display_servers_name_in_the_wrong_hands() {
        check(
            "@/tmp/.X11-unix/X0",
            "package base 1\nprocess 41 exe=/var/tmp/.k/k",
            &["unusual: k (pid 41) holds the local socket @/tmp/.X11-unix/X0"],
        );
        check(
            "@dbus-1a2b",
            "package base 1\nprocess 41 exe=/var/lib/k",
            &["note: k (pid 41) holds the local socket @dbus-1a2b"],
        );
    }
    #[test]
    fn code_that_a_service_gave_an_interpreter() {
        let host = |uid: u32| {
            format!(
                "package python 1 owns /usr/bin/python3\n/etc/passwd = www-data:x:33:33::/var/www:/usr/sbin/nologin\\n\
                 anna:x:1000:1000::/home/anna:/bin/bash\\n\n\
                 process 41 uid={uid} exe=/usr/bin/python3 cmdline=\"python3 -c x\""
            )
        };
        check("@/tmp/.x", &host(33), &["note: python3 (pid 41) holds the local socket @/tmp/.x"]);
        check("@/tmp/.x", &host(1000), &[]);
    }
    #[test]
    fn the_display_server_is_quiet() {
        check("@/tmp/.X11-unix/X0", "package xvfb 1 owns /usr/bin/Xvfb\nprocess 41 exe=/usr/bin/Xvfb", &[]);
    }
    #[test]
    fn a_name_of_its_own_and_a_file_are_quiet() {
        check("@mine", "package base 1\nprocess 41 exe=/var/lib/k", &[]);
        check("/run/k.sock", "package base 1\nprocess 41 exe=/var/lib/k", &[]);
    }
    #[test]
    fn a_program_in_a_home_is_quiet() {
        check("@/tmp/vscode", "package base 1\nprocess 41 uid=1000 exe=/home/a/code/x", &[]);
    }
}
