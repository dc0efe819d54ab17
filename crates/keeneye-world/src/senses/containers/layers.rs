//! The layer that a running container writes to, as a root of its own: programs in it that the image has not.

use super::overlay::{self, Overlay};
use super::records::Records;
use super::stored;
use crate::layers::Layers;
use crate::senses::{Plan, kind_of_content};
use crate::{Answer, AskHost, Look, Question, Walked, World};
use keeneye_facts::{
    ContainerDrift, DigestCheck, DriftKind, EngineContainer, Event, FileKind, FileStat, Mount, Ownership, Process,
    Refusal, Text,
};
use std::collections::BTreeMap;

/// Containers whose layers are looked at.
const MAX_CONTAINERS: usize = 500;
/// Programs of one layer that are looked into.
const MAX_PROGRAMS: usize = 2_000;
/// Programs of all layers together that are looked into, and their bytes: a minute of reading.
const MAX_ALL_PROGRAMS: usize = 10_000;
const MAX_ALL_BYTES: u64 = 8 << 30;

/// Overlays that are the root of processes. Anybody may name a directory that another container writes to, so it is by
/// all of its layers that one is told from another.
#[derive(Debug, Default)]
pub(super) struct Written<'a>(BTreeMap<Overlay, Vec<&'a Process>>);

/// What may still be read of all layers.
struct Budget {
    programs: usize,
    bytes: u64,
}

impl Budget {
    fn take(&mut self, bytes: u64) -> Option<()> {
        *self = Self { programs: self.programs.checked_sub(1)?, bytes: self.bytes.checked_sub(bytes)? };
        Some(())
    }
}

impl<'a> Written<'a> {
    /// Takes in the mounts of a namespace, as these processes see them. The machine's own root is no container's.
    pub(super) fn add(&mut self, mounts: &[Mount], own: &Mount, processes: &[&'a Process]) {
        let around = mounts.iter().rfind(|mount| mount.point == "/").filter(|mount| mount.device != own.device);
        if let Some(overlay) = around.and_then(overlay::read) {
            self.0.entry(overlay).or_default().extend(processes);
        }
    }

    /// Looks at each.
    pub(super) fn look(self, look: &mut Look<'_>, world: &World, plan: &Plan) {
        let mut layers: Vec<_> = self.0.into_iter().collect();
        // Nobody shall crowd out those of the engines.
        layers.sort_by_key(|(_, processes)| !of_the_machine(world, processes));
        let layers = look.first(&Text::from("layers of containers"), layers, MAX_CONTAINERS, "layers");
        let mut budget = Budget { programs: MAX_ALL_PROGRAMS, bytes: MAX_ALL_BYTES };
        for (overlay, processes) in layers {
            let Some(container) = Container::of(look, world, &overlay, processes) else { continue };
            container.look(look, plan, &mut budget);
        }
        // Of a machine that does not run the engines' files tell what ran; podman keeps nothing that says so.
        let ran = |known: &&EngineContainer| !world.host.live && (known.running || known.engine == "podman");
        for known in world.engine_containers.iter().filter(ran).take(MAX_CONTAINERS) {
            if let Some((upper, lower)) = stored::layers(look, known) {
                Container::stored(world, known, upper, lower).look(look, plan, &mut budget);
            }
        }
    }
}

/// A running container.
struct Container<'a> {
    world: &'a World,
    name: Text,
    image: Text,
    upper: Text,
    lower: Vec<Text>,
    processes: Vec<&'a Process>,
    started: i64,
    created: Option<i64>,
}

