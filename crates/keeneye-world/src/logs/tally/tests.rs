use super::*;
use keeneye_facts::LogTime;

const LOG: &str = "\
Dec 31 23:59:58 web sshd[7]: Failed password for root from 192.0.2.1 port 5 ssh2
Dec 31 23:59:59 web sshd[7]: message repeated 2 times: [ Failed password for root from 192.0.2.1 port 5 ssh2]
Jan  1 00:00:01 web sshd-session[8]: Failed password for root from 192.0.2.1 port 6 ssh2
Jan  1 00:00:02 web sshd[9]: Accepted publickey for anna from 192.0.2.2 port 7 ssh2: ED25519 SHA256:abc
Jan  1 00:00:03 web sshd[9]: a message of no version of sshd
\tcontinued
Jan  1 01:00:00 web CRON[5]: (root) CMD (/usr/bin/x)
Jan  1 01:00:01 web sudo: anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id";

/// Fed in pieces of so many bytes. 2026-01-01 12:00 UTC.
fn tallied(log: &[u8], piece: usize, limits: Limits) -> Tallied {
    let mut tally = Tally::new(limits);
    log.chunks(piece).for_each(|chunk| tally.feed(chunk));
    tally.finish(1_767_268_800, &|_| 0)
}

/// `password+other user from first..last`
fn shown(sum: &Failures) -> String {
    let at = |(_, time): (u64, Option<LogTime>)| time.map_or(0, |time| time.seconds);
    let (user, from, Attempts { password, unknown, .. }) = (sum.user.lossy(), sum.from.lossy(), sum.attempts);
    format!("{password}+{unknown} {user} {from} {}..{}", at(sum.first), at(sum.last))
}

#[test]
fn pieces_of_any_size_come_to_the_same() {
    let whole = tallied(LOG.as_bytes(), LOG.len(), Limits::default());
    let failures: Vec<String> = whole.failures.iter().map(shown).collect();
    assert_eq!(failures, ["3+0 root 192.0.2.1 1767225598..1767225599", "1+0 root 192.0.2.1 1767225601..1767225601"]);
    let [run] = whole.repeats.as_slice() else { panic!("{:?}", whole.repeats) };
    assert_eq!((run.kind, run.command.lossy(), run.count), (LogKind::CronRan, "/usr/bin/x".into(), 1));
    let lines: Vec<u64> = whole.lines.iter().map(|line| line.at).collect();
    let at = |text: &str| LOG.find(text).unwrap() as u64;
    assert_eq!(lines, [at("Jan  1 00:00:02"), at("Jan  1 01:00:01")]);
    assert_eq!(whole.jumps, [at("Jan  1 00:00:01")]);
    let hours: Vec<u32> = whole.hours.iter().map(|(_, lines)| *lines).collect();
    assert_eq!(hours, [2, 3, 2]);
    let counts = Counts { bytes: LOG.len() as u64, lines: 8, headless: 1, long: 0, sshd: 5, sshd_known: 4 };
    assert_eq!(whole.counts, counts);
    for piece in 1..200 {
        let cut = tallied(LOG.as_bytes(), piece, Limits::default());
        assert_eq!(
            (cut.lines, cut.failures, cut.counts),
            (whole.lines.clone(), whole.failures.clone(), counts),
            "{piece}"
        );
    }
}

