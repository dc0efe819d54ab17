use super::seconds;
use crate::fixture::Fixture;
use crate::{Plan, World, scan};

fn world(host: &str) -> World {
    scan(&Fixture::new(host), &Plan::default())
}

#[test]
fn a_container_of_docker() {
    let dir = "/var/lib/docker/containers/0a";
    let world = world(&format!(
        r#"{dir}/config.v2.json = {{"ID":"0a","Name":"/agent","Created":"2024-01-02T03:04:05Z","State":{{"Running":true}},"Config":{{"Image":"agent:1"}},"MountPoints":{{"/host":{{"Source":"/","Destination":"/host","RW":false}}}}}}
        {dir}/hostconfig.json = {{"Privileged":true,"PidMode":"host","NetworkMode":"host","CapAdd":null,"Binds":["/:/host:ro","/run/docker.sock:/s"]}}
        /etc/docker/daemon.json = {{"hosts":["tcp://0.0.0.0:2375"],"proxies":{{"http-proxy":"http://u:p@x"}}}}"#
    ));
    let [container] = world.engine_containers.as_slice() else { panic!("one container: {:?}", world.gaps) };
    assert_eq!((container.name.lossy(), container.image.lossy()), ("agent".into(), "agent:1".into()));
    assert!(container.running && container.privileged && container.host_pid && container.host_network);
    let mounts: Vec<_> = container.mounts.iter().map(|m| (m.source.lossy().into_owned(), m.writable)).collect();
    assert_eq!(mounts, [("/".to_owned(), false), ("/run/docker.sock".to_owned(), true)]);
    assert_eq!(container.created, Some(1_704_164_645));
    assert_eq!(world.engine_daemons[0].hosts, ["tcp://0.0.0.0:2375"]);
}

#[test]
fn containers_of_podman_and_containerd() {
    let podman = "/var/lib/containers/storage/overlay-containers";
    let containerd = "/run/containerd/io.containerd.runtime.v2.task";
    let oci = r#"{"process":{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}},"mounts":[{"destination":"/h","source":"/","options":["rbind","rw"]}],"linux":{"namespaces":[{"type":"pid"}]}}"#;
    let world = world(&format!(
        r#"{podman}/containers.json = [{{"id":"0b","names":["tool"],"image":"i","created":"2024-01-02T03:04:05Z"}}]
        {podman}/0b/userdata/config.json = {oci}
        {containerd}/k8s.io/0c/config.json = {oci}
        {containerd}/moby/0d/config.json = {oci}"#
    ));
    let said: Vec<_> = world
        .engine_containers
        .iter()
        .map(|c| (c.engine.as_str(), c.name.lossy().into_owned(), c.running, c.privileged, c.host_pid, c.host_network))
        .collect();
    assert_eq!(
        said,
        [
            ("podman", "tool".to_owned(), false, true, false, true),
            ("containerd", "0c".to_owned(), true, true, false, true)
        ]
    );
    assert!(world.engine_containers.iter().all(|container| container.mounts[0].writable));
}

#[test]
fn what_is_not_understood_is_a_gap() {
    let world = world("/var/lib/docker/containers/0a/config.v2.json = {");
    assert!(world.gaps.iter().any(|gap| gap.what.ends_with(b"config.v2.json")), "{:?}", world.gaps);
}

#[test]
fn seconds_of_a_date() {
    assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(seconds("2000-02-29T12:00:00.5+02:00"), Some(951_825_600));
    for bad in ["", "2024", "2024-13-01T00:00:00Z", "é024-01-01T00:00:00Z", "9999999999999999999"] {
        assert_eq!(seconds(bad), None, "{bad}");
    }
}