impl<'a> Container<'a> {
    /// `None`, with a gap, when the host does not know its layers: those of a program that made a root for itself may
    /// have been covered since.
    fn of(look: &mut Look<'_>, world: &'a World, overlay: &Overlay, processes: Vec<&'a Process>) -> Option<Self> {
        let mut found = on_host(look, overlay);
        let Some((upper, lower)) = found.take() else {
            look.gap(
                overlay.upper.clone(),
                Refusal::Garbled("a layer of a container that is not where it is said to be".into()),
            );
            return None;
        };
        // Whoever makes a user namespace of his own may mount what he likes in it, /usr of the machine as well.
        if !of_the_machine(world, &processes) && !overlay::is_in_store(&upper) {
            look.gap(
                upper,
                Refusal::Garbled("written to by an overlay of an ordinary user, in no engine's store".into()),
            );
            return None;
        }
        let id = processes.iter().find_map(|process| process.container.as_ref()).map(|container| &container.id);
        let known = id.and_then(|id| world.engine_containers.iter().find(|known| known.id == *id));
        let namespace = processes.iter().find_map(|process| process.namespaces.mnt).unwrap_or_default();
        let name = known.map(|known| known.name.clone()).or(id.cloned());
        let first = processes.iter().map(|process| process.id.start).min().unwrap_or_default();
        Some(Self {
            world,
            name: name.unwrap_or_else(|| Text::from(format!("of mount namespace {namespace}"))),
            image: known.map(|known| known.image.clone()).unwrap_or_default(),
            upper,
            lower,
            started: world.host.time_of_ticks(first),
            created: known.and_then(|known| known.created),
            processes,
        })
    }

    /// One that ran when its disk was taken.
    fn stored(world: &'a World, known: &EngineContainer, upper: Text, lower: Vec<Text>) -> Self {
        let (name, image, started) = (known.name.clone(), known.image.clone(), known.created.unwrap_or_default());
        Self { world, name, image, upper, lower, processes: Vec::new(), started, created: known.created }
    }

    fn look(&self, look: &mut Look<'_>, plan: &Plan, budget: &mut Budget) {
        let what = Text::from([b"programs of container ", self.name.as_slice()].concat());
        let (files, cut, unread) = match look.ask(&Question::Programs(self.upper.clone()), what.clone()) {
            Some(Answer::Walk { files, cut, unread }) => (files, cut, unread),
            Some(other) => return look.misfit(what, &other),
            None => return,
        };
        if let Some(limit) = cut {
            look.gap(what.clone(), Refusal::Cut(limit));
        }
        if let Some((path, errno)) = unread.first() {
            look.gap(path.clone(), Refusal::Errno(*errno));
        }
        let files = look.first(&what, files, MAX_PROGRAMS, "programs of one container");
        let image = Layers::new(look.host(), self.lower.clone());
        let whole = Layers::new(look.host(), [self.upper.clone()].into_iter().chain(self.lower.clone()).collect());
        let mut records = Records::new(&image, &whole, self.world.host.now, &plan.keys);
        for file in files {
            if budget.take(file.stat.size).is_none() {
                look.gap(what, Refusal::Cut("10,000 programs or 8 GiB of all containers".into()));
                break;
            }
            if let Some(drift) = self.drift(look, &image, &mut records, file) {
                look.saw(Event::ContainerDriftSeen(Box::new(drift)));
            }
        }
        records.tell(look, &self.name);
    }

    fn drift(
        &self,
        look: &mut Look<'_>,
        image: &Layers<'_>,
        records: &mut Records<'_>,
        Walked { path: on_host, stat, .. }: Walked,
    ) -> Option<ContainerDrift> {
        let path = Text::from(on_host.strip_prefix(self.upper.as_slice())?);
        let kind = match look.host().head(&on_host) {
            Ok(head) => kind_of_content(&head),
            Err(why) if why.is_absent() => return None,
            Err(why) => {
                look.gap(on_host.clone(), why);
                FileKind::Unknown
            }
        };
        if kind == FileKind::Other {
            return None;
        }
        let digest = look.host().digest(&on_host).ok();
        let before = image.stat(&path).ok().filter(FileStat::is_regular);
        // Who only changes owner, rights or times of a file copies it into the layer.
        let same = before.is_some_and(|before| before.size == stat.size)
            && digest.is_some()
            && image.digest(&path).ok() == digest;
        let how = if same {
            (gives_rights(&stat) && !before.is_some_and(|before| gives_rights(&before))).then_some(DriftKind::Rights)?
        } else {
            match records.owner(look, &path, &on_host, digest.as_ref())? {
                Ownership::Owned { digest: DigestCheck::Matches, package, .. } => DriftKind::Packaged(package),
                // Settings are there to be changed.
                Ownership::Owned { conffile: true, .. } => DriftKind::Changed(None),
                Ownership::Owned { digest: DigestCheck::Differs { .. }, package, .. } => {
                    DriftKind::Changed(Some(package))
                }
                Ownership::Owned { package, .. } if before.is_none() || records.were_written() => {
                    DriftKind::Packaged(package)
                }
                Ownership::Owned { package, .. } => DriftKind::Changed(Some(package)),
                _ if before.is_some() => DriftKind::Changed(None),
                _ => DriftKind::New,
            }
        };
        Some(ContainerDrift {
            container: self.name.clone(),
            image: self.image.clone(),
            runs: self.runs(&path),
            path,
            on_host,
            stat,
            kind,
            how,
            sha256: digest.map(|digest| digest.sha256),
            started: self.started,
            created: self.created,
        })
    }

