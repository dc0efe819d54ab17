//! System V shared memory, and the pid and lock files of daemons.

use super::Plan;
use crate::{DirEntry, EntryKind, Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Event, PidFile, Process, Refusal, SharedMemory, Text};
use std::collections::BTreeSet;

/// No server has more than some hundreds of any of these; the rest becomes a gap.
const MAX_SEGMENTS: usize = 10_000;
const MAX_DIRECTORIES: usize = 1_000;
const MAX_PID_FILES: usize = 2_000;

/// Where daemons leave pid and lock files: one level deep, and one level below.
const PLACES: [&str; 4] = ["/run", "/run/lock", "/var/run", "/var/lock"];

/// Directories whose names say what is installed: programs, units, init scripts, and what packages lay in /run.
const INSTALLED: [&str; 11] = [
    "/usr/sbin",
    "/usr/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/libexec",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/etc/systemd/system",
    "/etc/init.d",
    "/usr/lib/tmpfiles.d",
    "/var/lib/dpkg/info",
];

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    if world.host.live {
        shared_memory(look);
    }
    pid_files(look, world);
}

fn shared_memory(look: &mut Look<'_>) {
    let path = Text::from("/proc/sysvipc/shm");
    // A kernel may be built without System V IPC.
    let Some(text) = look.optional_read(&path) else { return };
    let lines: Vec<&[u8]> = text.lines().skip(1).filter(|line| !line.is_empty()).collect();
    if lines.len() > MAX_SEGMENTS {
        look.gap(path.clone(), Refusal::Cut(format!("{MAX_SEGMENTS} segments")));
    }
    let parsed: Vec<_> = lines.into_iter().take(MAX_SEGMENTS).map(segment).collect();
    let garbled = parsed.iter().filter(|s| s.is_none()).count();
    if garbled > 0 {
        look.gap(path, Refusal::Garbled(format!("{garbled} lines are not segments")));
    }
    for segment in parsed.into_iter().flatten() {
        look.saw(Event::SharedMemorySeen(segment));
    }
}

/// `key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap`, as ipc/shm.c prints it.
/// `perms` is octal and may hold the kernel's own bits above the nine.
fn segment(line: &[u8]) -> Option<SharedMemory> {
    let fields: Vec<&str> = line.to_str().ok()?.split_ascii_whitespace().collect();
    let field = |n: usize| fields.get(n).copied();
    Some(SharedMemory {
        key: field(0)?.parse().ok()?,
        id: field(1)?.parse().ok()?,
        mode: u32::from_str_radix(field(2)?, 8).ok()? & 0o777,
        size: field(3)?.parse().ok()?,
        creator: field(4)?.parse().ok()?,
        last: field(5)?.parse().ok()?,
        attached: field(6)?.parse().ok()?,
        uid: field(7)?.parse().ok()?,
        creator_uid: field(9)?.parse().ok()?,
        attach_time: field(11)?.parse().ok()?,
    })
}

fn pid_files(look: &mut Look<'_>, world: &World) {
    let (found, cut) = find(look);
    if cut {
        look.gap("pid files", Refusal::Cut(format!("{MAX_PID_FILES} files in {MAX_DIRECTORIES} directories")));
    }
    if found.is_empty() {
        return;
    }
    let installed = installed(look, world);
    for path in found {
        if let Some(file) = pid_file(look, &installed, path) {
            look.saw(Event::PidFileSeen(file));
        }
    }
}

/// Paths of pid and lock files, each once; true when there were too many.
fn find(look: &mut Look<'_>) -> (BTreeSet<Text>, bool) {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut listed = 0;
    for place in PLACES {
        // /var/run leads to /run nearly everywhere.
        let Some(top) = look.resolve_if_there(&place.into()) else { continue };
        let mut todo = vec![(top, true)];
        while let Some((dir, deeper)) = todo.pop() {
            if !seen.insert((dir.clone(), deeper)) || (!deeper && seen.contains(&(dir.clone(), true))) {
                continue;
            }
            listed += 1;
            if listed > MAX_DIRECTORIES || found.len() > MAX_PID_FILES {
                return (found, true);
            }
            for DirEntry { name, kind } in look.optional_list(&dir).unwrap_or_default() {
                match kind {
                    EntryKind::Dir if deeper => todo.push((dir.join(&name), false)),
                    EntryKind::File | EntryKind::Unknown if daemon_name(&name).is_some() => {
                        found.insert(dir.join(&name));
                    }
                    _ => (),
                }
            }
        }
    }
    (found, false)
}

