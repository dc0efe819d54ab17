//! How a process stands: whose program it is, where it runs, who started it, whom it talks to.
//!
//! These are the facts by which detectors keep quiet or speak up; see `place` for those of paths.

use crate::{Scene, place, sessions};
use bstr::ByteSlice;
use keeneye_facts::{Account, Address, Mount, Ownership, Process, ProgramKind, Protocol, Socket, SocketState, Text};
use keeneye_world::{SocketKey, World};
use std::collections::BTreeSet;

/// Programs that let people in. Their descendants are attended when the audit subsystem knows who logged in.
const LOGIN_PROGRAMS: &[&[u8]] = &[
    b"sshd",
    b"sshd-session",
    b"login",
    b"agetty",
    b"dropbear",
    b"gdm-session-worker",
    b"systemd-logind",
    b"sshd-auth",
];

/// Programs that start jobs of accounts, and log in for that without a person.
const JOB_PROGRAMS: [&[u8]; 5] = [b"cron", b"crond", b"atd", b"fcron", b"anacron"];

/// How a process stands.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// Who brought the executable. `Unknown` in containers.
    pub exe: &'a Ownership,
    /// Who brought the script that it runs, where it runs one.
    pub script: Option<&'a Ownership>,
    /// Sees other files than the host: a container.
    pub contained: bool,
    /// Nobody waits for it: no terminal, and its parent is gone (it was handed to process 1 or a reaper).
    pub orphaned: bool,
    /// No terminal, and a session of its own or another than its parent's.
    pub detached: bool,
    /// A person is there: see [`is_attended`].
    pub attended: bool,
    /// Runs under an account that nobody logs in to, or under a system account (uid 1 to 999).
    pub service_account: bool,
    /// Accepts connections or datagrams from other machines.
    pub listens: bool,
    /// Has a connection with another machine.
    pub connected: bool,
    /// Holds a raw or packet socket.
    pub sniffs: bool,
}

impl<'a> Standing<'a> {
    /// Gathers it from the facts.
    pub fn of(scene: &Scene<'a>, process: &'a Process) -> Self {
        let world = scene.world;
        let sockets = sockets_of(world, process);
        let has = |test: &dyn Fn(&Socket) -> bool| sockets.iter().any(|socket| test(socket));
        let parent = world.parent(process).filter(|p| world.processes.contains_key(&p.id));
        Self {
            exe: world.exe_owner(process),
            script: script_owner(world, process),
            contained: is_contained(world, process),
            // A parent outside of the pid namespace that keeneye sees has the number 0.
            orphaned: process.tty == 0 && process.ppid != 0 && parent.is_none_or(|parent| is_reaper(world, parent)),
            detached: process.tty == 0 && is_detached(process, parent),
            attended: is_attended(world, process),
            service_account: is_service_account(world, process.uid()),
            listens: has(&|s| is_open(s) && !is_loopback(s.local)),
            connected: has(&|s| is_inet(s) && s.state == SocketState::Established && !is_loopback(s.remote)),
            sniffs: has(&|s| matches!(s.protocol, Protocol::Raw | Protocol::Packet)),
        }
    }
    /// A package brought the whole program, interpreter and script, with the content that it has.
    pub fn intact(&self) -> bool {
        self.exe.is_intact() && self.script.is_none_or(Ownership::is_intact)
    }
    /// A package brought the whole program, and nothing is known to be changed.
    pub fn owned(&self) -> bool {
        self.exe.is_owned_unchanged() && self.script.is_none_or(Ownership::is_owned_unchanged)
    }
    /// No package brought the program: the script where there is one, else the executable.
    pub fn unowned(&self) -> bool {
        self.script.unwrap_or(self.exe).is_unowned()
    }
    /// Talks with other machines, or could.
    pub fn on_network(&self) -> bool {
        self.listens || self.connected || self.sniffs
    }
}

