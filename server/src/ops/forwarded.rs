//! The address of a client behind proxies, and whether it came by HTTPS.
//!
//! Each proxy adds to the right of `X-Forwarded-For` or `Forwarded` whom it was asked by. What stands further left was
//! sent by whoever asked it and may be made up. The headers are therefore read from the right, and only as far as the
//! proxies that are trusted said it.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{FORWARDED, HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address: that of the connection, unless this is a trusted proxy. If both headers are there and name
/// different clients, the proxy writes only one of them and the client may have sent the other: neither is believed.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    let trusted = |address| is_one_of(proxies, address);
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

/// Whether a trusted proxy says that the client came by HTTPS. Of several proxies the first one knows. A client who makes
/// it up deceives only itself: browsers do not heed what they are told about HTTPS over an open connection.
pub(super) fn over_https(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> bool {
    let first = |header: HeaderName| headers.get(header)?.to_str().ok()?.split(',').next();
    let scheme = || first(X_FORWARDED_PROTO).or_else(|| pair(first(FORWARDED)?, "proto"));
    is_one_of(proxies, peer.to_canonical())
        && scheme().is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

fn is_one_of(proxies: &[IpNet], address: IpAddr) -> bool {
    proxies.iter().any(|proxy| proxy.contains(&address))
}

/// The address of `for=` in an element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    address(pair(element, "for")?)
}

/// The value of this name in an element of `Forwarded` (RFC 7239).
fn pair<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    Some(value.trim_matches('"'))
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
    fn a_proxy_says_whether_its_client_came_by_https() {
        let https = |peer: &str, name: &'static str, value: &'static str| {
            let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())]);
            over_https(peer.parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap()])
        };
        assert!(https("10.0.0.1", "x-forwarded-proto", "https"));
        assert!(https("10.0.0.1", "x-forwarded-proto", "HTTPS, http"));
        assert!(https(
            "10.0.0.1",
            "forwarded",
            "for=203.0.113.9;proto=https, for=10.0.0.2;proto=http"
        ));
        assert!(!https("10.0.0.1", "x-forwarded-proto", "http"));
        assert!(!https("10.0.0.1", "forwarded", "for=203.0.113.9"));
        assert!(!https("192.0.2.1", "x-forwarded-proto", "https"));
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