/// `sshd` of `sshd.pid`, of `sshd.lock` and of `lock.sshd`.
fn daemon_name(file: &[u8]) -> Option<&[u8]> {
    let behind = file.strip_suffix(b".pid").or_else(|| file.strip_suffix(b".lock"));
    let name = behind.or_else(|| file.strip_prefix(b"lock.")).or_else(|| file.strip_prefix(b"pid."))?;
    (!name.is_empty()).then_some(name)
}

fn pid_file(look: &mut Look<'_>, installed: &BTreeSet<Text>, path: Text) -> Option<PidFile> {
    let stat = look.optional_stat(&path).filter(keeneye_facts::FileStat::is_regular)?;
    let content = if stat.size > 0 { look.optional_read(&path)? } else { Text::new() };
    let pid = content.lines().next().and_then(|line| line.trim_ascii().to_str().ok()?.parse().ok());
    let known_name = is_known(installed, &path);
    Some(PidFile { pid, size: stat.size, uid: stat.uid, modified: stat.modified, known_name, path })
}

/// Names of all that is installed or runs, without what stands behind the first dot of a file name.
fn installed(look: &mut Look<'_>, world: &World) -> BTreeSet<Text> {
    let mut names = BTreeSet::new();
    for dir in INSTALLED {
        for entry in look.optional_list(&dir.into()).unwrap_or_default() {
            names.insert(Text::from(without_extension(&entry.name)));
        }
    }
    names.extend(world.accounts.iter().map(|account| account.name.clone()));
    names.extend(world.processes.values().flat_map(names_of));
    names
}

fn names_of(process: &Process) -> Vec<Text> {
    let program = process.program.as_ref().map(|p| Text::from(without_extension(p.path.file_name())));
    let exe = Text::from(process.exe_path().file_name());
    [Some(process.comm.clone()), program, Some(exe)].into_iter().flatten().filter(|n| !n.is_empty()).collect()
}

/// `cron` of `cron.service`, `zlib1g` of `zlib1g:amd64.list`, `getty` of `getty@.service`.
fn without_extension(name: &[u8]) -> &[u8] {
    let end = name.iter().position(|b| matches!(b, b'.' | b'@' | b':')).filter(|end| *end > 0);
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// Whether something of the file's name, or of its directory's name, is installed. `None` when nothing could be
/// listed that would tell.
///
/// Daemons write `dhclient-eth0.pid`, `16-main.pid` in /run/postgresql, `xtables.lock` for `xtables-nft-multi`,
/// `docker.pid` for `dockerd`: so every beginning that ends at a mark counts, with and without the daemon's `d`.
fn is_known(installed: &BTreeSet<Text>, path: &Text) -> Option<bool> {
    if installed.is_empty() {
        return None;
    }
    let file = daemon_name(path.file_name()).unwrap_or_default();
    let dir = Text::from(path.parent());
    let own_dir = !PLACES.iter().any(|place| dir == *place);
    let mut names = vec![file];
    if own_dir {
        names.push(dir.file_name());
    }
    Some(names.into_iter().any(|name| beginnings(name).any(|start| begins_a_name(installed, start))))
}

/// `a-b.c`: `a-b.c`, `a-b`, `a`; of at least three bytes, but for the whole.
fn beginnings(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    let marks = name.iter().enumerate().filter(|(i, b)| *i >= 3 && is_mark(**b)).map(|(i, _)| i);
    std::iter::once(name).chain(marks.filter_map(|end| name.get(..end)))
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'.' | b'-' | b'_' | b'@' | b':')
}

