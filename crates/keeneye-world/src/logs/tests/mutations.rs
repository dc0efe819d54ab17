//! Broken lines of each grammar: no panic, whatever they are.

use crate::logs::tally::{Limits, Tally};
use crate::logs::{Head, parse, said_by};
use crate::mutate;

/// Ten thousand mutants of a program's messages, and every begin of each.
#[track_caller]
fn check(program: &[u8], messages: &[&str]) {
    let seeds: Vec<&[u8]> = messages.iter().map(|message| message.as_bytes()).collect();
    mutate::check(&seeds, |bytes| said_by(program, bytes, None).is_some());
    for seed in seeds {
        for end in 0..seed.len() {
            _ = said_by(program, &seed[..end], None);
        }
    }
}

#[test]
fn heads() {
    let lines: [&[u8]; 7] = [
        b"Jan  5 01:31:41 web sshd[12]: Failed password for root from 192.0.2.1 port 5 ssh2",
        b"2024-01-05T01:31:41.123456+01:00 web sudo:     anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
        b"<38>1 2024-01-05T01:31:41Z web sshd 12 - [a b=\"c\"] Invalid user x from 192.0.2.1 port 5",
        b"Fri Jan  5 01:31:41 2024 [pid 4] [x] OK LOGIN: Client \"192.0.2.1\"",
        b"@400000004c91b044077a9e94 imap-login: Info: x",
        b"1704414701.123456 web x[5]: message repeated 3 times: [ a b]",
        b"Fri 2024-01-05 01:31:41 CET web sshd[1]: Server listening on :: port 22.",
    ];
    mutate::check(&lines, |bytes| parse(bytes).is_some());
    for line in lines {
        for end in 0..line.len() {
            _ = Head::read(&line[..end]);
        }
    }
}

#[test]
fn tallies() {
    let log: &[u8] = b"Dec 31 23:59:58 web sshd[7]: Failed password for root from 192.0.2.1 port 5 ssh2\n\
        Feb 29 00:00:01 web sshd[8]: Accepted password for root from 192.0.2.1 port 6 ssh2\n\
        2024-01-05T01:31:41Z web CRON[5]: (root) CMD (/usr/bin/x)\n";
    mutate::check(&[log], |bytes| {
        let [parts, whole] = [17, 1 << 20].map(|length| {
            let mut tally = Tally::new(Limits { lines: 300, sums: 3, addresses: 3, repeats: 3, hours: 3 });
            bytes.chunks(length).for_each(|piece| tally.feed(piece));
            let mut tallied = tally.finish(1_767_268_800, &|local| local % 7_200);
            // About so many.
            tallied.addresses.iter_mut().for_each(|sum| sum.names = 0);
            tallied
        });
        assert_eq!(parts, whole, "{}", bytes.escape_ascii());
        whole.counts.bytes == bytes.len() as u64
    });
}

#[test]
fn sshd() {
    check(
        b"sshd",
        &[
            "Failed publickey for invalid user x from 192.0.2.1 port 5 ssh2: RSA-CERT ID y (serial 1) CA RSA SHA256:abc",
            "Disconnecting invalid user a 192.0.2.1 port 5: Change of username or service not allowed: (a,x) -> (b,x) [preauth]",
            "Received disconnect from 2001:db8::1: 11: Bye Bye [preauth]",
            "error: PAM: Authentication failure for root from 192.0.2.1 via 192.0.2.2",
            "Starting session: shell on pts/0 for anna from 192.0.2.1 port 5 id 0",
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root",
        ],
    );
}

