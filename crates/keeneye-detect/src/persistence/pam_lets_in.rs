//! PAM lets people in without a password, or with a wrong one.
//!
//! # What it sees
//! In a file that is not as a package brought it: `pam_permit` in the `auth` stack that decides by itself
//! (`sufficient`, or a jump over what follows), `pam_succeed_if` there with a condition that a whole range of people
//! fulfils, `auth` rules that hold nothing but `pam_permit`, a `pam_unix` rule for which a wrong password counts like a
//! right one, or rules that ask who somebody is and succeed all the same when every answer was wrong, as when
//! `pam_deny` between them is gone.
//!
//! # Why it matters
//! Whoever comes to that service gets in under any name.
//!
//! # Innocent causes
//! Debian's own files end with `pam_permit` as `required`, which decides nothing; that is quiet, as is what display
//! managers bring for logins without a password. Test machines, where somebody wanted it so.
//!
//! # What to do
//! Put the file back (`pam-auth-update --force` for common-auth), then look who came in since it was changed.

use super::pam_rule::Rule;
use super::{entry, pam_stack};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level, Ownership, Text};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/pam-lets-in",
    title: "PAM lets people in whatever they type",
    level: Level::Suspicious,
    attack: &["T1556.003"],
    absolute: false,
    source: include_str!("pam_lets_in.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut stacks: BTreeMap<(&Text, &Text), Vec<(&Autostart, Rule<'_>)>> = BTreeMap::new();
    for one in entry::foreign(scene.world, AutostartKind::Pam) {
        if let Some(rule) = Rule::of(one).filter(|rule| matches!(rule.stack, b"auth" | b"@include")) {
            stacks.entry((&one.path, &one.name)).or_default().push((one, rule));
        }
    }
    stacks.values().flat_map(|stack| judge(scene, stack)).collect()
}

fn judge(scene: &Scene<'_>, stack: &[(&Autostart, Rule<'_>)]) -> Vec<Finding> {
    let alone = stack.iter().all(|(_, rule)| rule.module == "pam_permit.so" && rule.stack == b"auth");
    let mut findings = Vec::new();
    for (one, rule) in stack {
        let says = match rule.module.as_slice() {
            b"pam_permit.so" if alone => "is all that is asked, and lets everybody in",
            b"pam_permit.so" if decides(rule) => "lets everybody in before anything is asked",
            b"pam_succeed_if.so" if decides(rule) && holds_for_many(rule) => "lets a whole range of people in unasked",
            b"pam_unix.so" if takes_wrong_for_right(rule) => "lets people in with a wrong password",
            _ => continue,
        };
        findings.push(finding(scene, one, says));
    }
    let rules: Vec<&Rule<'_>> = stack.iter().map(|(_, rule)| rule).collect();
    let open = pam_stack::opens(&rules).filter(|_| findings.is_empty());
    let open = open.and_then(|open| stack.iter().find(|(_, rule)| std::ptr::eq(rule, *open)));
    findings.extend(open.map(|(one, _)| finding(scene, one, "lets people in when every password was wrong")));
    findings
}

fn finding(scene: &Scene<'_>, one: &Autostart, says: &str) -> Finding {
    let level = if *scene.world.owner(&one.path) == Ownership::Unknown { Level::Unusual } else { Level::Suspicious };
    let seen = format!("{says} ({} {})", one.when.lossy(), one.command.lossy());
    entry::finding(&DETECTOR, scene, one, level, (&seen, &[])).innocent(
        "a machine for tests, or one without people",
        false,
        "ask who wanted it so",
    )
}

/// Its success ends the stack or jumps over a rule. pam_permit always succeeds.
fn decides(rule: &Rule<'_>) -> bool {
    let sufficient = matches!(rule.control, b"sufficient" | b"binding");
    let action = rule.action("success").or_else(|| rule.action("default"));
    sufficient || action.is_some_and(|action| action == b"done" || is_jump(action))
}

/// A condition on numbers, or on what somebody is not: no few chosen ones. With `use_uid` it asks about whoever calls,
/// who is known (pam_succeed_if(8)).
fn holds_for_many(rule: &Rule<'_>) -> bool {
    const CONDITIONS: [&[u8]; 13] =
        [b"lt", b"le", b"gt", b"ge", b"<", b"<=", b">", b">=", b"ne", b"!=", b"notin", b"notingroup", b"notinnetgr"];
    let own = rule.arguments.contains(&&b"use_uid"[..]);
    let everybody = rule.arguments.iter().any(|word| CONDITIONS.contains(word));
    everybody && !own
}

