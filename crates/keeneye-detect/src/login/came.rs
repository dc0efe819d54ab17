//! Who came in, in the order of time, beside what the account did before.

use crate::stay;
use keeneye_facts::{Account, Country, Failures, Finding, Level, Login, Place, Reach, Subject, Text};
use keeneye_world::{World, rfc3339};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// An account has habits after so many logins, over so many days.
pub(super) const HABIT: usize = 5;
const HABIT_DAYS: i64 = 7;
/// Small oddities older than this, in days, are no longer told.
const RECENT_DAYS: i64 = 30;

/// A login beside those of the same account before it.
pub(super) struct Came<'a> {
    pub(super) login: &'a Login,
    /// The other side's address, where it is one.
    pub(super) address: Option<IpAddr>,
    /// How many logins of the account the records have before it.
    pub(super) before: usize,
    /// Of those, how many were by key and how many by password.
    pub(super) by_key: usize,
    pub(super) by_password: usize,
    /// Seconds between the first of them and this one.
    pub(super) known_for: i64,
    /// None of them came from this /24 or /48.
    pub(super) new_network: bool,
    /// None of them came from this country; false where a country is not known.
    pub(super) new_country: bool,
    /// One of them came from this autonomous system; false where that is not known.
    pub(super) known_system: bool,
    /// None of them used this key; false for logins without one.
    pub(super) new_key: bool,
}

impl Came<'_> {
    /// The account logged in often and long enough before to have habits.
    pub(super) fn has_habits(&self) -> bool {
        self.before >= HABIT && self.known_for >= HABIT_DAYS * DAY
    }

    /// By something that can be guessed.
    pub(super) fn by_password(&self) -> bool {
        is_password(self.login)
    }

    /// It came over a network that is not one's own.
    pub(super) fn is_from_outside(&self) -> bool {
        self.address.is_some_and(|address| !is_private(address))
    }

    /// Not long ago, by the clock of the look.
    pub(super) fn is_recent(&self, world: &World) -> bool {
        world.host.now.saturating_sub(self.login.time.seconds) <= RECENT_DAYS * DAY
    }
}

fn is_password(login: &Login) -> bool {
    login.method.as_ref().is_some_and(|m| m.starts_with(b"password") || m.starts_with(b"keyboard-interactive"))
}

/// What an account did so far.
#[derive(Default)]
struct Past<'a> {
    first: i64,
    count: usize,
    by_key: usize,
    by_password: usize,
    networks: HashSet<IpAddr>,
    countries: HashSet<Country>,
    systems: HashSet<u32>,
    keys: HashSet<&'a [u8]>,
}

/// All logins, oldest first, each beside what came before it.
pub(super) fn all(world: &World) -> Vec<Came<'_>> {
    let mut logins: Vec<&Login> = world.logins.iter().collect();
    logins.sort_by_key(|login| login.time.seconds);
    let mut pasts: HashMap<&[u8], Past<'_>> = HashMap::new();
    logins.into_iter().map(|login| came(login, pasts.entry(login.user.as_slice()).or_default())).collect()
}

fn came<'a>(login: &'a Login, past: &mut Past<'a>) -> Came<'a> {
    let address = login.from.as_ref().and_then(|from| keeneye_facts::address(from));
    let country = login.place.as_ref().and_then(|place| place.country);
    let system = login.place.as_ref().and_then(|place| place.asn);
    let had_countries = !past.countries.is_empty();
    if past.count == 0 {
        past.first = login.time.seconds;
    }
    let came = Came {
        login,
        address,
        before: past.count,
        by_key: past.by_key,
        by_password: past.by_password,
        known_for: login.time.seconds.saturating_sub(past.first),
        new_network: address.is_some_and(|address| past.networks.insert(network(address))),
        new_country: country.is_some_and(|country| past.countries.insert(country)) && had_countries,
        known_system: system.is_some_and(|system| !past.systems.insert(system)),
        new_key: login.key.as_ref().is_some_and(|key| past.keys.insert(key)),
    };
    past.count += 1;
    past.by_key += usize::from(login.key.is_some() || login.method.as_ref().is_some_and(|m| *m == "publickey"));
    past.by_password += usize::from(is_password(login));
    came
}

