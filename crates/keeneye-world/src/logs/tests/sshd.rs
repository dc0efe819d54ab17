use super::check;
use crate::logs::{is_sshd, parse};
use keeneye_facts::{LogKind, Text};

#[test]
fn logins() {
    check(
        "sshd",
        &[
            (
                "Accepted password for anna from 192.0.2.1 port 5 ssh2",
                "Accepted user=anna from=192.0.2.1 method=password port=5",
            ),
            (
                "Accepted publickey for anna from 2001:db8::1 port 5 ssh2: ED25519 SHA256:abc",
                "Accepted user=anna from=2001:db8::1 method=publickey key=ED25519 SHA256:abc port=5",
            ),
            (
                "Accepted publickey for anna from fe80::1%eth0 port 5 ssh2: RSA 39:33:aa",
                "Accepted user=anna from=fe80::1%eth0 method=publickey key=RSA 39:33:aa port=5",
            ),
            (
                "Accepted publickey for anna from 192.0.2.1 port 5 ssh2: ED25519-CERT SHA256:abc ID anna@ca (serial 7) CA RSA SHA256:def",
                "Accepted user=anna from=192.0.2.1 method=publickey key=ED25519-CERT SHA256:abc ID anna@ca (serial 7) CA RSA SHA256:def port=5",
            ),
            (
                "Partial publickey for anna from 192.0.2.1 port 5 ssh2: RSA SHA256:abc",
                "Partial user=anna from=192.0.2.1 method=publickey key=RSA SHA256:abc port=5",
            ),
            (
                "Postponed keyboard-interactive for anna from 192.0.2.1 port 5 ssh2 [preauth]",
                "Other user=anna from=192.0.2.1 method=keyboard-interactive port=5",
            ),
            (
                "Accepted gssapi-with-mic for anna from web.example port 5 ssh2: anna@EXAMPLE.ORG",
                "Accepted user=anna from=web.example method=gssapi-with-mic port=5",
            ),
            ("session opened for local user anna from [192.0.2.1]", "SessionOpened user=anna from=192.0.2.1"),
            (
                "Starting session: shell on pts/0 for anna from 192.0.2.1 port 5 id 0",
                "SessionOpened user=anna from=192.0.2.1 tty=pts/0 port=5",
            ),
            (
                "Starting session: subsystem 'sftp' for anna from 192.0.2.1 port 5 id 0",
                "SessionOpened user=anna from=192.0.2.1 command=subsystem 'sftp' port=5",
            ),
            ("Close session: user anna from 192.0.2.1 port 5 id 0", "SessionClosed user=anna from=192.0.2.1 port=5"),
        ],
    );
}

#[test]
fn failures() {
    check(
        "sshd-session",
        &[
            (
                "Failed password for root from 192.0.2.1 port 5 ssh2",
                "Failed user=root from=192.0.2.1 method=password port=5",
            ),
            ("Failed password for root from 192.0.2.1", "Failed user=root from=192.0.2.1 method=password"),
            (
                "Failed none for invalid user  from 192.0.2.1 port 5 ssh2",
                "UnknownUser user= from=192.0.2.1 method=none port=5",
            ),
            (
                "Failed keyboard-interactive/pam for invalid user a b from 192.0.2.1 port 5 ssh2",
                "UnknownUser user=a b from=192.0.2.1 method=keyboard-interactive/pam port=5",
            ),
            (
                "Failed hostbased for anna from 192.0.2.1 port 5 ssh2: RSA SHA256:abc, client user \"x\", client host \"y\"",
                "Failed user=anna from=192.0.2.1 method=hostbased key=RSA SHA256:abc, client user \"x\", client host \"y\" port=5",
            ),
            ("Invalid user admin from 192.0.2.1 port 5", "UnknownUser user=admin from=192.0.2.1 port=5"),
            ("Illegal user admin from ::ffff:192.0.2.1", "UnknownUser user=admin from=::ffff:192.0.2.1"),
            (
                "error: PAM: Authentication failure for root from 192.0.2.1",
                "Failed user=root from=192.0.2.1 method=pam",
            ),
            (
                "error: PAM: User not known to the underlying authentication module for illegal user x from web.example",
                "UnknownUser user=x from=web.example method=pam",
            ),
            (
                "error: maximum authentication attempts exceeded for invalid user x from 192.0.2.1 port 5 ssh2 [preauth]",
                "Denied user=x from=192.0.2.1 port=5",
            ),
            (
                "User root from 192.0.2.1 not allowed because not listed in AllowUsers",
                "Denied user=root from=192.0.2.1",
            ),
            ("User root not allowed because account is locked", "Denied user=root"),
            ("ROOT LOGIN REFUSED FROM 192.0.2.1 port 5", "Denied user=root from=192.0.2.1 port=5"),
            ("refused connect from a@web.example (192.0.2.1)", "Denied by=a from=192.0.2.1"),
            ("refused connect from 192.0.2.1", "Denied from=192.0.2.1"),
            (
                "drop connection #10 from [192.0.2.1]:5 on [192.0.2.9]:22 past MaxStartups",
                "Denied from=192.0.2.1 port=5",
            ),
            ("fatal: Access denied for user anna by PAM account configuration [preauth]", "Denied user=anna"),
            (
                "Authentication tried for anna with correct key but not from a permitted host (host=web.example, ip=192.0.2.1).",
                "Denied user=anna from=192.0.2.1",
            ),
        ],
    );
}

