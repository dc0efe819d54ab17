//! The documents that the program writes about itself: man page, completions, the catalogue of detectors.

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Which document is what keeneye prints for which words.
const DOCUMENTS: &[(&str, &[&str])] = &[
    ("docs/keeneye.1", &["man"]),
    ("docs/catalogue.md", &["explain", "--all"]),
    ("docs/completions/keeneye.bash", &["completions", "bash"]),
    ("docs/completions/_keeneye", &["completions", "zsh"]),
    ("docs/completions/keeneye.fish", &["completions", "fish"]),
];

/// What `docs` does.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail when a document is not what keeneye prints now
    #[arg(long)]
    check: bool,
}

/// Writes the documents, or says whether they are current.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let keeneye = crate::built::keeneye(false)?;
    let mut stale = Vec::new();
    for (document, words) in DOCUMENTS {
        let mut printed = printed(&keeneye, words)?;
        if document.ends_with(".md") {
            printed = markdown(&String::from_utf8(printed)?).into_bytes();
        }
        let path = crate::workspace().join(document);
        if fs::read(&path).is_ok_and(|there| there == printed) {
            continue;
        }
        stale.push(*document);
        if !arguments.check {
            fs::create_dir_all(path.parent().context("a document without a directory")?)?;
            fs::write(&path, printed)?;
        }
    }
    if arguments.check && !stale.is_empty() {
        bail!("not what keeneye prints now: {}; `cargo xtask docs` writes them", stale.join(", "));
    }
    println!("{} documents, {} written anew", DOCUMENTS.len(), stale.len());
    Ok(true)
}

fn printed(keeneye: &Path, words: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new(keeneye).args(words).output()?;
    ensure!(output.status.success(), "keeneye {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// Manual pages one after the other, with headings one below the other.
fn markdown(pages: &str) -> String {
    let heading = |line: &str| match line.split_once(" · ") {
        Some((name, title)) if is_detector(name) => format!("## {name}\n\n*{title}*\n"),
        _ if line.starts_with("# ") => format!("##{line}\n"),
        _ => line.to_owned(),
    };
    let lines: Vec<String> = pages.lines().map(heading).collect();
    format!("# Detectors\n\nWritten by `cargo xtask docs` from the detectors themselves.\n\n{}\n", lines.join("\n"))
}

/// `process/exe-deleted`.
fn is_detector(name: &str) -> bool {
    name.split_once('/').is_some() && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'/' | b'-'))
}
