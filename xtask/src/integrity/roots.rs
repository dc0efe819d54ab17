//! Roots whose packages are compared.

use super::race::shell;
use super::tree::{once, packaged};
use crate::bench;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// Where rpm keeps its database in every root: some builds of it have another place in mind.
pub(super) const DATABASE: &str = "_dbpath /var/lib/rpm";

/// A file of the large package that is not as it was packaged: whoever compares all has to name it.
pub(super) const ALTERED: &str = "altered";

/// A small Debian server.
pub(super) fn debian() -> Result<PathBuf> {
    bench::minimal_root(&crate::workspace().join("acceptance"), &crate::target().join("acceptance"))
}

/// A root into which rpm put one large package.
pub(super) fn rpm(place: &Path) -> Result<PathBuf> {
    let root = place.join("rpm");
    once(&root, |unfinished| {
        let build = place.join("rpmbuild");
        if build.exists() {
            fs::remove_dir_all(&build)?;
        }
        packaged(&build.join("files/opt/large"))?;
        fs::write(build.join("files/opt/large").join(ALTERED), "as packaged")?;
        fs::write(build.join("large.spec"), SPEC)?;
        let (files, to) = (build.join("files"), unfinished.display());
        // The payload stays as it is: squeezing it would take minutes.
        shell(
            &build,
            &format!(
                "rpmbuild --quiet -bb --define '_topdir {build}' --define 'content {files}' --define '{DATABASE}' \
                 --define '_binary_payload w0.gzdio' large.spec\n\
                 rpm --root '{to}' --define '{DATABASE}' --initdb\n\
                 rpm --root '{to}' --define '{DATABASE}' --install --nodeps RPMS/noarch/large-1-1.noarch.rpm",
                build = build.display(),
                files = files.display(),
            ),
        )?;
        fs::write(unfinished.join("opt/large").join(ALTERED), "as altered!")?;
        // Whom the files belong to, by name.
        fs::create_dir_all(unfinished.join("etc"))?;
        fs::write(unfinished.join("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n")?;
        fs::write(unfinished.join("etc/group"), "root:x:0:\n")?;
        Ok(fs::remove_dir_all(&build)?)
    })?;
    Ok(root)
}

const SPEC: &str = "Name: large
Version: 1
Release: 1
Summary: Files to compare
License: MIT
BuildArch: noarch
AutoReqProv: no
%description
Files to compare.
%install
mkdir -p %{buildroot}
cp -a %{content}/. %{buildroot}
%files
/opt/large
";
