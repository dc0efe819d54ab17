use super::*;
use crate::packages::Owner;

/// Made by makepkg and installed by pacman 6.0.2.
const DESC: &[u8] = include_bytes!("samples/desc");
const FILES: &[u8] = include_bytes!("samples/files");
const MTREE: &[u8] = include_bytes!("samples/mtree");

fn sample() -> Installed {
    let (package, places) = read(Source { desc: DESC, files: FILES, mtree: MTREE });
    assert_eq!(places, []);
    package.expect("a package")
}

fn file(package: &Installed, path: &str) -> Expected {
    package.files.iter().find(|file| file.path == path).cloned().expect(path)
}

#[test]
fn a_package_with_its_files() {
    let package = sample();
    assert_eq!([&package.name, &package.version, &package.architecture], ["sample", "1.2-3", "any"]);
    assert_eq!(package.files.len(), 16);
    let digest = "3ab9f954e88d36b7dd4e4d07f010d4dbe7bcbb5899b38945a22de7673444b68c";
    let expected = Expected {
        path: "/usr/bin/sample".into(),
        mode: Some(0o100_755),
        owner: Some(Owner::Number(0)),
        group: Some(Owner::Number(0)),
        size: Some(22),
        digest: Some(Sum { algorithm: Algorithm::Sha256, hexadecimal: digest.into() }),
        modified: Some(1_795_485_294),
        ..Expected::default()
    };
    assert_eq!(file(&package, "/usr/bin/sample"), expected);
    assert_eq!(file(&package, "/usr/lib/sample/helper").mode, Some(0o104_755));
}
#[test]
fn links_directories_and_odd_names() {
    let package = sample();
    let link = file(&package, "/usr/bin/sample link");
    assert_eq!((link.mode, link.link), (Some(0o120_777), Some("sample".into())));
    let directory = file(&package, "/usr/share/sample/a dir with  spaces");
    assert_eq!((directory.mode, directory.modified), (Some(0o040_755), None));
    assert_eq!(file(&package, "/usr/share/sample/ümlaut #1").size, Some(7));
    assert_eq!(file(&package, "/usr/share/sample/back\\slash").mode, Some(0o100_644));
}
#[test]
fn settings_are_those_of_the_backup_list() {
    let package = sample();
    let config: Vec<&Text> = package.files.iter().filter(|file| file.role.config).map(|file| &file.path).collect();
    assert_eq!(config, [&Text::from("/etc/sample.conf")]);
}
#[test]
fn without_a_list_the_paths_are_left() {
    let (package, places) = read(Source { desc: DESC, files: FILES, mtree: b"" });
    let package = package.expect("a package");
    assert_eq!((places, package.files.len()), (Vec::new(), 16));
    assert_eq!(file(&package, "/etc/sample.conf").digest.map(|sum| sum.algorithm), Some(Algorithm::Md5));
}
#[test]
fn troubles_name_their_file_and_line() {
    let places = |desc: &[u8], files: &[u8], mtree: &[u8]| {
        let (_, places) = read(Source { desc, files, mtree });
        places.into_iter().map(|(file, trouble)| (file, trouble.line, trouble.why)).collect::<Vec<_>>()
    };
    assert_eq!(places(b"%NAME%\nx\n", b"", b""), [("desc", 1, "no name or no version")]);
    assert_eq!(places(DESC, b"%FILES%\n../x\n", b""), [("files", 2, "not a path of this host")]);
    assert_eq!(places(DESC, b"", b"#mtree\n./x type=file mode=9\n"), [("mtree", 2, "not a mode")]);
    assert_eq!(places(DESC, b"", b"./../x type=file\n"), [("mtree", 1, "not a path of this host")]);
    let cut = [("mtree", 1, "gzip that is cut, damaged or too long")];
    assert_eq!(places(DESC, b"", &MTREE[..MTREE.len() / 2]), cut);
}
#[test]
fn hostile_bytes_survive() {
    let text = crate::packages::unpack::gzip(MTREE, 100_000).expect("gzip");
    crate::mutate::check(&[&text], |bytes| !mtree::read(bytes).0.is_empty());
    crate::mutate::check(&[DESC], |bytes| desc(bytes).0.is_some());
    crate::mutate::check(&[FILES], |bytes| !files(bytes).0.paths.is_empty());
    // Most changes of compressed data break its checksum, so no count of those that still make sense.
    for at in 0..MTREE.len() {
        let mut changed = MTREE.to_vec();
        changed[at] ^= 1 << (at % 8);
        let (files, troubles) = mtree::read(&changed);
        assert!(files.len() <= 16 && (troubles.len() <= 5));
    }
}
#[test]
fn every_truncation_survives() {
    let text = crate::packages::unpack::gzip(MTREE, 100_000).expect("gzip");
    (0..text.len()).for_each(|end| assert!(mtree::read(&text[..end]).0.len() <= 16));
    (0..MTREE.len()).for_each(|end| assert_eq!(mtree::read(&MTREE[..end]).0.len(), 0));
    (0..DESC.len()).for_each(|end| assert!(desc(&DESC[..end]).1.len() <= 5));
    for end in 1..FILES.len() {
        let (list, troubles) = files(&FILES[..end]);
        assert!(list.paths.len() <= 16 || !troubles.is_empty(), "cut at {end}");
    }
}
