//! Network interfaces of every network namespace, from rtnetlink.

use super::{Plan, netlink};
use crate::{Answer, Look, Question, World};
use keeneye_facts::{Event, Interface, Refusal};

/// RTM_NEWLINK.
const NEW_LINK: u16 = 16;

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    for net in &world.net_namespaces {
        let reply = look.host().ask(&Question::Interfaces(net.clone()));
        if super::sockets::is_gone(look, net, reply.as_ref().err()) {
            continue;
        }
        let dump = match reply {
            Ok(Answer::Dump(dump)) => match netlink::messages(&dump) {
                (all, true) => {
                    let links = all.into_iter().filter(|(kind, _)| *kind == NEW_LINK);
                    Ok(links.filter_map(|(_, body)| netlink::interface(body)).collect::<Vec<_>>())
                }
                (_, false) => Err(Refusal::Garbled("a netlink message does not fit".into())),
            },
            Ok(other) => {
                look.misfit("network interfaces", &other);
                continue;
            }
            Err(why) => Err(why),
        };
        look.count(1, u64::from(dump.is_ok()));
        match dump {
            Ok(found) => {
                for interface in found {
                    look.saw(Event::InterfaceSeen(Interface { net: net.inode, ..interface }));
                }
            }
            Err(why) => look.gap(format!("network interfaces of net:[{}]", net.inode), why),
        }
    }
}
