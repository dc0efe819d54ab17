//! What joins and what does not: each rule by a story that holds and one that differs by the fact that breaks it.

use super::{HOST, Story, ticks_before};
use keeneye_facts::{Incident, Level};

#[track_caller]
fn incidents(story: &str) -> Vec<Incident> {
    Story::new(&format!("{HOST}{story}")).incidents()
}

#[track_caller]
fn sizes(story: &str) -> Vec<usize> {
    incidents(story).iter().map(|incident| incident.findings.len()).collect()
}

#[test]
fn one_alert_is_an_incident_and_a_note_is_none() {
    assert_eq!(sizes("process 41 exe=/opt/a/x\nfound suspicious process/volatile-exe pid 41"), [1]);
    assert_eq!(sizes("process 41 exe=/opt/a/x\nfound unusual process/volatile-exe pid 41"), [0; 0]);
    assert_eq!(sizes(""), [0; 0]);
}

#[test]
fn alerts_of_the_same_ten_minutes_are_one_visit() {
    let story = |second: i64| {
        format!("found suspicious a/x file /a @1699000000\nfound suspicious b/y file /b @{}", 1_699_000_000 + second)
    };
    assert_eq!(sizes(&story(600)), [2]);
    assert_eq!(sizes(&story(601)), [1, 1]);
    // From one to the next: a visitor stays longer than ten minutes.
    assert_eq!(sizes(&format!("{}\nfound suspicious c/z file /c @1699000900", story(600))), [3]);
}

#[test]
fn what_started_with_the_machine_tells_no_time() {
    let story = |start: u64| {
        format!(
            "process 41 start={start} exe=/srv/a/x\nprocess 42 start={} exe=/srv/b/y\n\
             /srv/a/x : mode=100755 changed=1690000000\n/srv/b/y : mode=100755 changed=1680000000\n\
             found suspicious process/hidden-path pid 41\nfound suspicious process/exe-deleted pid 42",
            start + 100
        )
    };
    assert_eq!(sizes(&story(1000)), [1, 1]);
    assert_eq!(sizes(&story(ticks_before(500_000))), [1, 1], "their files are older than they are");
}

#[test]
fn a_time_at_which_packages_were_written_is_that_of_an_installation() {
    let packaged: Vec<String> = (0..60).map(|n| format!("/usr/bin/p{n}")).collect();
    let files =
        |changed: i64| packaged.iter().map(|p| format!("{p} : mode=100755 changed={changed}\n")).collect::<String>();
    let running: String = packaged.iter().enumerate().map(|(n, p)| format!("process {} exe={p}\n", 2000 + n)).collect();
    let story = |changed: i64| {
        format!(
            "package many 1 owns {}\n{}{running}/a/x : mode=100755 changed=1690000000\n/b/y : mode=100755 changed=1690000010\n\
             process 41 exe=/a/x\nprocess 42 exe=/b/y\n\
             found suspicious process/hidden-path pid 41\nfound suspicious process/exe-deleted pid 42",
            packaged.join(","),
            files(changed)
        )
    };
    assert_eq!(sizes(&story(1_600_000_000)), [2]);
    assert_eq!(sizes(&story(1_690_000_000)).len(), 2);
    assert_eq!(sizes(&story(1_690_000_000 - 20)).len(), 2, "what an installer writes last");
    let right_after = story(1_690_000_000 - 60);
    assert_eq!(sizes(&right_after), [2], "a visitor who came right after the installation");
    let home = "package files 1 owns /root\n/root : mode=40700 changed=1690000005\n\
                /etc/passwd = root:x:0:0:root:/root:/bin/bash\\n\n\
                /root/.ssh/authorized_keys = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc a\\n\n";
    assert_eq!(sizes(&format!("{home}{right_after}")), [2], "a packaged directory that the visitor put something into");
}

#[test]
fn a_tree_joins_up_to_the_service_and_not_beyond() {
    let story = |parent: u32| {
        let (one, other) = (ticks_before(90_000), ticks_before(10_000));
        format!(
            "process 41 ppid=901 start={one} uid=33 exe=/usr/bin/dash cmdline=\"sh -c x\"\n\
             process 42 ppid={parent} start={other} uid=33 exe=/usr/bin/dash cmdline=\"sh -c y\"\n\
             found suspicious process/shell-on-socket pid 41\nfound suspicious process/history-off pid 42"
        )
    };
    assert_eq!(sizes(&story(901)), [2]);
    for stranger in [1, 700, 800] {
        assert_eq!(sizes(&story(stranger)), [1, 1], "{stranger}");
    }
}

