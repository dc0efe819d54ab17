use super::check;

#[test]
fn accounts() {
    check(
        "useradd",
        &[
            (
                "new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/sh, from=/dev/pts/0",
                "AccountAdded user=bob tty=pts/0 Uid:>1001 uid=1001",
            ),
            ("new group: name=bob, GID=1001", "GroupAdded group=bob"),
            ("add 'bob' to group 'sudo'", "GroupChanged user=bob group=sudo MemberAdded:>"),
            ("add 'bob' to shadow group 'sudo'", "Other"),
        ],
    );
    check(
        "usermod",
        &[
            ("change user 'bob' UID from '1001' to '0'", "AccountChanged user=bob Uid:1001>0 uid=0"),
            ("change user 'bob' GID from '1001' to '0'", "AccountChanged user=bob Gid:1001>0"),
            (
                "change user 'bob' shell from '/bin/sh' to '/bin/bash'",
                "AccountChanged user=bob Shell:/bin/sh>/bin/bash",
            ),
            ("change user 'bob' home from '/home/bob' to '/'", "AccountChanged user=bob Home:/home/bob>/"),
            ("change user 'bob' inactive from '-1' to '7'", "AccountChanged user=bob Inactivity:-1>7"),
            (
                "change user 'bob' expiration from 'never' to '2026-12-31'",
                "AccountChanged user=bob Expiry:never>2026-12-31",
            ),
            ("change user name 'bob' to 'rob'", "AccountChanged user=bob Name:bob>rob"),
            ("change user 'bob' password", "PasswordChanged user=bob"),
            ("lock user 'bob' password", "AccountChanged user=bob Locked:>"),
            ("unlock user 'bob' password", "AccountChanged user=bob Unlocked:>"),
        ],
    );
    check(
        "userdel",
        &[
            ("delete user 'bob'", "AccountRemoved user=bob"),
            ("removed group 'bob' owned by 'bob'", "GroupRemoved group=bob"),
            ("delete 'bob' from group 'sudo'", "GroupChanged user=bob group=sudo MemberRemoved:>"),
        ],
    );
    check("chage", &[("changed password expiry for bob", "AccountChanged user=bob PasswordAge:>")]);
    check("chfn", &[("changed user 'bob' information", "AccountChanged user=bob Comment:>")]);
    check("chsh", &[("changed user 'bob' shell to '/bin/zsh'", "AccountChanged user=bob Shell:>/bin/zsh")]);
    check("passwd", &[("password for 'bob' changed by 'root'", "PasswordChanged user=bob by=root")]);
}

#[test]
fn groups() {
    check(
        "groupadd",
        &[
            ("group added to /etc/group: name=x, GID=1002", "Other"),
            ("group added to /etc/gshadow: name=x", "Other"),
            ("new group: name=x, GID=1002", "GroupAdded group=x"),
        ],
    );
    check(
        "groupdel",
        &[
            ("group 'x' removed from /etc/group", "Other"),
            ("group 'x' removed from /etc/gshadow", "Other"),
            ("group 'x' removed", "GroupRemoved group=x"),
        ],
    );
    check(
        "groupmod",
        &[
            ("group changed in /etc/group (group x/1002, new gid: 0)", "GroupChanged group=x Gid:>0"),
            (
                "group changed in /etc/group (changing /etc/group; group x/1002, new name: y, new gid: 7)",
                "GroupChanged group=x Name:>y",
            ),
            ("group changed in /etc/group (group x/1002, new password)", "GroupChanged group=x Password:>"),
            ("group changed in /etc/passwd (group x/1002, new gid: 0)", "Other"),
        ],
    );
    check(
        "gpasswd",
        &[
            ("user bob added by root to group sudo", "GroupChanged user=bob by=root group=sudo MemberAdded:>"),
            (
                "user bob removed by root from group sudo in /etc/group",
                "GroupChanged user=bob by=root group=sudo MemberRemoved:>",
            ),
            ("members of group sudo set by root to bob,eve", "GroupChanged by=root group=sudo Members:>bob,eve"),
            ("members of group sudo set by root to ", "GroupChanged by=root group=sudo Members:>"),
            ("members of group sudo set by root to", "GroupChanged by=root group=sudo Members:>"),
            ("administrators of group sudo set by root to ", "GroupChanged by=root group=sudo Administrators:>"),
            ("password of group sudo changed by root", "GroupChanged by=root group=sudo Password:>"),
            ("access to group sudo restricted by root", "GroupChanged by=root group=sudo Password:>"),
            ("root failed to add user bob to group sudo", "-"),
        ],
    );
}
