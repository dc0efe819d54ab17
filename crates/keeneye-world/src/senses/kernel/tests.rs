use crate::fixture::Fixture;
use crate::{Plan, World, scan};
use keeneye_facts::{Module, Text, Way};

fn world(host: &str) -> World {
    scan(&Fixture::new(host), &Plan::default())
}

fn module<'a>(world: &'a World, name: &str) -> &'a Module {
    world.modules.iter().find(|module| module.name == name).expect("the module is seen")
}

/// Gaps of this sense: others have theirs.
fn gaps(world: &World) -> Vec<Text> {
    world.gaps.iter().filter(|gap| gap.sense == "kernel").map(|gap| gap.what.clone()).collect()
}

const PROC: &str = "/proc/modules = ext4 1003520 1 - Live 0x0\\nnvidia 1 0 - Live 0x0 (POE)\\n";

#[test]
fn a_module_by_every_way() {
    let world = world(&format!(
        "{PROC}\n/sys/module/ext4/initstate = live\\n\n/sys/module/nvidia/initstate = live\\n\n/sys/module/kernel/x = 1\n\
         /proc/kallsyms = ffff T _text\\nffff t f\\t[ext4]\\nffff t g\\t[ext4]\\n\n\
         /lib/modules/6.1.0/modules.dep = kernel/ext4.ko: a.ko\\nupdates/dkms/nvidia.ko:\\n\n\
         /lib/modules/6.1.0/kernel/ext4.ko = x\n/lib/modules/6.1.0/updates/dkms/nvidia.ko = x\n\
         /var/lib/dkms/nvidia/525/6.1.0/x86_64/module/nvidia.ko = x\n/usr/src/nvidia-525/dkms.conf = x\n\
         /var/lib/dkms/nvidia/525/source @ /usr/src/nvidia-525"
    ));
    let (ext4, nvidia) = (module(&world, "ext4"), module(&world, "nvidia"));
    assert_eq!(ext4.seen.by.iter().copied().collect::<Vec<_>>(), [Way::ProcModules, Way::SysModule, Way::Kallsyms]);
    assert!(ext4.seen.not_by.is_empty() && nvidia.seen.not_by.is_empty());
    assert_eq!(ext4.file, Some(Text::from("/lib/modules/6.1.0/kernel/ext4.ko")));
    assert_eq!((nvidia.dkms, &nvidia.source), (true, &Some(Text::from("/usr/src/nvidia-525/dkms.conf"))));
    let kernel = world.kernel.as_ref().expect("a kernel");
    assert!(kernel.modular && kernel.indexed);
    assert!(gaps(&world).is_empty());
}

#[test]
fn a_way_that_shows_no_module_at_all_proves_nothing() {
    let world = world(&format!("{PROC}\n/sys/module/kernel/x = 1"));
    assert!(world.modules.iter().all(|module| module.seen.not_by.is_empty()));
}

#[test]
fn one_that_is_being_loaded_is_not_missing() {
    let world = world(&format!(
        "{PROC}\n/sys/module/ext4/initstate = live\\n\n/sys/module/nvidia/initstate = live\\n\n\
         /sys/module/late/initstate = coming\\n\n/sys/module/there/initstate = live\\n"
    ));
    assert!(module(&world, "late").seen.not_by.is_empty());
    assert!(module(&world, "there").seen.not_by.contains(&Way::ProcModules));
}

#[test]
fn a_kernel_without_modules_is_no_gap() {
    let world = world("/sys/module/kernel/x = 1");
    assert!(!world.kernel.as_ref().expect("a kernel").modular);
    assert!(gaps(&world).is_empty());
}

#[test]
fn garbled_modules_are_told_once() {
    let world = world("/proc/modules = a b c\\nd e f\\next4 1 1 - Live 0x0\\n");
    assert_eq!(gaps(&world), ["/proc/modules"].map(Text::from));
}

#[test]
fn helpers_of_every_kind() {
    let world = world(
        "/proc/sys/kernel/core_pattern = |/usr/bin/env /opt/x %p\\n\n/usr/bin/env : mode=100755\n\
         /proc/sys/kernel/modprobe = /sbin/modprobe\\n\n/sys/kernel/uevent_helper = /tmp/x\\n\n\
         /proc/sys/fs/binfmt_misc/y = enabled\\ninterpreter /opt/y\\nflags: C\\nextension .y\\n\n\
         /proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\\n\
         2 1 0:9 / /proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt_misc rw\\n",
    );
    let kernel = world.kernel.as_ref().expect("a kernel");
    let said: Vec<_> = kernel.helpers.iter().map(|h| (h.program.clone(), h.path.is_some(), h.credentials)).collect();
    let expected = [
        ("/usr/bin/env", true, false),
        ("/sbin/modprobe", false, false),
        ("/tmp/x", false, false),
        ("/opt/y", false, true),
    ];
    assert_eq!(said, expected.map(|(path, there, credentials)| (Text::from(path), there, credentials)));
    assert_eq!(kernel.helpers[0].script, Some(Text::from("/opt/x")));
    assert!(gaps(&world).is_empty());
}
