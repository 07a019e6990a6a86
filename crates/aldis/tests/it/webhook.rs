//! Webhooks and short messages over the real protocol, checked by libraries that are not ours.

use crate::servers::{self, Certificates, Server};
use aldis::config::{Gateway, Ways, Webhook};
use aldis::exchange::{Carried, Channels, Live, Missed, Parcel};
use aldis_model::Released;
use aldis_wire::webhook::Key;
use std::fs;
use std::net::TcpListener;

const SEED: [u8; 32] = [5; 32];
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn allowed() -> Webhook {
    Webhook { allow: vec!["127.0.0.1".into()], ..Webhook::default() }
}

fn live(webhook: Webhook) -> Live {
    Live::new(&Ways { webhook, attempt_s: 3, ..Ways::default() }, &SEED)
}

fn sink() -> Option<Server> {
    servers::has("cryptography", "webhook").then(|| servers::hook(&Key::derived(&SEED).public(), None, None))
}

fn text(words: &'static str) -> Released<String> {
    Released::constant(words).map(str::to_owned)
}

fn to(url: String) -> Parcel {
    Parcel::Webhook {
        id: "msg_0123456789".into(),
        url,
        at: "2031-05-04T08:00:00Z".parse().unwrap(),
        thin: text(r#"{"type":"message.waiting"}"#),
        full: text(r#"{"type":"message.text"}"#),
    }
}

fn at(server: &Server, path: &str) -> Parcel {
    to(format!("http://127.0.0.1:{}/{path}", server.port))
}

fn said(carried: Carried) -> String {
    String::from_utf8(carried.unwrap()).unwrap()
}

fn missed(carried: Carried) -> Missed {
    carried.unwrap_err()
}

#[test]
fn a_receiver_verifies_what_we_signed_with_a_library_of_its_own() {
    if !servers::has("cryptography, standardwebhooks", "webhook") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
    let certificates = Certificates::new();
    let server = servers::hook(&Key::derived(&SEED).public(), Some(SECRET), Some(&certificates));
    let both = Webhook {
        ca_file: Some(certificates.authority()),
        secret_file: Some(folder.path().join("secret")),
        ..allowed()
    };
    let parcel = to(format!("https://127.0.0.1:{}/in", server.port));
    let live = live(both.clone());
    let shown = live.rehearse(&parcel).unwrap();
    assert_eq!(server.requests().len(), 0, "looking sends nothing");
    let proof = said(live.carry(&parcel));
    assert_eq!(proof, "HTTP 200, webhook-id msg_0123456789, answer: taken [2J", "no control letters");
    let got = &server.requests()[0];
    assert_eq!((&got["v1a"], &got["v1"]), (&true.into(), &true.into()), "{got}");
    assert_eq!(got["body"], String::from_utf8(shown.bytes).unwrap(), "what was shown");
    assert_eq!(got["body"], r#"{"type":"message.waiting"}"#, "thin unless the operator says otherwise");
    for line in shown.how.iter().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        assert_eq!(got["headers"][name], value, "{name}");
    }
    assert_eq!(got["headers"]["webhook-timestamp"], "1935648000");
    // Another node's key does not verify.
    let stranger = Live::new(&Ways { webhook: both.clone(), ..Ways::default() }, &[6; 32]);
    stranger.carry(&parcel).unwrap();
    assert_eq!(server.requests()[1]["v1a"], false);
    // The text goes along only where the operator says so.
    live_full(both, &parcel);
    assert_eq!(server.requests()[2]["body"], r#"{"type":"message.text"}"#);
    // Without the authority the certificate is not believed.
    let missed = missed(self::live(allowed()).carry(&parcel));
    assert!(missed.again && missed.says.to_lowercase().contains("certificate"), "{missed:?}");
    assert_eq!(server.requests().len(), 3);
}

fn live_full(webhook: Webhook, parcel: &Parcel) {
    live(Webhook { payload: "full".into(), ..webhook }).carry(parcel).unwrap();
}

#[test]
fn an_answer_says_whether_to_try_again_and_is_never_read_whole() {
    let Some(server) = sink() else { return };
    let live = live(allowed());
    for status in [500, 503, 429, 408] {
        assert!(missed(live.carry(&at(&server, &status.to_string()))).again, "{status}");
    }
    for status in [400, 401, 403, 404, 410, 413] {
        let missed = missed(live.carry(&at(&server, &status.to_string())));
        assert!(!missed.again && missed.says.contains(&status.to_string()), "{missed:?}");
    }
    let away = missed(live.carry(&at(&server, "away")));
    assert!(!away.again && away.says.contains("redirects are not followed"), "{away:?}");
    // Ten megabytes of answer: it was taken, and nobody reads them.
    assert!(said(live.carry(&at(&server, "big"))).contains("longer than 16384 bytes, not read"));
    // An answer that never ends, one that never begins, and a line that goes dead.
    assert!(said(live.carry(&at(&server, "drip"))).contains("broken off"));
    assert!(missed(live.carry(&at(&server, "hang"))).again);
    assert!(missed(live.carry(&at(&server, "drop"))).again);
    // The same line serves the next ones.
    live.carry(&at(&server, "in")).unwrap();
    live.carry(&at(&server, "in")).unwrap();
    let requests = server.requests();
    assert_eq!(requests[requests.len() - 2]["peer"], requests[requests.len() - 1]["peer"]);
}

#[test]
fn a_target_inside_the_network_is_refused_before_anything_is_sent() {
    let Some(server) = sink() else { return };
    let closed = live(Webhook::default());
    let refused = missed(closed.carry(&at(&server, "in")));
    assert!(!refused.again && refused.says.contains("not public"), "{refused:?}");
    let port = server.port;
    for url in [
        format!("http://localhost:{port}/in"),
        format!("https://127.0.0.1:{port}/in"),
        format!("https://[::1]:{port}/in"),
        format!("https://[::ffff:127.0.0.1]:{port}/in"),
        format!("https://2130706433:{port}/in"),
        format!("https://0x7f.1:{port}/in"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.1/".to_owned(),
        format!("http://hook.example:{port}/"),
        format!("https://u@127.0.0.1:{port}/"),
    ] {
        let refused = missed(closed.carry(&to(url.clone())));
        assert!(!refused.again, "{url}: {refused:?}");
    }
    assert_eq!(server.requests().len(), 0);
}

fn short(link: &str) -> Parcel {
    Parcel::Text {
        id: "msg_0123456789".into(),
        to: "+441632960001".into(),
        at: "2031-05-04T08:00:00Z".parse().unwrap(),
        words: text("Message waiting:"),
        link: text("").map(|_| link.to_owned()),
    }
}

#[test]
fn a_short_message_is_one_message_and_says_only_that_something_waits() {
    let Some(server) = sink() else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token"), "gateway-token\n").unwrap();
    let ways = |call: Option<&str>, path: &str| Ways {
        webhook: allowed(),
        gateway: Some(Gateway {
            url: format!("http://127.0.0.1:{}/{path}", server.port),
            token_file: Some(folder.path().join("token")),
            call: call.map(str::to_owned),
        }),
        attempt_s: 3,
        ..Ways::default()
    };
    let live = Live::new(&ways(None, "in"), &SEED);
    let link = "https://post.test/a/abcdefghijklmnopqrstuvwxyz012345";
    let shown = live.rehearse(&short(link)).unwrap();
    assert!(!format!("{shown:?}").contains("gateway-token"), "a look does not show the token");
    live.carry(&short(link)).unwrap();
    let got = &server.requests()[0];
    let body: serde_json::Value = serde_json::from_str(got["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["text"], format!("Message waiting: {link}"));
    assert_eq!((&body["to"], &body["id"]), (&"+441632960001".into(), &"msg_0123456789".into()));
    assert_eq!(
        (&got["v1a"], &got["headers"]["authorization"]),
        (&true.into(), &"Bearer gateway-token".into())
    );
    // With a number to call, no link leaves.
    Live::new(&ways(Some("+441632960002"), "in"), &SEED).carry(&short(link)).unwrap();
    let got = server.requests().pop().unwrap()["body"].as_str().unwrap().to_owned();
    assert!(got.contains("Message waiting: +441632960002") && !got.contains("post.test"), "{got}");
    // A link that does not fit in one message is never cut.
    let long = missed(live.carry(&short(&format!("https://post.test/{}", "a".repeat(160)))));
    assert!(!long.again && long.says.contains("public_url"), "{long:?}");
    let without = Live::new(&Ways::default(), &SEED);
    assert!(missed(without.carry(&short(link))).says.contains("set [gateway]"));
}

#[test]
fn a_wrong_file_in_the_configuration_is_said_and_nothing_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    let empty = Some(folder.path().join("empty"));
    for (webhook, says) in [
        (Webhook { ca_file: empty.clone(), ..allowed() }, "holds no certificate"),
        (Webhook { secret_file: empty, ..allowed() }, "whsec_"),
        (Webhook { secret_file: Some(folder.path().join("none")), ..allowed() }, "secret_file"),
    ] {
        let missed = missed(live(webhook).carry(&to(url.clone())));
        assert!(missed.says.contains(says), "{missed:?}");
    }
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "nobody connected");
}
