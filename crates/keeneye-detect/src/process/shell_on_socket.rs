//! A shell or interpreter that takes its commands from the network.
//!
//! # What it sees
//! Standard input, output or error of a shell, or of an interpreter, is a TCP, UDP or raw socket. Or a shell and a
//! program with a connection feed each other in a circle of pipes. Or a shell without a script holds a connection on
//! any descriptor, or both its input and its output lead to one program with a connection. Relays over pairs of local
//! sockets are not seen.
//!
//! # Why it matters
//! Whoever sits at the other end types commands on this machine, past every login and its records. It is the first
//! thing that most intruders set up.
//!
//! # Innocent causes
//! Next to none. Login services give their shells a terminal, a pipe or a local socket. A script that a packaged
//! super-server (inetd, systemd) starts for each connection has the socket as its input: that is quiet when a package
//! brought the script too, and unusual otherwise. An agent that a person runs may keep a shell for itself. Commands
//! that servers start (`sh -c`), and shells that a login program serves, are not meant.
//!
//! # What to do
//! Do not close the connection before it is written down: `keeneye look pid PID`, `keeneye capture -o host.kee`.
//! Then isolate the machine from the network.

mod relay;

use crate::standing::{self, Standing};
use crate::{Detector, Scene, portrait, shells, subject};
use keeneye_facts::{Fd, FdTarget, Finding, Level, Process, ProgramKind, Socket, SocketState};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/shell-on-socket",
    title: "a shell takes its commands from the network",
    level: Level::Compromised,
    attack: &["T1059.004", "T1071"],
    absolute: true,
    source: include_str!("shell_on_socket.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let living = scene.world.processes.values().filter(|process| !process.is_kernel_thread() && !process.is_zombie());
    let pipes = relay::pipes(scene);
    let judge = |process| {
        let found = direct(scene, process).or_else(|| circle(scene, process));
        found.or_else(|| relayed(scene, process, &pipes)).or_else(|| own_connection(scene, process))
    };
    living.filter_map(judge).collect()
}

fn relayed(scene: &Scene<'_>, process: &Process, pipes: &relay::Pipes) -> Option<Finding> {
    let relay = relay::relayed(scene, process, pipes)?;
    Some(fed(scene, process, relay.carrier, relay.socket, relay.level))
}

fn own_connection(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let relay = relay::own_connection(scene, process)?;
    let (name, pid, peer) = (process.exe_path().lossy(), process.id.pid, ends(relay.socket));
    let summary = format!("{name} (pid {pid}) holds a network connection by itself: {peer}");
    let finding = DETECTOR.finding(relay.level, subject::process(process), summary).evidence_by(
        "connection",
        peer,
        relay.socket.seen.by.iter().copied(),
    );
    let why = "no program that started it holds the same one";
    Some(portrait::add(finding, scene, process).innocent("a descriptor that a server left to it", true, why))
}

/// What takes commands, and how sure that is by itself.
enum Taker {
    /// A shell, or an interpreter without a script: what comes in is executed.
    Anything,
    /// An interpreter with a script: the script decides.
    Script,
}

fn taker(world: &World, process: &Process) -> Option<Taker> {
    let kind = process.program.as_ref().map(|program| program.kind);
    match kind {
        Some(ProgramKind::Interactive | ProgramKind::Inline) => Some(Taker::Anything),
        Some(ProgramKind::Script | ProgramKind::Module) => Some(Taker::Script),
        _ => shells::is_shell(world, process).then_some(Taker::Anything),
    }
}

/// The socket is the shell's own input or output.
fn direct(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let taker = taker(scene.world, process)?;
    let sockets = standing::sockets_of(scene.world, process);
    let standard: Vec<(u32, &Socket)> = process
        .sockets()
        .filter(|(fd, _)| *fd <= 2)
        .filter_map(|(fd, inode)| Some((fd, *sockets.iter().find(|s| s.inode == inode && standing::is_inet(s))?)))
        .collect();
    let (_, socket) = standard.first()?;
    let level = level(scene, process, &taker, standard.len(), socket)?;
    let fds: Vec<String> = standard.iter().map(|(fd, _)| fd.to_string()).collect();
    let (name, pid, peer) = (process.exe_path().lossy(), process.id.pid, ends(socket));
    let summary = format!("{name} (pid {pid}) has a network connection for its input and output: {peer}");
    let finding = DETECTOR
        .finding(level, subject::process(process), summary)
        .evidence_by("connection", peer, socket.seen.by.iter().copied())
        .evidence("on descriptors", fds.join(" "));
    let served = level < Level::Suspicious;
    let why = if served { "a packaged super-server accepted it" } else { "no packaged super-server accepted it" };
    Some(portrait::add(finding, scene, process).innocent("a script that serves connections", !served, why))
}

fn level(scene: &Scene<'_>, process: &Process, taker: &Taker, fds: usize, socket: &Socket) -> Option<Level> {
    match taker {
        Taker::Anything if fds > 1 => Some(Level::Compromised),
        Taker::Anything => Some(Level::Suspicious),
        Taker::Script if is_served(scene, process, socket) => {
            let own = Standing::of(scene, process).intact();
            (!own).then_some(Level::Unusual)
        }
        // A daemon that closed its standard descriptors gets sockets under their numbers, one by one.
        Taker::Script if fds < 2 => Some(Level::Unusual),
        Taker::Script => Some(Level::Suspicious),
    }
}

