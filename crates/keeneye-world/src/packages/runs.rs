//! When the package manager was at work, told by the times of its own files.

use keeneye_facts::ChangeCause;

/// Seconds around the time of a package's record in which its installation happened: unpacking before it, scripts and
/// triggers after it.
pub(super) const RUN: i64 = 120;

/// When packages were put in place, in seconds since 1970.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    /// By number of the package.
    of: Vec<Option<i64>>,
    /// All of them, sorted.
    times: Vec<i64>,
}

impl Runs {
    /// Of every package, in order.
    pub(super) fn new(of: Vec<Option<i64>>) -> Self {
        let mut times: Vec<i64> = of.iter().flatten().copied().collect();
        times.sort_unstable();
        Self { of, times }
    }

    /// Packages that were put in place about that time.
    fn around(&self, time: i64) -> usize {
        self.between(time.saturating_sub(RUN), time.saturating_add(RUN))
    }

    /// A package was put in place about that time.
    pub(super) fn is_any_about(&self, time: i64) -> bool {
        self.around(time) > 0
    }

    /// When it was put in place.
    pub(super) fn installed(&self, package: usize) -> Option<i64> {
        self.of.get(package).copied().flatten()
    }

    /// Most packages bear that time: the machine was made or restored then.
    pub(super) fn is_of_most(&self, time: i64) -> bool {
        self.around(time) > self.times.len() / 2
    }

    /// How a file of this package came to be changed at this time (`st_ctime`); `None` for a file that is gone.
    pub(super) fn cause(&self, package: usize, changed: Option<i64>) -> ChangeCause {
        let (Some(Some(installed)), Some(changed)) = (self.of.get(package), changed) else {
            return ChangeCause::Unknown;
        };
        // Then every file on it bears that time.
        if self.is_of_most(changed) {
            return ChangeCause::Unknown;
        }
        if self.around(changed) > 0 || changed <= installed.saturating_add(RUN) {
            return ChangeCause::NearPackageRun;
        }
        ChangeCause::SinceInstall
    }

    fn between(&self, from: i64, to: i64) -> usize {
        let before = |time: i64| self.times.partition_point(|other| *other < time);
        before(to.saturating_add(1)).saturating_sub(before(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_by_time() {
        let mut of: Vec<Option<i64>> = (0..10).map(|_| Some(1_000)).collect();
        of.extend([Some(50_000), Some(90_000), None]);
        let runs = Runs::new(of);
        assert_eq!(runs.cause(0, Some(1_060)), ChangeCause::Unknown, "when all was made");
        assert_eq!(runs.cause(0, Some(20_000)), ChangeCause::SinceInstall);
        assert_eq!(runs.cause(0, Some(50_100)), ChangeCause::NearPackageRun, "while another was upgraded");
        assert_eq!(runs.cause(11, Some(60_000)), ChangeCause::NearPackageRun, "before its own package came");
        assert_eq!(runs.cause(11, Some(95_000)), ChangeCause::SinceInstall);
        assert_eq!(runs.cause(0, None), ChangeCause::Unknown);
        assert_eq!(runs.cause(12, Some(95_000)), ChangeCause::Unknown, "nothing tells when it came");
        assert_eq!(runs.cause(99, Some(i64::MAX)), ChangeCause::Unknown);
    }
}
