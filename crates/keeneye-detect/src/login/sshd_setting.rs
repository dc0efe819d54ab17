//! A setting of sshd that lets somebody in past everybody's eyes.
//!
//! # What it sees
//! Settings of sshd_config and of all that it includes, as far as they count (the first value does): a program that is
//! asked for keys, and that no package owns or that is not there; files of keys in volatile or hidden places; empty
//! passwords; a forced command or a subsystem that fetches, decodes or hides; variables of the client that load code.
//! Settings that weaken sshd without a door in them are `unusual`: no log, no check of who may change keys.
//!
//! # Why it matters
//! `AuthorizedKeysCommand` can hand out a key for every account, and no `authorized_keys` file shows it. One more file
//! in sshd_config.d changes sshd, and the file that admins know stays as it was.
//!
//! # Innocent causes
//! Programs that packages bring for keys from a directory or a cloud (sssd, ec2-instance-connect, google-guest-agent,
//! systemd's userdbctl) are quiet. A script of the admin's own that does not run as root is `unusual`. Another port,
//! logins of root, keys in /etc/ssh are an admin's choice and quiet.
//!
//! # What to do
//! Read the program. `sshd -T` shows what counts in the end. Ask who wrote the file.

use super::forced;
use crate::{Detector, Scene, place, shells, subject};
use bstr::ByteSlice;
use keeneye_facts::{FileKind, Finding, Level, SshdSetting, Subject, Text};
use keeneye_world::World;
use keeneye_world::secure_shell::arguments;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/sshd-setting",
    title: "a setting of sshd opens a door",
    level: Level::Suspicious,
    attack: &["T1556", "T1098.004"],
    absolute: false,
    source: include_str!("sshd_setting.rs"),
    run,
};

/// Packaged programs that print whatever they are told.
const PRINTS: &[&[u8]] = &[
    b"cat", b"echo", b"printf", b"head", b"tail", b"base64", b"sed", b"grep", b"env", b"curl", b"wget", b"ssh",
    b"busybox",
];

type Odd = (Level, String);

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let counting = scene.world.sshd_settings.iter().filter(|setting| counts(scene.world, setting));
    let mut findings: Vec<Finding> =
        counting.filter_map(|setting| judge(scene, setting).map(|odd| finding(scene, setting, &odd))).collect();
    findings.extend(included(scene));
    findings
}

/// Settings that come from a file where no settings lie; one for each file.
fn included(scene: &Scene<'_>) -> Vec<Finding> {
    let mut files: Vec<&SshdSetting> = scene.world.sshd_settings.iter().collect();
    files.sort_by_key(|setting| &setting.path);
    files.dedup_by_key(|setting| &setting.path);
    let odd = files.into_iter().filter(|setting| forced::odd_place(scene, &setting.path).is_some());
    let said =
        |setting| finding(scene, setting, &(Level::Suspicious, "is a part of sshd's settings, where none lie".into()));
    odd.map(said).collect()
}

/// Of settings outside of `Match` the first counts.
fn counts(world: &World, setting: &SshdSetting) -> bool {
    let several = matches!(setting.key.as_bytes(), b"subsystem" | b"acceptenv" | b"port" | b"listenaddress");
    let mut before = world.sshd_settings.iter().take_while(|other| !std::ptr::eq(*other, setting));
    several || setting.matched.is_some() || !before.any(|other| other.matched.is_none() && other.key == setting.key)
}

