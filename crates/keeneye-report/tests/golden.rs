//! One report in every format, letter by letter. A failing test prints what came out, to be kept after a wanted change.

use keeneye_facts::{
    BaselineSeen, BaselineState, Finding, Gap, Host, Incident, Level, ProcessId, Refusal, Subject, Text, Trace, Way,
};
use keeneye_report::{
    Accepted, Build, Compared, Count, Layout, Next, Report, Verdict, concise, html, json, jsonl, nagios, text,
};
use std::collections::BTreeSet;

fn finding(detector: &str, level: Level, subject: Subject, summary: &str) -> Finding {
    Finding {
        id: "0123456789abcdef".into(),
        detector: detector.into(),
        level,
        subject,
        summary: summary.into(),
        evidence: Vec::new(),
        attack: vec!["T1014".into()],
        first_seen: None,
        related: Vec::new(),
        innocent: Vec::new(),
        next: Vec::new(),
    }
}

fn hidden() -> Finding {
    let subject = Subject {
        kind: "process".into(),
        name: Text::from(&b"k\x1b[31m (pid 4127)"[..]),
        process: Some(ProcessId { pid: 4127, start: 900 }),
        path: Some(Text::from(&b"/dev/shm/.k\x1b[31m"[..])),
        ..Subject::default()
    };
    let summary = "k\u{1b}[31m (pid 4127) answers a probe, but readdir(/proc) does not show it";
    finding("process/hidden", Level::Compromised, subject, summary)
        .evidence_by("exe", &b"/dev/shm/.k\x1b[31m"[..], [Way::Lookup, Way::Pidfd])
        .innocent("a race", true, "it was held for three rounds")
        .since(1_700_000_000)
        .next("keeneye look pid 4127")
}

fn incident() -> Incident {
    let process = |name: &[u8]| Subject { kind: "process".into(), name: Text::from(name), ..Subject::default() };
    let crontab = Subject { kind: "file".into(), name: "/etc/cron.d/x:1".into(), line: Some(1), ..Subject::default() };
    Incident {
        id: "0123456789abcdef".into(),
        level: Some(Level::Compromised),
        title: "a process that is hidden, started from php-fpm, kept alive by cron".into(),
        first_trace: Some(1_699_827_200),
        findings: vec!["0123456789abcdee".into(), "0123456789abcdef".into()],
        times: vec![Some(1_699_827_200), None],
        lineage: vec![process(b"php-fpm 901"), process(b"sh 4120"), process(b"k\x1b[31m 4127")],
        entry: Some(Trace { subject: process(b"php-fpm"), what: "php-fpm (pid 901) started it".into(), time: None }),
        restarters: vec![Trace {
            subject: crontab,
            what: "cron: */5 * * * *, /dev/shm/.k".into(),
            time: Some(1_699_827_260),
        }],
        during: vec![Trace {
            subject: Subject { kind: "login".into(), name: "anna from 192.0.2.7".into(), ..Subject::default() },
            what: Text::from(&b"new account e\x1b[31mvil"[..]),
            time: Some(1_699_827_120),
        }],
        nearby: vec![Trace {
            subject: process(b"/var/www/u.php"),
            what: "was changed then".into(),
            time: Some(1_699_827_000),
        }],
        connections: vec!["tcp 192.0.2.1:443".into()],
        next: vec!["isolate the machine, do not reboot".into(), "keeneye look pid 4127".into()],
    }
}

fn report() -> Report {
    let port = Subject {
        kind: "port".into(),
        name: "tcp 6379".into(),
        protocol: Some("tcp".into()),
        port: Some(6379),
        ..Subject::default()
    };
    let open = finding("network/open-to-all", Level::Note, port, "redis-server (pid 812) listens on 0.0.0.0:6379");
    let open = Finding { id: "0123456789abcded".into(), ..open };
    let file =
        Subject { kind: "file".into(), name: "/opt/x".into(), path: Some("/opt/x".into()), ..Subject::default() };
    let entry = Subject { kind: "file".into(), name: "/etc/cron.d/x".into(), ..Subject::default() };
    let cron = finding("persistence/cron-risky", Level::Suspicious, entry, "/etc/cron.d/x starts a hidden program");
    let cron = Finding { id: "0123456789abcdee".into(), ..cron };
    let known = finding("process/exe-deleted", Level::Suspicious, file, "x (pid 9) runs, but its file was deleted");
    let gap = |what: &str, why, blinding| Gap { sense: "processes".into(), what: what.into(), why, blinding };
    Report {
        keeneye: Build { version: "0.1.0".into(), target: "x86_64-linux".into(), is_static: true },
        host: Host {
            name: "web1".into(),
            os: "Debian 12".into(),
            kernel: "6.1.0".into(),
            boot_id: "b007".into(),
            uptime: 41 * 86_400,
            live: true,
            ..Host::default()
        },
        started: 1_700_000_000,
        took_ms: 4_120,
        coverage: 97,
        gaps: vec![
            gap("/home/anna/.ssh", Refusal::Errno(13), false),
            gap("exe of process 7", Refusal::Errno(13), false),
            gap("exe of process 8", Refusal::Errno(13), false),
            gap("exe of process 9", Refusal::Errno(13), false),
        ],
        incidents: vec![incident()],
        findings: vec![hidden(), cron, open],
        accepted: vec![Accepted { finding: known, because: "known agent".into(), until: "2027-01-31".into() }],
        verdict: Verdict::Compromised,
        looked_at: vec![Count { what: "processes", number: 214 }, Count { what: "files", number: 61_290 }],
        compared: vec![Compared {
            what: "processes",
            ways: BTreeSet::from([Way::Readdir, Way::Lookup, Way::Pidfd]),
            disagree: 1,
        }],
        baseline: BaselineState::Compared(Box::new(BaselineSeen {
            number: 3,
            made: 1_699_000_000,
            files: 61_290,
            walked: 61_291,
            read: 412,
            believed: 60_879,
            ..BaselineSeen::default()
        })),
        remarks: Vec::new(),
        next: vec![Next { command: "keeneye look pid 4127".into(), why: "everything known about it".into() }],
    }
}

