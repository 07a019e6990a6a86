//! Which recommendations are looked at, and what counts as an error.
//!
//! The names and numbers are those of the reference validator's
//! `--disable` option, so that a list written for one serves the other.

use crate::{Error, Result};

/// One recommendation of the standard that can be turned off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Its name, such as `uuid-check`.
    pub name: &'static str,
    /// Its number in the reference validator, 0 if it has none there.
    pub number: u16,
    /// The group it belongs to, by name; empty if it belongs to none.
    pub group: &'static str,
}

/// Every recommendation that is looked at.
pub const CHECKS: &[Check] = &[
    of("custom-prefix", 101, "format-checks"),
    of("custom-prefix-lax", 102, "format-checks"),
    of("uuid-check", 103, "format-checks"),
    of("open-vocab-format", 111, "format-checks"),
    of("kill-chain-names", 121, "format-checks"),
    of("observable-object-keys", 141, "format-checks"),
    of("observable-dictionary-keys", 142, "format-checks"),
    of("malware-analysis-product", 143, "format-checks"),
    of("windows-process-priority-format", 149, "format-checks"),
    of("hash-length", 150, "format-checks"),
    of("marking-definition-type", 201, "approved-values"),
    of("relationship-types", 202, "approved-values"),
    of("duplicate-ids", 203, "approved-values"),
    of("attack-motivation", 211, "all-vocabs"),
    of("attack-resource-level", 212, "all-vocabs"),
    of("identity-class", 213, "all-vocabs"),
    of("indicator-types", 214, "all-vocabs"),
    of("industry-sector", 215, "all-vocabs"),
    of("malware-types", 216, "all-vocabs"),
    of("report-types", 218, "all-vocabs"),
    of("threat-actor-types", 219, "all-vocabs"),
    of("threat-actor-role", 220, "all-vocabs"),
    of("threat-actor-sophistication", 221, "all-vocabs"),
    of("tool-types", 222, "all-vocabs"),
    of("region", 223, "all-vocabs"),
    of("grouping-context", 225, "all-vocabs"),
    of("implementation-languages", 226, "all-vocabs"),
    of("infrastructure-types", 227, "all-vocabs"),
    of("malware-capabilities", 228, "all-vocabs"),
    of("processor-architecture", 230, "all-vocabs"),
    of("malware-result", 231, "all-vocabs"),
    of("hash-algo", 241, "all-vocabs"),
    of("windows-pebinary-type", 243, "all-vocabs"),
    of("account-type", 244, "all-vocabs"),
    of("indicator-pattern-types", 245, "all-vocabs"),
    of("mime-type", 271, "all-external-sources"),
    of("protocols", 272, "all-external-sources"),
    of("ipfix", 273, "all-external-sources"),
    of("http-request-headers", 274, "all-external-sources"),
    of("socket-options", 275, "all-external-sources"),
    of("pdf-doc-info", 276, "all-external-sources"),
    of("countries", 277, "all-external-sources"),
    of("network-traffic-ports", 301, ""),
    of("extref-hashes", 302, ""),
    of("indicator-properties", 303, ""),
    of("deprecated-properties", 304, ""),
    of("extension-description", 305, ""),
    of("extension-properties", 306, ""),
    of("extensions-use", 401, ""),
];

/// The groups with their numbers, the inner before the outer.
const GROUPS: &[(&str, u16, &[&str])] = &[
    ("format-checks", 1, &["format-checks"]),
    ("approved-values", 2, &["approved-values", "all-vocabs", "all-external-sources"]),
    ("all-vocabs", 210, &["all-vocabs"]),
    ("all-external-sources", 270, &["all-external-sources"]),
];

const fn of(name: &'static str, number: u16, group: &'static str) -> Check {
    Check { name, number, group }
}

/// What is looked at beyond the rules that every object must keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// A broken recommendation is an error, not a warning.
    pub strict: bool,
    /// A type that the standard does not define is an error.
    pub strict_types: bool,
    /// A property that the standard does not define is an error.
    pub strict_properties: bool,
    /// One bit for each of [`CHECKS`].
    off: u64,
}

impl Options {
    /// Turns off a recommendation or a group, by name or number; `all` means every one.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] if there is none of that name.
    pub fn disable(&mut self, name: &str) -> Result<()> {
        self.off |= bits(name)?;
        Ok(())
    }

    /// Turns everything off but the recommendations and groups of `names`.
    ///
    /// # Errors
    ///
    /// As [`Options::disable`].
    pub fn enable_only(&mut self, names: &[&str]) -> Result<()> {
        let mut on = 0;
        for name in names {
            on |= bits(name)?;
        }
        self.off = !on;
        Ok(())
    }

    /// Says whether a recommendation is looked at.
    pub(super) fn on(&self, name: &str) -> bool {
        match CHECKS.iter().position(|check| check.name == name) {
            // The prefixes of custom names are the older way: they matter only
            // where the use of extensions is not asked for.
            Some(0) => self.off & 1 == 0 && !self.on("extensions-use"),
            Some(1) => self.off & 1 != 0 && self.off & 2 == 0 && !self.on("extensions-use"),
            Some(at) => self.off & (1 << at) == 0,
            None => true,
        }
    }
}

fn bits(name: &str) -> Result<u64> {
    let number = name.parse::<u16>().ok();
    let named = |own: &str, code: u16| own == name || Some(code) == number && code != 0;
    if name == "all" {
        return Ok(!0);
    }
    let groups =
        GROUPS.iter().find(|(own, code, _)| named(own, *code)).map_or(&[][..], |(_, _, inner)| inner);
    let mut bits = 0;
    for (at, check) in CHECKS.iter().enumerate() {
        if named(check.name, check.number) || groups.contains(&check.group) {
            bits |= 1 << at;
        }
    }
    if bits == 0 {
        return Err(Error::unsupported(format!("there is no check named {name:.40}")));
    }
    Ok(bits)
}