/// True when an installed name is this one, or goes on behind it with a mark or the daemon's `d`.
fn begins_a_name(installed: &BTreeSet<Text>, start: &[u8]) -> bool {
    let short = start.strip_suffix(b"d").filter(|s| s.len() >= 3);
    [Some(start), short].into_iter().flatten().any(|start| {
        let from = installed.range::<[u8], _>((std::ops::Bound::Included(start), std::ops::Bound::Unbounded));
        let mut same_start = from.map_while(|name| name.strip_prefix(start)).take(MAX_PID_FILES);
        same_start.any(|rest| rest.is_empty() || rest == b"d" || rest.first().is_some_and(|b| is_mark(*b)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::scan;

    #[test]
    fn mutated_segments_never_panic() {
        let real = b"         0          0  1600   524288       910       910      1   106   113   106   113 1700000000          0 1700000000   524288          0\n\
                  4711          7   666     4096        60        61      0    33    33    33    33          0 1700000000 1700000000     4096          0\n";
        crate::mutate::check(&[real], |bytes| bytes.lines().any(|line| segment(line).is_some()));
    }

    const HEADER: &str = r"       key      shmid perms  size  cpid  lpid nattch   uid   gid  cuid  cgid  atime  dtime  ctime  rss  swap\n";

    fn world(text: &str) -> World {
        scan(&Fixture::new(text), &Plan::default())
    }

    #[test]
    fn a_segment() {
        let line = r"         0     32768  1666  4096  41  42  2  33  34  35  36  1700000001  0  1700000000  4096  0\n";
        let world = world(&format!("/proc/sysvipc/shm = {HEADER}{line}rubbish\\n"));
        let expected = SharedMemory {
            key: 0,
            id: 32_768,
            mode: 0o666,
            size: 4096,
            creator: 41,
            last: 42,
            attached: 2,
            uid: 33,
            creator_uid: 35,
            attach_time: 1_700_000_001,
        };
        assert_eq!(world.shared_memory, [expected]);
        assert!(world.gaps.iter().any(|g| g.sense == "ipc"));
    }
    #[test]
    fn pid_files_on_two_levels_once_each() {
        let world = world(
            r"/run/sshd.pid = 812\n
              /run/a/b.pid = x
              /run/a/c/d.pid = 1
              /run/lock/e.lock =
              /run/notes.txt = 1
              /run/link.pid @ /etc/shadow
              /var/run @ /run",
        );
        let found: Vec<_> = world.pid_files.iter().map(|f| (f.path.lossy(), f.pid)).collect();
        assert_eq!(
            found,
            [("/run/a/b.pid".into(), None), ("/run/lock/e.lock".into(), None), ("/run/sshd.pid".into(), Some(812))]
        );
        assert!(world.gaps.iter().all(|g| g.sense != "ipc"), "{:?}", world.gaps);
    }
    #[test]
    fn a_pid_file_that_cannot_be_read_is_a_gap() {
        let world = world("/run/x.pid ! EIO");
        assert!(world.gaps.iter().any(|g| g.sense == "ipc" && g.what == "/run/x.pid"));
    }
    #[test]
    fn what_is_installed_is_known() {
        let names: BTreeSet<Text> =
            ["sshd", "dhclient", "postgresql", "xtables-nft-multi", "dockerd", "cron", "rpc"].map(Text::from).into();
        let known = |path: &str| is_known(&names, &path.into());
        for path in [
            "/run/sshd.pid",
            "/run/dhclient-eth0.pid",
            "/run/postgresql/16-main.pid",
            "/run/xtables.lock",
            "/run/docker.pid",
            "/run/crond.pid",
            "/run/rpc.statd.pid",
        ] {
            assert_eq!(known(path), Some(true), "{path}");
        }
        for path in ["/run/haldrund.pid", "/run/lock/zz.lock", "/run/lock.4711", "/run/.pid.pid", "/run/d.pid"] {
            assert_eq!(known(path), Some(false), "{path}");
        }
        assert_eq!(is_known(&BTreeSet::new(), &"/run/x.pid".into()), None);
    }
}
