//! A rule: `struct nfgenmsg` and NFTA_RULE_* attributes of include/uapi/linux/netfilter/nf_tables.h.

use super::super::netlink::attributes;
use super::expression::{Meaning, attribute, text};
use keeneye_facts::{FirewallRule, Text};

/// Expressions of one rule.
const MAX_EXPRESSIONS: usize = 128;

/// `None` when it names no chain.
pub(super) fn of(body: &[u8]) -> Option<FirewallRule> {
    /// NFTA_RULE_TABLE, _CHAIN, _HANDLE, _EXPRESSIONS; in a list NFTA_LIST_ELEM; of one NFTA_EXPR_NAME, _DATA.
    const TABLE: u16 = 1;
    const CHAIN: u16 = 2;
    const HANDLE: u16 = 3;
    const EXPRESSIONS: u16 = 4;
    const NAME: u16 = 1;
    const DATA: u16 = 2;
    let family = family(*body.first()?);
    let rule = body.get(4..)?;
    let mut meaning = Meaning::default();
    for (_, expression) in attributes(attribute(rule, EXPRESSIONS).unwrap_or_default()).take(MAX_EXPRESSIONS) {
        let name = attribute(expression, NAME).map(text).unwrap_or_default();
        meaning.add(name, attribute(expression, DATA).unwrap_or_default());
    }
    let handle = attribute(rule, HANDLE).and_then(|value| Some(u64::from_be_bytes(*value.first_chunk()?)));
    Some(FirewallRule {
        net: 0,
        family: family.into(),
        table: Text::from(text(attribute(rule, TABLE)?)),
        chain: Text::from(text(attribute(rule, CHAIN)?)),
        handle: handle.unwrap_or_default(),
        text: words(&meaning),
        single_source: meaning.source.map(|ip| ip.to_string().into()),
        port: meaning.port,
        redirect: meaning.redirect,
        to: meaning.to.map(|ip| ip.to_string().into()),
        accepts: meaning.accepts,
    })
}

/// NFPROTO_*.
fn family(number: u8) -> &'static str {
    match number {
        1 => "inet",
        2 => "ip",
        3 => "arp",
        5 => "netdev",
        7 => "bridge",
        10 => "ip6",
        _ => "other",
    }
}

/// What matters of it, in nft's words.
fn words(meaning: &Meaning) -> Text {
    let source = meaning.source.map(|ip| format!("{} saddr {ip}", if ip.is_ipv4() { "ip" } else { "ip6" }));
    let port = meaning.port.map(|port| format!("dport {port}"));
    let to = meaning.redirect.map(|port| match meaning.to {
        Some(ip) => format!("to {}", std::net::SocketAddr::new(ip, port)),
        None => format!("to :{port}"),
    });
    let verdict = Some(Text::from(meaning.verdict.as_slice()).lossy().into_owned()).filter(|word| !word.is_empty());
    Text::from([source, port, verdict, to].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::super::netlink::messages;
    use super::*;
    use crate::mutate;

    /// What the kernel told of ten rules that `nft` had written.
    const RULES: &[u8] = include_bytes!("rules.bin");

    fn rules(dump: &[u8]) -> Vec<FirewallRule> {
        messages(dump).0.into_iter().filter_map(|(_, body)| of(body)).collect()
    }

    #[test]
    fn rules_as_the_kernel_tells_them() {
        let said: Vec<String> = rules(RULES)
            .iter()
            .map(|rule| {
                format!("{} {} {}: {}", rule.family.lossy(), rule.table.lossy(), rule.chain.lossy(), rule.text.lossy())
            })
            .collect();
        assert_eq!(
            said,
            [
                "ip nat pre: ip saddr 192.0.2.7 dport 443 redirect to :31337",
                "ip nat pre: ip saddr 192.0.2.8 dport 80 dnat to 127.0.0.1:4444",
                "ip nat pre: dport 80 redirect to :8080",
                "ip nat pre: dport 80 redirect to :8080",
                "inet filter input: ip saddr 192.0.2.7 dport 2222 accept",
                "inet filter input: ip saddr 10.0.0.1 dport 22 accept",
                "inet filter input: ip6 saddr 2001:db8::7 dport 8443 accept",
                "inet filter input: dport 99 accept",
                "inet filter input: ip saddr 192.0.2.10 dport 98 accept",
                "inet filter input: ip saddr 192.0.2.20 drop",
            ]
        );
    }
    #[test]
    fn rules_of_iptables() {
        let attribute = |kind: u16, value: &[u8]| {
            let length = u16::try_from(4 + value.len()).unwrap();
            let mut bytes = [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), value].concat();
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            bytes
        };
        let old = |name: &[u8], info: &[u8]| [attribute(1, name), attribute(2, &[0; 4]), attribute(3, info)].concat();
        let expression = |name: &[u8], data: &[u8]| attribute(1, &[attribute(1, name), attribute(2, data)].concat());
        let tcp = [0, u16::MAX, 443, 443].map(u16::to_ne_bytes).concat();
        let range =
            [&1_u32.to_ne_bytes()[..], &2_u32.to_ne_bytes(), &[0; 8], &31337_u16.to_be_bytes(), &[0; 2]].concat();
        let list = [expression(b"match\0", &old(b"tcp\0", &tcp)), expression(b"target\0", &old(b"REDIRECT\0", &range))]
            .concat();
        let body = [&[2, 0, 0, 0][..], &attribute(1, b"nat\0"), &attribute(2, b"PREROUTING\0"), &attribute(4, &list)];
        let rule = of(&body.concat()).unwrap();
        assert_eq!(
            (rule.port, rule.redirect, rule.text.lossy()),
            (Some(443), Some(31337), "dport 443 redirect to :31337".into())
        );
    }
    #[test]
    fn mutated_rules_never_panic() {
        mutate::check(&[RULES], |bytes| !rules(bytes).is_empty());
    }
}
