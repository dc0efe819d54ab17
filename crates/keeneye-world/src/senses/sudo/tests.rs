use super::statement::statement;
use super::*;
use crate::fixture::Fixture;
use crate::{Plan, scan};
use keeneye_facts::SudoRule;

fn world(host: &str) -> World {
    scan(&Fixture::new(host), &Plan::default())
}
/// `anna root NOPASSWD: /bin/ls -l; ALL`.
fn said(rule: &SudoRule) -> String {
    let commands: Vec<_> = rule.commands.iter().map(|command| command.lossy()).collect();
    let tag = if rule.no_password { " NOPASSWD:" } else { "" };
    let run_as = if rule.run_as.is_empty() { String::new() } else { format!(" ({})", rule.run_as.lossy()) };
    format!("{}{run_as}{tag} {}", rule.who.lossy(), commands.join("; "))
}
/// Rules of a sudoers that holds this text, `|` for a new line.
fn rules(text: &str) -> Vec<String> {
    let mut host = Fixture::new("");
    host.file("/etc/sudoers", text.replace('|', "\n").as_bytes());
    let world = scan(&host, &Plan::default());
    assert_eq!(gaps(&world), [""; 0], "{text}");
    world.sudo_rules.iter().map(said).collect()
}
fn gaps(world: &World) -> Vec<String> {
    let of = world.gaps.iter().filter(|gap| gap.sense == "sudo");
    of.map(|gap| format!("{} {:?}", gap.what.lossy(), gap.why)).collect()
}

