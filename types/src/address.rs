//! Addresses of the internet, as the type `ipaddress` has them.

// `core` has addresses, and no sockets.
use core::net::IpAddr;

/// Whether a text is an address of IPv4, `10.0.0.1`, or of IPv6 in a form of RFC 4291,
/// `2001:db8::1`.
pub fn is_ip_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_ip_address;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for address in
            ["10.0.0.1", "::", "::1", "2001:db8::1", "::ffff:1.2.3.4", "64:ff9b::10.0.0.0"]
        {
            assert!(is_ip_address(address), "{address}");
        }
        for other in ["", "10.0.0", "10.0.0.256", "10.0.0.1/8", "1::2::3", " ::1", "localhost"] {
            assert!(!is_ip_address(other), "{other}");
        }
    }
}
