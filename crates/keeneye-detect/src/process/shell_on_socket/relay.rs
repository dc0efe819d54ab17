//! A shell whose connection is not its own input: it holds one on another descriptor, or somebody relays.

use crate::standing::{self, Standing};
use crate::{Scene, place, shells};
use keeneye_facts::{FdTarget, Level, Process, ProcessId, ProgramKind, Protocol, Socket, SocketState, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Holders of one pipe that are looked at; a pipe of a shell has two or three.
const MAX_HOLDERS: usize = 256;

/// A connection, who carries it to the shell, and how sure it is that somebody outside gives commands by it.
pub(super) struct Relay<'a> {
    pub(super) carrier: &'a Process,
    pub(super) socket: &'a Socket,
    pub(super) level: Level,
}

/// Holders of pipes, by inode.
pub(super) type Pipes = BTreeMap<u64, BTreeSet<ProcessId>>;

/// Who holds the pipes that shells have for their input or output.
pub(super) fn pipes(scene: &Scene<'_>) -> Pipes {
    let takers = scene.world.processes.values().filter(|process| listens_to_its_input(scene, process));
    let wanted = takers.filter_map(ends).flatten();
    let mut pipes: Pipes = wanted.map(|inode| (inode, BTreeSet::new())).collect();
    for process in scene.world.processes.values() {
        for fd in &process.fds {
            let FdTarget::Pipe(inode) = fd.target else { continue };
            if let Some(holders) = pipes.get_mut(&inode).filter(|holders| holders.len() < MAX_HOLDERS) {
                holders.insert(process.id);
            }
        }
    }
    pipes
}

/// A shell without a script or a command: what comes in is executed. One that wiped its arguments may be.
fn listens_to_its_input(scene: &Scene<'_>, process: &Process) -> bool {
    let kind = process.program.as_ref().map(|program| program.kind);
    let waits = kind == Some(ProgramKind::Interactive) || process.cmdline_wiped;
    waits && shells::is_shell(scene.world, process)
}

/// The pipes at its input and its output.
fn ends(process: &Process) -> Option<[u64; 2]> {
    let pipe = |number: u32| match process.fds.iter().find(|fd| fd.number == number)?.target {
        FdTarget::Pipe(inode) => Some(inode),
        _ => None,
    };
    Some([pipe(0)?, pipe(1)?])
}

/// Both ends of a shell that executes what comes in lead to one program with a connection. One end alone is ordinary:
/// a server reads what a command prints, `curl | sh`. So are a login program, which asked who is there, and a command
/// (`sh -c`) that a server gave.
pub(super) fn relayed<'a>(scene: &Scene<'a>, shell: &Process, pipes: &Pipes) -> Option<Relay<'a>> {
    if !listens_to_its_input(scene, shell) {
        return None;
    }
    let [input, output] = ends(shell)?;
    let (input, output) = (pipes.get(&input)?, pipes.get(&output)?);
    let both = input.intersection(output).filter(|id| **id != shell.id);
    let carriers = both.filter_map(|id| scene.world.processes.get(id));
    let login = |carrier: &&Process| !standing::is_login_program(scene.world, carrier);
    let mut found = carriers.filter(login).filter_map(|carrier| Some((carrier, connection(scene, carrier)?)));
    let (carrier, socket) = found.next()?;
    Some(Relay { carrier, socket, level: of_carrier(scene, shell, carrier) })
}

/// An agent that a person runs may keep a shell, a container's engine may serve one.
fn of_carrier(scene: &Scene<'_>, shell: &Process, carrier: &Process) -> Level {
    let standing = Standing::of(scene, carrier);
    let exe = carrier.exe_path();
    let general = is_inline(carrier) || shells::takes_code(exe) && standing.script.is_none();
    match () {
        () if is_odd(scene, standing::program_path(carrier)) || is_odd(scene, exe) => Level::Compromised,
        () if standing::is_contained(scene.world, shell) => Level::Unusual,
        () if standing.attended && !general => Level::Unusual,
        () if standing.unowned() || standing.exe.is_changed() || is_inline(carrier) => Level::Compromised,
        () => Level::Suspicious,
    }
}

/// A shell without a script that holds a connection by itself (`exec 3<>/dev/tcp/...`). A program that does not close
/// its descriptors leaves them to the commands that it starts: then it holds the same one.
pub(super) fn own_connection<'a>(scene: &Scene<'a>, shell: &'a Process) -> Option<Relay<'a>> {
    if !(is_inline(shell) || shell.cmdline_wiped) || !shells::is_shell(scene.world, shell) {
        return None;
    }
    let socket = connection(scene, shell)?;
    let left = |ancestor: &Process| {
        let holds = ancestor.sockets().any(|(_, inode)| inode == socket.inode);
        holds && !is_inline(ancestor) && !is_odd(scene, ancestor.exe_path())
    };
    if scene.world.ancestors(shell).any(left) {
        return None;
    }
    let interactive = shell.program.as_ref().is_some_and(|program| program.kind == ProgramKind::Interactive);
    let level = match standing::is_attended(scene.world, shell) {
        true if interactive && shell.tty != 0 => Level::Unusual,
        true => Level::Suspicious,
        false => Level::Compromised,
    };
    Some(Relay { carrier: shell, socket, level })
}

