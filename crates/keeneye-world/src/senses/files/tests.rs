use crate::fixture::Fixture;
use crate::{Plan, World, scan};
use keeneye_facts::{FileFact, Ownership};

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
#[test]
fn a_program_of_no_package_is_unowned() {
    let world = world("package base 1\nprocess 41 exe=/opt/x");
    assert_eq!(owner(&world, "/opt/x"), "Unowned");
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
