//! Where an address is, as far as a database says.

use crate::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A country, by the two capital letters of ISO 3166-1. In JSON it is a string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// `None` for what is no code of a country: anything but two capital letters, what stands for a continent, and what
    /// ISO 3166 leaves to its users, but for Kosovo's. Databases use the latter for networks of crime and the like.
    pub fn new(code: &[u8]) -> Option<Self> {
        let code: [u8; 2] = code.try_into().ok()?;
        let continent = matches!(&code, b"AP" | b"EU");
        let users = matches!(&code, b"AA" | b"ZZ" | [b'Q', b'M'..=b'Z'] | [b'X', b'A'..=b'J' | b'L'..=b'Z']);
        (code.iter().all(u8::is_ascii_uppercase) && !continent && !users).then_some(Self(code))
    }
    /// The two letters.
    pub fn code(&self) -> [u8; 2] {
        self.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}
impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::new(code.as_bytes()).ok_or_else(|| serde::de::Error::custom("no code of a country"))
    }
}

/// How far an address reaches, by the registries of special addresses at IANA (RFC 6890 and what updates it).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// It belongs to somebody on the internet.
    #[default]
    Public,
    /// Of a private network: RFC 1918, and the unique local addresses of IPv6.
    Private,
    /// Behind a carrier's translation: 100.64.0.0/10.
    CarrierNat,
    /// This host.
    Loopback,
    /// This wire.
    LinkLocal,
    /// For examples.
    Documentation,
    /// Many hosts.
    Multicast,
    /// An IPv4 address in IPv6 clothes: NAT64, 6to4, Teredo. Where the other side is cannot be said.
    Tunnel,
    /// It belongs to nobody: 0.0.0.0/8, 240.0.0.0/4, benchmarks, protocols, and what of IPv6 is not given out.
    Reserved,
}

/// First address, length of the prefix, what it is. The first that fits counts.
const V4: &[(Ipv4Addr, u32, Reach)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, Reach::Reserved),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Reach::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Reach::CarrierNat),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Reach::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Reach::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Reach::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, Reach::Reserved),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Reach::Documentation),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Reach::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, Reach::Reserved),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Reach::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Reach::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Reach::Multicast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, Reach::Reserved),
];
const V6: &[(Ipv6Addr, u32, Reach)] = &[
    (Ipv6Addr::LOCALHOST, 128, Reach::Loopback),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, Reach::Tunnel),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, Reach::Tunnel),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, Reach::Tunnel),
    (Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0), 48, Reach::Reserved),
    (Ipv6Addr::new(0x2001, 0x10, 0, 0, 0, 0, 0, 0), 28, Reach::Reserved),
    (Ipv6Addr::new(0x2001, 0x20, 0, 0, 0, 0, 0, 0), 28, Reach::Reserved),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, Reach::Documentation),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, Reach::Tunnel),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, Reach::Documentation),
    // All that is given out.
    (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3, Reach::Public),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, Reach::Private),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, Reach::LinkLocal),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, Reach::Multicast),
];

impl Reach {
    /// Of an address; an IPv4 address written as IPv6 is the former.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let fits = |(first, bits, _): &&(Ipv4Addr, u32, Self)| {
                    (u32::from(address) ^ u32::from(*first)).leading_zeros() >= *bits
                };
                V4.iter().find(fits).map_or(Self::Public, |(_, _, reach)| *reach)
            }
            IpAddr::V6(address) => {
                let fits = |(first, bits, _): &&(Ipv6Addr, u32, Self)| {
                    (u128::from(address) ^ u128::from(*first)).leading_zeros() >= *bits
                };
                V6.iter().find(fits).map_or(Self::Reserved, |(_, _, reach)| *reach)
            }
        }
    }
}

/// A point on the earth, and how far the truth may be from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Point {
    /// In 1/10,000 degrees, north of the equator.
    pub latitude: i32,
    /// In 1/10,000 degrees, east of Greenwich.
    pub longitude: i32,
    /// In km, as the database says.
    pub radius: u16,
}

/// Which database says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlaceSource {
    /// Its file, or `keeneye's own table`.
    pub database: Text,
    /// When it was made, in seconds since 1970, as it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub built: Option<i64>,
}

/// Where an address is, and whose.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// How far the address reaches. Anything but a public one has no country and no network.
    pub reach: Reach,
    /// As registries, geofeeds or the person's database say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// The number of the autonomous system that announces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asn: Option<u32>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_name: Option<Text>,
    /// A data centre, a VPN, a proxy or Tor: who comes from there may sit anywhere. `None` where no database says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hosting: Option<bool>,
    /// The same address at many places at once. `None` where no database says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anycast: Option<bool>,
    /// Of a database of cities alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// What says the country and the point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_from: Option<PlaceSource>,
    /// What says the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_from: Option<PlaceSource>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_addresses_reach() {
        let cases = [
            (Reach::Public, "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 172.15.255.255 172.32.0.0 223.255.255.255"),
            (Reach::Public, "2a01:4f8::1 2606:4700::1111 ::ffff:1.1.1.1"),
            (Reach::Private, "10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.1 fd00::1 ::ffff:10.0.0.1"),
            (Reach::CarrierNat, "100.64.0.0 100.127.255.255"),
            (Reach::Loopback, "127.0.0.1 127.255.255.255 ::1"),
            (Reach::LinkLocal, "169.254.169.254 fe80::1 febf::1"),
            (Reach::Documentation, "192.0.2.7 198.51.100.7 203.0.113.7 2001:db8::1 3fff::1"),
            (Reach::Multicast, "224.0.0.1 239.255.255.255 ff02::1"),
            (Reach::Tunnel, "64:ff9b::1.1.1.1 2002:101:101::1 2001::1"),
            (Reach::Reserved, "0.0.0.0 255.255.255.255 198.19.0.1 :: 2001:2::1 4000::1 2001:20::1"),
        ];
        for (reach, addresses) in cases {
            for address in addresses.split(' ') {
                assert_eq!(Reach::of(address.parse().unwrap()), reach, "{address}");
            }
        }
    }

    #[test]
    fn codes_of_countries() {
        for code in ["DE", "QA", "XK", "ZW"] {
            assert_eq!(Country::new(code.as_bytes()).map(|country| country.to_string()).as_deref(), Some(code));
        }
        for no_code in ["", "D", "de", "DEU", "D1", "A1", "??", "EU", "AP", "XX", "XD", "ZZ", "QZ"] {
            assert_eq!(Country::new(no_code.as_bytes()), None);
        }
    }
}
