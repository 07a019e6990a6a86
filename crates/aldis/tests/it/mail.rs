//! Mail over the real protocol, to servers that keep their word and to servers that do not.

use crate::servers::{self, Certificates, Server};
use aldis::config::{Mail, Ways};
use aldis::exchange::{Carried, Channels, Live, Missed, Parcel, Refusing, Rehearsing};
use aldis_model::Released;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

fn settings(port: u16, security: &str) -> Mail {
    Mail {
        host: "127.0.0.1".into(),
        port,
        from: "messages@post.test".into(),
        security: security.into(),
        user: None,
        password_file: None,
        ca_file: None,
    }
}

fn live(mail: Mail) -> Live {
    Live::new(&Ways { mail: Some(mail), attempt_s: 3, ..Ways::default() }, &[1; 32])
}

fn parcel(to: &str) -> Parcel {
    Parcel::Mail {
        id: "msg_0123456789".into(),
        to: to.into(),
        at: "2031-05-04T08:00:00Z".parse().unwrap(),
        subject: Released::constant("A message for you").map(str::to_owned),
        body: Released::constant("There is a message: https://post.test/a/x\n").map(str::to_owned),
    }
}

fn said(carried: Carried) -> String {
    String::from_utf8(carried.unwrap()).unwrap()
}

fn missed(carried: Carried) -> Missed {
    carried.unwrap_err()
}

fn plain() -> Option<Server> {
    servers::has("aiosmtpd", "smtp").then(|| servers::smtp("plain", None))
}

#[test]
fn the_bytes_that_are_shown_are_the_bytes_that_go() {
    let Some(server) = plain() else { return };
    let live = live(settings(server.port, "none"));
    let shown = live.rehearse(&parcel("ok@hall.test")).unwrap();
    assert_eq!(server.mails().len(), 0, "looking sends nothing");
    assert!(shown.how.iter().any(|line| line == "RCPT TO:<ok@hall.test>"), "{:?}", shown.how);
    assert_eq!(said(live.carry(&parcel("ok@hall.test"))), "250 2.0.0 taken as 0000");
    let mail = server.mails().remove(0);
    let (noted, mail) = mail.split_once("\n\n").unwrap();
    let shown = String::from_utf8(shown.bytes).unwrap();
    assert_eq!(shown.trim_end(), mail.trim_end(), "what was shown");
    // The server sees no more of us than the mail's own domain.
    assert!(noted.contains("hello post.test\n"), "{noted}");
    let headers: Vec<&str> =
        mail.split("\r\n\r\n").next().unwrap().lines().map(|line| line.split(':').next().unwrap()).collect();
    let known = ["From", "To", "Subject", "Date", "Message-ID", "Content-Transfer-Encoding"];
    assert!(headers.iter().all(|name| known.contains(name)), "{headers:?}");
    assert!(mail.contains("Message-ID: <msg_0123456789@post.test>"), "{mail}");
    // A second mail takes the same connection and is the same to the byte.
    live.carry(&parcel("ok@hall.test")).unwrap();
    let mails = server.mails();
    assert_eq!(mails[0], mails[1], "peer and bytes");
}

#[test]
fn refusals_say_whether_to_try_again() {
    let Some(server) = plain() else { return };
    let live = live(settings(server.port, "none"));
    let never = missed(live.carry(&parcel("never@hall.test")));
    assert!(!never.again && never.says.contains("550"), "{never:?}");
    let later = missed(live.carry(&parcel("later@hall.test")));
    assert!(later.again && later.says.contains("451"), "{later:?}");
    // After a refusal the next mail is not confused with it.
    assert!(said(live.carry(&parcel("ok@hall.test"))).starts_with("250"));
}

#[test]
fn a_server_that_drops_or_hangs_or_lies_loses_nothing() {
    let Some(server) = plain() else { return };
    let live = live(settings(server.port, "none"));
    // Dropped after the text: nobody knows, so it is tried again with the same id.
    let drop = missed(live.carry(&parcel("drop@hall.test")));
    assert!(drop.again, "{drop:?}");
    // Hangs after the text: the attempt ends by itself.
    let hang = missed(live.carry(&parcel("hang@hall.test")));
    assert!(hang.again && hang.says.contains("within 3 s"), "{hang:?}");
    // Says 250 and is gone: it said so, and the next mail takes another connection.
    assert!(said(live.carry(&parcel("lie@hall.test"))).starts_with("250"));
    assert!(said(live.carry(&parcel("lie@hall.test"))).starts_with("250"));
    assert!(said(live.carry(&parcel("ok@hall.test"))).starts_with("250"));
    assert_eq!(server.mails().len(), 3);
}

