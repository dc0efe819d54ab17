//! The program as it is given to others: built with a profile of what it does most.
//!
//! The compiler is told which branches are taken and which functions are called often; it learned that from a run of
//! the same program over recordings of the corpus and a log. Nothing of what counted stays in the program.

use crate::bench::corpus;
use anyhow::{Context, Result, bail, ensure};
use keeneye_world::fixture::busy_log;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

/// Bytes of the log that it learns from.
const LOG: usize = 64 << 20;

/// Builds it and says where it is.
pub(crate) fn run() -> Result<bool> {
    let program = build()?;
    println!("{} ({} MB)", program.display(), fs::metadata(&program)?.len() / 1_000_000);
    Ok(true)
}

/// Builds it. What was learned from the same program holds until that changes.
pub(crate) fn build() -> Result<PathBuf> {
    let merge = profile_tool()?;
    let place = crate::target().join("profiled");
    let counts = place.join("counts");
    fs::create_dir_all(&counts)?;
    let (place, counts) = (place.canonicalize()?, counts.canonicalize()?);
    println!("building the program that counts");
    let counting =
        crate::built::with_flag(&place.join("counting"), &format!("-Cprofile-generate={}", counts.display()))?;
    // cargo builds anew when the name of the profile changes; of what is in it, it knows nothing.
    let built = fs::metadata(&counting)?.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
    let profile = place.join(format!("{built}.profdata"));
    if !profile.exists() {
        println!("counting");
        fs::remove_dir_all(&counts)?;
        learn(&counting, &place)?;
        let part = place.join("part.profdata");
        let merged = Command::new(&merge).arg("merge").arg("-o").arg(&part).arg(&counts).status()?;
        ensure!(merged.success(), "{merge} made no profile of {}", counts.display());
        fs::rename(&part, &profile)?;
    }
    println!("building the program by what was counted");
    let program = crate::built::with_flag(&place.join("built"), &format!("-Cprofile-use={}", profile.display()))?;
    let same = corpus::replays(&counting)? == corpus::replays(&program)?;
    ensure!(same, "{} says something else of the recordings than {}", program.display(), counting.display());
    Ok(program)
}

/// Lets the program do what it is there for.
fn learn(program: &Path, place: &Path) -> Result<()> {
    let root = place.join("root");
    fs::create_dir_all(root.join("var/log"))?;
    fs::create_dir_all(root.join("etc"))?;
    fs::write(root.join("etc/passwd"), "root:x:0:0::/root:/bin/sh\n")?;
    fs::write(root.join("var/log/auth.log"), busy_log::another_log(LOG))?;
    for command in [&["logins", "--failed"][..], &["digest", "--since", "2020-01-01"]] {
        // The exit code tells what was found and what is missing, not failure.
        let output = Command::new(program).args(command).arg("--root").arg(&root).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(matches!(output.status.code(), Some(0 | 1 | 3)), "keeneye {}: {said}", command.join(" "));
    }
    corpus::replays(program).map(drop)
}

/// The program that puts profiles together: that of the Rust toolchain, or one of the same LLVM.
fn profile_tool() -> Result<String> {
    let compiler = printed(Command::new("rustc").arg("-vV"))?;
    let told = |what: &str| compiler.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
    let (host, llvm) = (told("host: "), told("LLVM version: ").split('.').next().unwrap_or_default());
    let root = printed(Command::new("rustc").args(["--print", "sysroot"]))?;
    let own = format!("{}/lib/rustlib/{host}/bin/llvm-profdata", root.trim_end());
    for tool in [own, format!("llvm-profdata-{llvm}")] {
        if printed(Command::new(&tool).arg("--version")).is_ok() {
            return Ok(tool);
        }
    }
    bail!(
        "llvm-profdata of LLVM {llvm} is not there: `rustup component add llvm-tools`, or Debian's package llvm-{llvm}"
    )
}

fn printed(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::null()).output().with_context(|| format!("{command:?} does not start"))?;
    ensure!(output.status.success(), "{command:?} failed");
    Ok(String::from_utf8(output.stdout)?)
}
