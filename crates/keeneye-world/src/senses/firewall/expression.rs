//! What one expression of a rule does: `nft_expr` attributes of include/uapi/linux/netfilter/nf_tables.h. Their numbers
//! are big-endian.

use super::super::netlink::attributes;
use bstr::ByteSlice;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a register holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Register {
    /// The source address, so many bytes of it, and maybe more behind.
    Source(usize),
    /// Ports: the destination's begins at this byte.
    Port(usize),
    /// Bytes that the rule brings.
    Data(Vec<u8>),
}

/// What a rule matches and does, as far as it matters.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    registers: BTreeMap<u32, Register>,
    pub(super) source: Option<IpAddr>,
    pub(super) port: Option<u16>,
    pub(super) redirect: Option<u16>,
    pub(super) to: Option<IpAddr>,
    pub(super) accepts: bool,
    /// Names of what ends it: `accept`, `drop`, `jump x`, `redirect`.
    pub(super) verdict: Vec<u8>,
}

impl Meaning {
    /// Takes in one expression: its name and its attributes.
    pub(super) fn add(&mut self, name: &[u8], data: &[u8]) {
        // What does not fit says nothing; the other expressions of the rule still do.
        let _ = match name {
            b"payload" => self.payload(data),
            b"bitwise" => self.forget(data),
            b"cmp" => self.compare(data),
            b"immediate" => self.immediate(data),
            b"redir" => self.redirect(data, 1),
            b"tproxy" => self.redirect(data, 3),
            b"nat" => self.nat(data),
            b"match" => self.old_match(data),
            b"target" => self.old_target(data),
            _ => None,
        };
    }

    /// NFTA_PAYLOAD_DREG, _BASE (1 network header, 2 transport header), _OFFSET, _LEN.
    fn payload(&mut self, data: &[u8]) -> Option<()> {
        let [register, base, offset, length] = [1, 2, 3, 4].map(|kind| number(data, kind));
        let length = usize::try_from(length?).ok()?;
        let held = match (base?, offset?, length) {
            (1, 12, 4 | 8) => Register::Source(4),
            (1, 8, 16 | 32) => Register::Source(16),
            (2, 2, 2) => Register::Port(0),
            (2, 0, 4) => Register::Port(2),
            _ => return self.registers.remove(&register?).map(drop),
        };
        self.registers.insert(register?, held);
        Some(())
    }

    /// NFTA_BITWISE_DREG: what is masked is not one address any more.
    fn forget(&mut self, data: &[u8]) -> Option<()> {
        self.registers.remove(&number(data, 2)?).map(drop)
    }

    /// NFTA_CMP_SREG, _OP (0 equal), _DATA.
    fn compare(&mut self, data: &[u8]) -> Option<()> {
        if number(data, 2)? != 0 {
            return None;
        }
        let value = value(data, 3)?;
        match self.registers.get(&number(data, 1)?)? {
            Register::Source(length) => self.source = address(value.get(..*length)?),
            Register::Port(at) => self.port = Some(u16::from_be_bytes(*value.get(*at..)?.first_chunk()?)),
            Register::Data(_) => (),
        }
        Some(())
    }

    /// NFTA_IMMEDIATE_DREG, _DATA: a value, or NFTA_DATA_VERDICT with NFTA_VERDICT_CODE and _CHAIN.
    fn immediate(&mut self, data: &[u8]) -> Option<()> {
        if let Some(value) = value(data, 2) {
            self.registers.insert(number(data, 1)?, Register::Data(value.to_vec()));
            return Some(());
        }
        let verdict = attribute(attribute(data, 2)?, 2)?;
        let chain = attribute(verdict, 2).unwrap_or_default().trim_end_with(|c| c == '\0').to_vec();
        // NF_DROP, NF_ACCEPT, NFT_JUMP, NFT_GOTO, NFT_RETURN.
        let word: &[u8] = match i32::from_be_bytes(number(verdict, 1)?.to_be_bytes()) {
            0 => b"drop",
            1 => b"accept",
            -3 => b"jump ",
            -4 => b"goto ",
            -5 => b"return",
            _ => b"",
        };
        self.accepts |= word == b"accept";
        self.verdict = [word, &chain].concat();
        Some(())
    }

