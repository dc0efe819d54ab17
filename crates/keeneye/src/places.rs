//! Databases that tell where addresses are: those that the person names, and those in the usual places.

use crate::output::complain;
use anyhow::{Context, Result, ensure};
use keeneye_facts::{PlaceSource, Text};
use keeneye_report::words::{counted, rfc3339};
use keeneye_world::World;
use keeneye_world::geo::{self, Databases, OWN_TABLE};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Paths of databases, those that win first. One that the person names has to be one.
pub(crate) fn databases(named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    for path in named {
        let shown = path.display();
        let bytes = keeneye_live::read_own_file(path, keeneye_live::MAX_PLACES);
        let bytes = bytes.with_context(|| format!("--geoip: cannot read {shown}"))?;
        let (databases, refused) = Databases::new(vec![(Text::from(shown.to_string()), bytes)]);
        ensure!(refused.is_empty(), "--geoip: {shown} is no database of countries, networks or cities, or was cut off");
        for (_, lines) in databases.left_out() {
            let lines = counted(lines, "line");
            complain(&format!("--geoip: {lines} of {shown} could not be read: is it whole? The others are used"));
        }
    }
    let usual = geo::usual_places().iter().map(PathBuf::from).filter(|path| keeneye_live::real_path(path).is_ok());
    Ok(named.iter().cloned().chain(usual).collect())
}

/// What to know of databases that told something in this look: those more than twelve months old.
pub(crate) fn stale(world: &World) -> Vec<String> {
    let places = world.places.values().chain(world.logins.iter().filter_map(|login| login.place.as_ref()));
    let told: BTreeSet<&PlaceSource> =
        places.flat_map(|place| [&place.country_from, &place.as_from]).flatten().collect();
    told.into_iter().filter(|source| geo::is_stale(source, world.host.now)).map(said).collect()
}

fn said(source: &PlaceSource) -> String {
    let name = source.database.lossy();
    let age = match source.built {
        Some(built) => format!("is of {}, more than twelve months before this look", rfc3339(built)),
        None => "does not say when it was made".to_owned(),
    };
    let newer = if source.database == OWN_TABLE { "a newer keeneye or --geoip" } else { "a newer one" };
    format!("{name} {age}: addresses change hands, so countries and networks may be wrong; {newer} helps")
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::{Event, Host, Place};

    fn world(now: i64, built: Option<i64>) -> World {
        let mut world = World { host: Host { now, ..Host::default() }, ..World::default() };
        let source = PlaceSource { database: OWN_TABLE.into(), built };
        let place = Place { country_from: Some(source.clone()), as_from: Some(source), ..Place::default() };
        world.fold(Event::PlacesSeen([([1, 1, 1, 1].into(), place)].into()));
        world
    }

    #[test]
    fn a_table_of_more_than_twelve_months_is_told_once() {
        let year = 365 * 86_400;
        assert_eq!(stale(&world(1_700_000_000 + year, Some(1_700_000_000))), [""; 0]);
        assert_eq!(
            stale(&world(1_700_000_001 + year, Some(1_700_000_000))),
            ["keeneye's own table is of 2023-11-14T22:13:20Z, more than twelve months before this look: addresses \
              change hands, so countries and networks may be wrong; a newer keeneye or --geoip helps"]
        );
        assert!(stale(&world(0, None))[0].contains("does not say when it was made"));
        assert_eq!(stale(&World::default()), [""; 0], "no address was met");
    }
}
