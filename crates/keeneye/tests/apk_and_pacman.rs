#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests make the image that the program looks at"
)]
//! Images of machines whose packages are apk's or pacman's.

mod common;

use common::{Scratch, parts, run};
use std::fs::{Permissions, remove_file, set_permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

/// A package with a program, which holds the word `content`, a link and a setting.
const APK: &str = "P:tool\nV:1.2-r0\nA:x86_64\nF:usr/bin\nR:tool\na:0:0:755\nZ:Q1BA8G/XdAkkeNRQd09bowxdp4rMg=\n\
                   R:tool-1\na:0:0:777\nZ:Q1GTfEwo9yYYaJdOkmamSRUpOfZLA=\nF:etc\nR:tool.conf\n\
                   Z:Q1BA8G/XdAkkeNRQd09bowxdp4rMg=\n\n";

fn machine(name: &str) -> Scratch {
    let image = Scratch::new(name);
    image.write("etc/passwd", "root:x:0:0:root:/root:/bin/ash\n");
    image.write("lib/apk/db/installed", APK);
    let program = image.write("usr/bin/tool", "content");
    set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    symlink("tool", image.path("usr/bin/tool-1")).unwrap();
    image.write("etc/tool.conf", "content edited");
    image
}

/// `path: differences` of each change, settings left out, as `keeneye list changes` has them.
fn changes(image: &Scratch) -> Vec<String> {
    let root = image.path("").display().to_string();
    let (_, list, trouble) = parts(&run(&["list", "changes", "--format", "json", "--root", &root]));
    assert!(trouble.is_empty() || trouble.contains("could not be seen"), "{trouble}");
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let rows = list["rows"].as_array().unwrap().iter().filter(|row| row["kind"] != "settings");
    rows.map(|row| format!("{}: {}", text(&row["file"]), text(&row["differs"]))).collect()
}

#[test]
fn an_image_of_apk_is_compared() {
    let image = machine("apk");
    let program = image.path("usr/bin/tool");
    // Who makes the image owns its files; the package says root.
    let own = std::fs::metadata(&program).unwrap().uid() == 0;
    assert!(own, "these tests run as root");
    assert_eq!(changes(&image), Vec::<String>::new());

    std::fs::write(&program, "CONTENT").unwrap();
    let [content] = changes(&image).try_into().unwrap();
    assert!(content.starts_with("/usr/bin/tool: content 238a"), "{content}");
    std::fs::write(&program, "content").unwrap();
    set_permissions(&program, Permissions::from_mode(0o4755)).unwrap();
    assert_eq!(changes(&image), ["/usr/bin/tool: mode 4755 instead of 755"]);
    remove_file(&program).unwrap();
    assert_eq!(changes(&image), ["/usr/bin/tool: it is missing"]);
    symlink("/opt/tool", &program).unwrap();
    assert_eq!(changes(&image), ["/usr/bin/tool: a symbolic link in place of a regular file"]);
}

#[test]
fn links_of_apk_are_compared_by_the_digest_of_their_target() {
    let image = machine("apk-link");
    let link = image.path("usr/bin/tool-1");
    assert_eq!(changes(&image), Vec::<String>::new());
    remove_file(&link).unwrap();
    symlink("/tmp/tool", &link).unwrap();
    let [elsewhere] = changes(&image).try_into().unwrap();
    assert!(elsewhere.starts_with("/usr/bin/tool-1: leads to /tmp/tool instead of a target of digest"), "{elsewhere}");
    remove_file(&link).unwrap();
    std::fs::write(&link, "content").unwrap();
    let [content] = changes(&image).try_into().unwrap();
    assert!(content.starts_with("/usr/bin/tool-1: content"), "{content}");
}

#[test]
fn an_image_of_pacman_is_compared() {
    let image = Scratch::new("pacman");
    image.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../keeneye-world/src/packages/pacman/samples");
    for file in ["desc", "files", "mtree"] {
        let bytes = std::fs::read(format!("{samples}/{file}")).unwrap();
        image.write(&format!("var/lib/pacman/local/sample-1-1/{file}"), bytes);
    }
    let changes = changes(&image);
    assert!(!changes.is_empty() && changes.iter().all(|change| change.ends_with(": it is missing")), "{changes:?}");
}
