//! A program that runs from a hidden place.
//!
//! # What it sees
//! A component of the path of the executable or of the script that an interpreter runs begins with a dot, or is made
//! to be overlooked: blanks, nothing but dots, control or invisible characters, letters of two alphabets in one word.
//! A current directory that hides like this is looked at too.
//!
//! # Why it matters
//! `ls` leaves out names that begin with a dot, and a name of blanks or dots is not seen in a list.
//!
//! # Innocent causes
//! Tools that people keep below their home (`~/.cargo`, `~/.nvm`, editors' servers) and those in an application's own
//! directory (`/opt/app/.venv`) are left alone, unless a service runs them that could have written them itself or has
//! no business there; a script beside its interpreter (venv) is worth a word then. So are packaged files, images that a
//! program mounts for itself, and containers. No honest program has a name made to be overlooked.
//!
//! # What to do
//! Look into that directory by its exact name: `keeneye look file PATH`. See who started the program and what it talks
//! to: `keeneye look pid PID`.

use crate::place::{self, Hiding};
use crate::standing::{self, Standing};
use crate::{Detector, Scene, portrait, subject};
use keeneye_facts::{Finding, Level, Mount, Process, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/hidden-path",
    title: "a program runs from a hidden place",
    level: Level::Suspicious,
    attack: &["T1564.001", "T1036.005"],
    absolute: false,
    source: include_str!("hidden_path.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let exe = process.exe.as_ref().filter(|exe| !exe.in_memory())?;
    let standing = Standing::of(scene, process);
    let programs = standing::script_path(process).into_iter().chain([&exe.path]);
    let worst =
        programs.filter_map(|path| Some((path, level(scene, process, &standing, path)?))).max_by_key(|(_, l)| *l);
    if let Some((path, level)) = worst {
        let summary = format!("{} (pid {}) runs from a hidden place: {}", path.lossy(), process.id.pid, how(path));
        return Some(said(scene, process, level, summary, path));
    }
    let cwd = process.cwd.as_ref().filter(|_| !standing.contained)?;
    let disguised = matches!(place::hidden_component(cwd)?.how, Hiding::Disguised(_) | Hiding::SocketPlace);
    let outside = !place::is_tool_dot_dir(cwd, &scene.world.accounts) && !lies_on_own_mount(scene, cwd);
    if !disguised && (!outside || standing.attended || standing.intact()) {
        return None;
    }
    let name = exe.path.lossy();
    let summary = format!("{name} (pid {}) works in a hidden place, {}: {}", process.id.pid, cwd.lossy(), how(cwd));
    Some(said(scene, process, Level::Unusual, summary, cwd))
}

/// `None`: not hidden, or hidden where honest programs are.
fn level(scene: &Scene<'_>, process: &Process, standing: &Standing<'_>, path: &Text) -> Option<Level> {
    let hidden = place::hidden_component(path)?;
    if matches!(hidden.how, Hiding::Disguised(_)) {
        return Some(Level::Suspicious);
    }
    if standing.contained
        || lies_on_own_mount(scene, path)
        || standing::owner_at(scene.world, process, path).is_intact()
    {
        return None;
    }
    if hidden.how == Hiding::Dot
        && is_mounted_in_tmp(scene, path)
        && !standing.service_account
        && !standing.on_network()
    {
        return Some(Level::Unusual);
    }
    if standing::is_in_own_environment(scene.world, process, path) {
        return wrote_it_itself(scene, process, path).then_some(Level::Unusual);
    }
    if hidden.how == Hiding::SocketPlace || !place::is_tool_dot_dir(path, &scene.world.accounts) {
        return Some(Level::Suspicious);
    }
    if !standing.service_account {
        // A person's tools. As a daemon that other machines reach they are worth a word.
        return (standing.orphaned && standing.listens).then_some(Level::Unusual);
    }
    if let Some(home) = place::home_of(path, &scene.world.accounts) {
        let own = home.account.is_none_or(|account| account.uid == process.uid());
        return Some(if own { Level::Unusual } else { Level::Suspicious });
    }
    // An application's own directory: a service that could have written its program itself is another matter, above
    // all in a web server's.
    let level = if path.is_within("/var/www") { Level::Suspicious } else { Level::Unusual };
    wrote_it_itself(scene, process, path).then_some(level)
}

/// The file belongs to the account that runs it.
fn wrote_it_itself(scene: &Scene<'_>, process: &Process, path: &Text) -> bool {
    let exe = process.exe.as_ref().filter(|exe| exe.path == *path).and_then(|exe| exe.stat);
    let stat = exe.or_else(|| scene.world.file(path)?.stat);
    stat.is_some_and(|stat| stat.uid == process.uid())
}

/// The mount that it lies on is at the hidden component or below: someone mounted an image there.
fn lies_on_own_mount(scene: &Scene<'_>, path: &Text) -> bool {
    place::own_image(path, &scene.world.mounts).is_some()
}

/// Programs that unpack themselves for a run mount a directory of their own in /tmp, in memory too. Whoever can mount
/// is root already and has better hiding places.
fn is_mounted_in_tmp(scene: &Scene<'_>, path: &Text) -> bool {
    unhidden_mount(scene, path).is_some_and(|mount| mount.root == "/" && mount.point.parent() == "/tmp")
}

/// The mount of its own that the path lies on, when nothing below the mount point is hidden.
fn unhidden_mount<'a>(scene: &Scene<'a>, path: &Text) -> Option<&'a Mount> {
    let mount = place::own_mount(path, &scene.world.mounts)?;
    let below = path.get(mount.point.len()..).unwrap_or_default();
    place::hidden_component(below).is_none().then_some(mount)
}

