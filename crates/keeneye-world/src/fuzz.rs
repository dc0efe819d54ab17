//! Hostile answers: what fuzz targets drive. One answer of a small host is replaced by any bytes, and a whole scan runs
//! over it, so every parser is met where it is used and a new one needs no target of its own, only a line in the list.

use crate::fixture::Fixture;
use crate::packages::{self, pacman, rpm};
use crate::{Answer, Host, Plan, Question, Recording, Reply, Walked, World, scan, sqlite};
use keeneye_facts::{FileStat, Text};

/// A host small enough to be scanned a thousand times a second.
const HOST: &str = "
    process 1 exe=/sbin/init ppid=0
    process 41 exe=/usr/bin/python3 cmdline=\"python3 /srv/x.py\" env=\"LD_PRELOAD=/x\"
    map 41 r-xp /usr/lib/x.so
    listen tcp 0.0.0.0:22 pid=41
    package bash 5.2 owns /usr/bin/bash
    /usr/bin/x : mode=100755
    /etc/ld.so.preload = /usr/lib/x.so
    /var/www/y.php = <?php
    /root/.bashrc = alias ls='ls --color'
    /usr/local/lib/python3/dist-packages/a.pth = import a
    /proc/modules = x 1 0 - Live 0x0\\n
    /proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\\n2 1 0:7 / /sys/kernel/tracing rw - tracefs x rw\\n
";

/// What each target answers with the fuzzer's bytes: its name and the files in question.
const FILES: &[(&str, &[&str])] = &[
    ("passwd", &["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/login.defs"]),
    ("hosts", &["/etc/hosts", "/etc/resolv.conf"]),
    ("repositories", &["/etc/apt/sources.list", "/etc/os-release"]),
    ("authorized-keys", &["/root/.ssh/authorized_keys"]),
    ("sshd-config", &["/etc/ssh/sshd_config"]),
    ("sudoers", &["/etc/sudoers", "/etc/doas.conf"]),
    ("services", &["/etc/services"]),
    ("preload", &["/etc/ld.so.preload"]),
    ("linker-cache", &["/etc/ld.so.cache"]),
    ("start-file", &["/root/.bashrc", "/etc/profile", "/etc/environment"]),
    ("dpkg-status", &["/var/lib/dpkg/status"]),
    ("dpkg-list", &["/var/lib/dpkg/info/bash.list"]),
    ("dpkg-md5sums", &["/var/lib/dpkg/info/bash.md5sums"]),
    ("dpkg-diversions", &["/var/lib/dpkg/diversions"]),
    ("mountinfo", &["/proc/self/mountinfo"]),
    ("shared-memory", &["/proc/sysvipc/shm"]),
    ("pid-file", &["/run/x.pid"]),
    ("process-stat", &["/proc/41/stat"]),
    ("process-status", &["/proc/41/status"]),
    ("process-cmdline", &["/proc/41/cmdline"]),
    ("process-environ", &["/proc/41/environ"]),
    ("process-maps", &["/proc/41/maps"]),
    ("process-cgroup", &["/proc/41/cgroup"]),
    ("script", &["/srv/x.py", "/usr/bin/python3"]),
    ("stray-script", &["/usr/bin/x"]),
    ("shape-of-a-program", &["/var/tmp/.x"]),
    ("shape-of-a-page", &["/var/www/x.php", "/var/www/x.jsp", "/var/www/x.cgi", "/var/www/.htaccess"]),
    ("document-root", &["/etc/nginx/x.conf"]),
    ("php-settings", &["/etc/php/8.2/fpm/php.ini", "/etc/apache2/x.conf"]),
    ("linker-dirs", &["/etc/ld.so.conf", "/etc/ld.so.conf.d/x.conf"]),
    ("name-service", &["/etc/nsswitch.conf"]),
    ("network-hook", &["/etc/network/interfaces", "/etc/network/if-up.d/x"]),
    ("package-plugin", &["/etc/dnf/plugins/post-transaction-actions.d/x.action", "/etc/pacman.d/hooks/x.hook"]),
    ("polkit", &["/etc/polkit-1/rules.d/x.rules", "/etc/polkit-1/localauthority/y/x.pkla"]),
    ("session-start", &["/usr/share/dbus-1/system-services/x.service", "/etc/xdg/autostart/x.desktop"]),
    ("udev-rule", &["/etc/udev/rules.d/x.rules"]),
    ("unit", &["/etc/systemd/system/x.service", "/etc/systemd/system/x.service.d/y.conf"]),
    ("crontab", &["/etc/crontab", "/etc/cron.d/x", "/var/spool/cron/crontabs/root"]),
    ("anacrontab", &["/etc/anacrontab"]),
    ("at-job", &["/var/spool/cron/atjobs/a0000101bf5f0e"]),
    ("inetd", &["/etc/inetd.conf", "/etc/xinetd.d/x"]),
    ("inittab", &["/etc/inittab", "/etc/init/x.conf"]),
    ("logrotate", &["/etc/logrotate.d/x"]),
    ("start-script", &["/etc/rc.local", "/etc/cron.daily/x"]),
    ("apt-conf", &["/etc/apt/apt.conf", "/etc/dpkg/dpkg.cfg"]),
    ("git-config", &["/etc/gitconfig", "/root/.gitconfig"]),
    ("hook", &["/etc/update-motd.d/x", "/root/.ssh/rc", "/etc/dracut.conf"]),
    (
        "kernel-modules",
        &["/etc/modules", "/etc/modprobe.d/x.conf", "/etc/sysctl.conf", "/lib/modules/6.1.0/modules.dep"],
    ),
    ("pam", &["/etc/pam.d/x", "/etc/pam.conf", "/etc/security/pam_env.conf"]),
    (
        "python-start",
        &["/usr/lib/python3/dist-packages/x.pth", "/usr/local/lib/python3/dist-packages/a-1.dist-info/RECORD"],
    ),
    ("loaded-modules", &["/proc/modules"]),
    ("kernel-symbols", &["/proc/kallsyms"]),
    ("kernel-module-files", &["/lib/modules/6.1.0/modules.dep"]),
    ("kernel-hooks", &["/sys/kernel/tracing/enabled_functions"]),
    ("journald", &["/etc/systemd/journald.conf"]),
    ("rsyslog", &["/etc/rsyslog.conf"]),
    ("audit-rules", &["/etc/audit/audit.rules"]),
    ("kernel-settings", &["/proc/sys/kernel/core_pattern", "/sys/kernel/security/lockdown"]),
];
const DUMPS: &[&str] =
    &["netlink-sockets", "netlink-interfaces", "netlink-rules", "bpf-programs", "net-tables", "file-capabilities"];