    /// Processes that execute it, or run it as their script. Whoever has a root of his own is told with it.
    fn runs(&self, path: &Text) -> Vec<keeneye_facts::ProcessId> {
        let is_it = |process: &&&Process| {
            let root = process.root.as_ref().filter(|root| **root != "/").map_or(&b""[..], |root| root.as_slice());
            let same = |named: &Text| named == path || named.strip_prefix(root) == Some(path.as_slice());
            let exe = process.exe.as_ref().is_some_and(|exe| !exe.deleted && same(&exe.path));
            exe || process.program.as_ref().is_some_and(|program| same(&program.path))
        };
        self.processes.iter().filter(is_it).map(|process| process.id).collect()
    }
}

/// One of them is in the user namespace of the machine, which nobody but root brings into a mount namespace.
fn of_the_machine(world: &World, processes: &[&Process]) -> bool {
    let own = world.host.own_namespaces.user;
    processes.iter().any(|process| process.namespaces.user == own)
}

fn gives_rights(stat: &FileStat) -> bool {
    stat.executable() && (stat.mode & 0o4000 != 0 || stat.mode & 0o2010 == 0o2010)
}

/// The layers' directories without links. Parts of paths are taken from where the engine stood.
fn on_host(look: &Look<'_>, overlay: &Overlay) -> Option<(Text, Vec<Text>)> {
    let all = |base: Option<&Text>| {
        let whole = |dir: &Text| match base {
            Some(base) if !dir.starts_with(b"/") => base.join(&**dir),
            _ => dir.clone(),
        };
        let resolved = |dir: &Text| look.host().resolve(&whole(dir)).ok();
        let upper = resolved(&overlay.upper)?;
        Some((upper, overlay.lower.iter().map(resolved).collect::<Option<Vec<Text>>>()?))
    };
    if std::iter::once(&overlay.upper).chain(&overlay.lower).all(|dir| dir.starts_with(b"/")) {
        return all(None);
    }
    overlay::bases().find_map(|base| all(Some(&base)))
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::{Plan, scan};

    const CONTAINER: &str = r"
        process 41 exe=/usr/bin/app ns=mnt:7 start=100
        /proc/41/mountinfo = 9 8 0:40 / / rw - overlay overlay rw,lowerdir=/s/l/A,upperdir=/s/c/diff,workdir=/s/c/work
        /s/l/A @ ../a/diff
        /s/a/diff/usr/bin/app = \x7fELF app
        /s/a/diff/usr/bin/tool = \x7fELF tool
        /s/a/diff/usr/bin/tool : mode=100755
        /s/c/diff/etc/settings = a
    ";

    fn told(more: &str) -> Vec<String> {
        let world = scan(&Fixture::new(&format!("{CONTAINER}\n{more}")), &Plan::default());
        let drifts = world.container_drifts.iter();
        drifts.map(|drift| format!("{} {:?} {}", drift.path.lossy(), drift.how, drift.runs.len())).collect()
    }
    fn gaps(more: &str) -> Vec<String> {
        let world = scan(&Fixture::new(&format!("{CONTAINER}\n{more}")), &Plan::default());
        let gaps = world.gaps.into_iter().filter(|gap| gap.sense == "layers");
        gaps.map(|gap| gap.what.lossy().into_owned()).collect()
    }

    #[test]
    fn a_program_that_the_image_has_not() {
        assert!(told("").is_empty());
        let new = "/s/c/diff/usr/local/bin/x = \\x7fELF x\n/s/c/diff/usr/local/bin/x : mode=100755";
        assert_eq!(told(new), ["/usr/local/bin/x New 0"]);
        // Nobody may execute it and it is no library; or it is no program.
        assert!(told("/s/c/diff/usr/local/bin/x = \\x7fELF x").is_empty());
        assert!(told("/s/c/diff/srv/x = data\n/s/c/diff/srv/x : mode=100755").is_empty());
    }
    #[test]
    fn a_copy_of_the_image_is_none() {
        let copy = |content: &str, mode: &str| {
            told(&format!("/s/c/diff/usr/bin/tool = {content}\n/s/c/diff/usr/bin/tool : mode={mode}"))
        };
        assert!(copy("\\x7fELF tool", "100700").is_empty());
        assert_eq!(copy("\\x7fELF tool", "104755"), ["/usr/bin/tool Rights 0"]);
        assert_eq!(copy("\\x7fELF took", "100755"), ["/usr/bin/tool Changed(None) 0"]);
    }
    #[test]
    fn what_a_package_of_the_container_brings() {
        let status = r"/s/c/diff/var/lib/dpkg/status = Package: x\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n";
        let list = r"/s/a/diff/var/lib/dpkg/info/x.list = /.\n/bin/x\n";
        // The digest of "#!/bin/sh\n".
        let sums = r"/s/a/diff/var/lib/dpkg/info/x.md5sums = 3e2b31c72181b87149ff995e7202c0e3  bin/x\n";
        let host = |content: &str| {
            format!(
                "{status}\n{list}\n{sums}\n/s/a/diff/bin @ usr/bin\n/s/c/diff/usr/bin/x = {content}\n/s/c/diff/usr/bin/x : mode=100755"
            )
        };
        // The records were written inside: whoever has the container can write them as well.
        assert_eq!(told(&host("#!/bin/sh\\n")), ["/usr/bin/x Packaged(\"x\") 0"]);
        assert_eq!(told(&host("#!/bin/sh\\nid\\n")), ["/usr/bin/x Changed(Some(\"x\")) 0"]);
        let of_image = |content: &str| host(content).replace("/s/c/diff/var/lib", "/s/a/diff/var/lib");
        assert!(told(&of_image("#!/bin/sh\\n")).is_empty());
        // Only the digests were written anew.
        let digest_of_other = "b0b9a0c6d2b0c7c1b1d4e3e4b6b7a0aa";
        let edited = of_image("#!/bin/sh\\n").replace("3e2b31c72181b87149ff995e7202c0e3", digest_of_other)
            + "\n/s/c/diff/var/lib/dpkg/info/x.md5sums = 3e2b31c72181b87149ff995e7202c0e3  bin/x\\n";
        assert_eq!(told(&edited), ["/usr/bin/x Packaged(\"x\") 0"]);
    }
    #[test]
    fn settings_of_a_package() {
        let status = r"/s/a/diff/var/lib/dpkg/status = Package: x\nStatus: install ok installed\nArchitecture: all\nVersion: 1\nConffiles:\n /etc/init.d/x 3e2b31c72181b87149ff995e7202c0e3\n\n";
        let list = r"/s/a/diff/var/lib/dpkg/info/x.list = /.\n/etc/init.d/x\n";
        let script = r"/s/c/diff/etc/init.d/x = #!/bin/sh\nid\n";
        let edited = format!("{status}\n{list}\n{script}\n/s/c/diff/etc/init.d/x : mode=100755");
        let before = r"/s/a/diff/etc/init.d/x = #!/bin/sh\n";
        assert_eq!(told(&format!("{edited}\n{before}")), ["/etc/init.d/x Changed(None) 0"]);
    }
    #[test]
    fn apk_that_ran_inside() {
        // The SHA-1 of "#!/bin/sh\n".
        let database =
            r"= C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:sudo\nV:1\nA:x86_64\nF:usr/bin\nR:sudo\na:0:0:4755\nZ:Q1SHA1\n\n"
                .replace("SHA1", "vZcb7IgUmVZFihD8nF7LPrmd1FI=");
        let sudo = |content: &str| format!("/s/c/diff/usr/bin/sudo = {content}\n/s/c/diff/usr/bin/sudo : mode=104755");
        let host = |layer: &str, content: &str| format!("{layer}/lib/apk/db/installed {database}\n{}", sudo(content));
        assert_eq!(told(&sudo("#!/bin/sh\\n")), ["/usr/bin/sudo New 0"]);
        assert_eq!(told(&host("/s/c/diff", "#!/bin/sh\\n")), ["/usr/bin/sudo Packaged(\"sudo\") 0"]);
        assert_eq!(told(&host("/s/c/diff", "#!/bin/sh\\nid\\n")), ["/usr/bin/sudo Changed(Some(\"sudo\")) 0"]);
        assert!(told(&host("/s/a/diff", "#!/bin/sh\\n")).is_empty(), "of the image");
        let garbled = format!("/s/c/diff/lib/apk/db/installed = rubbish\n{}", sudo("#!/bin/sh\\n"));
        assert!(gaps(&garbled).contains(&"/lib/apk/db/installed in container of mount namespace 7".to_owned()));
    }
    #[test]
    fn an_overlay_of_an_ordinary_user() {
        let host = |upper: &str, more: &str| {
            format!(
                "process 43 exe=/a ns=mnt:8{more}\n/proc/43/mountinfo = 9 8 0:41 / / rw - overlay o rw,lowerdir=/s/a/diff,upperdir={upper},workdir=/w\n{upper}/x = \\x7fELF x\n{upper}/x : mode=100755"
            )
        };
        let found = |upper: &str, more: &str| told(&host(upper, more)).len();
        let store = "/home/anna/.local/share/docker/overlay2/0a/diff";
        assert_eq!((found("/u", ""), found(store, ""), found(store, ",user:9")), (1, 1, 1));
        assert_eq!(found("/u", ",user:9"), 0);
        assert_eq!(gaps(&host("/u", ",user:9")), ["/u"]);
    }
    #[test]
    fn a_container_that_names_anothers_layer() {
        // He mounts what he calls by the names of another's, above layers of his own that have the same program.
        let other = "process 3 exe=/a ns=mnt:3,user:9\n/proc/3/mountinfo = 9 8 0:41 / / rw - overlay o rw,lowerdir=/mine,upperdir=/s/c/diff,workdir=/w";
        let new = |place: &str| format!("{place}/opt/x = \\x7fELF x\n{place}/opt/x : mode=100755");
        let host = format!("{}\n{}\n{other}", new("/s/c/diff"), new("/mine"));
        assert_eq!(told(&host), ["/opt/x New 0"]);
    }
    #[test]
    fn who_runs_it() {
        let new = "/s/c/diff/opt/x = \\x7fELF x\n/s/c/diff/opt/x : mode=100755";
        assert_eq!(told(&format!("{new}\nprocess 42 exe=/opt/x ns=mnt:7")), ["/opt/x New 1"]);
        assert_eq!(told(&format!("{new}\nprocess 42 exe=/opt/x")), ["/opt/x New 0"]);
    }
    #[test]
    fn layers_that_are_not_there_are_a_gap() {
        let elsewhere = "process 43 exe=/a ns=mnt:8\n/proc/43/mountinfo = 9 8 0:41 / / rw - overlay o rw,lowerdir=/s/none,upperdir=/s/c/diff,workdir=/w";
        assert!(gaps("").is_empty());
        assert_eq!(gaps(&elsewhere.replace("/s/c/diff", "/s/d")), ["/s/d"]);
    }
}