/// A server that says a given text to whoever connects, and then nothing.
fn speaker(says: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.write_all(says);
            std::thread::spawn(move || {
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    port
}

#[test]
fn no_server_and_a_silent_or_senseless_one_are_missed_attempts() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for port in [closed, speaker(b""), speaker(b"HTTP/1.1 400 Bad Request\r\n\r\n"), speaker(b"250-go\r\n")] {
        let missed = missed(live(settings(port, "none")).carry(&parcel("ok@hall.test")));
        assert!(missed.again, "{missed:?}");
        assert!(missed.says.contains("mail server"), "{missed:?}");
    }
}

#[test]
fn starttls_and_tls_want_the_right_authority_and_the_password() {
    if !servers::has("aiosmtpd", "smtp") {
        return;
    }
    let (known, stranger) = (Certificates::new(), Certificates::new());
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        Some(folder.path().join(name))
    };
    let (right, wrong) = (file("right", "s3cret\n"), file("wrong", "guess\n"));
    for mode in ["starttls", "tls"] {
        let server = servers::smtp(mode, Some(&known));
        let with = |ca: Option<&Certificates>, password: &Option<std::path::PathBuf>| Mail {
            ca_file: ca.map(Certificates::authority),
            user: Some("desk".into()),
            password_file: password.clone(),
            ..settings(server.port, mode)
        };
        assert!(said(live(with(Some(&known), &right)).carry(&parcel("ok@hall.test"))).starts_with("250"));
        let noted = server.mails().remove(0);
        assert!(noted.contains("tls True\nuser True\n"), "{mode}: {noted}");
        for ca in [None, Some(&stranger)] {
            let missed = missed(live(with(ca, &right)).carry(&parcel("ok@hall.test")));
            assert!(missed.says.to_lowercase().contains("certificate"), "{mode}: {missed:?}");
        }
        let missed = missed(live(with(Some(&known), &wrong)).carry(&parcel("ok@hall.test")));
        assert!(!missed.again && missed.says.contains("535"), "{mode}: {missed:?}");
        assert_eq!(server.mails().len(), 1);
    }
}

#[test]
fn nothing_goes_in_the_clear_where_tls_is_asked_for() {
    let Some(server) = plain() else { return };
    let missed = missed(live(settings(server.port, "starttls")).carry(&parcel("ok@hall.test")));
    assert!(missed.says.contains("STARTTLS"), "{missed:?}");
    let elsewhere = Mail { host: "mail.example".into(), ..settings(server.port, "none") };
    let refused = live(elsewhere).carry(&parcel("ok@hall.test")).unwrap_err();
    assert!(!refused.again && refused.says.contains("none for a server on this machine"), "{refused:?}");
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn an_address_with_a_line_break_never_reaches_a_server() {
    let Some(server) = plain() else { return };
    let live = live(settings(server.port, "none"));
    for to in ["ok@hall.test\r\nBcc: x@y.test", "ok@hall.test>\r\nRCPT TO:<x@y.test", "\n", "a b@hall.test"] {
        assert!(!missed(live.carry(&parcel(to))).again, "{to:?}");
        assert!(live.rehearse(&parcel(to)).is_err(), "{to:?}");
    }
    assert_eq!(server.mails().len(), 0);
}

/// Counts who connects.
fn counter() -> (u16, Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = count.clone();
    std::thread::spawn(move || {
        for _ in listener.incoming() {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    });
    (port, count)
}

#[test]
fn in_an_exercise_bytes_are_shown_and_nobody_is_connected_to() {
    let (port, count) = counter();
    let exercise = Rehearsing(live(settings(port, "none")));
    assert!(exercise.rehearse(&parcel("ok@hall.test")).is_ok());
    for channels in [&exercise as &dyn Channels, &Refusing] {
        let missed = channels.carry(&parcel("ok@hall.test")).unwrap_err();
        assert_eq!(missed.says, "exercise mode: nothing leaves this server");
    }
    // The same parcel outside an exercise does connect: the counter counts.
    assert!(live(settings(port, "none")).carry(&parcel("ok@hall.test")).is_err());
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 1);
}