/// Parsers of files that are met by themselves: a whole scan would hide what they do behind what it does.
const PARSERS: &[Parser] = &[
    ("baseline", |bytes| every_entry(bytes)),
    ("sqlite", |bytes| every_row(bytes, b"")),
    ("sqlite-log", |bytes| every_row(LOGGED, bytes)),
    ("apk-installed", |bytes| drop(packages::apk::read(bytes))),
    ("apt-release", |bytes| drop(packages::apt::Release::read(bytes))),
    ("name-answer", |bytes| {
        let question = crate::dns::question(1, "example.org", crate::dns::Family::V4).unwrap_or_default();
        drop(crate::dns::addresses(&question, bytes));
    }),
    ("apt-sources", |bytes| {
        drop(packages::apt::sources::read(bytes, false));
        drop(packages::apt::sources::read(bytes, true));
    }),
    ("ext4-superblock", |bytes| {
        crate::ext4::without_journal(&mut bytes.to_vec());
        crate::ext4::check(bytes, 1 << 40).ok();
    }),
    ("deb", |bytes| drop(packages::deb::read(bytes))),
    ("dpkg-log", |bytes| {
        _ = packages::dpkg_log::Log::new(bytes, ["bash"].into_iter()).is_silent_on("bash", 1_700_000_000, 0)
    }),
    ("package-history", |bytes| {
        let mut history = packages::history::History::default();
        bytes.chunks(61).for_each(|piece| history.feed(piece));
        drop(history.finish(&|local| local % 7_200));
    }),
    ("log-line", |bytes| {
        _ = crate::logs::parse(bytes);
        // The first byte chooses the program, so that no grammar waits for a head that fits.
        if let Some((program, message)) = bytes.split_first() {
            let program = LOG_PROGRAMS.get(usize::from(*program) % LOG_PROGRAMS.len()).copied().unwrap_or_default();
            _ = crate::logs::said_by(program.as_bytes(), message, None);
        }
    }),
    ("log-tally", |bytes| {
        // In parts that are shorter than what is searched at once, and as a file is read.
        for length in [61, 1 << 18] {
            let mut tally = crate::logs::tally::Tally::new(crate::logs::tally::Limits {
                lines: 4_096,
                sums: 16,
                addresses: 16,
                repeats: 16,
                hours: 16,
            });
            bytes.chunks(length).for_each(|piece| tally.feed(piece));
            drop(tally.finish(1_767_268_800, &|local| local % 7_200));
        }
    }),
    ("dkms-conf", |bytes| drop(packages::generators::built(bytes))),
    ("geo-table", |bytes| _ = crate::geo::Table::read(bytes).map(|table| table.is_whole())),
    ("geo-database", |bytes| {
        let (databases, _) = crate::geo::Databases::new(vec![(Text::new(), bytes.to_vec())]);
        [[1, 1, 1, 1], [8, 8, 8, 8]].iter().for_each(|address| drop(databases.lookup((*address).into())));
    }),
    ("manifest", |bytes| drop(packages::manifest::read(bytes))),
    ("locks", |bytes| drop(packages::at_work::held(bytes))),
    ("pacman-conf", |text| drop(pacman::Settings::parse(text, 0))),
    ("pacman-desc", |desc| pacman(pacman::Source { desc, ..pacman::Source::default() })),
    ("pacman-files", |files| pacman(pacman::Source { files, ..pacman::Source::default() })),
    ("pacman-mtree", |mtree| pacman(pacman::Source { mtree, ..pacman::Source::default() })),
    #[cfg(feature = "pgp")]
    ("openpgp-key", |bytes| verify(bytes, SIGNATURE, SIGNED_TEXT)),
    #[cfg(feature = "pgp")]
    ("openpgp-signature", |bytes| verify(KEY, bytes, SIGNED_TEXT)),
    #[cfg(feature = "pgp")]
    ("openpgp-text", |bytes| verify(KEY, SIGNATURE, bytes)),
    ("rpm-database", |bytes| rpm::read(bytes, None).0.iter().for_each(|package| drop(package.files()))),
    ("rpm-header", |bytes| drop(rpm::Package::read(1, bytes, &mut drop).map(|package| package.files()))),
    ("audit-record", |bytes| {
        let (mut groups, mut serials) = (crate::logs::audit::Groups::default(), crate::logs::audit::Serials::default());
        for line in bytes.split(|byte| *byte == b'\n') {
            groups.see(line, &mut drop);
            if let Some(record) = crate::logs::audit::Record::read(line) {
                drop(crate::logs::audit::event(&Text::new(), 0, &record));
                serials.see(&record);
            }
        }
        drop(crate::logs::audit::missing([&serials]));
    }),
    ("journal", |bytes| {
        let mut walker = crate::journal::Walker::default();
        bytes.chunks(500).for_each(|piece| walker.feed(piece, &mut |_, _| true, &mut |_| {}));
        drop(walker.finish());
    }),
    ("last-logins", |bytes| {
        drop(crate::records::lastlog::read_all(bytes));
        drop(crate::records::faillog::read_all(bytes, 500));
    }),
    ("login-databases", |bytes| {
        let Ok(database) = sqlite::Database::open(bytes.into(), None) else { return };
        drop(crate::records::wtmpdb::read(&database));
        drop(crate::records::lastlog2::read(&database));
    }),
    ("login-records", |bytes| _ = crate::records::utmp::read_all(bytes, 500)),
];
type Parser = (&'static str, fn(&[u8]));
/// One program of each grammar of lines.
const LOG_PROGRAMS: [&str; 24] = [
    "sshd",
    "pam",
    "sudo",
    "su",
    "doas",
    "pkexec",
    "polkitd",
    "login",
    "systemd-logind",
    "cron",
    "useradd",
    "dropbear",
    "vsftpd",
    "proftpd",
    "pure-ftpd",
    "dovecot",
    "postfix/smtpd",
    "exim",
    "openvpn",
    "kernel",
    "systemd",
    "mdadm",
    "rsyslogd",
    "chronyd",
];
/// A database whose log the fuzzer writes.
const LOGGED: &[u8] = include_bytes!("sqlite/samples/wal.sqlite");
#[cfg(feature = "pgp")]
const KEY: &[u8] = include_bytes!("packages/openpgp/samples/signer.asc");
#[cfg(feature = "pgp")]
const SIGNATURE: &[u8] = include_bytes!("packages/openpgp/samples/signer.sig");
#[cfg(feature = "pgp")]
const SIGNED_TEXT: &[u8] = include_bytes!("packages/openpgp/samples/text.asc");

/// Every target's name; `fuzz/Cargo.toml` has one program for each.
pub fn targets() -> impl Iterator<Item = &'static str> {
    let files = FILES.iter().map(|(name, _)| *name);
    let parsers = PARSERS.iter().map(|(name, _)| *name);
    files.chain(DUMPS.iter().copied()).chain(parsers).chain(["recording"])
}

