use super::check;

#[test]
fn pam() {
    let failure = "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1";
    check(
        "sshd",
        &[
            (failure, "Failed from=192.0.2.1 method=pam_unix uid=0"),
            (&format!("{failure}  user=root"), "Failed user=root from=192.0.2.1 method=pam_unix uid=0"),
            (
                &format!("{failure}  user=x rhost=8.8.8.8"),
                "Failed user=x rhost=8.8.8.8 from=192.0.2.1 method=pam_unix uid=0",
            ),
            ("pam_unix(sshd:auth): check pass; user unknown", "Other method=pam_unix"),
            (
                "pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)",
                "SessionOpened user=anna method=pam_unix uid=1000",
            ),
            ("pam_unix(sshd:session): session closed for user anna", "SessionClosed user=anna method=pam_unix"),
            (
                "pam_faillock(sshd:auth): Consecutive login failures for user anna account temporarily locked",
                "Denied user=anna method=pam_faillock",
            ),
            (
                "pam_access(sshd:account): access denied for user `anna' from `192.0.2.1'",
                "Denied user=anna from=192.0.2.1 method=pam_access",
            ),
        ],
    );
    check(
        "vsftpd",
        &[
            (
                "pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=anna rhost=web.example",
                "Failed user=anna from=web.example method=pam_unix uid=0",
            ),
            (
                "authentication failure; logname= uid=0 euid=0 tty=ftp ruser=a rhost=8.8.8.8  user=a rhost=192.0.2.1",
                "Failed method=pam_unix uid=0",
            ),
        ],
    );
    check(
        "sudo",
        &[
            (
                "pam_unix(sudo:auth): authentication failure; logname=anna uid=1000 euid=0 tty=/dev/pts/3 ruser=anna rhost=  user=root",
                "BecomeFailed user=root by=anna method=pam_unix tty=pts/3 uid=1000",
            ),
            (
                "pam_unix(sudo:session): session opened for user root(uid=0) by anna(uid=1000)",
                "SessionOpened user=root by=anna method=pam_unix uid=0",
            ),
            (
                "pam_unix(sudo:auth): authentication failure; logname=anna uid=1000 euid=0 tty=/dev/pts/3 ruser=anna rhost=  user=anna",
                "BecomeFailed user=anna by=anna method=pam_unix tty=pts/3 uid=1000",
            ),
            (
                "pam_tally2(sudo:auth): user anna (1000) tally 6, deny 5",
                "BecomeFailed user=anna by=anna method=pam_tally2",
            ),
        ],
    );
    check(
        "su",
        &[
            (
                "pam_unix(su:auth): authentication failure; logname=anna uid=1000 euid=0 tty=pts/0 ruser=anna rhost=  user=root",
                "BecomeFailed user=root by=anna method=pam_unix tty=pts/0 uid=1000",
            ),
            (
                "pam_unix(su-l:session): session opened for user root(uid=0) by anna(uid=1000)",
                "SessionOpened user=root by=anna method=pam_unix uid=0",
            ),
        ],
    );
    check(
        "passwd",
        &[("pam_unix(passwd:chauthtok): password changed for anna", "PasswordChanged user=anna method=pam_unix")],
    );
}

