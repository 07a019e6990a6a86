//! Any bytes as MISP events: what is read stays within its bounds, is the same when it is read again, and
//! a red part makes whatever holds it red.
#![no_main]

use aldis_wire::misp::{Events, LIMITS, SharingGroup, read, take};
use aldis_wire::stix::{Limits, marking::Said};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { bytes: 1 << 20, depth: 32, values: 100_000 };
    if let Ok(group) = SharingGroup::read(bytes) {
        assert!(!group.organisations.is_empty() && !group.name.is_empty() && group.uuid.len() == 36);
    }
    let mut events = Events::new(bytes, limits);
    while let Ok(Some((event, raw))) = events.next_event() {
        let Ok(event) = event else { continue };
        assert!(event.own.iter().all(|said| event.said.contains(said)));
        let found = take(&event);
        assert!(found.id.len() == 36 && found.document.title.is_some());
        assert!(found.document.text.len() < 2 << 20 && found.said == event.said);
        assert_eq!(read(raw, &limits).as_ref(), Ok(&event));
        let inner = std::str::from_utf8(raw).expect("it was read as text");
        let outer = format!(r#"{{"uuid":"{}","info":"x","RelatedEvent":[{inner}]}}"#, event.uuid);
        let outer = read(outer.as_bytes(), &LIMITS).expect("an event around another");
        for said in [Said::Tlp("red"), Said::Tlp("amber+strict")] {
            assert!(!event.said.contains(&said) || outer.said.contains(&said));
        }
    }
});
