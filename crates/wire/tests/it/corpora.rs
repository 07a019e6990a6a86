//! Verdicts on files beside the project; each test says so when they are absent.

use aldis_wire::{Kind, Limits, article, cap};
use serde_json::Value;

#[test]
fn the_three_articles_come_through_byte_for_byte() {
    let Some(folder) = crate::corpus("articles") else { return };
    let files = crate::files(&folder);
    assert_eq!(files.len(), 3);
    for (name, bytes) in files {
        let document = article::read(&bytes, None, &Limits::default()).unwrap();
        assert_eq!(document.kind, Kind::Text, "{name}");
        assert_eq!(document.text.as_bytes(), bytes, "{name}");
    }
}

#[test]
fn every_real_alert_is_read_and_comes_back_from_the_writer() {
    let Some(folder) = crate::corpus("cap/real") else { return };
    let (mut read, mut clean, mut signed) = (0, 0, 0);
    for (name, bytes) in crate::files(&folder).iter().filter(|(name, _)| name.ends_with(".xml")) {
        let reading = cap::read(bytes, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        read += 1;
        signed += usize::from(reading.signed);
        clean += usize::from(reading.findings.is_empty());
        if let Ok(written) = cap::write(&reading.alert) {
            let again = cap::read(written.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(again.alert, reading.alert, "{name}");
            assert_eq!(again.findings, [], "{name}");
            assert_eq!(cap::write(&again.alert).unwrap(), written, "{name}");
        }
    }
    println!("real alerts: {read} read, {clean} without findings, {signed} signed");
    assert!(read >= 170);
}

#[test]
fn conformance_verdicts_agree() {
    let Some(folder) = crate::corpus("cap/conformance") else { return };
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let (mut strict, mut lenient, mut policy) = (0, 0, 0);
    for case in expected["cases"].as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap_or_default();
        let bytes = std::fs::read(folder.join(text("file"))).unwrap();
        let reading = cap::read(&bytes, &Limits::default());
        let refused = |verdict: cap::Verdict| verdict == cap::Verdict::Refuse;
        // Files of the policy layer stand on the live feed, as their titles say.
        let on_feed = text("layer") == "policy";
        let misplaced = |reading: &cap::Reading| on_feed && reading.alert.fits(cap::Feed::Live).is_err();
        // Three of them need the register, the source and the private version, which no reader of
        // CAP knows: they are for the desk's release lint and are not judged here.
        if ["PP-02", "PP-03", "PP-04"].iter().any(|rule| text("rule").starts_with(rule)) {
            policy += 1;
            continue;
        }
        let found = reading.as_ref().is_ok_and(|r| !refused(r.strict()) && !misplaced(r));
        assert_eq!(found, text("expect_strict").starts_with("accept"), "strict: {case} {reading:?}");
        strict += 1;
        if text("expect_lenient") == "n/a" {
            continue;
        }
        let private = |reading: &cap::Reading| on_feed && reading.alert.scope == cap::Scope::Private;
        let verdict = match &reading {
            Err(_) => "reject",
            Ok(reading) if private(reading) || refused(reading.verdict()) => "reject",
            Ok(reading) if misplaced(reading) => "accept+finding",
            Ok(reading) if reading.verdict() == cap::Verdict::Accept => "accept",
            Ok(_) => "accept+finding",
        };
        assert_eq!(verdict, text("expect_lenient"), "lenient: {case} {reading:?}");
        lenient += 1;
    }
    println!(
        "conformance: strict {strict}, lenient {lenient} agree, {policy} are for the release lint and were not judged"
    );
    assert_eq!((strict, lenient, policy), (129, 128, 3));
}

#[test]
fn chains_end_as_the_conformance_set_says() {
    let Some(folder) = crate::corpus("cap/conformance/chains") else { return };
    let chain = |name: &str| {
        let mut lineage = cap::Lineage::default();
        let mut arrivals = Vec::new();
        let mut alerts = Vec::new();
        for (_, bytes) in crate::files(&folder.join(name)) {
            let alert = cap::read(&bytes, &Limits::default()).unwrap().alert;
            // Any function of the bytes that tells these files apart will do.
            let mut digest = [0; 32];
            for (n, byte) in bytes.iter().enumerate() {
                digest[n % 32] = u8::wrapping_add(u8::wrapping_mul(digest[n % 32], 31), *byte);
            }
            alerts.push(alert.reference());
            arrivals.push(lineage.receive(alert, digest));
        }
        (lineage, arrivals, alerts)
    };
    let now = cap::Time::parse("2031-03-08T12:00:00+03:00").unwrap().0;
    let id = |short: &str| format!("urn:uuid:{short}");
    let states = |lineage: &cap::Lineage, alerts: &[cap::Reference]| -> Vec<cap::State> {
        alerts.iter().filter_map(|alert| lineage.state(alert)).collect()
    };
    use cap::State::{Active, Cancelled, Silent, Superseded};

    let (lineage, _, alerts) = chain("c01_in_order");
    assert_eq!(states(&lineage, &alerts), [Cancelled, Cancelled, Silent]);
    assert_eq!((lineage.active(now).len(), lineage.events()), (0, 1));
    assert_eq!(lineage.history(&alerts[2]), [id("chain-c"), id("chain-b"), id("chain-a")]);

    let (lineage, _, alerts) = chain("c02_out_of_order");
    assert_eq!(states(&lineage, &alerts), [Silent, Cancelled, Cancelled]);
    assert!(lineage.active(now).is_empty());

    let (lineage, _, _) = chain("c03_dangling");
    assert_eq!(lineage.active(now), [id("chain-b")]);
    assert_eq!(lineage.findings(), [cap::Finding::Dangling(id("chain-b"), id("chain-zz"))]);

    let (lineage, arrivals, _) = chain("c04_same_id_new_content");
    assert_eq!(arrivals, [cap::Arrival::New, cap::Arrival::Conflict]);
    assert_eq!(lineage.findings(), [cap::Finding::Integrity(id("chain-a"))]);

    let (lineage, _, alerts) = chain("c05_foreign_cancel");
    assert_eq!(lineage.state(&alerts[0]), Some(Active));
    assert_eq!(lineage.findings(), [cap::Finding::Unauthorised(id("chain-x"), id("chain-a"))]);

    let (lineage, _, alerts) = chain("c06_fork");
    assert_eq!(states(&lineage, &alerts), [Superseded, Active, Active]);
    assert_eq!(lineage.findings(), [cap::Finding::Fork(vec![id("chain-b1"), id("chain-b2")])]);

    let (lineage, _, alerts) = chain("c07_merge");
    assert_eq!(states(&lineage, &alerts), [Superseded, Superseded, Active]);
    assert_eq!((lineage.events(), lineage.findings()), (1, vec![]));

    let (lineage, arrivals, _) = chain("c08_replay");
    assert_eq!(arrivals, [cap::Arrival::New, cap::Arrival::Replay]);
    assert_eq!((lineage.active(now).len(), lineage.findings()), (1, vec![]));

    let (lineage, _, alerts) = chain("c09_ack_error");
    assert_eq!(lineage.state(&alerts[0]), Some(Active));
    let receipt = |sender: &str, accepted, note: Option<&str>| cap::Receipt {
        sender: sender.into(),
        accepted,
        note: note.map(Into::into),
    };
    let receipts = [
        receipt("desk@partner.example", true, None),
        receipt("desk@partner2.example", false, Some("Cannot parse area")),
    ];
    assert_eq!(lineage.receipts(&alerts[0]), receipts);

    let (lineage, _, _) = chain("c10_update_expired");
    assert_eq!(lineage.findings(), [cap::Finding::StaleUpdate(id("chain-u"))]);
}
