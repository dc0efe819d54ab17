use crate::fixture::Fixture;
use crate::{Plan, World, scan};
use keeneye_facts::{AuthorizedKey, SshdSetting};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPGZ6vBx9e0WQdGrQ8gkMEIWKQLJzLgJYQ5qMBAkLNW";
const ACCOUNTS: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nweb:x:33:33::/var/www:/usr/sbin/nologin\\n\
    anna:x:1000:1000::/home/anna:/bin/bash\\nsame:x:1001:1001::/home/anna:/bin/bash\\n\n";

fn world(host: &str) -> World {
    scan(&Fixture::new(&format!("{ACCOUNTS}{}", host.replace("KEY", KEY))), &Plan::default())
}
fn gaps(world: &World) -> Vec<String> {
    let of = world.gaps.iter().filter(|gap| gap.sense == "secure_shell");
    of.map(|gap| format!("{} {:?}", gap.what.lossy(), gap.why)).collect()
}
fn settings(world: &World) -> Vec<String> {
    let said = |s: &SshdSetting| {
        let matched = s.matched.as_ref().map(|m| format!(" [{}]", m.lossy())).unwrap_or_default();
        format!("{}:{} {} {}{matched}", s.path.file_name(), s.line, s.key.lossy(), s.value.lossy())
    };
    world.sshd_settings.iter().map(said).collect()
}
/// Where keys stand, and whom they let in.
fn keys(world: &World) -> Vec<String> {
    let said = |k: &AuthorizedKey| format!("{}:{} {}", k.path.lossy(), k.line, k.account.lossy());
    world.authorized_keys.iter().map(said).collect()
}

