//! Options that hold a password only with some program: `sshpass -p x`, `mysql -px`, `curl -u user:x`.

use super::words::{Quotes, extent, hide, is_quote, is_reference, skip, skip_blanks};
use bstr::ByteSlice;

/// Which part of the value is secret.
#[derive(Clone, Copy)]
enum Part {
    /// All.
    Whole,
    /// What follows this byte.
    Behind(u8),
}

struct Tool {
    /// Names of programs; one that ends in `*` stands for all that begin so.
    names: &'static [&'static str],
    option: &'static str,
    /// The value may follow as a word of its own.
    apart: bool,
    part: Part,
}

const TOOLS: [Tool; 11] = [
    // Without a value behind it, these ask for the password: mysql(1).
    Tool {
        names: &["mysql*", "mariadb*", "mariabackup", "xtrabackup", "innobackupex", "mydumper", "myloader"],
        option: "-p",
        apart: false,
        part: Part::Whole,
    },
    Tool { names: &["7z", "7za", "7zr", "rar", "unrar"], option: "-p", apart: false, part: Part::Whole },
    Tool { names: &["sshpass", "mongo*", "useradd", "usermod", "cqlsh"], option: "-p", apart: true, part: Part::Whole },
    Tool { names: &["redis-cli", "valkey-cli", "keydb-cli"], option: "-a", apart: true, part: Part::Whole },
    Tool { names: &["ldap*"], option: "-w", apart: true, part: Part::Whole },
    Tool {
        names: &["zip", "unzip", "ipmitool", "sqlcmd", "bcp", "isql", "tsql"],
        option: "-P",
        apart: true,
        part: Part::Whole,
    },
    Tool { names: &["smbclient", "rpcclient", "net"], option: "-U", apart: true, part: Part::Behind(b'%') },
    Tool { names: &["lftp", "ncftpput", "ncftpget"], option: "-u", apart: true, part: Part::Behind(b',') },
    // `docker login -p`.
    Tool { names: &["login"], option: "-p", apart: true, part: Part::Whole },
    Tool { names: &["snmp*"], option: "-c", apart: true, part: Part::Whole },
    Tool { names: &["curl"], option: "-u", apart: true, part: Part::Behind(b':') },
];
/// Programs whose `login` takes a password.
const REGISTRIES: [&[u8]; 8] = [b"docker", b"podman", b"buildah", b"nerdctl", b"skopeo", b"helm", b"az", b"oc"];
/// Options of `user:password`, whatever the program.
const USERS: [&[u8]; 4] = [b"-u", b"-U", b"--user", b"--proxy-user"];

pub(super) fn mask(line: &mut [u8]) {
    let mut at = 0;
    let mut quotes = Quotes::default();
    let mut tool: Option<&Tool> = None;
    let mut last = (0, 0);
    while at < line.len() {
        let start = skip(line, at, is_between);
        let gap = line.get(at..start).unwrap_or_default();
        quotes.pass(gap);
        let end = skip(line, start, |b| !is_between(b));
        if gap.iter().any(|b| b";|&(\n`".contains(b)) {
            tool = None;
        }
        let word = line.get(start..end).unwrap_or_default();
        let name = word.rsplit(|b| *b == b'/').next().unwrap_or_default();
        if name == b"chpasswd" {
            mask_fed(line, last, start, end);
        } else if word.starts_with(b"-") {
            if let Some((from, part)) = held(line, start, end, tool) {
                let (from, to) = extent(line, from, quotes);
                let hidden = match part {
                    Part::Whole => Some(from),
                    Part::Behind(byte) => {
                        line.get(from..to).and_then(|value| value.find_byte(byte)).map(|found| from + found + 1)
                    }
                };
                if let Some(from) = hidden.filter(|from| !line.get(*from..).is_none_or(is_reference)) {
                    hide(line, from, to);
                }
            }
        } else if let Some(known) = find(name, line.get(last.0..last.1).unwrap_or_default()) {
            tool = Some(known);
        }
        last = (start, end);
        at = end;
    }
}

fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"'\"`;|&()<>".contains(&byte)
}

fn find(name: &[u8], last: &[u8]) -> Option<&'static Tool> {
    let is_named = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start.as_bytes()),
        None => name == pattern.as_bytes(),
    };
    let tool = TOOLS.iter().find(|tool| tool.names.iter().any(is_named))?;
    let last = last.rsplit(|b| *b == b'/').next().unwrap_or_default();
    (name != b"login" || REGISTRIES.contains(&last)).then_some(tool)
}

/// Where the value of an option begins that holds a password.
fn held(line: &[u8], start: usize, end: usize, tool: Option<&Tool>) -> Option<(usize, Part)> {
    let word = line.get(start..end)?;
    let attached = end > start + 2 || line.get(end).is_some_and(|b| is_quote(*b));
    if let Some(tool) = tool {
        // `curl -sSu user:password`.
        let letters = tool.option == "-u" && !word.starts_with(b"--");
        let letter = letters.then(|| word.iter().position(|b| matches!(b, b'u' | b'U'))).flatten();
        if let Some(letter) = letter {
            let from = start + letter + 1;
            return Some((if from == end { skip_blanks(line, end) } else { from }, tool.part));
        }
        if word.starts_with(tool.option.as_bytes()) {
            return match attached {
                true => Some((start + 2, tool.part)),
                false if tool.apart => Some((skip_blanks(line, end), tool.part)),
                false => None,
            };
        }
    }
    let name = word.split(|b| *b == b'=').next().unwrap_or_default();
    let from = if name.len() < word.len() { start + name.len() + 1 } else { skip_blanks(line, end) };
    USERS.contains(&name).then_some((from, Part::Behind(b':')))
}

/// `echo user:password | chpasswd`, `chpasswd <<< user:password`.
fn mask_fed(line: &mut [u8], last: (usize, usize), start: usize, end: usize) {
    let piped = line.get(last.1..start).is_some_and(|gap| gap.contains(&b'|'));
    let fed = skip(line, end, |b| b.is_ascii_whitespace() || b"<'\"".contains(&b));
    let given = line.get(end..fed).is_some_and(|gap| gap.contains_str("<<<"));
    let to = skip(line, fed, |b| !is_between(b));
    for (from, to) in
        [last, (fed, to)].into_iter().zip([piped, given]).filter_map(|(range, holds)| holds.then_some(range))
    {
        if let Some(colon) = line.get(from..to).and_then(|word| word.find_byte(b':')) {
            hide(line, from + colon + 1, to);
        }
    }
}
