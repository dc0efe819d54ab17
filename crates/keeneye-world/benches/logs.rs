//! How fast a log of text is tallied, beside how fast its lines and a fixed string are found, in the same run.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "a bench is no product")]

use keeneye_world::logs::tally::{Limits, Tally};
use std::hint::black_box;
use std::io::Write as _;

/// Bytes of the log.
const SIZE: usize = 256 << 20;
/// As the live host reads a file.
const PIECE: usize = 1 << 20;
const ADDRESSES: u64 = 12_000;
const USERS: u64 = 2_500;
const ROUNDS: usize = 5;

/// xorshift64*: the same log on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }
}

/// Somebody who guesses: one address, and names one after the other.
struct Guesser {
    from: String,
    user: u64,
    left: u64,
}

impl Guesser {
    fn new(random: &mut Random) -> Self {
        let number = random.below(ADDRESSES);
        let from = match number % 20 {
            0 => format!("2001:db8:{:x}:{:x}::{number:x}", number * 7 % 0xffff, number * 31 % 0xffff),
            _ => format!("{}.{}.{}.{}", 1 + number * 7 % 223, number * 13 % 256, number / 256, number % 256),
        };
        Self { from, user: random.below(USERS), left: 10 + random.below(190) }
    }
}

/// A server at which sixteen guess at a time.
fn log() -> Vec<u8> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut log = Vec::with_capacity(SIZE + 4096);
    let mut guessers: Vec<Guesser> = (0..16).map(|_| Guesser::new(&mut random)).collect();
    let mut second = 0;
    while log.len() < SIZE {
        second += random.below(3);
        let at = usize::try_from(random.below(16)).unwrap();
        let guesser = guessers.get_mut(at).unwrap();
        if guesser.left == 0 {
            *guesser = Guesser::new(&mut random);
        }
        guesser.left -= 1;
        // Every third time it is root's turn.
        let user = match guesser.left % 3 {
            0 => "root".to_owned(),
            _ => format!("user{}", (guesser.user + guesser.left) % USERS),
        };
        attempt(&mut log, &mut random, second, &guesser.from, &user);
        other(&mut log, &mut random, second);
    }
    log
}

/// `Jan  5 01:31:41 web-17 `
fn head(log: &mut Vec<u8>, second: u64) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, of_day) = (second / 86_400, second % 86_400);
    let month = MONTHS.get(usize::try_from(day / 28 % 12).unwrap()).unwrap();
    let (hour, minute, of_minute) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    write!(log, "{month} {:2} {hour:02}:{minute:02}:{of_minute:02} web-17 ", day % 28 + 1).unwrap();
}

/// The lines that sshd writes of one attempt.
fn attempt(log: &mut Vec<u8>, random: &mut Random, second: u64, from: &str, user: &str) {
    let (pid, port) = (1_000 + random.below(60_000), 1_024 + random.below(60_000));
    let daemon = if random.below(3) == 0 { "sshd-session" } else { "sshd" };
    let mut line = |text: String| {
        head(log, second);
        writeln!(log, "{daemon}[{pid}]: {text}").unwrap();
    };
    let peer = format!("{from} port {port}");
    let unknown = user != "root" && random.below(4) > 0;
    let invalid = if unknown { "invalid user " } else { "" };
    match random.below(20) {
        0 => line(format!(
            "Unable to negotiate with {peer}: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]"
        )),
        1 => {
            line("error: kex_exchange_identification: Connection closed by remote host".to_owned());
            line(format!("Connection closed by {peer}"));
        }
        2 => {
            line(format!(
                "Accepted publickey for deploy from {peer} ssh2: ED25519 SHA256:{port}JAmoCTcb2PLljIv3dpapGleDaUKf4V1vKyR9ZyUg"
            ));
            line("pam_unix(sshd:session): session opened for user deploy(uid=1000) by (uid=0)".to_owned());
        }
        _ => {
            if unknown {
                line(format!("Invalid user {user} from {peer}"));
                line("pam_unix(sshd:auth): check pass; user unknown".to_owned());
            }
            let known = if unknown { String::new() } else { format!("  user={user}") };
            line(format!(
                "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={from}{known}"
            ));
            for _ in 0..=random.below(3) {
                line(format!("Failed password for {invalid}{user} from {peer} ssh2"));
            }
            match random.below(4) {
                0 => line(format!(
                    "error: maximum authentication attempts exceeded for {invalid}{user} from {peer} ssh2 [preauth]"
                )),
                1 => line(format!("Received disconnect from {peer}:11: Bye Bye [preauth]")),
                _ => {}
            }
            let who = if unknown { "invalid" } else { "authenticating" };
            line(format!("Connection closed by {who} user {user} {peer} [preauth]"));
        }
    }
}