/// Code from an argument, a pipe or a terminal.
fn is_inline(process: &Process) -> bool {
    let kind = process.program.as_ref().map(|program| program.kind);
    matches!(kind, Some(ProgramKind::Inline | ProgramKind::Interactive))
}

fn is_odd(scene: &Scene<'_>, path: &Text) -> bool {
    let hides = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &scene.world.accounts);
    (place::is_volatile(path) || hides) && place::own_image(path, &scene.world.mounts).is_none()
}

/// A TCP connection with another machine.
fn connection<'a>(scene: &Scene<'a>, process: &Process) -> Option<&'a Socket> {
    let outside = |socket: &&Socket| socket.remote.is_some_and(|remote| !remote.ip.to_canonical().is_loopback());
    let open = |socket: &&Socket| socket.protocol == Protocol::Tcp && socket.state == SocketState::Established;
    standing::sockets_of(scene.world, process).into_iter().filter(open).find(outside)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const PEER: &str = "tcp 10.0.0.5:5000 to 192.0.2.1:443";

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        let head =
            "package base 1 owns /usr/bin/bash,/usr/bin/ncat,/usr/sbin/sshd,/usr/sbin/php-fpm8.2,/usr/bin/python3";
        check("process/shell-on-socket", &format!("{head}\n{host}"), expected);
    }
    fn relay(holder: &str, shell: &str, input: &str, output: &str) -> String {
        format!(
            "process 30 session=30 {holder}\nconnect tcp 10.0.0.5:5000 192.0.2.1:443 pid=30 inode=77 fd=9\n\
             fd 30 5 pipe:[5]\nfd 30 6 pipe:[6]\n\
             process 41 ppid=30 session=41 exe=/usr/bin/bash cmdline=\"{shell}\"\nfd 41 0 {input}\nfd 41 1 {output}"
        )
    }
    fn found(level: &str, holder: &str) -> String {
        format!(
            "{level}: /usr/bin/bash (pid 41) and {holder} (pid 30) feed each other, and the latter has a connection: {PEER}"
        )
    }

    #[test]
    fn pipes_on_other_descriptors_of_a_program_with_a_connection() {
        for (holder, exe, level) in [
            ("exe=/usr/bin/ncat cmdline=ncat", "/usr/bin/ncat", "suspicious"),
            ("exe=/usr/sbin/php-fpm8.2 cmdline=php-fpm", "/usr/sbin/php-fpm8.2", "suspicious"),
            ("exe=/opt/agent cmdline=agent", "/opt/agent", "compromised"),
            ("exe=/tmp/agent cmdline=agent tty=34816 login=1000", "/tmp/agent", "compromised"),
            ("exe=/usr/bin/python3 cmdline=\"python3 -c x\"", "/usr/bin/python3", "compromised"),
            ("exe=/opt/agent cmdline=agent tty=34816 login=1000", "/opt/agent", "unusual"),
        ] {
            says(&relay(holder, "bash -i", "pipe:[5]", "pipe:[6]"), &[&found(level, exe)]);
        }
    }
    #[test]
    fn commands_that_servers_and_logins_run_are_quiet() {
        let ncat = "exe=/usr/bin/ncat cmdline=ncat";
        for (holder, shell, input, output) in [
            ("exe=/usr/sbin/sshd cmdline=sshd", "bash -s", "pipe:[5]", "pipe:[6]"),
            (ncat, "bash -c id", "pipe:[5]", "pipe:[6]"),
            (ncat, "bash /opt/x.sh", "pipe:[5]", "pipe:[6]"),
            (ncat, "bash", "pipe:[5]", "pipe:[8]"),
            (ncat, "bash", "/dev/null", "pipe:[6]"),
        ] {
            says(&relay(holder, shell, input, output), &[]);
        }
        let local = relay(ncat, "bash", "pipe:[5]", "pipe:[6]").replace("192.0.2.1", "127.0.0.1");
        says(&local, &[]);
    }
    #[test]
    fn a_shell_that_opened_a_connection_by_itself() {
        let host = |cmdline: &str, peer: &str, more: &str| {
            format!(
                "{more}process 41 ppid=30 exe=/usr/bin/bash cmdline=\"{cmdline}\"\n\
                 connect tcp 10.0.0.5:5000 {peer}:443 pid=41 inode=77 fd=3"
            )
        };
        let sentence = format!("compromised: /usr/bin/bash (pid 41) holds a network connection by itself: {PEER}");
        says(&host("bash -c x", "192.0.2.1", ""), &[&sentence]);
        says(&host("bash /opt/x.sh", "192.0.2.1", ""), &[]);
        says(&host("bash -c x", "127.0.0.1", ""), &[]);
        let server = "process 30 exe=/usr/sbin/php-fpm8.2 cmdline=php-fpm\nfd 30 4 socket:[77]\n";
        says(&host("bash -c x", "192.0.2.1", server), &[]);
        says(&host("bash -c x", "192.0.2.1", &server.replace("/usr/sbin/php-fpm8.2", "/tmp/x")), &[&sentence]);
    }
}