#[test]
fn connections() {
    check(
        "sshd",
        &[
            ("Connection from 192.0.2.1 port 5 on 192.0.2.9 port 22 rdomain \"\"", "Other from=192.0.2.1 port=5"),
            ("Connection closed by 192.0.2.1 [preauth]", "Aborted from=192.0.2.1"),
            ("Connection closed by 192.0.2.1", "Disconnected from=192.0.2.1"),
            ("Connection closed by invalid user  192.0.2.1 port 5 [preauth]", "Aborted user= from=192.0.2.1 port=5"),
            (
                "Connection reset by authenticating user root 192.0.2.1 port 5 [preauth]",
                "Aborted user=root from=192.0.2.1 port=5",
            ),
            ("Connection closed by user anna 192.0.2.1 port 5", "Disconnected user=anna from=192.0.2.1 port=5"),
            ("Disconnected from user anna 192.0.2.1 port 5", "Disconnected user=anna from=192.0.2.1 port=5"),
            ("Disconnected from invalid user x 192.0.2.1 port 5 [preauth]", "Aborted user=x from=192.0.2.1 port=5"),
            ("Disconnected from whatever user x 192.0.2.1 port 5 [preauth]", "-"),
            ("Received disconnect from 192.0.2.1 port 5:11: Bye Bye [preauth]", "Aborted from=192.0.2.1 port=5"),
            (
                "Received disconnect from 192.0.2.1 port 5:11: disconnected by user",
                "Disconnected from=192.0.2.1 port=5",
            ),
            ("Received disconnect from 2001:db8::1: 11: Bye", "Disconnected from=2001:db8::1"),
            (
                "error: Received disconnect from 192.0.2.1: 3: com.jcraft.jsch.JSchException: Auth fail",
                "Failed from=192.0.2.1",
            ),
            ("Disconnecting: Too many authentication failures for root [preauth]", "Denied"),
            (
                "Disconnecting authenticating user root 192.0.2.1 port 5: Too many authentication failures [preauth]",
                "Denied user=root from=192.0.2.1 port=5",
            ),
            (
                "Disconnecting invalid user a 192.0.2.1 port 5: Change of username or service not allowed: (a,ssh-connection) -> (b,ssh-connection) [preauth]",
                "Denied user=a from=192.0.2.1 port=5",
            ),
            ("Did not receive identification string from 192.0.2.1 port 5", "Probed from=192.0.2.1 port=5"),
            (
                "Bad protocol version identification 'GET / from 8.8.8.8 port 1' from 192.0.2.1 port 5",
                "Probed from=192.0.2.1 port=5",
            ),
            ("banner exchange: Connection from 192.0.2.1 port 5: invalid format", "Probed from=192.0.2.1 port=5"),
            ("error: kex_exchange_identification: Connection closed by remote host", "Aborted"),
            (
                "ssh_dispatch_run_fatal: Connection from authenticating user root 192.0.2.1 port 5: Broken pipe [preauth]",
                "Aborted user=root from=192.0.2.1 port=5",
            ),
            (
                "Unable to negotiate with 192.0.2.1 port 5: no matching MAC found. Their offer: x from 8.8.8.8 port 1 [preauth]",
                "Probed from=192.0.2.1 port=5",
            ),
            ("fatal: Timeout before authentication for 192.0.2.1 port 5", "Aborted from=192.0.2.1 port=5"),
            (
                "Timeout before authentication for connection from 192.0.2.1 to 192.0.2.9, pid = 7",
                "Aborted from=192.0.2.1",
            ),
            (
                "Address 192.0.2.1 maps to from.8.8.8.8.example, but this does not map back to the address.",
                "Other from=192.0.2.1",
            ),
            (
                "reverse mapping checking getaddrinfo for web.example [192.0.2.1] failed - POSSIBLE BREAK-IN ATTEMPT!",
                "Other from=192.0.2.1",
            ),
            ("Server listening on :: port 22.", "DaemonStarted"),
            ("Received signal 15; terminating.", "DaemonStopped"),
            ("userauth_pubkey: signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms [preauth]", "Other"),
            ("a message of no version of sshd", "-"),
        ],
    );
}

#[test]
fn an_event_has_everything_that_a_line_says() {
    assert!(["sshd", "sshd-session", "sshd-auth"].iter().all(|name| is_sshd(name.as_bytes())));
    let line =
        b"2026-01-05T01:31:41+01:00 web sshd-session[12]: Failed password for root from ::ffff:192.0.2.1 port 5 ssh2";
    let event = parse(line).unwrap().event(&Text::from("/var/log/auth.log"), 7, None).unwrap();
    assert_eq!((event.kind, event.at, event.pid, event.port), (LogKind::Failed, 7, Some(12), Some(5)));
    assert_eq!(event.address().unwrap().to_string(), "192.0.2.1");
    assert_eq!((event.program, event.user), (Text::from("sshd-session"), Some(Text::from("root"))));
}
