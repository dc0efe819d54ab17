//! What a stack of PAM says to somebody with a wrong password: pam.conf(5), played through.

use super::pam_rule::Rule;
use keeneye_facts::{Autostart, AutostartKind, Text};
use keeneye_world::World;
use std::collections::BTreeSet;

/// Modules that look at who somebody is: a password, a token, a finger.
const CHECKS: [&str; 16] = [
    "pam_duo.so",
    "pam_fprintd.so",
    "pam_google_authenticator.so",
    "pam_krb5.so",
    "pam_ldap.so",
    "pam_oath.so",
    "pam_pkcs11.so",
    "pam_pwdfile.so",
    "pam_radius_auth.so",
    "pam_sss.so",
    "pam_systemd_home.so",
    "pam_u2f.so",
    "pam_unix.so",
    "pam_unix2.so",
    "pam_winbind.so",
    "pam_yubico.so",
];
/// Modules that succeed for whoever is an ordinary account.
const CONDITIONS: [&str; 7] = [
    "pam_localuser.so",
    "pam_nologin.so",
    "pam_securetty.so",
    "pam_shells.so",
    "pam_succeed_if.so",
    "pam_tally2.so",
    "pam_usertype.so",
];
/// Modules that have no say here: they answer `ignore`.
const HELPERS: [&str; 12] = [
    "pam_cap.so",
    "pam_echo.so",
    "pam_env.so",
    "pam_exec.so",
    "pam_faildelay.so",
    "pam_gnome_keyring.so",
    "pam_group.so",
    "pam_issue.so",
    "pam_keyinit.so",
    "pam_kwallet5.so",
    "pam_loginuid.so",
    "pam_warn.so",
];

/// Modules that look at shadow, or at accounts that are not in passwd.
const OWN_CHECKS: [&str; 3] = ["pam_systemd_home.so", "pam_unix.so", "pam_unix2.so"];
/// Modules that ask a daemon; without it they know nobody.
const DAEMONS: [(&str, &str); 2] = [("pam_sss.so", "sssd"), ("pam_winbind.so", "winbindd")];
/// Modules that know no passwords, besides conditions and helpers.
const WITHOUT_PASSWORDS: [&str; 14] = [
    "pam_access.so",
    "pam_deny.so",
    "pam_faillock.so",
    "pam_lastlog.so",
    "pam_limits.so",
    "pam_listfile.so",
    "pam_permit.so",
    "pam_rhosts.so",
    "pam_rootok.so",
    "pam_selinux.so",
    "pam_sepermit.so",
    "pam_tally.so",
    "pam_time.so",
    "pam_wheel.so",
];
/// Files of rules for those who come from elsewhere, and what distributions include in them; no system has all of them.
const OF_LOGINS: [&str; 7] =
    ["common-auth", "login", "password-auth", "sshd", "system-auth", "system-login", "system-remote-login"];

/// Somebody else than shadow may say of a password that it is right, when somebody comes. So it may where rules are
/// included that nobody read.
pub(crate) fn asks_elsewhere(world: &World) -> bool {
    let mut seen: BTreeSet<Text> = OF_LOGINS.into_iter().map(Text::from).collect();
    let mut next: Vec<Text> = seen.iter().cloned().collect();
    while let Some(name) = next.pop() {
        for (entry, rule) in rules_of(world, &name) {
            let elsewhere = match includes(&rule) {
                true => rules_of(world, &rule.module).next().is_none(),
                false => rule.stack == b"auth" && answers(world, entry, &rule),
            };
            if elsewhere {
                return true;
            }
            if includes(&rule) && seen.insert(rule.module.clone()) {
                next.push(rule.module);
            }
        }
    }
    false
}

/// The rules of a file, by its name or that of what it leads to; or those of the service in pam.conf.
fn rules_of<'a>(world: &'a World, name: &Text) -> impl Iterator<Item = (&'a Autostart, Rule<'a>)> {
    let is_it = move |entry: &&Autostart| {
        entry.kind == AutostartKind::Pam && (entry.name == *name || entry.path.file_name() == name.as_slice())
    };
    world.autostarts.iter().filter(is_it).filter_map(|entry| Some((entry, Rule::of(entry)?)))
}

