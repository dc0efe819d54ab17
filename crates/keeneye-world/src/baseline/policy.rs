//! What may change: by the structure of a Unix system, and by what the configuration adds.

use super::{Class, Entry};
use crate::glob;
use keeneye_facts::Text;
use sha2::{Digest as _, Sha256};

/// A pattern and what it says. `DIR/*` speaks of all that is below a directory, at any depth.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    pattern: String,
    /// Bytes in front of the first wildcard.
    plain: usize,
    class: Class,
}

impl Rule {
    fn new(pattern: &str, class: Class) -> Self {
        let plain = pattern.bytes().position(|b| matches!(b, b'*' | b'?')).unwrap_or(pattern.len());
        Self { pattern: pattern.to_owned(), plain, class }
    }
    fn fits(&self, path: &[u8]) -> bool {
        // Most paths differ early.
        self.pattern.as_bytes().get(..self.plain).is_some_and(|plain| path.starts_with(plain))
            && glob::matches(&self.pattern, path)
    }
}

/// The rules of the Filesystem Hierarchy Standard, as far as they say what lives where. The longest pattern wins.
const DEFAULTS: &[(&str, Class)] = &[
    ("/boot/grub/grubenv", Class::Changes),
    ("/boot/grub2/grubenv", Class::Changes),
    ("/dev/*", Class::Changes),
    ("/etc/adjtime", Class::Changes),
    ("/etc/mtab", Class::Changes),
    ("/home/*", Class::Changes),
    ("/home/*/.bash*", Class::Fixed),
    ("/home/*/.config/autostart/*", Class::Fixed),
    ("/home/*/.config/systemd/*", Class::Fixed),
    ("/home/*/.bash_history", Class::Changes),
    ("/home/*/.pam_environment", Class::Fixed),
    ("/home/*/.profile", Class::Fixed),
    ("/home/*/.ssh/*", Class::Fixed),
    ("/home/*/.ssh/known_hosts*", Class::Changes),
    ("/home/*/.z*", Class::Fixed),
    ("/home/*/.zsh_history", Class::Changes),
    ("/lost+found/*", Class::Changes),
    ("/root/.*_history", Class::Changes),
    ("/root/.cache/*", Class::Changes),
    ("/root/.lesshst", Class::Changes),
    ("/root/.local/share/*", Class::Changes),
    ("/root/.ssh/known_hosts*", Class::Changes),
    ("/root/.viminfo", Class::Changes),
    ("/run/*", Class::Changes),
    ("/run/systemd/system/*", Class::Fixed),
    ("/run/udev/rules.d/*", Class::Fixed),
    ("/tmp/*", Class::Changes),
    ("/var/backups/*", Class::Changes),
    ("/var/cache/*", Class::Changes),
    ("/var/crash/*", Class::Changes),
    ("/var/lib/*", Class::Changes),
    ("/var/lib/dpkg/info/*", Class::Fixed),
    ("/var/lib/pacman/local/*", Class::Fixed),
    ("/var/lib/rpm/*", Class::Fixed),
    ("/var/lib/rpm/*lock", Class::Changes),
    ("/var/lib/rpm/*-shm", Class::Changes),
    ("/var/lib/rpm/__db*", Class::Changes),
    ("/var/lock/*", Class::Changes),
    ("/var/log/*", Class::Grows),
    ("/var/log/journal/*", Class::Changes),
    ("/var/log/*.db", Class::Changes),
    ("/var/log/faillog", Class::Changes),
    ("/var/log/lastlog", Class::Changes),
    ("/var/log/sysstat/*", Class::Changes),
    ("/var/mail/*", Class::Changes),
    ("/var/run/*", Class::Changes),
    ("/var/spool/*", Class::Changes),
    ("/var/spool/anacron/*", Class::Changes),
    ("/var/spool/at/*", Class::Fixed),
    ("/var/spool/at/.SEQ", Class::Changes),
    ("/var/spool/at/spool/*", Class::Changes),
    ("/var/spool/cron/*", Class::Fixed),
    ("/var/spool/cron/*/.SEQ", Class::Changes),
    ("/var/spool/cron/atspool/*", Class::Changes),
    ("/var/tmp/*", Class::Changes),
];

