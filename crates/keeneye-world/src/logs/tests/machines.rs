use super::check;

#[test]
fn machines() {
    check(
        "kernel",
        &[
            ("[    0.000000] Linux version 6.1.0 (x)", "Booted"),
            ("[ 77.1] PM: suspend entry (deep)", "Slept"),
            ("[ 99.1] PM: hibernation: hibernation exit", "Slept"),
            ("Out of memory: Killed process 41 (mysqld) total-vm:1kB", "OutOfMemory command=mysqld"),
            ("audit: type=1400 audit(5.1:7): apparmor=\"STATUS\"", "-"),
            ("audit: audit_lost=7 audit_rate_limit=50 audit_backlog_limit=64", "ServiceFailed command=audit"),
            ("[9.1] audit: rate limit exceeded", "ServiceFailed command=audit"),
            ("audit: kauditd hold queue overflow", "ServiceFailed command=audit"),
            ("audit: initializing netlink subsys (disabled)", "-"),
        ],
    );
    check(
        "auditd",
        &[
            ("Audit daemon has no space left on logging partition", "ServiceFailed command=audit"),
            ("Audit daemon is suspending logging due to low disk space.", "ServiceFailed command=audit"),
            ("Init complete, auditd 3.0.9 listening for events (startup state enable)", "-"),
        ],
    );
    check(
        "systemd",
        &[
            ("nginx.service: Failed with result 'exit-code'.", "ServiceFailed command=nginx.service"),
            ("Started Session 5 of User anna.", "-"),
        ],
    );
    check("rsyslogd", &[("[origin software=\"rsyslogd\"] rsyslogd was HUPed", "LogRotated")]);
    check("chronyd", &[("System clock was stepped by -3600.0 seconds", "ClockChanged")]);
    check("nginx", &[("Failed password for root from 192.0.2.1 port 5 ssh2", "-")]);
}

#[test]
fn disks() {
    check(
        "kernel",
        &[
            ("[9.1] EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2", "DiskFailed command=sda1"),
            ("[9.1] EXT4-fs (sda1): mounted filesystem with ordered data mode", "-"),
            ("EXT4-fs (dm-0): Remounting filesystem read-only", "DiskFailed command=dm-0"),
            ("XFS (sdb1): Corruption of in-memory data detected.  Shutting down", "DiskFailed command=sdb1"),
            ("BTRFS error (device sdc state EA): bdev /dev/sdc errs: wr 1", "DiskFailed command=sdc"),
            ("Buffer I/O error on dev sda1, logical block 0, async page read", "DiskFailed command=sda1"),
            ("Buffer I/O error on device sda1, logical block 0", "DiskFailed command=sda1"),
            ("blk_update_request: I/O error, dev sda, sector 5", "DiskFailed command=sda"),
            ("I/O error, dev nvme0n1, sector 5 op 0x0:(READ) flags 0x0", "DiskFailed command=nvme0n1"),
            ("critical medium error, dev sda, sector 5 op 0x0:(READ)", "DiskFailed command=sda"),
            ("critical temperature reached", "-"),
            ("nvme nvme0: I/O 12 QID 3 timeout, aborting", "DiskFailed command=nvme0"),
            ("nvme0n1: Read(0x2) @ LBA 5, 8 blocks, Unrecovered Read Error (sct 0x2)", "DiskFailed command=nvme0n1"),
            ("nvme0n1: p1 p2", "-"),
            ("md/raid1:md0: Disk failure on sdb1, disabling device.", "DiskFailed command=sdb1"),
            ("md/raid:md127: not clean -- starting background reconstruction", "DiskFailed command=md127"),
            ("ata1.00: failed command: READ FPDMA QUEUED", "DiskFailed command=ata1.00"),
            ("sd 0:0:0:0: [sda] tag#0 Sense Key : Medium Error [current]", "DiskFailed command=sda"),
            ("sd 0:0:0:0: Sense Key : Hardware Error", "DiskFailed command=0:0:0:0"),
            ("device-mapper: multipath: 253:1: Failing path 8:16.", "DiskFailed command=8:16"),
            ("device-mapper: verity: 253:0: data block 7 is corrupted", "DiskFailed command=253:0"),
        ],
    );
    check(
        "smartd",
        &[
            ("Device: /dev/sda [SAT], 8 Currently unreadable (pending) sectors", "DiskFailed command=sda"),
            (
                "Device: /dev/bus/0 [megaraid_disk_00], FAILED SMART self-check. BACK UP DATA NOW!",
                "DiskFailed command=bus/0 [megaraid_disk_00]",
            ),
            ("Device: /dev/sda [SAT], SMART Usage Attribute: 194 changed from 60 to 59", "-"),
        ],
    );
    check(
        "mdadm",
        &[
            ("Fail event detected on md device /dev/md0, component device /dev/sdb1", "DiskFailed command=sdb1"),
            ("DegradedArray event detected on md device /dev/md/0", "DiskFailed command=md/0"),
        ],
    );
}
