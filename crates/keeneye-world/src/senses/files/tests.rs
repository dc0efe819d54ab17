use crate::fixture::Fixture;
use crate::{Host, Plan, Question, Reply, World, scan};
use keeneye_facts::{FileFact, Ownership, Text};

fn world(text: &str) -> World {
    scan(&Fixture::new(text), &Plan::default())
}
/// `package digest` in a word or two.
fn owner(world: &World, path: &str) -> String {
    match &world.file(path.as_bytes()).map(|fact: &FileFact| fact.owner.clone()) {
        None => "not looked at".into(),
        Some(Ownership::Owned { package, digest, .. }) => {
            let check = serde_json::to_value(digest).unwrap();
            let check = check.as_str().map_or_else(|| "differs".to_owned(), str::to_owned);
            format!("{package} {check}")
        }
        Some(other) => format!("{other:?}"),
    }
}

#[test]
fn a_running_program_is_owned_and_intact() {
    let world = world("package openssh-server 1:9.2 owns /usr/sbin/sshd\nprocess 41 exe=/usr/sbin/sshd");
    assert_eq!(owner(&world, "/usr/sbin/sshd"), "openssh-server matches");
    assert_eq!(world.packages, [("dpkg".to_owned(), 1)]);
}
#[test]
fn a_changed_program_differs() {
    let world = world(
        "package openssh-server 1:9.2 owns /usr/sbin/sshd\ntampered /usr/sbin/sshd\nprocess 41 exe=/usr/sbin/sshd",
    );
    assert_eq!(owner(&world, "/usr/sbin/sshd"), "openssh-server differs");
}
/// Process 41 executes another program as soon as somebody digests the one that it executes.
struct Exec(Fixture, std::cell::Cell<bool>);

impl Host for Exec {
    fn ask(&self, question: &Question) -> Reply {
        let exe: Text = "/proc/41/exe".into();
        if *question == Question::Digest(exe.clone()) {
            self.1.set(true);
            return self.0.ask(&Question::Digest("/opt/next".into()));
        }
        if *question == Question::Stat(exe) && self.1.get() {
            return self.0.ask(&Question::Stat("/opt/next".into()));
        }
        self.0.ask(question)
    }
}

#[test]
fn a_process_that_goes_on_to_another_program_does_not_change_the_first() {
    let text = "package util-linux 2 owns /usr/bin/setsid\n/usr/bin/setsid : ino=7\n/opt/next = x\n/opt/next : ino=8\n\
                process 41 exe=/usr/bin/setsid";
    let world = scan(&Exec(Fixture::new(text), false.into()), &Plan::default());
    assert_eq!(owner(&world, "/usr/bin/setsid"), "util-linux matches");
}
#[test]
fn a_library_that_an_environment_names_is_looked_at_though_it_is_not_mapped() {
    let named = world("package base 1\n/opt/a.so = x\nprocess 41 exe=/opt/x env=\"LD_AUDIT=/opt/a.so:/opt/b.so\"");
    assert_eq!(owner(&named, "/opt/a.so"), "Unowned");
    assert_eq!(named.file(b"/opt/b.so").map(|fact| fact.stat), Some(None));
    let other = world("package base 1\n/opt/a.so = x\nprocess 41 exe=/opt/x env=\"LD_OTHER=/opt/a.so\"");
    assert_eq!(owner(&other, "/opt/a.so"), "not looked at");
}
#[test]
fn a_program_of_no_package_is_unowned() {
    let world = world("package base 1\nprocess 41 exe=/opt/x");
    assert_eq!(owner(&world, "/opt/x"), "Unowned");
}
#[test]
fn of_a_new_file_nobody_can_say_unowned_while_dpkg_is_at_work() {
    let host = "package base 1 owns /usr/bin/a\nprocess 41 exe=/opt/x\n/opt/x : mode=100755 changed=NOW\n"
        .replace("NOW", &world("package base 1").host.now.to_string());
    let journal = format!(
        "{host}/var/lib/dpkg/updates/0001 = \n/var/lib/dpkg/lock : ino=131075 dev=2049\n\
         process 812 exe=/usr/bin/dpkg\n"
    );
    let lock = "/proc/locks = 1: POSIX  ADVISORY  WRITE 812 08:01:131075 0 EOF\\n\n";
    let at_work = world(&format!("{journal}{lock}"));
    assert_eq!(owner(&at_work, "/opt/x"), "Unknown");
    assert!(at_work.gaps.iter().any(|gap| gap.what == "packages (the package manager is at work)"));
    let touched = world(&format!("{host}/var/lib/dpkg/updates/x = \n"));
    assert_eq!(owner(&touched, "/opt/x"), "Unowned");
    let left = world(&format!("{journal}/proc/locks = \n"));
    assert_eq!(owner(&left, "/opt/x"), "Unowned", "the journal of a dpkg that is gone");
}
#[test]
fn without_a_database_nobody_knows() {
    let world = world("/var/lib/rpm/rpmdb.sqlite = x\nprocess 41 exe=/opt/x");
    assert_eq!(owner(&world, "/opt/x"), "Unknown");
    let told = world.gaps.iter().any(|gap| format!("{:?}", gap.why).contains("no database of rpm"));
    assert!(told, "{:?}", world.gaps);
}
#[test]
fn with_a_list_missing_nobody_can_say_unowned() {
    let world = world(
        "/var/lib/dpkg/status = Package: a\\nStatus: install ok installed\\nVersion: 1\\n\nprocess 41 exe=/opt/x",
    );
    assert_eq!(owner(&world, "/opt/x"), "Unknown");
    assert!(world.gaps.iter().any(|gap| gap.what == "/var/lib/dpkg/info/a.list"));
}