/// The /24 or /48 that an address lies in.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & 0xffff_ff00).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 80 << 80).into(),
    }
}

/// Of networks that are not reached from elsewhere.
pub(crate) fn is_private(address: IpAddr) -> bool {
    matches!(Reach::of(address), Reach::Private | Reach::CarrierNat | Reach::Loopback | Reach::LinkLocal)
}

/// Failed attempts by address.
pub(super) fn failures(world: &World) -> BTreeMap<IpAddr, Vec<&Failures>> {
    let mut found: BTreeMap<IpAddr, Vec<&Failures>> = BTreeMap::new();
    for failures in &world.failures {
        if let Some(address) = keeneye_facts::address(&failures.from) {
            found.entry(address).or_default().push(failures);
        }
    }
    found
}

/// Those of a sum that lie within the day before; as if they came evenly, since only the first and the last are known.
pub(super) fn of_day_before(failures: &Failures, time: i64) -> u64 {
    let (from, to) = (failures.first.max(time.saturating_sub(DAY)), failures.last.min(time));
    let all = failures.last.saturating_sub(failures.first).max(1).unsigned_abs();
    let part = to.saturating_sub(from).max(0).unsigned_abs();
    if (from, to) == (failures.first, failures.last) {
        return failures.count;
    }
    u64::try_from(u128::from(failures.count) * u128::from(part) / u128::from(all)).unwrap_or(u64::MAX)
}

/// The account, by its line of passwd where it has one.
pub(super) fn account<'a>(world: &'a World, login: &Login) -> Option<&'a Account> {
    world.accounts.iter().find(|account| account.name == login.user)
}

/// What a finding about a login is about: the account, and from where it came.
pub(crate) fn subject(login: &Login) -> Subject {
    let whence = login.from.as_ref().or(login.tty.as_ref()).cloned().unwrap_or_default();
    Subject {
        kind: "login".into(),
        name: Text::from([login.user.as_slice(), b" from ", whence.as_slice()].concat()),
        account: Some(login.user.clone()),
        ..Subject::default()
    }
}

/// `192.0.2.7 (DE, AS64500 Example)`, or the terminal.
pub(super) fn whence(login: &Login) -> String {
    let Some(from) = &login.from else {
        return login.tty.as_ref().map_or_else(|| "a console".into(), |tty| tty.lossy().into_owned());
    };
    let place = login.place.as_ref().map(place).filter(|place| !place.is_empty());
    format!("{}{}", from.lossy(), place.map(|place| format!(" ({place})")).unwrap_or_default())
}

