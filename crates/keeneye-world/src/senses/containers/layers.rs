//! The layer that a running container writes to, as a root of its own: programs in it that the image has not.

use super::overlay::{self, Overlay};
use super::stored;
use crate::layers::Layers;
use crate::packages::Packages;
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
/// Databases of packages: one that lies in the layer was written by a package manager that ran inside.
const DATABASES: [&str; 6] = [
    "var/lib/dpkg/status",
    "lib/apk/db/installed",
    "usr/lib/apk/db/installed",
    "var/lib/rpm",
    "usr/lib/sysimage/rpm",
    "var/lib/pacman/local",
];

/// Overlays that are the root of processes, by the directory that is written to.
#[derive(Debug, Default)]
pub(super) struct Written<'a>(BTreeMap<Text, (Overlay, Vec<&'a Process>)>);

impl<'a> Written<'a> {
    /// Takes in the mounts of a namespace, as these processes see them. The machine's own root is no container's.
    pub(super) fn add(&mut self, mounts: &[Mount], own: &Mount, processes: &[&'a Process]) {
        let around = mounts.iter().rfind(|mount| mount.point == "/").filter(|mount| mount.device != own.device);
        if let Some(overlay) = around.and_then(overlay::read) {
            let (_, known) = self.0.entry(overlay.upper.clone()).or_insert_with(|| (overlay, Vec::new()));
            known.extend(processes);
        }
    }

    /// Looks at each.
    pub(super) fn look(self, look: &mut Look<'_>, world: &World, plan: &Plan) {
        let layers = look.first(&Text::from("layers of containers"), self.0.into_values(), MAX_CONTAINERS, "layers");
        for (overlay, processes) in layers {
            let Some(container) = Container::of(look, world, &overlay, processes) else { continue };
            container.look(look, plan);
        }
        // Of a machine that does not run the engines' files tell what ran; podman keeps nothing that says so.
        let ran = |known: &&EngineContainer| !world.host.live && (known.running || known.engine == "podman");
        for known in world.engine_containers.iter().filter(ran).take(MAX_CONTAINERS) {
            if let Some((upper, lower)) = stored::layers(look, known) {
                Container::stored(world, known, upper, lower).look(look, plan);
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
            processes,
        })
    }

    /// One that ran when its disk was taken.
    fn stored(world: &'a World, known: &EngineContainer, upper: Text, lower: Vec<Text>) -> Self {
        let (name, image, started) = (known.name.clone(), known.image.clone(), known.created.unwrap_or_default());
        Self { world, name, image, upper, lower, processes: Vec::new(), started }
    }

    fn look(&self, look: &mut Look<'_>, plan: &Plan) {
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
        let mut owners = Owners { look: Look::new(&whole, "containers"), packages: None };
        for file in files {
            if let Some(drift) = self.drift(look, &image, &mut owners, plan, file) {
                look.saw(Event::ContainerDriftSeen(Box::new(drift)));
            }
        }
    }

    fn drift(
        &self,
        look: &mut Look<'_>,
        image: &Layers<'_>,
        owners: &mut Owners<'_>,
        plan: &Plan,
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
            match owners.owner(&path, digest.as_ref(), self.world.host.now, plan) {
                Ownership::Owned { digest: DigestCheck::Matches, .. } => return None,
                Ownership::Owned { digest: DigestCheck::Differs { .. }, package, .. } => {
                    DriftKind::Changed(Some(package))
                }
                Ownership::Owned { .. } if before.is_none() || self.was_managed(look) => return None,
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

    fn was_managed(&self, look: &Look<'_>) -> bool {
        DATABASES.iter().any(|name| look.host().stat(&self.upper.join(name)).is_ok())
    }
}

/// The packages of a container, read when one is asked for.
struct Owners<'a> {
    look: Look<'a>,
    packages: Option<Packages>,
}

impl Owners<'_> {
    fn owner(&mut self, path: &Text, digest: Option<&keeneye_facts::Digest>, now: i64, plan: &Plan) -> Ownership {
        let look = &mut self.look;
        let packages = self.packages.get_or_insert_with(|| Packages::read(look, now, &plan.keys, None));
        // A file lies where the container's own links lead.
        let resolved = look.host().resolve(path).unwrap_or_else(|_| path.clone());
        packages.owner(look, &resolved, digest)
    }
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
        assert!(told(&host("#!/bin/sh\\n")).is_empty());
        assert_eq!(told(&host("#!/bin/sh\\nid\\n")), ["/usr/bin/x Changed(Some(\"x\")) 0"]);
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
