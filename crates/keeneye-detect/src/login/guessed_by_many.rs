//! An account let somebody in at whose password many networks had guessed.
//!
//! # What it sees
//! A login with a password, from outside and from a network (a /24 or a /48, and an AS where tables know it) that the
//! account never came from, after failed attempts at that very account from twenty networks or more within the day
//! before. On the internet `root`, `admin` and `ubuntu` are tried from hundreds of networks every day, and that says
//! nothing: it is `suspicious` where there are three times as many as on any day that the logs tell of, three days of
//! it at least. The week before is left out where there is more: who guesses slowly does it for days. Where logs reach
//! back less, the account has to stand out: it is not root, it came before, and no other name was tried from half as
//! many. It is `unusual` where other names were tried from far more networks than usual, too: scanners found the machine
//! then. And where attempts were left out because there are too many. Networks from which the account came before do not
//! count: its own people mistype. Of a log with thousands of attempts the older ones are counted by address alone: of
//! names that exist they tell what is usual, but are no guesses at the account.
//!
//! # Why it matters
//! Tools that block addresses count what one address does. Who has sixty addresses tries once from each, is never
//! blocked, and uses the password that fits from yet another one.
//!
//! # Innocent causes
//! The person travels on the very day on which somebody begins to guess at the account.
//!
//! # What to do
//! Ask the person, by telephone. Set a new password or lock the account (`passwd -l NAME`), end its sessions, and look
//! at what it did since: `keeneye look user NAME`.

use super::came::{self, Came, DAY};
use crate::{Detector, Scene, coverage};
use keeneye_facts::{Finding, Level, LogKind, Refusal, Text};
use keeneye_world::{World, rfc3339};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/guessed-by-many",
    title: "a login after many networks had guessed at the account",
    level: Level::Suspicious,
    attack: &["T1110.001", "T1078"],
    absolute: false,
    source: include_str!("guessed_by_many.rs"),
    run,
};

/// Networks within a day: lists of names that robots try bring an account that few machines have a handful.
const NETWORKS: usize = 20;
/// So many times what is usual is far beyond it.
const FAR: usize = 3;
/// Days before which tell what is usual, and the last ones that are left out where there are as many before them.
const DAYS: i64 = 3;
const SLOW_DAYS: i64 = 7;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let is_odd =
        |came: &Came<'_>| came.by_password() && came.is_from_outside() && came.new_network && !came.known_system;
    let all = came::all(scene.world);
    if !all.iter().any(is_odd) {
        return Vec::new();
    }
    let guesses = Guesses::of(scene.world);
    // Its own people mistype too, all of them at once after a new password.
    let mut own: HashMap<&Text, HashSet<IpAddr>> = HashMap::new();
    let mut told = HashSet::new();
    let mut findings = Vec::new();
    for came in &all {
        let networks = own.entry(&came.login.user).or_default();
        // The first of a day tells it all.
        let day = (&came.login.user, came.login.time.seconds.div_euclid(DAY));
        if is_odd(came)
            && !told.contains(&day)
            && let Some(finding) = judge(scene, came, &guesses, networks)
        {
            told.insert(day);
            findings.push(finding);
        }
        networks.extend(came.address.map(came::network));
    }
    findings
}

/// `own`: from where the account came before.
fn judge(scene: &Scene<'_>, came: &Came<'_>, guesses: &Guesses<'_>, own: &HashSet<IpAddr>) -> Option<Finding> {
    let (world, name) = (scene.world, came.login.user.as_slice());
    let day = Span { from: came.login.time.seconds.saturating_sub(DAY), to: came.login.time.seconds };
    let mut networks = guesses.networks(name, day);
    networks.retain(|network| !own.contains(network));
    if networks.len() < NETWORKS {
        return None;
    }
    let since = coverage::attempts_since(world, day.from);
    let (usual, scanned) = if day.from.saturating_sub(since) >= DAYS * DAY {
        let before = before(day, since);
        let usual = guesses.most_on_a_day(before, |other| other == name);
        let others = guesses.networks_of(day, |other| other != name).len();
        let rose = is_far(others, guesses.most_on_a_day(before, |other| other != name));
        (is_far(networks.len(), usual).then_some(Some(usual))?, rose)
    } else {
        (stands_out(world, came, guesses, day, networks.len()).then_some(None)?, false)
    };
    let level = if scanned || were_left_out(world) { Level::Unusual } else { Level::Suspicious };
    if level < Level::Suspicious && !came.is_recent(world) {
        return None;
    }
    let usual = match usual {
        Some(most) => format!("{most} on a day at most, since {}", rfc3339(since)),
        None => "not known; no other name was tried from half as many".to_owned(),
    };
    let is_one = came.address.is_some_and(|address| networks.contains(&came::network(address)));
    Some(
        said(scene, came, networks.len(), level)
            .evidence("networks on other days", usual)
            .evidence("its own network was among them", if is_one { "yes" } else { "no" }),
    )
}