/// The same happens after a wrong password as after a right one, and it is not that nothing happens.
fn takes_wrong_for_right(rule: &Rule<'_>) -> bool {
    let wrong = rule.action("auth_err").or_else(|| rule.action("default"));
    let right = rule.action("success").or_else(|| rule.action("default"));
    wrong.is_some_and(|wrong| matches!(wrong, b"ok" | b"done") || is_jump(wrong) && right == Some(wrong))
}

fn is_jump(action: &[u8]) -> bool {
    !action.is_empty() && action.iter().all(u8::is_ascii_digit) && action != b"0"
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    const NAME: &str = "persistence/pam-lets-in";
    const DEBIAN: &str = "auth\t[success=1 default=ignore]\tpam_unix.so nullok\\nauth\trequisite\tpam_deny.so\\n\
        auth\trequired\tpam_permit.so\\nauth\toptional\tpam_cap.so\\n";

    fn said(content: &str) -> Vec<String> {
        let host = format!("package login 1 owns /etc/pam.d/su\n/etc/pam.d/common-auth = {content}\n");
        findings(NAME, &host, &[])
    }

    #[test]
    fn debians_own_rules_are_quiet() {
        assert_eq!(said(DEBIAN), [""; 0]);
        for content in [
            "auth sufficient pam_rootok.so\\nauth required pam_unix.so\\n",
            "account sufficient pam_permit.so\\n",
            "session [default=1] pam_permit.so\\nsession requisite pam_deny.so\\nsession required pam_permit.so\\n",
            "auth [success=2 default=ignore] pam_unix.so\\nauth [success=1 default=ignore] pam_sss.so\\n",
            "auth [success=done authinfo_unavail=ignore default=die] pam_unix.so\\n",
            "# auth sufficient pam_permit.so\\n",
            "auth sufficient pam_succeed_if.so user ingroup nopasswdlogin\\nauth required pam_unix.so\\n",
            "auth requisite pam_succeed_if.so uid >= 1000 quiet_success\\nauth required pam_unix.so\\n",
            "auth sufficient pam_succeed_if.so use_uid uid < 1000\\nauth required pam_unix.so\\n",
            "@include common-auth2\\nauth required pam_permit.so\\n",
            "auth include x\\nauth required pam_permit.so\\n",
        ] {
            assert_eq!(said(content), [""; 0], "{content}");
        }
    }
    #[test]
    fn rules_that_let_everybody_in() {
        let text = "suspicious: /etc/pam.d/common-auth line 1 lets everybody in before anything is asked (auth sufficient \
                    pam_permit.so)";
        assert_eq!(said(&format!("auth sufficient pam_permit.so\\n{DEBIAN}")), [text]);
        for content in [
            "auth [success=done default=ignore] pam_permit.so\\n",
            "auth sufficient pam_succeed_if.so uid >= 0\\nauth required pam_unix.so\\n",
            "auth [default=1] pam_permit.so\\nauth requisite pam_deny.so\\n",
            "auth sufficient /usr/lib/security/pam_permit.so\\n",
            "auth [success=1 default=1] pam_unix.so\\nauth requisite pam_deny.so\\n",
            "auth [success=ok default=ok] pam_unix.so\\n",
            "auth required pam_permit.so\\naccount required pam_unix.so\\n",
            "auth [success=1 default=ignore] pam_unix.so\\nauth requisite pam_permit.so\\nauth required pam_permit.so\\n",
            "auth [success=1 default=ignore] pam_unix.so\\n# auth requisite pam_deny.so\\nauth required pam_permit.so\\n",
            "auth \\\\\\n sufficient pam_permit.so\\n",
        ] {
            let said = said(content);
            assert!(said.len() == 1 && said[0].starts_with("suspicious: "), "{content}: {said:?}");
        }
    }
    #[test]
    fn files_of_packages_are_quiet() {
        crate::testing::check(
            NAME,
            "package gdm 1 owns /etc/pam.d/x\n/etc/pam.d/x = auth sufficient pam_permit.so",
            &[],
        );
    }
}
