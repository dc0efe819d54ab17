//! Programs that scripts of packages run to make files which no package owns: indexes, links, images.
//!
//! One rule for each program: where the program lies, and the shape of what it makes. A rule counts where an installed
//! package owns the program. Programs and start files are nobody's to make, except for what a rule makes and nothing
//! else: modules of the kernel by dkms(8), links between units by deb-systemd-helper(1p).

use super::Packages;
use crate::baseline::{Change, Entry, Generator};
use crate::{Look, glob, place, sweep};
use keeneye_facts::Text;
use std::collections::BTreeSet;

/// Source trees of modules that are looked through.
const MAX_TREES: usize = 100;
const SOURCES: &str = "/usr/src";
/// Where libraries and the programs beside them lie, below /usr/lib: multiarch tuples of Debian's architectures.
const TUPLES: [&str; 10] = [
    "x86_64-linux-gnu",
    "aarch64-linux-gnu",
    "i386-linux-gnu",
    "arm-linux-gnueabihf",
    "arm-linux-gnueabi",
    "riscv64-linux-gnu",
    "powerpc64le-linux-gnu",
    "s390x-linux-gnu",
    "mips64el-linux-gnuabi64",
    "loongarch64-linux-gnu",
];

/// A further condition on what a generator made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    /// A regular file that nobody may execute and that gives no rights.
    Data,
    /// A link that leads to a file of a package, or to one beside it.
    Link,
    /// Compiled Python beside the source, which a package owns.
    Python,
    /// A class archive of a Java machine whose `java` a package owns.
    Java,
    /// A module of the kernel, of a source tree that a package owns.
    Module,
}

/// A generator.
#[derive(Debug)]
struct Rule {
    name: &'static str,
    /// Any of these, without the `/usr` that merged systems have; `{tuple}` stands for an architecture's directory.
    programs: &'static [&'static str],
    makes: &'static [(&'static str, Made)],
    /// What else it is made of: when this changed shortly before, nobody installed anything.
    inputs: &'static [&'static str],
}

