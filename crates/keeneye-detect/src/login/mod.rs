//! Detectors that look at accounts, and at what lets people in.

pub mod account_without_useradd;
pub mod audit_hole;
pub(crate) mod came;
pub mod empty_password;
mod escape;
mod forced;
pub mod forged_line;
pub mod guessed_by_many;
pub mod history_linked;
pub mod history_off_at_start;
pub mod host_redirect;
pub mod impossible_travel;
pub mod journal_hole;
pub mod key_odd;
pub mod locked_password_used;
pub mod log_deleted;
pub mod log_leads_nowhere;
pub mod log_silent;
pub mod odd_shell;
pub mod password_in_passwd;
pub mod password_on_key_account;
pub mod record_tampered;
pub mod records_disagree;
mod running;
pub mod second_root;
pub mod service_account_login;
pub mod service_in_group;
pub mod several_countries;
pub mod spray;
pub mod sshd_setting;
pub mod success_after_failures;
pub mod sudo_rule;
pub mod sudo_setting;
#[cfg(test)]
pub(crate) mod testing;
mod travel;
pub mod unexpected_account;
pub mod unfamiliar;
pub mod unrecorded_root;
pub mod unrecorded_session;

use keeneye_facts::{Account, AuthorizedKey, Finding, Group, Password, Subject, Text};
use keeneye_world::World;

const PASSWD: &str = "/etc/passwd";

/// The last user id that shadow-utils gives to people (`UID_MAX` of login.defs(5)); `nobody` and systemd's passing
/// users lie between it and [`LAST_SERVICE`]. What is above comes from directories.
const LAST_PERSON: u32 = 60_000;
const LAST_SERVICE: u32 = 65_535;

/// An account of a service, told by its number. Whether somebody could log in to it is another matter.
fn is_service(world: &World, account: &Account) -> bool {
    let first_person = world.first_person.unwrap_or(1000);
    (1..first_person).contains(&account.uid) || (LAST_PERSON + 1..=LAST_SERVICE).contains(&account.uid)
}

/// The line of passwd.
fn subject(account: &Account) -> Subject {
    Subject {
        kind: "account".into(),
        name: account.name.clone(),
        account: Some(account.name.clone()),
        path: Some(Text::from(PASSWD)),
        line: Some(account.line),
        ..Subject::default()
    }
}

/// What every finding about an account tells of it.
fn portrait(finding: Finding, world: &World, account: &Account) -> Finding {
    let mut finding = finding
        .evidence("passwd", format!("line {}, user id {}, group id {}", account.line, account.uid, account.gid))
        .evidence("home", account.home.clone())
        .evidence("shell", account.shell.clone())
        .evidence("password", password(account));
    let groups: Vec<&[u8]> = groups_of(world, account).map(|group| group.name.as_slice()).collect();
    if !groups.is_empty() {
        finding = finding.evidence("groups", bstr::join(", ", groups));
    }
    for key in keys_of(world, account).take(5) {
        finding = finding.evidence("key", key_line(key)).related(crate::subject::file(&key.path));
    }
    if let Some(stat) = world.file(PASSWD.as_bytes()).and_then(|file| file.stat) {
        finding = finding.since(stat.changed);
    }
    finding.next(format!("keeneye look user {}", account.name.lossy()))
}

/// `a hash (y)`, `locked`.
fn password(account: &Account) -> String {
    match &account.password {
        None => "not known: shadow could not be read".into(),
        Some(Password::Locked) => "none lets anybody in".into(),
        Some(Password::Empty) => "empty".into(),
        Some(Password::NotListed) => "no line in shadow".into(),
        Some(Password::Hash(scheme)) if scheme.is_empty() => "a hash of the oldest scheme".into(),
        Some(Password::Hash(scheme)) => format!("a hash (${}$)", scheme.lossy()),
    }
}

fn has_password(account: &Account) -> bool {
    matches!(account.password, Some(Password::Hash(_)))
}

/// Keys that let somebody in as this account: those of others that share its home too.
fn keys_of<'a>(world: &'a World, account: &Account) -> impl Iterator<Item = &'a AuthorizedKey> {
    let (name, home) = (account.name.clone(), account.home.clone());
    let at_home = move |key: &AuthorizedKey| home.len() > 1 && crate::place::below(&key.path, &home);
    world.authorized_keys.iter().filter(move |key| key.account == name || at_home(key))
}

/// `/root/.ssh/authorized_keys:3 SHA256:... anna@laptop`.
fn key_line(key: &AuthorizedKey) -> Text {
    let place = format!("{}:{}", key.path.lossy(), key.line);
    Text::from(bstr::join(" ", [place.as_bytes(), key.fingerprint.as_slice(), key.comment.as_slice()]))
}

/// Groups that list the account, and its main one.
fn groups_of<'a>(world: &'a World, account: &Account) -> impl Iterator<Item = &'a Group> {
    let (name, gid) = (account.name.clone(), account.gid);
    world.groups.iter().filter(move |group| group.gid == gid || group.members.contains(&name))
}