fn quiet_report() -> Report {
    let full = report();
    let findings = full.findings.into_iter().filter(|f| f.level == Level::Note).collect();
    let incidents = Vec::new();
    Report {
        incidents,
        findings,
        verdict: Verdict::NoSign,
        gaps: Vec::new(),
        coverage: 100,
        accepted: Vec::new(),
        ..report()
    }
}

#[track_caller]
fn same(out: &str, expected: &str) {
    assert_eq!(out, expected, "\n--- this came out:\n{out}");
}

#[test]
fn text_of_a_compromised_host() {
    let layout = Layout { width: Some(100), ..Layout::default() };
    same(&text(&report(), &layout), include_str!("golden/compromised.txt"));
}
#[test]
fn text_of_a_host_where_nothing_was_found() {
    same(&text(&quiet_report(), &Layout::default()), include_str!("golden/nothing.txt"));
}
#[test]
fn many_findings_of_one_kind_are_told_by_the_first() {
    let mut report = report();
    let like = |number: usize| {
        let path = format!("/tmp/x/{number}");
        let subject = Subject { kind: "file".into(), name: path.as_str().into(), ..Subject::default() };
        let finding = finding("integrity/setuid-unowned", Level::Suspicious, subject, &format!("{path} gives rights"));
        Finding { id: format!("{number:016x}"), ..finding }
    };
    report.findings = (0..40).map(like).collect();
    let incident = Incident {
        findings: report.findings.iter().map(|finding| finding.id.clone()).collect(),
        times: vec![None; 40],
        restarters: vec![incident().restarters.remove(0); 12],
        ..incident()
    };
    report.incidents = vec![incident];
    let short = text(&report, &Layout::default());
    assert_eq!(short.matches("gives rights").count(), 8, "{short}");
    assert!(short.contains("and 32 more of integrity/setuid-unowned (-v tells them)"), "{short}");
    assert!(short.contains("and 4 more things like it (-v names them)"), "{short}");
    let long = text(&report, &Layout { verbose: true, ..Layout::default() });
    assert_eq!(long.matches(" gives rights").count(), 40, "{long}");
}
#[test]
fn concise_lines() {
    same(&concise(&report()), include_str!("golden/compromised.concise"));
}
#[test]
fn json_schema_1() {
    same(&json(&report()), include_str!("golden/compromised.json"));
}
#[test]
fn json_lines() {
    same(&jsonl(&report()), include_str!("golden/compromised.jsonl"));
}
#[test]
fn status_lines() {
    same(
        &nagios::nagios(&report()),
        "KEENEYE CRITICAL - a process that is hidden, started from php-fpm, kept alive by cron: COMPROMISED: taken \
         together, what was found has no known innocent cause. 1 incident, 1 compromised, 1 suspicious, 1 note, 1 accepted. | note=1 unusual=0 \
         suspicious=1 compromised=1 incidents=1 gaps=4 coverage=97%;;;0;100 time=4.120s\n",
    );
    let blind = Report { verdict: Verdict::TooBlind, ..quiet_report() };
    let codes = [report(), quiet_report(), blind].map(|report| nagios::code(&report));
    assert_eq!(codes, [nagios::CRITICAL, nagios::OK, nagios::UNKNOWN]);
}
#[test]
fn a_page_needs_nothing_else() {
    let page = html(&report());
    for outside in ["<script", "http://", "https://", "src=", "href=", "style=\"", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("<h3>k\\x1b[31m (pid 4127) answers a probe, but readdir(/proc) does not show it</h3>"));
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("<th>came in</th><td>php-fpm (pid 901) started it</td>"));
}
#[test]
fn colours_are_only_there_when_wanted() {
    let colour = Layout { colour: true, ..Layout::default() };
    let plain = text(&report(), &Layout::default());
    let painted = text(&report(), &colour);
    assert!(!plain.contains('\u{1b}'));
    let mut stripped = String::new();
    for (index, part) in painted.split('\u{1b}').enumerate() {
        stripped.push_str(if index == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) });
    }
    assert_eq!(stripped, plain);
}
#[test]
fn quiet_says_alerts_and_the_verdict() {
    let layout = Layout { quiet: true, ..Layout::default() };
    let out = text(&quiet_report(), &layout);
    assert_eq!(out, "No sign of compromise found. 1 note, 0 accepted.    4.1 s\n");
}