fn place(place: &Place) -> String {
    let name = place.as_name.as_ref().map(|name| name.lossy().into_owned()).unwrap_or_default();
    let network = place.asn.map(|asn| format!("AS{asn} {name}"));
    let parts =
        [place.country.map(|country| country.to_string()), network.map(|network| network.trim_end().to_owned())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What every finding about a login tells of it.
pub(super) fn portrait(finding: Finding, world: &World, came: &Came<'_>) -> Finding {
    let login = came.login;
    let mut finding = finding.evidence("from", whence(login)).since(login.time.seconds);
    if let Some(method) = &login.method {
        finding = finding.evidence("method", method.clone());
    }
    if let Some(key) = &login.key {
        finding = finding.evidence("key", key.clone());
        finding = listed(finding, world, key);
    }
    let line = Text::from(format!("{}, {} {}", login.source.lossy(), unit(world, &login.source), login.at));
    let finding = finding.evidence("logins of the account before", came.before.to_string()).evidence("line", line);
    meanwhile(finding, world, login).next(next(login))
}

/// What logs tell of the time in which it lasted; a note, of which there may be hundreds, is about the login alone.
pub(super) fn meanwhile(finding: Finding, world: &World, login: &Login) -> Finding {
    if finding.level < Level::Unusual {
        return finding;
    }
    stay::deeds(world, login).into_iter().fold(finding, |finding, deed| {
        let what = [rfc3339(deed.time).as_bytes(), b" ", deed.what.as_slice()].concat();
        finding.evidence("meanwhile", what)
    })
}

/// What a place in that file counts.
fn unit(world: &World, source: &Text) -> &'static str {
    let file = world.log_files.iter().find(|file| file.path == *source);
    if file.is_some_and(|file| file.form.is_of_records()) { "record" } else { "byte" }
}

/// All logins of the account.
pub(super) fn next(login: &Login) -> String {
    plain_name(login).map_or_else(|| "keeneye logins".into(), |name| format!("keeneye logins --user {name}"))
}

/// A name that a shell would take for something else is left out: somebody may have typed it for that.
fn plain_name(login: &Login) -> Option<Cow<'_, str>> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-@".contains(byte);
    let plain = !login.user.is_empty() && login.user.iter().all(is_plain) && !login.user.starts_with(b"-");
    plain.then(|| login.user.lossy())
}

/// What to do where somebody else knows the account's password, most urgent first. Root cannot be locked out of what it
/// may still have to do: it gets another password.
pub(super) fn shut_out(mut finding: Finding, came: &Came<'_>) -> Finding {
    if let Some(name) = plain_name(came.login) {
        finding = match &*name {
            "root" => finding.next("passwd root"),
            _ => finding.next(format!("loginctl terminate-user {name}")).next(format!("passwd -l {name}")),
        };
        finding = finding.next(format!("keeneye look user {name}"));
    }
    match came.address {
        Some(address) => finding.next(format!("keeneye look addr {address}")),
        None => finding,
    }
}

/// Where the key is listed that was used.
fn listed(finding: Finding, world: &World, key: &[u8]) -> Finding {
    let lines = world.authorized_keys.iter().filter(|line| has_fingerprint(key, &line.fingerprint));
    lines.take(3).fold(finding, |finding, line| {
        finding.evidence("key is listed in", super::key_line(line)).related(crate::subject::file(&line.path))
    })
}

/// sshd writes `ED25519 SHA256:...`.
pub(super) fn has_fingerprint(key: &[u8], fingerprint: &Text) -> bool {
    !fingerprint.is_empty() && key.ends_with(fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_somebody_is_shut_out() {
        let steps = |user: &str| {
            let login = Login { user: user.into(), from: Some("192.0.2.7".into()), ..Login::default() };
            let world = World { logins: vec![login], ..World::default() };
            let all = all(&world);
            let finding = crate::ALL[0].finding(keeneye_facts::Level::Suspicious, Subject::default(), "x");
            shut_out(finding, &all[0]).next
        };
        let look = "keeneye look addr 192.0.2.7";
        let of_ben = ["loginctl terminate-user ben", "passwd -l ben", "keeneye look user ben", look];
        assert_eq!(steps("ben"), of_ben);
        assert_eq!(steps("root"), ["passwd root", "keeneye look user root", look]);
        assert_eq!(steps("ben; reboot"), [look], "what a shell would take for something else");
    }
    #[test]
    fn networks_and_private_addresses() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.77"), "192.0.2.0");
        assert_eq!(of("2001:db8:1:2::3"), "2001:db8:1::");
        let private = |text: &str| is_private(text.parse().unwrap());
        assert!(["10.1.2.3", "172.16.0.1", "100.64.0.1", "fd00::1", "fe80::1", "127.0.0.1"].into_iter().all(private));
        assert!(!["192.0.2.1", "100.128.0.1", "2001:db8::1"].into_iter().any(private));
    }
}