/// Path of the program: the script's where an interpreter runs one, else the executable's.
pub fn program_path(process: &Process) -> &Text {
    match &process.program {
        Some(program) if program.kind == ProgramKind::Script => &program.path,
        _ => process.exe_path(),
    }
}

/// Path of the script that an interpreter runs.
pub fn script_path(process: &Process) -> Option<&Text> {
    process.program.as_ref().filter(|p| p.kind == ProgramKind::Script).map(|p| &p.path)
}

fn script_owner<'a>(world: &'a World, process: &Process) -> Option<&'a Ownership> {
    Some(owner_at(world, process, script_path(process)?))
}

/// Who brought the file at a path, as the process sees it. `Unknown` inside a container: the host's packages say
/// nothing about its files.
pub fn owner_at<'a>(world: &'a World, process: &Process, path: &[u8]) -> &'a Ownership {
    let here = process.exe.as_ref().is_some_and(|exe| exe.at_path == Some(true));
    if !here {
        return &Ownership::Unknown;
    }
    match world.owner(path) {
        // Where /bin is a link to /usr/bin, files are known by what it leads to.
        Ownership::Unknown => world.owner(&[b"/usr", path].concat()),
        known => known,
    }
}

/// Runs in a container. Namespaces alone make none: anyone may make them, and systemd gives them to many services. Nor
/// does a control group's name, which root may choose: the host's path must not lead to the program, and an engine must
/// wait for it. Without such a name the root directory must be one that was mounted for it.
pub fn is_contained(world: &World, process: &Process) -> bool {
    let on_host = process.exe.as_ref().is_some_and(|exe| exe.at_path == Some(true));
    !on_host && has_engine(world, process) || has_mounted_root(world, process)
}

/// Its control group is a container's, and an engine waits for it: wherever its root directory is now.
pub fn has_engine(world: &World, process: &Process) -> bool {
    process.container.is_some() && world.ancestors(process).any(|ancestor| is_engine(world, process, ancestor))
}

/// Started a container and watches it from outside: a living daemon of a package or of an image (snap), with other
/// mounts than the container, that is neither a shell or a script nor one that starts whatever people say.
fn is_engine(world: &World, process: &Process, ancestor: &Process) -> bool {
    let owner = world.exe_owner(ancestor);
    let image = || place::own_mount(ancestor.exe_path(), &world.mounts).is_some_and(place::is_image);
    let known = owner.is_owned_unchanged() || *owner == Ownership::Unknown && world.packages.is_empty() || image();
    let here = ancestor.exe.as_ref().is_some_and(|exe| exe.at_path == Some(true));
    let program = ancestor.program.as_ref().is_some_and(|program| program.kind == ProgramKind::Executable);
    let plain = program && !ancestor.cmdline.is_empty() && !lets_people_in(ancestor);
    let apart = match (ancestor.namespaces.mnt, process.namespaces.mnt) {
        (Some(outside), Some(inside)) => outside != inside,
        _ => true,
    };
    let daemon = ancestor.tty == 0 && is_detached(ancestor, world.parent(ancestor));
    let living = world.processes.contains_key(&ancestor.id) && !is_reaper(world, ancestor);
    living && here && known && plain && apart && daemon
}

/// Its root directory and its program lie on a mount that was made for them: layers of a container, or an image. Any
/// directory can be made a root, so that alone says nothing.
fn has_mounted_root(world: &World, process: &Process) -> bool {
    let Some(root) = process.root.as_ref().filter(|root| *root != "/" && !root.is_empty()) else { return false };
    let hides = place::is_volatile(root)
        || place::hidden_component(root).is_some() && !place::is_home_dot_dir(root, &world.accounts);
    let made = |mount: &Mount| {
        place::below(process.exe_path(), &mount.point) && (mount.kind == "overlay" || place::is_image(mount))
    };
    !hides && place::own_mount(root, &world.mounts).is_some_and(made)
}