#[test]
fn one_line_in_all_its_spellings() {
    for (line, wanted) in [
        ("root ALL=(ALL:ALL) ALL", &["root (ALL:ALL) ALL"] as &[&str]),
        ("%sudo\tALL=(ALL : ALL) ALL", &["%sudo (ALL:ALL) ALL"]),
        ("www-data ALL=(ALL) NOPASSWD: ALL", &["www-data (ALL) NOPASSWD: ALL"]),
        ("www-data ALL = NOPASSWD:ALL", &["www-data NOPASSWD: ALL"]),
        ("www-data ALL=(root)NOPASSWD:SETENV:/bin/sh", &["www-data (root) NOPASSWD: /bin/sh"]),
        ("a,b , c ALL=/bin/ls", &["a /bin/ls", "b /bin/ls", "c /bin/ls"]),
        ("a h1,h2=/bin/x:h3=NOPASSWD:/bin/y", &["a /bin/x", "a NOPASSWD: /bin/y"]),
        ("a ALL=NOPASSWD: /bin/x, /bin/y, PASSWD: /bin/z -l", &["a NOPASSWD: /bin/x; /bin/y", "a /bin/z -l"]),
        ("a ALL=(root) /bin/x, (bob) /bin/y", &["a (root) /bin/x", "a (bob) /bin/y"]),
        ("#1000 ALL=(#0) ALL # all of it", &["#1000 (#0) ALL"]),
        ("%#27 ALL=(ALL) ALL", &["%#27 (ALL) ALL"]),
        ("ALL ALL=(:disk) ALL", &["ALL (:disk) ALL"]),
        ("a ALL=/bin/x a\\,b\\:c\\=d, /bin/y", &["a /bin/x a,b:c=d; /bin/y"]),
        ("a ALL=(ALL) ALL, !/bin/su", &["a (ALL) ALL; !/bin/su"]),
        ("\"a b\" ALL=ALL", &["a b ALL"]),
        ("a ALL=CWD=/x TIMEOUT=5m NOEXEC: /bin/vi", &["a /bin/vi"]),
        ("a ALL=sha256:abc=, sha224:b /bin/x", &["a /bin/x"]),
        ("a ALL=sudoedit /etc/x", &["a sudoedit /etc/x"]),
        ("a,!b ALL=ALL", &["a ALL"]),
        ("+netgroup ALL=ALL", &["+netgroup ALL"]),
        ("a \\|  ALL=\\|  (ALL) \\|ALL", &["a (ALL) ALL"]),
    ] {
        assert_eq!(rules(line), wanted, "{line}");
    }
}
#[test]
fn aliases_are_resolved_wherever_they_stand() {
    let text = "ADMINS SERVERS=(OPS) NOPASSWD: SHELLS, /bin/ls|User_Alias ADMINS = anna, WEB : GUESTS = eve|\
                User_Alias WEB = www-data|Cmnd_Alias SHELLS = /bin/sh, \\|  /bin/bash -p|Runas_Alias OPS = root, bob|\
                Host_Alias SERVERS = web1, 10.0.0.0/8";
    let commands = "(root,bob) NOPASSWD: /bin/sh; /bin/bash -p; /bin/ls";
    assert_eq!(rules(text), [format!("anna {commands}"), format!("www-data {commands}")]);
    assert_eq!(rules("User_Alias A = A, B|User_Alias B = A|A ALL=ALL"), ["A ALL", "A ALL"], "a ring ends");
}
#[test]
fn settings_that_take_the_password_away() {
    assert_eq!(rules("Defaults !authenticate|a ALL=ALL"), ["a NOPASSWD: ALL"]);
    assert_eq!(rules("Defaults:a,b !authenticate|a ALL=ALL|c ALL=ALL"), ["a NOPASSWD: ALL", "c ALL"]);
    assert_eq!(rules("Defaults:a !authenticate|a ALL=PASSWD: ALL"), ["a ALL"]);
    assert_eq!(rules("Defaults !authenticate|Defaults authenticate|a ALL=ALL"), ["a ALL"]);
}
#[test]
fn settings_that_matter_are_told() {
    let text = "Defaults env_reset, mail_badpass|Defaults:www-data !authenticate|Defaults env_keep += \"LD_PRELOAD X\"|\
                Defaults@web1 passprompt=\"a, b\", exempt_group=x|Defaults !tty_tickets";
    let mut host = Fixture::new("");
    host.file("/etc/sudoers", text.replace('|', "\n").as_bytes());
    let world = scan(&host, &Plan::default());
    let told: Vec<String> = world
        .sudo_defaults
        .iter()
        .map(|setting| format!("{} {}{}", setting.line, setting.scope.lossy(), setting.setting.lossy()))
        .collect();
    let wanted = [
        "1 env_reset",
        "2 :www-data!authenticate",
        "3 env_keep += \"LD_PRELOAD X\"",
        "4 @web1exempt_group=x",
        "5 !tty_tickets",
    ];
    assert_eq!(told, wanted);
}
#[test]
fn included_files_are_read_as_sudo_reads_them() {
    let world = world(
        "/etc/sudoers = @includedir /etc/sudoers.d\\n#include more\\n#includedir ghosts\\n@include /etc/none\\n\n\
         /etc/sudoers.d/a = a ALL=ALL\\n@include \"/etc/odd name-%h\"\\n\n/etc/sudoers.d/b.conf = b ALL=ALL\\n\n\
         /etc/sudoers.d/c~ = c ALL=ALL\\n\n/etc/sudoers.d/d @ ../d\n/etc/d = d ALL=ALL\\n\n/etc/more = e ALL=ALL\\n",
    );
    let told: Vec<String> =
        world.sudo_rules.iter().map(|rule| format!("{}:{} {}", rule.path.lossy(), rule.line, said(rule))).collect();
    assert_eq!(told, ["/etc/sudoers.d/a:1 a ALL", "/etc/d:1 d ALL", "/etc/more:1 e ALL"]);
    assert_eq!(gaps(&world), [""; 0]);
    assert!(world.file(b"/etc/sudoers.d/a").is_some());
}
#[test]
fn files_that_include_each_other_end() {
    let world = world("/etc/sudoers = @include /etc/sudoers\\na ALL=ALL\\n");
    assert!(gaps(&world).iter().any(|gap| gap.contains("levels")), "{:?}", gaps(&world));
    assert!(!world.sudo_rules.is_empty());
}
#[test]
fn garbage_is_a_gap_that_names_file_and_line() {
    let world = world("/etc/sudoers = a ALL=ALL\\nthis is nothing\\nnor this\\n\n/etc/doas.conf = allow x\\n");
    let wanted = [
        "/etc/sudoers Garbled(\"line 2 is not understood, and 1 more lines\")",
        "/etc/doas.conf Garbled(\"line 1 is not a rule\")",
    ];
    assert_eq!(gaps(&world), wanted);
    assert_eq!(world.sudo_rules.len(), 1);
}
#[test]
fn an_unreadable_file_is_a_gap() {
    let world = world("/etc/sudoers ! EACCES\n/etc/sudoers.d/x ! EACCES");
    assert_eq!(gaps(&world), ["/etc/sudoers Errno(13)"]);
}
#[test]
fn the_vendors_file_counts_where_the_admin_has_none() {
    assert_eq!(world("/usr/etc/sudoers = a ALL=ALL\\n").sudo_rules.len(), 1);
    assert_eq!(world("/usr/etc/sudoers = a ALL=ALL\\n\n/etc/sudoers = #\\n").sudo_rules.len(), 0);
}
#[test]
fn doas() {
    let world = world(
        "/etc/doas.conf = # note\\npermit persist :wheel\\npermit nopass www-data as root cmd /bin/sh args -c x\\n\
         deny eve\\npermit nopass keepenv setenv { A=b } bob as www cmd ls\\n\n/etc/doas.d/x.conf = permit nopass eve\\n",
    );
    let told: Vec<String> = world.sudo_rules.iter().map(said).collect();
    let wanted = [
        "%wheel (ALL) ALL",
        "www-data (root) NOPASSWD: /bin/sh -c x",
        "bob (www) NOPASSWD: ls",
        "eve (ALL) NOPASSWD: ALL",
    ];
    assert_eq!(told, wanted);
    assert_eq!(gaps(&world), [""; 0]);
}
#[test]
fn mutated_files_never_panic() {
    let seed: &[u8] = b"Defaults env_reset, secure_path=\"/bin:/sbin\"\nUser_Alias A = a, b : C = d\n\
        A ALL=(ALL:ALL) NOPASSWD: /bin/ls -l, !/bin/su, sha224:abc /bin/x : h2 = /bin/y\n%#27 ALL=\\\n (#0) ALL # x\n\
        @includedir /etc/sudoers.d\n";
    crate::mutate::check(&[seed], |bytes| {
        let lines = words::logical_lines(bytes).lines;
        let mut policy = resolve::Policy::default();
        for (line, text) in &lines {
            if let Some(statement) = statement(text) {
                policy.add(&Text::from("/etc/sudoers"), *line, statement);
            }
        }
        !policy.rules().rules.is_empty()
    });
    let doas_seed: &[u8] = b"permit nopass setenv { A=b } :wheel as root cmd /bin/ls args -l\npermit :adm\ndeny eve\n";
    crate::mutate::check(&[doas_seed], |bytes| {
        words::logical_lines(bytes).lines.iter().any(|(line, text)| doas::rule(&Text::new(), *line, text).is_some())
    });
}
#[test]
fn hostile_lines_take_no_longer_than_others() {
    for piece in ["a,", "a ALL=", "\\", "NOPASSWD:", "(", "a ALL=/x,", "\"", "=:", "Defaults:a "] {
        let line = piece.repeat((60 << 10) / piece.len());
        statement(line.as_bytes());
        words::logical_lines(format!("{line}\\\n").repeat(20).as_bytes());
    }
}

