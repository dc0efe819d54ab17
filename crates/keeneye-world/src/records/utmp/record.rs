//! One record.

use super::{Layout, kind};
use bstr::{BStr, ByteSlice};
use keeneye_facts::Text;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Process numbers end here, as the kernel bounds them (PID_MAX_LIMIT).
const MAX_PID: u32 = 1 << 22;
/// Plausible times, in seconds since 1970: the years 1990 to 2049. In the wrong byte order a time seldom is.
const TIMES: std::ops::Range<i64> = 631_152_000..2_524_608_000;
/// What [`Record::points`] gives at most.
pub(super) const POINTS: usize = 6;
/// A record as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// From 0.
    pub number: u64,
    /// `ut_type`; see [`kind`].
    pub kind: u16,
    /// `ut_pid`. Of a change of run level: the level, and 256 times the one before.
    pub pid: u32,
    /// `ut_line`: the terminal without `/dev/`, `~`, or `ssh:notty`.
    pub line: &'a BStr,
    /// `ut_id`: the end of the line's name, or init's.
    pub id: [u8; 4],
    /// `ut_user`
    pub user: &'a BStr,
    /// `ut_host`: a name, an address, an X display, or the kernel's version.
    pub host: &'a BStr,
    /// `ut_exit`: signal and exit status of a process that ended.
    pub exit: [u16; 2],
    /// `ut_session`: a process number.
    pub session: i64,
    /// Since 1970. 32 bits are read without a sign, as glibc does since 2.40.
    pub seconds: i64,
    /// Behind that.
    pub micros: i64,
    /// `ut_addr_v6`, where it is not all zeros.
    pub address: Option<IpAddr>,
    /// All of it is zeros, where a record should be: records are deleted so.
    pub is_zeroed: bool,
    /// Bytes behind the end of a text are zeros everywhere.
    is_padded: bool,
}

impl<'a> Record<'a> {
    pub(super) fn read(bytes: &'a [u8], number: u64, layout: Layout) -> Self {
        let text = |from: usize, length: usize| {
            let field = bytes.get(from..from + length).unwrap_or_default();
            let end = field.find_byte(0).unwrap_or(length);
            let (text, rest) = field.split_at_checked(end).unwrap_or_default();
            (BStr::new(text), rest.iter().all(|byte| *byte == 0))
        };
        let (line, user, host) = (text(8, 32), text(44, 32), text(76, 256));
        let (session, seconds, micros, address) = if layout.is_wide {
            (layout.i64(bytes, 336), layout.i64(bytes, 344), layout.i64(bytes, 352), 360)
        } else {
            let narrow = |at| i64::from(layout.u32(bytes, at));
            (narrow(336), narrow(340), narrow(344), 348)
        };
        Self {
            number,
            kind: layout.u16(bytes, 0),
            pid: layout.u32(bytes, 4),
            line: line.0,
            id: bytes.get(40..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default(),
            user: user.0,
            host: host.0,
            exit: [layout.u16(bytes, 332), layout.u16(bytes, 334)],
            session,
            seconds,
            micros,
            address: bytes.get(address..).and_then(<[u8]>::first_chunk).and_then(peer),
            is_zeroed: bytes.iter().all(|byte| *byte == 0),
            is_padded: line.1 && user.1 && host.1,
        }
    }

    /// The other side: its address, else what `ut_host` says. A name was looked up by whoever wrote it, and its owner
    /// decides what it leads to.
    pub fn from(&self) -> Text {
        self.address.map_or_else(|| self.host.into(), |address| address.to_string().into())
    }

    /// How many of its fields hold what such a field can.
    pub(super) fn points(&self) -> usize {
        let has_name = !(self.line.is_empty() && self.user.is_empty());
        let fits = [
            self.kind <= kind::ACCOUNTING,
            self.pid <= MAX_PID,
            self.is_padded,
            has_name,
            TIMES.contains(&self.seconds),
            (0..1_000_000).contains(&self.micros),
        ];
        fits.into_iter().filter(|fits| *fits).count()
    }

    /// What it tells, as last(1) understands it: some programs never filled in the type.
    pub fn role(&self) -> Role {
        let (line, user) = (self.line.as_bytes(), self.user.as_bytes());
        let is_system = line.starts_with(b"~");
        if user.starts_with(b"shutdown") && (is_system || self.kind == kind::RUN_LVL) {
            return Role::Down;
        }
        if user.starts_with(b"reboot") && (is_system || self.kind == kind::BOOT_TIME) {
            return Role::Boot;
        }
        if user.starts_with(b"runlevel") && is_system {
            return self.run_level();
        }
        if !is_system {
            if user.starts_with(b"date") && matches!(line.first(), Some(b'|' | b'{' | b'}')) {
                return Role::Clock;
            }
            if user.is_empty() || self.kind == kind::DEAD_PROCESS {
                return Role::Logout;
            }
            if !line.is_empty() && !user.starts_with(b"LOGIN") {
                return Role::Login;
            }
        }
        match self.kind {
            kind::USER_PROCESS => Role::Login,
            kind::DEAD_PROCESS => Role::Logout,
            kind::BOOT_TIME => Role::Boot,
            kind::RUN_LVL => self.run_level(),
            kind::NEW_TIME | kind::OLD_TIME => Role::Clock,
            kind::INIT_PROCESS | kind::LOGIN_PROCESS => Role::Prompt,
            _ => Role::Nothing,
        }
    }

    /// Levels 0 and 6 are halt and reboot.
    fn run_level(&self) -> Role {
        if matches!(self.pid & 255, 0x30 | 0x36) { Role::Down } else { Role::RunLevel }
    }
}

/// What a record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Somebody came in.
    Login,
    /// A line was left.
    Logout,
    /// The system started.
    Boot,
    /// It went down.
    Down,
    /// Another run level.
    RunLevel,
    /// The clock was set.
    Clock,
    /// A line waits for somebody.
    Prompt,
    /// None of these.
    Nothing,
}

/// Four bytes are an IPv4 address where the rest is zeros, as login(1) and sshd(8) write it.
fn peer(bytes: &[u8; 16]) -> Option<IpAddr> {
    let (head, tail) = bytes.split_first_chunk::<4>()?;
    if tail.iter().any(|byte| *byte != 0) {
        return Some(IpAddr::V6(Ipv6Addr::from(*bytes)).to_canonical());
    }
    (*head != [0; 4]).then(|| IpAddr::V4(Ipv4Addr::from(*head)))
}
