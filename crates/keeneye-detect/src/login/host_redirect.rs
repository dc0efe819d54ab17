//! The hosts file sends a source of updates elsewhere.
//!
//! # What it sees
//! A line of /etc/hosts for a name that this host's own package manager fetches from, that its virus signatures come
//! from, or that belongs to the domain of its distribution (os-release) or of a maker of scanners.
//!
//! # Why it matters
//! A host that gets no updates stays open, and nobody is told: the package manager says that nothing is new. Sent to a
//! machine of the intruder, it fetches what that machine has.
//!
//! # Innocent causes
//! A mirror or a cache of the site's own, named in the hosts file for want of a name server: for other sources than the
//! distribution's and a private address or this host itself, `unusual`. Names of the host's own domain, lists that block
//! advertisements, and names of one's own machines are quiet.
//!
//! # What to do
//! Ask who wrote the line. Compare with what a name server says (`getent` asks the file first). After taking it out,
//! update, and look what was not installed since the file was changed.

use crate::{Detector, Scene, subject};
use bstr::ByteSlice;
use keeneye_facts::{Finding, HostName, Level, Repository, Subject, Text};
use keeneye_world::World;
use std::net::IpAddr;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/host-redirect",
    title: "the hosts file sends a source of updates elsewhere",
    level: Level::Suspicious,
    attack: &["T1562.001", "T1565.001"],
    absolute: false,
    source: include_str!("host_redirect.rs"),
    run,
};

const HOSTS: &str = "/etc/hosts";
/// Names that lead nowhere from which on they are a list of somebody's.
const BLOCK_LIST: usize = 100;
const OS_RELEASE: &str = "/etc/os-release";
/// Domains that scanners of servers fetch from and report to, whether one is installed or not: nobody but somebody who
/// fears them sends these elsewhere, and mirrors of them have names of their own.
const SCANNERS: [&str; 9] = [
    "clamav.net",
    "virustotal.com",
    "cloudsink.net",
    "crowdstrike.com",
    "sentinelone.net",
    "sophosxl.net",
    "eset.com",
    "bitdefender.net",
    "aegis.aliyun.com",
];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let own = own_domain(scene.world);
    scene.world.host_names.iter().filter_map(|entry| judge(scene.world, entry, own.as_deref())).collect()
}

fn judge(world: &World, entry: &HostName, own: Option<&[u8]>) -> Option<Finding> {
    let address = address(&entry.address)?;
    let foreign = entry.names.iter().filter(|name| own.is_none() || domain(name).as_deref() != own);
    let scanner = |name: &&Text| SCANNERS.iter().any(|domain| is_of(name, domain));
    let Some((name, source)) = foreign.clone().filter_map(|name| Some((name, source(world, name)?))).next() else {
        return foreign.clone().find(scanner).map(|name| of_scanner(world, entry, name, address));
    };
    let distribution = source.path == OS_RELEASE;
    // A cache of the site's own may run on this very host.
    let is_own = is_private(address) || address.is_loopback();
    let level = if distribution || !is_own { Level::Suspicious } else { Level::Unusual };
    let place = format!("{HOSTS}:{}", entry.line);
    let summary = format!("{place} sends {}, where software comes from, {}", name.lossy(), to(address));
    let named = format!("{}:{} {}", source.path.lossy(), source.line, source.host.lossy());
    let finding = finding(world, entry, level, summary, name).evidence("named by", named);
    Some(finding.innocent(
        "a mirror or a cache of the site's own",
        !is_own,
        "it would have a private address, or be on this host",
    ))
}

fn finding(world: &World, entry: &HostName, level: Level, summary: String, name: &Text) -> Finding {
    let subject = Subject { line: Some(entry.line), ..subject::file(&Text::from(HOSTS)) };
    let line = bstr::join(" ", std::iter::once(&entry.address).chain(&entry.names).take(20).map(Text::as_slice));
    let next = format!("grep -n {} {HOSTS}", name.lossy());
    let finding = DETECTOR.finding(level, subject, summary).evidence("line", line).next(next);
    match world.file(HOSTS.as_bytes()).and_then(|file| file.stat) {
        Some(stat) => finding.since(stat.changed),
        None => finding,
    }
}

fn of_scanner(world: &World, entry: &HostName, name: &Text, address: IpAddr) -> Finding {
    let nowhere = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    // Lists against advertisements send thousands of names nowhere, those that count users among them.
    let names = world.host_names.iter().filter(|other| self::address(&other.address).is_some_and(nowhere));
    let listed = nowhere(address) && names.map(|other| other.names.len()).sum::<usize>() >= BLOCK_LIST;
    let loud = !listed && (nowhere(address) || !is_private(address));
    let level = if loud { Level::Suspicious } else { Level::Unusual };
    let says = format!("{HOSTS}:{} sends {}, which scanners ask, {}", entry.line, name.lossy(), to(address));
    finding(world, entry, level, says, name)
}

fn to(address: IpAddr) -> String {
    match () {
        () if address.is_unspecified() => "to nowhere".into(),
        () if address.is_loopback() => "to this host itself".into(),
        () => format!("to {address}"),
    }
}

/// The name is the domain's or lies in it.
fn is_of(name: &[u8], domain: &str) -> bool {
    let name = lower(name);
    name.strip_suffix(domain.as_bytes()).is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
}

/// Of what software comes from there: the distribution's own domain first, else that very machine.
fn source<'a>(world: &'a World, name: &Text) -> Option<&'a Repository> {
    let wanted = domain(name)?;
    let lower = lower(name);
    let of_distribution = |one: &&Repository| one.path == OS_RELEASE && domain(&one.host).as_ref() == Some(&wanted);
    let machine = |one: &&Repository| one.path != OS_RELEASE && one.host.as_slice() == lower;
    let mut all = world.repositories.iter();
    all.clone().find(of_distribution).or_else(|| all.find(machine))
}

