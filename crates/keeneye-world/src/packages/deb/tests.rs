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
/// A pax header with these records, and an entry of that kind behind it.
fn pax_entry(records: &[(&str, &str)], kind: u8) -> Vec<u8> {
    let mut data = Vec::new();
    for (key, value) in records {
        let rest = format!(" {key}={value}\n");
        let length =
            (1..7).map(|digits| rest.len() + digits).find(|length| length.to_string().len() + rest.len() == *length);
        data.extend(format!("{}{rest}", length.expect("a length")).into_bytes());
    }
    let padding = data.len().next_multiple_of(512) - data.len();
    [tar_header("pax", b'x', data.len()), data, vec![0; padding], tar_header("a", kind, 0)].concat()
}
fn tar_header(name: &str, kind: u8, size: usize) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    block[148..156].fill(b' ');
    block[156] = kind;
    block[257..263].copy_from_slice(b"ustar\0");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}
#[test]
fn archives_that_fill_the_memory_are_refused() {
    let tar = |entry: Vec<u8>, times: usize| [entry.repeat(times), vec![0; 1024]].concat();
    let files = |tar: Vec<u8>| data_tar(&tar[..], &Control::default()).map(|files| files.len());
    let link = |length: usize| pax_entry(&[("path", "./usr/a"), ("linkpath", &"x".repeat(length))], b'2');
    assert_eq!(files(tar(link(4096), 2)), Ok(2));
    assert_eq!(files(tar(link(4097), 1)), Err("the archive has a name that is too long"));
    assert_eq!(files(tar(link(4090), 17_000)), Err("the names of its files are longer than 64 MiB"));
    let account = pax_entry(&[("path", "./usr/a"), ("uname", &"x".repeat(257))], b'5');
    assert_eq!(files(tar(account, 1)), Err("the archive has a name that is too long"));
    // A hard link takes all names of its target, which is the link.
    let hard = pax_entry(&[("path", "./usr/b"), ("linkpath", "./usr/a")], b'1');
    let all = [link(4090), hard.repeat(17_000), vec![0; 1024]].concat();
    assert_eq!(files(all), Err("the names of its files are longer than 64 MiB"));
}
#[test]
fn scripts_that_take_all_time_are_refused() {
    let script = tar_header("postinst", b'0', 0);
    let twice = [script.repeat(2), vec![0; 1024]].concat();
    assert_eq!(control_tar(&twice[..]).err(), Some("its control archive has a member twice"));
    // A word of its own in each of many lines, none of which is a function: looked up and not searched for.
    let lines: String = (0..100_000).map(|number| format!("f{number} /usr/a\n")).collect();
    assert!(named_for_rights(format!("chmod\n{lines}").as_bytes()).is_empty());
}
#[test]
fn what_is_known_by_its_digest_is_not_read() {
    assert_eq!(sha256(&b"abc"[..]).ok(), Some(Text::from(Sha256::digest(b"abc").as_slice()).hex()));
    let own = read(SAMPLES[0]).expect("a package").sha256;
    assert_eq!(sha256(SAMPLES[0]).ok(), Some(own));
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