    /// The register of the port: NFTA_REDIR_REG_PROTO_MIN is 1, NFTA_TPROXY_REG_PORT is 3. Without one the port stays.
    fn redirect(&mut self, data: &[u8], kind: u16) -> Option<()> {
        self.verdict = b"redirect".to_vec();
        let register = number(data, kind);
        self.redirect = register.and_then(|register| self.held_port(register)).or(self.port);
        Some(())
    }

    /// NFTA_NAT_TYPE (1 is the destination), _REG_ADDR_MIN 3, _REG_PROTO_MIN 5.
    fn nat(&mut self, data: &[u8]) -> Option<()> {
        if number(data, 1)? != 1 {
            self.verdict = b"snat".to_vec();
            return Some(());
        }
        self.verdict = b"dnat".to_vec();
        self.redirect = number(data, 5).and_then(|register| self.held_port(register)).or(self.port);
        self.to = match self.registers.get(&number(data, 3)?)? {
            Register::Data(bytes) => address(bytes),
            _ => None,
        };
        Some(())
    }

    fn held_port(&self, register: u32) -> Option<u16> {
        match self.registers.get(&register)? {
            Register::Data(bytes) => Some(u16::from_be_bytes(*bytes.first_chunk()?)),
            _ => None,
        }
    }

    /// NFTA_MATCH_NAME, _REV, _INFO: matches of iptables. `struct xt_tcp` and `struct xt_udp` begin with the lowest and
    /// the highest source port, then those of the destination, in the order of bytes of the machine.
    fn old_match(&mut self, data: &[u8]) -> Option<()> {
        let (name, info) = (text(attribute(data, 1)?), attribute(data, 3)?);
        if !matches!(name, b"tcp" | b"udp") {
            return None;
        }
        let port = |at: usize| Some(u16::from_ne_bytes(*info.get(at..)?.first_chunk()?));
        let (lowest, highest) = (port(4)?, port(6)?);
        if lowest == highest {
            self.port = Some(lowest);
        }
        Some(())
    }

    /// NFTA_TARGET_NAME, _REV, _INFO: targets of iptables. REDIRECT, and DNAT of revision 0, have `struct
    /// nf_nat_ipv4_multi_range_compat`: a count, flags, two addresses, two ports. Later DNAT has `struct nf_nat_range`:
    /// flags, two addresses of 16 bytes, two ports.
    fn old_target(&mut self, data: &[u8]) -> Option<()> {
        let (name, info) = (text(attribute(data, 1)?), attribute(data, 3)?);
        let revision = number(data, 2).unwrap_or(0);
        let (address_at, port_at) = match (name, revision) {
            (b"REDIRECT", 0) | (b"DNAT", 0) => (8, 16),
            (b"REDIRECT" | b"DNAT", _) => (4, 36),
            _ => {
                self.verdict = name.to_vec();
                return Some(());
            }
        };
        self.verdict = name.to_ascii_lowercase();
        let port = u16::from_be_bytes(*info.get(port_at..)?.first_chunk()?);
        self.redirect = Some(port).filter(|port| *port != 0).or(self.port);
        if name == b"DNAT" {
            self.to = address(info.get(address_at..address_at + 4)?).filter(|ip| !ip.is_unspecified());
        }
        Some(())
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => Some(IpAddr::V4(Ipv4Addr::from(*bytes.first_chunk::<4>()?))),
        16 => Some(IpAddr::V6(Ipv6Addr::from(*bytes.first_chunk::<16>()?))),
        _ => None,
    }
}

/// An attribute of that type.
pub(super) fn attribute(data: &[u8], kind: u16) -> Option<&[u8]> {
    attributes(data).find(|(found, _)| *found == kind).map(|(_, value)| value)
}

/// A number, big-endian.
fn number(data: &[u8], kind: u16) -> Option<u32> {
    Some(u32::from_be_bytes(*attribute(data, kind)?.first_chunk()?))
}

/// NFTA_DATA_VALUE inside of an attribute.
fn value(data: &[u8], kind: u16) -> Option<&[u8]> {
    attribute(attribute(data, kind)?, 1)
}

/// A name ends with NUL.
pub(super) fn text(value: &[u8]) -> &[u8] {
    value.split(|b| *b == 0).next().unwrap_or_default()
}
