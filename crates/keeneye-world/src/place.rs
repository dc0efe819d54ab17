//! What kind of place a path is: pure predicates on its shape. A shape is never a verdict.

use bstr::{BStr, ByteSlice};
use keeneye_facts::{Account, Mount, Text};

/// Directories whose content does not outlive a boot, or that everybody may write to.
const VOLATILE: &[&str] =
    &["/tmp", "/var/tmp", "/dev/shm", "/dev", "/run/user", "/run/shm", "/run/lock", "/var/lock", "/var/run"];

/// Directories that only package managers write to. `/usr/local` and `/etc/opt` are the admin's.
const PACKAGED: &[&str] = &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/boot"];

/// Directories that are the admin's own (the file system hierarchy standard, chapters 3 and 4).
const ADMIN: &[&str] = &["/opt", "/srv", "/usr/local"];

/// Homes in passwd that are nobody's home: daemons get them for want of a better one.
const NO_HOME: &[&str] = &["", "/", "/nonexistent", "/var/empty", "/proc", "/etc", "/usr", "/bin", "/sbin", "/var"];

/// The volatile directory that the path lies in. `/dev` as a whole counts: no program belongs there. Names of
/// descriptors (`bash /dev/fd/63`) lie nowhere.
pub fn volatile_dir(path: &Text) -> Option<&'static str> {
    if path.is_within("/dev/fd") || path.is_within("/dev/stdin") {
        return None;
    }
    VOLATILE.iter().copied().find(|dir| path.is_within(dir) && path != dir)
}

/// In a directory whose content does not outlive a boot, or that everybody may write to.
pub fn is_volatile(path: &Text) -> bool {
    volatile_dir(path).is_some()
}

/// In a volatile directory where, unlike in /tmp, nobody unpacks, builds or tests either.
pub fn is_data_only(path: &Text) -> bool {
    volatile_dir(path).is_some_and(|dir| !matches!(dir, "/tmp" | "/var/tmp" | "/run/user" | "/var/run"))
}

/// In a directory that only package managers write to.
pub fn is_packaged(path: &Text) -> bool {
    PACKAGED.iter().any(|dir| path.is_within(dir)) && !path.is_within("/usr/local")
}

/// Directly in a directory of packaged commands: what somebody types.
pub fn is_among_commands(path: &Text) -> bool {
    ["/usr/bin", "/usr/sbin", "/bin", "/sbin"].iter().any(|dir| path.parent() == dir.as_bytes())
}

/// In a directory of programs, libraries and what runs by its place.
pub fn is_of_code(path: &Text) -> bool {
    const DIRS: [&str; 8] =
        ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/bin", "/sbin"];
    is_start(path) || path.is_within("/lib") || DIRS.iter().any(|dir| path.is_within(dir))
}

/// Directories whose files run by themselves, or say what does: of the kernel, of the initramfs, of systemd and udev, and
/// what opens doors to accounts.
const STARTS: &[&str] = &[
    "/boot",
    "/lib/modprobe.d",
    "/lib/modules",
    "/lib/systemd",
    "/lib/udev",
    "/usr/lib/dracut",
    "/usr/lib/kernel",
    "/usr/lib/modprobe.d",
    "/usr/lib/modules",
    "/usr/lib/pam.d",
    "/usr/lib/systemd",
    "/usr/lib/udev",
    "/usr/share/dbus-1/system-services",
    "/usr/share/initramfs-tools",
    "/usr/share/pam-configs",
    "/usr/share/polkit-1/rules.d",
];

/// Among packages' files, in a directory whose files run by themselves or say what does.
pub fn is_start(path: &Text) -> bool {
    STARTS.iter().any(|dir| path.is_within(dir))
}

/// Names of directories of a site that hold what people send or what the site makes, and no code of its own.
const UPLOADS: &[&[u8]] = &[
    b"upload",
    b"uploads",
    b"files",
    b"images",
    b"image",
    b"img",
    b"media",
    b"pictures",
    b"photos",
    b"avatars",
    b"attachments",
    b"cache",
    b"tmp",
    b"temp",
    b"logs",
    b"backup",
    b"backups",
    b"thumbs",
    b"thumbnails",
    b"fonts",
    b".well-known",
    b"userfiles",
    b"gallery",
    b"banners",
];