/// Process 1, or systemd's user manager: the same program as process 1, started by it for one user.
pub(crate) fn is_reaper(world: &World, parent: &Process) -> bool {
    let user_manager = || {
        let init = world.process(1).is_some_and(|init| init.exe_path() == parent.exe_path());
        init && parent.ppid == 1 && parent.cmdline.iter().any(|argument| *argument == "--user")
    };
    parent.id.pid == 1 || user_manager()
}

fn is_detached(process: &Process, parent: Option<&Process>) -> bool {
    let leads = i64::from(process.session) == i64::from(process.id.pid);
    leads || parent.is_none_or(|parent| parent.session != process.session)
}

/// A person is there: an intact login program lives among the ancestors, with a terminal or an audit login. A terminal
/// alone anyone can make (`script`). In a terminal whose server outlived the login (tmux, screen) the audit login
/// alone tells of a person: the kernel keeps it and daemons have none. That excuses no program in an odd place. Where logs
/// and login records cover the time and tell of no such login, nobody is there who came in by the door: but jobs of cron
/// and units that systemd starts for somebody need none.
pub fn is_attended(world: &World, process: &Process) -> bool {
    let logged_in = process.login_uid.is_some();
    if process.tty == 0 && !logged_in {
        return false;
    }
    if world.ancestors(process).any(|ancestor| sessions::unrecorded(world, ancestor).is_some()) {
        return false;
    }
    let let_in = world.ancestors(process).any(|ancestor| is_login_program(world, ancestor));
    let path = program_path(process);
    let odd = [path, process.exe_path()].into_iter().any(|path| {
        let hides = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &world.accounts);
        place::is_volatile(path) || hides
    });
    // A user manager that runs without a login (loginctl(1), `enable-linger`) starts terminals, too.
    let managed = || world.ancestors(process).any(|ancestor| ancestor.id.pid != 1 && is_reaper(world, ancestor));
    let never_came = || process.login_uid.is_some_and(|uid| sessions::never_came(world, uid));
    let came = || !never_came() || managed() || is_job(world, process);
    let_in || process.tty != 0 && logged_in && !odd && came()
}

/// A job of cron(8) or at(1), also where cron no longer waits for it; or of a unit that was started for an account
/// (`PAMName=` of systemd.exec(5)), where all processes have its login. In a service that was broken into, its own have
/// none.
fn is_job(world: &World, process: &Process) -> bool {
    let starts_jobs = |other: &Process| {
        let owner = world.exe_owner(other);
        let whole = owner.is_owned_unchanged() || *owner == Ownership::Unknown && world.packages.is_empty();
        JOB_PROGRAMS.contains(&other.exe_path().file_name().as_bytes()) && whole
    };
    let below = world.ancestors(process).any(|other| world.processes.contains_key(&other.id) && starts_jobs(other));
    let of_unit = || world.processes.values().filter(|other| other.cgroup == process.cgroup);
    let for_somebody = || of_unit().all(|other| other.login_uid == process.login_uid);
    below || process.cgroup.ends_with(b".service") && (of_unit().any(starts_jobs) || for_somebody())
}

/// A living program that lets people in, as its package brought it. After an upgrade the one that serves an old login
/// runs a deleted file, and the package's lies at its path.
pub(crate) fn is_login_program(world: &World, process: &Process) -> bool {
    let owner = match &process.exe {
        Some(exe) if exe.deleted => world.owner(&exe.path),
        _ => world.exe_owner(process),
    };
    let whole = owner.is_owned_unchanged() || *owner == Ownership::Unknown && world.packages.is_empty();
    lets_people_in(process) && whole && world.processes.contains_key(&process.id)
}

fn lets_people_in(process: &Process) -> bool {
    LOGIN_PROGRAMS.contains(&process.exe_path().file_name().as_bytes())
}

/// An account that nobody logs in to, or a system account (below the range that login.defs gives to people).
pub fn is_service_account(world: &World, uid: u32) -> bool {
    let account = world.accounts.iter().find(|account| account.uid == uid);
    let first_person = world.first_person.unwrap_or(1000);
    uid != 0 && ((1..first_person).contains(&uid) || account.is_some_and(|account| !place::is_login(account)))
}

