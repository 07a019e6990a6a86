//! What is withheld from an audience is in no byte that it gets: not the text, not its length, not that it
//! was there.
//!
//! Two desks that are alike but for what the audience may not see write the same warning. Each sentence has
//! a word of its own. Everything the audience can obtain must be the same from both desks, byte for byte,
//! and hold no word of a sentence that was withheld.

use crate::desk::{Decided, Desk, House, draft, sentence};
use crate::store::Store;
use aldis::desk::compose::Sentence;
use aldis::desk::release::{self, Purpose};
use aldis::desk::{deliver, publish};
use aldis::exchange::pack::{self, Token};
use aldis_model::gate::{Audience, Gate, Ladder, may_see};
use aldis_model::{Id, Label, Labelled, Tlp};
use aldis_wire::stix::map;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use std::collections::BTreeSet;
use tower::ServiceExt;

/// Sentences of each warning; each is one pair of a label and an audience.
const SENTENCES: usize = 40;

const WARNINGS: usize = 250;

/// Numbers that come again the same way (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    /// A word nobody else says, of eight letters and more, so that it stands nowhere by chance.
    fn word(&mut self) -> String {
        let length = 8 + self.below(9);
        (0..length).map(|_| char::from(b"bcdfghjklmnpqrstvwxz"[self.below(20)])).collect()
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        format!("{}.", words.join(" "))
    }

    fn label(&mut self, names: &[String]) -> Label {
        let mut label = Label::plain(Tlp::ALL[self.below(5)]);
        if self.below(2) == 0 {
            for _ in 0..=self.below(3) {
                label = label.releasable_to(&names[self.below(names.len())]);
            }
        }
        if self.below(8) == 0 {
            label.caveats.insert("NF".to_owned());
        }
        if self.below(8) == 0 {
            label.originators.insert(["ALBA", "CARDA"][self.below(2)].to_owned());
        }
        label
    }
}

/// A desk with an audience for each way a warning goes, and the cover name of somebody at risk.
fn desk() -> (Desk, Desk, String) {
    let (desk, alba) = House::on(Store::Sqlite).pair();
    desk.audience("FRIENDS", Ladder::Community, "webhook", "https://friends.test/in");
    desk.audience("GUARD", Ladder::Officers, "text", "+358401234567");
    let cover = desk.registers("Wolmar Estradius", "RED");
    let new = aldis::desk::partners::NewAudience {
        name: cover.as_str(),
        title: "The person at risk",
        ladder: Ladder::Person,
        org: cover.as_str(),
        ceiling: Tlp::Red,
        channel: "mail",
        address: "w@home.test",
        language: "en",
    };
    desk.write("Senior", |tx, ctx| aldis::desk::partners::add_audience(tx, ctx, &new)).unwrap();
    (desk, alba, cover.to_string())
}

/// Writes, approves and sends; nothing if the gate lets nothing go.
fn send(desk: &Desk, decided: &Decided, portions: Vec<Sentence>, audience: &str) -> Option<(Id, Id)> {
    let mut written = draft(&decided.report);
    written.portions = portions;
    let warning = desk.draft(&decided.duty, &written).unwrap();
    let release = desk.propose(&warning, audience, Purpose::Alert).ok()?;
    desk.approve("Senior", &release).unwrap();
    let delivery = desk.send(&release).unwrap();
    desk.work();
    Some((release, delivery))
}

/// Collects every byte the audience can obtain of one release: what is carried, the page behind the link,
/// the printed notice, the alert and the feed, and the same as STIX.
fn obtained(desk: &Desk, runtime: &tokio::runtime::Runtime, (release, delivery): &(Id, Id)) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let publisher =
        publish::Publisher { title: "Northport", url: "http://n.test", sender: "aldis/NORTHPORT" };
    let alert = desk.read("system", |tx, ctx| publish::alert(tx, ctx, &publisher, release.as_str()));
    all.extend(alert.ok().map(|alert| alert.into_inner().into_bytes()));
    let feed = desk.read("system", |tx, ctx| publish::feed(tx, ctx, &publisher)).unwrap();
    all.push(feed.into_inner().into_bytes());
    let token = desk.node.sealer.link_token(delivery);
    all.push(runtime.block_on(async {
        let request = Request::get(format!("/a/{token}")).body(Body::empty()).unwrap();
        let page = aldis::web::router(desk.node.clone()).oneshot(request).await.unwrap();
        to_bytes(page.into_body(), 1 << 20).await.unwrap().to_vec()
    }));
    let found = desk.read("Senior", |tx, ctx| release::find(tx, ctx, release)).unwrap().into_inner();
    if found.channel != "cap" {
        let attempt =
            |by: Option<&str>| desk.read("Senior", |tx, ctx| deliver::rehearse(tx, ctx, delivery, by));
        // A text that is too long for the page is refused, with the same words at both desks.
        match pack::rehearse(&desk.node, &attempt(Some("hand")).unwrap()) {
            Ok(notice) => all.push(notice.into_inner().bytes),
            Err(error) => all.push(error.to_string().into_bytes()),
        }
        if found.channel != "hand" {
            let attempt = attempt(None).unwrap();
            let parcel = pack::pack(&desk.node, &attempt, Token::Shown, desk.now()).unwrap();
            all.push(carried(&parcel));
        }
    }
    let tlp = found.tlp.trim_start_matches("TLP:").to_lowercase();
    if tlp == "red" {
        // STIX of RED is refused by the writer.
        return all;
    }
    let sheet = map::Sheet {
        key: &map::Key::new([7; 32]),
        organisation: "Northport",
        tlp: &tlp,
        created_us: desk.now().micros(),
        modified_us: desk.now().micros(),
        revoked: false,
        exercise: false,
    };
    let warning = map::Thing::Warning {
        subject: found.subject,
        text: found.body,
        published_us: desk.now().micros(),
        likelihood: None,
        about: Vec::new(),
    };
    let bundle = map::bundle(&sheet, &[(release.to_string(), warning)]).unwrap();
    all.push(bundle.to_string().into_bytes());
    all
}

