//! How far countries are apart at least: the least distance between their borders on Natural Earth's map 1:10,000,000.

use super::codes;
use anyhow::{Context, Result};
use keeneye_facts::Country;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The mean radius of the earth.
const EARTH_KM: f64 = 6371.0;
/// Points of a border are no farther apart than this; so the nearest points of two are at most that much farther apart
/// than the borders.
const SPACING_KM: f64 = 5.0;
/// What the map is wrong by: its drawing, its grid of 0.4 km, the spacing above.
const ERROR_KM: f64 = 10.0;
/// The earth is no ball: distances are wrong by up to 0.56 %.
const BALL: f64 = 0.994;
/// Points that are looked at as one, while they are far.
const TOGETHER: usize = 32;

/// The map, in TopoJSON: borders are arcs on a grid, and shapes name the arcs that they are made of.
#[derive(Deserialize)]
struct Map {
    transform: Transform,
    arcs: Vec<Vec<[f64; 2]>>,
    objects: Objects,
}
#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}
#[derive(Deserialize)]
struct Objects {
    countries: Collection,
}
#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Shape>,
}
#[derive(Deserialize)]
struct Shape {
    id: Option<String>,
    properties: Properties,
    arcs: serde_json::Value,
}
#[derive(Deserialize)]
struct Properties {
    name: String,
}

/// A point as a vector of length 1.
type Vector = [f64; 3];

/// Neighbouring points, their middle, and the cosine and angle of the farthest from it.
struct Group {
    middle: Vector,
    angle: f64,
    points: Vec<Vector>,
}

/// In km, rounded down, for each two countries, the first before the second.
pub(super) fn distances(map: &Path) -> Result<BTreeMap<(Country, Country), u16>> {
    let map: Map = serde_json::from_str(&super::read(map)?).context("the map is not understood")?;
    let arcs: Vec<Vec<Group>> = map.arcs.iter().map(|arc| groups(&points(arc, &map.transform))).collect();
    let mut borders: BTreeMap<Country, Vec<usize>> = BTreeMap::new();
    for shape in &map.objects.countries.geometries {
        let owners = codes::of_shape(shape.id.as_deref(), &shape.properties.name);
        anyhow::ensure!(!owners.is_empty(), "nobody is said to own the shape {}", shape.properties.name);
        let mut of_shape = Vec::new();
        arcs_of(&shape.arcs, &mut of_shape);
        owners.into_iter().for_each(|owner| borders.entry(owner).or_default().extend(&of_shape));
    }
    for (country, others) in codes::within() {
        let shapes: Vec<usize> = others.iter().filter_map(|other| borders.get(other)).flatten().copied().collect();
        borders.entry(country).or_default().extend(shapes);
    }
    let mut distances = BTreeMap::new();
    for (second, of_second) in &borders {
        let second_groups: Vec<&Group> = of_second.iter().filter_map(|arc| arcs.get(*arc)).flatten().collect();
        for (first, of_first) in borders.range(..second) {
            let first_groups: Vec<&Group> = of_first.iter().filter_map(|arc| arcs.get(*arc)).flatten().collect();
            let touch = of_first.iter().any(|arc| of_second.contains(arc));
            let km = if touch { 0.0 } else { least(&first_groups, &second_groups) * EARTH_KM };
            distances.insert((*first, *second), (km * BALL - ERROR_KM).max(0.0) as u16);
        }
    }
    Ok(distances)
}

/// The numbers of arcs in however many brackets; a negative one is an arc that is walked backwards.
fn arcs_of(value: &serde_json::Value, arcs: &mut Vec<usize>) {
    match value {
        serde_json::Value::Array(values) => values.iter().for_each(|value| arcs_of(value, arcs)),
        value => {
            let arc = value.as_i64().map(|arc| if arc < 0 { !arc } else { arc });
            arcs.extend(arc.and_then(|arc| usize::try_from(arc).ok()));
        }
    }
}

/// An arc's points: each is the difference to the one before, on the grid.
fn points(arc: &[[f64; 2]], transform: &Transform) -> Vec<Vector> {
    let (mut points, mut x, mut y) = (Vec::new(), 0.0, 0.0);
    let mut before: Option<[f64; 2]> = None;
    for [dx, dy] in arc {
        (x, y) = (x + dx, y + dy);
        let [sx, sy] = transform.scale;
        let [tx, ty] = transform.translate;
        let here = [x * sx + tx, y * sy + ty];
        let from = before.replace(here).unwrap_or(here);
        let km = angle(vector(from), vector(here)) * EARTH_KM;
        // A line along a parallel is longer than the shortest way, by less than twice for all that is drawn.
        let parts = (2.0 * km / SPACING_KM).ceil().max(1.0);
        for part in 1..=parts as u32 {
            let share = f64::from(part) / parts;
            points.push(vector([from[0] + (here[0] - from[0]) * share, from[1] + (here[1] - from[1]) * share]));
        }
    }
    points
}

/// Of degrees east and north.
fn vector([east, north]: [f64; 2]) -> Vector {
    let (east, north) = (east.to_radians(), north.to_radians());
    [north.cos() * east.cos(), north.cos() * east.sin(), north.sin()]
}

/// Between two vectors of length 1, in radians. By the chord, which is exact for near points too.
fn angle(one: Vector, other: Vector) -> f64 {
    2.0 * (chord(one, other).sqrt() / 2.0).min(1.0).asin()
}

/// The square of the straight distance.
fn chord([a, b, c]: Vector, [x, y, z]: Vector) -> f64 {
    (a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z)
}

fn groups(points: &[Vector]) -> Vec<Group> {
    let group = |points: &[Vector]| {
        let middle = points.get(points.len() / 2).copied().unwrap_or_default();
        let angle = points.iter().map(|point| angle(middle, *point)).fold(0.0, f64::max);
        Group { middle, angle, points: points.to_vec() }
    };
    points.chunks(TOGETHER).map(group).collect()
}

/// The least angle between points of the one and of the other.
fn least(one: &[&Group], other: &[&Group]) -> f64 {
    let mut least = std::f64::consts::PI;
    for first in one {
        for second in other {
            let middles = angle(first.middle, second.middle);
            least = least.min(middles);
            if middles - first.angle - second.angle < least {
                let pairs = first.points.iter().flat_map(|a| second.points.iter().map(|b| chord(*a, *b)));
                least = least.min(2.0 * (pairs.fold(4.0, f64::min).sqrt() / 2.0).min(1.0).asin());
            }
        }
    }
    least
}
