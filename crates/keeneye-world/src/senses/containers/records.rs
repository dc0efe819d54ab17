//! The packages of a container: what the image's records say, and what was written into them since.

use crate::layers::Layers;
use crate::packages::{Expectations, Expected, Packages, Sum};
use crate::{Answer, AskHost, Host, Look, Question};
use keeneye_facts::{Digest, DigestCheck, Event, Ownership, Text};

/// Databases of packages, and what lies beside them.
const DATABASES: [&str; 6] =
    ["/var/lib/dpkg", "/lib/apk/db", "/usr/lib/apk/db", "/var/lib/rpm", "/usr/lib/sysimage/rpm", "/var/lib/pacman"];
/// Gaps of one container that are told.
const MAX_GAPS: usize = 5;

/// The two of them.
pub(super) struct Records<'a> {
    image: Owners<'a>,
    /// Of the container as it is, where its layer has any of them.
    own: Option<Owners<'a>>,
}

impl<'a> Records<'a> {
    /// `image` is the container without the layer that it writes to, `whole` the container.
    pub(super) fn new(image: &'a Layers<'a>, whole: &'a Layers<'a>, now: i64, keys: &'a [Text]) -> Self {
        let owners = |host| Owners { look: Look::new(host, "layers"), packages: None, now, keys };
        let written = DATABASES.iter().any(|dir| whole.is_written(&Text::from(*dir)));
        Self { image: owners(image), own: written.then(|| owners(whole)) }
    }

    /// The container has records of its own.
    pub(super) fn were_written(&self) -> bool {
        self.own.is_some()
    }

    /// Who owns a path of the container. `None` where the image's records say that its package brings it so. What else
    /// is said may be the word of whoever has the container.
    pub(super) fn owner(
        &mut self,
        look: &Look<'_>,
        path: &Text,
        on_host: &Text,
        digest: Option<&Digest>,
    ) -> Option<Ownership> {
        let of_image = self.image.owner(look, path, on_host, digest);
        if matches!(of_image, Ownership::Owned { digest: DigestCheck::Matches, .. }) {
            return None;
        }
        Some(self.own.as_mut().map_or(of_image, |own| own.owner(look, path, on_host, digest)))
    }

    /// Tells what could not be read of them.
    pub(super) fn tell(self, look: &mut Look<'_>, container: &Text) {
        for owners in [Some(self.image), self.own].into_iter().flatten() {
            let mut told = 0;
            for event in owners.look.finish() {
                match event {
                    Event::GapSeen(gap) if told < MAX_GAPS => {
                        told += 1;
                        let what = [gap.what.as_slice(), b" in container ", container.as_slice()].concat();
                        look.gap(Text::from(what), gap.why);
                    }
                    Event::SenseDone(done) => look.count(done.asked, done.answered),
                    _ => (),
                }
            }
        }
    }
}

/// The packages of a root, read when one is asked for.
struct Owners<'a> {
    look: Look<'a>,
    packages: Option<Packages>,
    now: i64,
    keys: &'a [Text],
}

impl Owners<'_> {
    fn owner(&mut self, on: &Look<'_>, path: &Text, on_host: &Text, digest: Option<&Digest>) -> Ownership {
        let look = &mut self.look;
        let packages = self.packages.get_or_insert_with(|| {
            // An image without any is nothing that could not be read.
            let has_any = DATABASES.iter().any(|dir| look.host().stat(&Text::from(*dir)).is_ok());
            if has_any { Packages::read(look, self.now, self.keys, None) } else { Packages::default() }
        });
        // A file lies where the container's own links lead.
        let resolved = look.host().resolve(path).unwrap_or_else(|_| path.clone());
        match packages.owner(look, &resolved, digest) {
            Ownership::Owned { package, version, digest: DigestCheck::NotChecked, conffile } if digest.is_some() => {
                let sum = packages.sum(&resolved);
                let digest = sum.map_or(DigestCheck::NotChecked, |sum| compared(on.host(), on_host, sum));
                Ownership::Owned { package, version, digest, conffile }
            }
            owner => owner,
        }
    }
}

/// By a digest that not every look makes: the SHA-1 of apk.
fn compared(host: &dyn Host, path: &Text, sum: Sum) -> DigestCheck {
    let expected = sum.hexadecimal.clone();
    let file = Expected { path: path.clone(), digest: Some(sum), ..Expected::default() };
    match host.ask(&Question::Compare(Expectations::new(vec![file]))) {
        Ok(Answer::Compared(found)) => match found.into_iter().next().map(|found| found.is) {
            None => DigestCheck::Matches,
            Some(Ok(actual)) => DigestCheck::Differs { expected, found: actual.digest.unwrap_or_default() },
            Some(Err(_)) => DigestCheck::NotChecked,
        },
        _ => DigestCheck::NotChecked,
    }
}