#[test]
fn becoming_somebody_else() {
    check(
        "sudo",
        &[
            (
                "anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/id ; USER=x",
                "Ran user=root by=anna tty=pts/0 command=/usr/bin/id ; USER=x",
            ),
            (
                "anna : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id",
                "BecomeFailed user=root by=anna method=password tty=pts/0 command=/usr/bin/id times=3",
            ),
            (
                "anna : 1 incorrect password attempt ; PWD=/ ; USER=bob",
                "BecomeFailed user=bob by=anna method=password times=1",
            ),
            (
                "anna : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id",
                "BecomeFailed user=root by=anna tty=pts/0 command=/usr/bin/id",
            ),
            (
                "anna : TTY=pts/0 ; PWD=/ ; USER=root ; TSID=00001 ; COMMAND=/usr/bin/id",
                "Ran user=root by=anna tty=pts/0 command=/usr/bin/id",
            ),
            ("unable to resolve host web", "-"),
        ],
    );
    check(
        "su",
        &[
            ("(to root) anna on pts/0", "Became user=root by=anna tty=pts/0"),
            ("FAILED SU (to root) anna on pts/0", "BecomeFailed user=root by=anna tty=pts/0"),
            ("Successful su for root by anna", "Became user=root by=anna"),
            ("FAILED su for root by anna", "BecomeFailed user=root by=anna"),
            ("+ /dev/pts/0 anna:root", "Became user=root by=anna tty=pts/0"),
            ("- ??? anna:root", "BecomeFailed user=root by=anna"),
            ("'su root' succeeded for anna on /dev/pts/0", "Became user=root by=anna tty=pts/0"),
            ("'su root' failed for anna on /dev/pts/0", "BecomeFailed user=root by=anna tty=pts/0"),
        ],
    );
    check(
        "doas",
        &[
            ("anna ran command id as x as root from /home/anna", "Ran user=root by=anna command=id as x"),
            ("command not permitted for anna: id", "BecomeFailed by=anna command=id"),
            ("failed auth for anna", "BecomeFailed by=anna method=password"),
        ],
    );
    check(
        "pkexec",
        &[(
            "anna: Executing command [USER=root] [TTY=/dev/pts/0] [CWD=/] [COMMAND=/usr/bin/id [x]]",
            "Ran user=root by=anna tty=pts/0 command=/usr/bin/id [x]",
        )],
    );
    check(
        "polkitd",
        &[(
            "Operator of unix-session:3 successfully authenticated as unix-user:root to gain TEMPORARY authorization for action \
         org.x for unix-process:12:34 [pkexec id] (owned by unix-user:anna)",
            "Became user=root by=anna session=3",
        )],
    );
}

#[test]
fn consoles_and_cron() {
    check(
        "login",
        &[
            ("FAILED LOGIN 1 FROM tty1 FOR root, Authentication failure", "Failed user=root from=tty1"),
            (
                "FAILED LOGIN (1) on '/dev/tty1' FOR 'x FROM 8.8.8.8', Authentication failure",
                "Failed user=x FROM 8.8.8.8 tty=tty1",
            ),
            ("LOGIN ON tty1 BY anna", "Accepted user=anna tty=tty1"),
            ("LOGIN ON pts/1 BY anna FROM 192.0.2.1", "Accepted user=anna from=192.0.2.1 tty=pts/1"),
            ("ROOT LOGIN ON tty1", "Accepted user=root tty=tty1"),
            ("ROOT LOGIN  on '/dev/tty1'", "Accepted user=root tty=tty1"),
            ("invalid password for 'anna' on '/dev/tty1'", "Failed user=anna tty=tty1"),
        ],
    );
    check(
        "systemd-logind",
        &[
            ("New session 5 of user anna.", "SessionOpened user=anna session=5"),
            ("New session '5' of user 'anna' with class 'user' and type 'tty'.", "SessionOpened user=anna session=5"),
            ("Removed session 5.", "SessionClosed session=5"),
            ("Session 5 logged out. Waiting for processes to exit.", "Other"),
            ("System is rebooting.", "Stopped"),
        ],
    );
    check(
        "CRON",
        &[
            ("(root) CMD (   cd / && run-parts (x))", "CronRan user=root command=cd / && run-parts (x)"),
            ("(anna) REPLACE (root)", "CrontabChanged user=root by=anna"),
            ("(anna) DELETE (anna)", "CrontabChanged user=anna by=anna"),
            ("(anna) AUTH (crontab command not allowed)", "Denied user=anna"),
        ],
    );
    check("atd", &[("Starting job 2 (a00002019b1e2f) for user 'anna' (1000)", "CronRan user=anna")]);
}

