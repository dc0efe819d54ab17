//! Parsers of dpkg's database under hostile input: excerpts of a Debian 12's own files, changed 10,000 times each.

use super::dpkg::{ListForm, Sums, diversions, status};
use super::index::{FileList, Fold, Index, Source};
use crate::mutate;
use keeneye_facts::Text;

const STATUS: &[u8] = b"Package: adduser
Status: install ok installed
Priority: important
Installed-Size: 686
Architecture: all
Multi-Arch: foreign
Version: 3.134
Conffiles:
 /etc/adduser.conf cc3493ecd2d09837ffdcc3e25fdfff18
 /etc/deluser.conf 11a06baf8245fd8d690b99024d228c1f
Description: add and remove users and groups
 This package includes the 'adduser' and 'deluser' commands for creating
 .

Package: dash
Essential: yes
Status: install ok installed
Architecture: amd64
Version: 0.5.12-2
Pre-Depends: libc6 (>= 2.34)

";
const LIST: &[u8] = b"/.
/etc
/etc/adduser.conf
/usr
/usr/sbin
/usr/sbin/adduser
/usr/sbin/deluser
/usr/share/doc/adduser
/usr/share/doc/adduser/NEWS.Debian.gz
";
const SUMS: &[u8] = b"2bba08fece3b3434a669f3c529bbea383  usr/sbin/x
2ba08fece3b3434a669f3c529bbea383  usr/sbin/adduser
808647b72aa26222070ae241158f22bf  usr/sbin/deluser
0091c90861f50e7be138d37764779d22  usr/share/doc/adduser/NEWS.Debian.gz
30b17d2e2e9c784208f01d130f196864  usr/share/doc/adduser/README.gz
";
const DIVERSIONS: &[u8] = b"/usr/share/man/man1/perf.1.gz
/usr/share/man/man1/perf.wrapper.1.gz
linux-perf
/usr/bin/pg_config
/usr/bin/pg_config.libpq-dev
postgresql-common
/usr/bin/ps
/usr/bin/ps.distrib
:
";

#[test]
fn status_survives() {
    mutate::check(&[STATUS], |bytes| !status(bytes).0.is_empty());
}
#[test]
fn digests_survive() {
    mutate::check(&[SUMS], |bytes| {
        let (sums, _) = Sums::new(Text::from(bytes));
        sums.get(b"usr/sbin/adduser").or(sums.get(b"usr/sbin/deluser")).is_some()
    });
}
#[test]
fn diversions_survive() {
    mutate::check(&[DIVERSIONS], |bytes| !diversions(bytes).0.is_empty());
}
#[test]
fn the_index_survives() {
    let fold = Fold { from: b"sbin".to_vec(), to: b"usr/sbin".to_vec() };
    mutate::check(&[LIST], |bytes| {
        let list = |form| FileList { package: 0, text: Text::from(bytes), form };
        let (diversions, _) = diversions(bytes);
        let source = Source {
            lists: vec![list(ListForm::Paths), list(ListForm::Sums)],
            names: vec!["adduser".into()],
            folds: vec![fold.clone()],
            diversions,
            signed: Default::default(),
        };
        let index = Index::new(source);
        index.find(b"/usr/sbin/adduser").or(index.find(b"/usr/sbin/deluser")).is_some()
    });
}
