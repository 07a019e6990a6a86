//! Feeds around the desk: the server that reads them, the console and the doctor that say how they are
//! doing, and a server of somebody else's.

use super::{feed, maker, note, read};
use crate::browser::Browser;
use crate::desk::{House, keys};
use crate::elsewhere::Still;
use crate::servers;
use aldis::config::{Config, Feed};
use aldis::desk::feeds as verbs;
use aldis::exchange::elsewhere::{Elsewhere, Login, Tls};
use aldis::exchange::feeds;
use aldis::node::Node;
use aldis::sim::world;
use aldis_model::gate::{Audience, Gate};
use aldis_model::{Label, Tlp};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;

#[test]
fn a_page_of_200_megabytes_is_not_read_to_its_end() {
    let house = House::on(crate::store::Store::Sqlite);
    let reader = house.desk("ALBA");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/taxii2/", listener.local_addr().unwrap());
    let poured = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1_024]).unwrap();
        let head =
            "HTTP/1.1 200 X\r\nContent-Type: application/taxii+json;version=2.1\r\nConnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        let part = vec![b' '; 64 << 10];
        (0..200 << 4).take_while(|_| stream.write_all(&part).is_ok()).count() * part.len()
    });
    let feed = feed(&address, "c-1", &json!({ "root": address }));
    let error = read(&reader, &feed).unwrap_err().to_string();
    assert!(error.contains("more than 64 MiB"), "{error}");
    assert!(poured.join().unwrap() < 100 << 20);
    assert_eq!((reader.count("SELECT count(*) FROM report"), reader.open_tasks("feed")), (0, 1));
}

/// A node with feeds, at a place of its own.
fn node_with(house: &House, exercise: bool, feeds: Vec<Feed>) -> (Arc<Node>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path(), "GAMMA");
    (config.feeds, config.exercise) = (feeds, exercise);
    let db = house.store.place(folder.path()).open().unwrap();
    (Node::open(config, db, &keys("GAMMA"), world(&house.clock, &house.net, "GAMMA")).unwrap(), folder)
}

#[test]
fn a_server_that_hangs_holds_up_neither_deliveries_nor_timers_nor_the_end() {
    let house = House::on(crate::store::Store::Sqlite);
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/taxii2/", hanging.local_addr().unwrap());
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let second = format!("http://{}/taxii2/", other.local_addr().unwrap());
    let two = vec![feed(&address, "c-1", &json!({})), feed(&second, "c-2", &json!({ "name": "second" }))];
    let (node, _folder) = node_with(&house, false, two);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let until = async {
        let _ = stopped.await;
    };
    let served = runtime.spawn(aldis::serve::serve(Arc::clone(&node), listener, None, until));
    // Both were asked, so that each is read by itself; neither is answered.
    let open: Vec<_> = [&hanging, &other]
        .map(|listener| {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 64]).unwrap() > 0);
            stream
        })
        .into();
    // The same node works on while both hang.
    assert_eq!(aldis::exchange::worker::run_due(&node).unwrap(), 0);
    stop.send(()).unwrap();
    runtime.block_on(served).unwrap().unwrap();
    drop(open);
}

#[test]
fn medallion_is_fed_and_read_page_by_page_and_what_it_has_is_known_again() {
    if !servers::has("medallion", "medallion") {
        return;
    }
    let own = "472c94ae-3113-4e3e-a4dd-a9f4ac7471d4";
    let server = servers::medallion(own);
    let address = format!("http://127.0.0.1:{}/taxii2/", server.port);
    let house = House::on(crate::store::Store::Sqlite);
    let reader = house.desk("ALBA");
    std::fs::write(reader.folder.path().join("password"), "Password0").unwrap();
    // It serves a hundred objects a page, and uses each cursor up.
    let notes = (0..250).map(|number| note(number, &json!({})));
    let texts: Vec<String> = std::iter::once(maker()).chain(notes).map(|one| one.to_string()).collect();
    let still = Still::default();
    let login = Login::Basic("admin".into(), "Password0".to_owned().into());
    let there = Elsewhere::new(&address, login, &Tls::default(), &still).unwrap();
    let root = there.root_of(None, own).unwrap();
    let clear = aldis_model::Labelled::new(texts, Label::clear());
    let released = Gate::default().release(&Audience::public(), clear).unwrap();
    assert_eq!(there.add(&root, own, &released).unwrap().accepted.len(), 251);
    let feed = feed(&address, own, &json!({ "user": "admin", "secret_file": "password" }));
    let new: Vec<_> = (0..3).map(|_| read(&reader, &feed).unwrap()).collect();
    assert_eq!(new, [Some(200), Some(50), Some(0)]);
    assert_eq!(reader.count("SELECT count(*) FROM report"), 250);
    std::fs::write(reader.folder.path().join("password"), "wrong").unwrap();
    assert!(read(&reader, &feed).unwrap_err().to_string().contains("401"));
    assert_eq!(reader.open_tasks("feed"), 1);
    assert_eq!(reader.findings(), []);
}