/// An application's own environment for an interpreter (venv), for a service account that has it in its own home or in
/// an application's directory: the script lies beside the interpreter that was named to start it, and what that name
/// leads to is a package's own program or lies there too.
pub fn is_in_own_environment(world: &World, process: &Process, path: &Text) -> bool {
    let (Some(script), Some(named)) = (script_path(process), process.cmdline.first()) else { return false };
    let dir = script.parent();
    let packaged = world.exe_owner(process).is_owned_unchanged() && named.starts_with(b"/") && named.parent() == dir;
    let beside = process.exe_path().parent() == dir;
    let accounts = &world.accounts;
    let home = |account: &Account| account.uid == process.uid() && account.home.len() > 1;
    let own = place::is_tool_dot_dir(path, accounts)
        || accounts.iter().any(|account| home(account) && place::below(path, &account.home));
    let service = is_service_account(world, process.uid()) && place::home_of(path, accounts).is_none();
    let dotted = place::hidden_component(path).is_some_and(|hidden| hidden.how == place::Hiding::Dot);
    let kept = dotted && !place::is_volatile(path) && !place::is_packaged(path);
    named != script && path.parent() == dir && (packaged || beside) && own && kept && service
}

/// Its sockets, as the socket views know them.
pub fn sockets_of<'a>(world: &'a World, process: &Process) -> Vec<&'a Socket> {
    let mut nets: BTreeSet<u64> = world.net_namespaces.iter().map(|net| net.inode).collect();
    nets.extend([Some(0), process.namespaces.net, world.host.own_namespaces.net].into_iter().flatten());
    let inodes: BTreeSet<u64> = process.sockets().map(|(_, inode)| inode).filter(|inode| *inode != 0).collect();
    let key = |net, inode| -> SocketKey { (net, inode, Protocol::Tcp, None, None) };
    let of = |net: u64, inode: u64| {
        let from_here = world.sockets.range(key(net, inode)..);
        from_here.take_while(move |(key, _)| (key.0, key.1) == (net, inode)).map(|(_, socket)| socket)
    };
    inodes.iter().flat_map(|inode| nets.iter().flat_map(move |net| of(*net, *inode))).collect()
}

/// Internet sockets: what crosses machines.
pub fn is_inet(socket: &Socket) -> bool {
    matches!(socket.protocol, Protocol::Tcp | Protocol::Udp | Protocol::Raw)
}

fn is_open(socket: &Socket) -> bool {
    is_inet(socket)
        && matches!(socket.state, SocketState::Listening | SocketState::Bound)
        && socket.local.is_some_and(|local| local.port != 0)
}

