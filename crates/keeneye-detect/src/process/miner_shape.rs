//! A process that is told where to mine.
//!
//! # What it sees
//! A mining pool's address (`stratum+tcp://...`) on the command line, or a pool's host and port together with a long
//! wallet address, or a program that no package owns with the processor's model-specific registers open, which miners
//! write to run faster.
//!
//! # Why it matters
//! Mining is what most intruders use a server for.
//!
//! # Innocent causes
//! A miner that the admin runs on purpose: accept it with a reason and an end. A search for such addresses in files,
//! by a tool of a package that runs under its own name.
//!
//! # What to do
//! See who started it, and how it starts again: `keeneye look pid PID`. Killing it alone brings it back in most cases.

use crate::standing::Standing;
use crate::{Detector, Scene, portrait, subject};
use bstr::ByteSlice;
use keeneye_facts::{FdTarget, Finding, Level, Process, ProgramKind, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/miner-shape",
    title: "a process is told where to mine",
    level: Level::Suspicious,
    attack: &["T1496"],
    absolute: false,
    source: include_str!("miner_shape.rs"),
    run,
};

/// Words of a command line that are looked at; a longer one is no miner's.
const MAX_WORDS: usize = 2_000;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    // A whole command line may be given as one argument, to a shell or as a false name.
    let blank = |b: &u8| b.is_ascii_whitespace();
    let words =
        || process.cmdline.iter().flat_map(|argument| argument.split(blank)).filter(|w| !w.is_empty()).take(MAX_WORDS);
    let address = words().find(|word| pool_address(word).is_some()).map(Text::from);
    let login = login(&words().collect::<Vec<_>>());
    let registers = open_registers(process);
    if address.is_none() && login.is_none() && registers.is_none() {
        return None;
    }
    let standing = Standing::of(scene, process);
    let searching = standing.owned() && has_own_name(process) && login.is_none();
    let level = match () {
        () if address.is_none() && login.is_none() && (!standing.unowned() || standing.contained) => return None,
        () if searching && standing.attended => return None,
        () if searching => Level::Unusual,
        () => Level::Suspicious,
    };
    let subject = subject::process(process);
    let what = match (&address, &login, &registers) {
        (Some(address), _, _) => format!("is told to mine at {}", address.lossy()),
        (_, Some((pool, _)), _) => format!("logs in to a mining pool at {}", pool.lossy()),
        (_, _, Some(path)) => format!("has the processor's registers open ({})", path.lossy()),
        (None, None, None) => return None,
    };
    let mut finding = DETECTOR.finding(level, subject.clone(), format!("{} {what}", subject.name.lossy()));
    let (pool, wallet) = login.unzip();
    for (name, value) in [("pool", address.or(pool)), ("wallet", wallet), ("registers", registers)] {
        if let Some(value) = value {
            finding = finding.evidence(name, value);
        }
    }
    let finding = finding.innocent("a miner that the admin runs on purpose", false, "only the admin knows").innocent(
        "a search for such addresses",
        !searching,
        "told by whose program it is and by its name",
    );
    Some(portrait::add(finding, scene, process))
}

/// The address behind the scheme of the Stratum protocol: `stratum+tcp://`, `stratum+ssl://`, `stratum2+tcp://`,
/// `stratum1+tls://`, `stratum://`; at the beginning of a word or behind `=`.
fn pool_address(word: &[u8]) -> Option<&[u8]> {
    let at = word.find(b"stratum")?;
    let rest = word.get(at + b"stratum".len()..)?;
    let (scheme, address) = rest.split_once_str("://")?;
    let letters = scheme.len() <= 8 && scheme.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'+');
    let begins = at == 0 || word.get(at - 1).is_some_and(|b| matches!(b, b'=' | b'"' | b'\''));
    (letters && begins && !address.is_empty()).then_some(address)
}

/// Pool and wallet, where both stand on the command line: `-o pool:3333 -u WALLET`, `--url=pool:3333 --user=WALLET`.
fn login(words: &[&[u8]]) -> Option<(Text, Text)> {
    let pools = ["-o", "-P", "--url", "--pool", "--server", "--poolurl", "-pool", "-epool", "-zpool"];
    let wallets = ["-u", "-w", "-O", "--user", "--wallet", "--userpass", "-wal", "-ewal", "-zwal"];
    let pool = value_of(words, &pools).find(|v| is_endpoint(v))?;
    let wallet = value_of(words, &wallets).find(|v| is_wallet(v));
    let wallet = wallet.or_else(|| (tuned(words) >= 2).then_some(b"none on the command line"))?;
    Some((Text::from(pool), Text::from(wallet)))
}

/// Options that only miners have (those of xmrig and its kin): a pool may know the wallet already.
fn tuned(words: &[&[u8]]) -> usize {
    const OPTIONS: [&str; 7] = [
        "--nicehash",
        "--coin",
        "--donate-level",
        "--cpu-max-threads-hint",
        "--randomx-mode",
        "--randomx-1gb-pages",
        "--rig-id",
    ];
    let has = |option: &&&str| {
        words.iter().any(|word| {
            word.strip_prefix(option.as_bytes()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"="))
        })
    };
    OPTIONS.iter().filter(has).count()
}

/// The words behind these options: `-o VALUE`, `-oVALUE`, `--url VALUE`, `--url=VALUE`, `-epool VALUE`.
fn value_of<'a>(words: &'a [&'a [u8]], options: &'a [&str]) -> impl Iterator<Item = &'a [u8]> {
    words.iter().enumerate().filter_map(move |(i, word)| {
        let option = options.iter().filter(|option| word.starts_with(option.as_bytes())).max_by_key(|one| one.len())?;
        match word.strip_prefix(option.as_bytes())? {
            b"" => words.get(i + 1).copied(),
            rest if option.starts_with("--") => rest.strip_prefix(b"="),
            rest => Some(rest),
        }
    })
}