/// Below a directory of a site that holds what people send or what the site makes.
pub fn is_upload(path: &Text) -> bool {
    let mut parts: Vec<&[u8]> = path.split(|b| *b == b'/').collect();
    parts.pop();
    parts.iter().any(|part| UPLOADS.contains(&part.to_ascii_lowercase().as_slice()))
}

/// In a directory that is the admin's own, or in a person's home, and not hidden there.
pub fn is_admin(path: &Text, accounts: &[Account]) -> bool {
    let own = ADMIN.iter().any(|dir| path.is_within(dir)) || home_of(path, accounts).is_some();
    own && hidden_component(path).is_none()
}

/// How a name hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hiding {
    /// Begins with a dot, which `ls` leaves out. Common below homes.
    Dot,
    /// A directory that holds nothing but sockets on an honest host: `.X11-unix` and its like.
    SocketPlace,
    /// Made to be overlooked or misread; in which way.
    Disguised(&'static str),
}

/// A component of a path that hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden<'a> {
    /// The component.
    pub name: &'a BStr,
    /// How it hides.
    pub how: Hiding,
}

/// The component that hides most, the first of equals.
pub fn hidden_component(path: &[u8]) -> Option<Hidden<'_>> {
    let hidden = |name| Some(Hidden { name: BStr::new(name), how: hiding(name)? });
    let worse = |worst: Hidden<'_>, next: &Hidden<'_>| next.how > worst.how;
    let parts = path.split(|b| *b == b'/').filter_map(hidden);
    parts.reduce(|worst, next| if worse(worst, &next) { next } else { worst })
}

/// How one name hides, if it does.
pub fn hiding(name: &[u8]) -> Option<Hiding> {
    if let Some(way) = disguise(name) {
        return Some(Hiding::Disguised(way));
    }
    if name.starts_with(b".") && name.ends_with(b"-unix") {
        return Some(Hiding::SocketPlace);
    }
    (name.starts_with(b".") && name != b"." && name != b"..").then_some(Hiding::Dot)
}

/// Where a link leads, by its text alone: from the directory that it lies in, `.` and `..` taken away.
pub fn led_to(link: &Text, target: &Text) -> Text {
    let mut parts: Vec<&[u8]> = Vec::new();
    let from: &[u8] = if target.starts_with(b"/") { b"" } else { link.parent() };
    for part in from.split(|b| *b == b'/').chain(target.split(|b| *b == b'/')) {
        match part {
            b"" | b"." => (),
            b".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    Text::from([b"/", bstr::join("/", parts).as_slice()].concat())
}

/// In which way a name is made to be overlooked or misread.
pub fn disguise(name: &[u8]) -> Option<&'static str> {
    let Ok(text) = name.to_str() else { return Some("bytes that are no text") };
    if text.chars().any(char::is_control) {
        return Some("control characters");
    }
    if text.chars().any(is_invisible) {
        return Some("invisible characters");
    }
    if text.len() > 2 && text.bytes().all(|b| b == b'.') {
        return Some("nothing but dots");
    }
    let blank = |c: Option<char>| c.is_some_and(is_blank);
    if blank(text.chars().next()) || blank(text.chars().next_back()) {
        return Some("a blank at its end");
    }
    // A word, not a name: `отчёт.pdf` is honest, a Latin word with one Cyrillic letter is not.
    let mut words = text.split(|c: char| !c.is_alphabetic());
    let mixed = |word: &str| word.chars().any(|c| c.is_ascii_alphabetic()) && word.chars().any(is_cyrillic);
    words.any(mixed).then_some("letters of two alphabets in one word")
}

/// Takes no room on the screen, or turns the direction of what follows (Unicode's Bidi_Control and Default_Ignorable).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// White space of any kind, and letters that are drawn as white space.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

/// A person, or a service that people log in to: its shell lets somebody in.
pub fn is_login(account: &Account) -> bool {
    let shell = account.shell.file_name();
    !matches!(
        shell.as_bytes(),
        b"nologin" | b"false" | b"true" | b"null" | b"sync" | b"shutdown" | b"halt" | b"git-shell"
    )
}

/// The home that a path lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home<'a> {
    /// The home directory.
    pub dir: Text,
    /// Whose it is; `None` below /home where passwd does not know the name (directory services).
    pub account: Option<&'a Account>,
}

