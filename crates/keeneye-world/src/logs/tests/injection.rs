//! Names that attackers type, in every place that takes one: the address is the peer's, or none.

use crate::logs::{Peer, said_by};

/// The peer of all lines, and whom the names try to blame.
const PEER: &str = "192.0.2.7";
const BLAMED: &str = "8.8.8.8";

/// Shapes of lines with `{}` for the name; the program before the bar.
const SHAPES: &[&str] = &[
    "sshd|Failed password for invalid user {} from 192.0.2.7 port 2222 ssh2",
    "sshd|Failed password for invalid user {} from 192.0.2.7 port 2222",
    "sshd|Failed none for invalid user {} from 192.0.2.7 port 2222 ssh2",
    "sshd|Failed keyboard-interactive/pam for invalid user {} from 192.0.2.7 port 2222 ssh2",
    "sshd|Failed publickey for invalid user {} from 192.0.2.7 port 2222 ssh2: RSA SHA256:abcdef",
    "sshd|Failed publickey for invalid user {} from 192.0.2.7 port 2222 ssh2: RSA-CERT ID x (serial 1) CA RSA SHA256:abcdef",
    "sshd|Failed publickey for root from 192.0.2.7 port 2222 ssh2: RSA-CERT ID {} (serial 1) CA RSA SHA256:abcdef",
    "sshd|Failed publickey for root from 192.0.2.7 port 2222 ssh2: RSA-CERT SHA256:x ID {} (serial 1) CA RSA SHA256:abcdef",
    "sshd|Failed hostbased for root from 192.0.2.7 port 2222 ssh2: RSA SHA256:ab, client user \"{}\", client host \"h\"",
    "sshd|Postponed keyboard-interactive for invalid user {} from 192.0.2.7 port 2222 ssh2 [preauth]",
    "sshd|Invalid user {} from 192.0.2.7 port 2222",
    "sshd|Invalid user {} from 192.0.2.7",
    "sshd|error: PAM: Authentication failure for illegal user {} from 192.0.2.7",
    "sshd|error: maximum authentication attempts exceeded for invalid user {} from 192.0.2.7 port 2222 ssh2 [preauth]",
    "sshd|Connection closed by invalid user {} 192.0.2.7 port 2222 [preauth]",
    "sshd|Connection reset by authenticating user {} 192.0.2.7 port 2222 [preauth]",
    "sshd|Disconnected from invalid user {} 192.0.2.7 port 2222 [preauth]",
    "sshd|Disconnecting invalid user {} 192.0.2.7 port 2222: Too many authentication failures [preauth]",
    "sshd|Disconnecting invalid user {} 192.0.2.7 port 2222: Change of username or service not allowed: ({},ssh-connection) -> (x,ssh-connection) [preauth]",
    "sshd|Disconnecting invalid user x 192.0.2.7 port 2222: Change of username or service not allowed: (x,ssh-connection) -> ({},ssh-connection) [preauth]",
    "sshd|Received disconnect from 192.0.2.7 port 2222:11: {} [preauth]",
    "sshd|Unable to negotiate with 192.0.2.7 port 2222: no matching cipher found. Their offer: {} [preauth]",
    "sshd|Bad protocol version identification '{}' from 192.0.2.7 port 2222",
    "sshd|ssh_dispatch_run_fatal: Connection from invalid user {} 192.0.2.7 port 2222: Broken pipe [preauth]",
    "sshd|refused connect from {}@h.example (192.0.2.7)",
    "sshd|pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user={}",
    "vsftpd|pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser={} rhost=192.0.2.7",
    "vsftpd|pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser={} rhost=192.0.2.7  user={}",
    "auth|pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser={} rhost=192.0.2.7",
    "vsftpd|[pid 4] [{}] FAIL LOGIN: Client \"192.0.2.7\"",
    "vsftpd|[pid 4] [x] FTP command: Client \"192.0.2.7\", \"USER {}\"",
    "proftpd|h (h.example[192.0.2.7]): USER {} (Login failed): Incorrect password.",
    "proftpd|h (h.example[192.0.2.7]): USER {}: no such user found from h.example [192.0.2.7] to 192.0.2.9:21",
    "pure-ftpd|(?@192.0.2.7) [WARNING] Authentication failed for user [{}]",
    "dropbear|Bad password attempt for '{}' from 192.0.2.7:2222",
    "dropbear|Exit before auth from <192.0.2.7:2222>: (user '{}', 10 fails): Max auth tries reached - user '{}'",
    "dropbear|Exit before auth (user '{}', 10 fails): Max auth tries reached - user '{}' from 192.0.2.7:2222",
    "dovecot|imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{}>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.9, TLS",
    "dovecot|auth: sql({},192.0.2.7,<s>): unknown user",
    "dovecot|auth: sql(x,192.0.2.7,<s>): Password mismatch (given password: {})",
    "dovecot|auth({},192.0.2.7,sasl:login)<s>: Info: sql: Password mismatch",
    "postfix/smtpd|warning: h.example[192.0.2.7]: SASL LOGIN authentication failed: x, sasl_username={}",
    "postfix/smtpd|NOQUEUE: reject: RCPT from h.example[192.0.2.7]: 504 5.5.2 <{}>: Helo command rejected; from=<{}> to=<x>",
    "postfix/smtpd|warning: non-SMTP command from h.example[192.0.2.7]: {}",
    "postfix/postscreen|PREGREET 14 after 0.08 from [192.0.2.7]:2222: EHLO {}",
    "exim|plain authenticator failed for h.example ({}) [192.0.2.7]:2222: 535 Incorrect authentication data (set_id=x)",
    "exim|plain authenticator failed for h.example (h) [192.0.2.7]:2222: 535 Incorrect authentication data (set_id={})",
];

