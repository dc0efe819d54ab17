//! What a machine says of itself: the kernel, systemd, and those who watch disks and clocks.

use super::Said;
use super::line::word;
use super::split::{split, split_last};
use keeneye_facts::LogKind;

/// The kernel, with or without the seconds since boot before its message.
pub(super) fn kernel(text: &[u8]) -> Option<Said<'_>> {
    let text = match text.strip_prefix(b"[") {
        Some(rest) => split(rest, b"] ").map_or(text, |(_, rest)| rest),
        None => text,
    };
    match text.first()? {
        b'a' if text.starts_with(b"audit: ") => records_lost(text),
        b'L' if text.starts_with(b"Linux version ") => Some(Said::new(LogKind::Booted)),
        b'O' | b'M' => out_of_memory(text),
        b'P' if text.starts_with(b"PM: ") => sleep(text),
        b'r' if text.starts_with(b"reboot: ") => Some(Said::new(LogKind::Stopped)),
        b'E' | b'X' | b'B' | b'b' | b'c' | b'I' | b'a' | b'n' | b'm' | b's' | b'd' | b'F' => disk(text),
        _ => None,
    }
}

/// `Out of memory: Killed process 41 (mysqld) total-vm:...`, `Memory cgroup out of memory: Killed process 41 (x)`.
fn out_of_memory(text: &[u8]) -> Option<Said<'_>> {
    let rest = text.strip_prefix(b"Out of memory: ").or_else(|| text.strip_prefix(b"Memory cgroup out of memory: "))?;
    let (_, rest) = split(rest, b" (")?;
    let command = split(rest, b")").map(|(command, _)| command);
    Some(Said { command, ..Said::new(LogKind::OutOfMemory) })
}

/// `PM: suspend entry (deep)`, `PM: suspend exit`, `PM: hibernation: hibernation entry`: kernel/power of Linux.
fn sleep(text: &[u8]) -> Option<Said<'_>> {
    let words: &[&[u8]] = &[b"suspend entry", b"suspend exit", b"hibernation entry", b"hibernation exit"];
    any(text, words).then(|| Said::new(LogKind::Slept))
}

/// `audit: audit_lost=7 audit_rate_limit=0 audit_backlog_limit=64`, `audit: rate limit exceeded`, `audit: kauditd hold queue
/// overflow`: `audit_log_lost` of kernel/audit.c.
fn records_lost(text: &[u8]) -> Option<Said<'_>> {
    let lost = any(text, &[b"audit_lost=", b" limit exceeded", b" queue overflow"]);
    lost.then(|| Said { command: Some(b"audit"), ..Said::new(LogKind::ServiceFailed) })
}

/// auditd, when it does not write what it gets: src/auditd-event.c of audit-userspace.
pub(super) fn auditd(text: &[u8]) -> Option<Said<'_>> {
    let words: &[&[u8]] = &[
        b"no space left on logging partition",
        b"suspending logging",
        b"Record was not written to disk",
        b"error writing an event to disk",
    ];
    any(text, words).then(|| Said { command: Some(b"audit"), ..Said::new(LogKind::ServiceFailed) })
}

/// Disks and file systems that fail, with the name of the disk: `EXT4-fs error (device sda1): ...`, `blk_update_request: I/O
/// error, dev sda, sector 5`, `critical medium error, dev sda, sector 5`, `nvme nvme0: I/O 12 QID 3 timeout`, `nvme0n1:
/// Read(0x2) @ LBA 5, ...`, `md/raid1:md0: Disk failure on sdb1, ...`, `ata1.00: failed command: ...`, `sd 0:0:0:0: [sda]
/// Sense Key : ...`.
fn disk(text: &[u8]) -> Option<Said<'_>> {
    let begins = [
        b"EXT4-fs error".as_slice(),
        b"EXT3-fs error",
        b"EXT2-fs error",
        b"EXT4-fs (",
        b"XFS (",
        b"BTRFS error",
        b"BTRFS: error",
        b"BTRFS critical",
        b"Buffer I/O error",
        b"blk_update_request: ",
        b"I/O error, dev ",
        b"critical ",
        b"FAT-fs (",
        b"nvme nvme",
        b"nvme",
        b"md/raid",
        b"ata",
        b"sd ",
        b"device-mapper: ",
    ];
    let begin = begins.iter().find(|begin| text.starts_with(begin))?;
    let bad = match *begin {
        b"EXT4-fs (" | b"FAT-fs (" => {
            any(text, &[b"emounting filesystem read-only", b"rror count since", b"Filesystem has been set read-only"])
        }
        b"XFS (" => any(text, &[b"orruption", b"I/O error", b"shut down", b"Shutting down"]),
        b"blk_update_request: " => any(text, &[b"I/O error", b"critical"]),
        b"critical " => any(text, &[b" error, dev "]),
        b"nvme nvme" => any(text, &[b"timeout", b"controller is down", b"Removing after probe failure", b"I/O error"]),
        b"nvme" => any(text, &[b" @ LBA "]),
        b"md/raid" => any(text, &[b"Disk failure", b"not clean"]),
        b"ata" => any(text, &[b"failed command:", b"exception Emask", b"SError:", b"disabled"]),
        b"sd " => any(text, &[b"Medium Error", b"Hardware Error", b"Sense Key"]),
        b"device-mapper: " => any(text, &[b"Failing path", b"I/O error", b"orrupted"]),
        _ => true,
    };
    bad.then(|| Said { command: device(text, begin), ..Said::new(LogKind::DiskFailed) })
}

