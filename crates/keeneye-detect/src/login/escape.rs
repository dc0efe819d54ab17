//! What somebody can do who may run a command as root: the whole machine, or that one thing.

use crate::{Scene, place};
use bstr::ByteSlice;
use keeneye_facts::{Account, FileStat, Text};
use keeneye_world::languages;

/// How far a command leads. Ordered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// To what it is for.
    Narrow,
    /// Further, in a roundabout way or with arguments that are not fixed; the command.
    Wide(Text),
    /// To everything; why.
    Everything(String),
}

/// Programs that hand out a shell, or read and write any file, in their own everyday use: editors, pagers, what runs
/// other commands, what copies files.
const HANDS_OUT: &[&[u8]] = &[
    b"awk",
    b"gawk",
    b"mawk",
    b"nawk",
    b"busybox",
    b"toybox",
    b"capsh",
    b"chmod",
    b"chown",
    b"chpasswd",
    b"chroot",
    b"cp",
    b"crontab",
    b"dd",
    b"ed",
    b"emacs",
    b"env",
    b"ex",
    b"find",
    b"ftp",
    b"gdb",
    b"install",
    b"less",
    b"ln",
    b"man",
    b"more",
    b"mv",
    b"nano",
    b"nice",
    b"nohup",
    b"nsenter",
    b"passwd",
    b"pico",
    b"pkexec",
    b"rview",
    b"rvim",
    b"screen",
    b"script",
    b"sed",
    b"setarch",
    b"setsid",
    b"socat",
    b"stdbuf",
    b"strace",
    b"su",
    b"sudo",
    b"sudoedit",
    b"taskset",
    b"tee",
    b"tmux",
    b"time",
    b"timeout",
    b"unshare",
    b"useradd",
    b"usermod",
    b"vi",
    b"view",
    b"vim",
    b"vimdiff",
    b"vim.basic",
    b"vim.tiny",
    b"vipw",
    b"visudo",
    b"watch",
    b"xargs",
    b"nc",
    b"ncat",
    b"netcat",
];
/// Programs that manage the machine and lead to root in a roundabout way.
const MANAGES: &[&[u8]] = &[
    b"apt",
    b"apt-get",
    b"ansible-playbook",
    b"composer",
    b"curl",
    b"dnf",
    b"docker",
    b"dpkg",
    b"gem",
    b"git",
    b"insmod",
    b"journalctl",
    b"kubectl",
    b"ldconfig",
    b"lxc",
    b"modprobe",
    b"mount",
    b"mysql",
    b"nmap",
    b"npm",
    b"pip",
    b"pip3",
    b"podman",
    b"rpm",
    b"rsync",
    b"scp",
    b"service",
    b"sftp",
    b"snap",
    b"ssh",
    b"systemctl",
    b"systemd-run",
    b"tar",
    b"tcpdump",
    b"wget",
    b"yum",
    b"zip",
    b"zypper",
];
/// Directories of ordinary commands: whoever may run all that lies there may run a shell.
const COMMAND_DIRS: &[&str] = &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// The furthest that one of these commands leads `account`, where it is known who that is.
pub(super) fn furthest(scene: &Scene<'_>, commands: &[Text], account: Option<&Account>) -> Reach {
    let allowed = commands.iter().filter(|command| !command.starts_with(b"!"));
    allowed.map(|command| reach(scene, command, account)).max().unwrap_or(Reach::Narrow)
}

