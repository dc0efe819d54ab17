//! A file of a package is not what the package brought.
//!
//! # What it sees
//! The package database keeps a digest of the file, and the file's content has another one, in two looks. Files that
//! are looked at: what runs, libraries that running programs have loaded, PAM and name service modules, the dynamic
//! linker and the C library, commands that admins trust, what units, cron and init start, and whatever else is a program
//! or runs by its place: kernels and their modules, compressed or not, units, udev rules, hooks of the initramfs. Or it cannot be compared
//! any more: the package's list of digests leaves such a program out, although packages list all that they bring, or a
//! trusted file is far too large to be a package's.
//!
//! # Why it matters
//! A changed `sshd` collects passwords, a changed `ps` hides processes, a changed PAM module lets its maker in. Code
//! that gets into every program by its place is told as `compromised`.
//!
//! # Innocent causes
//! Files that are meant to be edited (conffiles): a note where they are programs, nothing where they hold settings.
//! Scripts that an admin repaired by hand, and vendor programs in /opt that update themselves: `unusual`. A local build
//! copied over the packaged file. A damaged disk. A running upgrade is no cause: dpkg's own state is asked again. Where
//! prelink(8) is installed and a program says that it had the packaged size before: a note.
//!
//! # What to do
//! Keep a copy (`keeneye capture --with-files -o host.kee`), then compare with the package from the distribution's
//! server, and put the package's own file back: the finding names the command.

use super::{is_kernel, is_loaded_by_place, is_told_with_its_package, portrait, put_back};
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{
    Difference, DigestCheck, FileFact, FileKind, FileStat, Finding, Interest, Level, Ownership, PackageChange, Shape,
};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/package-file-changed",
    title: "a file is not what its package brought",
    level: Level::Compromised,
    attack: &["T1554"],
    absolute: false,
    source: include_str!("package_file_changed.rs"),
    run,
};

/// Files of one package without a digest: nobody takes so many lines out to hide one.
const MANY: usize = 10;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.files.values().filter_map(|fact| judge(scene.world, fact)).collect()
}

fn judge(world: &World, fact: &FileFact) -> Option<Finding> {
    let Ownership::Owned { package, digest, conffile, .. } = &fact.owner else { return None };
    let compared = world.package_changes.iter().find(|change| change.path == fact.path && !change.config);
    let content = compared.into_iter().flat_map(|change| &change.differs).find_map(|differs| match differs {
        Difference::Content { expected, found } => Some((expected, found)),
        _ => None,
    });
    let (expected, found) = match digest {
        DigestCheck::Differs { expected, found } => (expected, found),
        // By a digest that only the comparison makes, or because two packages list the path and only one agrees.
        _ if let Some(content) = content => content,
        DigestCheck::NotListed if !conffile => return not_listed(world, fact, package),
        DigestCheck::NotChecked => return too_large(world, fact, package),
        _ => return None,
    };
    // Nobody edits a program: what is one is no setting, whatever the database says.
    let conffile = &(*conffile && fact.kind != FileKind::Elf);
    // Admins edit their settings; what an entry or a setting says is judged where it is read.
    let only_settings = || fact.interests.iter().all(|why| matches!(why, Interest::Entry | Interest::Setting));
    if *conffile && only_settings() {
        return None;
    }
    // Told a package at a time by `integrity/package-data-changed`.
    if is_told_with_its_package(fact) {
        return None;
    }
    let prelinked = content.is_some_and(|(expected, _)| is_prelinked(fact, expected));
    let level = if prelinked { Level::Note } else { level(fact, *conffile) };
    let meant = if *conffile { " (it is meant to be edited)" } else { "" };
    let summary = format!("{} differs from what package {package} brought{meant}", fact.path.lossy());
    let finding = DETECTOR
        .finding(level, subject::file(&fact.path), summary)
        .evidence("digest in the package database", expected.clone())
        .evidence("digest of the file", found.clone())
        .innocent("an admin edited it", false, if *conffile { "it is a conffile" } else { "ask who did" })
        .innocent("an upgrade was running", true, "two looks at the file and at the package's state agree")
        .innocent("a local build or an update by the program itself", false, "compare with the vendor's own digest")
        .next(format!("keeneye look file {}", fact.path.lossy()))
        .next(format!("after a copy was kept: {}", put_back(world, package)));
    let finding = if prelinked {
        let own_word = "by its own word it had, before prelink(8) changed it, the size that the package says";
        let again = format!("compare with the package: prelink -y {} | sha256sum", fact.path.lossy());
        finding
            .evidence("prelink", own_word)
            .innocent("prelink(8) changed it", false, "only undoing it tells")
            .next(again)
    } else {
        finding
    };
    let finding = match compared {
        Some(change) => finding.evidence("cause", change.cause.words()),
        None => finding,
    };
    Some(portrait(finding, world, fact))
}

