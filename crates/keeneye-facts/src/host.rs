//! The machine as a whole.

use crate::Text;
use serde::{Deserialize, Serialize};

/// Which machine, which boot, and when it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Host {
    /// The host name.
    pub name: Text,
    /// `PRETTY_NAME` of os-release.
    pub os: Text,
    /// The kernel's release: `6.1.0-18-amd64`.
    pub kernel: Text,
    /// Random id of this boot; a part of every process's identity.
    pub boot_id: Text,
    /// Seconds since 1970, UTC, when the look began.
    pub now: i64,
    /// Seconds since boot when the look began.
    pub uptime: u64,
    /// Clock ticks a second, the unit of process start times and CPU times; 100 on Linux.
    pub ticks: u64,
    /// The highest process id that the kernel gives out.
    pub pid_max: u32,
    /// Number of processors.
    pub cores: u32,
    /// keeneye's own process id, 0 when unknown; keeneye does not report itself.
    pub own_pid: u32,
    /// keeneye's own effective user id.
    pub own_uid: u32,
    /// keeneye's own namespaces: what "the host's" means in a comparison.
    pub own_namespaces: crate::Namespaces,
    /// The procfs mounted at /proc does not know keeneye: it belongs to another pid namespace, and shows the processes
    /// of that one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub foreign_proc: bool,
    /// Bytes of /etc/localtime, so that times can be shown as the admin knows them.
    #[serde(skip_serializing_if = "Text::is_empty_text")]
    pub time_zone: Text,
    /// True for a live look or a recording of one; false for an image, where nothing runs.
    pub live: bool,
}

impl Host {
    /// When something happened that is known by its ticks since boot: seconds since 1970.
    pub fn time_of_ticks(&self, ticks: u64) -> i64 {
        let since_boot = ticks.checked_div(self.ticks.max(1)).unwrap_or(0);
        let boot = self.now.saturating_sub_unsigned(self.uptime);
        boot.saturating_add_unsigned(since_boot)
    }
}

impl Text {
    pub(crate) fn is_empty_text(&self) -> bool {
        self.as_slice().is_empty()
    }
}
