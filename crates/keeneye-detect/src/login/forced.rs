//! What a command is that sshd runs for whoever logs in.

use crate::persistence::risk::{self, Weight};
use crate::{Scene, place};
use keeneye_facts::Text;
use keeneye_world::shell_line::{self, ShellCommand};

/// What is wrong with a command line: a clause.
pub(super) fn wrong(scene: &Scene<'_>, line: &[u8]) -> Option<String> {
    let commands = shell_line::commands(line);
    let in_its_place = commands.iter().find_map(|command| {
        let targets = command.redirects.iter().map(|redirect| redirect.target.clone());
        let mut places = command.programs().into_iter().chain(targets).filter(|path| path.starts_with(b"/"));
        places.find_map(|path| odd_place(scene, &path)).or_else(|| loads_code(command))
    });
    let by_content =
        || risk::of_command(line).into_iter().find(|sign| sign.weight >= Weight::Place).map(|sign| sign.says);
    in_its_place.or_else(by_content)
}

/// Where no program and no key of a login lies.
pub(super) fn odd_place(scene: &Scene<'_>, path: &Text) -> Option<String> {
    let at = path.lossy();
    if path.is_within("/dev") && !path.is_within("/dev/shm") {
        return None;
    }
    if place::is_volatile(path) {
        return Some(format!("uses {at}, in a directory that anybody may write to"));
    }
    let hides = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &scene.world.accounts);
    hides.then(|| format!("uses {at}, in a place that hides"))
}

fn loads_code(command: &ShellCommand) -> Option<String> {
    let loads = |name: &Text| *name == "LD_PRELOAD" || *name == "LD_AUDIT";
    let (name, _) = command.assignments.iter().find(|(name, _)| loads(name))?;
    Some(format!("sets {}", name.lossy()))
}
