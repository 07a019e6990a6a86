//! Keeps webhooks from being turned against the network this node stands in.
//!
//! A target is `https`, without user or fragment, and its name must resolve to public addresses only;
//! the connection goes to the addresses that were checked. The operator may allow single hosts of a
//! closed network by name.
//!
//! Source: IANA special-purpose address registries (RFC 6890 and its updates).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Reads the target of a webhook.
///
/// # Errors
///
/// Says what is wrong with it.
pub fn target(url: &str) -> Result<Uri, String> {
    if url.len() > URL_MAX {
        return Err(format!("longer than {URL_MAX} bytes"));
    }
    let uri: Uri = url.parse().map_err(|_| "not a URL".to_owned())?;
    let host = uri.host().unwrap_or_default();
    if host.is_empty() {
        return Err("a webhook is a whole URL: https://host/path".to_owned());
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err("no user or password in the URL: its receiver checks our signature".to_owned());
    }
    if url.contains('#') {
        return Err("no # in the URL".to_owned());
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if is_loopback(host) => Ok(uri),
        _ => Err("a webhook is https (http only to this machine itself)".to_owned()),
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Resolves names, and refuses those that lead into a private network.
#[derive(Debug)]
pub struct Guarded {
    allow: Vec<String>,
    inner: DefaultResolver,
}

impl Guarded {
    /// Builds a resolver that lets `allow`, hosts as written in a URL, lead anywhere.
    pub fn new(allow: &[String]) -> Self {
        Self { allow: allow.to_vec(), inner: DefaultResolver::default() }
    }
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default();
        let allowed = self.allow.iter().any(|name| name.eq_ignore_ascii_case(host));
        if allowed || found.iter().all(|address| is_public(address.ip())) {
            return Ok(found);
        }
        Err(ureq::Error::Other(Box::new(Private)))
    }
}

/// The target leads into a private network.
#[derive(Clone, Copy, Debug)]
pub struct Private;

impl std::fmt::Display for Private {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "its name leads to an address that is not public; nothing was sent \
             (webhook.allow lists hosts of a closed network)",
        )
    }
}

impl std::error::Error for Private {}

/// Says whether an address is one that anybody in the world could mean by it.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match embedded(v6) {
            Some(v4) => is_public_v4(v4),
            None => {
                let [first, second, ..] = v6.segments();
                // 2000::/3 is all that is given out; of it not documentation and not Teredo.
                first & 0xe000 == 0x2000
                    && !(first == 0x2001 && (second == 0x0db8 || second < 0x0200))
                    && first != 0x3fff
            }
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

/// Returns the IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 or 6to4.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => Some(v4(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

const URL_MAX: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_https_and_nothing_hides_in_it() {
        assert!(target("https://hook.example/in?a=1").is_ok());
        assert!(target("http://127.0.0.1:8080/").is_ok(), "this machine, if the operator allows it");
        assert!(target("http://[::1]:8080/").is_ok());
        for url in [
            "",
            "/path",
            "hook.example",
            "http://hook.example/",
            "http://127.0.0.1.hook.example/",
            "ftp://hook.example/",
            "https://user@hook.example/",
            "https://127.0.0.1@hook.example/",
            "https://hook.example/#part",
            "https://hook.example/a b",
            "https://hook.example/\r\nX: y",
            "https:///path",
        ] {
            assert!(target(url).is_err(), "{url:?}");
        }
        assert!(target(&format!("https://hook.example/{}", "a".repeat(URL_MAX))).is_err());
    }

    #[test]
    fn only_addresses_of_the_open_internet_are_public() {
        for text in ["1.1.1.1", "93.184.216.34", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }
}
