//! What runs when somebody logs in: `/etc/update-motd.d` (pam_motd(8)), `/etc/ssh/sshrc` and `~/.ssh/rc` (sshd(8)).

use super::places::{self, Place};
use super::{names, script};
use crate::{Look, World};
use keeneye_facts::{Autostart, AutostartKind, Text};

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    for place in places::files(look, "/etc/update-motd.d") {
        let dormant = !names::is_run_parts(&place.name());
        script::saw(look, &place, entry(&place, Some("root".into()), dormant));
    }
    // sshd hands these to sh, which needs no right to execute them.
    if let Some(place) = places::file(look, &Text::from("/etc/ssh/sshrc")) {
        script::saw_read(look, &place, entry(&place, None, false));
    }
    for home in places::homes(world) {
        if let Some(place) = places::file(look, &home.join(".ssh/rc")) {
            let user = places::user(world, place.stat.uid);
            script::saw_read(look, &place, entry(&place, Some(user), false));
        }
    }
}

fn entry(place: &Place, user: Option<Text>, dormant: bool) -> Autostart {
    Autostart { kind: AutostartKind::Login, name: place.name(), user, dormant, ..Autostart::default() }
}