fn privileged(host: &str) -> Vec<String> {
    let world = world(host);
    let given = |fact: &&FileFact| fact.interests.contains(&keeneye_facts::Interest::Privileged);
    world.files.values().filter(given).map(|fact| fact.path.lossy().into_owned()).collect()
}
fn left_out(world: &World) -> Vec<String> {
    let of = world.gaps.iter().filter(|gap| matches!(&gap.why, keeneye_facts::Refusal::Cut(_)));
    of.map(|gap| gap.what.lossy().into_owned()).collect()
}

#[test]
fn nobody_crowds_out_what_is_not_his() {
    let flood =
        |uid: u32| -> String { (0..5_010).map(|n| format!("/home/a/{n} : mode=104755 uid={uid} size=9\n")).collect() };
    let accounts = "/etc/passwd = root:x:0:0::/root:/bin/sh\\na:x:1000:1000::/home/a:/bin/sh\\n\n";
    let planted = "/usr/lib/z : mode=104755 uid=0 size=9\n";
    // Users that passwd does not know share one number.
    for uid in [1000, 100_000] {
        let text = format!("{accounts}{planted}{}", flood(uid));
        assert!(privileged(&text).contains(&"/usr/lib/z".to_owned()), "{uid}");
        let told = left_out(&world(&text));
        assert!(matches!(told.as_slice(), [one] if one.ends_with("and 9 more (privileged)")), "{told:?}");
    }
    // He who may fill root's number is root.
    let text = format!("{accounts}{planted}{}", flood(0));
    assert!(!privileged(&text).contains(&"/usr/lib/z".to_owned()));
    assert_eq!(left_out(&world(&text)).len(), 1);
}
#[test]
fn stores_of_images_need_an_engine() {
    let hidden = "/var/lib/docker/overlay2/x : mode=104755 size=9\n";
    let base = "package base 1 owns /usr/bin/a\n";
    assert_eq!(privileged(&format!("{base}{hidden}")), ["/var/lib/docker/overlay2/x"]);
    assert_eq!(left_out(&world(&format!("{base}{hidden}"))), [""; 0]);
    let told = ["images of containers below /var/lib/docker/overlay2"];
    let engine = format!("package docker.io 20 owns /usr/sbin/dockerd\n{hidden}");
    assert_eq!(privileged(&engine), [""; 0]);
    assert_eq!(left_out(&world(&engine)), told);
    // A program of that name is no engine, when no package brought it.
    let own = format!("{base}/usr/sbin/dockerd : mode=100755 size=9\n{hidden}");
    assert_eq!(privileged(&own), ["/var/lib/docker/overlay2/x"]);
    let running = "/proc/self/mountinfo = 1 0 0:7 / /data/m rw - overlay overlay \
                   rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/var/lib/docker/overlay2/b/diff\\n\n";
    assert_eq!(privileged(&format!("{running}{own}")), [""; 0]);
}
#[test]
fn roots_of_other_systems_are_told() {
    let text = "package base 1 owns /usr/bin/a\n/srv/j/etc/passwd = x\n/srv/j/usr/bin/su : mode=104755\n\
                /srv/j/lib/apk/db/installed = x\n/usr/etc/passwd = x\n/usr/bin/a : mode=104755\n/opt/etc/passwd = x\n";
    let world = world(text);
    let of = world.foreign_roots.iter().map(|root| (root.path.lossy(), root.privileged, root.ours, root.database));
    assert_eq!(of.collect::<Vec<_>>(), [("/srv/j".into(), 1, false, true), ("/usr".into(), 1, true, false)]);
}