#[test]
fn what_is_said_again_counts_as_if_it_came_alone() {
    let busy = crate::fixture::busy_log::log(300_000);
    let again = "Jan  1 23:59:59 web sshd[7]: Failed password for root from 192.0.2.1 port 5 ssh2\n".repeat(3);
    let twice = again.replace("Failed", "message repeated 2 times: [ Failed").replace("ssh2", "ssh2]");
    let days = [again.clone(), again.replace("Jan  1 23:59:59", "Jan  2 00:00:00"), twice].concat();
    let others = "Jan  1 23:59:59 web dropbear[7]: Bad password attempt for 'root' from 192.0.2.1:5\n".repeat(3);
    let stamps = format!("{}\tcontinued\n{}", again, "Jan  1 23:59:59 \n".repeat(9));
    for (log, failures) in [(busy, None), (days.into(), Some(12)), (others.into(), Some(3)), (stamps.into(), Some(3))] {
        let sums = tallied(&log, log.len(), Limits::default()).failures;
        let count: u32 = sums.iter().map(|sum| sum.attempts.password).sum();
        assert!(failures.is_none_or(|failures| failures == count), "{count}");
        let mut apart = Tally::new(Limits::default());
        log.split_inclusive(|byte| *byte == b'\n').for_each(|line| apart.feed(line));
        let apart = apart.finish(1_767_268_800, &|_| 0);
        assert_eq!(tallied(&log, log.len(), Limits::default()), apart);
    }
}

#[test]
fn the_newest_lines_are_kept_and_the_cut_is_told() {
    let limits = Limits { lines: 400, ..Limits::default() };
    let log: String = (0..50)
        .map(|n| format!("Jan  1 00:00:{n:02} web sshd[9]: Accepted password for u{n} from 192.0.2.2 port 7 ssh2\n"))
        .collect();
    let cut = tallied(log.as_bytes(), 1000, limits);
    let text: Vec<_> = cut.lines.iter().map(|line| line.text.lossy().into_owned()).collect();
    assert_eq!((text.len(), cut.lines_cut), (1, 49));
    assert!(text[0].contains("for u49 "), "{text:?}");
}

const FEW: Limits = Limits { sums: 2, addresses: 4, lines: 9_000, repeats: 10, hours: 99_999 };

#[test]
fn the_newest_failures_are_told_and_the_older_ones_by_address() {
    let log: String = (0..9)
        .map(|n| format!("Jan  1 00:00:0{n} web sshd[9]: Invalid user u{n} from 192.0.2.{} port 7\n", n % 3))
        .collect();
    let folded = tallied(log.as_bytes(), 1000, FEW);
    let show = |sums: &[Failures]| sums.iter().map(shown).collect::<Vec<_>>();
    let day = 1_767_225_600;
    let line =
        |count, user, from, first, last| format!("0+{count} {user} 192.0.2.{from} {}..{}", day + first, day + last);
    assert_eq!(show(&folded.failures), [line(1, "u7", 1, 7, 7), line(1, "u8", 2, 8, 8)]);
    let of = |from, unknown, [first, last]: [i64; 2]| OfAddress {
        from: format!("192.0.2.{from}").into(),
        attempts: Attempts { unknown, ..Attempts::default() },
        names: unknown,
        times: Some((day + first, day + last)),
    };
    assert_eq!(folded.addresses, [of(0, 3, [0, 6]), of(1, 2, [1, 4]), of(2, 2, [2, 5])]);
    assert_eq!(folded.uncounted, 0);
}

/// Of older failures the first day, the last and how many there were; days from 1 January.
fn days(log: &str) -> Vec<(i64, i64, u32)> {
    let day = |time: i64| time / 86_400 - 20_088;
    let folded = tallied(log.as_bytes(), 1000, FEW);
    assert_eq!(folded.uncounted, 0);
    let of = |sum: &OfAddress| sum.times.map(|(first, last)| (day(first), day(last), sum.attempts.password));
    folded.addresses.iter().filter_map(of).collect()
}

fn failed_on(day: u32, from: u8) -> String {
    format!("Jan {day:2} 00:00:00 web sshd[9]: Failed password for u{day} from 192.0.2.{from} port 7 ssh2\n")
}

#[test]
fn days_stay_apart_until_there_is_no_room() {
    let log = |last: u32| (1..=last).map(|day| failed_on(day, 3)).collect::<String>();
    assert_eq!(days(&log(6)), [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 4, 1)]);
    assert_eq!(days(&log(7)), [(1, 4, 4), (5, 5, 1)], "the oldest are joined");
    assert_eq!(days(&log(30)), [(1, 27, 27), (28, 28, 1)]);
}

