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

    /// Few of many, as attackers go: half of all comes from a hundredth.
    fn uneven(&mut self, limit: u64) -> u64 {
        if self.below(2) == 0 { self.below(limit / 100) } else { self.below(limit) }
    }
}

/// A server that is guessed at: a tenth of the lines are no sshd's.
fn log() -> Vec<u8> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut log = Vec::with_capacity(SIZE + 1024);
    let mut second = 0;
    while log.len() < SIZE {
        second += random.below(3);
        line(&mut log, &mut random, second);
    }
    log
}

fn line(log: &mut Vec<u8>, random: &mut Random, second: u64) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, of_day) = (second / 86_400, second % 86_400);
    let month = MONTHS[usize::try_from(day / 28 % 12).unwrap()];
    let (hour, minute, of_minute) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    write!(log, "{month} {:2} {hour:02}:{minute:02}:{of_minute:02} web-17 ", day % 28 + 1).unwrap();
    let (pid, port) = (1_000 + random.below(60_000), 1_024 + random.below(60_000));
    let number = random.uneven(ADDRESSES);
    let from = match number % 20 {
        0 => format!("2001:db8:{:x}:{:x}::{number:x}", number * 7 % 0xffff, number * 31 % 0xffff),
        _ => format!("{}.{}.{}.{}", 1 + number * 7 % 223, number * 13 % 256, number / 256, number % 256),
    };
    let user = random.uneven(USERS);
    let user = if user < 5 {
        ["root", "admin", "test", "oracle", "ubuntu"][usize::try_from(user).unwrap()].into()
    } else {
        format!("user{user}")
    };
    let daemon = ["sshd", "sshd", "sshd-session"][usize::try_from(random.below(3)).unwrap()];
    let end = match random.below(100) {
        0..35 => format!("{daemon}[{pid}]: Failed password for {user} from {from} port {port} ssh2"),
        35..50 => format!("{daemon}[{pid}]: Failed password for invalid user {user} from {from} port {port} ssh2"),
        50..60 => format!("{daemon}[{pid}]: Invalid user {user} from {from} port {port}"),
        60..70 => {
            format!("{daemon}[{pid}]: Connection closed by authenticating user {user} {from} port {port} [preauth]")
        }
        70..75 => format!("{daemon}[{pid}]: Received disconnect from {from} port {port}:11: Bye Bye [preauth]"),
        75..78 => format!("{daemon}[{pid}]: Disconnected from invalid user {user} {from} port {port} [preauth]"),
        78..84 => format!(
            "{daemon}[{pid}]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={from}  user={user}"
        ),
        84..85 => format!(
            "{daemon}[{pid}]: Accepted publickey for deploy from {from} port {port} ssh2: ED25519 SHA256:{number:x}JAmoCTcb2PLljIv3dpapGleDaUKf4V1vKyR9ZyUg"
        ),
        85..86 => {
            format!("{daemon}[{pid}]: pam_unix(sshd:session): session opened for user deploy(uid=1000) by (uid=0)")
        }
        86..88 => format!(
            "{daemon}[{pid}]: error: maximum authentication attempts exceeded for {user} from {from} port {port} ssh2 [preauth]"
        ),
        88..90 => format!(
            "{daemon}[{pid}]: Unable to negotiate with {from} port {port}: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]"
        ),
        90..93 => format!("CRON[{pid}]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)"),
        93..94 => {
            "sudo:   deploy : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx".to_owned()
        }
        94..97 => format!("systemd[1]: Started Session {pid} of User deploy."),
        97..98 => format!(
            "kernel: [{second}.390602] TCP: request_sock_TCP: Possible SYN flooding on port {port}. Sending cookies."
        ),
        _ => format!("nginx[{pid}]: {from} - - GET /wp-login.php HTTP/1.1 404 {port}"),
    };
    log.extend_from_slice(end.as_bytes());
    log.push(b'\n');
}

pub fn main() {
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
    let heads = median(|| log.split(|byte| *byte == b'\n').filter_map(keeneye_world::logs::Head::read).count());
    show("heads of all lines", heads);
    let parsed = median(|| log.split(|byte| *byte == b'\n').filter_map(keeneye_world::logs::parse).count());
    show("all lines parsed", parsed);
    let tally = median(|| tallied(&log).sums.len());
    show("tally, with all tables", tally);
    println!("tally: {:.2} times the fixed string", tally / scan);
    let told = tallied(&log);
    println!(
        "{} sums, {} by address, {} uncounted, {} lines kept, {} let go",
        told.sums.len(),
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
