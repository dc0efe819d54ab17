//! Real databases as a host has them, with what an intruder does around them.

use super::*;
use crate::fixture::Fixture;
use crate::packages::rpm_needs::Needs;
use crate::packages::trust::Judge;
use crate::packages::{Algorithm, Packages};
use crate::{Host, Look, Question, Recorder, Recording};
use keeneye_facts::{DoubtKind, Event};

const KEY: &str = "keys/0CD9FED33135CE90.asc";

fn doubts(look: Look<'_>) -> Vec<DoubtKind> {
    let kind = |event| match event {
        Event::PackageDoubtSeen(doubt) => Some(doubt.kind),
        _ => None,
    };
    look.finish().into_iter().filter_map(kind).collect()
}

fn judged(packages: &[Package], host: &str) -> Vec<DoubtKind> {
    let host = Fixture::new(host);
    let mut look = Look::new(&host, "files");
    let mut judge = Judge::new(&mut look, &[]);
    packages.iter().for_each(|package| judge.take(package));
    let unsettled = judge.unsettled();
    packages.iter().filter(|package| unsettled.contains(&package.number)).for_each(|package| judge.take_again(package));
    judge.tell(&mut look, &"/var/lib/rpm/rpmdb.sqlite".into());
    doubts(look)
}

/// The packages of a real database, with the vendor's key as the last one, as rpm keeps it.
fn signed() -> Vec<Package> {
    let (mut packages, _) = read(&data(MARINER), None);
    packages.retain(|package| package.key.is_none());
    let mut key = packages[0].clone();
    (key.number, key.name, key.key) = (9999, "gpg-pubkey".into(), Some(data(KEY).as_slice().into()));
    packages.push(key);
    packages
}

/// What the records say to own, where the last key is of the host alone or is at hand.
fn owners(packages: &[Package]) -> Vec<DoubtKind> {
    let host = Fixture::new("");
    let mut look = Look::new(&host, "files");
    let mut judge = Judge::new(&mut look, &[]);
    packages.iter().for_each(|package| judge.take(package));
    packages.iter().for_each(|package| judge.take_again(package));
    let trusted = judge.trusted();
    let of = |package: &Package| {
        let (mut record, _) = crate::packages::rpm_on_host::record(package.clone());
        record.trusted = trusted.contains(&package.number);
        record
    };
    let records: Vec<_> = packages.iter().filter(|package| package.key.is_none()).map(of).collect();
    judge.tell_of_system(&mut look, &"/var/lib/rpm/rpmdb.sqlite".into(), &records);
    doubts(look)
}

#[test]
fn a_record_of_the_base_system_that_nobody_signed() {
    let mut packages = signed();
    assert_eq!(owners(&packages), []);
    let at = |name: &str| packages.iter().position(|package| package.name == name).unwrap();
    let (bash, other) = (at("bash"), at("mariner-release"));
    packages[other].signatures.clear();
    assert_eq!(owners(&packages), [], "what decides nothing");
    // Whoever forges a record says what he likes of who built it.
    packages[bash].signatures.clear();
    (packages[bash].vendor, packages[bash].source) = ("Example Ltd".into(), "own-1-1.src.rpm".into());
    assert_eq!(owners(&packages), [DoubtKind::NotOfVendor { owns: "/bin/bash".into() }]);
    // By a key that nobody has.
    packages[bash].signatures = package(SUSE, "bash").signatures;
    assert_eq!(owners(&packages), [DoubtKind::NotOfVendor { owns: "/bin/bash".into() }]);
}

fn of_vendor(packages: u32) -> DoubtKind {
    DoubtKind::UnsignedOfVendor { packages, vendor: "Microsoft Corporation".into() }
}

