//! A root shell in a person's session, and nothing tells how it became root.
//!
//! # What it sees
//! A shell, or another program that is root through and through, in the session of an ordinary account: the kernel
//! remembers who logged in. That account or another person's started it, no packaged setuid program such as `sudo` or
//! `su` stands between the two, and no line of sudo, su, doas or pkexec tells of the account at that time, although the
//! log covers it: `suspicious`. A root shell that nobody but root is left above, in a log that covers the week before
//! the first of these processes and has no such line of the account in that week, is `unusual`.
//!
//! # Why it matters
//! There are few honest ways to become root, and all of them write a line. A copy of a shell with the setuid bit, or a
//! hole in the kernel, writes none.
//!
//! # Innocent causes
//! A way to root that keeneye does not know, and that writes elsewhere. A sudo that was told not to log: then nothing
//! is said. A daemon that was restarted by hand keeps the login of who did that; what it starts as root out of a
//! service's account is not told.
//!
//! # What to do
//! `keeneye look pid N` shows the process and what started it. Look for setuid programs that no package brought, and
//! ask the person.

use crate::{Detector, Scene, coverage, portrait, shells, standing, subject};
use keeneye_facts::{Finding, Level, LogEvent, LogKind, Ownership, Process, ProgramKind, Refusal, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/unrecorded-root",
    title: "a root shell without sudo, su or a login",
    level: Level::Suspicious,
    attack: &["T1548.001", "T1068"],
    absolute: false,
    source: include_str!("unrecorded_root.rs"),
    run,
};

/// Seconds between a process's start and the line that tells of it: clocks drift, and people look for their passwords.
const BEFORE: i64 = 180;
const AFTER: i64 = 600;
/// A shell whose parents are gone may have been started from one that was opened days before.
const WEEK: i64 = 7 * 86_400;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let living = scene.world.processes.values().filter(|process| !process.is_kernel_thread() && !process.is_zombie());
    living.filter_map(|process| judge(scene, process)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let world = scene.world;
    let person = process.login_uid.filter(|uid| *uid != 0)?;
    if !is_root_for_good(world, process) || standing::is_contained(world, process) || sudo_is_silent(world) {
        return None;
    }
    let names: Vec<&Text> = names_of(world, person).collect();
    let begun = |process: &Process| world.host.time_of_ticks(process.id.start);
    let (before, level, begun) = match way_to_root(world, process, person)? {
        Before::Person(parent) => (Some(parent), Level::Suspicious, begun(process)),
        Before::Gone(first) if is_interactive_shell(world, process) => (None, Level::Unusual, begun(first)),
        Before::Gone(_) => return None,
    };
    let earlier = if before.is_some() { BEFORE } else { WEEK };
    let (since, until) = (begun.saturating_sub(earlier), begun.saturating_add(AFTER));
    let asked = if before.is_some() { begun } else { since };
    if names.is_empty() || !coverage::covers_sshd(world, asked) || !coverage::covers_sshd(world, begun) {
        return None;
    }
    let own: Vec<&Text> =
        names.into_iter().chain(before.iter().flat_map(|parent| names_of(world, parent.uid()))).collect();
    let mut lines = world.log_events.iter().filter(|event| tells_of_root(event));
    let explains = |event: &LogEvent| {
        let by_process = event.pid.is_some_and(|pid| pid == process.id.pid || pid == process.ppid);
        let in_time = event.time.is_some_and(|time| (since..=until).contains(&time.seconds));
        event.by.as_ref().is_some_and(|by| own.contains(&by)) && (in_time || by_process)
    };
    if lines.any(explains) || !is_whole(world, asked) {
        return None;
    }
    Some(said(scene, process, person, before, level))
}

