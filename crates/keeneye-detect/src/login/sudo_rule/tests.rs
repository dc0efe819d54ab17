use crate::testing::{check, findings};
const NAME: &str = "login/sudo-rule";
const HOST: &str = "package sudo 1 owns /etc/sudoers.d/packaged\n\
    /etc/passwd = root:x:0:0::/root:/bin/bash\\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\\n\
    postgres:x:110:110::/var/lib/postgresql:/bin/bash\\nnobody:x:65534:65534::/:/usr/sbin/nologin\\n\
    nagios:x:111:111::/var/lib/nagios:/usr/sbin/nologin\\nanna:x:1000:1000::/home/anna:/bin/bash\\n\
    deploy:x:1001:1001::/srv/app:/usr/sbin/nologin\\n\n\
    /etc/group = root:x:0:\\nsudo:x:27:anna\\nwww-data:x:33:\\nanna:x:1000:\\n\n\
    /etc/sudoers = root ALL=(ALL:ALL) ALL\\n%sudo ALL=(ALL:ALL) ALL\\n@includedir /etc/sudoers.d\\n\n\
    /opt/app/own.sh : mode=100755 uid=33\n/opt/app/open.sh : mode=100777\n/opt/app/fine.sh : mode=100755\n";

fn said(lines: &str) -> Vec<String> {
    findings(NAME, &format!("{HOST}/etc/sudoers.d/90-local = {lines}\\n"), &[])
}
#[track_caller]
fn loud(line: &str, what: &str) {
    let said = said(line);
    assert_eq!(said.len(), 1, "{line}: {said:?}");
    assert!(
        said[0].starts_with("suspicious: /etc/sudoers.d/90-local:1 ") && said[0].contains(what),
        "{line}: {said:?}"
    );
}