#[test]
fn where_addresses_have_no_room_those_of_fewest_attempts_go() {
    let tries = |n: u8| failed_on(1, n).repeat(if n % 10 == 3 { 2 } else { 1 });
    let log: String = (0..40).map(tries).collect();
    let folded = tallied(log.as_bytes(), 1000, FEW);
    let kept: Vec<_> = folded.addresses.iter().map(|sum| (sum.from.lossy(), sum.attempts.password)).collect();
    let kept = kept.iter().map(|(from, count)| (from.as_ref(), *count)).collect::<Vec<_>>();
    assert_eq!(
        kept,
        [3, 13, 23, 33].map(|n| format!("192.0.2.{n}")).iter().map(|from| (from.as_str(), 2)).collect::<Vec<_>>()
    );
    let newest: u64 = folded.failures.iter().map(|sum| u64::from(sum.attempts.password)).sum();
    assert_eq!(newest + 8 + folded.uncounted, 44, "each is counted somewhere");
}

#[test]
fn what_older_recordings_tell_by_address_is_read() {
    let mut json = serde_json::to_value(Tallied::default()).unwrap();
    let old = r#"[{"program":"sshd","user":"","from":"192.0.2.3","attempts":{"password":7},"first":[0,null],"last":[9,null]}]"#;
    json["by_address"] = serde_json::from_str(old).unwrap();
    json.as_object_mut().unwrap().remove("addresses");
    let read: Tallied = serde_json::from_value(json).unwrap();
    assert_eq!((read.by_address[0].attempts.password, read.addresses.len()), (7, 0));
}

#[test]
fn names_that_an_address_tried_are_counted_about() {
    for (tried, told) in [(1, 1..=1), (5, 4..=5), (40, 25..=55), (50_000, 400..=530)] {
        let invented =
            |n: u32| format!("Jan  1 00:00:00 web sshd[9]: Invalid user x{n} from 192.0.2.3 port 7\n").repeat(2);
        let log = (0..tried).map(invented).collect::<String>() + &invented(90_001) + &invented(90_002);
        let folded = tallied(log.as_bytes(), 1 << 20, FEW);
        assert!(told.contains(&folded.addresses[0].names), "{tried}: {:?}", folded.addresses);
    }
}

#[test]
fn older_failures_before_a_login_and_behind_it_are_apart() {
    let came = "Jan  1 02:00:00 web sshd[9]: Accepted password for bob from 192.0.2.3 port 7 ssh2\n";
    let later = failed_on(1, 3).replace("00:00:00", "03:00:00");
    let others = failed_on(5, 4) + &failed_on(6, 4);
    assert_eq!(days(&(failed_on(1, 3) + came + &later + &later + &others)), [(1, 1, 1), (1, 1, 2)]);
}

#[test]
fn many_addresses_spread_no_guesses_over_the_days_after_a_login() {
    let came = "Jan  3 02:00:00 web sshd[9]: Accepted password for bob from 192.0.2.3 port 7 ssh2\n";
    let of_day = |day| (10..250).map(|from| failed_on(day, from)).collect::<String>() + &failed_on(day, 3).repeat(2);
    let later: String = (4..20).map(of_day).collect();
    let limits = Limits { addresses: 40, ..FEW };
    let folded = tallied((failed_on(1, 3).repeat(60) + came + &later).as_bytes(), 1000, limits);
    let of: Vec<u32> =
        folded.addresses.iter().filter(|sum| sum.from == "192.0.2.3").map(|sum| sum.attempts.password).collect();
    assert!(of.contains(&60), "{:?}", folded.addresses);
}

#[test]
fn names_that_are_not_there_push_out_no_other() {
    let invented = (0..50).map(|n| format!("Jan  2 00:00:00 web sshd[9]: Invalid user u{n} from 192.0.2.4 port 7\n"));
    let log = failed_on(1, 3) + &invented.collect::<String>();
    let folded = tallied(log.as_bytes(), 1000, FEW);
    let names: Vec<_> = folded.failures.iter().map(|sum| sum.user.lossy().into_owned()).collect();
    assert_eq!(names, ["u1", "u48", "u49"]);
}