/// `host:port`, with or without a scheme.
fn is_endpoint(value: &[u8]) -> bool {
    let rest = value.split_once_str("://").map_or(value, |(_, rest)| rest);
    let Some((host, port)) = rest.trim_end_with(|c| c == '/').rsplit_once_str(":") else { return false };
    !host.is_empty() && (1..=5).contains(&port.len()) && port.iter().all(u8::is_ascii_digit)
}

/// A wallet's address: base58 of at least 90 letters (Monero and its kin have 95 and more), `0x` and 40 hexadecimal
/// digits (Ethereum and its kin), or bech32 (`bc1` and at least 39 more). A worker's name may follow behind a mark.
fn is_wallet(value: &[u8]) -> bool {
    let address = value.split(|b| matches!(b, b'.' | b'/' | b'+' | b':' | b'@')).next().unwrap_or_default();
    let all = |bytes: &[u8], test: fn(&u8) -> bool| bytes.iter().all(test);
    let base58 = |b: &u8| b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'O' | b'I' | b'l');
    if let Some(digits) = address.strip_prefix(b"0x") {
        return digits.len() == 40 && all(digits, u8::is_ascii_hexdigit);
    }
    let bech32 = address.starts_with(b"bc1") && address.len() >= 42 && all(address, u8::is_ascii_alphanumeric);
    bech32 || (90..=200).contains(&address.len()) && all(address, base58)
}

/// `/dev/cpu/N/msr`, held open.
fn open_registers(process: &Process) -> Option<Text> {
    process.fds.iter().find_map(|fd| match &fd.target {
        FdTarget::File { path, .. } if path.is_within("/dev/cpu") && path.file_name() == "msr" => Some(path.clone()),
        _ => None,
    })
}

/// The first argument names the executable and nothing else, and the code is the program's own.
fn has_own_name(process: &Process) -> bool {
    let name = process.cmdline.first().map(|first| first.file_name().trim_start_with(|c| c == '-').to_vec());
    let own = name.is_some_and(|name| name == process.exe_path().file_name().as_bytes());
    own && process.program.as_ref().is_none_or(|p| matches!(p.kind, ProgramKind::Executable | ProgramKind::Script))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/miner-shape";
    const WALLET: &str =
        "48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD";

    #[test]
    fn an_address_in_a_false_name() {
        check(
            NAME,
            "package coreutils 9 owns /usr/bin/sleep\n\
             process 41 exe=/usr/bin/sleep cmdline=\"./kswapd0 -o stratum+tcp://127.0.0.1:3333\\060\\0\"",
            &["suspicious: sleep (pid 41) is told to mine at stratum+tcp://127.0.0.1:3333"],
        );
    }
    #[test]
    fn an_address_of_another_scheme() {
        check(
            NAME,
            "process 41 exe=/opt/m cmdline=\"/opt/m --url=stratum2+ssl://pool.example:443\"",
            &["suspicious: m (pid 41) is told to mine at --url=stratum2+ssl://pool.example:443"],
        );
    }
    #[test]
    fn a_login_to_a_pool() {
        let host =
            |wallet: &str| format!("process 41 exe=/usr/bin/x cmdline=\"x -o pool.example:3333 -u {wallet}.w1 -p x\"");
        check(NAME, &host(WALLET), &["suspicious: x (pid 41) logs in to a mining pool at pool.example:3333"]);
        check(NAME, &host("anna"), &[]);
        let said = ["suspicious: x (pid 41) logs in to a mining pool at pool.example:3333"];
        let eth = "0x00000000a1b2c3d4e5f60718293a4b5c6d7e8f90";
        check(NAME, &format!("process 41 exe=/usr/bin/x cmdline=\"x -epool pool.example:3333 -ewal {eth}\""), &said);
    }
    #[test]
    fn a_pool_that_knows_the_wallet() {
        let host = |options: &str| format!("process 41 exe=/usr/bin/x cmdline=\"x -o pool.example:3333 {options}\"");
        let said = ["suspicious: x (pid 41) logs in to a mining pool at pool.example:3333"];
        check(NAME, &host("--coin monero --nicehash -k"), &said);
        check(NAME, &host("--coin monero -k"), &[]);
    }
    #[test]
    fn registers_of_the_processor() {
        let host = "process 41 exe=/usr/sbin/x\nfd 41 3 /dev/cpu/0/msr";
        check(
            NAME,
            &format!("package base 1\n{host}"),
            &["suspicious: x (pid 41) has the processor's registers open (/dev/cpu/0/msr)"],
        );
        check(NAME, &format!("package x 1 owns /usr/sbin/x\n{host}"), &[]);
    }
    #[test]
    fn a_search_for_such_addresses_is_quiet() {
        let search = "exe=/usr/bin/grep cmdline=\"grep -r stratum+tcp://x /var/www\"";
        check(NAME, &format!("package grep 3 owns /usr/bin/grep\nprocess 41 tty=34816 login=1000 {search}"), &[]);
        check(
            NAME,
            &format!("package grep 3 owns /usr/bin/grep\nprocess 41 {search}"),
            &["unusual: grep (pid 41) is told to mine at stratum+tcp://x"],
        );
        check(NAME, "process 41 exe=/usr/bin/x cmdline=\"x http://stratum.example/ stratumtcp\"", &[]);
    }
}
