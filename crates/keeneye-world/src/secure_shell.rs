//! Formats of OpenSSH: lines of sshd_config(5) and of `authorized_keys` (sshd(8)). Pure.

mod key;
mod words;

use keeneye_facts::Text;
pub use key::{Key, KeyOption, key, options};
pub use words::{arguments, setting};

/// A file of settings or keys, by its place.
pub(crate) fn is_one(path: &Text) -> bool {
    let places = ["/etc/ssh", "/usr/etc/ssh", "/etc/dropbear", "/etc/dropbear-initramfs"];
    let own = path.parent().ends_with(b"/.ssh") || path.file_name().starts_with(b"authorized_keys");
    own || places.iter().any(|place| path.is_within(place))
}

/// Overwrites values of environment variables with `*`; every byte keeps its offset.
pub(crate) fn mask(bytes: &mut [u8]) {
    key::mask(bytes);
    words::mask_set_env(bytes);
}
