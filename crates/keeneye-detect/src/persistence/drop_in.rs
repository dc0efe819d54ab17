//! A drop-in has a package's unit start something else besides.
//!
//! # What it sees
//! A drop-in (`ssh.service.d/x.conf`, `service.d`, `foo-.service.d`) that no package brought, and that adds a command
//! to units: a program that no package owns, a program in a volatile or hidden place, code that it fetches or decodes;
//! or that has a library loaded into them that no package owns.
//!
//! # Why it matters
//! The package's unit stays as it is, so its digest is right and `dpkg -V` is content; the drop-in runs with it, as
//! root.
//!
//! # Innocent causes
//! Drop-ins that change limits, variables or restarts, or that start the package's own program with other options, say
//! nothing. A program of the admin's in /opt, /srv, /usr/local or a home is `unusual`, but for the units that people
//! log in through.
//!
//! # What to do
//! `systemctl cat UNIT` shows the unit with its drop-ins. Keep copies of the file and of what it starts.

use super::{entry, foreign, is_of_admin, judge, risky, unowned_programs};
use crate::{Detector, Scene};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, FileKind, Finding, Level};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/drop-in",
    title: "a drop-in has a package's unit start something else",
    level: Level::Suspicious,
    attack: &["T1543.002"],
    absolute: false,
    source: include_str!("drop_in.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    foreign(scene.world, &[AutostartKind::DropIn]).filter_map(|entry| look(scene, entry)).collect()
}

fn look(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    let finding = match judge(scene.world, entry) {
        Some(judged) => risky(&DETECTOR, scene, entry, judged)?,
        None => added(scene, entry).or_else(|| loaded(scene, entry))?,
    };
    Some(finding.innocent("a change of an admin to a service", false, "ask; read what it starts"))
}

/// A command that a packaged unit did not have.
fn added(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    let program = unowned_programs(scene.world, entry).next()?;
    if entry.when == "environment" || !changes_a_packaged_unit(scene.world, entry) {
        return None;
    }
    let script_of_etc = program.path.is_within("/etc") && program.kind != FileKind::Elf;
    let mild = is_of_admin(scene.world, &program.path) || script_of_etc;
    let level = if mild && !lets_people_in(scene.world, entry) { Level::Unusual } else { Level::Suspicious };
    let says = format!("has {} start {}, which no package owns", entry.name.lossy(), program.path.lossy());
    Some(super::finding(&DETECTOR, scene, entry, level, &says))
}

/// A library that a packaged unit did not load. Databases and web servers are given other allocators so; what lets
/// people in, keeps the time of jobs or carries messages has no need of one.
fn loaded(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    const BASIC: [&[u8]; 8] =
        [b"cron", b"crond", b"atd", b"dbus-daemon", b"dbus-broker", b"rsyslogd", b"auditd", b"polkitd"];
    let world = scene.world;
    let library = unowned_programs(world, entry).next()?;
    if entry.when != "environment" || !changes_a_packaged_unit(world, entry) {
        return None;
    }
    let needs_none = is_for_many(entry) || lets_people_in(world, entry) || starts_one_of(world, entry, &BASIC);
    let level = entry::of_preload(world, entry)?;
    let level = if needs_none { level } else { level.min(Level::Unusual) };
    let says = format!("has what it starts load {}, which no package owns", library.path.lossy());
    Some(super::finding(&DETECTOR, scene, entry, level, &says))
}

/// The unit is the one that people log in through: nothing of an admin's has to run before or behind it.
fn lets_people_in(world: &World, entry: &Autostart) -> bool {
    const DOORS: [&[u8]; 5] = [b"sshd", b"dropbear", b"agetty", b"login", b"systemd-logind"];
    starts_one_of(world, entry, &DOORS)
}

fn starts_one_of(world: &World, entry: &Autostart, names: &[&[u8]]) -> bool {
    let units = world.autostarts.iter().filter(|unit| unit.kind == AutostartKind::Unit && unit.name == entry.name);
    let packaged = units.filter(|unit| world.owner(&unit.path).is_owned());
    let mut programs = packaged.flat_map(|unit| &unit.programs);
    programs.any(|path| names.contains(&path.file_name().as_bytes()))
}

/// `service.d`, `foo-.service.d`.
fn is_for_many(entry: &Autostart) -> bool {
    !entry.name.contains(&b'.') || entry.name.contains_str("-.")
}