#[test]
fn older_attempts_at_names_that_are_not_there_are_apart() {
    let invented = |n| format!("Jan  1 00:00:00 web sshd[9]: Invalid user x{n} from 192.0.2.3 port 7\n");
    let real = |n| failed_on(1, 3).replace("u1 ", &format!("u{n} "));
    let log: String = (0..5).map(|n| invented(n) + &real(n)).collect();
    let folded = tallied(log.as_bytes(), 1000, FEW);
    let of: Vec<_> = folded.addresses.iter().map(|sum| (sum.attempts.unknown, sum.attempts.password)).collect();
    assert_eq!(of, [(3, 0), (0, 3)]);
}

#[test]
fn what_fails_before_a_login_and_behind_it_is_apart() {
    let line =
        |hour: u32, said: &str| format!("Jan  1 {hour:02}:00:00 web sshd[9]: {said} from 192.0.2.7 port 5 ssh2\n");
    let failed = |hour| line(hour, "Failed password for bob");
    let log = [failed(1), failed(1), line(2, "Accepted password for bob"), failed(20)].concat();
    let shown: Vec<String> = tallied(log.as_bytes(), 50, Limits::default()).failures.iter().map(shown).collect();
    let at = |hour: i64| 1_767_225_600 + hour * 3_600;
    let expected = [(2, 1), (1, 20)].map(|(count, hour)| format!("{count}+0 bob 192.0.2.7 {0}..{0}", at(hour)));
    assert_eq!(shown, expected);
}

#[test]
fn an_attempt_on_a_name_that_is_not_there_is_one() {
    let log = "\
Jan  1 00:00:01 web sshd[8]: Invalid user admin from 192.0.2.1 port 6
Jan  1 00:00:01 web sshd[8]: pam_unix(sshd:auth): check pass; user unknown
Jan  1 00:00:01 web sshd[8]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1
Jan  1 00:00:03 web sshd[8]: Failed password for invalid user admin from 192.0.2.1 port 6 ssh2
Jan  1 00:00:04 web sshd[8]: Connection closed by invalid user admin 192.0.2.1 port 6 [preauth]
";
    let told = tallied(log.as_bytes(), 50, Limits::default()).failures;
    let attempts: Vec<_> = told.iter().map(|sum| (sum.user.lossy(), sum.attempts)).collect();
    let none = Attempts::default();
    let named = Attempts { password: 1, unknown: 1, aborted: 1, ..none };
    assert_eq!(attempts, [("admin".into(), named), ("".into(), Attempts { pam: 1, ..none })]);
}

#[test]
fn a_failure_that_is_said_again_counts_again() {
    let log = "\
Jan  1 00:00:01 web sshd[8]: Failed password for root from 192.0.2.1 port 6 ssh2
Jan  1 00:00:04 web last message repeated 3 times
Jan  1 00:00:05 web sshd[8]: a message of no version of sshd
Jan  1 00:00:09: --- last message repeated 5 times ---
";
    let failures: Vec<String> = tallied(log.as_bytes(), 50, Limits::default()).failures.iter().map(shown).collect();
    assert_eq!(failures, ["4+0 root 192.0.2.1 1767225601..1767225604"]);
}

#[test]
fn a_line_without_end_is_read_at_its_begin() {
    let mut log = b"Jan  1 00:00:01 web sshd[8]: Invalid user ".to_vec();
    log.resize(300_000, b'x');
    log.extend(b" from 192.0.2.1 port 6\nJan  1 00:00:02 web sshd[8]: Invalid user y from 192.0.2.1 port 6\n");
    for piece in [1000, 65_536, 400_000] {
        let tallied = tallied(&log, piece, Limits::default());
        assert_eq!((tallied.counts.lines, tallied.counts.long, tallied.failures.len()), (2, 1, 1), "{piece}");
        assert_eq!(tallied.counts.bytes, log.len() as u64);
    }
}
