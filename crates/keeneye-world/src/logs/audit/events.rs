//! What records say about people.

use super::{Record, UNSET};
use bstr::ByteSlice;
use keeneye_facts::{AccountChange, Changed, LogEvent, LogKind, LogTime, Text, TimeCertainty};

/// What sshd writes for an account that does not exist, so that the log does not show passwords typed as names.
const NOBODY: [&[u8]; 4] = [b"(unknown)", b"(unknown user)", b"(invalid user)", b"UNKNOWN"];

/// System calls that start a program, by the machine's kind (linux/audit.h) and the call's number: execve and execveat.
const EXECUTIONS: [(&[u8], [&[u8]; 2]); 6] = [
    (b"c000003e", [b"59", b"322"]),
    (b"40000003", [b"11", b"358"]),
    (b"c00000b7", [b"221", b"281"]),
    (b"40000028", [b"11", b"387"]),
    (b"c0000015", [b"11", b"362"]),
    (b"80000016", [b"11", b"354"]),
];

/// What one record says; `None` for records that are not about logins, accounts, programs that are started or crash, and the
/// start and end of the system.
/// `at` is the byte at which its line begins.
pub fn event(source: &Text, at: u64, record: &Record<'_>) -> Option<LogEvent> {
    let op = record.get("op").map(|value| value.text().into_owned()).unwrap_or_default();
    let raw = |name: &str| record.get(name).map(|value| Text::from(value.raw()));
    let text = |name: &str| record.get(name).map(|value| Text::from(&*value.text()));
    // Records of groups have the group's name and number where others have an account's.
    let is_group = matches!(record.kind.as_bytes(), b"ADD_GROUP" | b"DEL_GROUP" | b"GRP_MGMT" | b"GRP_CHAUTHTOK");
    let account = text("acct").or_else(|| record.name_of("ID").map(Text::from)).filter(|_| !is_group);
    let is_nobody = account.as_ref().is_some_and(|account| NOBODY.contains(&account.as_slice()));
    let kind = match kind(record, &op)? {
        LogKind::Failed if is_nobody || op == b"PAM:bad_ident" => LogKind::UnknownUser,
        kind => kind,
    };
    let set = |name: &str| record.get(name).filter(|value| value.raw() != UNSET);
    let program = text("exe").map(|exe| Text::from(exe.file_name())).unwrap_or_default();
    let of_kernel = matches!(kind, LogKind::Executed | LogKind::Crashed);
    Some(LogEvent {
        source: source.clone(),
        at,
        time: Some(LogTime { seconds: record.seconds, certainty: TimeCertainty::Written }),
        kind,
        program: if record.kind.starts_with(b"DAEMON_") { "auditd".into() } else { program },
        pid: record.get("pid").and_then(|value| value.number()),
        user: match kind {
            // As whom it ran.
            LogKind::Executed => record.name_of("EUID").map(Text::from),
            _ => account.filter(|_| !is_nobody),
        },
        by: doer(record, kind),
        from: raw("addr").or_else(|| raw("hostname")),
        port: record.get("rport").and_then(|value| value.raw().to_str().ok()?.parse().ok()),
        method: method(&op).map(Text::from),
        key: raw("fp").filter(|_| op.starts_with(b"pubkey") || op.starts_with(b"negotiate")),
        tty: raw(if of_kernel { "tty" } else { "terminal" })
            .filter(|tty| *tty != "(none)")
            .map(|tty| tty.strip_prefix(b"/dev/").map_or(tty.clone(), Text::from)),
        session: set("ses").map(|value| value.raw().into()),
        command: text("cmd").or_else(|| text("exe").filter(|_| of_kernel)),
        uid: match of_kernel {
            true => record.get("uid"),
            false => record.get("id").filter(|_| !is_group).or_else(|| set("auid")),
        }
        .and_then(|value| value.number()),
        times: None,
        until: None,
        group: text("grp").or_else(|| text("acct").filter(|_| is_group)),
        change: changed(record, kind, &op).map(|what| AccountChange {
            what,
            before: Text::new(),
            after: raw("id").filter(|_| what == Changed::Uid).unwrap_or_default(),
        }),
    })
}