fn reach(scene: &Scene<'_>, command: &Text, account: Option<&Account>) -> Reach {
    let (program, arguments) = command.split_once_str(" ").unwrap_or((command, b""));
    let (program, arguments) = (Text::from(program), arguments.trim_ascii());
    if *command == "ALL" || program.starts_with(b"^") {
        return Reach::Everything("any command".into());
    }
    if program == "sudoedit" {
        return edits(arguments);
    }
    if program == "list" {
        return Reach::Narrow;
    }
    if let Some(reach) = directory(&program).or_else(|| odd_file(scene, &program, account)) {
        return reach;
    }
    let name = program.file_name().as_bytes();
    let fixed = !arguments.is_empty() && !arguments.contains(&b'*');
    if languages::is_interpreter(name) {
        return interpreter(scene, &program, arguments, account, fixed);
    }
    match () {
        () if fixed => Reach::Narrow,
        () if HANDS_OUT.contains(&name) && arguments.is_empty() => {
            Reach::Everything(format!("{}, which gives a shell or any file", program.lossy()))
        }
        () if HANDS_OUT.contains(&name) || MANAGES.contains(&name) && arguments.is_empty() => {
            Reach::Wide(command.clone())
        }
        () => Reach::Narrow,
    }
}

/// A shell or another interpreter: whatever it is given, unless that is one fixed script.
fn interpreter(scene: &Scene<'_>, program: &Text, arguments: &[u8], account: Option<&Account>, fixed: bool) -> Reach {
    let script = arguments.split(u8::is_ascii_whitespace).find(|word| !word.starts_with(b"-")).map(Text::from);
    let inline = arguments.split(u8::is_ascii_whitespace).next().is_some_and(|word| {
        word.starts_with(b"-") && !word.starts_with(b"--") && word.iter().any(|b| b"ceir".contains(b))
    });
    match script {
        Some(script) if fixed && !inline => odd_file(scene, &script, account).unwrap_or(Reach::Narrow),
        _ if fixed && inline => Reach::Wide(program.clone()),
        _ => Reach::Everything(format!("{}, which runs any code", program.lossy())),
    }
}

/// `sudoedit FILE`: what decides who gets in leads everywhere.
fn edits(files: &[u8]) -> Reach {
    let decides = ["/etc/sudoers", "/etc/passwd", "/etc/shadow", "/etc/crontab", "/etc/cron", "/etc/pam.d", "/etc/ssh"];
    let leads = |file: &[u8]| decides.iter().any(|path| file.starts_with(path.as_bytes()));
    match files {
        b"" | b"*" => Reach::Everything("sudoedit of any file".into()),
        _ if files.split(u8::is_ascii_whitespace).any(leads) => {
            Reach::Everything("sudoedit of what decides who gets in".into())
        }
        _ if files.contains(&b'*') => Reach::Wide(Text::from([b"sudoedit ", files].concat())),
        _ => Reach::Narrow,
    }
}

/// `/usr/bin/` and `/usr/bin/*`: all that lies there.
fn directory(program: &Text) -> Option<Reach> {
    let dir = program.strip_suffix(b"/").or_else(|| program.strip_suffix(b"/*"))?;
    let dir = Text::from(dir);
    Some(match COMMAND_DIRS.iter().any(|common| dir == *common) || dir.is_empty() {
        true => Reach::Everything(format!("all that lies in {}", dir.lossy())),
        false => Reach::Narrow,
    })
}

/// A file that lies where anybody may write or where nothing is looked for, or that the account itself may change.
fn odd_file(scene: &Scene<'_>, path: &Text, account: Option<&Account>) -> Option<Reach> {
    let accounts = &scene.world.accounts;
    let at = path.lossy();
    if place::is_volatile(path) {
        return Some(Reach::Everything(format!("{at}, in a directory that anybody may write to")));
    }
    if place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, accounts) {
        return Some(Reach::Everything(format!("{at}, in a place that hides")));
    }
    let stat = scene.world.file(path).and_then(|file| file.stat).filter(FileStat::is_regular)?;
    let own = account.is_some_and(|account| stat.uid == account.uid && stat.uid != 0);
    let group = account.is_some_and(|account| stat.gid == account.gid && stat.gid != 0 && stat.mode & 0o020 != 0);
    let open = stat.mode & 0o002 != 0;
    (own || group || open).then(|| Reach::Everything(format!("{at}, which it may change")))
}
