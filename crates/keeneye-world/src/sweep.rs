//! Which files of a whole tree are worth a second look, told by place, name and `lstat` alone. Pure.
//!
//! A server has hundreds of thousands of files, and nearly all of them are nobody's business. The door keeps of a sweep
//! what these rules keep, so neither memory nor a recording holds the names in everybody's home.

use crate::place::{self, Hiding};
use bstr::ByteSlice;
use keeneye_facts::{FileStat, Interest, Text};

/// Where an engine keeps images and layers: whole systems of their own, under names that are digests.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    /// The directory.
    pub path: &'static str,
    /// Programs of engines that keep images there.
    pub engines: &'static [&'static str],
}

const DOCKER: &[&str] = &["/usr/bin/dockerd", "/usr/sbin/dockerd"];
const CONTAINERD: &[&str] = &["/usr/bin/containerd"];

/// Stores. A sweep of what lies above passes them by; whoever sweeps decides whether an engine is there.
#[rustfmt::skip]
pub const IMAGE_STORES: &[Store] = &[
    Store { path: "/var/lib/docker/overlay2", engines: DOCKER },
    Store { path: "/var/lib/docker/aufs", engines: DOCKER },
    Store { path: "/var/lib/docker/btrfs", engines: DOCKER },
    Store { path: "/var/lib/docker/devicemapper", engines: DOCKER },
    Store { path: "/var/lib/docker/image", engines: DOCKER },
    Store { path: "/var/lib/docker/overlay", engines: DOCKER },
    Store { path: "/var/lib/docker/vfs", engines: DOCKER },
    Store { path: "/var/lib/docker/zfs", engines: DOCKER },
    Store { path: "/var/lib/docker/containerd", engines: DOCKER },
    Store { path: "/var/lib/docker/rootfs", engines: DOCKER },
    Store { path: "/var/lib/containerd", engines: CONTAINERD },
    Store {
        path: "/var/lib/containers/storage",
        engines: &["/usr/bin/podman", "/usr/bin/buildah", "/usr/bin/crio", "/usr/bin/skopeo"],
    },
    Store { path: "/var/lib/rancher/k3s/agent/containerd", engines: &["/usr/bin/k3s"] },
    Store { path: "/var/lib/buildkit", engines: &["/usr/bin/buildkitd"] },
    Store { path: "/var/lib/flatpak", engines: &["/usr/bin/flatpak"] },
];
/// Directories that are the system's own, where nobody keeps what people call their files.
#[rustfmt::skip]
const SYSTEM: &[&str] = &[
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/run", "/sbin", "/tmp", "/usr",
    "/var/cache", "/var/log", "/var/spool", "/var/tmp",
];
/// Directories below /dev that are file systems for data.
const DATA_IN_DEV: &[&str] = &["/dev/shm", "/dev/mqueue", "/dev/hugepages", "/dev/pts"];
/// Files that make a directory the root of another system.
const FOREIGN_ROOT: &[u8] = b"/etc/passwd";

/// A sweep goes into this directory.
pub fn goes_into(dir: &Text) -> bool {
    !IMAGE_STORES.iter().any(|store| dir == store.path)
}

/// A sweep of this directory passes the path by.
#[cfg(any(test, feature = "fixture"))]
pub(crate) fn passes_by(dir: &Text, path: &Text) -> bool {
    IMAGE_STORES.iter().any(|store| path.is_within(store.path) && place::below(&Text::from(store.path), dir))
}

/// What makes a file worth a second look; empty for nearly all. `capable`: it bears file capabilities.
pub fn interests(path: &Text, stat: &FileStat, capable: bool) -> Vec<Interest> {
    let mut found = Vec::new();
    let mut note = |holds: bool, interest| {
        if holds {
            found.push(interest);
        }
    };
    let odd = is_odd_name(path, stat);
    if stat.is_dir() {
        note(odd && is_disguised(path.file_name()), Interest::OddName);
        note(is_history(path.file_name()), Interest::History);
        return found;
    }
    if !stat.is_regular() {
        note(is_history(path.file_name()), Interest::History);
        return found;
    }
    let gives_rights = stat.mode & 0o4000 != 0 || stat.mode & 0o2010 == 0o2010;
    note(gives_rights && stat.executable() || capable, Interest::Privileged);
    note(stat.immutable || stat.append_only, Interest::Immutable);
    note(odd, Interest::OddName);
    note(is_in_dev(path) && stat.size > 0, Interest::Device);
    note(is_in_volatile(path, stat), Interest::Volatile);
    note(is_stray(path, stat), Interest::Stray);
    note(is_web(path, stat), Interest::Web);
    note(is_history(path.file_name()), Interest::History);
    found
}

/// A regular file that may be executed, or is named like a library.
pub fn is_program(path: &Text, stat: &FileStat) -> bool {
    let library = || path.file_name().ends_with(b".so") || path.file_name().contains_str(".so.");
    stat.is_regular() && (stat.executable() || library())
}

