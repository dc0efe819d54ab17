use super::*;

#[track_caller]
fn check(line: &str, has_user: bool, expected: Option<(&str, &str, &str)>) {
    let table = parse(line.as_bytes(), has_user);
    let told = table.lines.first().map(|line| {
        let user = line.user.as_ref().map(|user| user.lossy().into_owned()).unwrap_or_default();
        (line.when.lossy().into_owned(), user, line.command.lossy().into_owned())
    });
    let expected = expected.map(|(when, user, command)| (when.to_owned(), user.to_owned(), command.to_owned()));
    assert_eq!(told, expected, "{line}");
}

#[test]
fn lines_of_tables() {
    check("15 3 * * * root rsync -a /srv/ b:/srv/", true, Some(("15 3 * * *", "root", "rsync -a /srv/ b:/srv/")));
    check("*/5\t*  * * 1-5  x y", false, Some(("*/5\t*  * * 1-5", "", "x y")));
    check("@reboot /opt/a;b", false, Some(("@reboot", "", "/opt/a;b")));
    check("@daily\troot\t/opt/a", true, Some(("@daily", "root", "/opt/a")));
    check("-0 4 * jan,feb mon#1 root a", true, Some(("0 4 * jan,feb mon#1", "root", "a")));
    check("17~20 * * * * X=1 a", false, Some(("17~20 * * * *", "", "X=1 a")));
    for line in ["* * * *", "* * * * *", "some words that stand in a file", "@reboot", "* * * * * root"] {
        check(line, true, None);
    }
}
#[test]
fn settings_are_no_commands() {
    let table = parse(b"SHELL=/bin/sh\n PATH = \"/a:/b\"\n# x\n\nMAILTO=\"\"\nno line\nneither is this\n", true);
    let names: Vec<&Text> = table.settings.iter().map(|setting| &setting.name).collect();
    assert_eq!(names, [&Text::from("SHELL"), &Text::from("PATH"), &Text::from("MAILTO")]);
    assert_eq!(table.settings[1].value, "/a:/b");
    assert_eq!(table.garbled, Some((6, 1)));
}
#[test]
fn names_that_cron_reads() {
    assert!(is_read(b"e2scrub_all", true) && is_read(b"a.b", false));
    for name in ["a.b", ".x", "x~", ""] {
        assert!(!is_read(name.as_bytes(), true), "{name}");
    }
    for name in [".x", "x~", "x.rpmsave", "#x#"] {
        assert!(!is_read(name.as_bytes(), false), "{name}");
    }
}
#[test]
fn a_percent_sign_ends_the_line() {
    assert_eq!(on_standard_input(b"sh%a%b").as_bstr(), "sh\na\nb");
    assert_eq!(on_standard_input(b"date +\\%F").as_bstr(), "date +%F");
}
#[test]
fn mutated_tables_never_panic() {
    let real: &[u8] = b"# /etc/crontab\nSHELL=/bin/sh\nPATH=/usr/sbin:/usr/bin\n\n17 *\t* * *\troot\tcd / && run-parts /etc/cron.hourly\n\
        25 6 * * * root test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }\n@reboot x date +\\%F\n";
    crate::mutate::check(&[real], |bytes| {
        let table = parse(bytes, true);
        table.lines.iter().for_each(|line| drop(on_standard_input(&line.command)));
        !table.lines.is_empty()
    });
}
