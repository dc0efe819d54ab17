//! One row, alone, in a fresh disposable root: enter, act, look, gone.

use super::finding::{Finding, Incident};
use super::root::Root;
use super::row::Row;
use super::seed;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What all rows of a run share.
pub(super) struct Stage {
    /// The roots, never written to.
    pub(super) roots: BTreeMap<Root, PathBuf>,
    /// The layer over it that holds keeneye and the recipes.
    pub(super) tools: PathBuf,
    /// The script that makes a disposable root of the two.
    pub(super) enter: PathBuf,
    /// The script that gives a row a network.
    pub(super) world: PathBuf,
    /// One directory a row with its report and messages lies here afterwards.
    pub(super) out: PathBuf,
    /// A row that takes longer than this is ended and counts as failed.
    pub(super) limit: Duration,
    /// The seed of the run.
    pub(super) seed: u64,
}

/// What came of a row.
#[derive(Debug, Default)]
pub(super) struct Acted {
    /// What the recipe planted: kind and value, as `pid` and `41`.
    pub(super) said: Vec<(String, String)>,
    /// What keeneye found.
    pub(super) findings: Vec<Finding>,
    /// What it joined of them.
    pub(super) incidents: Vec<Incident>,
    /// Milliseconds that the scan took.
    pub(super) scan_ms: u64,
    /// Why the row could not be acted out or looked at.
    pub(super) failure: Option<String>,
}

#[derive(Deserialize)]
struct Report {
    #[serde(deserialize_with = "findings")]
    findings: Vec<Finding>,
    #[serde(default)]
    incidents: Vec<Incident>,
}

/// Findings as the report writes them: times are for people there, and the bench has no use for them.
fn findings<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Finding>, D::Error> {
    let mut written = Vec::<serde_json::Map<String, serde_json::Value>>::deserialize(deserializer)?;
    written.iter_mut().for_each(|finding| {
        finding.insert("first_seen".into(), serde_json::Value::Null);
    });
    let read = |finding| serde_json::from_value(serde_json::Value::Object(finding));
    written.into_iter().map(read).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

impl Stage {
    /// Acts a row out if it has a recipe.
    pub(super) fn act_if_possible(&self, row: &Row) -> Result<Option<Acted>> {
        row.recipe.is_some().then(|| self.act(row)).transpose()
    }

    /// Acts a row out. An error is one of the bench; what goes wrong inside is in `failure`.
    pub(super) fn act(&self, row: &Row) -> Result<Acted> {
        let (out, in_time) = self.run(row)?;
        let mut acted = read(&out);
        if !in_time {
            acted.failure = Some(format!("took longer than {} s", self.limit.as_secs()));
        }
        Ok(acted)
    }

    /// Runs a row and says where its files lie, and whether it came to an end by itself.
    pub(super) fn run(&self, row: &Row) -> Result<(PathBuf, bool)> {
        let out = self.out.join(&row.id);
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        fs::create_dir_all(&out)?;
        let group = ControlGroup::new(&row.id);
        let root = self.roots.get(&row.root).context("a root that was not built")?;
        let mut child = self.command(row, root, &out, group.as_ref()).spawn().context("starting unshare")?;
        let in_time = wait(&mut child, self.limit)?;
        drop(group);
        Ok((out, in_time))
    }

    /// The first process joins the control group before it makes a namespace of it, so that the group is its root and
    /// holds nothing from outside.
    fn command(&self, row: &Row, root: &Path, out: &Path, group: Option<&ControlGroup>) -> Command {
        let mut command = Command::new("unshare");
        if row.has_network {
            command.args(["--net", "--", "bash"]).arg(&self.world).arg("unshare");
        }
        command.args(["--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--kill-child", "--"]);
        let join = "[ -z \"$0\" ] || echo 0 >\"$0/cgroup.procs\"; exec unshare --cgroup -- \"$@\"";
        command.args(["sh", "-c", join]).arg(group.map_or(Path::new(""), |group| &group.0));
        command.arg("bash").arg(&self.enter).arg(root).arg(&self.tools).arg(out);
        command.arg(seed::of_row(self.seed, &row.id).to_string());
        command.args([row.recipe.as_deref().unwrap_or("-"), &row.user]).args(&row.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// Waits for the end, makes an end of it after `limit`; true when it ended by itself.
fn wait(child: &mut Child, limit: Duration) -> Result<bool> {
    let began = Instant::now();
    while child.try_wait()?.is_none() {
        if began.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(true)
}

fn read(out: &Path) -> Acted {
    let mut acted = Acted::default();
    let mut recipe_status = "0".to_owned();
    let mut scan_status = None;
    for line in fs::read_to_string(out.join("said")).unwrap_or_default().lines() {
        let (kind, value) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "recipe" => value.clone_into(&mut recipe_status),
            "scan" => {
                let (status, took) = value.split_once(' ').unwrap_or((value, "0"));
                scan_status = Some(status.to_owned());
                acted.scan_ms = took.parse().unwrap_or(0);
            }
            _ => acted.said.push((kind.to_owned(), value.to_owned())),
        }
    }
    let report = fs::read(out.join("report.json")).map(|bytes| serde_json::from_slice::<Report>(&bytes));
    match report {
        Ok(Ok(report)) => (acted.findings, acted.incidents) = (report.findings, report.incidents),
        Ok(Err(error)) => acted.failure = Some(format!("the report is not readable: {error}; {}", last_words(out))),
        Err(error) => acted.failure = Some(format!("there is no report: {error}")),
    }
    if recipe_status != "0" {
        acted.failure = Some(format!("the recipe failed: {}", last_words(out)));
    } else if scan_status.is_none_or(|status| !matches!(status.as_str(), "0" | "1" | "3")) {
        acted.failure = Some(format!("keeneye did not come to an end: {}", last_words(out)));
    }
    acted
}

fn last_words(out: &Path) -> String {
    let log = fs::read(out.join("log")).unwrap_or_default();
    String::from_utf8_lossy(&log).lines().last().unwrap_or("no message").to_owned()
}

/// A control group of the row's own, so that the views by control group see what they would see on a server.
/// Ends what is in it and goes away when dropped. Absent where this machine does not let us make one.
struct ControlGroup(PathBuf);

impl ControlGroup {
    fn new(id: &str) -> Option<Self> {
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let mount = mounts.lines().find(|line| line.contains(" - cgroup2 "))?;
        let path = Path::new(mount.split(' ').nth(4)?).join(format!("keeneye-bench-{}-{id}", std::process::id()));
        fs::create_dir(&path).ok()?;
        Some(Self(path))
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        // Members take a moment to go; a group that stays behind is empty and does no harm.
        if fs::write(self.0.join("cgroup.kill"), "1").is_ok() {
            let began = Instant::now();
            while fs::remove_dir(&self.0).is_err() && began.elapsed() < Duration::from_secs(2) {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}
