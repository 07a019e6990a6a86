//! Markings: what an object and its parts are marked with.
//!
//! A marking definition that is TLP says one of five words; any other marking
//! says nothing that is understood here. Selectors name parts of an object;
//! a selector that names a list or an object covers everything below.
//!
//! Source: STIX 2.1 section 7.2; TLP 2.0 (FIRST, August 2022).

use super::{Kind, Value};

/// The extension definition of TLP 2.0.
pub const TLP_2: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The four markings of TLP 1.0, with the word they carry.
const TLP_1_IDS: [(&str, &str); 4] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "white"),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber"),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"),
];

/// The five markings of TLP 2.0, with the word they carry.
const TLP_2_IDS: [(&str, &str); 5] = [
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
];

/// Finds the TLP 1.0 word of a marking by its id.
pub fn tlp_1_of(id: &str) -> Option<&'static str> {
    TLP_1_IDS.iter().find(|(own, _)| *own == id).map(|(_, word)| *word)
}

/// Finds the TLP 2.0 word of a marking by its id.
pub fn tlp_2_of(id: &str) -> Option<&'static str> {
    TLP_2_IDS.iter().find(|(own, _)| *own == id).map(|(_, word)| *word)
}

/// Finds the id of a TLP 2.0 marking by its word, such as `amber+strict`.
pub fn tlp_2_id(word: &str) -> Option<&'static str> {
    TLP_2_IDS.iter().find(|(_, own)| *own == word).map(|(id, _)| *id)
}

/// Finds what a selector names in an object.
pub fn select<'a>(object: Value<'a>, selector: &str) -> Option<Value<'a>> {
    let mut here = object;
    for part in selector.split('.') {
        let index = part.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        here = match (index, here.kind()) {
            (Some(digits), Kind::List) => here.items().nth(digits.parse().ok()?)?,
            (None, Kind::Map) => here.get(part)?,
            _ => return None,
        };
    }
    Some(here)
}
