//! Rules of netfilter: nf_tables by netlink, which is what `nft` and today's `iptables` write.

mod expression;
mod rule;

use super::{Plan, netlink};
use crate::{Answer, Look, Question, World};
use bstr::ByteSlice;
use keeneye_facts::{Event, NetNamespace, Refusal, Text};

/// Namespaces that are asked.
const MAX_NAMESPACES: usize = 200;
/// Rules of one namespace: clusters have tens of thousands.
const MAX_RULES: usize = 200_000;
/// EINVAL, EPROTONOSUPPORT, EOPNOTSUPP: the kernel has no nf_tables.
const NO_TABLES: [i32; 3] = [22, 93, 95];
/// Tables of the older iptables.
const OLD_TABLES: [&[u8]; 5] = [b"raw", b"mangle", b"nat", b"filter", b"security"];

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    if !world.host.live {
        return;
    }
    let asks = has_tables(look, world);
    let own = world.net_namespaces.iter().find(|net| net.via.is_empty());
    if asks {
        let namespaces =
            look.first(&Text::from("rules of netfilter"), &world.net_namespaces, MAX_NAMESPACES, "namespaces");
        for net in namespaces {
            rules(look, net);
        }
    }
    for table in ["ip_tables_names", "ip6_tables_names"] {
        own.into_iter().for_each(|net| old(look, net, table));
    }
}

/// Asking a kernel that could load nf_tables would have it loaded: then nothing is asked, and no rule is there.
fn has_tables(look: &mut Look<'_>, world: &World) -> bool {
    let modular = world.kernel.as_ref().is_some_and(|kernel| kernel.modular);
    if !modular || world.modules.iter().any(|module| module.name == "nf_tables") {
        return true;
    }
    let release = &world.host.kernel;
    let path = Text::from("/lib/modules").join(release).join("modules.builtin");
    !release.contains(&b'/') && look.optional_read(&path).is_some_and(|text| text.contains_str("/nf_tables.ko"))
}

fn rules(look: &mut Look<'_>, net: &NetNamespace) {
    let what = format!("netfilter rules of net:[{}]", net.inode);
    let reply = look.host().ask(&Question::NetfilterRules(net.clone()));
    if super::sockets::is_gone(look, net, reply.as_ref().err()) {
        return;
    }
    let dump = match reply {
        Ok(Answer::Dump(dump)) => dump,
        Ok(other) => return look.misfit(what, &other),
        Err(Refusal::Errno(errno)) if NO_TABLES.contains(&errno) => return look.count(1, 1),
        Err(why) => {
            look.count(1, 0);
            return look.gap(what, why);
        }
    };
    look.count(1, 1);
    let (messages, whole) = netlink::messages(&dump);
    if !whole {
        look.gap(what.clone(), Refusal::Garbled("a netlink message does not fit".into()));
    }
    if messages.len() > MAX_RULES {
        look.gap(what, Refusal::Cut(format!("{MAX_RULES} rules")));
    }
    for (_, body) in messages.into_iter().take(MAX_RULES) {
        if let Some(rule) = rule::of(body) {
            look.saw(Event::FirewallRuleSeen(keeneye_facts::FirewallRule { net: net.inode, ..rule }));
        }
    }
}

/// The older iptables keeps its rules where only its own calls tell of them; that there are some is told here.
fn old(look: &mut Look<'_>, net: &NetNamespace, table: &str) {
    let question = Question::NetTable { net: net.clone(), table: table.into() };
    let reply = look.host().ask(&question);
    match reply {
        Ok(Answer::Bytes { data, .. }) => {
            let names = data.lines().filter(|line| OLD_TABLES.contains(line)).count();
            if names > 0 {
                look.count(1, 0);
                look.gap(format!("rules of the older iptables in {names} tables ({table})"), Refusal::NotHere);
            }
        }
        Ok(other) => look.misfit(table, &other),
        Err(why) if why.is_absent() => (),
        Err(why) => {
            look.count(1, 0);
            look.gap(table, why);
        }
    }
}
