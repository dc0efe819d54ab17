//! Code that an interpreter is handed in a command: told by the names of what it calls.

use super::{Sign, Weight, calls};
use bstr::ByteSlice;

/// Characters of the code that are shown.
const MAX_SHOWN: usize = 200;
/// Bytes of one piece of shell in a script.
const MAX_PIECE: usize = 4 << 10;
/// Bytes of code that are searched.
const MAX_SEARCHED: usize = 64 << 10;

/// Runs code or another program.
const RUNS: [&str; 15] = [
    "exec",
    "eval",
    "system(",
    "system ",
    "popen",
    "subprocess",
    "pty.spawn",
    "spawn(",
    "passthru",
    "dup2",
    "proc_open",
    "function(",
    "compile(",
    "/bin/sh",
    "/bin/bash",
];
/// Makes code of something unreadable.
const DECODES: [&str; 20] = [
    "b64decode",
    "b32decode",
    "a85decode",
    "base64_decode",
    "decode_base64",
    "decode64",
    "unhexlify",
    "fromhex",
    "hex2bin",
    "pack(",
    "unpack",
    "zlib.decompress",
    "gzinflate",
    "gzuncompress",
    "str_rot13",
    "atob(",
    "'base64'",
    "codecs.decode",
    "base64 -d",
    "base64 --d",
];
/// Talks to a machine of its own choice.
const CONNECTS: [&str; 9] = [
    "socket",
    "fsockopen",
    "tcpsocket",
    "net.connect",
    "createconnection",
    "/inet/tcp",
    "/inet/udp",
    "io::socket",
    "stream_socket_client",
];
/// Fetches something.
const FETCHES: [&str; 9] = [
    "urlopen",
    "urlretrieve",
    "requests.get",
    "file_get_contents('http",
    "file_get_contents(\"http",
    "lwp::",
    "open-uri",
    "http.get",
    "fetch(",
];

/// Decodes something.
pub(super) fn decodes(code: &[u8]) -> bool {
    has(&lower(code), &DECODES)
}

/// Fetches something.
pub(super) fn fetches(code: &[u8]) -> bool {
    has(&lower(code), &FETCHES)
}

pub(super) fn signs(code: &[u8]) -> Vec<Sign> {
    let lower = lower(code);
    let says = match () {
        () if !has(&lower, &RUNS) => return Vec::new(),
        () if has(&lower, &CONNECTS) => "holds code that connects to elsewhere and runs what it is told",
        () if has(&lower, &DECODES) => "holds code that decodes code and runs it",
        () if has(&lower, &FETCHES) => "holds code that fetches code and runs it",
        () => return Vec::new(),
    };
    let code = code.trim_ascii();
    vec![Sign::new(Weight::Content, says, code.get(..MAX_SHOWN).unwrap_or(code))]
}

/// The same of a whole script, which may do all of this honestly at different places: what is decoded or fetched is run
/// in the same line, or a shell is put at the ends of a connection.
pub(super) fn signs_of_script(script: &[u8]) -> Vec<Sign> {
    // Protocols are packed and unpacked everywhere.
    let decodes = |line: &[u8]| DECODES.iter().any(|word| !word.contains("pack") && line.contains_str(word));
    const AT_BOTH_ENDS: [&str; 3] = ["pty.spawn", "subprocess.call([\"/bin/sh", "exec(\"/bin/sh"];
    const SHELLS: [&str; 7] = ["/bin/sh", "/bin/bash", "'sh'", "\"sh\"", "'bash'", "\"bash\"", "'/bin/"];
    let all = lower(script);
    let mut found = Vec::new();
    for line in script.lines() {
        let line_lower = lower(line);
        let says = match () {
            () if calls::runs_packed(line) => "holds code that decodes code and runs it",
            () if !calls::runs_code(script, line) => continue,
            () if decodes(&line_lower) => "holds code that decodes code and runs it",
            () if has(&line_lower, &FETCHES) => "holds code that fetches code and runs it",
            () => continue,
        };
        found.push(Sign::new(Weight::Content, says, line.get(..MAX_SHOWN).unwrap_or(line)));
    }
    found.extend(of_shell(script));
    // Daemons put their own descriptors in place, too.
    let gives = has(&all, &AT_BOTH_ENDS) || has(&all, &["dup2"]) && has(&all, &SHELLS);
    if has(&all, &CONNECTS) && gives {
        let says = "holds code that connects to elsewhere and runs what it is told";
        let script = script.trim_ascii();
        found.push(Sign::new(Weight::Content, says, script.get(..MAX_SHOWN).unwrap_or(script)));
    }
    found.truncate(5);
    found
}

/// What a script hands to a shell: pieces in quotes, in lines that run something.
fn of_shell(script: &[u8]) -> Vec<Sign> {
    const MAX_PIECES: usize = 200;
    let lines = script.lines().filter(|line| has(&lower(line), &RUNS) || line.contains(&b'`'));
    let pieces = lines.flat_map(|line| line.split(|b| b"'\"`".contains(b)));
    let pieces =
        pieces.filter(|piece| ["|", "$(", "/dev/tcp/", "/dev/udp/"].iter().any(|word| piece.contains_str(word)));
    let signs =
        pieces.take(MAX_PIECES).flat_map(|piece| super::content::signs(piece.get(..MAX_PIECE).unwrap_or(piece)));
    signs.filter(|sign| sign.weight == Weight::Content).collect()
}

fn lower(code: &[u8]) -> Vec<u8> {
    code.get(..MAX_SEARCHED).unwrap_or(code).to_ascii_lowercase()
}

fn has(code: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| code.contains_str(word))
}