/// The disk, partition or array that a line of the kernel is about; `None` where it is not told.
fn device<'a>(text: &'a [u8], begin: &[u8]) -> Option<&'a [u8]> {
    let behind = |words: &[&[u8]]| {
        let (_, rest) = words.iter().find_map(|word| split(text, word))?;
        Some(name(rest))
    };
    let named = match begin {
        b"ata" | b"nvme" => Some(name(text)),
        b"nvme nvme" => Some(name(word(text).1)),
        // The array, where no member of it is told.
        b"md/raid" => behind(&[b"Disk failure on "]).or_else(|| behind(&[b":"])),
        b"sd " => Some(behind(&[b"["]).unwrap_or_else(|| word(word(text).1).0.strip_suffix(b":").unwrap_or_default())),
        // `multipath: 253:1: Failing path 8:16.`, `verity: 253:0: data block 7 is corrupted`.
        b"device-mapper: " => {
            let number = split(text, b"Failing path ").map(|(_, rest)| rest.strip_suffix(b".").unwrap_or(rest));
            number.or_else(|| Some(split(split(text.get(begin.len()..)?, b": ")?.1, b": ")?.0))
        }
        _ => behind(&[b"(device ", b", dev ", b" on dev ", b" on device ", b"-fs (", b"XFS ("]),
    };
    named.filter(|name| !name.is_empty())
}

/// Up to what cannot stand in the name of a disk.
fn name(text: &[u8]) -> &[u8] {
    let ends = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"-_.!".contains(byte));
    let name = text.split(ends).next().unwrap_or_default();
    name.strip_suffix(b".").unwrap_or(name)
}

fn any(text: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| memchr::memmem::find(text, word).is_some())
}

/// systemd as process 1: `nginx.service: Failed with result 'exit-code'.`
pub(super) fn systemd(text: &[u8]) -> Option<Said<'_>> {
    if let Some((unit, _)) = split_last(text, b": Failed with result '") {
        return Some(Said { command: Some(unit), ..Said::new(LogKind::ServiceFailed) });
    }
    // Before systemd 236.
    if let Some(unit) = text.strip_prefix(b"Unit ").and_then(|rest| rest.strip_suffix(b" entered failed state.")) {
        return Some(Said { command: Some(unit), ..Said::new(LogKind::ServiceFailed) });
    }
    if text.starts_with(b"Time has been changed") {
        return Some(Said::new(LogKind::ClockChanged));
    }
    (text == b"Shutting down.").then(|| Said::new(LogKind::Stopped))
}

/// smartd and mdadm: `Device: /dev/sda [SAT], 8 Currently unreadable (pending) sectors`, `Fail event detected on md device
/// /dev/md0, component device /dev/sdb1`.
pub(super) fn disk_watch(text: &[u8]) -> Option<Said<'_>> {
    let words: &[&[u8]] =
        &[b"FAILED SMART", b"unreadable (pending) sectors", b"uncorrectable sectors", b"Fail event", b"DegradedArray"];
    let device = || {
        let (_, rest) = [b" component device ".as_slice(), b" md device ", b"Device: "]
            .iter()
            .find_map(|before| split(text, before))?;
        let device = rest.split(|byte| *byte == b',').next()?.trim_ascii();
        // The disk behind a controller has no name but this: `bus/0 [megaraid_disk_00]`.
        let device = device.strip_suffix(b" [SAT]").unwrap_or(device);
        Some(device.strip_prefix(b"/dev/").unwrap_or(device)).filter(|device| !device.is_empty())
    };
    any(text, words).then(|| Said { command: device(), ..Said::new(LogKind::DiskFailed) })
}

/// Who writes the logs: they were rotated, or begun anew.
pub(super) fn log_writer(text: &[u8]) -> Option<Said<'_>> {
    if any(text, &[b"was HUPed"]) || text.starts_with(b"Rotating") {
        return Some(Said::new(LogKind::LogRotated));
    }
    let starts = any(text, &[b"] start", b"Journal started", b"syslog-ng starting up", b"syslogd started"]);
    if starts {
        return Some(Said::new(LogKind::DaemonStarted));
    }
    let stops = any(text, &[b"exiting on signal", b"Journal stopped", b"syslog-ng shutting down"]);
    stops.then(|| Said::new(LogKind::DaemonStopped))
}

/// chronyd, ntpd, systemd-timedated, date of busybox.
pub(super) fn clock(text: &[u8]) -> Option<Said<'_>> {
    // After another zone, too, the stamps of lines leave an hour out, or say it twice.
    let words: &[&[u8]] = &[
        b"System clock was stepped by",
        b"time stepped by",
        b"step time server",
        b"Changed local time to",
        b"Changed time zone to",
    ];
    any(text, words).then(|| Said::new(LogKind::ClockChanged))
}
