//! YARA rules of the admin's: files below /etc/keeneye/yara that nobody else may write.

use keeneye_facts::Text;
use keeneye_world::yara::RuleFile;
use std::io::ErrorKind;
use std::path::Path;

const DIRECTORY: &str = "/etc/keeneye/yara";
/// Files that are read, and bytes that each may have.
const MAX_FILES: usize = 200;
const MAX_BYTES: u64 = 1 << 20;

/// The rules, and what the person should know about those that are not used.
pub(crate) fn read() -> (Vec<RuleFile>, Vec<String>) {
    let (mut rules, mut remarks) = (Vec::new(), Vec::new());
    let paths = match keeneye_live::own_files(Path::new(DIRECTORY), &["yar", "yara"]) {
        Ok(paths) => paths,
        Err(why) if why.kind() == ErrorKind::NotFound => return (rules, remarks),
        Err(why) => return (rules, vec![format!("YARA rules in {DIRECTORY} are not used: {why}")]),
    };
    if !cfg!(feature = "yara") && !paths.is_empty() {
        remarks.push(format!("YARA rules in {DIRECTORY} are not used: this keeneye was built without them"));
        return (rules, remarks);
    }
    if paths.len() > MAX_FILES {
        remarks.push(format!("{DIRECTORY} has {} files of YARA rules: {MAX_FILES} are used", paths.len()));
    }
    for path in paths.into_iter().take(MAX_FILES) {
        match keeneye_live::read_trusted_file(&path, MAX_BYTES) {
            Ok(text) => rules.push(RuleFile { path: Text::from(path.display().to_string()), text: text.into() }),
            Err(why) => remarks.push(format!("YARA rules in {} are not used: {why}", path.display())),
        }
    }
    (rules, remarks)
}