/// prelink(8) is installed, and the file says that it had the packaged size before. A stranger can write that too, so it
/// is told all the same.
fn is_prelinked(fact: &FileFact, expected: &str) -> bool {
    match &fact.shape {
        Some(Shape::Elf(elf)) => elf.before_prelink.is_some_and(|size| expected == format!("{size} bytes")),
        _ => false,
    }
}

/// Who changes a file can take its line out of the list of digests too.
fn not_listed(world: &World, fact: &FileFact, package: &str) -> Option<Finding> {
    let code = fact.kind == FileKind::Elf || is_trusted(fact) || is_kernel(&fact.path);
    let regular = fact.stat.is_some_and(|stat| stat.is_regular());
    if !code || !regular || fact.diversion.is_some() {
        return None;
    }
    // Some vendors make their packages with digests of a part of the files.
    let unlisted =
        |change: &&PackageChange| change.package == *package && change.differs.contains(&Difference::Unlisted);
    let by_its_maker = world.package_changes.iter().filter(unlisted).count() >= MANY;
    let level = if is_in_own_place(fact) || by_its_maker { Level::Unusual } else { Level::Suspicious };
    let path = fact.path.lossy();
    let summary = format!("{path} belongs to package {package}, whose list of digests does not name it");
    let finding = DETECTOR
        .finding(level, subject::file(&fact.path), summary)
        .innocent("a package that was made without all of its digests", false, "compare with the package's own file")
        .next(format!("after a copy was kept: {}", put_back(world, package)));
    Some(portrait(finding, world, fact))
}

/// What is made so large that nobody digests it is not compared.
fn too_large(world: &World, fact: &FileFact, package: &str) -> Option<Finding> {
    let size = fact.stat.filter(|stat| stat.is_regular()).map_or(0, |stat| stat.size);
    if size <= FileStat::LARGE || fact.digest.is_some() || !is_trusted(fact) {
        return None;
    }
    let path = fact.path.lossy();
    let summary =
        format!("{path} is too large to be the file of package {package}, and was not compared: {size} bytes");
    let finding = DETECTOR
        .finding(Level::Suspicious, subject::file(&fact.path), summary)
        .innocent("a package that brings so large a file", false, "compare with the size in the package")
        .next(format!("after a copy was kept: {}", put_back(world, package)));
    Some(portrait(finding, world, fact))
}

fn is_trusted(fact: &FileFact) -> bool {
    is_loaded_by_place(fact) || fact.interests.contains(&Interest::Command)
}

/// Vendors' programs there update themselves.
fn is_in_own_place(fact: &FileFact) -> bool {
    place::volatile_dir(&fact.path).is_none() && fact.path.is_within("/opt")
}