fn judge(scene: &Scene<'_>, setting: &SshdSetting) -> Option<Odd> {
    let words = arguments(&setting.value);
    let first = words.first()?;
    let is = |word: &str| first.eq_ignore_ascii_case(word.as_bytes());
    let unusual = |what: &str| Some((Level::Unusual, what.to_owned()));
    if is("none") && setting.key != "authenticationmethods" {
        return None;
    }
    match setting.key.as_bytes() {
        b"authorizedkeyscommand" | b"authorizedprincipalscommand" => asked_for_keys(scene, setting, &words),
        b"authorizedkeysfile" | b"authorizedprincipalsfile" => {
            words.iter().filter_map(|word| keys_in(scene, word)).max()
        }
        b"trustedusercakeys" => authority(scene, first),
        b"forcecommand" => {
            forced::wrong(scene, &setting.value).map(|what| (Level::Suspicious, format!("runs a command that {what}")))
        }
        b"subsystem" => subsystem(scene, setting, words.get(1)?),
        b"permitemptypasswords" if is("yes") => Some((Level::Suspicious, "lets people in without a password".into())),
        b"authenticationmethods" if is("none") => Some((Level::Suspicious, "lets people in without any proof".into())),
        b"acceptenv" | b"permituserenvironment" => environment(setting, &words),
        b"strictmodes" if is("no") => unusual("does not look who may change people's keys"),
        b"ignorerhosts" if is("no") => unusual("lets .rhosts files decide who comes in"),
        b"loglevel" if is("quiet") => unusual("logs nothing"),
        _ => None,
    }
}

/// The program that hands out keys.
fn asked_for_keys(scene: &Scene<'_>, setting: &SshdSetting, words: &[Text]) -> Option<Odd> {
    let path = setting.names.as_ref()?;
    let owner = scene.world.owner(path);
    let at = path.lossy();
    let asks = |what: &str| format!("asks {at} for keys, {what}");
    if forced::odd_place(scene, path).is_some() {
        return Some((Level::Suspicious, asks("in a place where no program lies")));
    }
    if owner.is_owned() {
        return shells_out(scene, path, words.get(1..).unwrap_or_default());
    }
    let there = scene.world.file(path).is_some_and(|fact| fact.kind != FileKind::Missing);
    let databases = !scene.world.packages.is_empty();
    let admins = place::is_admin(path, &scene.world.accounts);
    Some(match () {
        () if !there && databases => (Level::Suspicious, asks("which is not there")),
        () if there && !databases && place::is_packaged(path) => return None,
        () if !owner.is_unowned() => (Level::Unusual, asks("and nobody knows who brought it")),
        () if admins && !runs_as_root(scene.world, setting) => (Level::Unusual, asks("which no package owns")),
        () => (Level::Suspicious, asks("which no package owns")),
    })
}

/// A packaged program that runs or prints what it is told stands for what it is told.
fn shells_out(scene: &Scene<'_>, program: &Text, arguments: &[Text]) -> Option<Odd> {
    let at = program.lossy();
    let odd = arguments.iter().find(|word| word.starts_with(b"/") && forced::odd_place(scene, word).is_some());
    if shells::takes_code(program) {
        let script = arguments.iter().find(|word| !word.starts_with(b"-"));
        let owned = script.is_some_and(|script| scene.world.owner(script).is_owned_unchanged());
        return (!owned).then(|| (Level::Suspicious, format!("asks {at} for keys, which runs any code")));
    }
    if !PRINTS.contains(&program.file_name().as_bytes()) {
        return None;
    }
    let prints_key = arguments.iter().any(|word| word.contains_str("AAAA"));
    let level = if odd.is_some() || prints_key { Level::Suspicious } else { Level::Unusual };
    Some((level, format!("asks {at} for keys, which prints what it is told")))
}

/// `AuthorizedKeysCommandUser` beside it is root.
fn runs_as_root(world: &World, setting: &SshdSetting) -> bool {
    let user = [setting.key.as_slice(), b"user"].concat();
    let beside = world.sshd_settings.iter().find(|one| one.key.as_slice() == user && one.matched == setting.matched);
    beside.is_some_and(|one| one.value == "root" || one.value == "0")
}

fn keys_in(scene: &Scene<'_>, template: &Text) -> Option<Odd> {
    let at = template.lossy();
    let below_home =
        template.strip_prefix(b"%h/").or_else(|| (!template.starts_with(b"/")).then_some(template.as_slice()));
    if let Some(relative) = below_home {
        let usual = relative.starts_with(b".ssh/") || place::hidden_component(relative).is_none();
        let disguised = place::hidden_component(relative).is_some_and(|hidden| hidden.how != place::Hiding::Dot);
        return match (usual, disguised) {
            (_, true) => Some((Level::Suspicious, format!("takes keys from {at} of every home, which hides"))),
            (false, _) => Some((Level::Unusual, format!("takes keys from {at} of every home"))),
            _ => None,
        };
    }
    if forced::odd_place(scene, template).is_some() {
        return Some((Level::Suspicious, format!("takes keys from {at}, where no keys lie")));
    }
    let for_everybody = !template.contains_str("%u") && !template.contains_str("%U") && !template.contains_str("%h");
    for_everybody.then(|| (Level::Unusual, format!("takes keys from {at}, which lets in as everybody")))
}

