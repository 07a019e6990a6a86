//! The comparison goes through every route of the server.

use aldis_bench::leak::{self, routes};

/// What is only ever refused in the comparison, and why.
const REFUSED_ONLY: [(&str, &str, &str); 5] = [
    ("GET", "/log/checkpoint", "names the size of the log, to whoever may read the record"),
    ("GET", "/record/entry/{index}/proof", "names the place of an entry in the log, to whoever may read it"),
    ("POST", "/sign-out", "its answer leads to the page for signing in, as that of a refusal does"),
    ("POST", "/reports/{id}/opinions", "no report of the comparison comes from an audience that can be told"),
    ("POST", "/deliveries/{id}/retry", "the post office of the comparison loses nothing"),
];

#[test]
fn every_route_is_asked_and_does_what_is_asked() {
    let tally = leak::pair_over_http(2).unwrap();
    assert!(tally.differences.is_empty(), "{:#?}", tally.differences);
    assert_eq!(tally.told_apart, 1, "the two worlds do not differ at all");
    let refused = |route: &routes::Route| {
        REFUSED_ONLY.iter().any(|(method, path, _)| (*method, *path) == (route.method, route.path.as_str()))
    };
    let mut missing = Vec::new();
    for (route, [asked, done]) in routes::all().iter().zip(&tally.routes) {
        if *asked == 0 || (*done == 0 && !refused(route)) {
            missing.push(format!("{} {}: asked {asked} times, done {done} times", route.method, route.path));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
