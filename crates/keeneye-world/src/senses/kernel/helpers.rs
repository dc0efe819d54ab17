//! Programs that the kernel starts by itself, as root: for core dumps, for modules that are missing, for devices, for
//! control groups that become empty, for programs of foreign formats.

mod binfmt;

use super::value;
use crate::{Look, World};
use keeneye_facts::{Kernel, KernelHelper, Text};

/// Settings that are a command. /sys/kernel/uevent_helper is the same as kernel/hotplug.
const COMMANDS: [&str; 3] = ["kernel/hotplug", "kernel/modprobe", "kernel/poweroff_cmd"];
const UEVENT_HELPER: &str = "/sys/kernel/uevent_helper";
/// Hierarchies of control groups of version 1 that are asked.
const MAX_HIERARCHIES: usize = 50;

pub(super) fn read(look: &mut Look<'_>, world: &World, kernel: &Kernel) -> Vec<KernelHelper> {
    let mut found = Vec::new();
    let setting = |name: &str| kernel.settings.get(name.as_bytes()).cloned().unwrap_or_default();
    // `|PROGRAM ARGUMENTS`: core(5). No shell takes it apart: words end at blanks.
    if let Some(command) = setting("kernel/core_pattern").strip_prefix(b"|") {
        found.extend(helper(look, "/proc/sys/kernel/core_pattern", command));
    }
    for name in COMMANDS {
        found.extend(helper(look, &format!("/proc/sys/{name}"), &setting(name)));
    }
    let uevent = value(look, UEVENT_HELPER).unwrap_or_default();
    found.extend(helper(look, UEVENT_HELPER, &uevent));
    let hierarchies = world.mounts.iter().filter(|mount| mount.kind == "cgroup");
    for mount in look.first(&Text::from("/sys/fs/cgroup"), hierarchies, MAX_HIERARCHIES, "hierarchies") {
        let path = mount.point.join("release_agent");
        let agent = value(look, &path.lossy()).unwrap_or_default();
        found.extend(helper(look, &path.lossy(), &agent));
    }
    found.extend(binfmt::read(look, world));
    found
}

fn helper(look: &mut Look<'_>, setting: &str, command: &[u8]) -> Option<KernelHelper> {
    let mut words = command.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let program = Text::from(words.next()?);
    let script = words.find(|word| word.starts_with(b"/")).map(Text::from);
    Some(KernelHelper {
        setting: setting.into(),
        value: Text::from(command),
        path: target(look, &program),
        script: script.map(|script| target(look, &script).unwrap_or(script)),
        program,
        ..KernelHelper::default()
    })
}

/// Where a path leads. Nothing is asked for what is no path, and for what lies in procfs: that is of other processes.
fn target(look: &mut Look<'_>, path: &Text) -> Option<Text> {
    if !path.starts_with(b"/") || path.is_within("/proc") {
        return None;
    }
    look.resolve_if_there(path)
}