const fn rule(name: &'static str, programs: &'static [&'static str], makes: &'static [(&'static str, Made)]) -> Rule {
    Rule { name, programs, makes, inputs: &[] }
}

static RULES: &[Rule] = &[
    Rule {
        name: "ldconfig",
        programs: &["/sbin/ldconfig"],
        makes: &[("/etc/ld.so.cache", Made::Data), ("/var/cache/ldconfig/aux-cache", Made::Data)],
        inputs: &["/etc/ld.so.conf", "/etc/ld.so.conf.d", "/usr/local/lib"],
    },
    Rule {
        name: "locale-gen",
        programs: &["/sbin/locale-gen", "/bin/localedef"],
        makes: &[("/usr/lib/locale/locale-archive", Made::Data), ("/usr/lib/locale/*/LC_*", Made::Data)],
        inputs: &["/etc/locale.gen"],
    },
    rule(
        "update-initramfs",
        &["/sbin/update-initramfs", "/bin/dracut", "/sbin/dracut", "/bin/mkinitcpio"],
        &[
            ("/boot/initrd.img-*", Made::Data),
            ("/boot/initramfs-*.img", Made::Data),
            ("/var/lib/initramfs-tools/*", Made::Data),
        ],
    ),
    rule(
        "linux-update-symlinks",
        &["/bin/linux-update-symlinks"],
        &[
            ("/vmlinuz*", Made::Link),
            ("/initrd.img*", Made::Link),
            ("/boot/vmlinuz*", Made::Link),
            ("/boot/initrd.img*", Made::Link),
        ],
    ),
    rule(
        "grub-mkconfig",
        &["/sbin/grub-mkconfig", "/sbin/grub2-mkconfig"],
        &[("/boot/grub/grub.cfg", Made::Data), ("/boot/grub2/grub.cfg", Made::Data)],
    ),
    rule(
        "grub-install",
        &["/sbin/grub-install", "/sbin/grub2-install"],
        &[
            ("/boot/grub/*-pc/*", Made::Data),
            ("/boot/grub/*-efi/*", Made::Data),
            ("/boot/grub/fonts/*.pf2", Made::Data),
            ("/boot/grub/unicode.pf2", Made::Data),
            ("/boot/grub/locale/*.mo", Made::Data),
            ("/boot/efi/EFI/*.efi", Made::Data),
        ],
    ),
    rule("depmod", &["/sbin/depmod"], &[("/lib/modules/*/modules.*", Made::Data)]),
    rule("dkms", &["/sbin/dkms"], &[("/lib/modules/*/updates/dkms/*.ko*", Made::Module)]),
    rule("py3compile", &["/bin/py3compile", "/bin/pypy3compile"], &[("*/__pycache__/*.pyc", Made::Python)]),
    rule("java -Xshare:dump", &[], &[("/usr/lib/jvm/*/lib/*.jsa", Made::Java)]),
    rule("update-mime-database", &["/bin/update-mime-database"], &[("/usr/share/mime/*", Made::Data)]),
    rule(
        "update-desktop-database",
        &["/bin/update-desktop-database"],
        &[("/usr/share/applications/mimeinfo.cache", Made::Data)],
    ),
    rule(
        "install-info",
        &["/bin/install-info", "/sbin/update-info-dir"],
        &[("/usr/share/info/dir", Made::Data), ("/usr/share/info/dir.old", Made::Data)],
    ),
    rule(
        "fc-cache",
        &["/bin/fc-cache"],
        &[("/var/cache/fontconfig/*", Made::Data), ("/usr/share/fonts/*/.uuid", Made::Data)],
    ),
    rule(
        "mkfontdir",
        &["/bin/mkfontdir", "/bin/mkfontscale", "/sbin/update-fonts-dir"],
        &[
            ("/usr/share/fonts/*/fonts.dir", Made::Data),
            ("/usr/share/fonts/*/fonts.scale", Made::Data),
            ("/usr/share/fonts/*/fonts.alias", Made::Data),
        ],
    ),
    rule(
        "gtk-update-icon-cache",
        &["/bin/gtk-update-icon-cache", "/bin/gtk4-update-icon-cache", "/sbin/update-icon-caches"],
        &[("/usr/share/icons/*/icon-theme.cache", Made::Data)],
    ),
    rule(
        "glib-compile-schemas",
        &["/bin/glib-compile-schemas", "/lib/{tuple}/glib-2.0/glib-compile-schemas"],
        &[("/usr/share/glib-2.0/schemas/gschemas.compiled", Made::Data)],
    ),
    rule(
        "gio-querymodules",
        &["/bin/gio-querymodules", "/lib/{tuple}/glib-2.0/gio-querymodules"],
        &[("/usr/lib*/gio/modules/giomodule.cache", Made::Data)],
    ),
    rule(
        "gdk-pixbuf-query-loaders",
        &["/bin/gdk-pixbuf-query-loaders-64", "/lib/{tuple}/gdk-pixbuf-2.0/gdk-pixbuf-query-loaders"],
        &[("/usr/lib*/gdk-pixbuf-2.0/*/loaders.cache", Made::Data)],
    ),
    rule(
        "update-ca-certificates",
        &["/sbin/update-ca-certificates", "/bin/update-ca-trust"],
        &[
            ("/etc/ssl/certs/ca-certificates.crt", Made::Data),
            ("/etc/ssl/certs/java/cacerts", Made::Data),
            ("/etc/ssl/certs/*", Made::Link),
            ("/etc/ca-certificates.conf*", Made::Data),
            ("/etc/pki/ca-trust/extracted/*", Made::Data),
        ],
    ),
    rule(
        "update-alternatives",
        &["/bin/update-alternatives", "/sbin/update-alternatives", "/sbin/alternatives"],
        &[("/etc/alternatives/*", Made::Link)],
    ),
    rule("iconvconfig", &["/sbin/iconvconfig"], &[("/usr/lib*/gconv/gconv-modules.cache", Made::Data)]),
    rule("mandb", &["/bin/mandb"], &[("/var/cache/man/*", Made::Data)]),
    rule(
        "deb-systemd-helper",
        &["/bin/deb-systemd-helper", "/bin/systemctl"],
        &[
            ("/etc/systemd/*.wants/*", Made::Link),
            ("/etc/systemd/*.requires/*", Made::Link),
            ("/etc/systemd/system/*.service", Made::Link),
            ("/etc/systemd/system/*.timer", Made::Link),
            ("/etc/systemd/system/*.socket", Made::Link),
        ],
    ),
    rule("update-rc.d", &["/sbin/update-rc.d", "/sbin/chkconfig"], &[("/etc/rc?.d/???*", Made::Link)]),
    rule(
        "systemd-hwdb",
        &["/bin/systemd-hwdb"],
        &[("/etc/udev/hwdb.bin", Made::Data), ("/usr/lib/udev/hwdb.bin", Made::Data)],
    ),
    rule("update-shells", &["/sbin/update-shells", "/sbin/add-shell"], &[("/etc/shells", Made::Data)]),
];

/// The generators of a host.
#[derive(Debug, Default)]
pub struct Generators {
    present: Vec<&'static Rule>,
    /// Names of modules of source trees that packages own, without their ending.
    modules: BTreeSet<Vec<u8>>,
}

impl Generators {
    /// Those whose program an installed package owns.
    pub fn of(look: &mut Look<'_>, packages: &Packages) -> Self {
        let is_there = |rule: &&Rule| rule.programs.is_empty() || rule.programs.iter().any(|p| owned(packages, p));
        let present: Vec<&'static Rule> = RULES.iter().filter(is_there).collect();
        let has_modules = present.iter().any(|rule| rule.makes.iter().any(|(_, made)| *made == Made::Module));
        let modules = if has_modules { modules(look, packages) } else { BTreeSet::new() };
        Self { present, modules }
    }

    /// Which one makes such a file: by its place, its kind and what it belongs to. When it was made is another question.
    pub fn maker(&self, packages: &Packages, change: &Change) -> Option<Generator> {
        let entry = change.after.as_ref().or(change.before.as_ref())?;
        let path = plain(&entry.path);
        let fits = |rule: &&&Rule| {
            let made = rule.makes.iter().find(|(shape, _)| glob::matches(shape, path));
            made.is_some_and(|(_, made)| self.is_such(packages, entry, *made))
        };
        let rule = self.present.iter().find(fits)?;
        Some(Generator { name: rule.name, inputs: rule.inputs })
    }

    fn is_such(&self, packages: &Packages, entry: &Entry, made: Made) -> bool {
        let file = entry.is_regular() && !entry.is_executable() && !entry.gives_rights();
        match made {
            Made::Data => file,
            Made::Link => entry.is_link() && leads_to_packages(packages, entry),
            Made::Python => {
                file && sweep::python_source(&entry.path).is_some_and(|source| packages.package_of(&source).is_some())
            }
            Made::Java => file && java(&entry.path).is_some_and(|java| packages.package_of(&java).is_some()),
            Made::Module => file && self.modules.contains(module(entry.path.file_name()).as_slice()),
        }
    }
}

/// As rules name it: what is below /usr/lib on merged systems is below /lib on others.
fn plain(path: &Text) -> &[u8] {
    path.strip_prefix(b"/usr".as_slice()).filter(|rest| rest.starts_with(b"/lib/modules/")).unwrap_or(path)
}

fn owned(packages: &Packages, program: &str) -> bool {
    let is = |program: &str| {
        packages.package_of(program.as_bytes()).is_some()
            || packages.package_of(format!("/usr{program}").as_bytes()).is_some()
    };
    match program.contains("{tuple}") {
        true => TUPLES.iter().any(|tuple| is(&program.replace("{tuple}", tuple))),
        false => is(program),
    }
}

/// To a file of a package, or to a neighbour: hashed names of certificates lead to the link beside them.
fn leads_to_packages(packages: &Packages, entry: &Entry) -> bool {
    let Some(target) = entry.target.as_ref().map(|target| place::led_to(&entry.path, target)) else { return false };
    let beside = target.parent() == entry.path.parent() && entry.path.is_within("/etc/ssl/certs");
    let kernel = target.is_within("/boot") && target.file_name().starts_with(b"initrd.img-");
    let merged = || Text::from([b"/usr", target.as_slice()].concat());
    beside || kernel || packages.package_of(&target).is_some() || packages.package_of(&merged()).is_some()
}

/// `/usr/lib/jvm/x/bin/java` of `/usr/lib/jvm/x/lib/server/classes.jsa`
fn java(path: &Text) -> Option<Text> {
    let tree: Vec<&[u8]> = path.split(|byte| *byte == b'/').take(5).collect();
    Some(Text::from(tree.join(&b'/')).join(b"bin/java"))
}

/// `zfs` of `zfs.ko.xz`
fn module(name: &[u8]) -> Vec<u8> {
    name.split(|byte| *byte == b'.').next().unwrap_or_default().to_vec()
}

/// What the owned source trees below /usr/src say that they build: dkms(8), `BUILT_MODULE_NAME` or else `PACKAGE_NAME`.
fn modules(look: &mut Look<'_>, packages: &Packages) -> BTreeSet<Vec<u8>> {
    let trees = look.optional_list(&SOURCES.into()).unwrap_or_default();
    let settings = trees.into_iter().map(|tree| Text::from(SOURCES).join(&tree.name).join(b"dkms.conf"));
    let owned: Vec<Text> = settings.filter(|path| packages.package_of(path).is_some()).take(MAX_TREES).collect();
    let read = |path: Text| look.optional_read(&path).map(|text| built(&text)).unwrap_or_default();
    owned.into_iter().flat_map(read).collect()
}

/// Names of modules in a dkms.conf.
pub(crate) fn built(text: &[u8]) -> Vec<Vec<u8>> {
    let value = |line: &[u8], key: &[u8]| {
        let (name, value) = line.trim_ascii().split_at_checked(line.trim_ascii().iter().position(|b| *b == b'=')?)?;
        let name = name.split(|byte| *byte == b'[').next()?;
        let value = value.get(1..)?.trim_ascii();
        let quoted = |byte: &u8| matches!(byte, b'"' | b'\'');
        let value: Vec<u8> = value.iter().copied().filter(|byte| !quoted(byte)).collect();
        (name == key && !value.is_empty()).then_some(value)
    };
    let all = |key: &[u8]| text.split(|b| *b == b'\n').filter_map(|line| value(line, key)).collect::<Vec<_>>();
    let modules = all(b"BUILT_MODULE_NAME");
    // `$PACKAGE_NAME` is a common value.
    let needs_name = modules.is_empty() || modules.iter().any(|name| name.contains(&b'$'));
    modules.into_iter().chain(needs_name.then(|| all(b"PACKAGE_NAME")).into_iter().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const HOST: &str = "
        package libc-bin 2 owns /usr/sbin/ldconfig
        package dkms 3 owns /usr/sbin/dkms
        package zfs-dkms 2 owns /usr/src/zfs-2/dkms.conf
        package python3 3 owns /usr/bin/py3compile,/usr/lib/python3/dist-packages/a.py
        package jre 17 owns /usr/lib/jvm/j17/bin/java
        package init-system-helpers 1 owns /usr/bin/deb-systemd-helper
        package app 1 owns /usr/lib/systemd/system/app.service
        package libglib2.0-0 2 owns /usr/lib/x86_64-linux-gnu/glib-2.0/glib-compile-schemas
        /usr/src/zfs-2/dkms.conf = PACKAGE_NAME=zfs\\nBUILT_MODULE_NAME[0]=zfs\\nBUILT_MODULE_NAME[1]=spl\\n
        /usr/src/evil-1/dkms.conf = BUILT_MODULE_NAME[0]=evil\\n
    ";

    fn makers(host: &str, entries: &[(&str, u32, &str)]) -> Vec<Option<&'static str>> {
        let host = Fixture::new(host);
        let mut look = Look::new(&host, "files");
        let packages = Packages::read(&mut look, 0, &[], None);
        let generators = Generators::of(&mut look, &packages);
        let maker = |(path, mode, target): &(&str, u32, &str)| {
            let target = (!target.is_empty()).then(|| Text::from(*target));
            let entry = Entry { path: (*path).into(), mode: *mode, target, ..Entry::default() };
            let class = crate::baseline::Class::Fixed;
            let change = Change {
                before: None,
                after: Some(entry),
                aspects: Vec::new(),
                class,
                owner: keeneye_facts::Ownership::Unowned,
            };
            generators.maker(&packages, &change).map(|generator| generator.name)
        };
        entries.iter().map(maker).collect()
    }

    const FILE: u32 = 0o100_644;
    const LINK: u32 = 0o120_777;

    #[test]
    fn each_makes_its_own_and_nothing_beside() {
        let wants = "/etc/systemd/system/multi-user.target.wants/app.service";
        for (path, mode, target, maker) in [
            ("/etc/ld.so.cache", FILE, "", Some("ldconfig")),
            ("/etc/ld.so.cache", 0o100_755, "", None),
            ("/etc/ld.so.cache.d/x", FILE, "", None),
            ("/usr/lib/modules/6.1/updates/dkms/spl.ko.xz", FILE, "", Some("dkms")),
            ("/lib/modules/6.1/updates/dkms/zfs.ko", FILE, "", Some("dkms")),
            ("/lib/modules/6.1/updates/dkms/evil.ko", FILE, "", None),
            ("/lib/modules/6.1/kernel/zfs.ko", FILE, "", None),
            ("/usr/lib/python3/dist-packages/__pycache__/a.cpython-311.pyc", FILE, "", Some("py3compile")),
            ("/usr/lib/python3/dist-packages/__pycache__/b.cpython-311.pyc", FILE, "", None),
            ("/usr/lib/jvm/j17/lib/server/classes.jsa", FILE, "", Some("java -Xshare:dump")),
            ("/usr/lib/jvm/j18/lib/server/classes.jsa", FILE, "", None),
            (wants, LINK, "/lib/systemd/system/app.service", Some("deb-systemd-helper")),
            (wants, LINK, "/lib/systemd/system/evil.service", None),
            (wants, FILE, "", None),
            ("/usr/share/glib-2.0/schemas/gschemas.compiled", FILE, "", Some("glib-compile-schemas")),
            // Nobody brought update-mime-database.
            ("/usr/share/mime/mime.cache", FILE, "", None),
        ] {
            assert_eq!(makers(HOST, &[(path, mode, target)]), [maker], "{path} {target}");
        }
    }
    #[test]
    fn a_program_of_nobody_explains_nothing() {
        let cache = [("/etc/ld.so.cache", FILE, "")];
        assert_eq!(makers("package a 1 owns /usr/sbin/ldconfig", &cache), [Some("ldconfig")]);
        assert_eq!(makers("package a 1 owns /usr/sbin/other", &cache), [None]);
    }
    #[test]
    fn what_dkms_says() {
        let text = b"PACKAGE_NAME=\"x\"\nBUILT_MODULE_NAME[0]='a'\nBUILT_MODULE_NAME=\"$PACKAGE_NAME\"\n=\nq";
        assert_eq!(built(text), [&b"a"[..], b"$PACKAGE_NAME", b"x"]);
        assert_eq!(built(b"PACKAGE_NAME=y"), [b"y"]);
        crate::mutate::check(&[text], |text| !built(text).is_empty());
    }
}
