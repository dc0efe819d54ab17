//! A module is to be loaded at boot, and no kernel here knows it.
//!
//! # What it sees
//! A line of modules-load.d(5), /etc/modules or the modules of the first boot stage, in a file that no package owns or
//! that was changed since, with a name that neither the lists of the installed kernels nor the running kernel know.
//!
//! # Why it matters
//! This is how a module that hides processes and files comes back after a reboot. Its name leads nowhere when the
//! module was removed, lies elsewhere, or hides.
//!
//! # Innocent causes
//! A name that a newer kernel no longer has: when the line is older than the kernel, it is `unusual`. Drivers that were
//! built for another kernel (dkms before its run). Kernels whose files do not lie on the host, as in containers and on
//! machines that boot over the network: then an image tells nothing, and on a live host the running kernel is asked.
//!
//! # What to do
//! Find out who wrote the line (`keeneye look file PATH`), and whether the module is loaded under this name: `grep NAME
//! /proc/modules`.

use super::entry;
use crate::{Detector, Scene};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Finding, Level, Ownership, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/module-at-boot",
    title: "a module to load at boot that no kernel here knows",
    level: Level::Suspicious,
    attack: &["T1547.006"],
    absolute: false,
    source: include_str!("module_at_boot.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let unknown = entry::foreign(scene.world, AutostartKind::Module).filter(|one| one.known == Some(false));
    unknown.filter(|one| has_tree(scene.world) || !is_common(&one.name)).map(|one| judge(scene, one)).collect()
}

/// Modules of the kernel's own tree that admins and their tools load by hand, and families of them. They count only
/// where no tree of modules lies at all, as in containers and in machines whose kernel is given from outside: what is
/// absent there proves nothing about a name that everybody knows.
const COMMON: &[&str] = &[
    "8021q",
    "af_key",
    "af_packet",
    "ah4",
    "autofs4",
    "bonding",
    "bridge",
    "br_netfilter",
    "btrfs",
    "ceph",
    "configfs",
    "coretemp",
    "cpuid",
    "drbd",
    "drivetemp",
    "dummy",
    "esp4",
    "ext4",
    "fuse",
    "hwmon",
    "ib_core",
    "ifb",
    "ipip",
    "iscsi_tcp",
    "it87",
    "jc42",
    "k10temp",
    "libiscsi",
    "loop",
    "lp",
    "macvlan",
    "macvtap",
    "msr",
    "nbd",
    "nct6775",
    "nfs",
    "nfsd",
    "nvme",
    "openvswitch",
    "overlay",
    "parport",
    "ppdev",
    "ppp_generic",
    "ramoops",
    "rbd",
    "sctp",
    "sg",
    "sit",
    "softdog",
    "squashfs",
    "tap",
    "target_core_mod",
    "tipc",
    "tls",
    "tun",
    "uinput",
    "udf",
    "uio",
    "vboxguest",
    "veth",
    "vxlan",
    "w83627hf",
    "wireguard",
    "xfrm_user",
    "xfs",
    "zram",
];
const FAMILIES: &[&str] = &[
    "aes",
    "crypto_",
    "dm_",
    "e1000",
    "ib_",
    "ip6_",
    "ip6t_",
    "ip6table_",
    "ip_",
    "ipmi_",
    "ipt_",
    "iptable_",
    "i2c_",
    "ixgb",
    "igb",
    "kvm",
    "mlx",
    "nf_",
    "nfnetlink",
    "nft_",
    "nvme_",
    "nvmet",
    "raid",
    "rdma_",
    "sch_",
    "scsi_",
    "snd_",
    "tcp_",
    "usb",
    "vfio",
    "vhost",
    "virtio",
    "vmw_",
    "xt_",
];

fn is_common(name: &Text) -> bool {
    let name = name.replace("-", "_");
    COMMON.iter().any(|known| name == known.as_bytes())
        || FAMILIES.iter().any(|start| name.starts_with(start.as_bytes()))
}

fn has_tree(world: &World) -> bool {
    world.files.keys().any(|path| {
        let inside = path.is_within("/lib/modules") || path.is_within("/usr/lib/modules");
        inside && path.file_name() == "modules.dep"
    })
}

