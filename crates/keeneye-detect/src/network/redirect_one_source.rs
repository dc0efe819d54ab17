//! The firewall treats one address in a way of its own: leads it to another port, or lets it in where nobody else is.
//!
//! # What it sees
//! A rule of netfilter that matches a single source address sends its connections to another port of this machine, or
//! accepts them on a port behind which a shell or a program of no package listens.
//!
//! # Why it matters
//! For everybody else the port is an ordinary web server; for the one address it is a way in. Scanners do not see it.
//!
//! # Innocent causes
//! Accepting an admin's address is what firewalls are for, and rules that drop (fail2ban) let nobody in; both say
//! nothing. Engines of containers lead connections to containers, not to ports of the machine itself, and for every
//! source.
//!
//! # What to do
//! `nft -a list ruleset` shows the rule and its handle. See what listens on the port it leads to:
//! `keeneye look port N`.

use super::code::{Code, Holder};
use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, FirewallRule, Level, Protocol, Subject, Text};
use keeneye_world::Listener;
use std::net::IpAddr;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/redirect-one-source",
    title: "the firewall leads one address to another port",
    level: Level::Suspicious,
    attack: &["T1205", "T1562.004"],
    absolute: false,
    source: include_str!("redirect_one_source.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.firewall_rules.iter().filter_map(|rule| judge(scene, rule)).collect()
}

fn judge(scene: &Scene<'_>, rule: &FirewallRule) -> Option<Finding> {
    let source = rule.single_source.as_ref().filter(|source| !is_own(source))?;
    let redirected = rule.redirect.filter(|port| rule.to.as_ref().is_none_or(is_own) && Some(*port) != rule.port);
    let port = redirected.or(rule.port.filter(|_| rule.accepts))?;
    let odd = odd_listener(scene, rule.net, port);
    let level = match (&odd, redirected) {
        (Some(_), _) => Level::Suspicious,
        (None, Some(_)) => Level::Unusual,
        (None, None) => return None,
    };
    let does = if redirected.is_some() { "leads" } else { "lets" };
    let mut summary = format!("the firewall {does} {} alone to port {port}", source.lossy());
    if let Some(holder) = &odd {
        summary.push_str(&format!(", where {} listens", holder.name()));
    }
    let name = format!("rule {} of {} {} {}", rule.handle, words(&rule.family), words(&rule.table), words(&rule.chain));
    let subject = Subject {
        kind: "firewall-rule".into(),
        name: Text::from(name),
        port: Some(port),
        net: Some(rule.net),
        number: i64::try_from(rule.handle).ok(),
        ..Subject::default()
    };
    let mut finding = DETECTOR
        .finding(level, subject, summary)
        .evidence("rule", rule.text.clone())
        .evidence("chain", format!("{} {} {}", words(&rule.family), words(&rule.table), words(&rule.chain)));
    if let Some(holder) = &odd {
        finding = finding.related(subject::process(holder.process));
    }
    Some(
        finding
            .innocent("a port that an admin keeps for one machine", odd.is_some(), "ask whose address it is")
            .next("nft -a list ruleset")
            .next(format!("keeneye look port {port}")),
    )
}

fn words(text: &Text) -> std::borrow::Cow<'_, str> {
    text.lossy()
}

/// An address of this machine alone.
fn is_own(address: &Text) -> bool {
    std::str::from_utf8(address).ok().and_then(|text| text.parse::<IpAddr>().ok()).is_some_and(|ip| ip.is_loopback())
}

/// What listens there, when it is code of no package, given to an interpreter, or gone from the disk.
fn odd_listener<'a>(scene: &Scene<'a>, net: u64, port: u16) -> Option<Holder<'a>> {
    let here = |listener: &Listener<'_>| {
        let same = listener.socket.net == net || listener.socket.net == 0 || net == 0;
        listener.port == port && same && matches!(listener.socket.protocol, Protocol::Tcp | Protocol::Udp)
    };
    let holders = scene.world.listeners().filter(here).flat_map(|listener| listener.owners);
    let mut odd = holders.map(|process| Holder::of(scene, process)).filter(|holder| {
        let own = holder.looked_after && holder.in_admin_place(scene.world) && !holder.hidden && !holder.volatile;
        matches!(holder.code, Code::Foreign | Code::Loose | Code::Gone) && !own && !holder.standing.contained
    });
    odd.next()
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    use keeneye_facts::{Event, FirewallRule};

    const HOST: &str = "package nginx 1 owns /usr/sbin/nginx\nprocess 41 exe=/usr/sbin/nginx\nlisten tcp 0.0.0.0:443 pid=41\n\
                        process 51 exe=/tmp/x\nlisten tcp 0.0.0.0:31337 pid=51\n\
                        process 61 exe=/usr/sbin/nginx\nlisten tcp 0.0.0.0:8080 pid=61";

    fn rule(source: &str) -> FirewallRule {
        let source = Some(source).filter(|source| !source.is_empty());
        FirewallRule {
            family: "ip".into(),
            table: "nat".into(),
            chain: "pre".into(),
            handle: 7,
            text: "ip saddr".into(),
            single_source: source.map(Into::into),
            port: Some(443),
            ..FirewallRule::default()
        }
    }
    #[track_caller]
    fn says(rule: FirewallRule, expected: &[&str]) {
        assert_eq!(findings("network/redirect-one-source", HOST, &[Event::FirewallRuleSeen(rule)]), expected);
    }

    #[test]
    fn one_address_is_led_elsewhere() {
        says(
            FirewallRule { redirect: Some(31337), ..rule("192.0.2.7") },
            &["suspicious: the firewall leads 192.0.2.7 alone to port 31337, where /tmp/x (pid 51) listens"],
        );
        says(
            FirewallRule { redirect: Some(8080), ..rule("192.0.2.7") },
            &["unusual: the firewall leads 192.0.2.7 alone to port 8080"],
        );
        says(
            FirewallRule { redirect: Some(31337), to: Some("127.0.0.1".into()), ..rule("192.0.2.7") },
            &["suspicious: the firewall leads 192.0.2.7 alone to port 31337, where /tmp/x (pid 51) listens"],
        );
    }
    #[test]
    fn everybody_is_led_elsewhere_or_one_to_another_machine() {
        says(FirewallRule { redirect: Some(8080), ..rule("") }, &[]);
        says(FirewallRule { redirect: Some(80), to: Some("172.17.0.2".into()), ..rule("192.0.2.7") }, &[]);
        says(FirewallRule { redirect: Some(8080), ..rule("127.0.0.1") }, &[]);
    }
    #[test]
    fn one_address_is_let_in() {
        says(FirewallRule { accepts: true, ..rule("192.0.2.7") }, &[]);
        says(
            FirewallRule { accepts: true, port: Some(31337), ..rule("192.0.2.7") },
            &["suspicious: the firewall lets 192.0.2.7 alone to port 31337, where /tmp/x (pid 51) listens"],
        );
        says(FirewallRule { accepts: true, port: Some(22), ..rule("10.0.0.1") }, &[]);
    }
    #[test]
    fn one_that_is_shut_out() {
        says(rule("192.0.2.7"), &[]);
    }
}
