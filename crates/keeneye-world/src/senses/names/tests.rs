use super::*;
use crate::fixture::Fixture;
use crate::scan;

fn world(host: &str) -> World {
    scan(&Fixture::new(host), &Plan::default())
}
fn gaps(world: &World) -> Vec<String> {
    let of = world.gaps.iter().filter(|gap| gap.sense == "names");
    of.map(|gap| format!("{} {:?}", gap.what.lossy(), gap.why)).collect()
}
fn machines(world: &World) -> Vec<String> {
    world.repositories.iter().map(|one| format!("{}:{} {}", one.path.lossy(), one.line, one.host.lossy())).collect()
}

#[test]
fn lines_of_hosts() {
    let world = world(
        "/etc/hosts = # note\\n127.0.0.1\\tlocalhost\\n\\n::1 ip6-localhost ip6-loopback # x\\nfe80::1%lo0 lo\\n10.0.0.5 db1\\n\
         nonsense\\n10.0.0.6\\n",
    );
    let told: Vec<String> = world
        .host_names
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                entry.line,
                entry.address.lossy(),
                bstr::BString::from(bstr::join(",", entry.names.iter().map(Text::as_slice)))
            )
        })
        .collect();
    assert_eq!(
        told,
        ["2 127.0.0.1 localhost", "4 ::1 ip6-localhost,ip6-loopback", "5 fe80::1%lo0 lo", "6 10.0.0.5 db1"]
    );
    assert_eq!(gaps(&world), ["/etc/hosts Garbled(\"line 7 is not an address with names, and 1 more lines\")"]);
}
#[test]
fn long_lists_keep_what_matters() {
    let mut hosts = String::new();
    for number in 0..MAX_LINES + 10 {
        hosts.push_str(&format!("0.0.0.0 ad{number}.example\n"));
    }
    hosts.push_str("0.0.0.0 security.debian.org\n");
    let mut host = Fixture::new("/etc/apt/sources.list = deb http://deb.debian.org/debian bookworm main\\n");
    host.file("/etc/hosts", hosts.as_bytes());
    let world = scan(&host, &Plan::default());
    assert_eq!(world.host_names.len(), MAX_LINES + 1);
    assert!(world.host_names.last().is_some_and(|entry| entry.names == [Text::from("security.debian.org")]));
}
#[test]
fn name_servers() {
    let world = world(
        "/etc/resolv.conf @ ../run/stub.conf\n/run/stub.conf = # x\\nnameserver 127.0.0.53\\nsearch lan\\n nameserver\\t::1 # y\\nnameserver\\n",
    );
    assert_eq!(world.name_servers, ["127.0.0.53", "::1"].map(Text::from));
    assert_eq!(gaps(&world), [""; 0]);
    assert_eq!(gaps(&self::world("/etc/resolv.conf @ ../run/none")), [""; 0]);
    assert_eq!(gaps(&self::world("/etc/hosts ! EACCES")), ["/etc/hosts Errno(13)"]);
}
#[test]
fn where_software_comes_from() {
    let world = world(
        "/etc/apt/sources.list = deb [signed-by=/x] https://user:pw@Deb.Debian.org:443/debian x main\\n# deb http://no.example/ x\\n\
         deb cdrom:[Debian]/ x main\\n\n/etc/apt/sources.list.d/a.sources = URIs: http://a.example/x http://b.example/y\\n\n\
         /etc/apt/sources.list.d/a.list.save = deb http://no.example/ x\\n\n/etc/apt/mirrors/d.list = https://m.example/debian\\n\n\
         /etc/yum.repos.d/x.repo = [x]\\nbaseurl=http://y.example/$releasever\\nmetalink=https://$v.z.example/\\n\n\
         /etc/clamav/freshclam.conf = DatabaseMirror database.clamav.net\\n\n/etc/apk/repositories = http://10.0.0.1/x\\n\n\
         /etc/os-release @ ../usr/lib/os-release\n/usr/lib/os-release = HOME_URL=\"https://www.debian.org/\"\\n",
    );
    assert_eq!(
        machines(&world),
        [
            "/etc/apt/sources.list:1 deb.debian.org",
            "/etc/clamav/freshclam.conf:1 database.clamav.net",
            "/etc/os-release:1 www.debian.org",
            "/etc/apt/sources.list.d/a.sources:1 a.example",
            "/etc/apt/sources.list.d/a.sources:1 b.example",
            "/etc/apt/mirrors/d.list:1 m.example",
            "/etc/yum.repos.d/x.repo:2 y.example",
        ]
    );
}
#[test]
fn domains() {
    let domain = |name: &str| hosts::domain(name.as_bytes()).map(Text::from);
    assert_eq!(domain("Security.Debian.org."), Some("debian.org".into()));
    assert_eq!(domain("debian.org"), Some("debian.org".into()));
    assert_eq!(domain("org."), None);
}
#[test]
fn mutated_files_never_panic() {
    let hosts: &[u8] = b"127.0.0.1 localhost\n::1 ip6-localhost # x\n0.0.0.0 a.example b.example\n";
    crate::mutate::check(&[hosts], |bytes| bytes.lines().any(|line| matches!(hosts::line(line, 1), Ok(Some(_)))));
    let sources: &[u8] =
        b"deb [arch=amd64] https://u:p@deb.debian.org/debian x main\nURIs: http://a.example http://b.example\n";
    crate::mutate::check(&[sources], |bytes| bytes.lines().any(|line| !repositories::hosts(line).is_empty()));
    let servers: &[u8] = b"nameserver 127.0.0.53\nsearch lan\nnameserver ::1\n";
    crate::mutate::check(&[servers], |bytes| bytes.lines().any(|line| name_server(line).is_some()));
}
