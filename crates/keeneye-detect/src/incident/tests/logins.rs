//! Odd logins, and what belongs to them: each by a story that holds and one that differs by the fact that breaks it.

use super::{HOST, Story};

#[track_caller]
fn sizes(story: &str) -> Vec<usize> {
    Story::new(&format!("{HOST}{story}")).incidents().iter().map(|incident| incident.findings.len()).collect()
}

/// Anna's odd login, fifty minutes long.
const ODD: &str = "came anna 192.0.2.7 @1699990000 @1699993000\n\
                   found suspicious login/x login \"anna from 192.0.2.7\" @1699990000\n";

#[test]
fn what_happens_until_the_logout_is_of_the_login() {
    let then = |time: i64| sizes(&format!("{ODD}found suspicious a/x file /a @{time}"));
    assert_eq!(then(1_699_993_000), [2]);
    assert_eq!(then(1_699_993_001), [1, 1], "after the logout");
    assert_eq!(then(1_699_989_399), [1, 1], "before the login");
}

#[test]
fn an_hour_where_no_logout_is_known() {
    let odd = ODD.replace(" @1699993000", "");
    let then = |time: i64| sizes(&format!("{odd}found suspicious a/x file /a @{time}"));
    assert_eq!(then(1_699_993_600), [2]);
    assert_eq!(then(1_699_993_601), [1, 1]);
}

#[test]
fn what_bears_another_name_is_not_of_the_login() {
    let of = |name: &str| sizes(&format!("{ODD}found suspicious a/x account {name} @1699992000"));
    assert_eq!(of("anna"), [2]);
    assert_eq!(of("root"), [2], "who came may have become root");
    assert_eq!(of("www-data"), [1, 1]);
}

#[test]
fn an_account_that_was_made_belongs_to_who_made_it() {
    let came_later = |time: i64| {
        let later = "came evil 198.51.100.9 @1699999000\n\
                     found suspicious login/x login \"evil from 198.51.100.9\" @1699999000";
        sizes(&format!("{ODD}made evil @{time}\n{later}"))
    };
    assert_eq!(came_later(1_699_992_000), [2]);
    assert_eq!(came_later(1_699_994_000), [1, 1], "made after the logout");
}

#[test]
fn odd_logins_from_one_address_are_one_visitor() {
    let both = |address: &str, more: &str| {
        let of = |user: &str, time: i64| {
            format!(
                "came {user} {address} @{time} @{time}\n\
                 found suspicious login/x login \"{user} from {address}\" @{time}\n"
            )
        };
        sizes(&format!("{more}{}{}", of("anna", 1_699_900_000), of("ben", 1_699_990_000)))
    };
    assert_eq!(both("192.0.2.7", ""), [2]);
    assert_eq!(both("10.1.2.7", ""), [1, 1], "of one's own networks");
    assert_eq!(both("192.0.2.7", "came carla 192.0.2.7 @1699000000\n"), [1, 1], "people have come from there");
    let office: String = ["carla", "dirk", "eva"].map(|user| format!("came {user} 192.0.2.7 @1699900000\n")).concat();
    assert_eq!(both("192.0.2.7", &office), [1, 1], "many people come from there");
}

#[test]
fn an_address_that_only_failed_joins_nothing_but_itself() {
    let spray = "found unusual login/spray address 192.0.2.7 @1699000000\n";
    assert_eq!(sizes(&format!("{ODD}{spray}")), [2], "who came had tried before");
    assert_eq!(sizes(&format!("{ODD}{}", spray.replace("192.0.2.7", "192.0.2.8"))), [1]);
    let other = "came ben 198.51.100.9 @1699900000 @1699900000\n\
                 found suspicious login/x login \"ben from 198.51.100.9\" @1699900000\n";
    assert_eq!(sizes(&format!("{ODD}{other}{spray}")).iter().sum::<usize>(), 3);
    assert_eq!(sizes(&format!("{ODD}{other}{spray}")).len(), 2, "it connects nothing");
}

#[test]
fn an_unusual_login_is_added_to_the_alert_of_its_time() {
    let odd = ODD.replace("suspicious", "unusual");
    let then = |time: i64| sizes(&format!("{odd}found suspicious a/x file /a @{time}"));
    assert_eq!(then(1_699_992_000), [2]);
    assert_eq!(then(1_699_994_000), [1]);
    let other = |name: &str| sizes(&format!("{odd}found suspicious a/x account {name} @1699992000"));
    assert_eq!([other("anna"), other("www-data")], [[2], [1]]);
}

#[test]
fn the_story_tells_what_was_done() {
    let told = |level: &str, time: i64| {
        let story = format!("{HOST}{}made evil @{time}\nfound suspicious a/x file /a @1699992000", ODD);
        super::told(&Story::new(&story.replace("suspicious login", &format!("{level} login"))).incidents())
    };
    let line = "  during anna from 192.0.2.7 new account evil\n";
    assert!(told("suspicious", 1_699_991_000).contains(line));
    assert!(told("unusual", 1_699_991_000).contains(line));
    assert!(!told("suspicious", 1_699_994_000).contains("during"), "after the logout");
    assert!(!told("note", 1_699_991_000).contains("during"), "it is not odd enough");
}
