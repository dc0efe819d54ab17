//! Addresses of archives: from /etc/hosts, else from the name servers in /etc/resolv.conf, both of the machine that keeneye
//! runs on. See [`keeneye_world::dns`] for why the C library is not asked.

use crate::own::{random_seed, read_own_file};
use keeneye_world::dns::{Family, addresses, question};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// As resolv.conf(5) has it.
const MAX_SERVERS: usize = 3;
const MAX_ADDRESSES: usize = 8;
const MAX_FILE: u64 = 1 << 20;
/// For one answer of one server.
const PATIENCE: Duration = Duration::from_secs(4);
/// Longest answer by UDP, in bytes.
const MAX_ANSWER: usize = 4096;
const DNS_PORT: u16 = 53;
const HTTP_PORT: u16 = 80;

#[derive(Debug)]
pub(super) struct Names;

impl Resolver for Names {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(HTTP_PORT);
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => of_host(host),
        };
        let mut resolved = self.empty();
        found.into_iter().take(MAX_ADDRESSES).for_each(|address| resolved.push(SocketAddr::new(address, port)));
        if resolved.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(resolved) }
    }
}

fn of_host(host: &str) -> Vec<IpAddr> {
    let text = |path: &str| read_own_file(Path::new(path), MAX_FILE).unwrap_or_default();
    let known = in_hosts(&String::from_utf8_lossy(&text("/etc/hosts")), host);
    if !known.is_empty() {
        return known;
    }
    let servers = servers(&String::from_utf8_lossy(&text("/etc/resolv.conf")));
    for family in [Family::V4, Family::V6] {
        let found = servers.iter().find_map(|server| ask(*server, host, family)).unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn in_hosts(text: &str, host: &str) -> Vec<IpAddr> {
    let line = |line: &str| {
        let mut words = line.split('#').next()?.split_ascii_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|name| name.eq_ignore_ascii_case(host)).then_some(address)
    };
    text.lines().filter_map(line).collect()
}

fn servers(text: &str) -> Vec<IpAddr> {
    let line = |line: &str| line.strip_prefix("nameserver")?.split_ascii_whitespace().next()?.parse().ok();
    text.lines().filter_map(line).take(MAX_SERVERS).collect()
}

/// `None`: no answer.
fn ask(server: IpAddr, host: &str, family: Family) -> Option<Vec<IpAddr>> {
    let [first, second, ..] = random_seed().to_le_bytes();
    let packet = question(u16::from_le_bytes([first, second]), host, family)?;
    let own: IpAddr = if server.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let socket = UdpSocket::bind((own, 0)).ok()?;
    socket.connect((server, DNS_PORT)).ok()?;
    socket.set_read_timeout(Some(PATIENCE)).ok()?;
    socket.send(&packet).ok()?;
    let mut answer = [0; MAX_ANSWER];
    let length = socket.recv(&mut answer).ok()?;
    addresses(&packet, answer.get(..length)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_machine() {
        let hosts = "127.0.0.1 localhost\n192.0.2.1\tMirror mirror.example.org # ours\nrubbish\n";
        assert_eq!(in_hosts(hosts, "mirror.example.org"), ["192.0.2.1".parse::<IpAddr>().unwrap()]);
        assert!(in_hosts(hosts, "ours").is_empty());
        let text = "# x\nnameserver 192.0.2.53\nsearch example.org\nnameserver ::1\nnameserver x\n";
        assert_eq!(servers(text), ["192.0.2.53".parse::<IpAddr>().unwrap(), "::1".parse().unwrap()]);
    }
}