fn authority(scene: &Scene<'_>, path: &Text) -> Option<Odd> {
    let trusts = format!("trusts whoever holds the key to {}", path.lossy());
    if forced::odd_place(scene, path).is_some() {
        return Some((Level::Suspicious, trusts));
    }
    let usual = ["/etc", "/usr", "/opt", "/srv", "/var/lib"].iter().any(|dir| path.is_within(dir));
    (!usual).then_some((Level::Unusual, trusts))
}

fn subsystem(scene: &Scene<'_>, setting: &SshdSetting, program: &Text) -> Option<Odd> {
    let path = setting.names.as_ref().unwrap_or(program);
    let runs = format!("runs {} for whoever asks for it", path.lossy());
    if path.starts_with(b"/") && forced::odd_place(scene, path).is_some() {
        return Some((Level::Suspicious, runs));
    }
    // sshd hands it to the account's shell, whole.
    let command = setting.value.split_once_str(" ").map_or(&[][..], |(_, command)| command);
    if let Some(wrong) = forced::wrong(scene, command) {
        return Some((Level::Suspicious, format!("runs a command for whoever asks for it that {wrong}")));
    }
    let stranger = scene.world.owner(path).is_unowned();
    let level = if place::is_admin(path, &scene.world.accounts) { Level::Unusual } else { Level::Suspicious };
    stranger.then_some((level, format!("{runs}, and no package owns it")))
}

/// Variables that a client may set.
fn environment(setting: &SshdSetting, words: &[Text]) -> Option<Odd> {
    let names = words.iter().flat_map(|word| word.split(|b| *b == b','));
    let loads =
        |name: &[u8]| name.starts_with(b"LD_") || matches!(name, b"BASH_ENV" | b"ENV" | b"PYTHONPATH" | b"PERL5OPT");
    let who = if setting.key == "acceptenv" { "the client" } else { "people" };
    names.into_iter().find_map(|name| match name {
        b"yes" | b"*" => Some((Level::Unusual, format!("lets {who} set any variable"))),
        _ if loads(name) => {
            Some((Level::Suspicious, format!("lets {who} set {}, by which code is loaded", name.as_bstr())))
        }
        _ => None,
    })
}

fn finding(scene: &Scene<'_>, setting: &SshdSetting, (level, what): &Odd) -> Finding {
    let world = scene.world;
    let path = setting.path.lossy();
    let matched = setting.matched.as_ref().map(|matched| format!(" (Match {})", matched.lossy())).unwrap_or_default();
    let subject = Subject { line: Some(setting.line), ..subject::file(&setting.path) };
    let mut finding = DETECTOR
        .finding(*level, subject, format!("{path}:{} {what}{matched}", setting.line))
        .evidence("setting", bstr::join(" ", [setting.key.as_slice(), setting.value.as_slice()]));
    for beside in world.sshd_settings.iter().filter(|s| s.path == setting.path && s.line != setting.line).take(5) {
        finding = finding.evidence("beside it", bstr::join(" ", [beside.key.as_slice(), beside.value.as_slice()]));
    }
    let ports = world.sshd_settings.iter().filter(|s| s.key == "port").count();
    if ports > 1 {
        finding = finding.evidence("sshd listens on", format!("{ports} ports"));
    }
    if world.owner(&setting.path).is_unowned() {
        finding = finding.evidence("file", "no package owns it");
    }
    if let Some(named) = &setting.names {
        finding = finding.related(subject::file(named)).next(format!("keeneye look file {}", named.lossy()));
    }
    if let Some(stat) = world.file(&setting.path).and_then(|file| file.stat) {
        finding = finding.since(stat.changed);
    }
    finding
        .innocent("the admin gets keys from a directory", false, "ask; a package of the program would be quiet")
        .next(format!("keeneye look file {path}"))
}

#[cfg(test)]
mod tests;