/// An ancestor that a package brought, unchanged, listens on the port at which the connection came in.
fn is_served(scene: &Scene<'_>, process: &Process, socket: &Socket) -> bool {
    let port = socket.local.map_or(0, |local| local.port);
    let listens = |ancestor: &Process| {
        let sockets = standing::sockets_of(scene.world, ancestor);
        let open = |s: &&Socket| matches!(s.state, SocketState::Listening | SocketState::Bound);
        sockets.iter().filter(|s| open(s)).any(|s| s.local.is_some_and(|local| local.port == port))
    };
    port != 0 && scene.world.ancestors(process).any(|a| scene.world.exe_owner(a).is_intact() && listens(a))
}

/// `tcp 10.0.0.5:5000 to 192.0.2.1:443`.
fn ends(socket: &Socket) -> String {
    let protocol = format!("{:?}", socket.protocol).to_lowercase();
    let end = |a: Option<keeneye_facts::Address>| match a {
        Some(a) => std::net::SocketAddr::new(a.ip, a.port).to_string(),
        None => "nowhere".into(),
    };
    match socket.remote {
        Some(_) => format!("{protocol} {} to {}", end(socket.local), end(socket.remote)),
        None => format!("{protocol} at {}", end(socket.local)),
    }
}

/// A shell that one or two programs of the same job connect with the network through pipes: what it says goes into one
/// with a connection, and what it is told comes from that one, or from another one with a connection.
fn circle(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let shell = matches!(taker(scene.world, process), Some(Taker::Anything)) && process.tty == 0;
    let input = target(process, 0).filter(|_| shell)?;
    let job: Vec<&Process> = scene
        .world
        .processes
        .values()
        .filter(|other| other.group == process.group && other.session == process.session && other.id != process.id)
        .collect();
    let (other, socket) = relay(scene, process, input, &job)?;
    Some(fed(scene, process, other, socket, Level::Compromised))
}

fn fed(scene: &Scene<'_>, process: &Process, other: &Process, socket: &Socket, level: Level) -> Finding {
    let (name, pid) = (process.exe_path().lossy(), process.id.pid);
    let (carrier, peer) = (other.exe_path().lossy(), ends(socket));
    let summary = format!(
        "{name} (pid {pid}) and {carrier} (pid {}) feed each other, and the latter has a connection: {peer}",
        other.id.pid
    );
    let finding = DETECTOR
        .finding(level, subject::process(process), summary)
        .evidence_by("connection", peer, socket.seen.by.iter().copied())
        .evidence("carried by", portrait::command(other))
        .related(subject::process(other));
    portrait::add(finding, scene, process).innocent(
        "a script that serves connections",
        true,
        "the shell runs no script, it executes what comes in",
    )
}

/// The program that carries between the shell and a connection.
fn relay<'a>(
    scene: &Scene<'a>,
    shell: &Process,
    input: &FdTarget,
    job: &[&'a Process],
) -> Option<(&'a Process, &'a Socket)> {
    let connections = |other: &'a Process| {
        standing::sockets_of(scene.world, other).into_iter().filter(|socket| standing::is_inet(socket))
    };
    let talks = |other: &'a Process| connections(other).next();
    let output = target(shell, 1).filter(|target| matches!(target, FdTarget::Pipe(_)));
    let through =
        |back: &FdTarget| job.iter().any(|p| target(p, 1) == Some(input) && p.fds.iter().any(|fd| fd.target == *back));
    let feeds = |other: &Process| target(other, 1) == Some(input);
    let feeds_back = |other: &Process| feeds(other) || target(other, 1).is_some_and(through);
    let reads = |other: &Process| output.is_some() && target(other, 0) == output;
    // What it says goes into a program with a connection, and what it is told comes back from there, or from another.
    let told_from_outside = job.iter().any(|other| feeds(other) && talks(other).is_some());
    let answers = job.iter().filter(|other| reads(other) && (feeds_back(other) || told_from_outside));
    if let Some(found) = answers.copied().find_map(|other| Some((other, talks(other)?))) {
        return Some(found);
    }
    // It is told by a program that reads a connection which the shell holds too, to answer on it.
    let held = |socket: &Socket| shell.sockets().any(|(_, inode)| inode == socket.inode);
    let read = |other: &'a Process| {
        let stdin = other.sockets().find(|(fd, _)| *fd == 0)?.1;
        connections(other).find(|socket| socket.inode == stdin && held(socket))
    };
    job.iter().copied().filter(|other| feeds(other)).find_map(|other| Some((other, read(other)?)))
}

