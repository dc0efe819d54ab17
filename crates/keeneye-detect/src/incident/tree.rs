//! Which processes are of one tree, and which directories are somebody's own.

use super::site::Site;
use crate::{place, shells, standing};
use keeneye_facts::{Process, ProcessId, ProgramKind, Text};

/// Programs that start what entries tell them to: their children have nothing to do with each other.
const STARTERS: &[&[u8]] =
    &[b"cron", b"crond", b"atd", b"anacron", b"fcron", b"systemd-executor", b"containerd-shim", b"conmon", b"dockerd"];

/// The topmost ancestor below what serves strangers to each other; the process itself where there is none.
pub(super) fn top(site: &Site<'_>, process: &Process) -> ProcessId {
    let mut top = process;
    for ancestor in site.world.ancestors(process) {
        if is_boundary(site, ancestor) || ancestor.container.is_some() != process.container.is_some() {
            break;
        }
        top = ancestor;
    }
    top.id
}

/// Serves people, or starts things, that have nothing to do with each other.
pub(super) fn is_boundary(site: &Site<'_>, process: &Process) -> bool {
    let world = site.world;
    let reaper = process.id.pid == 1 || process.cmdline.iter().any(|argument| *argument == "--user");
    reaper
        || process.is_kernel_thread()
        || is_starter(process)
        || standing::is_login_program(world, process)
        || is_persons_shell(site, process)
}

/// cron, at and engines of containers.
pub(super) fn is_starter(process: &Process) -> bool {
    let name = process.exe_path().file_name();
    STARTERS.iter().any(|starter| name == *starter) || name.starts_with(b"containerd-shim")
}

/// A shell at which a person types.
fn is_persons_shell(site: &Site<'_>, process: &Process) -> bool {
    let typed = process.program.as_ref().is_some_and(|program| program.kind == ProgramKind::Interactive)
        || process.cmdline.first().is_some_and(|name| name.starts_with(b"-"));
    typed && shells::is_shell(site.world, process) && standing::is_attended(site.world, process)
}

/// The session of a process whose session leader is gone: what was started together and left behind.
pub(super) fn left_session(site: &Site<'_>, process: &Process) -> Option<i32> {
    let leader = u32::try_from(process.session).ok().filter(|leader| *leader > 1)?;
    (leader != process.id.pid && site.world.process(leader).is_none()).then_some(process.session)
}

/// The control group of one service, where that says something: not that of everybody, of cron, of logins, of engines.
pub(super) fn service_group<'a>(site: &Site<'_>, process: &'a Process) -> Option<&'a Text> {
    let group = &process.cgroup;
    let everybody = site.world.process(1).is_some_and(|init| init.cgroup == *group);
    let unit = service_of(group)?;
    let stem = unit.strip_suffix(b".service").unwrap_or(unit);
    let serves_all = [&b"cron"[..], b"crond", b"atd", b"ssh", b"sshd", b"docker", b"containerd", b"init"];
    (!everybody && !serves_all.contains(&stem) && !stem.starts_with(b"user@")).then_some(group)
}

/// `php8.2-fpm.service` of `/system.slice/php8.2-fpm.service`.
pub(super) fn service_of(group: &Text) -> Option<&[u8]> {
    group.split(|b| *b == b'/').rfind(|part| part.ends_with(b".service"))
}

/// The directory of its own that a file lies in: the first one below a volatile directory, or the first hidden one.
/// `None` for what lies in the common directory itself, and for hidden directories in homes.
pub(super) fn own_directory(site: &Site<'_>, path: &Text) -> Option<Text> {
    let volatile = place::volatile_dir(path).map(str::len);
    if volatile.is_none() && place::is_home_dot_dir(path, &site.world.accounts) {
        return None;
    }
    let mut end = 0;
    let parts: Vec<&[u8]> = path.split(|b| *b == b'/').collect();
    let (_, above) = parts.split_last()?;
    for (depth, part) in above.iter().enumerate() {
        end += part.len() + usize::from(depth > 0);
        let below_volatile = volatile.is_some_and(|dir| end > dir);
        if part.is_empty() || is_common(path, part) {
            continue;
        }
        if below_volatile || place::hiding(part).is_some() {
            return path.get(..end).map(Text::from);
        }
    }
    None
}

/// Directories in volatile places that many programs share: those of sockets, of a user's session, of a service.
fn is_common(path: &Text, part: &[u8]) -> bool {
    let of_session = path.is_within("/run/user") && part.iter().all(u8::is_ascii_digit);
    let of_service = part.starts_with(b"systemd-private-") || part == b"tmp";
    place::hiding(part) == Some(place::Hiding::SocketPlace) || of_session || of_service
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_world::World;

    #[test]
    fn directories_of_ones_own() {
        let world = World::default();
        let site = Site::of(&world);
        let own = |path: &str| own_directory(&site, &path.into()).map(|dir| dir.lossy().into_owned());
        let some = |dir: &str| Some(dir.to_owned());
        assert_eq!(own("/dev/shm/.x/k"), some("/dev/shm/.x"));
        assert_eq!(own("/tmp/a/b/c"), some("/tmp/a"));
        assert_eq!(own("/usr/lib/.h/lib/x.so"), some("/usr/lib/.h"));
        assert_eq!(own("/var/tmp/.ICE-unix/-l/d.py"), some("/var/tmp/.ICE-unix/-l"));
        assert_eq!(own("/run/user/1000/x/y"), some("/run/user/1000/x"));
        assert_eq!(
            own("/tmp/systemd-private-7-php.service-x/tmp/a/b"),
            some("/tmp/systemd-private-7-php.service-x/tmp/a")
        );
        for common in
            ["/tmp/x", "/tmp/.x", "/tmp/.X11-unix/X0", "/run/user/1000/bus", "/usr/bin/x", "/home/a/.ssh/id", "x", ""]
        {
            assert_eq!(own(common), None, "{common}");
        }
    }
}
