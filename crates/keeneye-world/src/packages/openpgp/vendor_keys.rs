//! The keys by which distributions sign their packages, by fingerprint, each with where the fingerprint was taken from.
//!
//! Keys of version 4 only: the fingerprint of older keys can be forged. Other vendors' keys are given with `--keyring`.

/// A key that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorKey {
    /// Of the primary key: 40 hexadecimal digits, lower case.
    pub fingerprint: &'static str,
    /// Whose key it is, and for what.
    pub name: &'static str,
}

const fn key(fingerprint: &'static str, name: &'static str) -> VendorKey {
    VendorKey { fingerprint, name }
}

/// All keys that are built in.
pub const VENDOR_KEYS: &[VendorKey] = &[
    // Debian: the package debian-archive-keyring 2023.3+deb12u2, debian-archive-keyring.gpg and
    // debian-archive-removed-keys.gpg.
    key("a1bd8e9d78f7fe5c3e65d8af8b48ad6246925553", "Debian Archive Automatic Signing Key (7.0/wheezy)"),
    key("ed6d65271aacf0ff15d123036fb2a1c265ffb764", "Wheezy Stable Release Key"),
    key("75ddc3c4a499f1a18cb5f3c8cbf8d6fd518e17e1", "Jessie Stable Release Key"),
    key("126c0d24bd8a2942cc7df8ac7638d0442b90d010", "Debian Archive Automatic Signing Key (8/jessie)"),
    key("d21169141cecd440f2eb8dda9d6d8f6bc857c906", "Debian Security Archive Automatic Signing Key (8/jessie)"),
    key("067e3c456bae240acee88f6fef0f382a1a7b6500", "Debian Stable Release Key (9/stretch)"),
    key("e1cf20ddffe4b89e802658f1e0b11894f66aec98", "Debian Archive Automatic Signing Key (9/stretch)"),
    key("6ed6f5cb5fa6fb2f460ae88eeda0d2388ae22ba9", "Debian Security Archive Automatic Signing Key (9/stretch)"),
    key("6d33866edd8ffa41c0143aeddcc9efbf77e11517", "Debian Stable Release Key (10/buster)"),
    key("80d15823b7fd1561f9f7bcdddc30d7c23cbbabee", "Debian Archive Automatic Signing Key (10/buster)"),
    key("5e61b217265da9807a23c5ff4dfab270caa96dfa", "Debian Security Archive Automatic Signing Key (10/buster)"),
    key("ac530d520f2f3269f5e98313a48449044aad5c5d", "Debian Security Archive Automatic Signing Key (11/bullseye)"),
    key("1f89983e0081fde018f3cc9673a4f27b8dd47936", "Debian Archive Automatic Signing Key (11/bullseye)"),
    key("a4285295fc7b1a81600062a9605c66f00d6c9793", "Debian Stable Release Key (11/bullseye)"),
    key("b8b80b5b623eab6ad8775c45b7c5d7d6350947f8", "Debian Archive Automatic Signing Key (12/bookworm)"),
    key("05ab90340c0c5e797f44a8c8254cf3b5aec0a8f0", "Debian Security Archive Automatic Signing Key (12/bookworm)"),
    key("4d64fec119c2029067d6e791f8d2585b8783d481", "Debian Stable Release Key (12/bookworm)"),
    key("41587f7db8c774bccf131416762f67a0b2c39de4", "Debian Stable Release Key (13/trixie)"),
    key("04b54c3cdca79751b16bc6b5225629df75b188bd", "Debian Archive Automatic Signing Key (13/trixie)"),
    key("5e04a1e3223a19a20706e20f9904613d4cce68c6", "Debian Security Archive Automatic Signing Key (13/trixie)"),
    // Ubuntu: what debootstrap prints as "Valid Release signature (key id ...)" for releases until and since 18.04, in the
    // logs of several public repositories; both stand in ubuntu-archive-keyring.gpg.
    key("790bc7277767219c42c86f933b4fe6acc0b21f32", "Ubuntu Archive Automatic Signing Key (2012)"),
    key("f6ecb3762474eda9d21b7022871920d1991bc93c", "Ubuntu Archive Automatic Signing Key (2018)"),
    // Red Hat: release key 2 from rpm-software-management/distribution-gpg-keys; auxiliary key 3 from DISA's STIG for
    // RHEL 10 (RHEL-10-001020), the older one from ComplianceAsCode's check of the installed keys.
    key("567e347ad0044ade55ba8a5f199e2f91fd431d51", "Red Hat, Inc. (release key 2)"),
    key("43a6e49c4a38f4be9abf2a5345689c882fa658e0", "Red Hat, Inc. (auxiliary key)"),
    key("7e4624258c406535d56d6f135054e4a45a6340b3", "Red Hat, Inc. (auxiliary key 3)"),
    // CentOS: keys.md of git.centos.org/centos/centos.org; the second one also in the Dockerfiles of Percona.
    key("6341ab2753d78a78a7c27bb124c6a8a7f4a80eb5", "CentOS-7 Official Signing Key"),
    key("99db70fae1d7ce227fb6488205b555b38483c65d", "CentOS Official Signing Key"),
    // EPEL: keys of getfedora.org/static/keys, by fingerprint, as public Dockerfiles fetch them.
    key("91e97d7c4a5e96f17f3e888f6a2faea2352c64e5", "Fedora EPEL (7)"),
    key("94e279eb8d8f25b21810adf121ea45ab2f86d6a1", "Fedora EPEL (8)"),
    key("ff8ad1344597106ece813b918a3872bf3228467c", "Fedora EPEL (9)"),
    key("7d8d15cbfc4e62688591fb2633d98517e37ed158", "Fedora EPEL (10)"),
    // Fedora: fedoraproject.org/security as quoted in public repositories, `gpg --show-keys` of fedora.gpg, and
    // "GPGSignature: Valid signature by" in the output of rpm-ostree for each release.
    key("6a51bbabba3d5467b6171221809a8d7ceb10b464", "Fedora (38)"),
    key("e8f23996f23218640cb44cbe75cf5ac418b8e74c", "Fedora (39)"),
    key("115df9aef857853ee8445d0a0727707ea15b79cc", "Fedora (40)"),
    key("466cf2d8b60bc3057aa9453ed0622462e99d6ad1", "Fedora (41)"),
    key("b0f4950458f69e1150c6c5edc8ac4916105ef944", "Fedora (42)"),
    key("c6e7f081cf80e13146676e88829b606631645531", "Fedora (43)"),
    key("36f612dcf27f7d1a48a835e4dbfcf71c6d9f90a6", "Fedora (44)"),
    // Rocky: rockylinux.org/resources/gpg-key-info, and `gpg --show-keys` in the project's documentation.
    key("7051c470a929f454cebe37b715af5dac6d745a60", "Rocky Linux 8"),
    key("21cb256ae16fc54c6e652949702d426d350d275d", "Rocky Linux 9"),
    key("fc226859c0860bf0ddb95b085b106c736fedfc85", "Rocky Linux 10"),
    // AlmaLinux: almalinux.org/security/#gpg-keys, and `gpg --show-keys` in the project's wiki.
    key("5e9b8f5617b5066ce92057c3488fcf7c3abb34f8", "AlmaLinux (8, until 2024)"),
    key("bc5eddcadf502c077f1582882ae81e8aced7258b", "AlmaLinux OS 8"),
    key("bf18ac2876178908d6e71267d36cb86cb86b3716", "AlmaLinux OS 9"),
    key("ee6db7b98f5bf5edd9da0de5dee5c11cc2a1e572", "AlmaLinux OS 10"),
    // Oracle: yum.oracle.com/faq.html#a10 as quoted in ComplianceAsCode; Oracle Linux 9 from the Dockerfiles of Percona.
    key("42144123fecfc55b9086313d72f97b74ec551f03", "Oracle Linux 6 and 7"),
    key("76fd3db13ab67410b89db10e82562ea9ad986da3", "Oracle Linux 8"),
    key("3e6d826d3fbab389c2f38e34bc4d06a08d8b756f", "Oracle Linux 9"),
    // Amazon: the names of the key files beside the source packages that Bottlerocket's kernels are built from.
    key("99e617fe5db527c0d8bd5f8e11cf1f95c87f5b1a", "Amazon Linux 2"),
    key("b21c50fa44a99720eaa72f7fe951904ad832c631", "Amazon Linux 2023"),
    // SUSE: the first from rpm-software-management/distribution-gpg-keys; the others as zypper and several public
    // repositories print them with the name of the key.
    key("feab502539d846db2c0961ca70af9e8139db7c82", "SUSE Linux Enterprise 12 and 15"),
    key("7f009157b127b994d5cfbe76f74f09bc3fa1d6ce", "SUSE Linux Enterprise 15 (since 2023)"),
    key("22c07ba534178cd02efe22aab88b2fd43dbdc284", "openSUSE (until 2024)"),
    key("ad485664e901b867051ab15f35a2f86e29b700a4", "openSUSE"),
    // Microsoft: rpm-software-management/distribution-gpg-keys.
    key("2bc94fff7015a5f28f1537ad0cd9fed33135ce90", "Microsoft CBL-Mariner and Azure Linux"),
];

/// Whose key a fingerprint in lower case belongs to.
pub(super) fn vendor(fingerprint: &str) -> Option<&'static str> {
    VENDOR_KEYS.iter().find(|key| key.fingerprint == fingerprint).map(|key| key.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_well_formed_and_each_is_there_once() {
        let mut seen = std::collections::BTreeSet::new();
        for key in VENDOR_KEYS {
            let digit = |b: u8| b.is_ascii_digit() || matches!(b, b'a'..=b'f');
            assert!(key.fingerprint.len() == 40 && key.fingerprint.bytes().all(digit), "{}", key.name);
            assert!(seen.insert(key.fingerprint), "{} is there twice", key.name);
        }
    }
}