fn lower(name: &[u8]) -> Vec<u8> {
    name.trim_end_with(|c| c == '.').to_ascii_lowercase()
}

/// The last two labels.
fn domain(name: &[u8]) -> Option<Vec<u8>> {
    let lower = lower(name);
    let mut dots = lower.rfind_iter(".");
    dots.next()?;
    let from = dots.next().map_or(0, |at| at + 1);
    Some(lower.get(from..)?.to_vec())
}

/// The domain of the host itself: of its own name, or of the full one that the hosts file gives it.
fn own_domain(world: &World) -> Option<Vec<u8>> {
    let name = lower(&world.host.name);
    if name.contains(&b'.') {
        return domain(&name);
    }
    let short = [name.as_slice(), b"."].concat();
    let mut full =
        world.host_names.iter().flat_map(|entry| &entry.names).filter(|full| lower(full).starts_with(&short));
    full.next().filter(|_| !name.is_empty()).and_then(|full| domain(full))
}

fn address(text: &Text) -> Option<IpAddr> {
    text.split(|b| *b == b'%').next()?.to_str().ok()?.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// RFC 1918 and RFC 4193.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Scene, testing::findings};
    use keeneye_world::{fixture::Fixture, senses::Plan};
    const NAME: &str = "login/host-redirect";
    const HOST: &str = "/etc/os-release = HOME_URL=\"https://www.debian.org/\"\\n\n\
        /etc/apt/sources.list = deb http://deb.debian.org/debian x main\\n\n\
        /etc/apt/sources.list.d/x.sources = URIs: https://apt.example.net/x\\n\n";

    fn said(lines: &str) -> Vec<String> {
        findings(NAME, &format!("{HOST}/etc/hosts = 127.0.0.1 localhost\\n{lines}\\n"), &[])
    }

    #[test]
    fn a_source_of_updates_is_loud_and_another_name_quiet() {
        assert_eq!(
            said("127.0.0.1 security.debian.org"),
            ["suspicious: /etc/hosts:2 sends security.debian.org, where software comes from, to this host itself"]
        );
        assert_eq!(said("127.0.0.1 security.example.org"), [""; 0]);
    }
    #[test]
    fn whom_scanners_ask() {
        for address in ["127.0.0.1", "0.0.0.0", "192.0.2.7"] {
            let said = said(&format!("{address} database.clamav.net"));
            assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{said:?}");
        }
        assert_eq!(said("0.0.0.0 notclamav.net ads.example.net"), [""; 0]);
    }
    #[test]
    fn wherever_it_is_sent() {
        for line in [
            "0.0.0.0 deb.debian.org",
            ":: deb.debian.org",
            "203.0.113.9 x y Security.Debian.Org.",
            "10.0.0.1 deb.debian.org",
            "127.1.2.3 ftp.de.debian.org",
            "203.0.113.9 apt.example.net",
            "0.0.0.0 localhost apt.example.net",
        ] {
            let said = said(line);
            assert!(said.len() == 1 && said[0].starts_with("suspicious: /etc/hosts:2 "), "{line} {said:?}");
        }
    }
    #[test]
    fn a_mirror_of_ones_own_is_unusual() {
        let said = said("10.0.0.9 apt.example.net");
        assert_eq!(said, ["unusual: /etc/hosts:2 sends apt.example.net, where software comes from, to 10.0.0.9"]);
        assert!(self::said("127.0.0.1 apt.example.net")[0].starts_with("unusual: "), "a cache on this host");
    }
    #[test]
    fn only_another_site_rules_a_mirror_out() {
        for (address, ruled_out) in [("127.0.0.1", false), ("::1", false), ("10.0.0.9", false), ("203.0.113.9", true)] {
            let host = format!("{HOST}/etc/hosts = {address} apt.example.net\\n");
            let world = keeneye_world::scan(&Fixture::new(&host), &Plan::default());
            let found = super::DETECTOR.look(&Scene { world: &world });
            let told: Vec<bool> = found.iter().flat_map(|f| &f.innocent).map(|cause| cause.ruled_out).collect();
            assert_eq!(told, [ruled_out], "{address}");
        }
    }
    #[test]
    fn a_list_against_advertisements_is_unusual() {
        let list = |names: usize| (0..names).map(|n| format!("0.0.0.0 ads{n}.example.net\\n")).collect::<String>();
        let said = |names: usize| self::said(&format!("{}0.0.0.0 telemetry.eset.com", list(names))).concat();
        assert!(said(200).starts_with("unusual: "), "{}", said(200));
        assert!(said(3).starts_with("suspicious: "), "{}", said(3));
    }
    #[test]
    fn ordinary_lines_are_quiet() {
        for line in [
            "10.0.0.5 db1",
            "127.0.1.1 web1.example.net web1\\n10.0.0.9 apt.example.net",
            "0.0.0.0 ads.example.com tracker.example",
            "# 127.0.0.1 deb.debian.org",
            "10.244.0.7 app-5d9c7b-x2x4k",
            "172.17.0.2 3f2a1b4c5d6e",
            "10.0.0.9 notdebian.org",
            "10.0.0.9 other.example.net",
        ] {
            assert_eq!(said(line), [""; 0], "{line}");
        }
    }
    #[test]
    fn without_any_source_nothing_is_said() {
        assert_eq!(findings(NAME, "/etc/hosts = 127.0.0.1 deb.debian.org\\n", &[]), [""; 0]);
        crate::testing::check(NAME, HOST, &[]);
    }
}
