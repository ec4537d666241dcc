//! Networks of addresses, as operators write them.

use std::net::{AddrParseError, IpAddr, Ipv6Addr};
use std::str::FromStr;

/// The addresses that begin with the same bits; an IPv4 address and its mapped form are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: u128,
    mask: u128,
}

impl Network {
    /// Whether the address lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.first
    }
}

/// An address, or `address/bits` of which the other bits are 0.
impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse()?;
        let most: u32 = if address.is_ipv4() { 32 } else { 128 };
        let own = prefix.map_or(Some(most), |digits| digits.parse().ok()).filter(|own| *own <= most);
        let own = own.ok_or(NotANetwork)?;
        let mask = u128::MAX.checked_shl(most - own).unwrap_or(0);
        let first = bits(address);
        if first & !mask == 0 || prefix.is_none() {
            Ok(Self { first, mask })
        } else {
            Err(NotANetwork)
        }
    }
}

/// What is neither an address nor a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANetwork;

impl From<AddrParseError> for NotANetwork {
    fn from(_: AddrParseError) -> Self {
        Self
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => four.to_ipv6_mapped().to_bits(),
        IpAddr::V6(six) => Ipv6Addr::to_bits(six),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(network: &str, address: &str) -> bool {
        let network: Network = network.parse().expect("a network");
        network.contains(address.parse().expect("an address"))
    }

    #[test]
    fn an_address_is_a_network_of_one() {
        assert!(within("127.0.0.1", "127.0.0.1"));
        assert!(within("127.0.0.1", "::ffff:127.0.0.1"));
        assert!(within("::ffff:127.0.0.1", "127.0.0.1"));
        assert!(!within("127.0.0.1", "127.0.0.2"));
        assert!(!within("::1", "127.0.0.1"));
    }

    #[test]
    fn a_network_holds_what_begins_as_it_does() {
        assert!(within("10.42.0.0/16", "10.42.255.255"));
        assert!(!within("10.42.0.0/16", "10.43.0.0"));
        assert!(within("10.42.0.0/16", "::ffff:10.42.1.1"));
        assert!(within("fd00:1::/32", "fd00:1:2::3"));
        assert!(!within("fd00:1::/32", "fd00:2::"));
        assert!(within("0.0.0.0/0", "192.0.2.1"));
        assert!(!within("0.0.0.0/0", "2001:db8::1"));
        assert!(within("::/0", "2001:db8::1"));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "everybody", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "/8"] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }
}
