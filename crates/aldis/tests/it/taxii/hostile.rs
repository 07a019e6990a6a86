//! Hostile bodies and queries over HTTP: each is answered, bounded in size, depth and time, and nothing
//! of it is stored.

use super::{MEDIA, Tool, collection, desk, envelope, id, indicator, objects_of, token};
use crate::desk::House;
use crate::store::on_both;
use aldis::web;
use std::future::IntoFuture;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tokio::net::TcpListener;

on_both!(
    a_body_of_200_megabytes_is_not_read_to_its_end,
    a_bomb_in_one_object_fails_alone,
    an_envelope_full_of_bombs_stores_nothing,
    a_query_beyond_every_limit_is_refused,
);

/// Sends a body without saying how long it is, and returns how much of it was taken, and the answer.
fn poured(desk: &crate::desk::Desk, path: &str, most: usize) -> (usize, Vec<u8>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let router = web::router(desk.node.clone());
    runtime.spawn(async move { axum::serve(listener, router).into_future().await });
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(100))).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(100))).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: {MEDIA}\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        token("ALBA")
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut chunk = format!("{:x}\r\n", 64 << 10).into_bytes();
    chunk.extend(std::iter::repeat_n(b' ', 64 << 10));
    chunk.extend(b"\r\n");
    let (mut sent, mut answer) = (0, Vec::new());
    while sent < most && stream.write_all(&chunk).is_ok() {
        sent += 64 << 10;
    }
    // Whoever goes on sending after the answer may lose it with the connection.
    let _ = stream.read_to_end(&mut answer);
    (sent, answer)
}

fn a_body_of_200_megabytes_is_not_read_to_its_end(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    desk.unchanged(|| {
        let (sent, answer) = poured(&desk, &objects_of(&own), 200 << 20);
        // Ten megabytes, and what sockets hold between the two ends.
        assert!(sent < 60 << 20, "{sent} bytes were taken");
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 413"), "{answer:?}");
    });
    // The server goes on.
    assert_eq!(Tool::of(&desk, "ALBA").get(&objects_of(&own)).status, 200);
}

/// Objects of which none may be stored, and none may cost more than it is long.
pub fn bombs() -> Vec<String> {
    let good = indicator(1, 1);
    let with = |field: &str| format!("{{{field},{}", &good[1..]);
    let pattern = |pattern: &str| good.replace("[url:value = 'https://a.example']", pattern);
    let nested = |open: &str, close: &str, count| format!("{}{}", open.repeat(count), close.repeat(count));
    vec![
        with(&format!("\"x_deep\":{}", nested("[", "]", 100_000))),
        with(&format!("\"x_deep\":{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000))),
        with(&format!("\"x_many\":[{}0]", "0,".repeat(300_000))),
        with(&format!("\"x_long\":\"{}\"", "x".repeat(1 << 20))),
        with("\"x_number\":1e999999"),
        with(&format!("\"x_digits\":{}", "9".repeat(100_000))),
        with("\"x_twice\":1,\"x_twice\":2"),
        with("\"\\u0069d\":\"indicator--00000000-0000-4000-8000-000000000009\""),
        with("\"x_half\":\"\\ud800\""),
        pattern("[url:value MATCHES '((((a{1000}){1000}){1000}){1000})']"),
        pattern(&format!("[url:value MATCHES '{}']", nested("(", ")", 5_000))),
        pattern(&nested("(", ")", 50_000)),
        pattern(&format!("[url:value = 'a'{}]", " OR url:value = 'a'".repeat(40_000))),
        good.replace("indicator--", "malware--"),
        good.replace("-4000-8000-000000000001", "-4000-8000-00000000000"),
        good.replace("000000000001", &"0".repeat(100_000)),
        good.replace("2024-01-01T00:00:00.000Z", "2024-02-30T00:00:00.000Z"),
        good.replace("\"valid_from\":\"2024-01-01", "\"valid_from\":\"2023-02-29"),
        good.replace("2024-01-01T00:00:00.000Z", "99999-01-01T00:00:00.000Z"),
    ]
}

fn a_bomb_in_one_object_fails_alone(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    for (at, bomb) in bombs().into_iter().enumerate() {
        let shown: String = bomb.chars().take(80).collect();
        let beside = indicator(100 + u32::try_from(at).unwrap(), 1);
        let reply = tool.post(&objects_of(&own), envelope(&[bomb, beside]));
        assert_eq!(reply.status, 202, "{shown}: {}", String::from_utf8_lossy(&reply.bytes));
        let status = reply.json();
        assert_eq!((&status["failure_count"], &status["success_count"]), (&1.into(), &1.into()), "{shown}");
        let says = status["failures"][0]["message"].as_str().unwrap();
        assert!(!says.is_empty() && says.len() < 2_000, "{shown}: {} bytes", says.len());
        assert_eq!(status["successes"][0]["id"], id("indicator", 100 + u32::try_from(at).unwrap()));
    }
    assert_eq!(desk.count("SELECT count(*) FROM taxii_object"), i64::try_from(bombs().len()).unwrap());
    assert_eq!(desk.findings(), []);
}

fn an_envelope_full_of_bombs_stores_nothing(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let deep = "[".repeat(200_000);
    for body in [deep.clone(), format!("{{\"objects\":[{deep}"), format!("{{\"objects\":[],\"x\":{deep}")] {
        desk.unchanged(|| tool.post(&objects_of(&own), body).is_refusal(400));
    }
    let status = tool.post(&objects_of(&own), envelope(&bombs())).json();
    assert_eq!(status["failure_count"], bombs().len());
    assert_eq!(desk.count("SELECT count(*) FROM taxii_object"), 0);
    assert_eq!(desk.count("SELECT count(*) FROM taxii_batch"), 0);
}

fn a_query_beyond_every_limit_is_refused(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1)]);
    let long = "x".repeat(301);
    for query in [
        format!("match[id]={}", vec![id("indicator", 1); 101].join(",")),
        format!("match[type]={long}"),
        format!("match[version]={}", vec!["last"; 101].join(",")),
        format!("next={}", "A".repeat(60_000)),
        "added_after=2024-02-30T00:00:00Z".to_owned(),
        "match[version]=2024-02-30T00:00:00Z".to_owned(),
        "limit=1e3".to_owned(),
    ] {
        desk.unchanged(|| tool.get(&format!("{}?{query}", objects_of(&own))).is_refusal(400));
    }
    for path in [id("indicator", 1).to_uppercase(), "x".repeat(10_000), id("malware", 1)] {
        tool.get(&format!("{}{path}/", objects_of(&own))).is_refusal(404);
    }
}