/// A package brought the unit of that name, or the drop-in is for many units.
fn changes_a_packaged_unit(world: &World, entry: &Autostart) -> bool {
    let units = || world.autostarts.iter().filter(|unit| unit.kind == AutostartKind::Unit && unit.name == entry.name);
    is_for_many(entry) || units().any(|unit| world.owner(&unit.path).is_owned())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};
    const NAME: &str = "persistence/drop-in";
    const FILE: &str = "/etc/systemd/system/ssh.service.d/10.conf";
    const SSH: &str = "/lib/systemd/system/ssh.service = ExecStart=/usr/sbin/sshd -D\\n\n\
        package ssh 1 owns /lib/systemd/system/ssh.service,/usr/sbin/sshd,/bin/sh\n";

    #[track_caller]
    fn check_drop_in(line: &str, more: &str, expected: &[&str]) {
        check(NAME, &format!("{SSH}{FILE} = [Service]\\n{line}\\n\n{more}"), expected);
    }

    #[test]
    fn commands_in_odd_places() {
        let text = "suspicious: /etc/systemd/system/ssh.service.d/10.conf line 2 starts /var/tmp/.x/run, which lies in \
                    /var/tmp and is not there now";
        check_drop_in("ExecStartPre=-/var/tmp/.x/run", "", &[text]);
        let text = "suspicious: /etc/systemd/system/ssh.service.d/10.conf line 2 decodes code and runs it";
        check_drop_in("ExecStartPost=/bin/sh -c 'echo x | base64 -d | sh'", "", &[text]);
    }
    #[test]
    fn a_program_of_no_package() {
        let says = "has ssh.service start";
        let text = format!("suspicious: {FILE} line 2 {says} /usr/share/x/run, which no package owns");
        check_drop_in("ExecStartPre=/usr/share/x/run", "/usr/share/x/run : mode=100755", &[&text]);
        let text = format!("suspicious: {FILE} line 2 {says} /usr/local/bin/run, which no package owns");
        check_drop_in("ExecStartPre=/usr/local/bin/run", "/usr/local/bin/run : mode=100755", &[&text]);
        let nginx = "/lib/systemd/system/nginx.service = ExecStart=/usr/sbin/nginx\\n\n\
            package nginx 1 owns /lib/systemd/system/nginx.service,/usr/sbin/nginx\n/usr/local/bin/run : mode=100755\n\
            /etc/systemd/system/nginx.service.d/x.conf = ExecStartPre=/usr/local/bin/run\\n";
        let text = "unusual: /etc/systemd/system/nginx.service.d/x.conf line 1 has nginx.service start \
                    /usr/local/bin/run, which no package owns";
        check(NAME, nginx, &[text]);
        check_drop_in("ExecStartPre=/usr/sbin/sshd -t", "", &[]);
    }
    #[test]
    fn other_names_of_a_unit_and_instances_of_a_template() {
        let said = |links: &str, dir: &str| {
            let units = "/lib/systemd/system/ssh.service = ExecStart=/usr/sbin/sshd\\n\n\
                /lib/systemd/system/getty@.service = ExecStart=/sbin/agetty\\n\n\
                package a 1 owns /lib/systemd/system/ssh.service,/usr/sbin/sshd,/lib/systemd/system/getty@.service,/sbin/agetty\n\
                /usr/local/bin/x : mode=100755\n";
            let file = format!("/etc/systemd/system/{dir}.d/x.conf = ExecStartPre=/usr/local/bin/x\\n\n");
            findings(NAME, &format!("{units}{links}{file}"), &[]).concat()
        };
        let link = "/etc/systemd/system/sshd.service @ /lib/systemd/system/ssh.service\n";
        assert!(said(link, "sshd.service").starts_with("suspicious: "), "{}", said(link, "sshd.service"));
        assert!(said("", "getty@tty1.service").starts_with("suspicious: "), "{}", said("", "getty@tty1.service"));
        assert_eq!(said("", "sshd.service"), "");
    }
    #[test]
    fn drop_ins_for_many_units() {
        let file = "/etc/systemd/system/service.d/x.conf";
        let host = format!("{SSH}{file} = ExecStartPre=/usr/lib/x\\n\n/usr/lib/x : mode=100755");
        check(
            NAME,
            &host,
            &[&format!("suspicious: {file} line 1 has service start /usr/lib/x, which no package owns")],
        );
    }
    #[test]
    fn a_library_for_a_packaged_unit() {
        let text = format!("suspicious: {FILE} line 2 has what it starts load /usr/lib/l.so, which no package owns");
        check_drop_in("Environment=LD_PRELOAD=/usr/lib/l.so", "/usr/lib/l.so = x", &[&text]);
        let text = text.replace("/usr/lib/", "/usr/local/lib/");
        check_drop_in("Environment=LD_PRELOAD=/usr/local/lib/l.so", "/usr/local/lib/l.so = x", &[&text]);
        check_drop_in("Environment=LD_LIBRARY_PATH=/usr/local/lib", "/usr/local/lib/l.so = x", &[]);
    }
    #[test]
    fn another_allocator_for_a_database_is_odd_and_for_cron_loud() {
        let said = |name: &str| {
            let host = format!(
                "/lib/systemd/system/{name}.service = ExecStart=/usr/sbin/{name}\\n\n\
                 package {name} 1 owns /lib/systemd/system/{name}.service,/usr/sbin/{name}\n/usr/local/lib/l.so = x\n\
                 /etc/systemd/system/{name}.service.d/x.conf = Environment=LD_PRELOAD=/usr/local/lib/l.so\\n"
            );
            findings(NAME, &host, &[]).concat()
        };
        assert!(said("mariadbd").starts_with("unusual: "), "{}", said("mariadbd"));
        assert!(said("cron").starts_with("suspicious: "), "{}", said("cron"));
    }
    #[test]
    fn what_admins_change_is_quiet() {
        for line in [
            "ExecStart=\\nExecStart=/usr/sbin/sshd -D -o LogLevel=VERBOSE",
            "Environment=A=b\\nLimitNOFILE=65536\\nRestart=always",
            "ExecStartPre=/bin/sh -c 'sleep 5'",
            "EnvironmentFile=-/etc/default/own",
        ] {
            check_drop_in(line, "", &[]);
        }
        let own = "/etc/systemd/system/app.service = ExecStart=/srv/app/run\\n\n\
                   /etc/systemd/system/app.service.d/x.conf = ExecStartPre=/srv/app/migrate\\n\n/srv/app/migrate = x";
        check(NAME, &format!("{SSH}{own}"), &[]);
    }
    #[test]
    fn a_drop_in_of_a_package_is_quiet() {
        let host = format!("{SSH}{FILE} = ExecStartPre=/var/tmp/x\\n\n");
        let text = format!("suspicious: {FILE} line 1 starts /var/tmp/x, which lies in /var/tmp and is not there now");
        check(NAME, &host, &[&text]);
        check(NAME, &format!("{host}package x 1 owns {FILE}"), &[]);
    }
}
