//! The ways of seeing processes, each asked once.

use super::cgroups;
use crate::senses::Plan;
use crate::senses::processes::parse_stat;
use crate::{Answer, AskHost, Look, PidProbe, Question, World, proc_path};
use keeneye_facts::{ProcessId, Refusal, Way};
use std::collections::{BTreeMap, BTreeSet};

/// What each way showed; `None` where it was not asked or refused.
pub(super) struct Views {
    /// Keeneye's own procfs, listed now.
    pub(super) listed: BTreeSet<u32>,
    /// The mounted procfs, listed.
    pub(super) mounted: Option<BTreeSet<u32>>,
    /// Start times by lookup in the mounted procfs.
    pub(super) mounted_starts: BTreeMap<u32, u64>,
    /// `pidfd_open`.
    pub(super) pidfd: Option<BTreeSet<u32>>,
    /// `kill` with signal 0: threads too.
    pub(super) kill: Option<BTreeSet<u32>>,
    /// Control groups.
    pub(super) cgroup: Option<BTreeSet<u32>>,
    /// Ways that hide processes from keeneye by intent: what they do not show is no fact.
    pub(super) untrusted: BTreeSet<Way>,
}

impl Views {
    /// Asks every way. The own list comes last, so that what the others saw had time to appear. `None` without it.
    pub(super) fn take(look: &mut Look<'_>, world: &World, plan: &Plan, probes: &[Question; 2]) -> Option<Self> {
        let mounted = if same_pid_namespace(look, world) { mounted(look) } else { None };
        let ids = world.processes.keys().map(|id| id.pid).chain(mounted.iter().flatten().copied());
        let ids: BTreeSet<u32> = ids.filter(|_| mounted.is_some()).collect();
        let mounted_starts = mounted_starts(look, &ids);
        let cgroup = cgroups::processes(look, world);
        let [pidfd, kill] = probes.each_ref().map(|q| if plan.quick { None } else { probe(look, q) });
        let names = look.list(&"/proc".into())?;
        let listed = names.iter().filter_map(|entry| proc_path::pid(&entry.name)).collect();
        let mut views = Self { listed, mounted, mounted_starts, pidfd, kill, cgroup, untrusted: BTreeSet::new() };
        views.distrust(look, world);
        Some(views)
    }

    /// `hidepid=` hides processes from users without a privilege; the own procfs is the mounted one where the kernel
    /// refused another.
    fn distrust(&mut self, look: &mut Look<'_>, world: &World) {
        let proc = world.mounts.iter().rfind(|m| m.point == "/proc" && m.kind == "proc");
        let Some(option) = proc.and_then(|m| hidepid(&m.super_options)) else { return };
        self.untrusted.extend([Way::MountedReaddir, Way::MountedLookup]);
        let detached = look.host().ask(&Question::OwnProc);
        if !matches!(detached, Ok(Answer::OwnProc { detached: true, .. })) {
            self.untrusted.extend([Way::Readdir, Way::Lookup]);
        }
        let all = self.mounted.as_ref().is_some_and(|mounted| {
            world
                .processes
                .keys()
                .map(|id| id.pid)
                .filter(|pid| self.listed.contains(pid))
                .all(|pid| mounted.contains(&pid))
        });
        if !all || self.untrusted.contains(&Way::Readdir) {
            look.gap(format!("processes of other users in /proc ({option})"), Refusal::NotHere);
        }
    }

    /// The ways that showed a process of that identity.
    pub(super) fn ways(&self, id: ProcessId) -> impl Iterator<Item = Way> {
        let has = |set: &Option<BTreeSet<u32>>| set.as_ref().is_some_and(|set| set.contains(&id.pid));
        let shown = [
            (Way::Lookup, true),
            (Way::MountedReaddir, has(&self.mounted)),
            (Way::MountedLookup, self.mounted_starts.get(&id.pid) == Some(&id.start)),
            (Way::Pidfd, has(&self.pidfd)),
            (Way::Kill, has(&self.kill)),
            (Way::Cgroup, has(&self.cgroup)),
        ];
        shown.into_iter().filter(|(_, shown)| *shown).map(|(way, _)| way)
    }
}

/// The value of the mount option, when it hides anything (proc(5)).
fn hidepid(options: &[u8]) -> Option<String> {
    let option = options.split(|b| *b == b',').find(|option| option.starts_with(b"hidepid="))?;
    (!matches!(option, b"hidepid=0" | b"hidepid=off")).then(|| String::from_utf8_lossy(option).into_owned())
}

/// The procfs at /proc may belong to another pid namespace, where every process has another number.
fn same_pid_namespace(look: &mut Look<'_>, world: &World) -> bool {
    let what = "the procfs mounted at /proc";
    let Some(answer) = look.ask(&Question::MountedRead("/proc/self/stat".into()), what) else { return false };
    let pid = match &answer {
        Answer::Bytes { data, .. } => parse_stat(data).map(|stat| stat.process.id.pid),
        _ => None,
    };
    if pid == Some(world.host.own_pid) || world.host.own_pid == 0 {
        return true;
    }
    look.gap(what, Refusal::Garbled("it belongs to another pid namespace".into()));
    false
}

fn mounted(look: &mut Look<'_>) -> Option<BTreeSet<u32>> {
    match look.ask(&Question::MountedList("/proc".into()), "the list of /proc as it is mounted")? {
        Answer::Names(names) => Some(names.iter().filter_map(|entry| proc_path::pid(&entry.name)).collect()),
        other => {
            look.misfit("the list of /proc as it is mounted", &other);
            None
        }
    }
}

/// Start times as the mounted procfs tells them. Refusals are not gaps: they are what is compared.
fn mounted_starts(look: &mut Look<'_>, ids: &BTreeSet<u32>) -> BTreeMap<u32, u64> {
    let start = |pid: &u32| match look.host().ask(&Question::MountedRead(proc_path::of(*pid, "stat"))) {
        Ok(Answer::Bytes { data, .. }) => Some((*pid, parse_stat(&data)?.process.id.start)),
        _ => None,
    };
    ids.iter().filter_map(start).collect()
}

fn probe(look: &mut Look<'_>, question: &Question) -> Option<BTreeSet<u32>> {
    let what = "process ids, tried one by one";
    match look.ask(question, what)? {
        Answer::Pids(pids) => Some(pids.into_iter().collect()),
        other => {
            look.misfit(what, &other);
            None
        }
    }
}

/// Of ids that only this probe showed, those that it still shows: most have ended.
pub(super) fn still_there(look: &mut Look<'_>, how: PidProbe, ids: BTreeSet<u32>) -> BTreeSet<u32> {
    if ids.is_empty() {
        return ids;
    }
    probe(look, &Question::ProbeThese { how, ids: ids.into_iter().collect() }).unwrap_or_default()
}

/// Start time by lookup in keeneye's own procfs.
pub(super) fn own_start(look: &Look<'_>, pid: u32) -> Option<u64> {
    let line = look.host().read(&proc_path::of(pid, "stat")).ok()?;
    parse_stat(&line).map(|stat| stat.process.id.start)
}
