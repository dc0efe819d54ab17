use super::passwd::account;
use super::*;
use crate::fixture::Fixture;
use crate::{Plan, scan};
use keeneye_facts::Group;

#[track_caller]
fn world(host: &str) -> World {
    scan(&Fixture::new(host), &Plan::default())
}
fn gaps(world: &World) -> Vec<String> {
    let of = world.gaps.iter().filter(|gap| gap.sense == "accounts");
    of.map(|gap| format!("{} {:?}", gap.what.lossy(), gap.why)).collect()
}
/// Names with the shapes of their passwords.
fn shapes(world: &World) -> Vec<String> {
    let shape = |account: &Account| match &account.password {
        None => "unknown".to_owned(),
        Some(Password::Hash(scheme)) => format!("hash {}", scheme.lossy()),
        Some(other) => format!("{other:?}").to_lowercase(),
    };
    world.accounts.iter().map(|account| format!("{} {}", account.name.lossy(), shape(account))).collect()
}

#[test]
fn what_glibc_takes_for_an_account_is_one() {
    for (line, uid, shell) in [
        ("root:x:0:0:root:/root:/bin/bash", 0, "/bin/bash"),
        ("a::0:0", 0, ""),
        ("b:x:00:0:::/bin/sh", 0, "/bin/sh"),
        ("c:x:+0:0:x:/:/bin/sh:more", 0, "/bin/sh:more"),
        ("d:x:-0:0:::", 0, ""),
        ("e:x: 7:0:::", 7, ""),
    ] {
        let account = account(line.as_bytes(), 1).unwrap_or_else(|| panic!("{line}"));
        assert_eq!((account.uid, account.shell), (uid, shell.into()), "{line}");
    }
    for line in
        ["", "root", "root:x:", "root:x:-1:0:root:/root:/bin/sh", "a:x:99999999999:0:::", ":x:0:0:::", "a:x:0 :0"]
    {
        assert_eq!(account(line.as_bytes(), 1), None, "{line}");
    }
}
#[test]
fn passwords_have_shapes() {
    let world = world(
        "/etc/passwd = root:x:0:0::/root:/bin/sh\\nopen:x:1:1:::\\nweb:x:33:33:::\\nold:abJnggxhB/yWI:2:2:::\\n\
         none::3:3:::\\nlost:x:4:4:::\\nstar:*:5:5:::\\nlocked:x:6:6:::\\nplain:x:7:7:::\\n\n\
         /etc/shadow = root:$y$j9T$abc$def:19700:0:99999:7:::\\nopen::19701::::::\\nweb:*:1::::::\\nlocked:!$6$a$b:1::::::\\n\
         plain:NP:1::::::\\nroot:*:1::::::\\n",
    );
    let wanted = [
        "root hash y",
        "open empty",
        "web locked",
        "old hash ",
        "none empty",
        "lost notlisted",
        "star locked",
        "locked locked",
        "plain locked",
    ];
    assert_eq!(shapes(&world), wanted);
    assert_eq!(world.accounts.first().and_then(|account| account.password_day), Some(19_700));
    assert_eq!(gaps(&world), [""; 0]);
}
#[test]
fn shadow_that_cannot_be_read_is_a_gap_and_tells_nothing() {
    let world = world("/etc/shadow ! EACCES");
    assert_eq!(shapes(&world), ["root unknown"]);
    assert_eq!(gaps(&world), ["/etc/shadow Errno(13)"]);
    assert!(!world.gaps.iter().any(|gap| gap.sense == "accounts" && gap.blinding));
}
#[test]
fn groups_and_their_members() {
    let world = world("/etc/group = root:x:0:\\n# note\\nsudo:x:27:anna, bob,\\nshort:x:7\\n");
    let group = |name: &str, gid, members: &[&str], line| Group {
        name: name.into(),
        gid,
        members: members.iter().map(|member| Text::from(*member)).collect(),
        line,
    };
    assert_eq!(
        world.groups,
        [group("root", 0, &[], 1), group("sudo", 27, &["anna", "bob"], 3), group("short", 7, &[], 4)]
    );
}
#[test]
fn garbage_is_one_gap_that_names_its_line() {
    let world = world(
        "/etc/passwd = root:x:0:0::/root:/bin/sh\\n\\n# x\\nbroken\\nalso broken\\n+@staff::::::\\n\n/etc/group = a\\n\n\
         /etc/shadow = nothing\\n",
    );
    assert_eq!(
        gaps(&world),
        [
            "/etc/passwd Garbled(\"line 6 brings in accounts of a name service\")",
            "/etc/passwd Garbled(\"line 4 is not an account, and 1 more lines\")",
            "/etc/shadow Garbled(\"line 1 is not a password\")",
            "/etc/group Garbled(\"line 1 is not a group\")",
        ]
    );
}
#[test]
fn the_first_user_id_of_people() {
    assert_eq!(uid_min(b"# UID_MIN 7\nUID_MIN\t\t\t 500\nUID_MAX 60000\n"), Some(500));
    assert_eq!(uid_min(b"UID_MIN x\nSYS_UID_MIN 100\n"), None);
    assert_eq!(world("/etc/login.defs = UID_MIN 500\\n").first_person, Some(500));
}
#[test]
fn mutated_files_never_panic() {
    let passwd = b"root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n\
        anna:x:1000:1000:Anna,,,:/home/anna:/bin/zsh\n";
    crate::mutate::check(&[passwd], |bytes| bytes.lines().any(|line| account(line, 1).is_some()));
    let shadow = b"root:$y$...:19700:0:99999:7:::\ndaemon:*:19700:0:99999:7:::\nopen::1::::::\n";
    crate::mutate::check(&[shadow], |bytes| bytes.lines().any(|line| shadow::entry(line).is_some()));
    let group = b"root:x:0:\nsudo:x:27:anna,bob\nwww-data:x:33:\n";
    crate::mutate::check(&[group], |bytes| bytes.lines().any(|line| group::group(line, 1).is_some()));
    crate::mutate::check(&[b"UID_MIN 1000\nUID_MAX 60000\n"], |bytes| uid_min(bytes).is_some());
}
