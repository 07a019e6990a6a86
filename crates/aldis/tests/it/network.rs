//! The real ways out: HTTP between two nodes on this machine, and mail by a real server.

use crate::desk::{Desk, House, kind};
use crate::store::{Store, is_required};
use aldis::config::{Mail, Ways};
use aldis::desk::{deliver, inbound, partners};
use aldis::exchange::Live;
use aldis_model::answer::Answer;
use aldis_model::gate::Ladder;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Opens a desk on SQLite that reaches the real network.
fn live(house: &House, org: &str, url: &str, mail: Option<Mail>) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let place = Store::Sqlite.place(folder.path());
    Desk::open_at(
        url,
        place,
        folder,
        org,
        &house.clock,
        &house.net,
        Arc::new(Live::new(&Ways { mail, ..Ways::default() }, &[1; 32])),
    )
}

fn serve(desk: &Desk, listener: TcpListener) -> tokio::sync::oneshot::Sender<()> {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let router = aldis::web::router(desk.node.clone());
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router)
                .with_graceful_shutdown(async {
                    let _ = stopped.await;
                })
                .await
                .unwrap();
        });
    });
    stop
}

fn local() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

#[test]
fn envelope_receipt_and_answer_go_by_http() {
    let house = House::on(Store::Sqlite);
    let ((first, first_url), (second, second_url)) = (local(), local());
    let north = live(&house, "NORTHPORT", &first_url, None);
    let alba = live(&house, "ALBA", &second_url, None);
    north.knows(&alba);
    alba.knows(&north);
    north.audiences();
    let _north_stops = serve(&north, first);
    let alba_stops = serve(&alba, second);
    let sent = north.sent_to("ALBA");
    north.work();
    let progress = |id| north.read("Senior", |tx, ctx| deliver::find(tx, ctx, id)).unwrap().into_inner();
    let delivery = progress(&sent.delivery);
    assert_eq!((delivery.progress.as_str(), delivery.error), ("delivered", None));
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    assert!(got[0].body.contains("Lantern Hall"));
    alba.write("Liaison", |tx, ctx| {
        inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, Answer::DoNotAccept, "blackmail")
    })
    .unwrap();
    alba.work();
    assert_eq!(progress(&sent.delivery).answer.as_deref(), Some("do_not_accept"));
    // A stranger hears no more than that he is one.
    let reply = ureq_post(&format!("{first_url}/exchange/v1/messages"), "hello");
    assert_eq!(reply.0, 400);
    assert!(reply.1.contains("not from a partner of this node"), "{}", reply.1);
    // The other node stops, and the attempt is a missed one.
    drop(alba_stops);
    while TcpStream::connect(second_url.trim_start_matches("http://")).is_ok() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let sent = north.sent_to("ALBA");
    north.work();
    let delivery = progress(&sent.delivery);
    assert_eq!((delivery.progress.as_str(), delivery.attempts), ("queued", 1));
    assert_eq!(north.findings(), []);
    assert_eq!(alba.findings(), []);
}

fn ureq_post(url: &str, body: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut reply = agent.post(url).send(body).unwrap();
    (reply.status().as_u16(), reply.body_mut().read_to_string().unwrap())
}

/// A mail server that writes what it takes into a folder, and ends with the test.
struct MailServer(Child);

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn mail_server(port: u16, folder: &Path) -> MailServer {
    let child = Command::new("python3")
        .args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = MailServer(child);
    for _ in 0..500 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return server;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the mail server did not start within ten seconds");
}

fn has_aiosmtpd() -> bool {
    let found = Command::new("python3").args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    assert!(found || !is_required("smtp"), "ALDIS_REQUIRE wants aiosmtpd, and it is not installed");
    if !found {
        println!("skipped: aiosmtpd not installed");
    }
    found
}

fn mails(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("new")).into_iter().flatten();
    entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
}

#[test]
fn a_mail_goes_by_a_real_server_with_a_link_and_nothing_else() {
    if !has_aiosmtpd() {
        return;
    }
    let house = House::on(Store::Sqlite);
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mail = Mail {
        host: "127.0.0.1".into(),
        port,
        from: "messages@post.test".into(),
        security: "none".into(),
        user: None,
        password_file: None,
        ca_file: None,
    };
    let desk = live(&house, "NORTHPORT", "https://post.test", Some(mail));
    desk.audience("HALL", Ladder::Clients, "mail", "door@hall.test");
    let sent = desk.sent_to("HALL");
    let progress =
        || desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, &sent.delivery)).unwrap().into_inner();
    // The server is down: a missed attempt, and another one later.
    desk.work();
    assert_eq!((progress().progress.as_str(), progress().attempts), ("queued", 1));
    let folder = tempfile::tempdir().unwrap();
    let boxes = folder.path().join("mail");
    let server = mail_server(port, &boxes);
    desk.later(1);
    desk.work();
    assert_eq!(progress().progress, "delivered");
    assert!(progress().evidence.unwrap().contains("250"));
    let taken = mails(&boxes);
    assert_eq!(taken.len(), 1);
    let mail = taken[0].replace("=\r\n", "").replace("=\n", "");
    let link = format!("https://post.test/a/{}", desk.node.sealer.link_token(&sent.delivery));
    assert!(mail.contains(&link), "{mail}");
    assert!(mail.contains("door@hall.test"));
    let rest = mail.replace(&link, "").to_lowercase();
    for word in ["lowtown", "gathering", "security alert", "warning", "northport", "aldis", "lantern"] {
        assert!(!rest.contains(word), "{word} in {rest}");
    }
    // Down for good: the failure is recorded and people see it.
    drop(server);
    let lost = desk.sent_to("HALL");
    for _ in 0..8 {
        desk.work();
        desk.later(6);
    }
    let lost = desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, &lost.delivery)).unwrap().into_inner();
    assert_eq!(lost.progress, "failed");
    assert_eq!(desk.open_tasks("undelivered"), 1);
    assert_eq!(desk.findings(), []);
}

#[test]
fn an_address_that_would_add_a_header_is_refused() {
    let desk = House::on(Store::Sqlite).desk("NORTHPORT");
    desk.unchanged(|| {
        for address in ["door@hall.test\r\nBcc: x@y.test", "door@hall.test\n", "door", "", "a b@hall.test"] {
            let new = partners::NewAudience {
                name: "HALL",
                title: "Hall",
                ladder: Ladder::Clients,
                org: "HALL",
                ceiling: aldis_model::Tlp::Amber,
                channel: "mail",
                address,
                language: "en",
            };
            let refused = desk.write("Liaison", |tx, ctx| partners::add_audience(tx, ctx, &new));
            assert_eq!(kind(refused), "refused", "{address:?}");
        }
    });
}