fn kind(record: &Record<'_>, op: &[u8]) -> Option<LogKind> {
    let is_good = succeeded(record);
    let if_good = |good, bad| if is_good { good } else { bad };
    Some(match record.kind.as_bytes() {
        b"USER_LOGIN" => if_good(LogKind::Accepted, LogKind::Failed),
        // A success is a step: USER_LOGIN or USER_START tells what came of it.
        b"USER_AUTH" | b"USER_ERR" => if_good(LogKind::Other, LogKind::Failed),
        b"USER_ACCT" => if_good(LogKind::Other, LogKind::Denied),
        b"USER_START" => if_good(LogKind::SessionOpened, LogKind::Denied),
        b"USER_END" => LogKind::SessionClosed,
        b"USER_LOGOUT" => LogKind::Disconnected,
        b"LOGIN" | b"CRED_ACQ" | b"CRED_DISP" | b"CRED_REFR" | b"CONFIG_CHANGE" => LogKind::Other,
        b"USER_CMD" => if_good(LogKind::Ran, LogKind::BecomeFailed),
        b"SYSCALL" if is_execution(record) => LogKind::Executed,
        b"ANOM_ABEND" => LogKind::Crashed,
        b"SYSTEM_BOOT" => LogKind::Booted,
        b"SYSTEM_SHUTDOWN" => LogKind::Stopped,
        b"DAEMON_START" => LogKind::DaemonStarted,
        b"DAEMON_END" | b"DAEMON_ABORT" => LogKind::DaemonStopped,
        _ => if_good(account_kind(record, op)?, LogKind::Other),
    })
}

/// The system call starts a program.
pub(super) fn is_execution(record: &Record<'_>) -> bool {
    let (Some(machine), Some(call)) = (record.get("arch"), record.get("syscall")) else { return false };
    // ausearch(8) with -i writes names.
    let is_name = [&b"execve"[..], b"execveat"].contains(&call.raw().as_bytes());
    let known = EXECUTIONS.iter().find(|(known, _)| *known == machine.raw().as_bytes());
    is_name || known.is_some_and(|(_, calls)| calls.contains(&call.raw().as_bytes()))
}

/// Of what shadow's tools did to accounts and groups. They write one record for each step, and `op` tells which: a home
/// that is made for a new account is a record of ADD_USER, too.
fn account_kind(record: &Record<'_>, op: &[u8]) -> Option<LogKind> {
    let is_about = |word: &str| op.contains_str(word);
    let is_account = op.is_empty() || (is_about("user") && !is_about("group"));
    Some(match record.kind.as_bytes() {
        b"ADD_USER" if is_account => LogKind::AccountAdded,
        b"DEL_USER" if is_account => LogKind::AccountRemoved,
        // The shadow group gets the same member a moment later.
        b"USER_MGMT" if is_about("shadow-group") || is_about("shadow group") => LogKind::Other,
        b"ADD_USER" | b"DEL_USER" | b"USER_MGMT" if is_about("group") => LogKind::GroupChanged,
        b"ADD_USER" | b"DEL_USER" | b"USER_MGMT" | b"ACCT_LOCK" | b"ACCT_UNLOCK" => LogKind::AccountChanged,
        b"ADD_GROUP" => LogKind::GroupAdded,
        b"DEL_GROUP" => LogKind::GroupRemoved,
        b"GRP_MGMT" | b"GRP_CHAUTHTOK" => LogKind::GroupChanged,
        b"USER_CHAUTHTOK" if is_about("chauthtok") || is_about("password") => LogKind::PasswordChanged,
        b"USER_CHAUTHTOK" => LogKind::AccountChanged,
        _ => return None,
    })
}

/// What of an account or a group: by the words of shadow's tools, with blanks or, in newer ones, with dashes.
fn changed(record: &Record<'_>, kind: LogKind, op: &[u8]) -> Option<Changed> {
    let is_about = |word: &&str| op.contains_str(word);
    match (kind, record.kind.as_bytes()) {
        (LogKind::GroupChanged, _) if ["user", "member"].iter().any(is_about) => {
            let begins = |word: &str| op.starts_with(word.as_bytes());
            let removed = (begins("delet") || begins("remov")).then_some(Changed::MemberRemoved);
            removed.or_else(|| begins("add").then_some(Changed::MemberAdded))
        }
        (LogKind::AccountAdded, _) => Some(Changed::Uid),
        (LogKind::AccountChanged, b"ACCT_LOCK") => Some(Changed::Locked),
        (LogKind::AccountChanged, b"ACCT_UNLOCK") => Some(Changed::Unlocked),
        (LogKind::AccountChanged, _) if op.starts_with(b"chang") => {
            let words = [
                ("uid", Changed::Uid),
                ("primary", Changed::Gid),
                ("home", Changed::Home),
                ("shell", Changed::Shell),
                ("comment", Changed::Comment),
                ("inactive", Changed::Inactivity),
                ("expiration-date", Changed::Expiry),
                ("expiration date", Changed::Expiry),
                ("name", Changed::Name),
            ];
            words.iter().find(|(word, _)| is_about(word)).map(|(_, what)| *what)
        }
        _ => None,
    }
}