#[test]
fn a_key_that_comes_last_counts_for_all() {
    assert_eq!(judged(&signed(), ""), []);
}
#[test]
fn a_package_of_the_vendor_without_its_signature() {
    let mut packages = signed();
    packages[5].signatures.clear();
    assert_eq!(judged(&packages, ""), [of_vendor(1)]);
    // It says to be of nobody, but it is built from a source of which signed packages are.
    let twin = packages.iter().skip(6).find(|other| !other.source.is_empty()).unwrap().source.clone();
    (packages[5].vendor, packages[5].source) = (String::new(), twin);
    assert!(matches!(judged(&packages, "").as_slice(), [DoubtKind::UnsignedOfVendor { packages: 1, .. }]));
    // An admin's own build.
    (packages[5].vendor, packages[5].source) = ("Example Ltd".into(), "own-1-1.src.rpm".into());
    assert_eq!(judged(&packages, ""), [DoubtKind::Unsigned { packages: 1, others_are_signed: true }]);
}
#[test]
fn all_signatures_taken_away() {
    let mut packages = signed();
    packages.iter_mut().for_each(|package| package.signatures.clear());
    let all = u32::try_from(packages.len() - 1).unwrap();
    assert_eq!(judged(&packages, ""), [of_vendor(all)], "the vendor's key is still there");
    packages.pop();
    assert_eq!(judged(&packages, "/etc/os-release = ID=mariner\\n"), [of_vendor(all)]);
    let nobody = DoubtKind::Unsigned { packages: all, others_are_signed: false };
    assert_eq!(judged(&packages, "/etc/os-release = ID=own\\n"), [nobody]);
}
#[test]
fn real_packages_need_nothing_that_is_not_there() {
    for name in [MARINER, SUSE] {
        let (mut packages, _) = read(&data(name), None);
        let unmet = |packages: &[Package]| {
            let mut needs = Needs::default();
            packages.iter().for_each(|package| needs.take(package));
            needs.unmet(|_| true).into_iter().map(|unmet| unmet.name.lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(unmet(&packages), Vec::<String>::new(), "{name}");
        packages.retain(|package| !["zlib", "libz1"].contains(&package.name.as_str()));
        assert!(unmet(&packages).iter().any(|name| name.starts_with("libz.so.1")), "{name}");
    }
}
#[test]
fn real_packages_are_there_in_versions_that_fit_and_an_older_one_does_not() {
    for name in [MARINER, SUSE] {
        let (packages, _) = read(&data(name), None);
        let mut needs = Needs::default();
        packages.iter().for_each(|package| needs.take(package));
        assert_eq!(needs.misfits(|_| true), [], "{name}");
        if name == MARINER {
            needs.set_back("openssl-libs", "0.1-1");
            let told = needs.misfits(|_| true);
            assert!(!told.is_empty() && told.iter().all(|(package, ..)| package == "openssl-libs"), "{told:?}");
            assert!(needs.misfits(|_| false).is_empty());
        }
    }
}
#[test]
fn a_removed_record_is_told_where_its_files_are_left() {
    let (main, _) = with_log();
    let host = |library: &str| {
        let mut host = Fixture::new(&format!("/usr/lib64/{library} : mode=100755\n"));
        host.file("/var/lib/rpm/rpmdb.sqlite", &main);
        host
    };
    for (library, expected) in [("libgone.so.1", 1), ("libother.so.1", 0)] {
        let host = host(library);
        let mut look = Look::new(&host, "files");
        let mut packages = Packages::read(&mut look, 0, &[], None);
        let by = "first".to_owned();
        packages.unmet = vec![crate::packages::Unmet { name: "libgone.so.1()(64bit)".into(), by }];
        crate::packages::rpm_needs::doubts(&mut look, &packages);
        let told = doubts(look);
        let told = told.iter().filter(|kind| matches!(kind, DoubtKind::NeedsRemoved { .. })).count();
        assert_eq!(told, expected, "{library}");
    }
}

/// A real database under the name of another form, and a forged one of two packages where rpm's newest form has it.
fn two_databases(configured: &str, newer: bool) -> (u64, Vec<DoubtKind>) {
    let time = if newer { 2_000_000_000 } else { 1_000 };
    let mut host = Fixture::new(&format!(
        "/var/lib/rpm/rpmdb.sqlite : changed={time} ino=77\n/var/lib/rpm/Packages.db : changed=1700000000 ino=78\n\
         /usr/lib/rpm/macros = %_db_backend\\t{configured}\\n"
    ));
    host.file("/var/lib/rpm/Packages.db", &data(MARINER));
    host.file("/var/lib/rpm/rpmdb.sqlite", &with_log().0);
    host.file("/etc/pki/rpm-gpg/MICROSOFT", &data(KEY));
    let mut look = Look::new(&host, "files");
    let packages = Packages::read(&mut look, 0, &[], None);
    let count = packages.databases().first().map_or(0, |(_, count)| *count);
    let told = doubts(look).into_iter().filter(|kind| matches!(kind, DoubtKind::SecondDatabase { .. }));
    (count, told.collect())
}

#[test]
fn a_forged_database_never_takes_the_place_of_the_real_one() {
    for newer in [true, false] {
        for (configured, believed) in [("ndb", false), ("sqlite", true)] {
            let (count, told) = two_databases(configured, newer);
            let beside = "/var/lib/rpm/Packages.db".into();
            assert_eq!(told, [DoubtKind::SecondDatabase { packages: 2, beside, believed }], "{configured} {newer}");
            assert!(count > 120, "{count}");
        }
    }
}
#[test]
fn what_a_conversion_left_is_no_doubt() {
    let real = data(MARINER);
    let mut host = Fixture::new(
        "/var/lib/rpm/rpmdb.sqlite : changed=1700000000 ino=77\n/var/lib/rpm/Packages : changed=1600000000 ino=78\n\
         /usr/lib/rpm/macros = %_db_backend sqlite\\n",
    );
    host.file("/var/lib/rpm/rpmdb.sqlite", &real);
    host.file("/var/lib/rpm/Packages", &real);
    let mut look = Look::new(&host, "files");
    Packages::read(&mut look, 0, &[], None);
    let told = doubts(look).into_iter().filter(|kind| matches!(kind, DoubtKind::SecondDatabase { .. })).count();
    assert_eq!(told, 0);
}
#[test]
fn of_a_container() {
    let mut host = Fixture::new("");
    host.file("/layer/var/lib/rpm/rpmdb.sqlite", &data(MARINER));
    let container = crate::layers::Layers::new(&host, vec!["/upper".into(), "/layer".into()]);
    let mut look = Look::new(&container, "layers");
    let packages = Packages::read(&mut look, 0, &[], None);
    assert_eq!(packages.package_of(b"/bin/bash"), Some("bash"));
    let sum = packages.sum(b"/usr/bin/bash").or_else(|| packages.sum(b"/bin/bash"));
    assert!(sum.is_some_and(|sum| sum.algorithm == Algorithm::Sha256));
}
#[test]
fn a_recording_of_windows_replays() {
    let mut host = Fixture::new("");
    host.file("/var/lib/rpm/rpmdb.sqlite", &data(MARINER));
    let recorder = Recorder::new(&host);
    let paths = |host: &dyn Host| {
        let mut look = Look::new(host, "files");
        let packages = Packages::read(&mut look, 0, &[], None);
        (packages.databases().to_vec(), packages.package_of(b"/bin/bash").map(str::to_owned), look.finish())
    };
    let seen = paths(&recorder);
    assert_eq!(seen.1.as_deref(), Some("bash"));
    let mut bytes = Vec::new();
    recorder.write("0.0.0", &crate::Plan::default(), &mut bytes).unwrap();
    let recording = Recording::read(&bytes).unwrap();
    assert_eq!(paths(&recording), seen);
    // The memory that a recording needs is that of the database, or little more.
    let asked = std::cell::Cell::new(0_u64);
    paths(&Counting(&host, &asked));
    assert!((1..data(MARINER).len() as u64 * 3 / 2).contains(&asked.get()), "{}", asked.get());
}

/// Counts the bytes that are asked for in windows.
struct Counting<'a>(&'a Fixture, &'a std::cell::Cell<u64>);

impl Host for Counting<'_> {
    fn ask(&self, question: &Question) -> crate::Reply {
        if let Question::ReadAt { length, .. } = question {
            self.1.set(self.1.get() + u64::from(*length));
        }
        self.0.ask(question)
    }
}

#[test]
fn when_packages_were_put_in_place_is_told_in_either_look() {
    let mut host = Fixture::new("");
    host.file("/var/lib/rpm/rpmdb.sqlite", &data(MARINER));
    let steps = |plan: &crate::Plan| {
        let world = crate::scan(&host, plan);
        let told = |step: &keeneye_facts::PackageStep| (step.time.seconds, step.package.clone(), step.after.clone());
        world.package_steps.iter().map(told).collect::<std::collections::BTreeSet<_>>()
    };
    let of_logs = crate::Plan { only_logs: true, package_times: true, ..crate::Plan::default() };
    let alone = steps(&of_logs);
    let records = read(&data(MARINER), None).0;
    let installed = records.iter().filter(|record| record.key.is_none() && record.installed.is_some()).count();
    assert!(alone.len() == installed && installed > 10, "{} of {installed}", alone.len());
    assert_eq!(alone, steps(&crate::Plan { quick: true, ..crate::Plan::default() }));
    assert!(steps(&crate::Plan { package_times: false, ..of_logs }).is_empty(), "who asks for logins alone reads none");
}