#[test]
fn a_persons_shell_joins_nothing() {
    let story = |session: &str| {
        let starts = [ticks_before(90_000), ticks_before(89_990), ticks_before(80_000), ticks_before(10_000)];
        let [login, shell, one, other] = starts;
        format!(
            "process 40 ppid=800 start={login} exe=/usr/sbin/sshd\n\
             process 41 ppid=40 start={shell} {session} exe=/usr/bin/bash cmdline=-bash session=41\n\
             process 42 ppid=41 start={one} {session} exe=/usr/bin/python3 cmdline=\"python3 -c x\" session=41\n\
             process 43 ppid=41 start={other} {session} exe=/usr/bin/sleep session=41\n\
             found suspicious process/traced pid 42\nfound suspicious process/argv-wiped pid 43"
        )
    };
    assert_eq!(sizes(&story("tty=34816 login=1000 uid=1000")), [1, 1]);
    assert_eq!(sizes(&story("uid=1000")), [2], "nobody is logged in here");
}

#[test]
fn a_directory_of_ones_own_joins_and_tmp_does_not() {
    let story = |one: &str, other: &str| {
        format!("found suspicious a/x file {one} @1690000000\nfound suspicious b/y file {other} @1699000000")
    };
    assert_eq!(sizes(&story("/dev/shm/.x/a", "/dev/shm/.x/b/c")), [2]);
    assert_eq!(sizes(&story("/tmp/a", "/tmp/b")), [1, 1]);
    assert_eq!(sizes(&story("/tmp/.X11-unix/a", "/tmp/.X11-unix/b")), [1, 1]);
}

#[test]
fn a_packaged_interpreter_joins_nothing() {
    let (one, other) = (ticks_before(90_000), ticks_before(10_000));
    let story = format!(
        "process 41 start={one} exe=/usr/bin/python3\nprocess 42 start={other} exe=/usr/bin/python3\n\
         found suspicious process/traced pid 41\nfound suspicious process/argv-wiped pid 42"
    );
    assert_eq!(sizes(&story), [1, 1]);
}

#[test]
fn an_address_that_both_talk_to_joins() {
    let story = |address: &str| {
        let (one, other) = (ticks_before(90_000), ticks_before(10_000));
        format!(
            "/srv/a/x : mode=100755 changed=1690000000\n/srv/b/y : mode=100755 changed=1680000000\n\
             process 41 start={one} exe=/srv/a/x\nprocess 42 start={other} exe=/srv/b/y\n\
             connect tcp 10.0.0.5:4000 198.51.100.7:443 pid=41\nconnect tcp 10.0.0.5:4001 {address}:8443 pid=42\n\
             found suspicious process/hidden-path pid 41\nfound suspicious process/exe-deleted pid 42"
        )
    };
    assert_eq!(sizes(&story("198.51.100.7")), [2]);
    assert_eq!(sizes(&story("198.51.100.8")), [1, 1]);
}

#[test]
fn an_account_joins_a_person_and_never_root() {
    let story = |account: &str, uid: u32| {
        let start = ticks_before(10_000);
        format!(
            "/srv/b/y : mode=100755 changed=1699990000\nprocess 42 start={start} uid={uid} exe=/srv/b/y\nfound suspicious login/x account {account} @1690000000\n\
             found suspicious process/exe-deleted pid 42"
        )
    };
    assert_eq!(sizes(&story("anna", 1000)), [2]);
    assert_eq!(sizes(&story("anna", 33)), [1, 1]);
    assert_eq!(sizes(&story("root", 0)), [1, 1]);
    assert_eq!(sizes(&story("www-data", 33)), [1, 1], "a service's account joins within half an hour only");
    let near = story("www-data", 33).replace("@1690000000", "@1699988500");
    assert_eq!(sizes(&near), [2]);
}

#[test]
fn an_entry_joins_what_it_starts() {
    let story = |program: &str| {
        let start = ticks_before(10_000);
        format!(
            "process 42 start={start} exe=/srv/b/y\nstarts cron /etc/cron.d/x:1 root \"@hourly\" {program} {program}\n\
             found suspicious persistence/cron-risky file /etc/cron.d/x:1 @1690000000\n\
             found suspicious process/exe-deleted pid 42"
        )
    };
    assert_eq!(sizes(&story("/srv/b/y")), [2]);
    assert_eq!(sizes(&story("/srv/c/z")), [1, 1]);
}

#[test]
fn what_is_no_alert_is_added_and_connects_nothing() {
    let story = "found suspicious a/x file /a/x @1690000000\nfound suspicious b/y file /b/y @1699000000\n\
                 found note c/z file /a/x @1699000001\nfound unusual d/w file /d @1699000100\nfound note e/v file /e";
    let all = incidents(story);
    let times: Vec<_> = all.iter().map(|incident| incident.times.clone()).collect();
    assert_eq!(times.len(), 2);
    assert_eq!(times[0], [Some(1_690_000_000), Some(1_699_000_001)], "the same file");
    assert_eq!(times[1], [Some(1_699_000_000), Some(1_699_000_100)], "the same minutes");
}

#[test]
fn what_has_no_time_belongs_to_the_only_incident() {
    let hidden = "found compromised network/hidden-port port 4444\nfound suspicious a/x file /a @1690000000";
    assert_eq!(sizes(hidden), [2]);
    assert_eq!(sizes(&format!("{hidden}\nfound suspicious b/y file /b @1699000000")).len(), 3);
}