/// Root directories of other systems are told by their own `etc/passwd`.
pub fn is_foreign_root(path: &Text) -> bool {
    path.ends_with(FOREIGN_ROOT) && path.len() > FOREIGN_ROOT.len()
}

/// The root of another system, by its `etc/passwd`.
pub fn foreign_root(path: &Text) -> Option<Text> {
    path.strip_suffix(FOREIGN_ROOT).filter(|root| !root.is_empty()).map(Text::from)
}

/// A name in the path is made to be overlooked or misread. Where people keep their own files only programs count, and
/// names that are nothing at all: others, in another encoding or with a blank at the end, come from a person's
/// computer.
fn is_odd_name(path: &Text, stat: &FileStat) -> bool {
    if !place::hidden_component(path).is_some_and(|hidden| matches!(hidden.how, Hiding::Disguised(_))) {
        return false;
    }
    let nothing = path.file_name().to_str_lossy().chars().all(|c| c == '.' || c.is_whitespace());
    SYSTEM.iter().any(|dir| path.is_within(dir)) || nothing || (stat.is_regular() && stat.executable())
}

fn is_disguised(name: &[u8]) -> bool {
    place::disguise(name).is_some()
}

fn is_in_dev(path: &Text) -> bool {
    path.is_within("/dev") && !DATA_IN_DEV.iter().any(|dir| path.is_within(dir))
}

/// A program by its right to be executed, a library by its name; whatever it is where only data belongs, or where its
/// path hides.
fn is_in_volatile(path: &Text, stat: &FileStat) -> bool {
    if !place::is_volatile(path) {
        return false;
    }
    let library = path.file_name().ends_with(b".so") || path.file_name().contains_str(".so.");
    let by_place = place::is_data_only(path) || place::hidden_component(path).is_some();
    stat.executable() || stat.size > 0 && (library || by_place)
}

/// In a directory that packages fill; or a program in /etc; or a hidden program where the system keeps its own things.
fn is_stray(path: &Text, stat: &FileStat) -> bool {
    if place::is_packaged(path) {
        // Kernels are built there.
        return !path.is_within("/usr/src");
    }
    if path.is_within("/etc") {
        return stat.executable();
    }
    let state = ["/var/lib", "/var/cache", "/var/log", "/var/spool", "/var/opt", "/run"];
    stat.executable() && state.iter().any(|dir| path.is_within(dir)) && place::hidden_component(path).is_some()
}

/// The source of compiled Python, which py3compile(1) makes of a package's modules: `a/__pycache__/b.cpython-311.pyc` is
/// made of `a/b.py`.
pub fn python_source(path: &Text) -> Option<Text> {
    let stem = path.file_name().strip_suffix(b".pyc")?;
    let module = stem.split(|byte| *byte == b'.').next()?;
    let dir = Text::from(path.parent()).strip_suffix(b"/__pycache__").map(Text::from)?;
    Some(dir.join([module, b".py"].concat()))
}

/// A script that a web server runs, or a file that tells it what to run. Packages' own directories hold packages' own.
fn is_web(path: &Text, stat: &FileStat) -> bool {
    let name = path.file_name();
    if place::is_packaged(path) && !path.is_within("/usr/share/nginx") && !path.is_within("/usr/lib/cgi-bin") {
        return false;
    }
    let program = stat.executable() && path.split(|b| *b == b'/').any(|part| part == b"cgi-bin");
    is_web_settings(name) || is_web_script(name) || program
}

/// A file in a site that tells the web server, or PHP in it, what to do.
pub fn is_web_settings(name: &[u8]) -> bool {
    matches!(name, b".htaccess" | b".user.ini" | b"php.ini")
}

/// A script of a language that web servers run, by the end of its name, also where another end follows
/// (`x.php.jpg`, which old servers run).
pub fn is_web_script(name: &[u8]) -> bool {
    let mut ends = name.split(|b| *b == b'.').skip(1);
    ends.any(|end| {
        let end = end.to_ascii_lowercase();
        let version =
            end.strip_prefix(b"php").is_some_and(|rest| rest.len() < 2 && rest.iter().all(u8::is_ascii_digit));
        version || [&b"phtml"[..], b"pht", b"phps", b"phar", b"inc", b"jsp", b"jspx", b"jspf", b"cgi"].contains(&&*end)
    })
}

