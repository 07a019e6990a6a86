//! A real browser, driven over the W3C WebDriver protocol: chromedriver on a free port, ended by its
//! process id, with a profile folder that is thrown away.
//!
//! Source: WebDriver (W3C); Chrome DevTools Protocol, domain Emulation.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail loudly")]

use crate::store::is_required;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub struct Chromium {
    driver: Child,
    _profile: tempfile::TempDir,
    agent: ureq::Agent,
    session: String,
    axe: String,
}

/// One way to look at a page.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub width: u32,
    pub dark: bool,
}

pub const LOOKS: [Look; 3] =
    [Look { width: 1280, dark: false }, Look { width: 1280, dark: true }, Look { width: 320, dark: false }];

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Chromium {
    /// Starts the browser if it and axe-core are here; else says so.
    pub fn start() -> Option<Self> {
        let axe = root().join("target/axe/node_modules/axe-core/axe.min.js");
        let found = installed("chromedriver").zip(installed("chromium")).filter(|_| axe.exists());
        let Some((driver, browser)) = found else {
            assert!(!is_required("chromium"), "ALDIS_REQUIRE wants chromium, chromedriver and target/axe");
            println!("skipped: chromium not installed");
            return None;
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut driver = Command::new(driver)
            .arg(format!("--port={port}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It says on its output when it listens; waiting for that line needs no clock.
        let said = BufReader::new(driver.stdout.take().unwrap()).lines();
        said.map_while(Result::ok).find(|line| line.contains("started successfully")).unwrap();
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(120)))
            .http_status_as_error(false)
            .build();
        let profile = tempfile::tempdir().unwrap();
        let mut chromium = Self {
            driver,
            agent: config.into(),
            session: format!("http://127.0.0.1:{port}/session"),
            axe: std::fs::read_to_string(axe).unwrap(),
            _profile: profile,
        };
        let folder = format!("--user-data-dir={}", chromium._profile.path().display());
        let args: Vec<&str> = ARGS.iter().copied().chain([folder.as_str()]).collect();
        let options = json!({ "binary": browser, "args": args });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let id = chromium.post("", &wanted)["sessionId"].as_str().unwrap().to_owned();
        chromium.session = format!("{}/{id}", chromium.session);
        Some(chromium)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let mut reply =
            self.agent.post(&url).content_type("application/json").send(body.to_string()).unwrap();
        let text = reply.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(reply.status().is_success(), "{path}: {text}");
        value["value"].clone()
    }

    pub fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn develop(&self, command: &str, with: &Value) {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": with }));
    }

    pub fn look(&self, look: Look) {
        self.size(look.width, 900);
        let scheme = if look.dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.develop("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    fn size(&self, width: u32, height: u64) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.develop("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Lists what axe-core finds wrong: rule and place.
    pub fn violations(&self) -> Vec<String> {
        self.run(&format!("{}; window.axe = window.axe || axe;", self.axe));
        let found = self.post("/execute/async", &json!({ "script": AXE, "args": [] }));
        found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    }

    pub fn overflow(&self) -> i64 {
        self.run("return document.documentElement.scrollWidth").as_i64().unwrap()
    }

    /// Takes a picture of the whole page, up to a height.
    pub fn picture(&self, name: &str, width: u32, most: u64) {
        self.size(width, 800);
        let height = self.run("return document.documentElement.scrollHeight").as_u64().unwrap();
        self.size(width, height.min(most));
        let url = format!("{}/screenshot", self.session);
        let text =
            self.agent.get(&url).call().unwrap().body_mut().with_config().limit(64 << 20).read_to_string();
        let value: Value = serde_json::from_str(&text.unwrap()).unwrap();
        let bytes = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            value["value"].as_str().unwrap(),
        );
        let folder = root().join("docs/pictures");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), bytes.unwrap()).unwrap();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn installed(program: &str) -> Option<PathBuf> {
    ["/usr/bin", "/usr/local/bin"]
        .into_iter()
        .map(|folder| Path::new(folder).join(program))
        .find(|p| p.exists())
}

const ARGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
];

const AXE: &str = "const done = arguments[arguments.length - 1];
    const tags = ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'];
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(found => {
        const lines = [];
        for (const rule of found.violations) for (const node of rule.nodes.slice(0, 4))
            lines.push(rule.id + ': ' + node.target.join(' ') + ' ' + node.html.slice(0, 160) + ' ' + (node.any[0] ? node.any[0].message : ''));
        done(lines);
    }, error => done(['axe: ' + error]));";
