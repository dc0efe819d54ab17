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
    let at_work = world(&format!("{host}/var/lib/dpkg/updates/0001 = \n"));
    assert_eq!(owner(&at_work, "/opt/x"), "Unknown");
    assert!(at_work.gaps.iter().any(|gap| gap.what == "packages (dpkg is at work)"));
    let touched = world(&format!("{host}/var/lib/dpkg/updates/x = \n"));
    assert_eq!(owner(&touched, "/opt/x"), "Unowned");
}
#[test]
fn without_a_database_nobody_knows() {
    let world = world("/var/lib/rpm/rpmdb.sqlite = x\nprocess 41 exe=/opt/x");
    assert_eq!(owner(&world, "/opt/x"), "Unknown");
    let told = world.gaps.iter().any(|gap| format!("{:?}", gap.why).contains("rpm is there"));
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
