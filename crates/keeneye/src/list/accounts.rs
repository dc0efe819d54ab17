//! Accounts: how one gets in as each, and what it may do.

use super::Scene;
use crate::{names, rights};
use keeneye_facts::{Account, Text};
use keeneye_report::{Cell, Table};

/// One row a line of passwd. What differs: something was noticed about it.
pub(super) fn accounts(scene: &Scene<'_>) -> Table {
    let world = scene.world;
    let odd = |account: &Account| names::odd(scene.findings, |f| f.subject.account.as_ref() == Some(&account.name));
    let row = |account: &Account| {
        let groups: Vec<&[u8]> = rights::groups(world, account).map(|group| group.name.as_slice()).collect();
        let keys = u64::try_from(rights::keys(world, account).count()).unwrap_or(u64::MAX);
        vec![
            account.line.into(),
            (&account.name).into(),
            account.uid.into(),
            (&Text::from(groups.join(&b" "[..]))).into(),
            rights::password(account).into(),
            Some(keys).filter(|keys| *keys > 0).map_or(Cell::None, Cell::from),
            rights::sudo(world, account).into(),
            odd(account).into(),
            (&account.shell).into(),
            (&account.home).into(),
        ]
    };
    let wanted = |account: &&Account| !scene.differs || !odd(account).is_empty();
    Table {
        name: "accounts",
        columns: &["line", "name", "uid", "groups", "password", "keys", "sudo", "odd", "shell", "home"],
        rows: world.accounts.iter().filter(wanted).map(row).collect(),
    }
}