/// Runs one target. `None` when there is none of that name, when it is a parser alone, or when the bytes are no
/// recording.
pub fn run(target: &str, bytes: &[u8]) -> Option<World> {
    if let Some((_, parse)) = PARSERS.iter().find(|(name, _)| *name == target) {
        parse(bytes);
        return None;
    }
    if target == "recording" {
        let recording = Recording::read(bytes).ok()?;
        return Some(scan(&recording, &Plan::default()));
    }
    let mut host = Fixture::new(HOST);
    if let Some((_, paths)) = FILES.iter().find(|(name, _)| *name == target) {
        paths.iter().for_each(|path| host.file(path, bytes));
        return Some(scan(&host, &Plan::default()));
    }
    let kind = DUMPS.iter().copied().find(|name| *name == target)?;
    Some(scan(&Hostile { host, kind, bytes: Text::from(bytes) }, &Plan::default()))
}

/// All entries of a baseline, until one makes no sense.
fn every_entry(bytes: &[u8]) {
    let reader = crate::baseline::Reader::new(bytes);
    reader.into_iter().flatten().for_each(drop);
}

/// The tables of rpm, wtmpdb, lastlog2, and of the samples.
fn every_row(main: &[u8], log: &[u8]) {
    let Ok(database) = sqlite::Database::open(main.into(), Some(log.into())) else { return };
    for table in ["Packages", "wtmp", "Lastlog2", "kinds", "t"].iter().filter_map(|name| database.table(name).ok()) {
        database.rows(&table).flatten().for_each(|row| drop(row.values()));
    }
}

