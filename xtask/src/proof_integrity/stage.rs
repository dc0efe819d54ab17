//! One tampering in a private copy of its root, and what keeneye says about that.

use crate::bench::finding::Finding;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A root, and what keeneye is told when it looks at it.
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// Its directory, never written to.
    pub(super) directory: PathBuf,
    /// Further arguments of keeneye.
    pub(super) arguments: Vec<String>,
}

/// What all tamperings of a run share.
pub(super) struct Stage {
    /// `stage.sh`.
    pub(super) script: PathBuf,
    /// The program.
    pub(super) keeneye: PathBuf,
    /// One directory a tampering with its reports and messages lies here afterwards.
    pub(super) out: PathBuf,
}

/// What keeneye said.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    /// Findings of the scan.
    pub(super) findings: Vec<Finding>,
    /// Lines of `list changes`.
    pub(super) changes: Vec<Change>,
}

/// A line of `list changes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Change {
    /// The path.
    pub(super) file: String,
    /// How it differs, in words.
    pub(super) differs: String,
    /// Why, in words.
    pub(super) cause: String,
}

#[derive(Deserialize)]
struct Report {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Changes {
    rows: Vec<Change>,
}

impl Stage {
    /// Runs the recipe and looks.
    pub(super) fn act(&self, id: &str, root: &Root, recipe: &str) -> Result<Said> {
        let out = self.out.join(id);
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        fs::create_dir_all(&out)?;
        let mut command = Command::new("unshare");
        command.args(["--mount", "--net", "--", "bash"]).arg(&self.script).args([&root.directory, &out, &self.keeneye]);
        let status = command.arg(recipe).args(&root.arguments).stdin(Stdio::null()).status()?;
        let log = || fs::read_to_string(out.join("log")).unwrap_or_default();
        ensure!(status.success(), "the recipe failed: {}", log().lines().last().unwrap_or("no message"));
        let scanned = fs::read_to_string(out.join("status"))?;
        ensure!(matches!(scanned.trim(), "0" | "1" | "3"), "keeneye did not come to an end: {}", log().trim());
        let report: Report = parse(&out.join("report.json"))?;
        let changes: Changes = parse(&out.join("changes.json"))?;
        Ok(Said { findings: report.findings, changes: changes.rows })
    }
}

fn parse<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text = fs::read(file).with_context(|| file.display().to_string())?;
    serde_json::from_slice(&text).with_context(|| file.display().to_string())
}