#[test]
fn settings_in_the_order_of_reading() {
    let world = world(
        "/etc/ssh/sshd_config = # note\\nInclude sshd_config.d/*.conf\\nPort 22\\nMatch User web\\n  ForceCommand /bin/x y\\n\
         Include /etc/ssh/more\\nMatch all\\nX11Forwarding no\\n\n/etc/ssh/sshd_config.d/10.conf = port=2222\\nMatch User x\\nBanner no\\n\n\
         /etc/ssh/sshd_config.d/20.conf.off = Port 1\\n\n/etc/ssh/more = AllowTcpForwarding no\\n",
    );
    assert_eq!(
        settings(&world),
        [
            "10.conf:1 port 2222",
            "10.conf:2 banner no [User x]".replace(":2", ":3").as_str(),
            "sshd_config:3 port 22",
            "sshd_config:5 forcecommand /bin/x y [User web]",
            "more:1 allowtcpforwarding no [User web]",
            "sshd_config:8 x11forwarding no [all]",
        ]
    );
    assert_eq!(gaps(&world), [""; 0]);
    assert!(world.file(b"/etc/ssh/sshd_config.d/10.conf").is_some());
}
#[test]
fn what_a_setting_names_is_resolved_and_looked_at() {
    let world = world(
        "/opt/x @ ../usr/bin/y\n/usr/bin/y : mode=100755\n\
         /etc/ssh/sshd_config = AuthorizedKeysCommand \"/opt/x\" %u\\nAuthorizedPrincipalsCommand none\\nSubsystem sftp /not/there -f\\n\
         TrustedUserCAKeys /etc/ssh/ca.pub\\nForceCommand env A=b /opt/x\\nSubsystem sftp internal-sftp\\n",
    );
    let names: Vec<String> = world
        .sshd_settings
        .iter()
        .map(|s| s.names.as_ref().map(|n| n.lossy().into_owned()).unwrap_or_default())
        .collect();
    assert_eq!(names, ["/usr/bin/y", "", "/not/there", "/etc/ssh/ca.pub", "/usr/bin/y", ""]);
    assert!(world.file(b"/usr/bin/y").is_some());
}
#[test]
fn garbage_and_rings_are_gaps() {
    let world = world(
        "/etc/ssh/sshd_config = Port\\nInclude /etc/ssh/sshd_config\\n\n/root/.ssh/authorized_keys = KEY a\\nx\\ny\\n",
    );
    let gaps = gaps(&world);
    assert!(gaps.contains(&"/etc/ssh/sshd_config Garbled(\"line 1 is not a setting\")".to_owned()), "{gaps:?}");
    assert!(gaps.iter().any(|gap| gap.contains("16 levels")), "{gaps:?}");
    assert!(
        gaps.contains(&"/root/.ssh/authorized_keys Garbled(\"line 2 is not a key, and 1 more lines\")".to_owned()),
        "{gaps:?}"
    );
    assert_eq!(keys(&world), ["/root/.ssh/authorized_keys:1 root"]);
}
#[test]
fn keys_of_every_account_in_both_files() {
    let world = world(
        "/root/.ssh/authorized_keys = # note\\n\\nKEY a\\nno-pty KEY b c\\n\n/var/www/.ssh/authorized_keys2 = KEY\\n\n\
         /home/anna/.ssh @ ../../data\n/data/authorized_keys = KEY\\n\n/etc/dropbear/authorized_keys = KEY\\n",
    );
    let wanted = [
        "/root/.ssh/authorized_keys:3 root",
        "/root/.ssh/authorized_keys:4 root",
        "/var/www/.ssh/authorized_keys2:1 web",
        "/etc/dropbear/authorized_keys:1 root",
    ];
    let found = keys(&world);
    for key in wanted {
        assert!(found.contains(&key.to_owned()), "{key}: {found:?}");
    }
    assert_eq!(gaps(&world), [""; 0]);
    assert!(world.file(b"/root/.ssh/authorized_keys").is_some());
}
#[test]
fn files_that_sshd_is_told_of() {
    let files = "/etc/ssh/keys/web = KEY\\n\n/home/anna/keys = KEY\\n\n/root/.ssh/authorized_keys = KEY\\n\n/srv/33/k = KEY\\n\n\
                 /etc/ssh/all = KEY\\n\n/tmp/x = KEY\\n";
    let with = |config: &str| keys(&world(&format!("{files}\n/etc/ssh/sshd_config = {config}\\n")));
    assert_eq!(with("AuthorizedKeysFile /etc/ssh/keys/%u"), ["/etc/ssh/keys/web:1 web"]);
    assert_eq!(with("AuthorizedKeysFile keys /srv/%U/k"), ["/srv/33/k:1 web", "/home/anna/keys:1 anna"]);
    assert_eq!(with("AuthorizedKeysFile %h/keys"), ["/home/anna/keys:1 anna"]);
    assert_eq!(with("AuthorizedKeysFile none"), [""; 0]);
    assert_eq!(with("AuthorizedKeysFile /etc/ssh/all"), ["/etc/ssh/all:1 "]);
    assert_eq!(with("AuthorizedKeysFile none\\nAuthorizedKeysFile keys"), [""; 0], "the first counts");
    assert_eq!(
        with("Match User web\\nAuthorizedKeysFile /tmp/x"),
        ["/root/.ssh/authorized_keys:1 root", "/tmp/x:1 web"]
    );
}
#[test]
fn homes_that_cannot_be_looked_into_are_gaps() {
    let world = world("/root/.ssh/authorized_keys ! EACCES\n/home/anna/Access-Your-Private-Data.desktop = x");
    assert_eq!(
        gaps(&world),
        ["/root/.ssh/authorized_keys Errno(13)", "/home/anna/.ssh (encrypted home, not mounted) NotHere"]
    );
    let mut host = Fixture::new(ACCOUNTS);
    host.directory("/home");
    let world = scan(&host, &Plan::default());
    assert!(gaps(&world).iter().any(|gap| gap.contains("not mounted")), "{:?}", gaps(&world));
}
#[test]
fn homes_that_passwd_does_not_know() {
    let world = world("/home/ldap/.ssh/authorized_keys = KEY\\n\n/home/anna/.ssh/authorized_keys = KEY\\n");
    assert_eq!(keys(&world), ["/home/anna/.ssh/authorized_keys:1 anna", "/home/ldap/.ssh/authorized_keys:1 ldap"]);
}
#[test]
fn secrets_of_options_stay_at_the_door() {
    let world = world("/root/.ssh/authorized_keys = environment=\"TOKEN=hunter2\" KEY\\n");
    let options = world.authorized_keys.first().map(|key| key.options.clone()).unwrap_or_default();
    assert_eq!(options, "environment=\"TOKEN=*******\"");
}
