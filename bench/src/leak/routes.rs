//! Every route of the server, read from the source that builds it: what the comparison must ask.
//!
//! A router cannot be asked for its routes, so its text is read. TAXII is one route there and nine
//! resources in its specification, which are listed here.
//!
//! Source: TAXII 2.1 (OASIS, June 2021), sections 4 and 5.

use std::sync::LazyLock;

/// One route: a method and a path with its parameters in braces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// GET, POST or DELETE.
    pub method: &'static str,
    /// Such as `/reports/{id}/open`.
    pub path: String,
}

impl Route {
    fn fits(&self, path: &str) -> bool {
        let (mut own, mut asked) = (self.path.split('/'), path.split('/'));
        loop {
            match (own.next(), asked.next()) {
                (None, None) => return true,
                (Some(own), Some(asked)) if own == asked => {}
                (Some(own), Some(asked)) if own.starts_with('{') && !asked.is_empty() => {}
                _ => return false,
            }
        }
    }
}

/// Lists every route.
pub fn all() -> &'static [Route] {
    static ALL: LazyLock<Vec<Route>> = LazyLock::new(|| {
        let taxii = TAXII.iter().map(|(method, path)| Route { method, path: (*path).to_owned() });
        let mut all: Vec<Route> = read(SOURCE).into_iter().chain(taxii).collect();
        // A path that is named wins over one with a parameter in its place.
        all.sort_by_key(|route| (route.path.matches('{').count(), route.path.clone(), route.method));
        all
    });
    &ALL
}

/// Finds the route that answers a request, by its place in [`all`].
pub fn find(method: &str, path: &str) -> Option<usize> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    all().iter().position(|route| route.method == method && route.fits(path))
}

/// Reads the routes out of the text of a router.
pub fn read(source: &str) -> Vec<Route> {
    let mut routes = Vec::new();
    for part in source.split(".route(").skip(1) {
        let Some(path) = part.split('"').nth(1) else { continue };
        let methods = part.split('"').nth(2).unwrap_or_default();
        let methods = methods.split(".merge(").next().unwrap_or_default();
        for (method, call) in [("GET", "get("), ("POST", "post("), ("DELETE", "delete("), ("PUT", "put(")] {
            let mut before = methods.split(call).map(|text| text.chars().next_back());
            let calls = methods.matches(call).count();
            // `target(` is no call of `get(`.
            if before.by_ref().take(calls).any(|last| !last.is_some_and(char::is_alphanumeric)) {
                routes.push(Route { method, path: path.to_owned() });
            }
        }
    }
    routes
}

/// The text of the server's router.
pub const SOURCE: &str = include_str!("../../../crates/aldis/src/web/mod.rs");

const TAXII: [(&str, &str); 11] = [
    ("GET", "/taxii2/"),
    ("GET", "/taxii2/desk/"),
    ("GET", "/taxii2/desk/status/{id}/"),
    ("GET", "/taxii2/desk/collections/"),
    ("GET", "/taxii2/desk/collections/{id}/"),
    ("GET", "/taxii2/desk/collections/{id}/manifest/"),
    ("GET", "/taxii2/desk/collections/{id}/objects/"),
    ("POST", "/taxii2/desk/collections/{id}/objects/"),
    ("GET", "/taxii2/desk/collections/{id}/objects/{object}/"),
    ("DELETE", "/taxii2/desk/collections/{id}/objects/{object}/"),
    ("GET", "/taxii2/desk/collections/{id}/objects/{object}/versions/"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_with_their_methods() {
        let source = r#"
            .route("/a", get(x::target))
            .route("/b/{id}", get(y).post(z).layer(DefaultBodyLimit::max(9)))
            .merge(get_more())
        "#;
        let route = |method, path: &str| Route { method, path: path.to_owned() };
        assert_eq!(read(source), [route("GET", "/a"), route("GET", "/b/{id}"), route("POST", "/b/{id}")]);
    }

    #[test]
    fn a_request_finds_its_route() {
        let path = |method, path: &str| find(method, path).map(|at| all()[at].path.as_str());
        assert_eq!(path("GET", "/record/entry/7"), Some("/record/entry/{index}"));
        assert_eq!(path("GET", "/record/C-1?at=x"), Some("/record/{case}"));
        assert_eq!(path("POST", "/reports/R-1/open"), Some("/reports/{id}/open"));
        assert_eq!(path("GET", "/reports/R-1/open"), None);
        assert_eq!(path("DELETE", "/taxii2/desk/collections/a/objects/b/"), Some(TAXII[9].1));
        assert_eq!(path("GET", "/nowhere"), None);
    }

    #[test]
    fn no_route_stands_elsewhere_than_where_it_is_read() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/aldis/src");
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    if text.contains(".route(") || text.contains(".route_service(") || text.contains(".nest(")
                    {
                        found.push(path.strip_prefix(&root).unwrap().to_owned());
                    }
                }
            }
        }
        found.sort();
        assert_eq!(found, [std::path::Path::new("taxii/mod.rs"), std::path::Path::new("web/mod.rs")]);
        assert_eq!(SOURCE.matches(".route(").count(), {
            let mut paths: Vec<String> = read(SOURCE).into_iter().map(|route| route.path).collect();
            paths.dedup();
            paths.len()
        });
    }
}
