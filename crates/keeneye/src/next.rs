//! What to do next: pure. Names only commands that exist.

use keeneye_facts::{BaselineState, Finding, Level};
use keeneye_report::{Next, Report, Verdict};

/// The most useful steps, at most three.
pub(crate) fn steps(report: &Report, is_recording: bool) -> Vec<Next> {
    let mut steps = Vec::new();
    let alert = report.findings.first().filter(|f| f.level >= Level::Suspicious);
    let can_ask = report.host.live && !is_recording;
    if let Some(worst) = alert {
        if can_ask {
            steps.push(step("keeneye capture --with-files -o host.kee", "keep the evidence; isolate, do not reboot"));
        }
        // An incident says itself what to look at.
        if report.incidents.is_empty() {
            steps.extend(look_at(worst, can_ask));
        } else if can_ask && report.incidents.iter().any(|incident| incident.findings.len() > 1) {
            steps.push(step("keeneye scan -v", "the evidence of every finding"));
        }
    }
    if report.verdict == Verdict::TooBlind && can_ask && report.host.own_uid != 0 {
        steps.push(step("sudo keeneye scan", "root sees what an ordinary user cannot"));
    }
    if let Some(worst) = report.findings.first() {
        let why = "what it means, what is innocent, what to do";
        steps.push(step(format!("keeneye explain {}", worst.detector), why));
    } else if report.verdict == Verdict::NoSign && can_ask && report.baseline != BaselineState::None {
        steps.push(step("keeneye scan --record host.kee", "keep all answers of a look, to be judged again later"));
    }
    if report.verdict == Verdict::NoSign && report.baseline == BaselineState::None && can_ask {
        let why = "remember this as normal, so that the next scan can tell you what changed";
        steps.insert(0, step("keeneye scan --save", why));
    }
    steps.truncate(3);
    steps
}

/// Everything that is known about a process; other things have been named by the finding itself.
fn look_at(finding: &Finding, can_ask: bool) -> Option<Next> {
    let pid = finding.subject.process.filter(|_| can_ask)?.pid;
    Some(step(format!("keeneye look pid {pid}"), "everything known about it"))
}

fn step(command: impl Into<String>, why: &str) -> Next {
    Next { command: command.into(), why: why.into() }
}
