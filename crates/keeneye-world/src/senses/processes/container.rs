//! `/proc/N/cgroup`: cgroups(7). Which control group, and which container engine names its groups that way.

use bstr::ByteSlice;
use keeneye_facts::{Container, Text};

/// The path that matters (version 2, else systemd's, else any), and the container that the paths tell of.
/// Lines are `0::/a/b`, `1:name=systemd:/a/b`, `8:pids:/a/b`.
pub(crate) fn parse(text: &[u8]) -> (Text, Option<Container>) {
    let line = |line: &'_ [u8]| -> Option<(Vec<u8>, Vec<u8>)> {
        let mut parts = line.splitn(3, |b| *b == b':').skip(1);
        Some((parts.next()?.to_vec(), parts.next()?.to_vec()))
    };
    let groups: Vec<(Vec<u8>, Vec<u8>)> = text.lines().filter_map(line).collect();
    let of = |name: &[u8]| groups.iter().find(|(n, path)| n == name && path != b"/").map(|(_, path)| path);
    let path = of(b"").or_else(|| of(b"name=systemd")).or_else(|| groups.first().map(|(_, path)| path));
    let container = groups.iter().find_map(|(_, path)| container(path));
    (Text::from(path.map(Vec::as_slice).unwrap_or_default()), container)
}

/// The innermost container that a path tells of.
fn container(path: &[u8]) -> Option<Container> {
    let parts: Vec<&[u8]> = path.split_str("/").filter(|part| !part.is_empty()).collect();
    let at = |n: usize| parts.get(n).copied().unwrap_or_default();
    (0..parts.len()).rev().find_map(|n| {
        let above = n.checked_sub(1).map(at).unwrap_or_default();
        let (engine, id) = scope(at(n)).or_else(|| nspawn(at(n), at(n + 1))).or_else(|| below(above, at(n), &parts))?;
        Some(Container { engine: engine.into(), id: Text::from(id) })
    })
}

/// One component that says it all: `docker-<id>.scope`, `cri-containerd-<id>.scope`, `libpod-<id>`, `lxc.payload.web`,
/// `kubepods-burstable-pod1.slice:cri-containerd:<id>`. Monitors (`libpod-conmon-<id>`) run outside the container.
fn scope(part: &[u8]) -> Option<(&'static str, &[u8])> {
    const ENGINES: [(&str, &str); 6] = [
        ("docker", "docker"),
        ("cri-containerd", "containerd"),
        ("nerdctl", "containerd"),
        ("crio", "cri-o"),
        ("libpod", "podman"),
        ("libpod-payload", "podman"),
    ];
    if let Some(name) = part.strip_prefix(b"lxc.payload.") {
        return Some(("lxc", name));
    }
    let (prefix, id) = match part.rsplitn_str(3, ":").collect::<Vec<_>>().as_slice() {
        [id, engine, _] => (*engine, *id),
        _ => part.strip_suffix(b".scope").unwrap_or(part).rsplit_once_str("-")?,
    };
    let (_, engine) = ENGINES.iter().find(|(name, _)| name.as_bytes() == prefix)?;
    is_id(id).then_some((*engine, id))
}

/// `systemd-nspawn@web.service` with its payload below, and `machine-web.scope`; virtual machines run on the host.
fn nspawn<'a>(part: &'a [u8], inside: &[u8]) -> Option<(&'static str, &'a [u8])> {
    if inside == b"supervisor" {
        return None;
    }
    if let Some(name) = part.strip_prefix(b"systemd-nspawn@") {
        return Some(("systemd-nspawn", name.strip_suffix(b".service").unwrap_or(name)));
    }
    let machine = part.strip_prefix(b"machine-")?.strip_suffix(b".scope")?;
    (!machine.starts_with(b"qemu")).then_some(("systemd-nspawn", machine))
}