#[test]
fn others() {
    check(
        b"pam",
        &[
            "pam_unix(x:auth): authentication failure; logname=a uid=0 euid=0 tty=pts/0 ruser=b rhost=192.0.2.1  user=root",
            "pam_unix(x:session): session opened for user anna(uid=1000) by (uid=0)",
            "pam_access(x:account): access denied for user `anna' from `192.0.2.1'",
        ],
    );
    check(
        b"sudo",
        &["pam_unix(sudo:auth): authentication failure; logname=a uid=0 euid=0 tty=pts/0 ruser=b rhost=  user=b"],
    );
    check(b"sudo", &["anna : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id"]);
    check(b"su", &["(to root) anna on pts/0", "+ /dev/pts/0 anna:root", "'su root' succeeded for anna on /dev/pts/0"]);
    check(b"doas", &["anna ran command id as root from /home/anna"]);
    check(b"pkexec", &["anna: Executing command [USER=root] [TTY=/dev/pts/0] [CWD=/] [COMMAND=/usr/bin/id]"]);
    check(
        b"login",
        &["FAILED LOGIN 1 FROM tty1 FOR root, Authentication failure", "LOGIN ON pts/1 BY anna FROM 192.0.2.1"],
    );
    check(
        b"systemd-logind",
        &["New session '5' of user 'anna' with class 'user' and type 'tty'.", "Removed session 5."],
    );
    check(b"cron", &["(root) CMD (cd / && run-parts --report /etc/cron.hourly)", "(anna) REPLACE (root)"]);
    check(
        b"useradd",
        &[
            "new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/sh, from=/dev/pts/0",
            "change user 'bob' UID from '1001' to '0'",
            "user bob added by root to group sudo",
            "members of group sudo set by root to bob,eve in /etc/group",
            "group changed in /etc/group (changing /etc/group; group x/1002, new name: y, new gid: 7)",
            "change user name 'bob' to 'rob'",
        ],
    );
    check(
        b"kernel",
        &[
            "[9.1] EXT4-fs error (device sda1): x",
            "md/raid1:md0: Disk failure on sdb1, disabling device.",
            "sd 0:0:0:0: [sda] tag#0 Sense Key : Medium Error [current]",
            "device-mapper: multipath: 253:1: Failing path 8:16.",
            "Out of memory: Killed process 41 (mysqld) total-vm:1kB",
        ],
    );
    check(
        b"mdadm",
        &[
            "Fail event detected on md device /dev/md0, component device /dev/sdb1",
            "Device: /dev/sda [SAT], 8 Currently unreadable (pending) sectors",
        ],
    );
    check(b"systemd", &["nginx.service: Failed with result 'exit-code'."]);
}

#[test]
fn servers() {
    check(
        b"dropbear",
        &[
            "[8] Jul 10 23:53:52 Pubkey auth succeeded for 'anna' with key sha1!! 0a:0b from [2001:db8::1]:5",
            "Exit before auth from <192.0.2.1:5>: (user 'a', 3 fails): Exited normally",
        ],
    );
    check(
        b"vsftpd",
        &[
            "[pid 4] [a name that is as long as one of those that guessers try when they run out of others] OK LOGIN: Client \"192.0.2.1\"",
        ],
    );
    check(b"proftpd", &["web (a[192.0.2.1]) - USER x: no such user found from a [192.0.2.1] to ::ffff:192.0.2.9:21"]);
    check(b"pure-ftpd", &["(?@192.0.2.1) [WARNING] Authentication failed for user [x]"]);
    check(
        b"dovecot",
        &[
            "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<a>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.9",
            "auth-worker(5): conn unix:auth-worker (pid=1,uid=2): auth-worker<4>: sql(a,192.0.2.1,<s>): Password mismatch",
        ],
    );
    check(
        b"postfix/smtpd",
        &[
            "NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 454 4.7.1 <x>: Relay access denied; from=<a> to=<b>",
            "warning: unknown[192.0.2.1]:5: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=a@b",
        ],
    );
    check(
        b"exim",
        &[
            "x authenticator failed for a (b) [192.0.2.1]:5: 535 Incorrect authentication data (set_id=a name that is as long as one of those that guessers try when they run out of others)",
        ],
    );
    check(b"openvpn", &["192.0.2.1:5 [anna] Peer Connection Initiated with [AF_INET]192.0.2.1:5"]);
}
