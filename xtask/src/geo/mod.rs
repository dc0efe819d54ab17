//! keeneye's own table of countries and networks, out of packages of npm. To renew it, set the newer versions in
//! [`PACKAGES`], run `cargo xtask geo`, then `cargo xtask geo --check`.

mod agreement;
mod borders;
mod codes;
mod doubt;
mod rows;

use anyhow::{Context, Result, ensure};
use clap::Args;
use keeneye_world::geo::encode::Draft;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name and version. The version of the first tells the day of the data: 2.3.YYYYMMDDHH.
const PACKAGES: [(&str, &str); 3] = [
    ("@ip-location-db/geo-whois-asn-country", "2.3.2026061719"),
    ("@ip-location-db/asn", "2.3.2026061719"),
    ("world-atlas", "2.0.2"),
];
const TABLE: &str = "crates/keeneye-world/src/geo/data/table.bin";

/// What `geo` does.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Write nothing; ask the table for 10,000 random addresses and fail when it does not say what its sources do
    #[arg(long)]
    check: bool,
}

/// Writes the table, or says whether it is what its sources say.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let draft = draft()?;
    let path = crate::workspace().join(TABLE);
    if arguments.check {
        return agreement::check(&fs::read(&path).with_context(|| format!("{TABLE} is not there"))?, &draft);
    }
    let file = draft.file()?;
    fs::write(&path, &file).with_context(|| format!("{TABLE} cannot be written"))?;
    println!("{TABLE}: {} bytes", file.len());
    agreement::check(&file, &draft)
}

fn draft() -> Result<Draft> {
    let [countries, systems, map] = PACKAGES;
    let (country_files, system_files) = (unpacked(countries)?, unpacked(systems)?);
    let mut draft = Draft { built: day(countries.1)?, ..Draft::default() };
    for family in ["ipv4", "ipv6"] {
        draft.countries.extend(rows::countries(&country_files.join(format!("geo-whois-asn-country-{family}.csv")))?);
        for (row, name) in rows::systems(&system_files.join(format!("asn-{family}.csv")))? {
            row.what.into_iter().for_each(|system| _ = draft.names.entry(system).or_insert(name.clone()));
            draft.systems.push(row);
        }
    }
    doubt::leave_out(&mut draft);
    draft.distances = borders::distances(&unpacked(map)?.join("countries-10m.json"))?;
    Ok(draft)
}

/// The directory of a package's files; it is fetched where it is not there yet.
fn unpacked((name, version): (&str, &str)) -> Result<PathBuf> {
    let directory = crate::target().join("geo").join(format!("{}-{version}", name.replace(['@', '/'], "")));
    let package = directory.join("package");
    if package.is_dir() {
        return Ok(package);
    }
    fs::create_dir_all(&directory)?;
    done(Command::new("npm").args(["pack", &format!("{name}@{version}")]).current_dir(&directory))?;
    let archive = fs::read_dir(&directory)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|end| end == "tgz"))
        .with_context(|| format!("npm brought no archive of {name}"))?;
    done(Command::new("tar").arg("xzf").arg(&archive).current_dir(&directory))?;
    Ok(package)
}

fn done(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?} could not be started"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Of a version such as 2.3.2026061719.
fn day(version: &str) -> Result<[u32; 3]> {
    let stamp = version.rsplit('.').next().unwrap_or_default();
    let part = |from, to| stamp.get(from..to).and_then(|part: &str| part.parse().ok());
    let day = part(0, 4).zip(part(4, 6)).zip(part(6, 8)).map(|((year, month), day)| [year, month, day]);
    day.with_context(|| format!("version {version} tells no day"))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}