/// Which file is of which class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Longest first: what is said first counts.
    given: Vec<Rule>,
    defaults: Vec<Rule>,
}

impl Default for Policy {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Policy {
    /// The rules that the configuration gives come before keeneye's own; among each the longest pattern that fits wins.
    pub fn new(given: &[(String, Class)]) -> Self {
        let sorted = |mut rules: Vec<Rule>| {
            rules.sort_by(|a, b| b.pattern.len().cmp(&a.pattern.len()).then_with(|| a.pattern.cmp(&b.pattern)));
            rules
        };
        Self {
            given: sorted(given.iter().map(|(pattern, class)| Rule::new(pattern, *class)).collect()),
            defaults: sorted(DEFAULTS.iter().map(|(pattern, class)| Rule::new(pattern, *class)).collect()),
        }
    }

    /// What is expected at a path.
    pub fn class(&self, path: &[u8]) -> Class {
        let rules = self.given.iter().chain(&self.defaults);
        rules.into_iter().find(|rule| rule.fits(path)).map_or(Class::Fixed, |rule| rule.class)
    }

    /// What is expected of a file that was there before, where others of its directory come and go by experience.
    pub fn class_of(&self, entry: &Entry) -> Class {
        match self.class(&entry.path) {
            Class::Fixed | Class::Grows if entry.is_restless() => Class::Changes,
            class => class,
        }
    }

    /// Identifies the rules: SHA-256 in hexadecimal.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for rule in self.given.iter().chain(&self.defaults) {
            hash.update(format!("{} {}\n", rule.class.name(), rule.pattern));
        }
        let digest: [u8; 32] = hash.finalize().into();
        Text::from(digest.as_slice()).hex()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn structure_tells_what_may_change() {
        let policy = Policy::default();
        for (path, class) in [
            ("/usr/bin/ls", Class::Fixed),
            ("/etc/passwd", Class::Fixed),
            ("/var/log/auth.log", Class::Grows),
            ("/var/log/journal/x/system.journal", Class::Changes),
            ("/var/lib/mysql/ibdata1", Class::Changes),
            ("/var/lib/dpkg/info/bash.list", Class::Fixed),
            ("/var/lib/dpkg/status", Class::Changes),
            ("/var/spool/cron/crontabs/root", Class::Fixed),
            ("/var/spool/cron/atjobs/a00002", Class::Fixed),
            ("/var/spool/at/a00002", Class::Fixed),
            ("/var/spool/postfix/incoming/A", Class::Changes),
            ("/run/systemd/system/x.service", Class::Fixed),
            ("/var/www/html/index.php", Class::Fixed),
            ("/home/anna/notes.txt", Class::Changes),
            ("/home/anna/.ssh/authorized_keys", Class::Fixed),
            ("/root/.bash_history", Class::Changes),
            ("/tmp", Class::Fixed),
            ("/tmp/x", Class::Changes),
        ] {
            assert_eq!(policy.class(path.as_bytes()), class, "{path}");
        }
    }
    #[test]
    fn the_configuration_comes_first_and_the_longest_pattern_wins() {
        let given = [("/srv/*", Class::Changes), ("/srv/www/*", Class::Fixed), ("/var/lib/*", Class::Skipped)];
        let policy = Policy::new(&given.map(|(pattern, class)| (pattern.to_owned(), class)));
        let class = |path: &str| policy.class(path.as_bytes());
        assert_eq!((class("/srv/a"), class("/srv/www/a")), (Class::Changes, Class::Fixed));
        assert_eq!(class("/var/lib/dpkg/info/a.list"), Class::Skipped);
        assert_ne!(policy.digest(), Policy::default().digest());
    }
    #[test]
    fn what_always_changes_is_learnt() {
        let policy = Policy::default();
        let entry = |mode| Entry { path: "/srv/counter".into(), mode, restless: 3, ..Entry::default() };
        assert_eq!(policy.class_of(&entry(0o100_644)), Class::Changes);
        assert_eq!(policy.class_of(&entry(0o100_755)), Class::Fixed);
    }
}