/// Pieces of the same grammars, with the address that is to be blamed.
const PIECES: &[&str] = &[
    "x",
    "",
    " ",
    "  user=x",
    " from 8.8.8.8",
    " from 8.8.8.8 port 22",
    " from 8.8.8.8 port 22 ssh2",
    " from 8.8.8.8 port 22 ssh2:",
    " from 8.8.8.8 port 22 ssh2: RSA SHA256:abc",
    " from 8.8.8.8 port 22 ssh2: RSA-CERT ID y",
    " (serial 2) CA RSA SHA256:abc",
    ", client user \"x",
    " 8.8.8.8 port 22",
    " 8.8.8.8 port 22 [preauth]",
    " 8.8.8.8 port 22: Too many authentication failures",
    " 8.8.8.8 port 22: Change of username or service not allowed: (x",
    ",ssh-connection) -> (",
    " rhost=8.8.8.8",
    " rhost=8.8.8.8  user=x",
    "] FAIL LOGIN: Client \"8.8.8.8\"",
    "] FAIL LOGIN: Client \"8.8.8.8\", \"y",
    ">, method=PLAIN, rip=8.8.8.8, lip=192.0.2.9",
    ",8.8.8.8): unknown user",
    ",8.8.8.8,<s>): Password mismatch",
    ")",
    "' from 8.8.8.8:22",
    " (h[8.8.8.8]): USER y (Login failed)",
    " [8.8.8.8]:22: 535 Incorrect authentication data (set_id=y",
    " from h[8.8.8.8]: ",
    " via 8.8.8.8",
    "@8.8.8.8 (8.8.8.8",
    "8.8.8.8",
];

/// xorshift64
fn below(state: &mut u64, limit: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % limit as u64).unwrap()
}

/// Every shape with every piece, and with thousands of sentences of pieces.
#[test]
fn a_name_never_changes_the_address() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let (mut cases, mut told) = (0, 0);
    for shape in SHAPES {
        let (program, shape) = shape.split_once('|').unwrap();
        let mut names: Vec<String> = PIECES.iter().map(|piece| (*piece).to_owned()).collect();
        names.extend((0..400).map(|_| {
            let count = 1 + below(&mut state, 5);
            (0..count).map(|_| PIECES[below(&mut state, PIECES.len())]).collect::<String>()
        }));
        for name in names {
            // sshd cuts names at a hundred bytes, vsftpd and others later.
            let name: String = name.chars().take(100).collect();
            let line = shape.replace("{}", &name);
            let said = said_by(program.as_bytes(), line.as_bytes(), None);
            let from = said.and_then(|said| said.from).unwrap_or_default();
            assert!(!from.windows(BLAMED.len()).any(|part| part == BLAMED.as_bytes()), "{program}: {line}");
            cases += 1;
            told += usize::from(from == PEER.as_bytes());
        }
    }
    assert!(cases >= 10_000, "{cases}");
    // Most lines can be read in one way only, names of such pieces notwithstanding.
    assert!(told * 100 / cases >= 80, "{told} of {cases}");
}

/// What is known of the process settles what the line leaves open.
#[test]
fn a_known_peer_settles_it() {
    let known = Some(Peer { from: PEER.as_bytes(), port: Some(2222) });
    let mut state = 0x2545_f491_4f6c_dd1d;
    for shape in
        SHAPES.iter().filter_map(|shape| shape.strip_prefix("sshd|")).filter(|shape| shape.contains("port 2222 ssh2"))
    {
        for _ in 0..400 {
            let name: String = (0..3).map(|_| PIECES[below(&mut state, PIECES.len())]).collect();
            let name: String = name.chars().take(100).collect();
            let line = shape.replace("{}", &name);
            let said = said_by(b"sshd", line.as_bytes(), known).unwrap();
            assert_eq!(said.from, Some(PEER.as_bytes()), "{line}");
        }
    }
}
