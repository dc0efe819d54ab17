//! How far two points on the earth are apart.

use keeneye_facts::Point;

/// The mean radius of the earth.
const EARTH_KM: f64 = 6371.0;
/// The earth is no ball: a great circle is up to 0.56 % longer than the truth.
const BALL: f64 = 0.994;

/// At least so many km: the great circle without either radius, rounded down.
pub(super) fn least_km(one: Point, other: Point) -> u16 {
    let radians = |degrees: i32| (f64::from(degrees) / 10_000.0).to_radians();
    let (north, other_north) = (radians(one.latitude), radians(other.latitude));
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let east = radians(one.longitude) - radians(other.longitude);
    let haversine = half(north - other_north) + north.cos() * other_north.cos() * half(east);
    let km = 2.0 * EARTH_KM * haversine.clamp(0.0, 1.0).sqrt().asin() * BALL;
    (km - f64::from(one.radius) - f64::from(other.radius)).max(0.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(latitude: f64, longitude: f64, radius: u16) -> Point {
        let units = |degrees: f64| (degrees * 10_000.0) as i32;
        Point { latitude: units(latitude), longitude: units(longitude), radius }
    }

    #[test]
    fn great_circles_are_lower_bounds() {
        let (london, tokyo) = (point(51.5074, -0.1278, 0), point(35.6762, 139.6503, 0));
        // 9,558.7 km on the ball, 9,582 on the ellipsoid.
        assert_eq!(least_km(london, tokyo), 9_501);
        assert_eq!(least_km(tokyo, london), 9_501);
        let blurred = |point: Point, radius| Point { radius, ..point };
        assert_eq!(least_km(blurred(london, 100), blurred(tokyo, 50)), 9_351);
        assert_eq!(least_km(blurred(london, 9_000), blurred(tokyo, 9_000)), 0);
        assert_eq!(least_km(point(0.0, 179.9, 0), point(0.0, -179.9, 0)), 22, "over the edge of the map");
        assert_eq!(least_km(point(90.0, 0.0, 0), point(-90.0, 77.0, 0)), 19_894);
    }
}
