//! What is run: keeneye, and the programs that it is measured against. All set up alike, in one directory.

use super::race::{Entrant, shell};
use anyhow::Result;
use std::fs;
use std::path::Path;

/// What AIDE compares: all that keeneye does.
const AIDE: &str = "p+i+n+u+g+s+m+c+acl+xattrs+e2fsattrs+caps+sha256";
/// What tripwire compares, as twpolicy(4) has it: the same without ACLs, attributes and capabilities. It has no
/// SHA-256; SHA-1 (`S`) is the nearest.
const TRIPWIRE: &str = "+pinugtsdmcS";

/// Makes a baseline of the tree, compares with it wholly, then what looks touched.
pub(super) fn keeneye(directory: &Path, program: &str, tree: &str, files: u64) -> Result<[Entrant; 3]> {
    // Wherever the tree lies, all of it is read, as the others do.
    fs::write(directory.join("keeneye.toml"), format!("[baseline]\nfixed = [\"{tree}/*\"]\n"))?;
    let entrant = |name, before: &str, words: &[&str], read: u64| {
        let words: [&[&str]; 3] =
            [&[program, "--config", "keeneye.toml", "baseline"], words, &["--state-dir", "state"]];
        let says = if read > 0 { format!("{read} of them read") } else { "nothing changed".to_owned() };
        Entrant { says, ..Entrant::new(name, before, &words.concat()) }
    };
    Ok([
        entrant("keeneye learn", "rm -rf state", &["learn", tree], files),
        entrant("keeneye diff --full", "", &["diff", "--full"], files),
        entrant("keeneye diff", "", &["diff"], 0),
    ])
}

/// Writes AIDE's configuration; makes its database, compares with it.
pub(super) fn aide(directory: &Path, tree: &str) -> Result<[Entrant; 2]> {
    let place = directory.display();
    let configuration = format!(
        "database_in=file:{place}/aide.db\ndatabase_out=file:{place}/aide.new\ngzip_dbout=no\nnum_workers=2\n\
         report_url=stdout\nAll={AIDE}\n{tree} All\n"
    );
    fs::write(directory.join("aide.conf"), configuration)?;
    let command = |what| ["aide", what, "--config=aide.conf"];
    Ok([
        Entrant::new("aide --init", "rm -f aide.db aide.new", &command("--init")),
        Entrant::new("aide --check", "cp aide.new aide.db", &command("--check")),
    ])
}

/// Makes tripwire's keys and policy; makes its database, compares with it.
pub(super) fn tripwire(directory: &Path, tree: &str) -> Result<[Entrant; 2]> {
    let place = directory.join("tripwire");
    fs::create_dir_all(&place)?;
    let files = [("ROOT", "/usr/sbin"), ("POLFILE", "tw.pol"), ("DBFILE", "db.twd"), ("REPORTFILE", "report.twr")];
    let keys = [("SITEKEYFILE", "site.key"), ("LOCALKEYFILE", "local.key"), ("EDITOR", "/bin/false")];
    let line = |(name, file): &(&str, &str)| {
        let file = if file.starts_with('/') { (*file).to_owned() } else { place.join(file).display().to_string() };
        format!("{name}={file}\n")
    };
    fs::write(place.join("twcfg.txt"), files.iter().chain(&keys).map(line).collect::<String>())?;
    fs::write(place.join("twpol.txt"), format!("\"{tree}\" -> {TRIPWIRE} ;\n"))?;
    shell(
        &place,
        "rm -f site.key local.key tw.cfg tw.pol\n\
         twadmin --generate-keys --site-keyfile site.key --site-passphrase bench\n\
         twadmin --generate-keys --local-keyfile local.key --local-passphrase bench\n\
         twadmin --create-cfgfile --cfgfile tw.cfg --site-keyfile site.key --site-passphrase bench twcfg.txt\n\
         twadmin --create-polfile --cfgfile tw.cfg --site-keyfile site.key --site-passphrase bench twpol.txt",
    )?;
    let init = ["tripwire", "--init", "--cfgfile", "tripwire/tw.cfg", "--local-passphrase", "bench", "--silent"];
    Ok([
        Entrant::new("tripwire --init (SHA-1)", "rm -f tripwire/db.twd", &init),
        Entrant::new("tripwire --check (SHA-1)", "", &["tripwire", "--check", "--cfgfile", "tripwire/tw.cfg"]),
    ])
}

/// The floor: digests alone, without a database.
pub(super) fn openssl(tree: &str) -> Entrant {
    let pipe = "find \"$1\" -type f -print0 | xargs -0 -n 500 -P 2 openssl sha256";
    Entrant::new("xargs -P2 openssl sha256", "", &["sh", "-c", pipe, "sh", tree])
}

/// What packages say of files against what is there.
pub(super) fn packages(program: &str, root: &str) -> Entrant {
    Entrant::new("keeneye list changes", "", &[program, "list", "changes", "--root", root])
}

/// The same by Debian's own, which ends with 2 where a file differs.
pub(super) fn debsums(root: &str) -> Entrant {
    Entrant { good: &[0, 2], ..Entrant::new("debsums -a -s", "", &["debsums", "--root", root, "-a", "-s"]) }
}

/// The same by rpm, which ends with 1 where a file differs.
pub(super) fn rpm(root: &str) -> Entrant {
    let words = ["rpm", "--root", root, "--define", super::roots::DATABASE, "-Va"];
    Entrant { good: &[1], ..Entrant::new("rpm -Va", "", &words) }
}