fn said(scene: &Scene<'_>, came: &Came<'_>, networks: usize, level: Level) -> Finding {
    let summary = format!(
        "{} was let in from {}, which is new to it, after failed attempts at it from {networks} networks",
        came.login.user.lossy(),
        came::whence(came.login)
    );
    let finding = DETECTOR
        .finding(level, came::subject(came.login), summary)
        .evidence("networks that failed within a day before", networks.to_string())
        .innocent("robots that try this name at every server", level == Level::Suspicious, "they do so every day")
        .innocent("the person travels", false, "ask");
    came::portrait(came::shut_out(finding, came), scene.world, came)
}

/// What tells what is usual.
fn before(day: Span, since: i64) -> Span {
    let slow = day.to.saturating_sub(SLOW_DAYS * DAY);
    let to = if slow.saturating_sub(since) >= SLOW_DAYS * DAY { slow } else { day.from };
    Span { from: since, to: to.saturating_sub(1) }
}

fn is_far(networks: usize, usual: usize) -> bool {
    networks >= NETWORKS && networks >= FAR.saturating_mul(usual)
}

/// Somebody wants this account: robots try root first, and other names about as often as one another.
fn stands_out(world: &World, came: &Came<'_>, guesses: &Guesses<'_>, day: Span, networks: usize) -> bool {
    let name = came.login.user.as_slice();
    let is_root = name == b"root" || came::account(world, came.login).is_some_and(|account| account.uid == 0);
    let mut others = guesses.by_name.keys().filter(|other| **other != name);
    !is_root && came.before > 0 && !others.any(|other| guesses.networks(other, day).len() * 2 > networks)
}

/// There was no room for all attempts: then those of other days may be what is missing.
fn were_left_out(world: &World) -> bool {
    let is_it = |gap: &keeneye_facts::Gap| gap.what == "failed logins" && matches!(gap.why, Refusal::Cut(_));
    world.gaps.iter().any(|gap| gap.sense == "logs" && is_it(gap))
}

/// Both ends belong to it; seconds since 1970.
#[derive(Clone, Copy)]
struct Span {
    from: i64,
    to: i64,
}

/// Failed attempts of one network on one day.
struct Guess {
    network: IpAddr,
    first: i64,
    last: i64,
}

/// Failed attempts by name, oldest first. Those that were counted without a name are at everybody's account, but for
/// those of names that do not exist, which logs keep apart while there is room.
struct Guesses<'a> {
    by_name: HashMap<&'a [u8], Vec<Guess>>,
}

impl<'a> Guesses<'a> {
    fn of(world: &'a World) -> Self {
        let mut by_name: HashMap<&[u8], Vec<Guess>> = HashMap::new();
        for failures in &world.failures {
            let is_attempt = matches!(failures.kind, LogKind::Failed | LogKind::Denied)
                || failures.kind == LogKind::UnknownUser && !failures.user.is_empty();
            if let Some(address) = keeneye_facts::address(&failures.from).filter(|_| is_attempt) {
                let guess = Guess { network: came::network(address), first: failures.first, last: failures.last };
                by_name.entry(failures.user.as_slice()).or_default().push(guess);
            }
        }
        by_name.values_mut().for_each(|guesses| guesses.sort_by_key(|guess| guess.first));
        Self { by_name }
    }

    /// Networks that failed at a name in that time.
    fn networks(&self, name: &[u8], span: Span) -> HashSet<IpAddr> {
        let guesses = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        // A sum is of one day.
        let begin = guesses.partition_point(|guess| guess.first < span.from.saturating_sub(DAY));
        let near = guesses.get(begin..).unwrap_or_default().iter().take_while(|guess| guess.first <= span.to);
        near.filter(|guess| guess.last >= span.from).map(|guess| guess.network).collect()
    }

    /// Of all names that pass the test.
    fn networks_of(&self, span: Span, is: impl Fn(&[u8]) -> bool) -> HashSet<IpAddr> {
        self.by_name.keys().filter(|name| is(name)).flat_map(|name| self.networks(name, span)).collect()
    }

