//! A browser without a screen: sends requests to the router in this process and remembers its cookie.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail loudly")]

use aldis::desk::office;
use aldis::node::Node;
use aldis::web;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use std::sync::Arc;
use tower::ServiceExt;

pub struct Browser {
    router: Router,
    runtime: Arc<tokio::runtime::Runtime>,
    cookie: Option<String>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn leads_to(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header("location").split('#').next().unwrap().to_owned()
    }
}

impl Browser {
    pub fn new(node: &Arc<Node>) -> Self {
        let runtime = Arc::new(tokio::runtime::Runtime::new().unwrap());
        Self { router: web::router(node.clone()), runtime, cookie: None }
    }

    /// Signs somebody in through the page.
    pub fn signed_in(node: &Arc<Node>, admin: &aldis::ctx::Ctx, name: &str) -> Self {
        let mut browser = Self::new(node);
        let token = node.db.write(|tx| office::invite(tx, admin, name)).unwrap();
        assert!(browser.get(&format!("/in/{token}")).body.contains("<button>Sign in</button>"));
        assert_eq!(browser.post(&format!("/in/{token}"), &[]).leads_to(), "/watch");
        browser
    }

    pub fn send(&mut self, request: Request<Body>) -> Answer {
        let router = self.router.clone();
        let answer = self.runtime.block_on(async {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, 64 << 20).await.unwrap();
            let body = String::from_utf8_lossy(&body).into_owned();
            Answer { status: parts.status, headers: parts.headers, body }
        });
        if let Some(pair) = answer.header("set-cookie").split(';').next().filter(|pair| !pair.is_empty()) {
            self.cookie = Some(pair.to_owned());
        }
        answer
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path);
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request)
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let request = self.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(body.join("&"))).unwrap();
        self.send(request)
    }

    /// Reads the word that forms must carry out of a page.
    pub fn csrf(&mut self) -> String {
        let page = self.get("/watch").body;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// Sends a form of the desk.
    pub fn act(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let word = self.csrf();
        let fields: Vec<(&str, &str)> =
            [("csrf", word.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(path, &fields)
    }

    /// Sends the form that takes in a report.
    pub fn upload(&mut self, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
        let word = self.csrf();
        let mut body = Vec::new();
        for (name, value) in [("csrf", word.as_str())].into_iter().chain(fields.iter().copied()) {
            let part = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        if let Some((kind, bytes)) = file {
            let head =
                "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: ";
            body.extend_from_slice(format!("{head}{kind}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--cut--\r\n");
        let request =
            self.request("POST", "/gather").header("content-type", "multipart/form-data; boundary=cut");
        let request = request.body(Body::from(body)).unwrap();
        self.send(request)
    }
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}