/// A component whose place says it: `/docker/<id>`, `/lxc/web`, `/kubepods/besteffort/pod1/<id>`.
fn below<'a>(above: &[u8], part: &'a [u8], all: &[&[u8]]) -> Option<(&'static str, &'a [u8])> {
    match above {
        b"docker" if is_id(part) => Some(("docker", part)),
        b"lxc" | b"lxc.payload" => Some(("lxc", part)),
        _ if is_id(part) && all.iter().any(|p| p.starts_with(b"kubepods")) => Some(("kubernetes", part)),
        _ => None,
    }
}

/// 64 hexadecimal digits.
fn is_id(part: &[u8]) -> bool {
    part.len() == 64 && part.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[track_caller]
    fn check(path: &str, expected: Option<(&str, &str)>) {
        let (_, container) = parse(format!("0::{}\n", path.replace("ID", ID)).as_bytes());
        let found = container.map(|c| (c.engine, c.id.lossy().into_owned()));
        assert_eq!(found, expected.map(|(engine, id)| (engine.to_owned(), id.replace("ID", ID))), "{path}");
    }
    #[test]
    fn every_engine_names_its_groups_its_own_way() {
        check("/system.slice/docker-ID.scope", Some(("docker", "ID")));
        check("/docker/ID", Some(("docker", "ID")));
        check("/docker/ID/init.scope", Some(("docker", "ID")));
        check("/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope", Some(("containerd", "ID")));
        check("/kubepods.slice/kubepods-pod1.slice/crio-ID.scope", Some(("cri-o", "ID")));
        check("/kubepods/besteffort/pod1/ID", Some(("kubernetes", "ID")));
        check(
            "/system.slice/containerd.service/kubepods-burstable-pod1.slice:cri-containerd:ID",
            Some(("containerd", "ID")),
        );
        check("/machine.slice/libpod-ID.scope/container", Some(("podman", "ID")));
        check("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope", Some(("podman", "ID")));
        check("/lxc.payload.web/system.slice/nginx.service", Some(("lxc", "web")));
        check("/lxc/web", Some(("lxc", "web")));
        check("/machine.slice/systemd-nspawn@web.service/payload/init.scope", Some(("systemd-nspawn", "web")));
        check("/machine.slice/machine-web.scope", Some(("systemd-nspawn", "web")));
        check("/../docker-ID.scope", Some(("docker", "ID")));
    }
    #[test]
    fn the_host_and_what_watches_containers_is_none() {
        check("/", None);
        check("/system.slice/docker.service", None);
        check("/system.slice/docker-abc.scope", None);
        check("/machine.slice/libpod-conmon-ID.scope", None);
        check("/machine.slice/crio-conmon-ID.scope", None);
        check("/machine.slice/systemd-nspawn@web.service/supervisor", None);
        check("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", None);
        check("/lxc.monitor.web", None);
        check("/user.slice/user-1000.slice/session-3.scope", None);
    }
    #[test]
    fn the_path_is_version_2_then_systemd_then_any() {
        let path = |text: &str| parse(text.as_bytes()).0.lossy().into_owned();
        assert_eq!(path("8:pids:/x\n1:name=systemd:/system.slice/a.service\n0::/b\n"), "/b");
        assert_eq!(path("8:pids:/x\n1:name=systemd:/system.slice/a.service\n0::/\n"), "/system.slice/a.service");
        assert_eq!(path("8:pids:/x\n"), "/x");
        assert_eq!(path("0::/a:b\n"), "/a:b");
        assert_eq!(path(""), "");
    }
    #[test]
    fn mutated_lines_never_panic() {
        let docker =
            format!("12:memory:/docker/{ID}\n1:name=systemd:/docker/{ID}\n0::/system.slice/docker-{ID}.scope\n");
        let pod = format!("0::/system.slice/containerd.service/kubepods-burstable-pod1.slice:cri-containerd:{ID}\n");
        mutate::check(&[docker.as_bytes(), pod.as_bytes()], |bytes| !parse(bytes).0.is_empty());
    }
}
