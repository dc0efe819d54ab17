use super::*;

/// Made of the same files by dpkg-deb 1.21 with -Zxz, -Zgzip and -Zzstd, the last one by tar --format=pax and ar.
const SAMPLES: [&[u8]; 4] = [
    include_bytes!("samples/xz.deb"),
    include_bytes!("samples/gzip.deb"),
    include_bytes!("samples/zstd.deb"),
    include_bytes!("samples/pax.deb"),
];

fn file<'a>(archive: &'a Archive, path: &str) -> &'a Expected {
    archive.package.files.iter().find(|file| file.path == path).expect(path)
}

#[test]
fn a_package_with_its_files() {
    for bytes in SAMPLES {
        let archive = read(bytes).expect("a package");
        let Installed { name, version, architecture, .. } = &archive.package;
        assert_eq!([name, version, architecture], ["sample", "1:1.2-3", "amd64"]);
        let digest = "3ab9f954e88d36b7dd4e4d07f010d4dbe7bcbb5899b38945a22de7673444b68c";
        let expected = Expected {
            path: "/usr/bin/sample".into(),
            mode: Some(0o100_755),
            owner: Some(Owner::Named("root".into())),
            group: Some(Owner::Named("root".into())),
            size: Some(22),
            digest: Some(Sum { algorithm: Algorithm::Sha256, hexadecimal: digest.into() }),
            modified: Some(1_700_000_000),
            ..Expected::default()
        };
        assert_eq!(*file(&archive, "/usr/bin/sample"), expected);
        assert_eq!(
            *file(&archive, "/usr/lib/sample/hard"),
            Expected { path: "/usr/lib/sample/hard".into(), ..expected }
        );
    }
    assert_eq!(
        read(SAMPLES[0]).expect("a package").sha256,
        "3b8b6e62b15a5f759c2851c6df5a98f12bdb19a31899fd639cf7a562361a5808"
    );
}
#[test]
fn modes_owners_links_and_nodes() {
    for bytes in SAMPLES {
        let archive = read(bytes).expect("a package");
        let helper = file(&archive, "/usr/lib/sample/helper");
        assert_eq!((helper.mode, &helper.group), (Some(0o104_754), &Some(Owner::Named("mail".into()))));
        assert_eq!(file(&archive, "/usr/share/sample").mode, Some(0o041_777));
        let link = file(&archive, "/usr/bin/sample link");
        assert_eq!((link.mode, &link.link), (Some(0o120_777), &Some("sample".into())));
        let node = file(&archive, "/usr/lib/sample/null");
        assert_eq!((node.mode.map(|mode| mode & 0o170_000), node.device), (Some(0o020_000), Some(0x103)));
        let config: Vec<&Text> =
            archive.package.files.iter().filter(|file| file.role.config).map(|file| &file.path).collect();
        assert_eq!(config, [&Text::from("/etc/sample.conf")]);
    }
}
#[test]
fn long_names() {
    let long = "long-".repeat(30);
    for bytes in SAMPLES {
        let archive = read(bytes).expect("a package");
        assert_eq!(file(&archive, &format!("/usr/share/sample/{long}name/deep")).size, Some(5));
        let target = Text::from(format!("../../lib/{long}target"));
        assert_eq!(file(&archive, "/usr/share/sample/far").link, Some(target));
    }
}
#[test]
fn what_is_no_package() {
    for bytes in [b"".as_slice(), b"!<arch>\n", b"no package", &SAMPLES[1][..400]] {
        assert_eq!(read(bytes), Err(NO_DEB));
    }
}
#[test]
fn every_truncation_is_told() {
    for bytes in SAMPLES {
        (0..bytes.len() - 1).for_each(|end| assert!(read(&bytes[..end]).is_err(), "cut at {end}"));
    }
}
#[test]
fn hostile_packages_survive() {
    // Nearly every change of compressed data is told by a checksum: what is inside has tests of its own below.
    let mut told = 0;
    for bytes in SAMPLES {
        for at in 0..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[at] ^= 1 << (at % 8);
            told += usize::from(read(&changed[..]).is_err());
        }
    }
    assert!(told > 1000, "{told}");
}
#[test]
fn hostile_archives_survive() {
    let mut tars = Vec::new();
    for (bytes, form) in SAMPLES.into_iter().zip([b".xz".as_slice(), b".gz", b".zst", b".gz"]) {
        let mut source = &bytes[8..];
        while let Some((name, size)) = member(&mut source).expect("a member") {
            let size = usize::try_from(size).expect("small");
            if name.starts_with(b"data.tar") {
                tars.push(unpack::file(form, &source[..size], 1 << 20).expect("a tar"));
            }
            source = &source[size + size % 2..];
        }
    }
    let seeds: Vec<&[u8]> = tars.iter().map(Vec::as_slice).collect();
    crate::mutate::check(&seeds, |bytes| {
        let mut entries = 0;
        let _ = tar::walk(bytes, |_, content| {
            entries += 1;
            io::copy(content, &mut io::sink()).map(drop).map_err(|_| NO_DEB)
        });
        drop(data_tar(bytes, &Control::default()));
        entries > 2
    });
}
#[test]
fn rights_that_a_script_gives() {
    let archive = read(include_bytes!("samples/script.deb").as_slice()).expect("a package");
    let of = |path: &str| archive.package.files.iter().find(|file| file.path == path).expect("it is there").role;
    for path in ["/usr/bin/scripted", "/var/lib/scripted", "/var/lib/scripted/state"] {
        assert!(of(path).rights_by_script, "{path}");
    }
    for path in ["/usr/bin/plain", "/usr/bin", "/var/lib"] {
        assert!(!of(path).rights_by_script, "{path}");
    }
    let named = |script: &str| {
        let mut paths: Vec<Text> = named_for_rights(script.as_bytes()).into_iter().collect();
        paths.sort();
        paths
    };
    assert_eq!(named("exec /usr/bin/a\n"), Vec::<Text>::new(), "a script that only names it");
    assert_eq!(named("/usr/bin/python3 -m x\nchmod 2755 /usr/bin/a\n"), ["/usr/bin/a"], "and another line that does");
    assert_eq!(named("TOOL=\"/usr/bin/a\"\nchown root:x $TOOL\n"), ["/usr/bin/a"]);
    let function = "set_perms() {\n chmod $3 $4\n}\nset_perms root root 4755 /usr/lib/a\nother /usr/lib/b\n";
    assert_eq!(named(function), ["/usr/lib/a"]);
    assert_eq!(named("for f in /usr/bin/a \\\n  /usr/bin/b; do\n chgrp x $f\n"), ["/usr/bin/a", "/usr/bin/b"]);
}
#[test]
fn what_is_not_wanted_is_not_unpacked() {
    let sample = include_bytes!("samples/xz.deb");
    // Of the files only the beginning is there.
    let cut = &sample[..sample.len() - 200];
    assert_eq!(read_if(cut, |_| false), Ok(None));
    assert!(read_if(cut, |_| true).is_err());
    assert!(read_if(sample.as_slice(), |package| package.name == "sample").is_ok_and(|found| found.is_some()));
}
