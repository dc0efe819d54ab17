//! How far apart two logins are, at the least, and whether anybody travels so fast.

use keeneye_facts::Login;
use keeneye_world::geo::Databases;

/// Faster than any airliner, door to door, in km/h; and nearer than this, in km, tables are not believed.
const FASTEST: i64 = 900;
const NEAREST: u16 = 500;

/// The least distance in km, where nobody gets from the one place to the other in the time between. Networks that stand
/// for places anywhere, and one network at two places, tell nothing.
pub(super) fn impossible(one: &Login, other: &Login) -> Option<u16> {
    let (here, there) = (one.place.as_ref()?, other.place.as_ref()?);
    let is_anywhere = |place: &keeneye_facts::Place| place.hosting == Some(true) || place.anycast == Some(true);
    let same_network = here.asn.is_some() && here.asn == there.asn;
    if here.country == there.country || same_network || is_anywhere(here) || is_anywhere(there) {
        return None;
    }
    let distance = Databases::distance_km(here, there).filter(|distance| *distance >= NEAREST)?;
    let seconds = one.time.seconds.abs_diff(other.time.seconds).max(60);
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    (i64::from(distance).saturating_mul(3_600) > seconds.saturating_mul(FASTEST)).then_some(distance)
}

/// How long somebody took at most who went from the one place to the other.
pub(super) fn time_between(one: &Login, other: &Login) -> String {
    match one.time.seconds.abs_diff(other.time.seconds).div_ceil(60) {
        0 | 1 => "a minute".into(),
        minutes => format!("{minutes} minutes"),
    }
}