fn judge(scene: &Scene<'_>, one: &Autostart) -> Finding {
    let stale = is_older_than_the_kernel(scene.world, one);
    let nobody_knows = *scene.world.owner(&one.path) == Ownership::Unknown;
    let level = if stale || nobody_knows { Level::Unusual } else { Level::Suspicious };
    let seen = format!("loads {} at boot, and no kernel here knows a module of that name", one.name.lossy());
    entry::finding(&DETECTOR, scene, one, level, (&seen, &[]))
        .innocent("a name that a newer kernel no longer has", !stale, "then the line would be older than the kernel")
        .innocent("a driver that was not built for this kernel", false, "look for its sources in /usr/src")
}

/// The lists of the newest kernel were made after the line was written.
fn is_older_than_the_kernel(world: &World, one: &Autostart) -> bool {
    let changed = |path: &[u8]| world.file(path)?.stat.map(|stat| stat.changed);
    let lists = world.files.keys().filter(|path| path.is_within("/lib/modules") || path.is_within("/usr/lib/modules"));
    let kernel = lists.filter(|path| path.file_name() == "modules.dep").filter_map(|path| changed(path)).max();
    matches!((changed(&one.path), kernel), (Some(line), Some(kernel)) if line < kernel)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "persistence/module-at-boot";
    const TREE: &str = "package kmod 30 owns /etc/modules,/usr/lib/modules-load.d/a.conf\n/lib @ usr/lib\n\
        /usr/lib/modules/6.1.0/modules.dep = kernel/net/bridge/br_netfilter.ko: kernel/net/bridge/bridge.ko\\n\n\
        /usr/lib/modules/6.1.0/modules.builtin = kernel/drivers/block/loop.ko\\n\n\
        /usr/lib/modules/6.1.0/modules.dep : changed=1650000000\n";

    #[test]
    fn a_name_that_nothing_knows() {
        let host = format!(
            "{TREE}/etc/modules-load.d/k8s.conf = # x\\nkxrtq\\n\n/etc/modules-load.d/k8s.conf : changed=1660000000"
        );
        let text = "suspicious: /etc/modules-load.d/k8s.conf line 2 loads kxrtq at boot, and no kernel here knows a module \
                    of that name";
        check(NAME, &host, &[text]);
        check(NAME, &host.replace("kxrtq", "br-netfilter"), &[]);
        check(NAME, &host.replace("kxrtq", "loop"), &[]);
        check(NAME, &host.replace("kxrtq", "# kxrtq"), &[]);
        check(NAME, &host.replace("k8s.conf", "k8s.conf.bak"), &[]);
        let stale = host.replace("changed=1660000000", "changed=1640000000");
        check(NAME, &stale, &[&text.replace("suspicious", "unusual")]);
    }
    #[test]
    fn lines_of_packages_are_quiet_and_lines_put_into_their_files_are_not() {
        let host = format!("{TREE}/etc/modules = # /etc/modules\\nlp\n/etc/modules : changed=1660000000");
        check(NAME, &host, &[]);
        let text = "suspicious: /etc/modules line 2 loads lp at boot, and no kernel here knows a module of that name";
        check(NAME, &format!("{host}\ntampered /etc/modules"), &[text]);
    }
    #[test]
    fn without_a_kernel_the_running_one_is_asked() {
        let host = "package kmod 30 owns /etc/modules\n/etc/modules-load.d/x.conf = kxrtq\\n";
        let text = "suspicious: /etc/modules-load.d/x.conf line 1 loads kxrtq at boot, and no kernel here knows a module \
                    of that name";
        let live = format!("{host}\nprocess 1 exe=/sbin/init ppid=0");
        check(NAME, &live, &[text]);
        check(NAME, &format!("{live}\n/sys/module/kxrtq/refcnt = 1"), &[]);
        check(NAME, &live.replace("kxrtq", "br-netfilter"), &[]);
        check(NAME, &live.replace("kxrtq", "ip_vs_rr"), &[]);
    }
}
