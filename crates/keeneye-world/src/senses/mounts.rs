//! Mounts, from /proc/self/mountinfo (proc_pid_mountinfo(5)).

use super::Plan;
use super::processes::inode_in_brackets;
use crate::{AskHost, Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Event, Mount, Refusal, Text};
use std::collections::BTreeSet;

/// A container host has some thousands; more than this is somebody's trick.
const MAX_MOUNTS: usize = 100_000;

/// Where it matters whether a mount lies over one file or over a directory. On other mounts nothing is asked: a network
/// file system may never answer.
const OWN_DIRECTORIES: &[&str] =
    &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/boot", "/etc", "/var/log", "/var/spool"];

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    if !world.host.live {
        return;
    }
    let path = Text::from("/proc/self/mountinfo");
    let Some(text) = look.read(&path) else { return };
    let (mounts, garbled) = table(&text);
    if garbled > 0 {
        look.gap(path.clone(), Refusal::Garbled(format!("{garbled} lines are not mounts")));
    }
    if text.lines().count() > MAX_MOUNTS {
        look.gap(path, Refusal::Cut(format!("{MAX_MOUNTS} mounts")));
    }
    compare_with_init(look, world, &mounts);
    for mut mount in mounts {
        if OWN_DIRECTORIES.iter().any(|dir| mount.point.is_within(dir)) {
            mount.over_directory = look.optional_stat(&mount.point).map(|stat| stat.is_dir());
        }
        look.saw(Event::MountSeen(mount));
    }
}

/// Every line that is a mount, and how many are not.
pub(crate) fn table(text: &[u8]) -> (Vec<Mount>, usize) {
    let lines = text.lines().filter(|line| !line.is_empty()).take(MAX_MOUNTS);
    let parsed: Vec<Option<Mount>> = lines.map(mount).collect();
    let garbled = parsed.iter().filter(|m| m.is_none()).count();
    (parsed.into_iter().flatten().collect(), garbled)
}

/// In a mount namespace of its own (a container, a unit with `PrivateTmp=`) keeneye sees other files than the rest
/// of the host does. That is no finding, but has to be said.
fn compare_with_init(look: &mut Look<'_>, world: &World, own: &[Mount]) {
    let host = look.host();
    let init = host.link(&"/proc/1/ns/mnt".into()).ok().and_then(|link| inode_in_brackets(&link));
    let (Some(init), Some(here)) = (init, world.host.own_namespaces.mnt) else { return };
    if init == here {
        return;
    }
    let Ok(text) = host.read(&"/proc/1/mountinfo".into()) else { return };
    let place = |m: &Mount| (m.device.clone(), m.root.clone(), m.point.clone());
    let own: BTreeSet<_> = own.iter().map(place).collect();
    let unseen = table(&text).0.iter().filter(|m| !own.contains(&place(m))).count();
    if unseen > 0 {
        let what = format!("{unseen} mounts that process 1 has (keeneye runs in another mount namespace)");
        look.gap(what, Refusal::NotHere);
    }
}

/// `ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAGS ...] - TYPE SOURCE SUPER-OPTIONS`
fn mount(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|b| *b == b' ');
    let id = number(fields.next()?)?;
    let parent = number(fields.next()?)?;
    let mut next = || fields.next().map(unescape);
    let [device, root, point, options] = [next()?, next()?, next()?, next()?];
    fields.by_ref().find(|field| *field == b"-")?;
    let kind = unescape(fields.next()?);
    let source = unescape(fields.next()?);
    // Some file systems have no options of their own, and then the line just ends.
    let super_options = fields.next().map(unescape).unwrap_or_default();
    Some(Mount { id, parent, device, root, point, options, kind, source, super_options, over_directory: None })
}

fn number(field: &[u8]) -> Option<u32> {
    field.to_str().ok()?.parse().ok()
}

