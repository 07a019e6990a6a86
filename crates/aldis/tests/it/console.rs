//! The console in a real browser: axe-core on every page, no sideways scroll at 320 px, pictures.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail loudly")]

use crate::chromium::{Chromium, LOOKS, Look};
use crate::web::{Sample, exercise, sample};
use aldis::desk::office;
use aldis::node::Node;
use aldis::serve::serve;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A node that is served on this machine for the length of a test.
struct Served {
    runtime: Runtime,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<aldis::error::Result<()>>>,
}

impl Served {
    fn start(node: &Arc<Node>) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { drop(stopped.await) };
        let server = runtime.spawn(serve(node.clone(), listener, None, stopped));
        Self { runtime, url, stop: Some(stop), server: Some(server) }
    }

    /// Ends the server and says how it ended.
    fn end(mut self) -> aldis::error::Result<()> {
        drop(self.stop.take());
        self.runtime.block_on(self.server.take().unwrap()).unwrap()
    }
}

fn sign_in(chromium: &Chromium, sample: &Sample, url: &str) {
    let admin = sample.north.admin();
    let token = sample.north.node.db.write(|tx| office::invite(tx, &admin, "Senior")).unwrap();
    chromium.go(&format!("{url}/in/{token}"));
    chromium.run("document.querySelector('main button').click()");
    chromium.go(&format!("{url}/watch"));
    assert_eq!(chromium.run("return document.querySelector('h1').textContent"), "Watch floor");
}

/// Opens everything that can be opened, so that hidden forms are looked at as well.
fn unfold(chromium: &Chromium) {
    chromium.run("document.querySelectorAll('details').forEach(part => part.open = true)");
}

fn look_at(chromium: &Chromium, path: &str, look: Look) -> Vec<String> {
    unfold(chromium);
    let mut wrong: Vec<String> =
        chromium.violations().into_iter().map(|line| format!("{path} {look:?} {line}")).collect();
    let width = chromium.overflow();
    if width > i64::from(look.width) {
        wrong.push(format!("{path} {look:?} scrolls sideways: {width} px"));
    }
    wrong
}

#[test]
fn every_page_is_accessible_and_fits_a_telephone() {
    let Some(chromium) = Chromium::start() else { return };
    let sample = sample();
    let served = Served::start(&sample.north.node);
    sign_in(&chromium, &sample, &served.url);
    let mut wrong = Vec::new();
    for look in LOOKS {
        chromium.look(look);
        for path in sample.pages().into_iter().chain(sample.open_pages()) {
            chromium.go(&format!("{}{path}", served.url));
            wrong.extend(look_at(&chromium, &path, look));
        }
        // A form that comes back with problems.
        chromium.go(&format!("{}/duties/{}/write", served.url, sample.duty));
        chromium.run("document.querySelector('main form button:not([name])').click()");
        assert_eq!(
            chromium.run("return document.querySelector('.err h2').textContent"),
            "There is a problem"
        );
        wrong.extend(look_at(&chromium, "composer with a problem", look));
    }
    assert!(wrong.is_empty(), "{} findings\n{}", wrong.len(), wrong.join("\n"));
    served.end().unwrap();
}

#[test]
fn the_exercise_is_accessible_and_an_answer_ends_in_a_receipt() {
    let Some(chromium) = Chromium::start() else { return };
    let sample = sample();
    let served = Served::start(&exercise(&sample.north));
    sign_in(&chromium, &sample, &served.url);
    let mut wrong = Vec::new();
    for look in LOOKS {
        chromium.look(look);
        chromium.go(&format!("{}/watch", served.url));
        wrong.extend(look_at(&chromium, "exercise", look));
    }
    chromium.go(&format!("{}/a/{}?l=uk", served.url, sample.token()));
    assert_eq!(chromium.run("return performance.getEntriesByType('resource').length"), 0);
    chromium.run("document.querySelector('input[value=read]').click()");
    chromium.run("document.querySelector('form button').click()");
    assert_eq!(chromium.run("return document.querySelector('h1').textContent"), "Відповідь отримано");
    for look in LOOKS {
        chromium.look(look);
        wrong.extend(look_at(&chromium, "receipt", look));
    }
    assert!(wrong.is_empty(), "{} findings\n{}", wrong.len(), wrong.join("\n"));
    served.end().unwrap();
}

#[test]
fn pictures_for_the_documentation_are_taken() {
    let Some(chromium) = Chromium::start() else { return };
    let sample = sample();
    let served = Served::start(&sample.north.node);
    sign_in(&chromium, &sample, &served.url);
    chromium.look(LOOKS[0]);
    for language in ["en", "ru", "uk", "ar", "fa"] {
        chromium.go(&format!("{}/a/{}?l={language}", served.url, sample.token()));
        chromium.picture(&format!("recipient-{language}"), 320, 1_800);
        chromium.go(&format!("{}/a/unknown?l={language}", served.url));
        chromium.picture(&format!("phrase-{language}"), 320, 1_800);
    }
    sample.disputed();
    sample.busy();
    for language in ["en", "ru", "uk", "ar", "fa"] {
        let link = format!("{}/a/{}?l={language}", served.url, sample.token());
        chromium.go(&link);
        let code = chromium.run("return [...document.querySelectorAll('bdi')].pop().textContent");
        chromium.go(&format!("{link}&done={}", code.as_str().unwrap()));
        chromium.picture(&format!("receipt-{language}"), 320, 1_800);
    }
    for (name, path, width) in [
        ("watch", "/watch".to_owned(), 1280),
        ("duty", "/duty".to_owned(), 1280),
        ("gather", "/gather".to_owned(), 1280),
        ("inbound", "/inbound".to_owned(), 1280),
        ("inbound-one", format!("/inbound/{}", sample.inbound), 1280),
        ("warnings", "/warnings".to_owned(), 1280),
        ("deliveries", "/deliveries".to_owned(), 1280),
        ("delivery", format!("/deliveries/{}", sample.deliveries["HALL"]), 1280),
        ("late", "/deliveries?late=1".to_owned(), 1280),
        ("people", "/people".to_owned(), 1280),
        ("basis", format!("/cases/{}/basis", sample.case), 1280),
        ("board", format!("/cases/{}/board", sample.case), 1280),
        ("record", "/record".to_owned(), 1280),
        ("composer", format!("/duties/{}/write?from={}", sample.duty, sample.warning), 1280),
        ("warning", format!("/warnings/{}", sample.warning), 1280),
        ("case", format!("/cases/{}", sample.case), 1280),
        ("report", format!("/reports/{}", sample.north.column("SELECT report_id FROM hit")[0]), 1280),
        ("timeline", format!("/record/{}", sample.case), 1280),
        ("lists", "/lists".to_owned(), 1280),
        ("briefing", "/briefing".to_owned(), 1280),
        ("partners", "/partners".to_owned(), 1280),
        ("approvals", "/approvals".to_owned(), 1280),
        ("opinions", format!("/reports/{}/opinions", sample.report), 1280),
        ("person", format!("/people/{}", sample.north.column("SELECT id FROM subject ORDER BY id")[0]), 1280),
        ("watch-phone", "/watch".to_owned(), 320),
    ] {
        chromium.go(&format!("{}{path}", served.url));
        chromium.picture(name, width, 1_800);
    }
    served.end().unwrap();
}
