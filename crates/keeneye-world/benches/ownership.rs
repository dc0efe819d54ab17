//! How long the index from path to package takes, for 2,000 packages with 300,000 paths on a merged /usr.
//!
//! `cargo bench -p keeneye-world --bench ownership`. Beside it two floors over the same bytes in the same run: copying
//! them as the host's answers are copied, and finding the ends of all lines. The clock moves by scheduler ticks, up to
//! 4 ms: a figure below that is no figure.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench is not part of the product: it reads the kernel's clock of itself"
)]

use bstr::ByteSlice;
use keeneye_facts::{FileStat, Ownership, Refusal, Text};
use keeneye_world::packages::Packages;
use keeneye_world::{Answer, DirEntry, EntryKind, Host, Look, Question, Reply};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;

const PACKAGES: usize = 2_000;
const PATHS: usize = 150;
const ROUNDS: usize = 9;

/// A host that holds nothing but dpkg's database.
struct Memory(BTreeMap<Text, Text>);

impl Memory {
    fn new() -> Self {
        let mut files = BTreeMap::new();
        let mut status = String::new();
        for package in 0..PACKAGES {
            let name = format!("lib-package-{package}");
            write!(
                status,
                "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.2-{package}\n"
            )
            .unwrap();
            status.push_str("Description: a package\n of which nothing is known\n\n");
            let mut list = "/.\n/usr\n/usr/share\n".to_owned();
            for path in 0..PATHS {
                let top = if path % 10 == 0 { "/lib" } else { "/usr/share" };
                writeln!(list, "{top}/{name}/x86_64-linux-gnu/component-{}/file-{path}.data", path % 7).unwrap();
            }
            files.insert(Text::from(format!("/var/lib/dpkg/info/{name}.list")), Text::from(list));
        }
        files.insert(Text::from("/var/lib/dpkg/status"), Text::from(status));
        Self(files)
    }
    fn lists(&self) -> impl Iterator<Item = &Text> {
        self.0.values()
    }
}

impl Host for Memory {
    fn ask(&self, question: &Question) -> Reply {
        let link = |name: &str| DirEntry { name: name.into(), kind: EntryKind::Link };
        match question {
            Question::Read(path) => {
                let data = self.0.get(path).cloned().ok_or(Refusal::ABSENT)?;
                Ok(Answer::Bytes { data, cut: false })
            }
            Question::List(path) if path == "/" => {
                Ok(Answer::Names(["bin", "lib", "lib64", "sbin"].map(link).to_vec()))
            }
            Question::List(path) if path == "/var/lib/dpkg/info" => {
                let names = self.0.keys().filter(|path| path.ends_with(b".list"));
                let entry = |path: &Text| DirEntry { name: Text::from(path.file_name()), kind: EntryKind::File };
                Ok(Answer::Names(names.map(entry).collect()))
            }
            Question::Resolve(path) if path.len() < 8 => {
                Ok(Answer::Path(Text::from([b"/usr", path.as_slice()].concat())))
            }
            Question::Stat(path) if self.0.contains_key(path) => Ok(Answer::Stat(FileStat::default())),
            _ => Err(Refusal::ABSENT),
        }
    }
}

fn main() {
    let host = Memory::new();
    let bytes: usize = host.lists().map(|text| text.len()).sum();
    println!(
        "{PACKAGES} packages, {} paths, {:.1} MB; median of {ROUNDS}, processor time",
        PACKAGES * PATHS,
        bytes as f64 / 1e6
    );
    let copy = || host.lists().cloned().map(|text| black_box(text).len()).sum::<usize>();
    println!("floor: copy of the same bytes        {:7.1} ms", median(copy));
    let scan = || host.lists().map(|text| text.find_iter("\n").count()).sum::<usize>();
    println!("floor: ends of all lines             {:7.1} ms", median(scan));
    println!("index from the host's answers        {:7.1} ms", median(|| read(&host)));
    let mut packages = read(&host);
    let path = |n: usize| format!("/usr/lib/lib-package-{}/x86_64-linux-gnu/component-0/file-0.data", n % PACKAGES);
    let paths: Vec<String> = (0..100_000).map(path).collect();
    let mut look = Look::new(&host, "bench");
    let found = paths.iter().filter(|path| packages.package_of(path.as_bytes()).is_some()).count();
    assert_eq!(found, paths.len(), "every path has an owner");
    assert_eq!(packages.owner(&mut look, b"/usr/lib/nobody", None), Ownership::Unowned);
    let lookups = || paths.iter().filter(|path| packages.package_of(path.as_bytes()).is_some()).count();
    println!("100,000 look-ups                     {:7.1} ms", median(lookups));
}

fn read(host: &Memory) -> Packages {
    Packages::read(&mut Look::new(host, "bench"), 0, &[], None)
}

/// Processor time in ms: what a busy machine does besides does not count.
fn median<T>(mut run: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = on_processor();
            black_box(run());
            (on_processor() - begun) / 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    *times.get(ROUNDS / 2).unwrap()
}

/// Nanoseconds that this thread was on a processor (`/proc/self/schedstat`, first field).
fn on_processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}
