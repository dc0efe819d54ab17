use super::{audit, rsyslog};
use crate::fixture::Fixture;
use crate::{Plan, mutate, scan};

fn said(host: &str) -> Vec<String> {
    let world = scan(&Fixture::new(host), &Plan::default());
    let off = world.controls_off.iter();
    off.map(|off| format!("{} {:?} {}", off.control.lossy(), off.line, off.path.lossy())).collect()
}

#[test]
fn a_unit_that_is_wanted_and_masked() {
    let host = "/etc/systemd/system/auditd.service @ /dev/null\n/usr/lib/systemd/system/auditd.service = x\n";
    let wanted = "/etc/systemd/system/multi-user.target.wants/auditd.service @ /lib/systemd/system/auditd.service";
    assert_eq!(said(&format!("{host}{wanted}")), ["auditd.service None /etc/systemd/system/auditd.service"]);
    assert!(said(host).is_empty(), "nobody wants it");
    assert!(said(&format!("{host}{wanted}").replace("@ /dev/null", "@ /opt/x")).is_empty());
}
#[test]
fn the_last_setting_of_journald_counts() {
    let main = "/etc/systemd/journald.conf = [Journal]\\n#Storage=none\\nStorage = none\\n";
    assert_eq!(said(main), ["journald Some(3) /etc/systemd/journald.conf"]);
    assert!(
        said(&format!("{main}\n/etc/systemd/journald.conf.d/a.conf = [Journal]\\nStorage=persistent\\n")).is_empty()
    );
}
#[test]
fn rules_that_throw_messages_away() {
    for line in ["*.* ~", "*.*\t/dev/null", "auth,authpriv.* stop", "auth.debug -/dev/null"] {
        assert!(rsyslog::discards(line.as_bytes()), "{line}");
    }
    for line in
        ["& stop", "*.* @logs:514", ":msg, contains, \"x\" ~", "mail.* /dev/null", "*.emerg :omusrmsg:*", "# *.* ~", ""]
    {
        assert!(!rsyslog::discards(line.as_bytes()), "{line}");
    }
    assert_eq!(said("/etc/rsyslog.d/00-a.conf = \\n*.* ~\\n"), ["rsyslog Some(2) /etc/rsyslog.d/00-a.conf"]);
}
#[test]
fn rules_that_audit_nothing() {
    for line in ["-e 0", "-a never,task", "-a task,never"] {
        assert!(audit::is_off(line.as_bytes()), "{line}");
    }
    for line in
        ["-D", "-b 8192", "-f 1", "-e 1", "-e 2", "-a always,exit -F arch=b64 -S execve", "-a never,exit -F dir=/x"]
    {
        assert!(!audit::is_off(line.as_bytes()), "{line}");
    }
}
#[test]
fn mutated_lines_never_panic() {
    mutate::check(&[b"auth,authpriv.* /dev/null"], |bytes| rsyslog::discards(bytes) || !bytes.is_empty());
    mutate::check(&[b"-a never,task"], |bytes| audit::is_off(bytes) || !bytes.is_empty());
}