fn level(fact: &FileFact, conffile: bool) -> Level {
    let trusted = fact.interests.contains(&Interest::Command);
    match fact.kind {
        _ if conffile => Level::Note,
        _ if is_loaded_by_place(fact) => Level::Compromised,
        FileKind::Elf if is_in_own_place(fact) => Level::Unusual,
        FileKind::Elf => Level::Suspicious,
        _ if is_kernel(&fact.path) => Level::Suspicious,
        _ if trusted => Level::Suspicious,
        _ => Level::Unusual,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    use keeneye_facts::FileStat;
    use keeneye_world::fixture::Fixture;
    use keeneye_world::{Answer, Host, Plan, Question, Reply, World, scan};
    const NAME: &str = "integrity/package-file-changed";

    #[test]
    fn a_changed_daemon_is_loud_and_an_intact_one_quiet() {
        let host = "package openssh-server 1:9.2 owns /usr/sbin/sshd\nprocess 41 exe=/usr/sbin/sshd";
        check(
            NAME,
            &format!("{host}\ntampered /usr/sbin/sshd"),
            &["suspicious: /usr/sbin/sshd differs from what package openssh-server brought"],
        );
        check(NAME, host, &[]);
    }
    #[test]
    fn a_changed_pam_module_is_compromised() {
        let host = "package libpam-modules 1 owns /usr/lib/x86_64-linux-gnu/security/pam_unix.so";
        let text = "compromised: /usr/lib/x86_64-linux-gnu/security/pam_unix.so differs from what package libpam-modules brought";
        check(NAME, &format!("{host}\ntampered /usr/lib/x86_64-linux-gnu/security/pam_unix.so"), &[text]);
        check(NAME, host, &[]);
    }
    #[test]
    fn an_edited_conffile_is_a_note() {
        let host = "package cron 3 owns /etc/init.d/cron\n/etc/init.d/cron = #!/bin/sh\\n\ntampered /etc/init.d/cron";
        check(
            NAME,
            host,
            &["note: /etc/init.d/cron differs from what package cron brought (it is meant to be edited)"],
        );
    }
    #[test]
    fn settings_that_an_admin_edited_are_quiet() {
        let host = "package apt 2 owns /etc/apt/apt.conf.d/01x\n\
                    /etc/apt/apt.conf.d/01x = DPkg::Post-Invoke {\"apt-get clean\";};\ntampered /etc/apt/apt.conf.d/01x";
        check(NAME, host, &[]);
        let rule = "package udev 2 owns /usr/lib/udev/rules.d/x.rules\n/usr/lib/udev/rules.d/x.rules = RUN+=\"/x\"\n\
                    tampered /usr/lib/udev/rules.d/x.rules";
        check(NAME, rule, &["unusual: /usr/lib/udev/rules.d/x.rules differs from what package udev brought"]);
    }
    #[test]
    fn a_command_that_does_not_run_is_looked_at_too() {
        let host = "package procps 2 owns /usr/bin/ps\ntampered /usr/bin/ps";
        check(NAME, host, &["suspicious: /usr/bin/ps differs from what package procps brought"]);
        check(NAME, "package procps 2 owns /usr/bin/ps", &[]);
    }
    #[test]
    fn modules_of_the_kernel_and_what_gets_into_the_initramfs() {
        let host = |path: &str| format!("package a 2 owns {path}\n{path} = BZh\ntampered {path}");
        let said = |path: &str| crate::testing::findings(NAME, &host(path), &[]);
        let module = "/usr/lib/modules/6.1.0/kernel/fs/a.ko";
        for end in ["", ".xz", ".zst", ".gz"] {
            let text = format!("suspicious: {module}{end} differs from what package a brought");
            assert_eq!(said(&format!("{module}{end}")), [text]);
        }
        assert!(said("/usr/share/doc/a/a.ko.xz").is_empty(), "no module lies there");
        let hook = "/usr/share/initramfs-tools/hooks/a";
        assert_eq!(said(hook), [format!("unusual: {hook} differs from what package a brought")]);
        assert!(said("/usr/share/a/hooks/a").is_empty(), "told with its package");
    }
    #[test]
    fn how_to_put_it_back() {
        let next = |databases: &[(&str, u64)], os: &str| {
            let packages = databases.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
            let host = keeneye_facts::Host { os: os.into(), ..keeneye_facts::Host::default() };
            let world = World { packages, host, ..World::default() };
            crate::integrity::put_back(&world, "a")
        };
        assert_eq!(next(&[("dpkg", 200), ("rpm", 1)], "Debian"), "apt-get install --reinstall a");
        assert_eq!(next(&[("rpm", 200)], "Rocky Linux 9"), "dnf reinstall a");
        assert_eq!(next(&[("rpm", 200)], "openSUSE Leap 15.6"), "zypper install --force a");
        assert_eq!(next(&[("apk", 20)], "Alpine"), "apk fix --reinstall a");
        assert_eq!(next(&[("pacman", 20)], "Arch Linux"), "pacman -S a");
    }
    #[test]
    fn while_dpkg_exchanges_the_package_nothing_is_said() {
        let status = "Package: procps\\nStatus: install ok half-installed\\nArchitecture: amd64\\nVersion: 2\\n";
        let host = "package procps 2 owns /usr/bin/ps\ntampered /usr/bin/ps";
        let status = format!("{host}\n/var/lib/dpkg/status = {status}");
        let at_work = crate::testing::DPKG_AT_WORK;
        check(NAME, &format!("{status}\n{at_work}/var/lib/dpkg/status : changed=1699999990"), &[]);
        // A state that lasts is no exchange, nor one that somebody wrote.
        let text = "suspicious: /usr/bin/ps differs from what package procps brought";
        check(NAME, &format!("{status}\n/var/lib/dpkg/status : changed=1699999990"), &[text]);
        check(NAME, &format!("{status}\n/var/lib/dpkg/status : changed=1699990000"), &[text]);
    }
    #[test]
    fn a_command_that_was_taken_off_the_list_of_digests() {
        let host = "package procps 2 owns /usr/bin/ps\n";
        let sums = "/var/lib/dpkg/info/procps.md5sums = 00000000000000000000000000000000  usr/bin/top\\n\n";
        let text = "suspicious: /usr/bin/ps belongs to package procps, whose list of digests does not name it";
        check(NAME, &format!("{host}{sums}"), &[text]);
        check(NAME, host, &[]);
        // While dpkg puts the lists in place, and for what dpkg-divert put there.
        let journal = "/var/lib/dpkg/updates/0001 : changed=1699999990\n";
        check(NAME, &format!("{host}{sums}{journal}{}", crate::testing::DPKG_AT_WORK), &[]);
        check(NAME, &format!("{host}{sums}{journal}"), &[text]);
        check(NAME, &format!("{host}{sums}/var/lib/dpkg/updates/0001 : changed=1699990000\n"), &[text]);
        let conffile = "/var/lib/dpkg/status = Package: procps\\nStatus: install ok installed\\nVersion: 2\\n\
                        Conffiles:\\n /usr/bin/ps 00000000000000000000000000000000\\n\n";
        // Who edits settings makes no program of them.
        let text = "suspicious: /usr/bin/ps differs from what package procps brought";
        check(NAME, &format!("{host}{sums}{conffile}"), &[text]);
        let text = "note: /usr/bin/ps differs from what package procps brought (it is meant to be edited)";
        check(NAME, &format!("{host}/usr/bin/ps = #!/bin/sh\\n\n{sums}{conffile}"), &[text]);
    }
    #[test]
    fn a_daemon_that_was_taken_off_the_list_of_digests() {
        let host = "package a 2 owns /usr/lib/a/d,/usr/lib/a/e\n";
        let sums = "/var/lib/dpkg/info/a.md5sums = 00000000000000000000000000000000  usr/lib/a/e\\n\n";
        let not_named =
            |name: &str| format!("/usr/lib/a/{name} belongs to package a, whose list of digests does not name it");
        let said = |text: &str| crate::testing::findings(NAME, text, &[]);
        assert!(said(&format!("{host}{sums}")).contains(&format!("suspicious: {}", not_named("d"))));
        assert!(said(host).is_empty());
        let many: Vec<String> = (0..9).map(|number| format!("/usr/lib/a/f{number}")).collect();
        let many = host.replace("/usr/lib/a/e", &format!("/usr/lib/a/e,{}", many.join(",")));
        assert!(said(&format!("{many}{sums}")).contains(&format!("unusual: {}", not_named("d"))));
    }
    #[test]
    fn a_second_package_that_vouches_for_it() {
        let host = "package aaa 1 owns /usr/sbin/sshd\npackage openssh-server 9 owns /usr/sbin/sshd\n";
        let sums = "/var/lib/dpkg/info/openssh-server.md5sums = 00000000000000000000000000000000  usr/sbin/sshd\\n\n";
        check(NAME, &format!("{host}{sums}"), &["suspicious: /usr/sbin/sshd differs from what package aaa brought"]);
        check(NAME, host, &[]);
    }
    #[test]
    fn a_program_that_was_written_among_the_conffiles() {
        let host = "package procps 2 owns /usr/bin/ps\ntampered /usr/bin/ps\n";
        let status = "/var/lib/dpkg/status = Package: procps\\nStatus: install ok installed\\nVersion: 2\\n\
                      Conffiles:\\n /usr/bin/ps 11111111111111111111111111111111\\n\n";
        let text = "suspicious: /usr/bin/ps differs from what package procps brought";
        check(NAME, &format!("{host}{status}"), &[text]);
    }
    /// Every file of it is of that size.
    struct Big(Fixture, u64);

    impl Host for Big {
        fn ask(&self, question: &Question) -> Reply {
            match self.0.ask(question) {
                Ok(Answer::Stat(stat)) => Ok(Answer::Stat(FileStat { size: self.1, ..stat })),
                reply => reply,
            }
        }
    }
    #[test]
    fn a_command_that_is_too_large_to_compare() {
        let said = |size: u64| {
            let host = Big(Fixture::new("package findutils 2 owns /usr/bin/find"), size);
            // A quick look digests nothing so large, as no look digests what is larger still.
            let world = scan(&host, &Plan { quick: true, ..Plan::default() });
            super::run(&crate::Scene { world: &world }).into_iter().map(|f| f.summary).collect::<Vec<_>>()
        };
        let text =
            "/usr/bin/find is too large to be the file of package findutils, and was not compared: 1153433600 bytes";
        assert_eq!(said(1_153_433_600), [keeneye_facts::Text::from(text)]);
        assert!(said(115_343_360).is_empty());
    }
    #[test]
    fn the_file_of_a_diversion_is_compared_with_its_own_package() {
        let host = "package procps 2 owns /usr/bin/ps\n/usr/bin/ps = #!/bin/sh\\n\n\
                    /usr/bin/ps.distrib = #!/bin/sh\\n\n/usr/bin/ps.distrib : mode=100755\n\
                    /var/lib/dpkg/diversions = /usr/bin/ps\\n/usr/bin/ps.distrib\\n:\\n";
        check(NAME, host, &[]);
    }

    /// An ELF file with a section of this name, in which lie the headers of a file of 1320 bytes.
    fn elf_with(section: &str) -> Vec<u8> {
        let header = |table: u64, sections: u8, names: u8| {
            let mut header = [0; 64];
            header[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
            (header[16], header[18], header[52], header[58]) = (3, 62, 64, 64);
            (header[60], header[62]) = (sections, names);
            header[40..48].copy_from_slice(&table.to_le_bytes());
            header
        };
        let section_at = |kind: u32, at: u64, length: u64| {
            let fields = [1 | u64::from(kind) << 32, 0, 0, at, length, 0, 0, 0];
            fields.map(u64::to_le_bytes).as_flattened().to_vec()
        };
        let names = format!("\0{section:<22}\0");
        let before = header(1000, 5, 0);
        let parts = [&header(152, 3, 2)[..], &before, names.as_bytes(), &[0; 64]];
        [parts.concat(), section_at(1, 64, 64), section_at(3, 128, 24)].concat()
    }

    #[test]
    fn what_prelink_changed_is_a_note_where_prelink_is() {
        let record = |name: &str, path: &str, size: usize| {
            let at = format!("/var/lib/pacman/local/{name}-1");
            format!(
                "{at}/desc = %NAME%\\n{name}\\n\\n%VERSION%\\n1\\n\n{at}/files = %FILES%\\n{path}\\n\n\
                 {at}/mtree = #mtree\\n./{path} type=file uid=0 gid=0 mode=755 size={size} sha256digest={}\\n\n",
                "0".repeat(64)
            )
        };
        let host = |section: &str, size: usize, prelink: bool| {
            let content: String = elf_with(section).iter().map(|byte| format!("\\x{byte:02x}")).collect();
            let tool = if prelink { record("prelink", "usr/sbin/prelink", 9) } else { String::new() };
            let program = record("openssh", "usr/bin/sshd", size);
            format!(
                "{program}{tool}/usr/bin/sshd : mode=100755\n/usr/bin/sshd = {content}\nprocess 41 exe=/usr/bin/sshd"
            )
        };
        let undo = ".gnu.prelink_undo\0";
        let told = |level: &str| format!("{level}: /usr/bin/sshd differs from what package openssh brought");
        check(NAME, &host(undo, 1320, true), &[&told("note")]);
        for (section, size, prelink) in [(undo, 1320, false), (undo, 1321, true), (".gnu.prelink_else\0", 1320, true)] {
            check(NAME, &host(section, size, prelink), &[&told("suspicious")]);
        }
    }
}