fn is_loopback(address: Option<Address>) -> bool {
    address.is_some_and(|a| a.ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::testing::{Came, NOW, covering, logins};
    use keeneye_facts::{Event, LogForm};
    use keeneye_world::fixture::Fixture;
    use keeneye_world::senses::Plan;

    const ACCOUNTS: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nanna:x:1000:1000::/home/anna:/bin/bash\\n\n\
                            package base 1 owns /bin/bash,/usr/bin/tmux,/usr/sbin/sshd\n";
    const ANNA: Came<'static> = Came { user: "anna", from: "192.0.2.9", method: "publickey", key: "", ago: 10_000 };
    const BEN: Came<'static> = Came { user: "ben", ..ANNA };

    /// Whether somebody attends process 50; the log begins so many seconds ago.
    fn attended(processes: &str, came: &[Came<'_>], from: i64) -> bool {
        let host = Fixture::new(&format!("{ACCOUNTS}{processes}"));
        let mut world = keeneye_world::scan(&host, &Plan { raw: true, ..Plan::default() });
        let log = covering("/var/log/auth.log", LogForm::Syslog, NOW - from, NOW);
        logins(came).into_iter().chain([log]).for_each(|event: Event| world.fold(event));
        is_attended(&world, world.process(50).expect("it runs"))
    }

    #[test]
    fn a_session_that_no_record_tells_of_excuses_nothing() {
        let host = "process 50 ppid=40 exe=/bin/bash start=99000000 uid=1000 login=1000 tty=34816\n\
                    process 40 ppid=20 exe=/usr/sbin/sshd cmdline=\"sshd: anna@pts/0\" start=99000000 uid=1000 login=1000\n\
                    process 20 ppid=1 exe=/usr/sbin/sshd start=98000000\n";
        assert!(attended(host, &[ANNA], 90_000));
        assert!(!attended(host, &[BEN], 90_000), "the log has no such login");
        assert!(attended(host, &[BEN], 9_000), "the log begins later");
        assert!(attended(host, &[], 90_000), "no login is on record at all");
    }
    #[test]
    fn a_terminal_of_somebody_who_never_came() {
        let host = "process 50 ppid=45 exe=/bin/bash start=99000000 uid=1000 login=1000 tty=34816\n\
                    process 45 ppid=1 exe=/usr/bin/tmux start=98000000 uid=1000 login=1000\n";
        // The machine was started a million seconds ago.
        assert!(attended(host, &[ANNA], 2_000_000), "the login is over, its terminal is not");
        assert!(!attended(host, &[BEN], 2_000_000));
        assert!(attended(host, &[BEN], 900_000), "the log begins after the machine was started");
        assert!(attended(&host.replace("login=1000", "login=4444"), &[BEN], 2_000_000), "an account of a directory");
        let managed = format!(
            "{}process 44 ppid=1 exe=/usr/lib/systemd/systemd cmdline=\"systemd --user\" uid=1000 login=1000\n\
             process 1 ppid=0 exe=/usr/lib/systemd/systemd\n",
            host.replace("ppid=1 ", "ppid=44 ")
        );
        assert!(attended(&managed, &[BEN], 2_000_000), "a user's manager runs without a login");
    }
    #[test]
    fn a_job_needs_nobody_who_comes() {
        let of = |unit: &str, other: &str| {
            let host = format!(
                "process 50 ppid=45 exe=/bin/bash start=99000000 uid=1000 login=1000 tty=34816 cgroup={unit}\n\
                 process 45 ppid=1 exe=/usr/bin/tmux start=98000000 uid=1000 login=1000 cgroup={unit}\n\
                 process 30 ppid=1 {other}\npackage jobs 1 owns /usr/sbin/cron,/usr/sbin/apache2\n"
            );
            attended(&host, &[BEN], 2_000_000)
        };
        let cron = "exe=/usr/sbin/cron cgroup=/system.slice/cron.service";
        assert!(of("/system.slice/cron.service", cron), "tmux from a crontab");
        assert!(!of("/system.slice/cron.service", &cron.replace("sbin", "local/sbin")), "nobody's cron");
        assert!(!of("/user.slice/user-1000.slice/session-3.scope", cron), "a session that nobody opened");
        assert!(of("/system.slice/terminal.service", cron), "a unit for an account");
        let web = "exe=/usr/sbin/apache2 cgroup=/system.slice/apache2.service";
        assert!(!of("/system.slice/apache2.service", web), "broken into");
        assert!(!of("/", "exe=/usr/sbin/cron"), "nothing tells");
        let child = "process 50 ppid=45 exe=/bin/bash start=99000000 uid=1000 login=1000 tty=34816\n\
                     process 45 ppid=30 exe=/usr/bin/tmux start=98000000 uid=1000 login=1000\n\
                     process 30 ppid=1 exe=/usr/sbin/cron\npackage jobs 1 owns /usr/sbin/cron\n";
        assert!(attended(child, &[BEN], 2_000_000), "cron waits for it");
        assert!(!attended(&child.replace("sbin/cron", "sbin/apache2"), &[BEN], 2_000_000));
    }
}
