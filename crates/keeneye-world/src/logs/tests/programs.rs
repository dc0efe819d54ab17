use super::check;

#[test]
fn pam() {
    let failure = "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1";
    check(
        "sshd",
        &[
            (failure, "Failed from=192.0.2.1 method=pam_unix"),
            (&format!("{failure}  user=root"), "Failed user=root from=192.0.2.1 method=pam_unix"),
            (&format!("{failure}  user=x rhost=8.8.8.8"), "Failed user=x rhost=8.8.8.8 from=192.0.2.1 method=pam_unix"),
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
}

#[test]
fn pam_of_programs_for_those_who_are_in() {
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
            ("FAILED LOGIN 1 FROM tty1 FOR root, Authentication failure", "Failed user=root tty=tty1"),
            ("FAILED LOGIN 2 FROM ttyS0 FOR root, Authentication failure", "Failed user=root tty=ttyS0"),
            ("FAILED LOGIN 2 FROM tty.example FOR root, Authentication failure", "Failed user=root from=tty.example"),
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