/// The home of an account that can log in, when the path lies below it; of several the deepest.
pub fn home_of<'a>(path: &Text, accounts: &'a [Account]) -> Option<Home<'a>> {
    let fits = |account: &&Account| {
        let home = trimmed(&account.home);
        is_login(account) && is_home(&home) && below(path, &home)
    };
    let deepest = accounts.iter().filter(fits).max_by_key(|account| account.home.len());
    if let Some(account) = deepest {
        return Some(Home { dir: trimmed(&account.home), account: Some(account) });
    }
    let name = path.strip_prefix(b"/home/")?.split(|b| *b == b'/').next()?;
    let dir = Text::from("/home").join(name);
    (!name.is_empty() && below(path, &dir)).then_some(Home { dir, account: None })
}

/// Hidden by a plain dot and only below the home of an account that can log in: where tools of one person lie.
pub fn is_home_dot_dir(path: &Text, accounts: &[Account]) -> bool {
    let Some(home) = home_of(path, accounts) else { return false };
    let rest = path.get(home.dir.len()..).unwrap_or_default();
    hidden_component(&home.dir).is_none() && hidden_component(rest).is_some_and(|h| h.how == Hiding::Dot)
}

/// Hidden by a plain dot and where honest tools hide: below a home, or inside an application's own directory, such as
/// `/opt/app/.venv/bin/python` and `/srv/app/node_modules/.bin/next`.
pub fn is_tool_dot_dir(path: &Text, accounts: &[Account]) -> bool {
    is_home_dot_dir(path, accounts) || is_application_dot_dir(path)
}

/// Top directories of the file system hierarchy standard. What else lies in the root is an application of the admin's.
const TOP: &[&[u8]] = &[
    b"bin",
    b"boot",
    b"dev",
    b"etc",
    b"home",
    b"lib",
    b"lib32",
    b"lib64",
    b"libx32",
    b"lost+found",
    b"media",
    b"proc",
    b"root",
    b"run",
    b"sbin",
    b"sys",
    b"tmp",
    b"usr",
    b"var",
];

/// How many components lead to the directories in which an application's own directory lies. `None` where the system
/// keeps its own things.
fn depth_of_applications(parts: &[&[u8]]) -> Option<usize> {
    match parts {
        [b"opt" | b"srv" | b"mnt", ..] => Some(1),
        [b"var", b"www", ..] => Some(2),
        [b"usr", b"local", ..] => Some(3),
        [top, ..] if !TOP.contains(top) => Some(0),
        _ => None,
    }
}

/// Where applications of the admin's lie: `/opt`, `/srv`, `/var/www`, `/usr/local`, a directory of its own in the root;
/// and not hidden there.
pub fn is_application(path: &Text) -> bool {
    let parts: Vec<&[u8]> = path.split(|b| *b == b'/').filter(|part| !part.is_empty()).collect();
    depth_of_applications(&parts).is_some_and(|depth| parts.len() > depth) && hidden_component(path).is_none()
}

/// A directory, not the file itself, hidden by a plain dot and inside an application's own directory.
fn is_application_dot_dir(path: &Text) -> bool {
    let parts: Vec<&[u8]> = path.split(|b| *b == b'/').filter(|part| !part.is_empty()).collect();
    let Some(depth) = depth_of_applications(&parts) else { return false };
    let Some((file, above)) = parts.split_last() else { return false };
    let Some(first) = above.iter().position(|part| hiding(part).is_some()) else { return false };
    first > depth
        && hiding(file).is_none()
        && above.iter().all(|part| hiding(part).is_none_or(|how| how == Hiding::Dot))
}

fn trimmed(path: &Text) -> Text {
    Text::from(path.trim_end_with(|c| c == '/'))
}

/// Inside the directory, at any depth.
pub fn below(path: &Text, dir: &Text) -> bool {
    path.strip_prefix(dir.as_slice()).is_some_and(|rest| rest.starts_with(b"/"))
}

fn is_home(dir: &Text) -> bool {
    !NO_HOME.iter().any(|no| dir == no) && !is_volatile(dir) && !is_packaged(dir)
}

