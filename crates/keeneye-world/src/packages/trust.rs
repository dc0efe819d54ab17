//! Whether rpm's records are what their vendors signed.

mod keys;
mod reach;

use super::Expected;
use super::others::Record;
use super::rpm::Package;
use crate::Look;
use keeneye_facts::{DoubtKind, Event, PackageDoubt, Refusal, Text};
use keys::Keys;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Doubts of one kind that are told.
const MAX_TOLD: usize = 100;
/// Tags of paths, which rpm itself writes anew when somebody installs a package elsewhere (`--prefix`).
const OF_PATHS: [u32; 4] = [1027, 1116, 1117, 1118];
/// Distributions that sign all of their packages, as os-release(5) calls them.
const SIGN_EVERYTHING: [&str; 12] = [
    "almalinux",
    "amzn",
    "azurelinux",
    "centos",
    "fedora",
    "mariner",
    "ol",
    "opensuse-leap",
    "opensuse-tumbleweed",
    "rhel",
    "rocky",
    "sles",
];

/// What is to be said of a package's signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "pgp"), expect(dead_code, reason = "only a signature that is checked tells so"))]
enum Signed {
    ByTrusted,
    ByHostOnly(String),
    NoKey(String),
    Not,
    Badly(&'static str),
    /// This keeneye was built without `pgp`.
    #[cfg(not(feature = "pgp"))]
    Unchecked,
}

/// What stays of a package when its header is gone from memory.
struct Stated {
    number: u32,
    name: String,
    version: String,
    vendor: String,
    source: String,
    forged: Option<DoubtKind>,
    signed: Signed,
}

/// Looks at the packages of one database, one by one.
pub(super) struct Judge {
    keys: Keys,
    stated: Vec<Stated>,
    /// Where in them a record of this number is.
    places: HashMap<u32, usize>,
    /// There was no key for a signature.
    lacks_key: bool,
    /// A key came after a package for whose signature there was none.
    came_late: bool,
}

impl Judge {
    /// `given` is key material of the person who looks.
    pub(super) fn new(look: &mut Look<'_>, given: &[Text]) -> Self {
        Self {
            keys: Keys::of_host(look, given),
            stated: Vec::new(),
            places: HashMap::new(),
            lacks_key: false,
            came_late: false,
        }
    }

    pub(super) fn take(&mut self, package: &Package) {
        if let Some(key) = &package.key {
            self.came_late |= self.lacks_key;
            return self.keys.add(key);
        }
        let signed = self.keys.best(package);
        self.lacks_key |= matches!(signed, Signed::NoKey(_));
        self.places.entry(package.number).or_insert(self.stated.len());
        self.stated.push(Stated {
            number: package.number,
            name: package.name.clone(),
            version: package.full_version(),
            vendor: package.vendor.clone(),
            source: package.source.clone(),
            forged: forged(package),
            signed,
        });
    }

    /// Records to look at again, now that all keys are known.
    pub(super) fn unsettled(&self) -> HashSet<u32> {
        let open = self.stated.iter().filter(|stated| self.came_late && matches!(stated.signed, Signed::NoKey(_)));
        open.map(|stated| stated.number).collect()
    }

    pub(super) fn take_again(&mut self, package: &Package) {
        let signed = self.keys.best(package);
        let stated = self.places.get(&package.number).and_then(|at| self.stated.get_mut(*at));
        if let Some(stated) = stated.filter(|stated| stated.name == package.name) {
            stated.signed = signed;
        }
    }

    /// Numbers of the records that are signed by those whom keeneye trusts.
    pub(super) fn trusted(&self) -> HashSet<u32> {
        let trusted = self.stated.iter().filter(|stated| stated.signed == Signed::ByTrusted && stated.forged.is_none());
        trusted.map(|stated| stated.number).collect()
    }

    /// Says what does not hold.
    pub(super) fn tell(&self, look: &mut Look<'_>, path: &Text) {
        self.tell_each(look, path);
        self.tell_unsigned(look, path);
        let mut of_host: BTreeMap<&str, Vec<&Stated>> = BTreeMap::new();
        let mut without_key: BTreeMap<&str, Vec<&Stated>> = BTreeMap::new();
        for stated in &self.stated {
            match &stated.signed {
                Signed::ByHostOnly(key) => of_host.entry(key).or_default().push(stated),
                Signed::NoKey(key) => without_key.entry(key).or_default().push(stated),
                _ => (),
            }
        }
        for (key, all) in of_host {
            if let Some(first) = all.first() {
                let kind = DoubtKind::KeyOfThisHost { key: key.to_owned(), packages: count(all.len()) };
                doubt(look, path, first, kind);
            }
        }
        let others_are_trusted = self.stated.iter().any(|stated| stated.signed == Signed::ByTrusted);
        for (key, all) in without_key {
            if let Some(first) = all.first().filter(|_| others_are_trusted) {
                let kind = DoubtKind::KeyNowhere { key: key.to_owned(), packages: count(all.len()) };
                doubt(look, path, first, kind);
            }
            let what = format!("signatures of {} packages by key {key}", all.len());
            look.gap(what, Refusal::Garbled("the key is not at hand: --keyring FILE gives it".into()));
        }
        #[cfg(not(feature = "pgp"))]
        if self.stated.iter().any(|stated| stated.signed == Signed::Unchecked) {
            let why = "this keeneye was built without `pgp`";
            look.gap(format!("signatures in {}", path.lossy()), Refusal::Garbled(why.into()));
        }
    }

