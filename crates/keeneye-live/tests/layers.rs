//! A container as engines make one: an overlay of its own as root, in namespaces of its own. Needs root.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    reason = "tests make the container to look at"
)]

use keeneye_facts::DriftKind;
use keeneye_live::{Live, Options};
use keeneye_world::senses::SENSES;
use keeneye_world::{Look, Plan, World};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running container, which ends with the test.
struct Container {
    base: PathBuf,
    init: Child,
}

impl Container {
    /// The layout of docker's overlay2: layers by short names, which are links.
    fn start(name: &str) -> Self {
        let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("layers-{name}-{}", std::process::id()));
        for dir in ["l", "image/diff/usr", "image/diff/tmp", "web/diff", "web/work", "web/merged"] {
            fs::create_dir_all(base.join(dir)).expect("a directory");
        }
        symlink("../image/diff", base.join("l/ABC")).expect("a link");
        for name in ["bin", "lib", "lib64"] {
            symlink(format!("usr/{name}"), base.join("image/diff").join(name)).expect("a link");
        }
        program(&base.join("image/diff/opt/tool"), b"#!/bin/sh\n");
        let at = |name: &str| base.join(name).display().to_string();
        let options = format!("lowerdir={},upperdir={},workdir={}", at("l/ABC"), at("web/diff"), at("web/work"));
        let merged = at("web/merged");
        let line = format!(
            "mount -t overlay overlay {merged} -o {options} && mount --bind /usr {merged}/usr && \
             exec chroot {merged} /bin/sh -c 'chown 7 /opt/tool; exec sleep 1000'"
        );
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "sh", "-c", &line]).stdin(Stdio::null());
        let init = command.spawn().expect("unshare");
        let container = Self { base, init };
        let begun = Instant::now();
        // The copy of what it changes is there when it is up.
        while !container.base.join("web/diff/opt/tool").exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the container does not start (needs root)");
            std::thread::yield_now();
        }
        container
    }
    fn written(&self, name: &str) -> PathBuf {
        self.base.join("web/diff").join(name)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        self.init.kill().ok();
        self.init.wait().ok();
        fs::remove_dir_all(&self.base).ok();
    }
}

fn program(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().expect("has a parent")).expect("a directory");
    fs::write(path, content).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("rights");
}

/// Only what is needed to know of containers.
fn look() -> World {
    let live = Live::new(Path::new("/"), &Options::default()).expect("the root can be opened");
    let wanted = ["host", "accounts", "mounts", "processes", "containers", "layers"];
    let mut world = World::default();
    for (name, sense) in SENSES.iter().filter(|(name, _)| wanted.contains(name)) {
        let mut look = Look::new(&live, name);
        sense(&mut look, &world, &Plan::default());
        look.finish().into_iter().for_each(|event| world.fold(event));
    }
    world
}

/// What was written, and how it differs from the image.
fn drifts(container: &Container) -> Vec<(String, DriftKind)> {
    let upper = container.written("").display().to_string();
    let world = look();
    let ours =
        world.container_drifts.iter().filter(|drift| drift.on_host.lossy().starts_with(upper.trim_end_matches('/')));
    ours.map(|drift| (drift.path.lossy().into_owned(), drift.how.clone())).collect()
}

#[test]
fn programs_that_came_into_a_running_container() {
    let container = Container::start("drift");
    assert_eq!(drifts(&container), [], "a changed owner is a copy in the layer, and no other program");
    program(&container.written("tmp/dropped"), b"#!/bin/sh\n");
    fs::write(container.written("tmp/notes"), "no program").expect("a file");
    assert_eq!(drifts(&container), [("/tmp/dropped".to_owned(), DriftKind::New)]);
}

#[test]
fn links_in_the_layer_do_not_lead_to_the_hosts_files() {
    let container = Container::start("links");
    // Followed by the host, it would lead to the host's packages, and one of these has an env.
    symlink("/var", container.written("var")).expect("a link");
    program(&container.written("usr/bin/env"), b"\x7fELF something else");
    assert_eq!(drifts(&container), [("/usr/bin/env".to_owned(), DriftKind::New)]);
}
