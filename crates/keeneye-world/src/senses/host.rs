//! The machine as a whole: name, boot, time.

use super::Plan;
use super::processes::parse_stat;
use crate::{Answer, AskHost, Look, Question, World};
use bstr::ByteSlice;
use keeneye_facts::{Event, Host, Namespaces, Text};

pub(super) fn look(look: &mut Look<'_>, _: &World, _: &Plan) {
    let mut host = Host { ticks: 100, ..Host::default() };
    match look.ask(&Question::Clock, "the clock") {
        Some(Answer::Clock { seconds, pid, uid, ticks }) => {
            host = Host { now: seconds, own_pid: pid, own_uid: uid, ticks: ticks.max(1), ..host };
        }
        Some(other) => look.misfit("the clock", &other),
        None => (),
    }
    host.live = look.host().list(&"/proc".into()).is_ok();
    if host.live {
        let line = |look: &mut Look<'_>, path: &str| {
            look.read(&path.into()).map(|text| Text::from(text.trim_ascii())).unwrap_or_default()
        };
        host.name = line(look, "/proc/sys/kernel/hostname");
        host.kernel = line(look, "/proc/sys/kernel/osrelease");
        host.boot_id = line(look, "/proc/sys/kernel/random/boot_id");
        host.pid_max = number(&line(look, "/proc/sys/kernel/pid_max")).unwrap_or(32_768);
        host.uptime = line(look, "/proc/uptime").split_str(".").next().and_then(number).unwrap_or(0);
        host.cores = cores(&line(look, "/proc/stat"));
        host.own_namespaces = own_namespaces(look);
        host.foreign_proc = foreign_proc(look, host.own_pid);
    } else {
        host.name = look.optional_read(&"/etc/hostname".into()).map(|t| Text::from(t.trim_ascii())).unwrap_or_default();
    }
    host.os = os_name(look).unwrap_or_default();
    if let Ok(zone) = look.host().resolve(&"/etc/localtime".into()) {
        host.time_zone = look.host().read(&zone).unwrap_or_default();
    }
    look.saw(Event::HostSeen(Box::new(host)));
}

fn number<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

fn cores(stat: &Text) -> u32 {
    let lines = stat.lines().filter(|l| l.starts_with(b"cpu") && l.get(3).is_some_and(u8::is_ascii_digit));
    u32::try_from(lines.count()).unwrap_or(1).max(1)
}

fn own_namespaces(look: &mut Look<'_>) -> Namespaces {
    let mut inode = |kind: &str| {
        let link = look.optional_link(&Text::from(format!("/proc/self/ns/{kind}")))?;
        super::processes::inode_in_brackets(&link)
    };
    Namespaces { net: inode("net"), mnt: inode("mnt"), pid: inode("pid"), user: inode("user") }
}

/// In a procfs of another pid namespace, `self` leads to another number, or nowhere when that namespace does not hold
/// keeneye (proc_self_get_link in the kernel's fs/proc/self.c). What else is refused tells nothing.
fn foreign_proc(look: &Look<'_>, own_pid: u32) -> bool {
    match look.host().ask(&Question::MountedRead("/proc/self/stat".into())) {
        Ok(Answer::Bytes { data, .. }) => {
            parse_stat(&data).is_some_and(|s| own_pid != 0 && s.process.id.pid != own_pid)
        }
        Ok(_) => false,
        Err(why) => why.is_absent(),
    }
}

/// `PRETTY_NAME` of os-release(5).
fn os_name(look: &mut Look<'_>) -> Option<Text> {
    let path = look.optional_resolve(&"/etc/os-release".into())?;
    let text = look.optional_read(&path)?;
    let value = text.lines().find_map(|line| line.strip_prefix(b"PRETTY_NAME="))?;
    Some(Text::from(value.trim_ascii().trim_with(|c| c == '"' || c == '\'')))
}
