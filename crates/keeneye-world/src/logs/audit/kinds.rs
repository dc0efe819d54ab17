//! Names for the numbers of records about people, by linux/audit.h and libaudit's `audit-records.h`.

const NAMES: &[(&str, &str)] = &[
    ("1006", "LOGIN"),
    ("1100", "USER_AUTH"),
    ("1101", "USER_ACCT"),
    ("1102", "USER_MGMT"),
    ("1103", "CRED_ACQ"),
    ("1104", "CRED_DISP"),
    ("1105", "USER_START"),
    ("1106", "USER_END"),
    ("1108", "USER_CHAUTHTOK"),
    ("1109", "USER_ERR"),
    ("1110", "CRED_REFR"),
    ("1112", "USER_LOGIN"),
    ("1113", "USER_LOGOUT"),
    ("1114", "ADD_USER"),
    ("1115", "DEL_USER"),
    ("1116", "ADD_GROUP"),
    ("1117", "DEL_GROUP"),
    ("1123", "USER_CMD"),
    ("1127", "SYSTEM_BOOT"),
    ("1128", "SYSTEM_SHUTDOWN"),
    ("1129", "SYSTEM_RUNLEVEL"),
    ("1132", "GRP_MGMT"),
    ("1133", "GRP_CHAUTHTOK"),
    ("1135", "ACCT_LOCK"),
    ("1136", "ACCT_UNLOCK"),
    ("1200", "DAEMON_START"),
    ("1201", "DAEMON_END"),
    ("1202", "DAEMON_ABORT"),
    ("1300", "SYSCALL"),
    ("1305", "CONFIG_CHANGE"),
    ("1320", "EOE"),
    ("1327", "PROCTITLE"),
    ("1701", "ANOM_ABEND"),
];

/// Programs that do not know a number write it as `UNKNOWN[1112]`.
pub(super) fn name(kind: &[u8]) -> &[u8] {
    let bare = kind.strip_prefix(b"UNKNOWN[").and_then(|kind| kind.strip_suffix(b"]")).unwrap_or(kind);
    NAMES.iter().find(|(number, _)| number.as_bytes() == bare).map_or(kind, |(_, name)| name.as_bytes())
}