#[test]
fn alerts_of_three_kinds_have_no_innocent_cause() {
    let level = |kinds: &[&str]| {
        let story: String =
            kinds.iter().map(|kind| format!("found suspicious {kind} file /{kind} @1690000000\n")).collect();
        incidents(&story)[0].level
    };
    assert_eq!(level(&["a/x", "b/y", "c/z"]), Some(Level::Compromised));
    assert_eq!(level(&["a/x", "b/y", "b/z"]), Some(Level::Suspicious));
    assert_eq!(level(&["integrity/preload-list", "b/y"]), Some(Level::Compromised), "one is absolute");
    assert_eq!(level(&["integrity/preload-list"]), Some(Level::Suspicious));
}

#[test]
fn three_oddities_of_one_thing_raise_an_incident_where_nobody_is() {
    let story = |place: &str| {
        let start = ticks_before(10_000);
        format!(
            "process 42 start={start} exe={place}/y\nstarts cron /etc/cron.d/x:1 root \"@hourly\" {place}/y {place}/y\n\
             found unusual persistence/cron-risky file /etc/cron.d/x:1\nfound unusual process/unowned-daemon pid 42\n\
             found unusual network/unexpected-listener pid 42"
        )
    };
    let raised = incidents(&story("/var/lib/y"));
    assert_eq!(raised.iter().map(|i| (i.level, i.findings.len())).collect::<Vec<_>>(), [(Some(Level::Suspicious), 3)]);
    for own in ["/opt/app", "/home/anna/app", "/usr/local/lib/app", "/var/www/app", "/data/app"] {
        assert_eq!(sizes(&story(own)), [0; 0], "{own}");
    }
    // Two kinds are needed, and two things; oddities of other programs do not add up.
    assert_eq!(sizes(&story("/var/lib/y").replace("network/", "process/").replace("persistence/", "process/")), [0; 0]);
    assert_eq!(sizes(&story("/var/lib/y").replace("found unusual persistence", "found note persistence")), [0; 0]);
    let apart = "process 42 exe=/var/lib/a\nprocess 43 exe=/var/lib/b\nfound unusual process/unowned-daemon pid 42\n\
                 found unusual network/unexpected-listener pid 43\nfound unusual persistence/cron-risky file /etc/cron.d/x";
    assert_eq!(sizes(apart), [0; 0]);
}

#[test]
fn a_key_of_the_same_minutes_is_a_way_back_in() {
    let doors = |changed: i64| {
        let story = format!(
            "/root/.ssh/authorized_keys = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc x\\n\n\
             /root/.ssh/authorized_keys : mode=100600 changed={changed}\nfound suspicious a/x file /a @1699990000"
        );
        incidents(&story)[0].restarters.iter().map(|r| r.subject.name.lossy().into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(doors(1_699_990_300), ["/root/.ssh/authorized_keys"]);
    assert_eq!(doors(1_699_980_000), [""; 0]);
}

#[test]
fn ten_thousand_alerts_are_joined_in_time() {
    let mut story = Story::new(HOST);
    let one = Story::new("found suspicious a/x file /srv/x @1690000000").findings;
    for number in 0..10_000_i64 {
        let mut finding = one[0].clone();
        finding.id = format!("{number:016x}");
        finding.subject.path = Some(format!("/srv/{number}").into());
        finding.subject.account = Some("www-data".into());
        finding.first_seen = Some(1_600_000_000 + number * 700);
        story.findings.push(finding);
    }
    assert_eq!(story.incidents().iter().map(|i| i.findings.len()).sum::<usize>(), 10_000);
}

#[test]
fn a_login_is_not_said_to_come_from_a_login() {
    let titles = |story: &str| incidents(story).iter().map(|one| one.title.lossy().into_owned()).collect::<Vec<_>>();
    assert_eq!(
        titles("found suspicious login/new-key login \"anna from 192.0.2.7\""),
        ["a key that nobody knows lets somebody in: anna from 192.0.2.7"]
    );
    let of_program = "process 40 ppid=800 exe=/usr/sbin/sshd\n\
                      process 41 ppid=40 uid=1000 exe=/opt/a/x\nfound suspicious process/volatile-exe pid 41";
    assert_eq!(titles(of_program), ["a program runs from a place for temporary files, started from a login of anna"]);
}

#[test]
fn what_is_to_be_done_about_a_login_is_told_once() {
    let steps = |level: &str| {
        let of = |detector: &str| format!("found {level} {detector} login \"anna from 192.0.2.7\" @1699990000\n");
        let mut story = Story::new(&format!("{HOST}{}{}found suspicious a/x file /a", of("login/x"), of("login/y")));
        story.findings.iter_mut().for_each(|finding| finding.next = vec!["passwd -l anna".into()]);
        story.incidents()[0].next.iter().filter(|step| *step == "passwd -l anna").count()
    };
    assert_eq!(steps("suspicious"), 1);
    assert_eq!(steps("unusual"), 0);
}