    /// The most on a day, of all names that pass the test.
    fn most_on_a_day(&self, span: Span, is: impl Fn(&[u8]) -> bool) -> usize {
        let mut days: BTreeMap<i64, HashSet<IpAddr>> = BTreeMap::new();
        let named = self.by_name.iter().filter(|(name, _)| name.is_empty() || is(name));
        for guess in named.flat_map(|(_, guesses)| guesses) {
            if (span.from..=span.to).contains(&guess.first) {
                days.entry(guess.first.div_euclid(DAY)).or_default().insert(guess.network);
            }
        }
        days.values().map(HashSet::len).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{self, Came, NOW, covering};
    use keeneye_facts::{Event, LogForm};
    const NAME: &str = "login/guessed-by-many";
    const DAY: i64 = 86_400;
    const TEXT: &str = "suspicious: deploy was let in from 192.0.2.7, which is new to it, after failed attempts at it from 60 networks";
    /// The one that is let in.
    const GUESSED: Came<'static> = Came { user: "deploy", from: "192.0.2.7", method: "password", key: "", ago: 50 };

    /// So many networks try the name once, an address each, within so many days before now.
    fn tried(user: &str, networks: i64, days: i64) -> Vec<Event> {
        let once = |n: i64| {
            let ago = (days - 1) * DAY + 60 + n * 600;
            testing::failures(&format!("203.{}.{}.9", n / 200, n % 200), user, 1, ago, ago)
        };
        (0..networks).flat_map(once).collect()
    }
    /// Logs reach back so many days, and so many networks try the name on each of them.
    fn on_each(user: &str, networks: i64, days: i64) -> Vec<Event> {
        (3..=days).flat_map(|day| tried(user, networks, day)).collect()
    }
    fn said(came: &[Came<'_>], log_days: i64, attempts: &[Vec<Event>]) -> Vec<String> {
        let mut events = testing::logins(came);
        events.push(covering("/var/log/auth.log", LogForm::Syslog, NOW - log_days * DAY, NOW));
        events.extend(attempts.iter().flatten().cloned());
        let host = "/etc/passwd = root:x:0:0::/root:/bin/bash\\ndeploy:x:1000:1000::/home/deploy:/bin/bash\\n\n";
        crate::testing::findings(NAME, host, &events)
    }

    #[test]
    fn many_networks_guess_at_an_account_that_nobody_tried() {
        let attack = [tried("deploy", 60, 1)];
        assert_eq!(said(&[GUESSED], 20, &attack), [TEXT]);
        assert_eq!(said(&[GUESSED], 20, &[tried("deploy", 19, 1)]), [""; 0], "a handful");
        assert_eq!(said(&[GUESSED], 20, &[tried("deploy", 60, 9)]), [""; 0], "days before");
        assert_eq!(said(&[GUESSED], 20, &[tried("ben", 60, 1)]), [""; 0], "at another account");
        let one = testing::failures("203.0.113.7", "deploy", 60, 9_000, 60);
        assert_eq!(said(&[GUESSED], 20, &[one]), [""; 0], "one address");
        let key = Came { method: "publickey", key: "ED25519 SHA256:a", ..GUESSED };
        assert_eq!(said(&[key], 20, &attack), [""; 0], "a key is not guessed");
        let inside = Came { from: "10.1.2.3", ..GUESSED };
        assert_eq!(said(&[inside], 20, &attack), [""; 0], "from one's own network");
    }
    #[test]
    fn its_own_people_mistype_after_a_new_password() {
        let froms: Vec<String> = (0..60).map(|n| format!("203.{}.{}.9", n / 200, n % 200)).collect();
        let before = |ago: i64| froms.iter().map(move |from| Came { from, ago, ..GUESSED });
        let all: Vec<Came<'_>> = before(9 * DAY).chain([GUESSED]).collect();
        assert_eq!(said(&all, 20, &[tried("deploy", 60, 1)]), [""; 0]);
        assert_eq!(said(&all[50..], 20, &[tried("deploy", 60, 1)]).len(), 1, "fifty are strangers");
    }
    #[test]
    fn addresses_of_one_network_are_one() {
        let attack = |network: &dyn Fn(i64) -> String| {
            let once = |n: i64| testing::failures(&network(n), "deploy", 1, 60 + n * 600, 60 + n * 600);
            said(&[GUESSED], 20, &[(0..60).flat_map(once).collect()]).len()
        };
        assert_eq!(attack(&|n| format!("203.0.113.{n}")), 0);
        assert_eq!(attack(&|n| format!("2001:db8:1:{n}::1")), 0);
        assert_eq!(attack(&|n| format!("2001:db8:{n}::1")), 1);
    }
    #[test]
    fn the_network_is_known_to_the_account() {
        let (attack, at_home) = ([tried("deploy", 60, 1)], Came { ago: 15 * DAY, ..GUESSED });
        assert_eq!(said(&[at_home, GUESSED], 20, &attack), [""; 0]);
        assert_eq!(said(&[Came { from: "198.51.100.5", ..at_home }, GUESSED], 20, &attack), [TEXT]);
    }
    #[test]
    fn a_provider_that_gives_out_other_addresses_every_day() {
        let of = |came: Came<'_>, asn| {
            let place = keeneye_facts::Place { asn: Some(asn), ..keeneye_facts::Place::default() };
            Event::LoginSeen(Box::new(keeneye_facts::Login { place: Some(place), ..came.login() }))
        };
        let at_home = Came { from: "198.51.100.5", ago: 15 * DAY, ..GUESSED };
        let came = |asn| said(&[], 20, &[vec![of(at_home, 64_500), of(GUESSED, asn)], tried("deploy", 60, 1)]);
        assert_eq!(came(64_500), [""; 0]);
        assert_eq!(came(64_501).len(), 1);
    }
    #[test]
    fn what_is_tried_every_day_says_nothing() {
        let root = Came { user: "root", ..GUESSED };
        let usual = |before| said(&[root], 20, &[tried("root", 90, 1), on_each("root", before, 20)]).len();
        assert_eq!(usual(90), 0);
        assert_eq!(usual(31), 0);
        assert_eq!(usual(30), 1, "three times as many as on any other day");
    }
    #[test]
    fn who_guesses_for_days_is_no_measure_of_what_is_usual() {
        let week = |days| said(&[GUESSED], days, &[tried("deploy", 60, 1), on_each("deploy", 60, 6)]);
        assert_eq!(week(20), [TEXT]);
        assert_eq!(week(9), [""; 0], "or so it always was");
    }
    #[test]
    fn a_machine_that_scanners_just_found() {
        let (attack, ben) = (tried("deploy", 60, 1), tried("ben", 60, 1));
        let unusual = TEXT.replace("suspicious", "unusual");
        assert_eq!(said(&[GUESSED], 20, &[attack.clone(), ben.clone()]), [unusual]);
        assert_eq!(said(&[GUESSED], 20, &[attack, ben, on_each("ben", 60, 20)]), [TEXT], "those come every day");
    }
    #[test]
    fn where_logs_do_not_reach_back_the_account_has_to_stand_out() {
        let at_home = Came { from: "198.51.100.5", ago: 1_000, ..GUESSED };
        let said = |came: &[Came<'_>], others| {
            let attempts = [tried(came[0].user, 60, 1), tried("ben", others, 1)];
            said(came, 2, &attempts)
        };
        assert_eq!(said(&[at_home, GUESSED], 30), [TEXT]);
        assert_eq!(said(&[at_home, GUESSED], 31), [""; 0], "names are tried here");
        assert_eq!(said(&[GUESSED], 30), [""; 0], "nobody knows where it came from");
        let root = |came: Came<'static>| Came { user: "root", ..came };
        assert_eq!(said(&[root(at_home), root(GUESSED)], 30), [""; 0], "root is tried everywhere");
    }
    #[test]
    fn attempts_that_had_no_room() {
        let mut world = keeneye_world::World::default();
        let log = covering("/var/log/auth.log", LogForm::Syslog, NOW - 20 * DAY, NOW);
        let events = [testing::logins(&[GUESSED]), vec![log], tried("deploy", 60, 1)];
        events.into_iter().flatten().for_each(|event| world.fold(event));
        world.host.now = NOW;
        let level = |world: &keeneye_world::World| super::DETECTOR.look(&crate::Scene { world })[0].level;
        assert_eq!(level(&world), keeneye_facts::Level::Suspicious);
        let why = keeneye_facts::Refusal::Cut("so many that 7 lines were not counted".into());
        let (sense, what) = ("logs".into(), "failed logins".into());
        world.gaps.push(keeneye_facts::Gap { sense, what, why, blinding: false });
        assert_eq!(level(&world), keeneye_facts::Level::Unusual);
    }
}
