//! YARA rules of the admin's: files below /etc/keeneye/yara that nobody else may write.

use keeneye_facts::Text;
use keeneye_world::yara::RuleFile;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const DIRECTORY: &str = "/etc/keeneye/yara";
/// Files that may lie there, and bytes that each may have.
const MAX_FILES: usize = 200;
const MAX_BYTES: u64 = 1 << 20;

/// The rules, and what the person should know about those that are not used.
pub(crate) fn read() -> (Vec<RuleFile>, Vec<String>) {
    let (mut rules, mut remarks) = (Vec::new(), Vec::new());
    let paths: Vec<PathBuf> = match keeneye_live::own_files(Path::new(DIRECTORY), MAX_FILES) {
        Ok(paths) => paths.into_iter().filter(|path| is_of_rules(path)).collect(),
        Err(why) if why.kind() == ErrorKind::NotFound => return (rules, remarks),
        Err(why) => return (rules, vec![format!("YARA rules in {DIRECTORY} are not used: {why}")]),
    };
    if !cfg!(feature = "yara") && !paths.is_empty() {
        remarks.push(format!("YARA rules in {DIRECTORY} are not used: this keeneye was built without them"));
        return (rules, remarks);
    }
    for path in paths {
        match keeneye_live::read_trusted_file(&path, MAX_BYTES) {
            Ok(text) => rules.push(RuleFile { path: Text::from(path.display().to_string()), text: text.into() }),
            Err(why) => remarks.push(format!("YARA rules in {} are not used: {why}", path.display())),
        }
    }
    (rules, remarks)
}

fn is_of_rules(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "yar" || end == "yara")
}
