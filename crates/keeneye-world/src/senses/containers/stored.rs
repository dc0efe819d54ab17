//! Where engines keep the layers of containers that do not run here: on the disk of another machine.

use crate::Look;
use crate::container_file;
use keeneye_facts::{EngineContainer, Refusal, Text};

/// Layers of one container.
const MAX_LAYERS: usize = 500;

/// The directory that a container writes to and those of its image, the uppermost first, as an image of a disk has them.
/// `None` where the engine keeps them otherwise: then it keeps no plain directories.
pub(super) fn layers(look: &mut Look<'_>, container: &EngineContainer) -> Option<(Text, Vec<Text>)> {
    let (store, layer) = match container.engine.as_str() {
        "docker" => docker(look, container)?,
        "podman" => podman(look, container)?,
        _ => return None,
    };
    let dir = store.join(&*layer);
    // `l/ABC:l/DEF`: short names, which are links to the layers.
    let lower = look.optional_read(&dir.join("lower")).unwrap_or_default();
    let names = lower.trim_ascii().split(|b| *b == b':').filter(|name| !name.is_empty()).take(MAX_LAYERS);
    let mut found = Vec::new();
    for name in names {
        let path = store.join(name);
        let Some(resolved) = look.resolve_if_there(&path) else {
            look.gap(path, Refusal::Garbled("a layer of an image that is not there".into()));
            return None;
        };
        found.push(resolved);
    }
    Some((look.optional_resolve(&dir.join("diff"))?, found))
}

/// `containers/ID/config.v2.json` beside `image/overlay2/layerdb/mounts/ID/mount-id` and `overlay2/LAYER`.
fn docker(look: &mut Look<'_>, container: &EngineContainer) -> Option<(Text, Text)> {
    let data = Text::from(Text::from(Text::from(container.path.parent()).parent()).parent());
    let id = plain(&container.id)?;
    let mounts = data.join("image/overlay2/layerdb/mounts").join(id);
    let layer = look.optional_read(&mounts.join("mount-id"))?;
    Some((data.join("overlay2"), Text::from(plain(layer.trim_ascii())?)))
}

/// `overlay-containers/containers.json` names the layer of each, which lies in `overlay`.
fn podman(look: &mut Look<'_>, container: &EngineContainer) -> Option<(Text, Text)> {
    let containers = Text::from(Text::from(Text::from(container.path.parent()).parent()).parent());
    let stored = container_file::stored(&look.optional_read(&containers.join("containers.json"))?)?;
    let known = stored.into_iter().find(|stored| *stored.id.as_bytes() == *container.id.as_slice())?;
    Some((Text::from(containers.parent()).join("overlay"), Text::from(plain(known.layer.as_bytes())?)))
}

/// A name that leads nowhere else.
fn plain(name: &[u8]) -> Option<&[u8]> {
    (!name.is_empty() && !name.contains(&b'/') && name != b"." && name != b"..").then_some(name)
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::{Host, Plan, Question, Reply, scan};
    use keeneye_facts::{Refusal, Text};

    /// The same files, and nothing runs.
    struct Image(Fixture);
    impl Host for Image {
        fn ask(&self, question: &Question) -> Reply {
            let of_proc = |path: &Text| path.is_within("/proc");
            match question {
                Question::Read(path) | Question::List(path) | Question::Link(path) | Question::Stat(path)
                    if of_proc(path) =>
                {
                    Err(Refusal::NotHere)
                }
                Question::OwnProc => Err(Refusal::NotHere),
                question => self.0.ask(question),
            }
        }
    }
    fn told(host: &str) -> Vec<String> {
        let world = scan(&Image(Fixture::new(host)), &Plan::default());
        assert!(!world.host.live);
        let drifts = world.container_drifts.iter();
        drifts.map(|drift| format!("{} {}", drift.container.lossy(), drift.path.lossy())).collect()
    }

    const LAYERS: &str = r"
        STORE/l/A @ ../image/diff
        STORE/image/diff/bin/tool = #!/bin/sh\n
        STORE/image/diff/bin/tool : mode=100755
        STORE/web/lower = l/A
        STORE/web/diff/bin/tool = #!/bin/sh\n
        STORE/web/diff/bin/tool : mode=100700
        STORE/web/diff/tmp/x = \x7fELF
        STORE/web/diff/tmp/x : mode=100755";

    #[test]
    fn a_container_of_docker() {
        let host = |running: &str| {
            let config = format!(
                r#"/var/lib/docker/containers/0a/config.v2.json = {{"ID":"0a","Name":"/web","State":{{"Running":{running}}}}}"#
            );
            let layers = LAYERS.replace("STORE", "/var/lib/docker/overlay2");
            format!("{config}\n/var/lib/docker/image/overlay2/layerdb/mounts/0a/mount-id = web\n{layers}")
        };
        assert_eq!(told(&host("true")), ["web /tmp/x"]);
        assert!(told(&host("false")).is_empty(), "what did not run is no running container");
        assert!(told(&host("true").replace("mount-id = web", "mount-id = ../web")).is_empty());
    }
    #[test]
    fn a_container_of_podman() {
        let top = "/var/lib/containers/storage/overlay-containers";
        let list = format!(r#"{top}/containers.json = [{{"id":"0b","names":["web"],"image":"1","layer":"web"}}]"#);
        let config = format!(r#"{top}/0b/userdata/config.json = {{"linux":{{}}}}"#);
        let layers = LAYERS.replace("STORE", "/var/lib/containers/storage/overlay");
        assert_eq!(told(&format!("{list}\n{config}\n{layers}")), ["web /tmp/x"]);
    }
}
