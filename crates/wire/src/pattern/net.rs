//! Networks of `ISSUBSET` and `ISSUPERSET`: IPv4 and IPv6, an address alone is a network of one.
//!
//! Bits after the prefix do not count. The two families never contain each other.
//!
//! Source: STIX 2.1, section 9.6; RFC 4632; RFC 4291, section 2.3.

use std::net::IpAddr;

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Net {
    v6: bool,
    /// The address from the highest bit down, cut to the prefix.
    bits: u128,
    /// The length of the prefix, 0 to 32 or 128.
    prefix: u8,
}

impl Net {
    /// Reads `address` or `address/prefix`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let (v6, bits, width) = match address.parse().ok()? {
            IpAddr::V4(v4) => (false, u128::from(v4.to_bits()) << 96, 32),
            IpAddr::V6(v6) => (true, v6.to_bits(), 128),
        };
        let prefix = match prefix {
            None => width,
            Some(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse().ok()?
            }
            Some(_) => return None,
        };
        (prefix <= width).then(|| Self { v6, bits: cut(bits, prefix), prefix })
    }

    /// Says whether every address of `inner` is in this network.
    pub(super) fn contains(self, inner: Self) -> bool {
        self.v6 == inner.v6 && self.prefix <= inner.prefix && cut(inner.bits, self.prefix) == self.bits
    }

    /// Returns the network of this `prefix` around this one; `None` if the prefix is longer.
    pub(super) fn around(self, prefix: u8) -> Option<Self> {
        (prefix <= self.prefix).then(|| Self { bits: cut(self.bits, prefix), prefix, ..self })
    }

    pub(super) const fn prefix(self) -> u8 {
        self.prefix
    }
}

fn cut(bits: u128, prefix: u8) -> u128 {
    let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
    bits & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(outer: &str, inner: &str) -> bool {
        Net::parse(outer).unwrap().contains(Net::parse(inner).unwrap())
    }

    #[test]
    fn a_network_contains_what_shares_its_prefix() {
        assert!(contains("11.22.41.123/20", "11.22.33.44"));
        assert!(!contains("11.22.123.41/20", "11.22.33.44"));
        assert!(contains("2001:db8:dead:beef::/64", "2001:db8:dead:beef::1"));
        assert!(contains("0.0.0.0/0", "255.1.2.3/8"));
        assert!(!contains("10.0.0.0/24", "10.0.0.0/16"));
        assert!(!contains("::/0", "10.0.0.1"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/+8", "10.0.0.1/08x", "10.0.0", "::1/129", "a"]
        {
            assert_eq!(Net::parse(text), None, "{text}");
        }
    }
}