#[test]
fn accounts() {
    check(
        "useradd",
        &[
            (
                "new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/sh, from=/dev/pts/0",
                "AccountAdded user=bob tty=pts/0 Uid:>1001 uid=1001",
            ),
            ("new group: name=bob, GID=1001", "GroupAdded group=bob"),
            ("add 'bob' to group 'sudo'", "GroupChanged user=bob group=sudo MemberAdded:>"),
            ("add 'bob' to shadow group 'sudo'", "Other"),
        ],
    );
    check(
        "usermod",
        &[
            ("change user 'bob' UID from '1001' to '0'", "AccountChanged user=bob Uid:1001>0 uid=0"),
            ("change user 'bob' GID from '1001' to '0'", "AccountChanged user=bob Gid:1001>0"),
            (
                "change user 'bob' shell from '/bin/sh' to '/bin/bash'",
                "AccountChanged user=bob Shell:/bin/sh>/bin/bash",
            ),
            ("change user 'bob' home from '/home/bob' to '/'", "AccountChanged user=bob Home:/home/bob>/"),
            ("change user 'bob' inactive from '-1' to '7'", "AccountChanged user=bob Inactivity:-1>7"),
            (
                "change user 'bob' expiration from 'never' to '2026-12-31'",
                "AccountChanged user=bob Expiry:never>2026-12-31",
            ),
            ("change user name 'bob' to 'rob'", "AccountChanged user=bob Name:bob>rob"),
            ("change user 'bob' password", "PasswordChanged user=bob"),
            ("lock user 'bob' password", "AccountChanged user=bob Locked:>"),
            ("unlock user 'bob' password", "AccountChanged user=bob Unlocked:>"),
        ],
    );
    check(
        "userdel",
        &[
            ("delete user 'bob'", "AccountRemoved user=bob"),
            ("removed group 'bob' owned by 'bob'", "GroupRemoved group=bob"),
            ("delete 'bob' from group 'sudo'", "GroupChanged user=bob group=sudo MemberRemoved:>"),
        ],
    );
    check("chage", &[("changed password expiry for bob", "AccountChanged user=bob PasswordAge:>")]);
    check("chfn", &[("changed user 'bob' information", "AccountChanged user=bob Comment:>")]);
    check("chsh", &[("changed user 'bob' shell to '/bin/zsh'", "AccountChanged user=bob Shell:>/bin/zsh")]);
    check("passwd", &[("password for 'bob' changed by 'root'", "PasswordChanged user=bob by=root")]);
}

#[test]
fn groups() {
    check(
        "groupadd",
        &[
            ("group added to /etc/group: name=x, GID=1002", "Other"),
            ("group added to /etc/gshadow: name=x", "Other"),
            ("new group: name=x, GID=1002", "GroupAdded group=x"),
        ],
    );
    check(
        "groupdel",
        &[
            ("group 'x' removed from /etc/group", "Other"),
            ("group 'x' removed from /etc/gshadow", "Other"),
            ("group 'x' removed", "GroupRemoved group=x"),
        ],
    );
    check(
        "groupmod",
        &[
            ("group changed in /etc/group (group x/1002, new gid: 0)", "GroupChanged group=x Gid:>0"),
            (
                "group changed in /etc/group (changing /etc/group; group x/1002, new name: y, new gid: 7)",
                "GroupChanged group=x Name:>y",
            ),
            ("group changed in /etc/group (group x/1002, new password)", "GroupChanged group=x Password:>"),
            ("group changed in /etc/passwd (group x/1002, new gid: 0)", "Other"),
        ],
    );
    check(
        "gpasswd",
        &[
            ("user bob added by root to group sudo", "GroupChanged user=bob by=root group=sudo MemberAdded:>"),
            (
                "user bob removed by root from group sudo in /etc/group",
                "GroupChanged user=bob by=root group=sudo MemberRemoved:>",
            ),
            ("members of group sudo set by root to bob,eve", "GroupChanged by=root group=sudo Members:>bob,eve"),
            ("administrators of group sudo set by root to ", "GroupChanged by=root group=sudo Administrators:>"),
            ("password of group sudo changed by root", "GroupChanged by=root group=sudo Password:>"),
            ("access to group sudo restricted by root", "GroupChanged by=root group=sudo Password:>"),
            ("root failed to add user bob to group sudo", "-"),
        ],
    );
}

