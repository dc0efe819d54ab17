//! Whole break-ins, letter by letter.

use super::{HOST, Story, ticks_before, told};

#[track_caller]
fn tells(story: &str, expected: &str) {
    let told = told(&Story::new(&format!("{HOST}{story}")).incidents());
    assert_eq!(told, expected, "\n--- this came out:\n{told}---");
}

#[test]
fn a_hidden_program_of_the_web_server_that_cron_restarts() {
    let (shell, program) = (ticks_before(7000), ticks_before(6990));
    tells(
        &format!(
            "/etc/ld.so.preload = /usr/lib/libx.so\\n\n/usr/lib/libx.so : mode=100644 changed=1699993000\n\
             /dev/shm/.k/k : mode=100755 uid=33 changed=1699992900\n\
             /var/spool/cron/crontabs/www-data : mode=100600 changed=1699993300\n\
             process 4120 ppid=901 start={shell} uid=33 exe=/usr/bin/dash cmdline=\"sh -c id\"\n\
             process 4127 ppid=4120 start={program} uid=33 exe=/dev/shm/.k/k\n\
             connect tcp 10.0.0.5:4000 51.15.54.102:443 pid=4127\n\
             starts cron /var/spool/cron/crontabs/www-data:1 www-data \"*/5 * * * *\" /dev/shm/.k/k /dev/shm/.k/k\n\
             found suspicious process/volatile-exe pid 4127\n\
             found suspicious persistence/cron-risky file /var/spool/cron/crontabs/www-data:1\n\
             found compromised integrity/preload-list file /usr/lib/libx.so\n\
             found note process/history-off pid 4120"
        ),
        include_str!("told/web.txt"),
    );
}

#[test]
fn left_behind_by_a_service_it_still_is_in_its_control_group() {
    let start = ticks_before(7000);
    let group = "cgroup=/system.slice/php8.2-fpm.service";
    let story = |group: &str| {
        format!(
            "/tmp/k : mode=100755 uid=33 changed=1699992990\nprocess 4127 ppid=1 start={start} uid=33 {group} exe=/tmp/k\nfound suspicious process/volatile-exe pid 4127"
        )
    };
    tells(&story(group), include_str!("told/control_group.txt"));
    tells(&story(""), include_str!("told/account.txt"));
}

#[test]
fn keys_accounts_and_rights_are_ways_back_in() {
    tells(
        "/etc/sudoers.d/10-local = www-data ALL=(ALL) NOPASSWD: ALL\\n\n\
         /etc/sudoers = @includedir /etc/sudoers.d\\n\n\
         /root/.ssh/authorized_keys = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcceptanceAcceptanceAcceptanceAcceptanceAcc x\\n\n\
         /etc/sudoers.d/10-local : mode=100440 changed=1699990200\n\
         /root/.ssh/authorized_keys : mode=100600 changed=1699990100\n\
         /etc/ssh/sshd_config : mode=100644 changed=1699990300\n\
         found compromised login/second-root account toor @1699990000\n\
         found suspicious login/new-key file /root/.ssh/authorized_keys:1 @1699990100\n\
         found suspicious login/sudo-rule file /etc/sudoers.d/10-local:1 @1699990200\n\
         found unusual integrity/config-changed file /etc/ssh/sshd_config @1699990300",
        include_str!("told/accounts.txt"),
    );
}

#[test]
fn a_unit_a_generator_a_tool_and_a_setuid_copy() {
    tells(
        "/usr/bin/dmpyui : mode=100755 changed=1699000000\n/var/tmp/.s : mode=104755 changed=1699000200\n\
         starts unit /etc/systemd/system/systemd-worker.service:4 - ExecStart /usr/bin/dmpyui /usr/bin/dmpyui\n\
         starts generator /etc/systemd/system-generators/x - \"\" /etc/systemd/system-generators/x\n\
         found suspicious persistence/unit-risky file /etc/systemd/system/systemd-worker.service:4 @1699000050\n\
         found suspicious persistence/generator file /etc/systemd/system-generators/x @1699000100\n\
         found suspicious integrity/unowned-in-package-dir file /usr/bin/dmpyui @1699000000\n\
         found suspicious integrity/setuid-unowned file /var/tmp/.s @1699000200\n\
         found suspicious login/history-linked file /root/.bash_history @1699000300",
        include_str!("told/unit.txt"),
    );
}

#[test]
fn a_miner_with_the_name_of_a_kernel_thread() {
    let start = ticks_before(3000);
    tells(
        &format!(
            "/var/tmp/.c/k : mode=100755 changed=1699996900\n\
             process 41 start={start} exe=/var/tmp/.c/k cmdline=\"[kworker/1:2]\"\n\
             process 42 start={start} exe=/var/tmp/.c/k cmdline=\"k -o stratum+tcp://192.0.2.9:3333\"\n\
             connect tcp 10.0.0.5:4000 192.0.2.9:3333 pid=42\n\
             starts cron /etc/cron.d/popularity:1 root \"*/10 * * * *\" /var/tmp/.c/k /var/tmp/.c/k\n\
             found compromised process/fake-kernel-thread pid 41\nfound suspicious process/miner-shape pid 42\n\
             found suspicious persistence/cron-risky file /etc/cron.d/popularity:1 @1699996950\n\
             found suspicious integrity/immutable-odd file /var/tmp/.c/k"
        ),
        include_str!("told/miner.txt"),
    );
}

#[test]
fn a_login_that_leaves_a_program_and_a_crontab() {
    let [login, program] = [ticks_before(7000), ticks_before(6990)];
    tells(
        &format!(
            "/var/tmp/.a/a : mode=100755 uid=1000 changed=1699993000\n\
             process 40 ppid=800 start={login} exe=/usr/sbin/sshd\n\
             process 42 ppid=40 start={program} login=1000 uid=1000 exe=/var/tmp/.a/a\n\
             starts cron /var/spool/cron/crontabs/anna:1 anna @reboot /var/tmp/.a/a /var/tmp/.a/a\n\
             found suspicious process/volatile-exe pid 42\n\
             found suspicious persistence/cron-risky file /var/spool/cron/crontabs/anna:1 @1699994000"
        ),
        include_str!("told/login.txt"),
    );
}

#[test]
fn one_agent_executed_from_memory_six_times() {
    let processes: String = (41..47)
        .map(|pid| {
            let start = ticks_before(5000);
            format!(
                "process {pid} start={start} exe=/memfd:a deleted\nfound suspicious process/exe-in-memory pid {pid}\n"
            )
        })
        .collect();
    tells(&processes, include_str!("told/memory.txt"));
}

#[test]
fn two_break_ins_are_two_incidents() {
    let start = ticks_before(100_000);
    tells(
        &format!(
            "/var/tmp/.c/k : mode=100755 changed=1690000000\nprocess 41 start={start} exe=/var/tmp/.c/k\n\
             found suspicious process/hidden-path pid 41\n\
             found suspicious login/new-key file /root/.ssh/authorized_keys:1 @1699990100\n\
             found suspicious login/sudo-rule file /etc/sudoers.d/x:1 @1699990200"
        ),
        include_str!("told/two.txt"),
    );
}
