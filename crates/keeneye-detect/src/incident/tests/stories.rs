//! Single rules, each by a story that holds and one that does not.

use super::{HOST, Story, ticks_before, told};

#[test]
fn a_hidden_program_of_the_web_server_that_cron_restarts() {
    let (shell, program) = (ticks_before(7000), ticks_before(6990));
    let story = Story::new(&format!(
        "{HOST}/dev/shm/.k/k : mode=100755 uid=33 changed=1699992900\n\
         /var/spool/cron/crontabs/www-data : mode=100600 changed=1699993300\n\
         process 4120 ppid=901 start={shell} uid=33 exe=/usr/bin/dash cmdline=\"sh -c id\"\n\
         process 4127 ppid=4120 start={program} uid=33 exe=/dev/shm/.k/k\n\
         connect tcp 10.0.0.5:4000 51.15.54.102:443 pid=4127\n\
         starts cron /var/spool/cron/crontabs/www-data:1 www-data \"*/5 * * * *\" /dev/shm/.k/k /dev/shm/.k/k\n\
         found suspicious process/volatile-exe pid 4127\n\
         found suspicious persistence/cron-risky file /var/spool/cron/crontabs/www-data:1\n\
         found note process/history-off pid 4120"
    ));
    assert_eq!(
        told(&story.incidents()),
        "suspicious: a program runs from a place for temporary files, started from php-fpm8.2, kept alive by cron\n  \
         lineage php-fpm8.2 900 - php-fpm8.2 901 - dash 4120 - k 4127 - tcp 51.15.54.102:443\n  \
         entry php-fpm8.2 (pid 900), which listens on tcp 127.0.0.1:9000, started it, by lineage\n  \
         back /var/spool/cron/crontabs/www-data:1: cron: www-data, */5 * * * *, /dev/shm/.k/k\n  \
         do isolate the machine, do not reboot: memory and /dev/shm hold the evidence\n  \
         do keeneye capture --with-files -o host.kee\n  \
         do keeneye look pid 4127\n  \
         do take away what starts it, before the program itself: /var/spool/cron/crontabs/www-data:1\n  \
         3 findings\n"
    );
}