fn said(scene: &Scene<'_>, process: &Process, person: u32, before: Option<&Process>, level: Level) -> Finding {
    let name = portrait::user(scene, person);
    let (program, pid) = (standing::program_path(process).lossy(), process.id.pid);
    let summary =
        format!("{program} (pid {pid}) is root in a session of {}, and no line tells how it became root", name.lossy());
    let mut finding = DETECTOR.finding(level, subject::process(process), summary).evidence("logged in as", name);
    if let Some(before) = before {
        let user = portrait::user(scene, before.uid()).lossy().into_owned();
        let parent = format!("{} (pid {}), which runs as {user}", before.exe_path().lossy(), before.id.pid);
        finding = finding.evidence("started by", parent);
    }
    let by_kernel = |event: &&LogEvent| {
        let by_process = event.pid.is_some_and(|pid| pid == process.id.pid || pid == process.ppid);
        event.kind == LogKind::Executed && by_process
    };
    if let Some(event) = scene.world.log_events.iter().rev().find(by_kernel) {
        let command = event.command.clone().unwrap_or_default();
        finding = finding.evidence("became root by, as the audit log tells", command);
    }
    let finding = finding
        .innocent("sudo, su or pkexec", true, "their lines of that time are in the log, and none is of this account")
        .innocent("a way to root that writes no line", false, "ask the person");
    portrait::add(finding, scene, process)
}

