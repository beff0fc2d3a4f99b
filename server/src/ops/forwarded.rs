//! The address of a client behind proxies.
//!
//! Each proxy adds to the right of `X-Forwarded-For` or `Forwarded` whom it was asked by. What stands further left was
//! sent by whoever asked it and may be made up. The headers are therefore read from the right, and only as far as the
//! proxies that are trusted said it.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{FORWARDED, HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address: that of the connection, unless this is a trusted proxy. If both headers are there and name
/// different clients, the proxy writes only one of them and the client may have sent the other: neither is believed.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    let trusted = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(&address));
    if !trusted(peer) {
        return peer;
    }
    let named_in = |header: HeaderName, element: fn(&str) -> Option<IpAddr>| {
        let lines: Vec<_> = headers.get_all(header).iter().collect();
        let elements = lines.iter().rev().flat_map(|line| {
            let line = line.to_str().unwrap_or_default(); // what is no text ends the list, like an unknown address
            line.rsplit(',').map(element)
        });
        let mut client = peer;
        for address in elements.map_while(|address| address) {
            client = address;
            if !trusted(client) {
                break;
            }
        }
        (!lines.is_empty()).then_some(client)
    };
    match (named_in(X_FORWARDED_FOR, address), named_in(FORWARDED, forwarded_for)) {
        (Some(one), Some(other)) if one != other => peer,
        (one, other) => one.or(other).unwrap_or(peer),
    }
}

/// The address of `for=` in an element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut addresses = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for"));
    address(addresses.next()?.1.trim_matches('"'))
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    let address = bare.unwrap_or(text).parse::<IpAddr>().or_else(|_| with_port());
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client of a request from this peer with these headers. 10.0.0.0/8 are proxies.
    fn asked(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let mut map = HeaderMap::new();
        headers.for_each(|(name, value)| {
            map.append(name, value);
        });
        client(peer.parse().unwrap(), &map, &["10.0.0.0/8".parse().unwrap()]).to_string()
    }

    #[test]
    fn only_proxies_are_believed_and_only_what_they_said() {
        let list = |value| [("x-forwarded-for", value)];
        assert_eq!(asked("192.0.2.1", &list("203.0.113.9")), "192.0.2.1");
        assert_eq!(asked("10.0.0.1", &list("203.0.113.9")), "203.0.113.9");
        assert_eq!(asked("::ffff:10.0.0.1", &list("203.0.113.9:80")), "203.0.113.9");
        assert_eq!(
            asked("10.0.0.1", &list("1.1.1.1, 203.0.113.9, 10.0.0.2")),
            "203.0.113.9"
        );
        assert_eq!(asked("10.0.0.1", &list("1.1.1.1, unknown")), "10.0.0.1");
        assert_eq!(asked("10.0.0.1", &list("1.1.1.1, unknown, 10.0.0.2")), "10.0.0.2");
        assert_eq!(asked("10.0.0.1", &[]), "10.0.0.1");
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(asked("10.0.0.1", &lines), "203.0.113.9");
    }

    #[test]
    fn the_standard_header_is_read_too() {
        let list = |value| [("forwarded", value)];
        let value = "for=1.1.1.1, proto=https;For=\"[2001:db8::7]:4711\"";
        assert_eq!(asked("10.0.0.1", &list(value)), "2001:db8::7");
        assert_eq!(asked("10.0.0.1", &list("for=_hidden")), "10.0.0.1");
        let both = [("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(asked("10.0.0.1", &both), "10.0.0.1");
        let same = [("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(asked("10.0.0.1", &same), "203.0.113.9");
    }
}
