//! Everything known about an account.

use super::findings_about;
use crate::names;
use keeneye_facts::Finding;
use keeneye_report::{Section, Sheet};
use keeneye_world::World;

/// `None` when passwd has no such name.
pub(super) fn sheet(world: &World, findings: &[Finding], name: &str) -> Option<Sheet> {
    let mut line = Section::new("account");
    let mut uids = Vec::new();
    for account in world.accounts.iter().filter(|account| account.name == name) {
        uids.push(account.uid);
        line.row("line of passwd", account.line.to_string());
        line.row("uid, gid", format!("{}, {}", account.uid, account.gid));
        line.row("home", account.home.clone());
        line.row("shell", account.shell.clone());
    }
    if uids.is_empty() {
        return None;
    }
    for other in world.accounts.iter().filter(|a| uids.contains(&a.uid) && a.name != name) {
        line.row("same uid as", other.name.clone());
    }
    let mut processes = Section::new("processes");
    for process in world.processes.values().filter(|p| p.uids.iter().any(|uid| uids.contains(uid))) {
        processes.row(process.id.pid.to_string(), names::command(process));
    }
    let mut sockets = Section::new("sockets");
    let own = |socket: &&keeneye_facts::Socket| uids.contains(&socket.uid) && socket.local.is_some();
    for socket in world.sockets.values().filter(own) {
        let holders: Vec<String> = world.holders(socket).iter().map(|p| p.id.pid.to_string()).collect();
        sockets.row(holders.join(", "), names::socket(socket));
    }
    let of_account = findings_about(findings, |subject| {
        let runs = |id| world.processes.get(&id).is_some_and(|p| uids.contains(&p.uid()));
        subject.account.as_ref().is_some_and(|a| *a == name) || subject.process.is_some_and(runs)
    });
    let about = format!("account {name}").into();
    Some(Sheet { about, sections: vec![line, processes, sockets], findings: of_account })
}