#[test]
fn a_service_that_may_do_everything_is_loud_and_a_person_quiet() {
    check(
        NAME,
        &format!("{HOST}/etc/sudoers.d/90-local = www-data ALL=(ALL) NOPASSWD: ALL\\n"),
        &[
            "suspicious: /etc/sudoers.d/90-local:1 lets www-data, a service's account, run any command as root, without a \
           password",
        ],
    );
    check(NAME, &format!("{HOST}/etc/sudoers.d/90-cloud-init-users = anna ALL=(ALL) NOPASSWD:ALL\\n"), &[]);
}
#[test]
fn in_all_its_spellings() {
    for line in [
        "postgres ALL=(ALL) NOPASSWD: ALL",
        "nobody ALL = NOPASSWD:ALL",
        "#33 ALL=(root) NOPASSWD: ALL",
        "%www-data ALL=(ALL) NOPASSWD: ALL",
        "%#33 ALL=(#0) NOPASSWD: ALL",
        "anna,www-data ALL=(ALL) NOPASSWD: ALL",
        "User_Alias X = www-data\\nX ALL=(ALL) NOPASSWD: ALL",
        "Cmnd_Alias X = ALL\\nwww-data ALL=NOPASSWD: X",
        "Defaults:www-data !authenticate\\nwww-data ALL=(ALL) ALL",
        "deploy ALL=(ALL) NOPASSWD: ALL",
        "www-data ALL=(ALL) NOPASSWD: \\\\\\n  ALL",
    ] {
        let said = said(line);
        assert_eq!(said.len(), 1, "{line}: {said:?}");
        assert!(said[0].starts_with("suspicious: "), "{line}: {said:?}");
    }
}
#[test]
fn commands_that_lead_everywhere() {
    for command in [
        "/bin/sh",
        "/usr/bin/bash",
        "/usr/bin/python3",
        "/usr/bin/perl *",
        "/usr/bin/vim",
        "/usr/bin/less",
        "/usr/bin/find",
        "/usr/bin/env",
        "/bin/su",
        "/usr/bin/tee",
        "/usr/bin/",
        "/usr/bin/*",
        "sudoedit",
        "sudoedit /etc/sudoers.d/x",
        "/tmp/x",
        "/dev/shm/.y/z -a",
        "/opt/.h/run",
        "/opt/app/own.sh",
        "/opt/app/open.sh",
        "/bin/bash /opt/app/own.sh",
        "/bin/ls, /bin/bash",
        "/bin/bash \"\"",
        "/usr/bin/nmap, /usr/bin/awk",
    ] {
        loud(&format!("www-data ALL=(root) NOPASSWD: {command}"), "lets www-data");
    }
}
#[test]
fn everybody() {
    loud("ALL ALL=(ALL) NOPASSWD: ALL", "lets everybody run any command as root, without a password");
    loud("ALL ALL=(ALL:ALL) NOPASSWD: /bin/bash", "lets everybody run /bin/bash");
    loud("%users ALL=(ALL) NOPASSWD: ALL", "lets everybody run any command");
    assert_eq!(said("%wheel ALL=(ALL) NOPASSWD: ALL"), [""; 0]);
    assert_eq!(
        said("ALL ALL=(ALL) ALL"),
        ["unusual: /etc/sudoers.d/90-local:1 lets everybody run any command as root"]
    );
    assert_eq!(said("Defaults targetpw\\nALL ALL=(ALL) ALL"), [""; 0]);
}
#[test]
fn a_service_without_a_password_cannot_give_one() {
    let rule = "postgres ALL=(ALL) ALL";
    assert_eq!(said(rule).len(), 1);
    assert!(said(rule)[0].starts_with("unusual: "));
    let host = format!("{HOST}/etc/sudoers.d/90-local = {rule}\\n\n/etc/shadow = postgres:$6$a$b:1::::::\\n");
    assert!(findings(NAME, &host, &[])[0].starts_with("suspicious: "));
}
#[test]
fn roundabout_ways_are_unusual() {
    for line in [
        "www-data ALL=(root) NOPASSWD: /usr/bin/systemctl",
        "nagios ALL=(root) NOPASSWD: /usr/bin/docker",
        "nagios ALL=(root) NOPASSWD: /usr/bin/tee /etc/x*",
        "www-data ALL=(postgres) NOPASSWD: ALL",
        "#4711 ALL=(ALL) NOPASSWD: ALL",
    ] {
        let said = said(line);
        assert_eq!(said.len(), 1, "{line}");
        assert!(said[0].starts_with("unusual: "), "{line}: {said:?}");
    }
}
#[test]
fn narrow_rules_and_people_are_quiet() {
    for line in [
        "nagios ALL=(root) NOPASSWD: /usr/lib/nagios/plugins/check_raid",
        "nagios ALL=(ALL) NOPASSWD: /usr/lib/nagios/plugins/, /usr/sbin/smartctl",
        "nagios ALL=NOPASSWD: /usr/bin/systemctl status *, /usr/bin/systemctl restart nginx.service",
        "nagios ALL=NOPASSWD: /usr/bin/find /var/spool -type f",
        "www-data ALL=(root) NOPASSWD: /opt/app/fine.sh",
        "www-data ALL=(root) NOPASSWD: /bin/bash /opt/app/fine.sh",
        "nagios ALL=NOPASSWD: sudoedit /etc/nagios/nrpe.cfg",
        "anna ALL=(ALL) NOPASSWD: ALL",
        "%sudo ALL=(ALL) NOPASSWD: ALL",
        "%wheel ALL=(ALL) NOPASSWD: ALL",
        "%anna ALL=(ALL) NOPASSWD: ALL",
        "unknown ALL=(ALL) NOPASSWD: ALL",
        "root ALL=(ALL) NOPASSWD: ALL",
        "#0 ALL=(ALL) NOPASSWD: ALL",
        "# www-data ALL=(ALL) NOPASSWD: ALL",
        "anna,!www-data ALL=(ALL) NOPASSWD: ALL",
        "www-data ALL=(ALL) !ALL",
        "ALL ALL=NOPASSWD: /usr/bin/check-drivers",
    ] {
        assert_eq!(said(line), [""; 0], "{line}");
    }
}
#[test]
fn a_packages_own_rule_is_quiet_until_it_is_changed() {
    let rule = "/etc/sudoers.d/packaged = www-data ALL=(ALL) NOPASSWD: ALL\\n";
    check(NAME, &format!("{HOST}{rule}"), &[]);
    assert_eq!(findings(NAME, &format!("{HOST}{rule}\ntampered /etc/sudoers.d/packaged"), &[]).len(), 1);
}
#[test]
fn files_that_sudo_passes_by_are_quiet() {
    let rule = "www-data ALL=(ALL) NOPASSWD: ALL\\n";
    check(NAME, &format!("{HOST}/etc/sudoers.d/x.dpkg-old = {rule}\n/etc/sudoers.d/x~ = {rule}"), &[]);
}
#[test]
fn doas() {
    let host = format!("{HOST}/etc/doas.conf = permit nopass www-data\\npermit persist :wheel\\n");
    check(
        NAME,
        &host,
        &[
            "suspicious: /etc/doas.conf:1 lets www-data, a service's account, run any command as root, without a password",
        ],
    );
}
#[test]
fn rules_from_an_odd_place_are_loud_whoever_they_are_for() {
    let host = format!("{HOST}/etc/sudoers.d/a = @includedir /var/tmp/x\\n\n/var/tmp/x/y = anna ALL=(ALL) ALL\\n");
    let said = findings(NAME, &host, &[]);
    assert!(said.len() == 1 && said[0].starts_with("suspicious: /var/tmp/x/y:1 lets anna run commands"), "{said:?}");
}
#[test]
fn wherever_it_is_included_from() {
    let host = format!("{HOST}/etc/sudoers.d/a = @include /opt/more\\n\n/opt/more = www-data ALL=NOPASSWD: ALL\\n");
    assert!(findings(NAME, &host, &[])[0].starts_with("suspicious: /opt/more:1 "));
}