/// The mount that the path lies on, when its mount point is not one of the directories that hold other people's files:
/// an image that a program brought with it (AppImage), a container's root. The deepest one.
pub fn own_mount<'a>(path: &Text, mounts: &'a [Mount]) -> Option<&'a Mount> {
    let deepest = mounts.iter().filter(|mount| path == &mount.point || below(path, &mount.point));
    let mount = deepest.max_by_key(|mount| mount.point.len())?;
    (!VOLATILE.iter().any(|dir| mount.point == *dir) && !is_shared_mount(&mount.point)).then_some(mount)
}

/// An image: a file system that a file or a program provides, or one that nobody can write to, mounted as a whole. Not
/// a part of a directory bound elsewhere, and not more memory for temporary files.
pub fn is_image(mount: &Mount) -> bool {
    let provided = mount.kind.starts_with(b"fuse") || ["squashfs", "erofs", "iso9660"].iter().any(|k| mount.kind == *k);
    let read_only = mount.options.split(|b| *b == b',').any(|option| option == b"ro");
    mount.root == "/" && (provided || read_only)
}

/// The image that the path lies on, when nothing below its mount point is hidden. Other mounts excuse nothing: whoever
/// hides a file may as well mount a directory for it, and logs lie on a partition of their own on many hosts.
pub fn own_image<'a>(path: &Text, mounts: &'a [Mount]) -> Option<&'a Mount> {
    let mount = own_mount(path, mounts).filter(|mount| is_image(mount))?;
    let below = path.get(mount.point.len()..).unwrap_or_default();
    hidden_component(below).is_none().then_some(mount)
}