/// How a process of root stands to the person in whose session it is.
enum Before<'a> {
    /// This living process of the person started it, or what started it.
    Person(&'a Process),
    /// Nothing is left of what started this process of root: itself, or the first of those that started it.
    Gone(&'a Process),
}

/// What stands before the first process of root. `None` where that explains it: an honest way to root, a program that
/// lets people in, a process that is told of by itself, a service's account.
fn way_to_root<'a>(world: &'a World, process: &'a Process, person: u32) -> Option<Before<'a>> {
    let (mut first, mut of_root) = (process, false);
    for ancestor in world.ancestors(process) {
        let living = world.processes.contains_key(&ancestor.id);
        if !living || ancestor.id.pid == 1 || standing::is_reaper(world, ancestor) {
            break;
        }
        if ancestor.uid() != 0 {
            let by_person = ancestor.login_uid == Some(person) && !of_root && is_person(world, ancestor.uid(), person);
            return by_person.then_some(Before::Person(ancestor));
        }
        let lets_in = ancestor.login_uid != Some(person) || standing::is_login_program(world, ancestor);
        if lets_in || is_door(world, ancestor) || is_interactive_shell(world, ancestor) {
            return None;
        }
        of_root = of_root || is_root_for_good(world, ancestor);
        first = ancestor;
    }
    Some(Before::Gone(first))
}

/// Who logged in, or another one that people log in to. Daemons that they restarted keep their login.
fn is_person(world: &World, uid: u32, person: u32) -> bool {
    uid == person || names_of(world, uid).next().is_some() && !standing::is_service_account(world, uid)
}

/// A shell of root, or a program that has nothing left of the account that started it. A setuid program is root for as
/// long as it does its work.
fn is_root_for_good(world: &World, process: &Process) -> bool {
    let is_root = process.uid() == 0;
    is_root && (shells::is_shell(world, process) || process.uids[0] == 0 && !has_setuid_bit(world, process))
}

/// A setuid program that a package brought, and that does not take commands from whoever starts it.
fn is_door(world: &World, process: &Process) -> bool {
    let owner = match &process.exe {
        Some(exe) if exe.deleted => world.owner(&exe.path),
        _ => world.exe_owner(process),
    };
    let whole = owner.is_owned_unchanged() || *owner == Ownership::Unknown && world.packages.is_empty();
    whole && has_setuid_bit(world, process) && !shells::is_shell(world, process)
}

/// Of the file that runs, or, since packages take the bit away from what they replace, of the one in its place.
fn has_setuid_bit(world: &World, process: &Process) -> bool {
    let Some(exe) = &process.exe else { return false };
    let in_place = world.file(&exe.path).and_then(|file| file.stat).filter(|_| exe.deleted);
    [exe.stat, in_place].into_iter().flatten().any(|stat| stat.mode & 0o4000 != 0 && stat.uid == 0)
}

/// A shell that waits for somebody to type.
fn is_interactive_shell(world: &World, process: &Process) -> bool {
    let kind = process.program.as_ref().map(|program| program.kind);
    shells::is_shell(world, process) && matches!(kind, Some(ProgramKind::Interactive))
}

/// Names that have this number.
fn names_of(world: &World, uid: u32) -> impl Iterator<Item = &Text> {
    world.accounts.iter().filter(move |account| account.uid == uid).map(|account| &account.name)
}

fn tells_of_root(event: &LogEvent) -> bool {
    matches!(event.kind, LogKind::Ran | LogKind::Became)
}

/// Settings by which sudo writes no line, or writes it elsewhere.
fn sudo_is_silent(world: &World) -> bool {
    let silent = |setting: &Text| {
        let name = setting.split(|byte| b" \t=+-".contains(byte)).next().unwrap_or_default();
        matches!(name, b"!syslog" | b"syslog" | b"!log_allowed")
    };
    world.sudo_defaults.iter().any(|default| silent(&default.setting))
}

/// No lines of that time were left out because there are too many.
fn is_whole(world: &World, time: i64) -> bool {
    let cut = |gap: &keeneye_facts::Gap| gap.sense == "logs" && matches!(gap.why, Refusal::Cut(_));
    let mut lines = world.log_events.iter().filter(|event| tells_of_root(event)).filter_map(|event| event.time);
    lines.any(|line| line.seconds <= time) || !world.gaps.iter().any(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::testing::{NOW, covering};
    use keeneye_facts::{Event, LogForm, LogTime};
    use keeneye_world::fixture::Fixture;
    use keeneye_world::senses::Plan;
    const NAME: &str = "login/unrecorded-root";
    const ACCOUNTS: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nanna:x:1000:1000::/home/anna:/bin/bash\\n\
                            ben:x:1001:1001::/home/ben:/bin/bash\\n\n/usr/bin/sudo : mode=104755 uid=0\n\
                            package base 1 owns /bin/bash,/usr/bin/sudo,/usr/sbin/sshd,/usr/bin/python3\n";
    /// It began 10,000 seconds ago.
    const ROOT: &str = "process 50 ppid=40 exe=/bin/bash comm=bash start=99000000 login=1000 tty=34816\n";
    const ANNA: &str = "process 40 ppid=30 exe=/bin/bash comm=bash start=98000000 uid=1000 login=1000 tty=34816\n\
                        process 30 ppid=20 exe=/usr/sbin/sshd comm=sshd start=98000000 uid=1000 login=1000\n\
                        process 20 ppid=1 exe=/usr/sbin/sshd comm=sshd start=98000000 login=1000\n";
    const TEXT: &str =
        "suspicious: /bin/bash (pid 50) is root in a session of anna (1000), and no line tells how it became root";

    fn line(kind: LogKind, by: &str, ago: i64) -> Event {
        let time = Some(LogTime { seconds: NOW - ago, ..LogTime::default() });
        let root = Some("root".into());
        Event::LogEventSeen(Box::new(LogEvent { kind, time, by: Some(by.into()), user: root, ..LogEvent::default() }))
    }
    /// The log begins so many seconds ago.
    fn said(processes: &str, from: i64, then: &[Event]) -> Vec<String> {
        let mut events = vec![covering("/var/log/auth.log", LogForm::Syslog, NOW - from, NOW)];
        events.extend_from_slice(then);
        crate::testing::findings(NAME, &format!("{ACCOUNTS}{processes}"), &events)
    }

    #[test]
    fn a_root_shell_of_which_no_line_tells() {
        let host = format!("{ROOT}{ANNA}");
        assert_eq!(said(&host, 90_000, &[]), [TEXT]);
        assert_eq!(said(&host, 90_000, &[line(LogKind::Became, "anna", 9_990)]), [""; 0], "su");
        assert_eq!(said(&host, 90_000, &[line(LogKind::Ran, "anna", 9_990)]), [""; 0], "sudo or pkexec");
        assert_eq!(said(&host, 90_000, &[line(LogKind::Ran, "ben", 9_990)]), [TEXT], "another account's");
        assert_eq!(said(&host, 90_000, &[line(LogKind::Ran, "anna", 50_000)]), [TEXT], "of another time");
        assert_eq!(said(&host, 90_000, &[line(LogKind::BecomeFailed, "anna", 9_990)]), [TEXT]);
        assert_eq!(said(&host, 9_000, &[]), [""; 0], "the log begins later");
    }
    #[test]
    fn who_logged_in_decides() {
        let other = |login: &str| said(&format!("{ROOT}{ANNA}").replace("login=1000", login), 90_000, &[]);
        assert_eq!(other("login=0"), [""; 0], "root's own login");
        assert_eq!(other("comm=x"), [""; 0], "nobody logged in");
        assert_eq!(other("login=4444"), [""; 0], "an account of a directory: its lines have another name");
    }
    #[test]
    fn what_stands_between_the_person_and_root() {
        let sudo = "process 45 ppid=40 exe=/usr/bin/sudo comm=sudo start=99000000 login=1000\n";
        let below = ROOT.replace("ppid=40", "ppid=45");
        assert_eq!(said(&format!("{below}{sudo}{ANNA}"), 90_000, &[]), [""; 0]);
        let unowned = sudo.replace("/usr/bin/sudo", "/usr/local/bin/up").replace("login", "uid=1000,0,0,0 login");
        assert_eq!(said(&format!("{below}{unowned}{ANNA}"), 90_000, &[]), [TEXT]);
        let served = "process 20 ppid=1 exe=/usr/sbin/sshd comm=sshd start=98000000 login=1000\n";
        assert_eq!(said(&format!("{}{served}", ROOT.replace("ppid=40", "ppid=20")), 90_000, &[]), [""; 0], "of sshd");
    }
    #[test]
    fn programs_that_are_root_for_a_moment() {
        let of = |exe: &str, uids: &str| {
            let process = ROOT.replace("/bin/bash", exe).replace("login", &format!("uid={uids} login"));
            said(&format!("{process}{ANNA}"), 90_000, &[]).len()
        };
        assert_eq!(of("/bin/bash", "1000,0,0,0"), 1, "a setuid shell");
        assert_eq!(of("/usr/bin/python3", "1000,0,0,0"), 0, "a program that a setuid one started");
        assert_eq!(of("/usr/bin/python3", "0"), 1);
        assert_eq!(of("/usr/bin/sudo", "0"), 0);
    }
    #[test]
    fn one_finding_tells_of_all_that_it_started() {
        let child = ROOT.replace("process 50 ppid=40", "process 51 ppid=50");
        assert_eq!(said(&format!("{ROOT}{child}{ANNA}"), 90_000, &[]), [TEXT]);
    }
    #[test]
    fn a_shell_whose_parents_are_gone() {
        let gone = ROOT.replace("ppid=40", "ppid=1");
        let text = TEXT.replace("suspicious", "unusual");
        assert_eq!(said(&gone, 900_000, &[]), [text]);
        assert_eq!(said(&gone, 900_000, &[line(LogKind::Ran, "anna", 500_000)]), [""; 0], "started from another shell");
        assert_eq!(said(&gone, 90_000, &[]), [""; 0], "the log begins later");
        assert_eq!(
            said(&format!("{} cmdline=\"bash /opt/x.sh\"\n", gone.trim_end()), 900_000, &[]),
            [""; 0],
            "a service"
        );
    }
    #[test]
    fn only_the_week_before_tells() {
        let gone = ROOT.replace("ppid=40", "ppid=1");
        let before = |days: i64| said(&gone, 9_000_000, &[line(LogKind::Ran, "anna", 10_000 + days * 86_400)]);
        assert_eq!(before(6), [""; 0]);
        assert_eq!(before(20), [TEXT.replace("suspicious", "unusual")], "a sudo of long ago");
    }
    #[test]
    fn a_daemon_that_somebody_restarted_by_hand() {
        let daemon = "process 40 ppid=1 exe=/usr/bin/dbus-daemon comm=dbus-daemon start=98000000 uid=101 login=1000\n";
        let started = ROOT.replace("/bin/bash", "/usr/libexec/polkitd");
        let bus = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nanna:x:1000:1000::/home/anna:/bin/bash\\n\
                   messagebus:x:101:101::/:/usr/sbin/nologin\\n\n";
        assert_eq!(said(&format!("{bus}{started}{daemon}"), 90_000, &[]), [""; 0]);
        let text = TEXT.replace("/bin/bash", "/usr/libexec/polkitd");
        let own = daemon.replace("uid=101", "uid=1000");
        assert_eq!(said(&format!("{bus}{started}{own}"), 90_000, &[]), [text]);
    }
    #[test]
    fn a_shell_below_a_program_of_root_whose_parents_are_gone() {
        // It began 20,000 seconds ago.
        let above = "process 40 ppid=1 exe=/tmp/.p/python3 comm=python3 start=98000000 login=1000 \
                     cmdline=\"python3 -c x\"\n";
        let text = TEXT.replace("suspicious", "unusual");
        assert_eq!(said(&format!("{ROOT}{above}"), 900_000, &[]), [text]);
        let sudo = line(LogKind::Ran, "anna", 20_000 + 500_000);
        assert_eq!(said(&format!("{ROOT}{above}"), 900_000, &[sudo]), [""; 0], "the week before the first of them");
        let script = format!("{} cmdline=\"bash /opt/x.sh\"\n", ROOT.trim_end());
        assert_eq!(said(&format!("{script}{above}"), 900_000, &[]), [""; 0], "nobody types there");
        let shell = above.replace("/tmp/.p/python3", "/bin/bash").replace("python3 -c x", "bash");
        let text = TEXT.replace("suspicious", "unusual").replace("50", "40");
        assert_eq!(said(&format!("{ROOT}{shell}"), 900_000, &[]), [text], "one finding tells of both");
        let own = above.replace("ppid=1 ", "ppid=30 ");
        let text = TEXT.replace("/bin/bash", "/tmp/.p/python3").replace("50", "40");
        let anna = ANNA.lines().skip(1).collect::<Vec<_>>().join("\n");
        assert_eq!(said(&format!("{ROOT}{own}{anna}\n"), 900_000, &[]), [text], "it is told itself");
    }
    #[test]
    fn where_sudo_writes_no_line() {
        let settings = "/etc/sudoers = Defaults !syslog\\n\n";
        assert_eq!(said(&format!("{ROOT}{ANNA}{settings}"), 90_000, &[]), [""; 0]);
        assert_eq!(said(&format!("{ROOT}{ANNA}{}", settings.replace("!syslog", "insults")), 90_000, &[]), [TEXT]);
    }
    #[test]
    fn after_the_clock_was_set_the_process_tells() {
        let mut line = line(LogKind::Ran, "anna", 50_000);
        if let Event::LogEventSeen(event) = &mut line {
            event.pid = Some(50);
        }
        assert_eq!(said(&format!("{ROOT}{ANNA}"), 90_000, &[line]), [""; 0]);
    }
    /// What the detector says of the world that `change` left.
    fn found(events: &[Event], change: impl Fn(&mut World)) -> Vec<Finding> {
        let host = Fixture::new(&format!("{ACCOUNTS}{ROOT}{ANNA}"));
        let mut world = keeneye_world::scan(&host, &Plan { raw: true, ..Plan::default() });
        let log = covering("/var/log/auth.log", LogForm::Syslog, NOW - 90_000, NOW);
        events.iter().chain([&log]).for_each(|event| world.fold(event.clone()));
        change(&mut world);
        DETECTOR.look(&Scene { world: &world })
    }
    #[test]
    fn where_lines_were_left_out_nothing_is_sure() {
        let cut = |world: &mut World| {
            let (sense, what, why) = ("logs".into(), "/var/log/auth.log".into(), Refusal::Cut("the newest".into()));
            world.gaps.push(keeneye_facts::Gap { sense, what, why, blinding: false });
        };
        assert_eq!(found(&[], |_| ()).len(), 1);
        assert_eq!(found(&[], cut), []);
        assert_eq!(found(&[line(LogKind::Ran, "ben", 50_000)], cut).len(), 1, "lines of before are there");
    }
    #[test]
    fn the_audit_log_tells_what_made_it_root() {
        let executed = |pid| {
            let command = Some("/tmp/up".into());
            let event = LogEvent { kind: LogKind::Executed, pid: Some(pid), command, ..LogEvent::default() };
            let found = found(&[Event::LogEventSeen(Box::new(event))], |_| ());
            found[0].evidence.iter().any(|evidence| evidence.value == "/tmp/up")
        };
        assert!(executed(50));
        assert!(!executed(51), "another process");
    }
}
