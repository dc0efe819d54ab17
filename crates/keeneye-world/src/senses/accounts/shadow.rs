//! shadow(5), reduced at the door: of a hash only its scheme is left.

use bstr::ByteSlice;
use keeneye_facts::{Password, Text};

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shadow {
    pub(super) password: Password,
    /// Day since 1970.
    pub(super) changed_day: Option<i64>,
}

/// Name, password, day of the last change, and what is of no use here.
pub(super) fn entry(line: &[u8]) -> Option<(Text, Shadow)> {
    let mut fields = line.split(|b| *b == b':');
    let name = fields.next().filter(|name| !name.is_empty())?;
    let password = password(fields.next()?);
    let changed_day = fields.next().and_then(|day| day.to_str().ok()?.parse().ok());
    Some((Text::from(name), Shadow { password, changed_day }))
}

/// The shape of a field. What crypt(3) cannot have made lets nobody in.
pub(super) fn password(field: &[u8]) -> Password {
    match field {
        b"" => Password::Empty,
        // A hash without a scheme, reduced.
        b"..." => Password::Hash(Text::new()),
        [b'$', rest @ ..] => {
            let scheme = rest.split(|b| *b == b'$').next().unwrap_or_default();
            Password::Hash(Text::from(scheme.get(..8).unwrap_or(scheme)))
        }
        _ => Password::Locked,
    }
}