/// It brings in rules of another file that ask who somebody is.
fn includes(rule: &Rule<'_>) -> bool {
    rule.stack == b"@include" || rule.stack == b"auth" && matches!(rule.control, b"include" | b"substack")
}

fn answers(world: &World, entry: &Autostart, rule: &Rule<'_>) -> bool {
    let is = |names: &[&str]| names.iter().any(|name| rule.module == *name);
    if is(&OWN_CHECKS) {
        return false;
    }
    if let Some((_, daemon)) = DAEMONS.iter().find(|(module, _)| rule.module == *module) {
        let runs = |process: &keeneye_facts::Process| process.exe_path().file_name() == daemon.as_bytes();
        return !world.host.live || world.processes.values().any(runs);
    }
    let unknown = !is(&CONDITIONS) && !is(&HELPERS) && !is(&WITHOUT_PASSWORDS);
    // A module that no package brought is no excuse.
    is(&CHECKS) || unknown && entry.programs.iter().any(|program| world.owner(program).is_owned())
}

/// The rule through which a stack that asks who somebody is succeeds although every answer was wrong. What is in other
/// files is taken to fail, as modules that nobody knows are.
pub(super) fn opens<'a, 'b>(rules: &'b [&'a Rule<'a>]) -> Option<&'b &'a Rule<'a>> {
    if !rules.iter().any(|rule| CHECKS.iter().any(|name| rule.module == *name)) {
        return None;
    }
    let mut open = None;
    let mut failed = false;
    let mut rest = rules.iter();
    while let Some(rule) = rest.next() {
        let succeeds = succeeds(rule);
        match then(rule, succeeds)? {
            Then::Nothing => {}
            Then::Ok if succeeds == Some(true) => open = open.or(Some(rule)),
            Then::Done if succeeds == Some(true) => return open.or(Some(rule)).filter(|_| !failed),
            Then::Ok | Then::Bad => failed = true,
            Then::Done | Then::Die => return None,
            Then::Reset => (open, failed) = (None, false),
            Then::Jump(over) => {
                if succeeds == Some(true) {
                    open = open.or(Some(rule));
                }
                // A jump behind the last rule fails.
                for _ in 0..over {
                    rest.next()?;
                }
            }
        }
    }
    open.filter(|_| !failed)
}

/// What the module answers to somebody with a wrong password; `None` is `ignore`.
fn succeeds(rule: &Rule<'_>) -> Option<bool> {
    let is = |names: &[&str]| names.iter().any(|name| rule.module == *name);
    let before = rule.module == "pam_faillock.so" && rule.arguments.contains(&&b"preauth"[..]);
    match () {
        () if rule.module == "pam_permit.so" => Some(true),
        () if is(&HELPERS) || before => None,
        // A condition that decides alone was made for a few: these are not them.
        () if is(&CONDITIONS) => Some(matches!(then(rule, Some(true)), Some(Then::Ok))),
        () => Some(false),
    }
}

/// What PAM does next.
#[derive(Clone, Copy, Debug)]
enum Then {
    Nothing,
    Ok,
    Done,
    Bad,
    Die,
    Reset,
    Jump(usize),
}

/// `None` where the rule brings in those of another file, or is none that PAM knows.
fn then(rule: &Rule<'_>, succeeds: Option<bool>) -> Option<Then> {
    let result = match succeeds {
        None => "ignore",
        Some(true) => "success",
        Some(false) => "auth_err",
    };
    Some(match (rule.control, succeeds) {
        (b"required" | b"requisite" | b"sufficient" | b"binding" | b"optional", None) => Then::Nothing,
        (b"required" | b"requisite" | b"optional", Some(true)) => Then::Ok,
        (b"sufficient" | b"binding", Some(true)) => Then::Done,
        (b"sufficient" | b"optional", Some(false)) => Then::Nothing,
        (b"required" | b"binding", Some(false)) => Then::Bad,
        (b"requisite", Some(false)) => Then::Die,
        (control, _) if control.starts_with(b"[") => {
            // What is not named is `bad`.
            match rule.action(result).or_else(|| rule.action("default")) {
                Some(b"ignore") => Then::Nothing,
                Some(b"ok") => Then::Ok,
                Some(b"done") => Then::Done,
                Some(b"die") => Then::Die,
                Some(b"reset") => Then::Reset,
                Some(action) => std::str::from_utf8(action).ok()?.parse().map_or(Then::Bad, Then::Jump),
                None => Then::Bad,
            }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::Autostart;

    fn opens_at(lines: &[(&str, &str)]) -> Option<usize> {
        let entry = |(control, command): &(&str, &str)| Autostart {
            when: format!("auth {control}").as_str().into(),
            command: (*command).into(),
            ..Autostart::default()
        };
        let entries: Vec<Autostart> = lines.iter().map(entry).collect();
        let rules: Vec<Rule<'_>> = entries.iter().filter_map(Rule::of).collect();
        let rules: Vec<&Rule<'_>> = rules.iter().collect();
        let open = opens(&rules)?;
        rules.iter().position(|rule| std::ptr::eq(*rule, *open))
    }

    const UNIX: (&str, &str) = ("[success=1 default=ignore]", "pam_unix.so nullok");
    const DENY: (&str, &str) = ("requisite", "pam_deny.so");
    const PERMIT: (&str, &str) = ("required", "pam_permit.so");

    #[test]
    fn stacks_of_distributions_stay_shut() {
        let sss = ("[success=1 default=ignore]", "pam_sss.so use_first_pass");
        let two = ("[success=2 default=ignore]", "pam_unix.so nullok");
        let regular = ("[default=1 ignore=ignore success=ok]", "pam_usertype.so isregular");
        let (env, unix) = (("required", "pam_env.so"), ("sufficient", "pam_unix.so nullok"));
        for lines in [
            &[UNIX, DENY, PERMIT, ("optional", "pam_cap.so")][..],
            &[two, sss, DENY, PERMIT],
            &[env, unix, ("required", "pam_deny.so")],
            &[env, regular, unix, regular, ("sufficient", "pam_sss.so"), ("required", "pam_deny.so")],
            &[env, unix, ("requisite", "pam_succeed_if.so uid >= 1000"), ("required", "pam_deny.so")],
            &[UNIX, ("[default=die]", "pam_faillock.so authfail"), ("sufficient", "pam_faillock.so authsucc"), PERMIT],
            &[("sufficient", "pam_rootok.so"), ("sufficient", "pam_wheel.so trust"), ("required", "pam_unix.so")],
            &[("sufficient", "pam_succeed_if.so user ingroup nopasswdlogin"), ("include", "system-auth")],
            &[("required", "pam_google_authenticator.so nullok"), PERMIT],
            &[("sufficient", "pam_rootok.so"), PERMIT],
        ] {
            assert_eq!(opens_at(lines), None, "{lines:?}");
        }
    }
    #[test]
    fn stacks_that_a_wrong_password_opens() {
        let regular = ("[default=1 ignore=ignore success=ok]", "pam_usertype.so isregular");
        let unix = ("sufficient", "pam_unix.so nullok");
        for (lines, at) in [
            (&[UNIX, ("requisite", "pam_permit.so"), PERMIT][..], 1),
            (&[UNIX, PERMIT], 1),
            (&[("[success=2 default=1]", "pam_unix.so"), DENY, PERMIT, PERMIT], 2),
            (&[UNIX, ("optional", "pam_deny.so"), PERMIT], 2),
            (&[UNIX, ("[default=ignore]", "pam_deny.so"), PERMIT], 2),
            (&[("required", "pam_env.so"), regular, unix], 1),
            (&[unix, ("required", "pam_permit.so")], 1),
            (&[("optional", "pam_unix.so"), PERMIT], 1),
        ] {
            assert_eq!(opens_at(lines), Some(at), "{lines:?}");
        }
    }
}