/// The kernel writes blanks, tabs, line feeds, backslashes and `#` as three octal digits behind a backslash.
pub(crate) fn unescape(field: &[u8]) -> Text {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, behind)) = rest.split_first() {
        match (first, octal(behind)) {
            (b'\\', Some((byte, behind))) => {
                bytes.push(byte);
                rest = behind;
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    Text::from(bytes)
}

fn octal(text: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = text.split_first_chunk::<3>()?;
    let value = digits.iter().try_fold(0_u32, |value, c| Some(value * 8 + char::from(*c).to_digit(8)?))?;
    Some((u8::try_from(value).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::scan;

    #[test]
    fn mutated_tables_never_panic() {
        let real = b"24 31 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw\n\
            31 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n\
            97 31 0:50 /a\\040b /mnt/a\\040b ro,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n";
        crate::mutate::check(&[real], |bytes| !table(bytes).0.is_empty());
    }

    #[test]
    fn a_line_with_tags_and_escapes() {
        let line = br"1045 29 0:52 /a\040b /mnt/x\012\134y rw,nosuid shared:3 master:1 - tmpfs no\011ne rw,size=4k";
        let mount = mount(line).unwrap();
        assert_eq!((mount.id, mount.parent), (1045, 29));
        assert_eq!(mount.root, "/a b");
        assert_eq!(mount.point, "/mnt/x\n\\y");
        assert_eq!(mount.options, "rw,nosuid");
        assert_eq!((mount.kind.lossy(), mount.source.lossy()), ("tmpfs".into(), "no\tne".into()));
        assert_eq!(mount.super_options, "rw,size=4k");
    }
    #[test]
    fn over_a_file_or_over_a_directory() {
        let table = r"1 0 8:1 / / rw - ext4 d rw\n2 1 8:1 /x /usr/bin/ps rw - ext4 d rw\n3 1 0:9 / /etc/cron.d rw - tmpfs t rw\n";
        let world = scan(
            &Fixture::new(&format!("/proc/self/mountinfo = {table}\n/usr/bin/ps = x\n/etc/cron.d/y = z")),
            &Plan::default(),
        );
        assert_eq!(world.mounts.iter().map(|m| m.over_directory).collect::<Vec<_>>(), [None, Some(false), Some(true)]);
    }
    #[test]
    fn every_cut_of_a_line_is_a_mount_or_nothing() {
        let line = br"36 35 98:0 /mnt1 /mnt2 rw master:1 - ext3 /dev/root rw";
        for end in 0..line.len() {
            let whole = mount(&line[..end]).is_some();
            assert_eq!(whole, end > 41, "{end}");
        }
    }
    #[test]
    fn what_is_no_octal_number_stays() {
        for text in [r"\", r"\0", r"\04", r"\08x", r"\777", r"a\b", "\\\u{e9}"] {
            assert_eq!(unescape(text.as_bytes()), text);
        }
    }
    #[test]
    fn a_line_that_is_no_mount_is_a_gap_and_not_the_end() {
        let world = scan(
            &Fixture::new(
                r"/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\nrubbish\n2 1 0:5 / /tmp rw - tmpfs t rw\n",
            ),
            &Plan::default(),
        );
        let points: Vec<_> = world.mounts.iter().map(|m| m.point.lossy()).collect();
        assert_eq!(points, ["/", "/tmp"]);
        assert!(world.gaps.iter().any(|g| g.sense == "mounts" && matches!(g.why, Refusal::Garbled(_))));
    }
    #[test]
    fn a_table_that_cannot_be_read_is_a_gap() {
        let world = scan(&Fixture::new("/proc/self/mountinfo ! EACCES"), &Plan::default());
        assert!(world.gaps.iter().any(|g| g.what == "/proc/self/mountinfo"));
    }
    #[test]
    fn another_view_than_that_of_init_is_said() {
        let host = r"
            /proc/self/ns/mnt @ mnt:[20]
            /proc/1/ns/mnt @ mnt:[10]
            /proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\n
            /proc/1/mountinfo = 7 0 8:1 / / rw - ext4 /dev/sda1 rw\n8 7 0:9 / /tmp rw - tmpfs t rw\n";
        let gaps = |host: &str| {
            scan(&Fixture::new(host), &Plan::default()).gaps.iter().filter(|g| g.sense == "mounts").count()
        };
        assert_eq!(gaps(host), 1);
        assert_eq!(gaps(&host.replace("mnt:[10]", "mnt:[20]")), 0);
    }
}
