//! An account that always came with a key came with a password.
//!
//! # What it sees
//! A login with a password of an account that came at least five times over a week or longer, each time with a key. From
//! a network that it never came from, over which nobody but itself is reached, it is `suspicious`.
//!
//! # Why it matters
//! Who has a key does not type passwords. Somebody else, who guessed or stole one, does.
//!
//! # Innocent causes
//! A person at a machine without the key. A new laptop.
//!
//! # What to do
//! Ask the person. Where only keys are meant to be used, say so in sshd_config (`PasswordAuthentication no`).

use super::came::{self, Came};
use crate::{Detector, Scene};
use keeneye_facts::{Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/password-on-key-account",
    title: "a password where keys are used",
    level: Level::Suspicious,
    attack: &["T1078"],
    absolute: false,
    source: include_str!("password_on_key_account.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    came::all(scene.world).iter().filter_map(|came| judge(scene, came)).collect()
}

fn judge(scene: &Scene<'_>, came: &Came<'_>) -> Option<Finding> {
    // Of logins that older records alone tell of, nobody knows how they came.
    let only_keys = came.by_password == 0 && came.by_key >= came::HABIT;
    if !came.by_password() || !only_keys || !came.has_habits() {
        return None;
    }
    let strange = came.new_network && came.is_from_outside();
    if !strange && !came.is_recent(scene.world) {
        return None;
    }
    let level = if strange { Level::Suspicious } else { Level::Unusual };
    let login = came.login;
    let whence = came::whence(login);
    let never = if strange { ", where it never came from" } else { "" };
    let summary = format!(
        "{} came with a password from {whence}{never}; it came {} times before, always with a key",
        login.user.lossy(),
        came.by_key
    );
    let finding = DETECTOR.finding(level, came::subject(login), summary).innocent(
        "the person was at a machine without the key",
        false,
        "ask",
    );
    let finding = if strange { came::shut_out(finding, came) } else { finding };
    Some(came::portrait(finding, scene.world, came))
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, habit, logins};
    const NAME: &str = "login/password-on-key-account";

    fn said(days: i64, then: &[Came<'_>]) -> Vec<String> {
        let mut came = habit("anna", "203.0.113.5", days);
        came.extend_from_slice(then);
        crate::testing::findings(NAME, "", &logins(&came))
    }
    const TYPED: Came<'static> = Came { user: "anna", from: "203.0.113.9", method: "password", key: "", ago: 60 };

    #[test]
    fn a_password_after_keys_is_loud_and_a_key_quiet() {
        let text = "unusual: anna came with a password from 203.0.113.9; it came 9 times before, always with a key";
        assert_eq!(said(9, &[TYPED]), [text]);
        assert_eq!(said(9, &[Came { method: "publickey", key: "ED25519 SHA256:known", ..TYPED }]), [""; 0]);
        assert_eq!(said(3, &[TYPED]), [""; 0], "it has no habits yet");
        assert_eq!(said(9, &[TYPED, TYPED]).len(), 1, "the second time it is no news");
    }
    #[test]
    fn from_a_network_that_is_new_as_well() {
        let text = "suspicious: anna came with a password from 192.0.2.9, where it never came from; it came 9 times \
                    before, always with a key";
        assert_eq!(said(9, &[Came { from: "192.0.2.9", ..TYPED }]), [text]);
        let text = "unusual: anna came with a password from 10.0.0.9; it came 9 times before, always with a key";
        assert_eq!(said(9, &[Came { from: "10.0.0.9", ..TYPED }]), [text]);
    }
}
