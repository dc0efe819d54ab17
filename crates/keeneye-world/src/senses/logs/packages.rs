//! What package managers did, as their logs say, and rpm's database.

use super::files::Found;
use crate::senses::Plan;
use crate::{Answer, Look, packages};
use keeneye_facts::{Event, PackageStep, Refusal};

/// Steps that are told; of more, the newest.
const MAX_STEPS: usize = 50_000;

pub(super) fn look(look: &mut Look<'_>, logs: &[Found], plan: &Plan) {
    let mut steps: Vec<PackageStep> = Vec::new();
    for log in logs.iter().filter(|log| !log.leads_away) {
        let read = match look.ask(&log.question(), log.path.clone()) {
            Some(Answer::Log(read)) => read,
            Some(other) => {
                look.misfit(log.path.clone(), &other);
                continue;
            }
            None => continue,
        };
        if let Some(why) = read.cut {
            look.gap(log.path.clone(), Refusal::Cut(why));
        }
        steps.extend(read.packages.into_iter().map(|step| PackageStep { source: log.path.clone(), ..step }));
    }
    if plan.package_times {
        steps.extend(packages::placed_by_rpm(look));
    }
    steps.sort_by_key(|step| step.time.seconds);
    super::newest(look, &mut steps, MAX_STEPS, "steps of package managers");
    steps.into_iter().for_each(|step| look.saw(Event::PackageStepSeen(Box::new(step))));
}