    /// Where most records are signed by those whom keeneye trusts, says which others own what belongs to the base
    /// system. Who is said to have built them tells nothing: whoever writes a record writes that too.
    pub(super) fn tell_of_system(&self, look: &mut Look<'_>, path: &Text, records: &[Record]) {
        let trusted = self.stated.iter().filter(|stated| stated.signed == Signed::ByTrusted).count();
        if trusted * 2 <= self.stated.len() {
            return;
        }
        let mut told = 0;
        for record in records.iter().filter(|record| !record.trusted) {
            let at = record.number.and_then(|number| self.places.get(&number));
            let Some(stated) = at.and_then(|at| self.stated.get(*at)).filter(|_| told < MAX_TOLD) else { continue };
            let keyless = match stated.signed {
                Signed::ByHostOnly(_) => false,
                Signed::NoKey(_) | Signed::Not => true,
                _ => continue,
            };
            let decides = |file: &Expected| reach::is_of_system(file) || keyless && reach::gives_rights(file);
            if let Some(file) = record.files.files().find(decides) {
                doubt(look, path, stated, DoubtKind::NotOfVendor { owns: file.path });
                told += 1;
            }
        }
    }

    fn tell_each(&self, look: &mut Look<'_>, path: &Text) {
        let badly = |stated: &Stated| match stated.signed {
            Signed::Badly(why) => Some(DoubtKind::BadSignature { why: why.to_owned() }),
            _ => None,
        };
        let doubts = self
            .stated
            .iter()
            .flat_map(|stated| stated.forged.clone().into_iter().chain(badly(stated)).map(move |kind| (stated, kind)));
        doubts.take(MAX_TOLD).for_each(|(stated, kind)| doubt(look, path, stated, kind));
    }

    /// Own builds of an admin are not signed; what says to be of a vendor who signs the rest must be.
    fn tell_unsigned(&self, look: &mut Look<'_>, path: &Text) {
        let unsigned: Vec<&Stated> = self.stated.iter().filter(|stated| stated.signed == Signed::Not).collect();
        let vendors = self.vendors(look, &unsigned);
        let trusted = || self.stated.iter().filter(|stated| stated.signed == Signed::ByTrusted);
        let sources: BTreeSet<&str> =
            trusted().map(|s| s.source.as_str()).filter(|source| !source.is_empty()).collect();
        let (of_vendor, others): (Vec<&Stated>, Vec<&Stated>) = unsigned
            .into_iter()
            .partition(|stated| vendors.contains(stated.vendor.as_str()) || sources.contains(stated.source.as_str()));
        if let Some(first) = of_vendor.first() {
            let kind = DoubtKind::UnsignedOfVendor { packages: count(of_vendor.len()), vendor: first.vendor.clone() };
            doubt(look, path, first, kind);
        }
        if let Some(first) = others.first() {
            let others_are_signed = trusted().next().is_some();
            doubt(look, path, first, DoubtKind::Unsigned { packages: count(others.len()), others_are_signed });
        }
    }

    /// Who signs what he builds: of whom something signed is here. Where nothing is, the one who built most of it, if the
    /// host has a vendor's key or is of a distribution that signs everything.
    fn vendors(&self, look: &mut Look<'_>, unsigned: &[&Stated]) -> BTreeSet<&str> {
        let is_told = |vendor: &&str| !vendor.is_empty();
        let trusted = self.stated.iter().filter(|stated| stated.signed == Signed::ByTrusted);
        let vendors: BTreeSet<&str> = trusted.map(|stated| stated.vendor.as_str()).filter(is_told).collect();
        if !vendors.is_empty() || unsigned.len() * 2 <= self.stated.len() {
            return vendors;
        }
        let mut built: BTreeMap<&str, usize> = BTreeMap::new();
        for stated in self.stated.iter().filter(|stated| !stated.vendor.is_empty()) {
            *built.entry(&stated.vendor).or_default() += 1;
        }
        let most = built.into_iter().max_by_key(|(_, count)| *count).filter(|(_, count)| count * 2 > self.stated.len());
        let must_be_signed = most.is_some() && (self.keys.has_vendors() || signs_everything(look));
        most.filter(|_| must_be_signed).map(|(vendor, _)| vendor).into_iter().collect()
    }
}

fn signs_everything(look: &mut Look<'_>) -> bool {
    let path = look.optional_resolve(&"/etc/os-release".into());
    let text = path.and_then(|path| look.optional_read(&path)).unwrap_or_default();
    let mut lines = bstr::ByteSlice::lines(text.as_slice());
    let id = lines.find_map(|line| line.strip_prefix(b"ID=")).unwrap_or_default();
    SIGN_EVERYTHING.iter().any(|known| bstr::ByteSlice::trim_with(id, |c| c == '"' || c == '\'') == known.as_bytes())
}

/// What needs no key to be seen.
fn forged(package: &Package) -> Option<DoubtKind> {
    if package.replaced.iter().any(|tag| !OF_PATHS.contains(tag)) {
        return Some(DoubtKind::Overlaid);
    }
    (package.digests_agree == Some(false)).then_some(DoubtKind::DigestsDisagree)
}

fn count(packages: usize) -> u32 {
    u32::try_from(packages).unwrap_or(u32::MAX)
}

fn doubt(look: &mut Look<'_>, path: &Text, stated: &Stated, kind: DoubtKind) {
    look.saw(Event::PackageDoubtSeen(Box::new(PackageDoubt {
        package: stated.name.clone(),
        version: stated.version.clone(),
        kind,
        path: path.clone(),
        when: 0,
    })));
}
