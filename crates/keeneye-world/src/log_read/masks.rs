//! Lines of logs without the passwords that stand in commands.

use crate::logs::tally::Tallied;
use crate::reduce;
use keeneye_facts::Text;
use memchr::memmem::Finder;

/// What stands before the command of sudo and its like, of cron and of the audit log.
const COMMANDS: [&str; 3] = ["COMMAND=", "CMD (", "cmd="];

/// What is secret in commands stays behind, as everywhere.
pub(super) fn masked(mut tallied: Tallied) -> Tallied {
    let commands = COMMANDS.map(Finder::new);
    for line in &mut tallied.lines {
        if commands.iter().any(|word| word.find(&line.text).is_some()) {
            mask(&mut line.text);
        }
    }
    tallied.repeats.iter_mut().for_each(|repeats| mask(&mut repeats.command));
    tallied
}

fn mask(text: &mut Text) {
    let mut bytes = text.as_slice().to_vec();
    reduce::line(&mut bytes);
    *text = Text::from(bytes);
}