/// What hides it.
fn how(path: &Text) -> String {
    let Some(hidden) = place::hidden_component(path) else { return String::new() };
    match hidden.how {
        Hiding::Dot => format!("{} begins with a dot", Text::from(hidden.name).lossy()),
        Hiding::SocketPlace => format!("{} is for sockets only", Text::from(hidden.name).lossy()),
        Hiding::Disguised(way) => format!("a name with {way}"),
    }
}

fn said(scene: &Scene<'_>, process: &Process, level: Level, summary: String, path: &Text) -> Finding {
    let disguised = place::hidden_component(path).is_some_and(|h| matches!(h.how, Hiding::Disguised(_)));
    let at_home = place::is_tool_dot_dir(path, &scene.world.accounts);
    let why = if at_home {
        "it lies below a home or in an application's directory"
    } else {
        "it lies below no home of an account that logs in, and in no application's directory"
    };
    let finding = DETECTOR.finding(level, subject::process(process), summary).evidence("path", path.clone());
    portrait::add(finding, scene, process).innocent("a tool of one person or application", disguised || !at_home, why)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("process/hidden-path", host, expected);
    }

    #[test]
    fn a_dot_directory_is_for_homes() {
        says(
            "process 41 exe=/usr/lib/.a/b",
            &["suspicious: /usr/lib/.a/b (pid 41) runs from a hidden place: .a begins with a dot"],
        );
        says("process 41 exe=/root/.a/b", &[]);
        says("process 41 exe=/home/anna/p/.venv/bin/python3", &[]);
    }
    #[test]
    fn another_accounts_service_has_no_business_in_a_home() {
        let host = |uid: u32| {
            format!(
                "/etc/passwd = anna:x:1000:1000::/home/anna:/bin/bash\\nwww:x:33:33::/var/www:/usr/sbin/nologin\n\
                 process 41 exe=/home/anna/.a/b uid={uid}"
            )
        };
        says(&host(33), &["suspicious: /home/anna/.a/b (pid 41) runs from a hidden place: .a begins with a dot"]);
        says(&host(1000), &[]);
    }
    #[test]
    fn an_applications_own_directory() {
        let host = |place: &str, owner: u32| {
            format!(
                "/etc/passwd = www:x:33:33::/var/www:/usr/sbin/nologin\n{place}/.a/b : mode=100755 uid={owner}\n\
                 process 41 uid=33 exe={place}/.a/b"
            )
        };
        says(&host("/var/www/site", 0), &[]);
        says(
            &host("/var/www/site", 33),
            &["suspicious: /var/www/site/.a/b (pid 41) runs from a hidden place: .a begins with a dot"],
        );
        says(
            &host("/opt/app", 33),
            &["unusual: /opt/app/.a/b (pid 41) runs from a hidden place: .a begins with a dot"],
        );
    }
    #[test]
    fn an_environment_for_an_interpreter_is_no_alert() {
        let host = |dir: &str, named: &str, owner: u32| {
            format!(
                "package python3 3 owns /usr/bin/python3\n/etc/passwd = www:x:33:33::/var/www:/usr/sbin/nologin\n\
                 {dir}/bin/app : mode=100755 uid={owner}\n\
                 process 41 uid=33 exe=/usr/bin/python3 cmdline=\"{named} {dir}/bin/app\""
            )
        };
        let said = |level: &str, dir: &str, name: &str| {
            format!("{level}: {dir}/bin/app (pid 41) runs from a hidden place: {name} begins with a dot")
        };
        says(&host("/home/anna/.venv", "/home/anna/.venv/bin/python", 33).replace("uid=33 exe", "uid=1000 exe"), &[]);
        let anna = "/home/anna/.venv";
        says(
            &host(anna, "/home/anna/.venv/bin/python", 1000)
                .replace("nologin\n", "nologin\\nanna:x:1000:1000::/home/anna:/bin/bash\n"),
            &[&said("suspicious", anna, ".venv")],
        );
        for dir in ["/var/www/site/.venv", "/var/www/.venv"] {
            let beside = format!("{dir}/bin/python");
            says(&host(dir, &beside, 33), &[&said("unusual", dir, ".venv")]);
            says(&host(dir, "python3", 33), &[&said("suspicious", dir, ".venv")]);
            says(
                &host(dir, &beside, 33).replace("owns /usr/bin/python3", "owns /usr/bin/other"),
                &[&said("suspicious", dir, ".venv")],
            );
        }
        says(&host("/var/www/site/.venv", "/var/www/site/.venv/bin/python", 0), &[]);
        let elsewhere = "/var/spool/.v";
        says(&host(elsewhere, "/var/spool/.v/bin/python", 33), &[&said("suspicious", elsewhere, ".v")]);
        says(&host("/tmp/.v", "/tmp/.v/bin/python", 33), &[&said("suspicious", "/tmp/.v", ".v")]);
    }
    #[test]
    fn names_made_to_be_overlooked_are_never_honest() {
        says(
            "process 41 exe=/root/.../b",
            &["suspicious: /root/.../b (pid 41) runs from a hidden place: a name with nothing but dots"],
        );
        says(
            "process 41 exe=/opt/a\\e[2J",
            &["suspicious: /opt/a\u{1b}[2J (pid 41) runs from a hidden place: a name with control characters"],
        );
    }
    #[test]
    fn a_script_counts_like_a_program() {
        let host = |script: &str| {
            format!("process 41 exe=/usr/bin/python3 cmdline=\"python3 {script}\"\n{script} : mode=100644")
        };
        says(
            &host("/var/tmp/.ICE-unix/-l/d.py"),
            &[
                "suspicious: /var/tmp/.ICE-unix/-l/d.py (pid 41) runs from a hidden place: .ICE-unix is for sockets only",
            ],
        );
        says(&host("/var/tmp/d.py"), &[]);
    }
    #[test]
    fn an_image_mounted_there_is_quiet() {
        let process = "process 41 exe=/tmp/.mount_a/usr/bin/a";
        let mount = "36 25 0:32 / /tmp/.mount_a ro,nosuid,nodev - fuse.a a ro";
        says(&format!("{process}\n/proc/self/mountinfo = {mount}\\n"), &[]);
        says(
            process,
            &["suspicious: /tmp/.mount_a/usr/bin/a (pid 41) runs from a hidden place: .mount_a begins with a dot"],
        );
    }
    #[test]
    fn a_directory_in_memory_mounted_in_tmp_is_no_alert() {
        let host = |point: &str, uid: u32| {
            format!(
                "process 41 exe={point}/a uid={uid}\n/proc/self/mountinfo = 36 25 0:32 / {point} rw - tmpfs tmpfs rw\\n\n\
                 /etc/passwd = www-data:x:33:33::/var/www:/usr/sbin/nologin\\n"
            )
        };
        let says_level = |level: &str, point: &str, uid: u32| {
            let text = format!("{level}: {point}/a (pid 41) runs from a hidden place: .m begins with a dot");
            says(&host(point, uid), &[&text]);
        };
        says_level("unusual", "/tmp/.m", 0);
        says_level("suspicious", "/tmp/.m", 33);
        says_level("suspicious", "/dev/shm/.m", 0);
        says_level("suspicious", "/tmp/a/.m", 0);
    }
    #[test]
    fn a_hidden_current_directory_alone_is_no_alert() {
        says(
            "process 41 exe=/opt/b cwd=/var/tmp/.a",
            &["unusual: /opt/b (pid 41) works in a hidden place, /var/tmp/.a: .a begins with a dot"],
        );
        says("process 41 exe=/opt/b cwd=/root/.a", &[]);
    }
}