fn carried(parcel: &aldis::exchange::Parcel) -> Vec<u8> {
    use aldis::exchange::Parcel;
    match parcel {
        Parcel::Envelope { body, .. } => body.get().clone(),
        Parcel::Mail { subject, body, .. } => format!("{subject}\n{body}"),
        Parcel::Webhook { thin, full, .. } => format!("{thin}\n{full}"),
        Parcel::Text { words, link, .. } => format!("{words} {link}"),
    }
    .into_bytes()
}

#[test]
fn nothing_withheld_is_in_any_byte_of_ten_thousand_labels_and_audiences() {
    let (one, _alba_one, cover) = desk();
    let (other, _alba_other, same) = desk();
    assert_eq!(cover, same, "two desks that are alike");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let names: Vec<String> = ["ALBA", "PUBLIC", "HALL", "OFFICER", "STAFF", "FRIENDS", "GUARD", &cover]
        .map(str::to_owned)
        .to_vec();
    let audiences = one.read("Senior", aldis::desk::partners::audiences).unwrap();
    let audiences: Vec<Audience> = audiences.iter().map(|recipient| recipient.audience()).collect();
    let mut dice = Dice(20_310_504);
    let (mut pairs, mut withheld_pairs, mut sent_to) = (0, 0, BTreeSet::new());
    let mut decided = [one.decided(), other.decided()];
    for number in 0..WARNINGS {
        if number % 20 == 19 {
            decided = [one.decided(), other.decided()];
        }
        let name = &names[dice.below(names.len())];
        let audience = audiences.iter().find(|audience| audience.id == *name).unwrap().clone();
        let (mut ours, mut theirs, mut canaries) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..SENTENCES {
            let (label, length) = (dice.label(&names), 3 + dice.below(6));
            let text = dice.words(length);
            pairs += 1;
            ours.push(sentence(&text, &label.to_string(), &[]));
            if passes(&audience, &label) {
                theirs.push(sentence(&text, &label.to_string(), &[]));
                continue;
            }
            withheld_pairs += 1;
            canaries.extend(text.trim_end_matches('.').split(' ').map(str::to_owned));
            // At the other desk it is another text of another length, or there is none.
            if dice.below(3) > 0 {
                let length = 3 + dice.below(12);
                theirs.push(sentence(&dice.words(length), &label.to_string(), &[]));
            }
        }
        if theirs.is_empty() {
            theirs.push(sentence(&dice.words(4), "RED CAV NF", &[]));
        }
        let a = send(&one, &decided[0], ours, name);
        let b = send(&other, &decided[1], theirs, name);
        assert_eq!(a, b, "warning {number} to {name}");
        let Some(sent) = a else { continue };
        sent_to.insert(name.clone());
        let (a, b) = (obtained(&one, &runtime, &sent), obtained(&other, &runtime, &sent));
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(&b) {
            assert!(a == b, "warning {number} to {name}: {}", parting(a, b));
            let text = String::from_utf8_lossy(a);
            assert!(!canaries.iter().any(|word| text.contains(word)), "warning {number} to {name}");
        }
    }
    assert_eq!(sent_to.len(), names.len(), "every audience was told something");
    assert!(pairs >= 10_000 && withheld_pairs > pairs / 4, "{withheld_pairs} of {pairs}");
    println!("{pairs} pairs of label and audience, {withheld_pairs} withheld, 0 differences");
}

/// Asks the rule itself, not the desk: what the desk does is what is looked at here.
fn passes(audience: &Audience, label: &Label) -> bool {
    let gate = Gate::default();
    may_see(audience, label) && gate.release(audience, Labelled::text("x".into(), label.clone())).is_some()
}

fn parting(a: &[u8], b: &[u8]) -> String {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let show = |bytes: &[u8]| {
        String::from_utf8_lossy(&bytes[same.saturating_sub(60)..(same + 60).min(bytes.len())]).into_owned()
    };
    format!("…{}… and …{}…", show(a), show(b))
}
