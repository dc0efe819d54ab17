//! Logs of package managers, line by line.

use super::History;
use keeneye_facts::PackageStep;

/// Noon of 2023-11-14, in UTC.
const NOON: i64 = 1_699_963_200;
const DPKG: &str = "2023-11-14 12:00:00 startup archives unpack\n\
                    2023-11-14 12:00:00 install htop:amd64 <none> 3.2.2-2\n\
                    2023-11-14 12:00:01 status half-installed htop:amd64 3.2.2-2\n\
                    2023-11-14 12:00:02 upgrade bash:amd64 5.2-1 5.2-2\n\
                    2023-11-14 12:00:03 upgrade dash:amd64 0.5-1 0.5-1\n\
                    2023-11-14 12:00:04 remove nano:amd64 7.2-1 <none>\n\
                    2023-11-14 12:00:05 purge nano:amd64 7.2-1 <none>\n\
                    2023-11-14 12:00:06 install vim:all 9.0-1 9.0-2\n\
                    2023-11-14 12:00:07 configure bash:amd64 5.2-2 <none>\n";
const PACMAN: &str = "[2023-11-14T13:00:00+0100] [PACMAN] Running 'pacman -Syu'\n\
                      [2023-11-14T13:00:01+0100] [ALPM] transaction started\n\
                      [2023-11-14T13:00:02+0100] [ALPM] upgraded bash (5.2-1 -> 5.2-2)\n\
                      [2023-11-14T13:00:03+0100] [ALPM-SCRIPTLET] removed sudo (1.9-1)\n\
                      [2023-11-14T13:00:04+0100] [ALPM] installed htop (3.2.2-2)\n\
                      [2023-11-14T13:00:05+0100] [ALPM] downgraded dash (0.5-2 -> 0.5-1)\n\
                      [2023-11-14T13:00:06+0100] [ALPM] reinstalled vim (9.0-1)\n\
                      [2023-11-14 12:00] removed nano (7.2-1)\n";
const DNF: &str = "2023-11-14T12:00:00+0000 INFO --- logging initialized ---\n\
                   2023-11-14T12:00:01+0000 SUBDEBUG Installed: python3-libs-1:3.11-2.el9.x86_64\n\
                   2023-11-14T12:00:02+0000 SUBDEBUG Upgrade: bash-5.2-2.el9.x86_64\n\
                   2023-11-14T12:00:03+0000 SUBDEBUG Upgraded: bash-5.2-1.el9.x86_64\n\
                   2023-11-14T12:00:04+0000 SUBDEBUG Erase: nano-7.2-1.el9.x86_64\n\
                   2023-11-14T07:00:05-0500 SUBDEBUG Reinstall: dash-0.5-1.el9.x86_64\n";
const ZYPPER: &str = "# 2023-11-14 12:00:00 bash-5.2-2.x86_64.rpm installed ok\n\
                      2023-11-14 12:00:00|command|root@web1|'zypper' 'up'|\n\
                      2023-11-14 12:00:01|install|bash|5.2-2|x86_64|root@web1|repo-oss|0123|\n\
                      2023-11-14 12:00:02|remove |nano|7.2-1|x86_64|root@web1|\n";

fn read(log: &[u8], piece: usize) -> (Vec<PackageStep>, u64) {
    let mut history = History::default();
    log.chunks(piece).for_each(|piece| history.feed(piece));
    history.finish(&|_| 3_600)
}

fn told(log: &str) -> Vec<String> {
    let (steps, left_out) = read(log.as_bytes(), 7);
    assert_eq!((&steps, left_out), (&read(log.as_bytes(), log.len()).0, 0), "however it is cut");
    let words = |step: &PackageStep| {
        let [package, before, after] = [&step.package, &step.before, &step.after].map(|text| text.lossy());
        format!("{} {:?} {package} {before}>{after}", step.time.seconds - NOON, step.kind)
    };
    steps.iter().map(words).collect()
}

#[test]
fn dpkg() {
    assert_eq!(
        told(DPKG),
        [
            "-3600 Installed htop >3.2.2-2",
            "-3598 Replaced bash 5.2-1>5.2-2",
            "-3597 Reinstalled dash 0.5-1>0.5-1",
            "-3596 Removed nano 7.2-1>",
            "-3594 Installed vim >9.0-2",
        ]
    );
}
#[test]
fn pacman_and_not_its_scripts() {
    assert_eq!(
        told(PACMAN),
        [
            "2 Replaced bash 5.2-1>5.2-2",
            "4 Installed htop >3.2.2-2",
            "5 Replaced dash 0.5-2>0.5-1",
            "6 Reinstalled vim 9.0-1>9.0-1",
            "-3600 Removed nano 7.2-1>",
        ]
    );
}
#[test]
fn dnf() {
    assert_eq!(
        told(DNF),
        [
            "1 Installed python3-libs >1:3.11-2.el9",
            "2 Replaced bash >5.2-2.el9",
            "4 Removed nano 7.2-1.el9>",
            "5 Reinstalled dash >0.5-1.el9",
        ]
    );
}
#[test]
fn zypper() {
    assert_eq!(told(ZYPPER), ["-3599 Placed bash >5.2-2", "-3598 Removed nano 7.2-1>"]);
}
#[test]
fn the_last_line_may_lack_its_end_and_long_ones_are_none() {
    let long = format!("2023-11-14 12:00:00 install {}:all <none> 1\n", "x".repeat(5_000));
    assert_eq!(told(&long), [""; 0]);
    assert_eq!(told(&(long + DPKG.trim_end())).len(), 5);
}
#[test]
fn the_newest_are_kept() {
    let log = "2023-11-14 12:00:00 install htop:amd64 <none> 1\n".repeat(super::MAX_STEPS + 3);
    let (steps, left_out) = read(log.as_bytes(), log.len());
    assert_eq!((steps.len(), left_out), (super::MAX_STEPS, 3));
}
#[test]
fn mutations() {
    let seeds = [DPKG, PACMAN, DNF, ZYPPER].map(str::as_bytes);
    crate::mutate::check(&seeds, |log| !read(log, 61).0.is_empty());
    for seed in seeds {
        (0..seed.len()).for_each(|end| drop(read(seed.get(..end).unwrap_or_default(), 61)));
    }
}
