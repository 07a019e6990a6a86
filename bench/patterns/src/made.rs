//! Makes patterns and observations: invented, and the same in every run.

use serde_json::json;

/// A small generator of numbers (SplitMix64), so that a run repeats.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

fn address(n: u64) -> String {
    format!("{}.{}.{}.{}", 11 + n % 180, n / 180 % 256, n / 46_080 % 256, n % 251)
}

fn domain(n: u64) -> String {
    format!("host{n}.net{}.example", n % 977)
}

fn sha(n: u64) -> String {
    format!("{n:016x}").repeat(4)
}

/// One pattern about single observations: what indicators in feeds look like.
pub fn single(dice: &mut Dice) -> String {
    let n = dice.below(50_000);
    match dice.below(100) {
        0..30 => format!("[file:hashes.'SHA-256' = '{}']", sha(n)),
        30..50 => format!("[ipv4-addr:value = '{}']", address(n)),
        50..65 => format!("[domain-name:value = '{}' OR url:value LIKE 'http://{}/%']", domain(n), domain(n)),
        65..75 => {
            let ports: Vec<String> = (0..4).map(|_| (30_000 + dice.below(30_000)).to_string()).collect();
            format!(
                "[network-traffic:dst_port IN ({}) AND network-traffic:dst_ref.value = '{}']",
                ports.join(", "),
                address(n)
            )
        }
        75..85 => format!("[ipv4-addr:value ISSUBSET '{}/24']", address(n)),
        85..92 => format!("[url:value MATCHES '^https?://host{n}\\\\.[a-z0-9.]+/']"),
        92..97 => format!("[file:name LIKE '%report{n}%' AND file:size > {}]", n % 5_000),
        _ => format!("[file:size > {} AND file:size < {}]", 9_000_000 + n * 10, 9_000_000 + n * 10 + 50),
    }
}

/// One pattern about two observations.
pub fn double(dice: &mut Dice) -> String {
    let n = dice.below(50_000);
    format!(
        "([domain-name:value = '{}'] FOLLOWEDBY [file:hashes.'SHA-256' = '{}']) WITHIN 300 SECONDS",
        domain(n),
        sha(n)
    )
}

/// One bundle with one observed-data object and what it speaks of.
pub fn observation(at: u64, dice: &mut Dice) -> String {
    let n = dice.below(50_000);
    let id = |kind: &str, part: u64| format!("{kind}--{n:08x}-{part:04x}-4{:03x}-8000-{at:012x}", at % 4096);
    let objects = match dice.below(5) {
        0 => vec![json!({ "type": "ipv4-addr", "id": id("ipv4-addr", 1), "value": address(n) })],
        1 => vec![json!({ "type": "domain-name", "id": id("domain-name", 1), "value": domain(n) })],
        2 => vec![
            json!({ "type": "url", "id": id("url", 1), "value": format!("http://{}/path/{at}?q=1", domain(n)) }),
        ],
        3 => vec![json!({
            "type": "file", "id": id("file", 1), "name": format!("annual report{n} final.pdf"), "size": n * 20,
            "hashes": { "SHA-256": sha(n) },
        })],
        _ => vec![
            json!({
                "type": "network-traffic", "id": id("network-traffic", 1), "protocols": ["tcp"],
                "dst_ref": id("ipv4-addr", 2), "dst_port": 30_000 + n % 30_000,
            }),
            json!({ "type": "ipv4-addr", "id": id("ipv4-addr", 2), "value": address(n) }),
        ],
    };
    let refs: Vec<_> = objects.iter().map(|object| object["id"].clone()).collect();
    let second = at / 4;
    let time = format!(
        "2031-05-{:02}T{:02}:{:02}:{:02}Z",
        1 + second / 86_400,
        second / 3600 % 24,
        second / 60 % 60,
        second % 60
    );
    let seen = json!({
        "type": "observed-data", "spec_version": "2.1", "id": id("observed-data", 0), "created": time,
        "modified": time, "first_observed": time, "last_observed": time, "number_observed": 1, "object_refs": refs,
    });
    let mut all = vec![seen];
    all.extend(objects.into_iter().map(|mut object| {
        object["spec_version"] = "2.1".into();
        object
    }));
    json!({ "type": "bundle", "id": id("bundle", 9), "objects": all }).to_string()
}