fn pacman(source: pacman::Source<'_>) {
    drop(pacman::read(source));
}

#[cfg(feature = "pgp")]
fn verify(key: &[u8], signature: &[u8], text: &[u8]) {
    use packages::openpgp::{Keyring, Origin};
    let mut keyring = Keyring::default();
    keyring.add(key, Origin::Host);
    keyring.verify(b"the bytes that are signed\n", signature);
    keyring.cleartext(text);
}

/// A host whose network answers are the fuzzer's bytes.
struct Hostile {
    host: Fixture,
    kind: &'static str,
    bytes: Text,
}

impl Host for Hostile {
    fn ask(&self, question: &Question) -> Reply {
        match (question, self.kind) {
            (Question::SockDiag { .. }, "netlink-sockets") | (Question::Interfaces(_), "netlink-interfaces") => {
                Ok(Answer::Dump(self.bytes.clone()))
            }
            (Question::Sweep(_), "file-capabilities") => {
                let stat = FileStat { mode: 0o100_755, ..FileStat::default() };
                let file = Walked { path: "/bin/x".into(), stat, capabilities: Some(self.bytes.clone()) };
                Ok(Answer::Walk { files: vec![file], cut: None, unread: Vec::new() })
            }
            (Question::NetfilterRules(_), "netlink-rules") | (Question::BpfPrograms, "bpf-programs") => {
                Ok(Answer::Dump(self.bytes.clone()))
            }
            (Question::NetTable { .. }, "net-tables") => Ok(Answer::Bytes { data: self.bytes.clone(), cut: false }),
            _ => self.host.ask(question),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_a_question_that_is_asked() {
        let mut unread = Vec::new();
        for (name, paths) in FILES {
            let mut host = Fixture::new(HOST);
            paths.iter().for_each(|path| host.file(path, b"x"));
            let asked = std::cell::RefCell::new(Vec::new());
            scan(&Listening { host: &host, asked: &asked }, &Plan::default());
            let asked = asked.into_inner();
            for path in *paths {
                let path = Text::from(*path);
                let ways = [Question::Read(path.clone()), Question::Head(path.clone()), Question::Shape(path.clone())];
                let is_asked = |question: &Question| ways.contains(question);
                if !asked.iter().any(is_asked) {
                    unread.push((name, path.clone()));
                }
            }
        }
        assert_eq!(unread, []);
    }

    #[test]
    fn cargo_fuzz_has_a_program_for_each_target() {
        let manifest = include_str!("../../../fuzz/Cargo.toml");
        let name = |line: &'static str| line.strip_prefix("name = \"")?.strip_suffix('"');
        let programs: Vec<&str> = manifest.lines().filter_map(name).filter(|name| *name != "keeneye-fuzz").collect();
        assert_eq!(programs, targets().collect::<Vec<_>>());
    }

    struct Listening<'a> {
        host: &'a Fixture,
        asked: &'a std::cell::RefCell<Vec<Question>>,
    }
    impl Host for Listening<'_> {
        fn ask(&self, question: &Question) -> Reply {
            self.asked.borrow_mut().push(question.clone());
            self.host.ask(question)
        }
    }

    #[test]
    fn every_target_bears_any_bytes() {
        let seed = include_bytes!("fuzz.rs");
        for target in targets() {
            let mut length = 0;
            for step in 0..60_usize {
                length = (length * 7 + 13 * step + 1) % seed.len();
                let world = run(target, &seed[length / 2..length]);
                let broken = world.iter().flat_map(|world| &world.gaps).find(|gap| gap.what == gap.sense.as_str());
                assert_eq!(broken, None, "{target}: a sense broke");
            }
        }
    }
}