#[test]
fn other_servers() {
    check(
        "dropbear",
        &[
            (
                "Bad password attempt for 'root' from 192.0.2.1:5",
                "Failed user=root from=192.0.2.1 method=password port=5",
            ),
            (
                "[8] Jul 10 23:53:52 Password auth succeeded for 'anna' from 192.0.2.1:5",
                "Accepted user=anna from=192.0.2.1 method=password port=5",
            ),
            (
                "Pubkey auth succeeded for 'anna' with key sha1!! 0a:0b from [2001:db8::1]:5",
                "Accepted user=anna from=2001:db8::1 method=publickey key=sha1!! 0a:0b port=5",
            ),
            ("Login attempt for nonexistent user from ::ffff:192.0.2.1:5", "UnknownUser from=::ffff:192.0.2.1 port=5"),
            (
                "Exit before auth from <192.0.2.1:5>: (user 'a', 3 fails): Exited normally",
                "Aborted user=a from=192.0.2.1 port=5",
            ),
            (
                "Exit before auth (user 'a', 10 fails): Max auth tries reached - user 'a' from 192.0.2.1:5",
                "Denied user=a from=192.0.2.1 port=5",
            ),
            ("Exit (root) from <192.0.2.1:5>: Disconnect received", "Disconnected user=root from=192.0.2.1 port=5"),
        ],
    );
    check(
        "vsftpd",
        &[
            ("[pid 4] [anna] OK LOGIN: Client \"192.0.2.1\"", "Accepted user=anna from=192.0.2.1"),
            (
                "[pid 4] [anna] FAIL LOGIN: Client \"::ffff:192.0.2.1\", \"not in the list.\"",
                "Failed user=anna from=::ffff:192.0.2.1",
            ),
            ("[pid 4] CONNECT: Client \"192.0.2.1\"", "Other from=192.0.2.1"),
        ],
    );
    check(
        "proftpd",
        &[
            ("web (a.example[192.0.2.1]): USER x (Login failed): Incorrect password.", "Failed user=x from=192.0.2.1"),
            (
                "web (a[192.0.2.1]) - USER x: no such user found from a [192.0.2.1] to ::ffff:192.0.2.9:21",
                "UnknownUser user=x from=192.0.2.1",
            ),
            ("web (a[192.0.2.1]) - USER anna: Login successful.", "Accepted user=anna from=192.0.2.1"),
        ],
    );
    check(
        "pure-ftpd",
        &[
            ("(?@192.0.2.1) [WARNING] Authentication failed for user [x]", "Failed user=x from=192.0.2.1"),
            ("(?@192.0.2.1) [INFO] anna is now logged in", "Accepted user=anna from=192.0.2.1"),
        ],
    );
    check(
        "openvpn",
        &[
            (
                "192.0.2.1:5 TLS Auth Error: Auth Username/Password verification failed for peer",
                "Failed from=192.0.2.1 port=5",
            ),
            (
                "192.0.2.1:5 [anna] Peer Connection Initiated with [AF_INET]192.0.2.1:5",
                "Accepted user=anna from=192.0.2.1 port=5",
            ),
        ],
    );
}

#[test]
fn mail() {
    check(
        "dovecot",
        &[
            (
                "imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.9, mpid=7, TLS, session=<x>",
                "Accepted user=anna from=192.0.2.1 method=PLAIN",
            ),
            (
                "pop3-login: Info: Disconnected (auth failed, 1 attempts in 2 secs): user=<a>, rip=8.8.8.8, lip=>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.9",
                "Failed user=a>, rip=8.8.8.8, lip= from=192.0.2.1 method=PLAIN",
            ),
            (
                "imap-login: Disconnected (no auth attempts in 0 secs): user=<>, rip=192.0.2.1, lip=192.0.2.9",
                "Aborted from=192.0.2.1",
            ),
            ("auth: passwd-file(a,192.0.2.1,<s>): unknown user", "UnknownUser user=a from=192.0.2.1"),
            (
                "auth-worker(5): conn unix:auth-worker (pid=1,uid=2): auth-worker<4>: sql(a,192.0.2.1): Password mismatch",
                "Failed user=a from=192.0.2.1",
            ),
            ("auth(a,192.0.2.1,sasl:login)<s>: Info: sql: Password mismatch", "Failed user=a from=192.0.2.1"),
            ("auth: sql(a,192.0.2.1): unknown user (given password: x,8.8.8.8): unknown user)", "UnknownUser"),
        ],
    );
    check(
        "postfix/submission/smtpd",
        &[
            (
                "warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=a@b",
                "Failed user=a@b from=192.0.2.1 method=LOGIN",
            ),
            (
                "44JCRG5tYPz: client=a.example[192.0.2.1]:5, sasl_method=PLAIN, sasl_username=anna",
                "Accepted user=anna from=192.0.2.1 method=PLAIN port=5",
            ),
            (
                "NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 454 4.7.1 <x>: Relay access denied; from=<a[8.8.8.8]> to=<b>",
                "Denied from=192.0.2.1",
            ),
            ("disconnect from unknown[192.0.2.1] ehlo=1 auth=0/1 commands=1/2", "Aborted from=192.0.2.1"),
            ("disconnect from unknown[192.0.2.1] ehlo=1 mail=1 commands=2", "Disconnected from=192.0.2.1"),
        ],
    );
    check(
        "postfix/postscreen",
        &[("PREGREET 14 after 0.08 from [192.0.2.1]:5: EHLO x", "Probed from=192.0.2.1 port=5")],
    );
    check(
        "exim4",
        &[(
            "plain_login authenticator failed for a.example ([8.8.8.8]) [192.0.2.1]:5: 535 Incorrect authentication data (set_id=x)",
            "Failed user=x from=192.0.2.1 method=plain_login port=5",
        )],
    );
}

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