/// What others write between.
fn other(log: &mut Vec<u8>, random: &mut Random, second: u64) {
    let number = 1_000 + random.below(60_000);
    let text = match random.below(10) {
        0 => format!("CRON[{number}]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)"),
        1 => "sudo:   deploy : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx".to_owned(),
        2 => format!("systemd[1]: Started Session {number} of User deploy."),
        3 => format!(
            "kernel: [{second}.390602] TCP: request_sock_TCP: Possible SYN flooding on port {number}. Sending cookies."
        ),
        _ => return,
    };
    head(log, second);
    writeln!(log, "{text}").unwrap();
}

fn main() {
    let log = log();
    let lines = memchr::memchr_iter(b'\n', &log).count();
    let gigabytes = log.len() as f64 / 1e9;
    println!("{lines} lines, {gigabytes:.3} GB; median of {ROUNDS}, processor time");
    let show = |what: &str, ms: f64| println!("{what:40} {ms:8.1} ms {:6.2} GB/s", gigabytes / ms * 1e3);
    let ends = median(|| memchr::memchr_iter(b'\n', &log).count());
    show("floor: ends of all lines", ends);
    // What `grep -cF Failed` has to do: find the string, and then the end of its line.
    let scan = median(|| fixed_string(&log));
    show("floor: lines with a fixed string", scan);
    let heads = median(|| each_line(&log, |line| keeneye_world::logs::Head::read(line).is_some()));
    show("heads of all lines", heads);
    let parsed = median(|| each_line(&log, |line| keeneye_world::logs::parse(line).is_some()));
    show("all lines parsed", parsed);
    let tally = median(|| tallied(&log).failures.len());
    show("tally, with all tables", tally);
    println!("tally: {:.2} times the fixed string", tally / scan);
    let told = tallied(&log);
    println!(
        "{} failures, {} by address, {} uncounted, {} lines kept, {} let go",
        told.failures.len(),
        told.by_address.len(),
        told.uncounted,
        told.lines.len(),
        told.lines_cut
    );
    println!("sshd: {} of {} lines known", told.counts.sshd_known, told.counts.sshd);
    assert_eq!(told.counts.sshd_known, told.counts.sshd);
}

fn tallied(log: &[u8]) -> keeneye_world::logs::tally::Tallied {
    let mut tally = Tally::new(Limits::default());
    log.chunks(PIECE).for_each(|piece| tally.feed(piece));
    tally.finish(1_767_268_800, &|_| 0)
}

fn each_line(log: &[u8], mut is: impl FnMut(&[u8]) -> bool) -> usize {
    let mut from = 0;
    let count = |end: usize| {
        let line = log.get(from..end).unwrap();
        from = end + 1;
        usize::from(is(line))
    };
    memchr::memchr_iter(b'\n', log).map(count).sum()
}

fn fixed_string(log: &[u8]) -> usize {
    let finder = memchr::memmem::Finder::new("Failed");
    let (mut rest, mut found) = (log, 0);
    while let Some(at) = finder.find(rest) {
        found += 1;
        rest = rest.get(at..).unwrap();
        rest = memchr::memchr(b'\n', rest).and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    }
    found
}

/// Processor time in ms: what a busy machine does besides does not count.
fn median<T>(mut run: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = on_processor();
            black_box(run());
            (on_processor() - begun) / 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    *times.get(ROUNDS / 2).unwrap()
}

/// Nanoseconds that this thread was on a processor (`/proc/self/schedstat`, first field).
fn on_processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}