#[test]
fn an_exercise_asks_nobody_outside() {
    let house = House::on(crate::store::Store::Sqlite);
    let one = || vec![feed("http://127.0.0.1:9/", "c-1", &json!({}))];
    let (node, _folder) = node_with(&house, true, one());
    assert_eq!(feeds::start(&node).unwrap().count(), 0);
    let (node, _folder) = node_with(&house, false, one());
    assert_eq!(feeds::start(&node).unwrap().count(), 1);
}

#[test]
fn the_console_says_how_each_feed_is_doing() {
    let house = House::on(crate::store::Store::Sqlite);
    let two = vec![
        feed("https://taxii.example/", "c-1", &json!({})),
        feed("https://taxii.example/", "c-2", &json!({ "name": "second" })),
    ];
    let (node, folder) = node_with(&house, false, two);
    let mut desk = house.desk("NORTHPORT");
    (desk.node, desk.folder) = (node, folder);
    let ctx = desk.node.system();
    desk.node
        .db
        .write(|tx| {
            let turn = verbs::begin(tx, &ctx, "northport", "p")?.unwrap();
            verbs::failed(tx, &ctx, &turn, "the server answers 401 <who>", 1).map(|_| ())
        })
        .unwrap();
    let admin = desk.admin();
    let new = aldis::desk::office::NewOfficer {
        name: "Duty",
        role: aldis_model::role::Role::Duty,
        ceiling: Tlp::Green,
        compartments: &[],
        email: None,
    };
    desk.node.db.write(|tx| aldis::desk::office::add(tx, &admin, &new)).unwrap();
    let mut browser = Browser::signed_in(&desk.node, &admin, "Duty");
    let page = browser.get("/partners").body;
    assert!(
        page.contains("Feeds we read (2)") && page.contains("401 &#60;who&#62;") && page.contains("not yet"),
        "{page}"
    );
    let floor = browser.get("/watch").body;
    assert!(
        floor.contains("/partners#feeds") && floor.contains("Another server could not be read"),
        "{floor}"
    );
}

#[test]
fn doctor_names_the_feed_that_cannot_be_read_and_how_to_mend_it() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_aldis"))
            .env_clear()
            .current_dir(folder.path())
            .args(words)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout) + &text(output.stderr))
    };
    assert_eq!(run(&["init", "--organisation", "Northport"]).0, 0);
    let data = folder.path().join("aldis-data");
    let toml = std::fs::read_to_string(data.join("aldis.toml")).unwrap();
    let set = |more: &str| {
        let feed =
            "[[feeds]]\nname = \"alba\"\naddress = \"https://taxii.example/taxii2/\"\ncollection = \"c-1\"\n";
        std::fs::write(data.join("aldis.toml"), format!("{toml}\n{feed}{more}\n")).unwrap();
    };
    set("");
    let (_, said) = run(&["doctor"]);
    assert!(said.contains("ok    feeds: 1 set, alba was not read yet"), "{said}");
    set("secret_file = \"absent\"");
    let (code, said) = run(&["doctor"]);
    assert!(code == 1 && said.contains("WRONG feeds: alba: absent is missing"), "{said}");
    set("every_min = 0");
    let (code, said) = run(&["doctor"]);
    assert!(code == 1 && said.contains("feed alba: every_min is 1 to 1440"), "{said}");
    set("");
    let db = aldis::db::Db::open_sqlite(&data.join("aldis.db")).unwrap();
    let house = House::on(crate::store::Store::Sqlite);
    let ctx = house.desk("NORTHPORT").node.system();
    db.write(|tx| {
        let turn = verbs::begin(tx, &ctx, "alba", "p")?.unwrap();
        verbs::failed(tx, &ctx, &turn, "the server answers 401", 1).map(|_| ())
    })
    .unwrap();
    drop(db);
    let (code, said) = run(&["doctor"]);
    assert!(code == 1 && said.contains("alba cannot be read since") && said.contains("401"), "{said}");
}
