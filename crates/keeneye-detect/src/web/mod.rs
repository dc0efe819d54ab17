//! Detectors that look at what web servers run.

pub mod script_decodes;
pub mod settings_odd;

use keeneye_facts::{FileFact, FileStat};
use keeneye_world::World;

/// Whose file it is: `user www-data`, or the number alone.
fn owner(world: &World, stat: &FileStat) -> String {
    let account = world.accounts.iter().find(|account| account.uid == stat.uid);
    account.map_or_else(|| stat.uid.to_string(), |account| account.name.lossy().into_owned())
}

/// It belongs to an account that services use: then the web server itself wrote it, or could have.
fn is_of_a_service(world: &World, fact: &FileFact) -> bool {
    let uid = fact.stat.map_or(0, |stat| stat.uid);
    let account = world.accounts.iter().find(|account| account.uid == uid);
    uid != 0 && account.is_some_and(|account| !keeneye_world::place::is_login(account))
}