/// Mount points of the host itself: one component deep, or a user's runtime directory, or below /dev.
fn is_shared_mount(point: &Text) -> bool {
    let depth = point.split(|b| *b == b'/').filter(|part| !part.is_empty()).count();
    depth <= 1 || point.is_within("/dev") || (point.is_within("/run/user") && depth == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> Text {
        Text::from(path)
    }
    fn account(name: &str, uid: u32, home: &str, shell: &str) -> Account {
        Account { name: name.into(), uid, home: home.into(), shell: shell.into(), ..Account::default() }
    }

    #[test]
    fn where_links_lead() {
        let led = |link: &str, target: &str| led_to(&Text::from(link), &Text::from(target));
        assert_eq!(led("/root/.zsh_history", "../dev/null"), "/dev/null");
        assert_eq!(led("/root/.zsh_history", "../../../dev/./null"), "/dev/null");
        assert_eq!(led("/home/a/x", "y/z"), "/home/a/y/z");
        assert_eq!(led("/home/a/x", "/tmp//h"), "/tmp/h");
    }
    #[test]
    fn volatile_places() {
        for path in ["/tmp/x", "/var/tmp/a/b", "/dev/shm/x", "/run/user/1000/x", "/dev/x", "/var/lock/x", "/run/shm/x"]
        {
            assert!(is_volatile(&text(path)), "{path}");
        }
        for path in
            ["/tmp", "/tmpx/a", "/var/lib/tmp/x", "/usr/bin/x", "/home/tmp/x", "/run/systemd/x", "tmp/x", "/dev/fd/3"]
        {
            assert!(!is_volatile(&text(path)), "{path}");
        }
        assert!(is_data_only(&text("/dev/shm/x")));
        assert!(!is_data_only(&text("/tmp/x")));
    }

    #[test]
    fn names_that_hide() {
        let how = |path: &str| hidden_component(path.as_bytes()).map(|h| h.how);
        assert_eq!(how("/usr/bin/x"), None);
        assert_eq!(how("/usr/./bin/../x"), None);
        assert_eq!(how("/tmp/.x/y"), Some(Hiding::Dot));
        assert_eq!(how("/tmp/.ICE-unix/-l/y"), Some(Hiding::SocketPlace));
        for path in ["/tmp/.../y", "/tmp/ /y", "/tmp/.. /y", "/tmp/a\u{1b}[2J", "/tmp/s\u{200b}shd", "/x/\u{a0}/y"] {
            assert!(matches!(how(path), Some(Hiding::Disguised(_))), "{path:?}");
        }
        assert!(matches!(how("/usr/sbin/\u{455}shd"), Some(Hiding::Disguised(_))));
        assert_eq!(how("/home/anna/отчёт.pdf"), None);
        assert_eq!(how("/var/lib/kubelet/..data/x"), Some(Hiding::Dot));
        assert!(matches!(hidden_component(b"/tmp/\xff"), Some(Hidden { how: Hiding::Disguised(_), .. })));
        assert_eq!(hidden_component(b"/a/.x/... /y").map(|h| h.name), Some(BStr::new("... ")));
    }

    #[test]
    fn homes_are_those_of_accounts_that_log_in() {
        let accounts = [
            account("root", 0, "/root", "/bin/bash"),
            account("anna", 1000, "/data/people/anna/", "/bin/zsh"),
            account("www-data", 33, "/var/www", "/usr/sbin/nologin"),
            account("daemon", 1, "/usr/sbin", "/bin/sh"),
        ];
        let dir = |path: &str| home_of(&text(path), &accounts).map(|home| home.dir);
        assert_eq!(dir("/root/.nvm/node"), Some(text("/root")));
        assert_eq!(dir("/data/people/anna/x"), Some(text("/data/people/anna")));
        assert_eq!(dir("/home/ldapuser/bin/x"), Some(text("/home/ldapuser")));
        for path in ["/var/www/x", "/usr/sbin/x", "/rooter/x", "/root", "/home/x"] {
            assert_eq!(dir(path), None, "{path}");
        }
        assert!(is_home_dot_dir(&text("/data/people/anna/p/.venv/bin/python"), &accounts));
        for path in ["/var/www/.x/y", "/root/bin/x", "/root/.../x", "/etc/.x", "/home/.x/y"] {
            assert!(!is_home_dot_dir(&text(path), &accounts), "{path}");
        }
        assert!(is_admin(&text("/root/bin/x"), &accounts));
        assert!(!is_admin(&text("/opt/.x/y"), &accounts));
        assert!(!is_admin(&text("/usr/bin/x"), &accounts));
    }

    #[test]
    fn applications_have_hidden_directories_of_their_own() {
        for path in ["/opt/app/.venv/bin/x", "/srv/a/node_modules/.bin/x", "/var/www/a/.o/x", "/app/.venv/bin/x"] {
            assert!(is_tool_dot_dir(&text(path), &[]), "{path}");
        }
        for path in ["/opt/.x/y", "/opt/app/.x", "/usr/local/lib/.x/y", "/var/lib/.x/y", "/.x/y", "/etc/a/.x/y"] {
            assert!(!is_tool_dot_dir(&text(path), &[]), "{path}");
        }
        assert!(!is_tool_dot_dir(&text("/opt/app/.../y"), &[]));
    }

    #[test]
    fn images_excuse_what_lies_openly_in_them() {
        let mount = |point: &str, kind: &str, options: &str| Mount {
            root: "/".into(),
            point: point.into(),
            kind: kind.into(),
            options: options.into(),
            ..Mount::default()
        };
        let mounts =
            [mount("/snap/x/1", "squashfs", "ro"), mount("/var/log", "ext4", "rw"), mount("/m/t", "tmpfs", "rw")];
        let image = |path: &str| own_image(&text(path), &mounts).is_some();
        assert!(image("/snap/x/1/lib/l.so"));
        for path in ["/snap/x/1/.h/l.so", "/var/log/l.so", "/m/t/l.so", "/usr/lib/l.so"] {
            assert!(!image(path), "{path}");
        }
    }

    #[test]
    fn a_mount_of_ones_own_is_not_the_directory_it_lies_in() {
        let mount = |point: &str| Mount { point: point.into(), ..Mount::default() };
        let mounts = [mount("/"), mount("/tmp"), mount("/dev/shm"), mount("/run/user/1000"), mount("/tmp/.mount_X")];
        let point = |path: &str| own_mount(&text(path), &mounts).map(|m| m.point.clone());
        assert_eq!(point("/tmp/.mount_X/bin/app"), Some(text("/tmp/.mount_X")));
        for path in ["/tmp/x", "/tmp/.mount_Xa/x", "/dev/shm/.x/y", "/run/user/1000/x", "/usr/bin/x"] {
            assert_eq!(point(path), None, "{path}");
        }
    }
}