/// Histories of shells and of clients that keep one the same way.
pub fn is_history(name: &[u8]) -> bool {
    if !name.starts_with(b".") {
        return name == b"fish_history";
    }
    name.ends_with(b"_history") || [&b".history"[..], b".zhistory", b".histfile", b".sh_history"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, mode: u32) -> Vec<Interest> {
        let stat = FileStat { mode, size: 9, ..FileStat::default() };
        interests(&Text::from(path), &stat, false)
    }
    const PLAIN: u32 = 0o100_644;
    const PROGRAM: u32 = 0o100_755;

    #[test]
    fn what_gives_rights() {
        assert_eq!(of("/home/a/x", 0o104_755), [Interest::Privileged]);
        assert_eq!(of("/home/a/x", 0o102_755), [Interest::Privileged]);
        // Mandatory locking, not a right; and what nobody may execute gives none.
        assert_eq!(of("/home/a/x", 0o102_644), []);
        assert_eq!(of("/home/a/x", 0o104_644), []);
        let stat = FileStat { mode: PROGRAM, ..FileStat::default() };
        assert_eq!(interests(&Text::from("/opt/x"), &stat, true), [Interest::Privileged]);
        let stat = FileStat { mode: PLAIN, immutable: true, ..FileStat::default() };
        assert_eq!(interests(&Text::from("/srv/x"), &stat, false), [Interest::Immutable]);
    }
    #[test]
    fn places_where_nothing_executable_belongs() {
        assert_eq!(of("/dev/.udev.tdb", PLAIN), [Interest::Device, Interest::Volatile]);
        assert_eq!(of("/dev/shm/x", PLAIN), [Interest::Volatile]);
        assert_eq!(of("/tmp/x", PLAIN), []);
        assert_eq!(of("/tmp/x", PROGRAM), [Interest::Volatile]);
        assert_eq!(of("/var/tmp/.a/x", PLAIN), [Interest::Volatile]);
        assert_eq!(of("/usr/include/a.h", PLAIN), [Interest::Stray]);
        assert_eq!(of("/usr/src/a.o", PLAIN), []);
        assert_eq!(of("/etc/x", PROGRAM), [Interest::Stray]);
        assert_eq!(of("/etc/x", PLAIN), []);
        assert_eq!(of("/var/lib/a/.b/x", PROGRAM), [Interest::Stray]);
        assert_eq!(of("/home/a/.nvm/node", PROGRAM), []);
    }
    #[test]
    fn what_compiled_python_is_made_of() {
        let of = |path: &str| python_source(&Text::from(path));
        assert_eq!(of("/usr/lib/a/__pycache__/b.cpython-311.pyc"), Some("/usr/lib/a/b.py".into()));
        assert_eq!(of("/usr/lib/a/__pycache__/b.cpython-311.opt-1.pyc"), Some("/usr/lib/a/b.py".into()));
        for path in ["/usr/lib/a/b.pyc", "/usr/lib/a/__pycache__/b.so", "/__pycache__", ".pyc"] {
            assert_eq!(of(path), None, "{path}");
        }
    }
    #[test]
    fn names_that_mislead() {
        assert_eq!(of("/var/tmp/... ", 0o040_755), [Interest::OddName]);
        assert_eq!(of("/var/tmp/... /x", 0o040_755), []);
        assert_eq!(of("/tmp/.X11-unix", 0o041_777), []);
        assert_eq!(of("/home/a/notes ", PLAIN), []);
        assert_eq!(of("/var/lib/...", 0o040_755), [Interest::OddName]);
        assert_eq!(of("/opt/ ", 0o040_755), [Interest::OddName]);
        assert_eq!(of("/home/a/... /x", PROGRAM), [Interest::OddName]);
        assert_eq!(of("/var/www/up/\u{fffd}\u{200b}.jpg", PLAIN), []);
    }
    #[test]
    fn scripts_and_histories() {
        for name in ["/var/www/a.php", "/srv/a.PHP7", "/srv/a.php.jpg", "/srv/a/.htaccess", "/opt/t/webapps/a.jsp"] {
            assert_eq!(of(name, PLAIN), [Interest::Web], "{name}");
        }
        assert_eq!(of("/srv/cgi-bin/x.pl", PROGRAM), [Interest::Web]);
        assert_eq!(of("/srv/cgi-bin/x.pl", PLAIN), []);
        assert_eq!(of("/srv/bin/x.pl", PROGRAM), []);
        assert_eq!(of("/srv/a.phpx", PLAIN), []);
        assert_eq!(of("/root/.bash_history", 0o120_777), [Interest::History]);
        assert_eq!(of("/root/.local/share/fish/fish_history", 0o120_777), [Interest::History]);
        assert_eq!(of("/root/.bash_history", 0o020_666), [Interest::History]);
        assert_eq!(of("/root/.mysql_history", PLAIN), [Interest::History]);
        assert_eq!(of("/root/notes_history", PLAIN), []);
    }
    #[test]
    fn other_systems() {
        assert!(!goes_into(&Text::from("/var/lib/docker/overlay2")));
        assert!(goes_into(&Text::from("/var/lib/docker")));
        assert_eq!(foreign_root(&Text::from("/srv/j/etc/passwd")), Some(Text::from("/srv/j")));
        assert_eq!(foreign_root(&Text::from("/etc/passwd")), None);
    }
}