#[test]
fn hostile_rules_take_no_time_and_what_is_left_out_is_told_once() {
    let many = |word: &str| (0..10_000).map(|n| format!("{word}{n}")).collect::<Vec<_>>();
    let list = |word: &str| many(word).join(",");
    let each = |line: &str| many("").iter().map(|n| format!("{line}\n").replace('N', n)).collect::<String>();
    let texts = [
        format!("User_Alias A={}\n{}{}", list("u"), each("Defaults:A !authenticate"), each("A ALL=/x")),
        format!("User_Alias A={}\n{}", list("!u"), each("A ALL=/x")),
        format!("Cmnd_Alias C={}\n{}", list("/c"), each("a ALL=C")),
        format!("{}u0 ALL=A0\n", each("Cmnd_Alias AN=BN,CN,DN")),
        format!("Runas_Alias R={}\n{}", list("r"), each("a ALL=(R) /x")),
        format!("Defaults:{} {}\n", list("u"), list("env_keep+=x")),
        format!("Defaults:{} {}\n", "a".repeat(3_000), list("env_keep+=x")).repeat(8),
    ];
    for (number, text) in texts.iter().enumerate() {
        let mut host = Fixture::new("");
        host.file("/etc/sudoers", text.as_bytes());
        let world = scan(&host, &Plan::default());
        let told = gaps(&world);
        assert_eq!(told.len(), usize::from(number != 3), "{number}: {told:?}");
        assert!(world.sudo_rules.iter().map(|rule| rule.commands.len()).sum::<usize>() < 400_000);
    }
}
#[test]
fn the_last_setting_that_concerns_somebody_counts() {
    assert_eq!(rules("Defaults !authenticate|Defaults:a authenticate|a ALL=/x|b ALL=/x"), ["a /x", "b NOPASSWD: /x"]);
    assert_eq!(rules("Defaults:a !authenticate|Defaults authenticate|a ALL=/x"), ["a /x"]);
    assert_eq!(rules("User_Alias A=a,b|Defaults:A !authenticate|a ALL=/x|c ALL=/x"), ["a NOPASSWD: /x", "c /x"]);
}