/// `res` is a word, in records of the kernel a number. A record without it tells of something that happened.
fn succeeded(record: &Record<'_>) -> bool {
    let result = record.get("res").or_else(|| record.get("result"));
    result.is_none_or(|value| matches!(value.raw().as_bytes(), b"success" | b"1" | b"yes"))
}

/// The account that did it: the one that runs the command, or the one that was logged in when an account was changed.
fn doer(record: &Record<'_>, kind: LogKind) -> Option<Text> {
    let number = match kind {
        LogKind::Ran | LogKind::BecomeFailed | LogKind::Executed | LogKind::Crashed => "UID",
        LogKind::AccountAdded | LogKind::AccountRemoved | LogKind::AccountChanged | LogKind::PasswordChanged => "AUID",
        LogKind::GroupAdded | LogKind::GroupRemoved | LogKind::GroupChanged => "AUID",
        _ => return None,
    };
    record.name_of(number).map(Text::from)
}

/// By the names that sshd and PAM give to what they did.
fn method(op: &[u8]) -> Option<&'static str> {
    match op {
        b"pubkey" | b"pubkey_auth" => Some("publickey"),
        b"hostbased" | b"hostbased_auth" => Some("hostbased"),
        b"password" => Some("password"),
        b"gssapi" => Some("gssapi-with-mic"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: &str, inner: &str) -> String {
        let head = "pid=7 uid=1000 auid=1000 ses=3";
        let line =
            format!("type={kind} msg=audit(5.100:9): {head} msg='{inner}'\x1dUID=\"ann\" AUID=\"ann\" ID=\"ben\"");
        let record = Record::read(line.as_bytes()).expect("a record");
        let Some(event) = event(&"audit.log".into(), 0, &record) else { return "nothing".into() };
        let show = |text: &Option<Text>| text.as_ref().map_or("-".into(), |text| text.lossy().into_owned());
        let who = [&event.user, &event.by, &event.from, &event.method, &event.tty, &event.command].map(show).join(" ");
        format!("{:?} {} {who}", event.kind, event.program.lossy())
    }

    #[test]
    fn logins() {
        let ssh = "exe=\"/usr/sbin/sshd\" hostname=? addr=192.0.2.7 terminal=ssh";
        let cases = [
            ("USER_LOGIN", format!("op=login id=1000 {ssh} res=success"), "Accepted sshd ben - 192.0.2.7 - ssh -"),
            ("USER_LOGIN", format!("op=login acct=\"root\" {ssh} res=failed"), "Failed sshd root - 192.0.2.7 - ssh -"),
            (
                "USER_LOGIN",
                format!("op=login acct=28756E6B6E6F776E207573657229 {ssh} res=failed"),
                "UnknownUser sshd - - 192.0.2.7 - ssh -",
            ),
            (
                "USER_AUTH",
                format!("op=pubkey acct=\"root\" {ssh} res=failed"),
                "Failed sshd root - 192.0.2.7 publickey ssh -",
            ),
            ("USER_ACCT", format!("op=PAM:accounting acct=\"x\" {ssh} res=failed"), "Denied sshd x - 192.0.2.7 - ssh -"),
            (
                "USER_START",
                "op=PAM:session_open acct=\"root\" exe=\"/usr/bin/su\" hostname=? addr=? terminal=/dev/pts/0 res=success".into(),
                "SessionOpened su root - - - pts/0 -",
            ),
            (
                "USER_CMD",
                "cwd=\"/\" cmd=6964202D61 exe=\"/usr/bin/sudo\" terminal=pts/0 res=success".into(),
                "Ran sudo ben ann - - pts/0 id -a",
            ),
        ];
        cases.iter().for_each(|(kind, inner, expected)| assert_eq!(said(kind, inner), *expected));
        assert_eq!(said("SERVICE_START", "unit=x res=success"), "nothing");
    }

    #[test]
    fn programs_that_are_started_and_that_crash() {
        let said = |line: &str| {
            let line = format!("{line}\x1dUID=\"ann\" EUID=\"root\" AUID=\"ann\"");
            let event = event(&"audit.log".into(), 0, &Record::read(line.as_bytes()).expect("a record"))?;
            let show = |text: &Option<Text>| text.as_ref().map_or("-".into(), |text| text.lossy().into_owned());
            let who = [&event.by, &event.user, &event.command, &event.tty].map(show).join(" ");
            Some(format!("{:?} {who} {:?} {:?}", event.kind, event.uid, event.pid))
        };
        let call = |arch: &str, number: u32| {
            said(&format!(
                "type=SYSCALL msg=audit(5.100:9): arch={arch} syscall={number} success=yes exit=0 ppid=6 pid=7 auid=1000 \
                 uid=1000 euid=0 tty=pts0 ses=3 comm=\"su\" exe=\"/usr/bin/su\" key=(null)"
            ))
        };
        let text = "Executed ann root /usr/bin/su pts0 Some(1000) Some(7)";
        assert_eq!(call("c000003e", 59).as_deref(), Some(text));
        assert_eq!(call("c00000b7", 221).as_deref(), Some(text));
        assert_eq!(call("c000003e", 2), None, "open");
        let crash = "type=ANOM_ABEND msg=audit(5.100:9): auid=1000 uid=1000 gid=1000 ses=3 pid=7 comm=\"su\" \
                     exe=\"/usr/bin/su\" sig=11 res=1";
        assert_eq!(said(crash).as_deref(), Some("Crashed ann - /usr/bin/su - Some(1000) Some(7)"));
    }

    #[test]
    fn accounts() {
        let tail = "acct=\"eve\" exe=\"/usr/sbin/useradd\" hostname=? addr=? terminal=pts/0 res=success";
        let kind = |kind: &str, op: &str| {
            let said = said(kind, &format!("op={op} {tail}"));
            said.split_once(' ').map(|(kind, _)| kind.to_owned()).unwrap_or_default()
        };
        assert_eq!(said("ADD_USER", &format!("op=add-user {tail}")), "AccountAdded useradd eve ann - - pts/0 -");
        let line = "type=GRP_MGMT msg=audit(5.1:9): pid=7 msg='op=add-user-to-group acct=\"wheel\" res=success'";
        let event = Record::read(line.as_bytes()).and_then(|record| event(&"x".into(), 0, &record)).expect("an event");
        assert_eq!((event.kind, event.user, event.group), (LogKind::GroupChanged, None, Some("wheel".into())));
        assert_eq!(event.change.map(|change| change.what), Some(Changed::MemberAdded));
        assert_eq!(kind("ADD_USER", "add-home-dir"), "AccountChanged");
        assert_eq!(kind("USER_MGMT", "add-user-to-group"), "GroupChanged");
        assert_eq!(kind("DEL_USER", "delete-user"), "AccountRemoved");
        assert_eq!(said("ADD_GROUP", &format!("op=add-group {tail}")), "GroupAdded useradd - ann - - pts/0 -");
        assert_eq!(kind("USER_CHAUTHTOK", "PAM:chauthtok"), "PasswordChanged");
        assert_eq!(kind("ACCT_LOCK", "locked-password"), "AccountChanged");
        let what = |kind: &str, op: &str| {
            let line = format!("type={kind} msg=audit(5.1:9): pid=7 msg='op={op} id=0 res=success'");
            let event = super::event(&"x".into(), 0, &Record::read(line.as_bytes())?)?;
            event.change.map(|change| format!("{:?} {}", change.what, change.after.lossy()))
        };
        assert_eq!(what("USER_MGMT", "changing-uid").as_deref(), Some("Uid 0"));
        assert_eq!(what("USER_MGMT", "changing-home-dir").as_deref(), Some("Home "));
        assert_eq!(what("USER_MGMT", "delete-user-from-group grp=\"sudo\"").as_deref(), Some("MemberRemoved "));
        assert_eq!(what("ACCT_LOCK", "locked-password").as_deref(), Some("Locked "));
        assert_eq!(what("ADD_USER", "add-user").as_deref(), Some("Uid 0"));
        assert_eq!(what("ADD_USER", "add-home-dir"), None);
        assert_eq!(kind("USER_MGMT", "add-user-to-shadow-group"), "Other");
        let failed = said("DEL_USER", "op=deleting-user-not-found acct=\"eve\" res=failed");
        assert_eq!(failed, "Other  eve - - - - -");
    }
}