fn target(process: &Process, number: u32) -> Option<&FdTarget> {
    let of = |fd: &&Fd| fd.number == number;
    process.fds.iter().find(of).map(|fd| &fd.target).filter(|target| match target {
        FdTarget::File { path, .. } => !path.is_within("/dev"),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const SOCKET: &str = "connect tcp 10.0.0.5:5000 192.0.2.1:443 pid=41 inode=77 fd=9\n";

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("process/shell-on-socket", &format!("{SOCKET}{host}"), expected);
    }

    #[test]
    fn input_output_and_error() {
        let host = |target: &str| {
            format!(
                "process 41 exe=/usr/bin/bash cmdline=\"bash -i\"\nfd 41 0 {target}\nfd 41 1 {target}\nfd 41 2 {target}"
            )
        };
        says(
            &host("socket:[77]"),
            &["compromised: /usr/bin/bash (pid 41) has a network connection for its input and output: tcp \
               10.0.0.5:5000 to 192.0.2.1:443"],
        );
        let elsewhere = SOCKET.replace("pid=41", "pid=7");
        let quiet = format!("process 7 exe=/usr/bin/x\n{elsewhere}{}", host("pipe:[77]"));
        check("process/shell-on-socket", &quiet, &[]);
    }
    #[test]
    fn a_local_socket_is_quiet() {
        check(
            "process/shell-on-socket",
            "process 41 exe=/usr/bin/bash cmdline=\"bash\"\nunix @x pid=41 inode=77 fd=0",
            &[],
        );
    }
    #[test]
    fn a_program_that_is_no_shell_is_quiet() {
        says("process 41 exe=/usr/sbin/in.ftpd cmdline=in.ftpd\nfd 41 0 socket:[77]\nfd 41 1 socket:[77]", &[]);
    }
    #[test]
    fn a_served_script_is_quiet_when_packages_brought_all_of_it() {
        let host = |owned: &str| {
            format!(
                "package inetd 1 owns /usr/sbin/inetd\npackage svc 1 owns {owned}\npackage perl 1 owns /usr/bin/perl\n\
                 listen tcp 0.0.0.0:5000 pid=7\nprocess 7 exe=/usr/sbin/inetd\n\
                 process 41 ppid=7 exe=/usr/bin/perl cmdline=\"/usr/bin/perl /usr/lib/svc\"\n/usr/lib/svc : mode=100755\n\
                 fd 41 0 socket:[77]\nfd 41 1 socket:[77]"
            )
        };
        says(&host("/usr/lib/svc"), &[]);
        says(
            &host("/usr/lib/other"),
            &[
                "unusual: /usr/bin/perl (pid 41) has a network connection for its input and output: tcp 10.0.0.5:5000 to \
               192.0.2.1:443",
            ],
        );
    }
    #[test]
    fn a_circle_of_pipes() {
        let host = |carrier_out: &str| {
            format!(
                "process 39 exe=/usr/bin/cat cmdline=\"cat /tmp/f\" session=39\nfd 39 3 /tmp/f\nfd 39 1 pipe:[5]\n\
                 process 40 exe=/usr/bin/sh cmdline=\"sh -i\" session=39\nfd 40 0 pipe:[5]\nfd 40 1 pipe:[6]\n\
                 process 41 exe=/usr/bin/nc cmdline=\"nc 192.0.2.1 443\" session=39\nfd 41 0 pipe:[6]\nfd 41 1 {carrier_out}\n"
            )
        };
        says(
            &host("/tmp/f"),
            &["compromised: /usr/bin/sh (pid 40) and /usr/bin/nc (pid 41) feed each other, and the latter has a \
               connection: tcp 10.0.0.5:5000 to 192.0.2.1:443"],
        );
        says(&host("/var/log/x"), &[]);
    }
    #[test]
    fn told_by_a_program_that_reads_the_shells_own_connection() {
        let host = |held: &str| {
            format!(
                "process 40 exe=/usr/bin/bash cmdline=\"bash -c x\" session=40\nfd 40 5 {held}\nfd 40 0 pipe:[5]\n\
                 process 41 exe=/usr/bin/cat cmdline=cat session=40\nfd 41 0 socket:[77]\nfd 41 1 pipe:[5]\n"
            )
        };
        says(
            &host("socket:[77]"),
            &["compromised: /usr/bin/bash (pid 40) and /usr/bin/cat (pid 41) feed each other, and the latter has a \
               connection: tcp 10.0.0.5:5000 to 192.0.2.1:443"],
        );
        says(&host("pipe:[6]"), &[]);
    }
    #[test]
    fn told_by_one_connection_and_heard_by_another() {
        let host = |second: &str| {
            format!(
                "process 39 exe=/usr/bin/telnet session=39\nfd 39 1 pipe:[5]\n{second}\
                 process 40 exe=/usr/bin/sh cmdline=sh session=39\nfd 40 0 pipe:[5]\nfd 40 1 pipe:[6]\n\
                 process 41 exe=/usr/bin/telnet session=39\nfd 41 0 pipe:[6]"
            )
        };
        says(
            &host("connect tcp 10.0.0.5:5001 192.0.2.1:444 pid=39 fd=3\n"),
            &["compromised: /usr/bin/sh (pid 40) and /usr/bin/telnet (pid 41) feed each other, and the latter has a \
               connection: tcp 10.0.0.5:5000 to 192.0.2.1:443"],
        );
        says(&host(""), &[]);
    }
}
