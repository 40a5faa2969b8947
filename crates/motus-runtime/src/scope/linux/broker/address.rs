//! Addresses of sockets, as they stand in the memory of whoever asks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use rustix::io::Errno;

/// The size of `sockaddr_storage`: what is longer is no address.
pub(super) const MOST: usize = 128;

/// The size of `sockaddr_un`.
const MOST_UNIX: usize = 110;

/// An address, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// None at all: a socket is disconnected by it.
    Unspecified,
    /// Of version 4 or 6.
    Internet(SocketAddr),
    /// A path, as it was given.
    File(Vec<u8>),
    /// A name without a file; or no name, which is to be made up.
    Abstract,
    /// An address of another family.
    Family(u16),
}

impl Address {
    /// Reads an address. Errors: those of the kernel for what is too short or too long.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Errno> {
        let family = u16::from_ne_bytes(take(bytes, 0)?);
        match i32::from(family) {
            libc::AF_UNSPEC => Ok(Self::Unspecified),
            libc::AF_INET => Self::version_4(bytes),
            libc::AF_INET6 => Self::version_6(bytes),
            libc::AF_UNIX => Self::unix(bytes),
            _ => Ok(Self::Family(family)),
        }
    }

    /// Reads an address of version 4, whatever it says of its family.
    pub(super) fn version_4(bytes: &[u8]) -> Result<Self, Errno> {
        let port = u16::from_be_bytes(take(bytes, 2)?);
        let ip = Ipv4Addr::from(take::<4>(bytes, 4)?);
        take::<16>(bytes, 0)?;
        Ok(Self::Internet(SocketAddrV4::new(ip, port).into()))
    }

    fn version_6(bytes: &[u8]) -> Result<Self, Errno> {
        let port = u16::from_be_bytes(take(bytes, 2)?);
        let flow = u32::from_ne_bytes(take(bytes, 4)?);
        let ip = Ipv6Addr::from(take::<16>(bytes, 8)?);
        // The oldest form ends here.
        let link = take(bytes, 24).map_or(0, u32::from_ne_bytes);
        Ok(Self::Internet(SocketAddrV6::new(ip, port, flow, link).into()))
    }

    fn unix(bytes: &[u8]) -> Result<Self, Errno> {
        if bytes.len() > MOST_UNIX {
            return Err(Errno::INVAL);
        }
        let text = bytes.get(2..).unwrap_or_default();
        match text.first() {
            None | Some(0) => Ok(Self::Abstract),
            Some(_) => {
                let end = memchr::memchr(0, text).unwrap_or(text.len());
                Ok(Self::File(text.get(..end).unwrap_or_default().to_vec()))
            }
        }
    }
}

fn take<const LENGTH: usize>(bytes: &[u8], from: usize) -> Result<[u8; LENGTH], Errno> {
    let piece = bytes.get(from..from + LENGTH).and_then(|piece| piece.try_into().ok());
    piece.ok_or(Errno::INVAL)
}

/// Returns the length of an address as the kernel takes it.
pub(super) fn length(argument: u64) -> Result<usize, Errno> {
    // An `int`: what stands above its 32 bits is not looked at.
    let length = usize::try_from(argument & 0xffff_ffff).unwrap_or(usize::MAX);
    if length > MOST { Err(Errno::INVAL) } else { Ok(length) }
}

/// Says who is meant by an address that leaves it open: this machine.
pub(super) fn definite(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some_and(|ip| ip.is_unspecified()) => {
            Ipv4Addr::LOCALHOST.to_ipv6_mapped().into()
        }
        _ => return address,
    };
    SocketAddr::new(ip, address.port())
}

/// Returns an address as it is told: in one spelling, whatever it is dressed as.
pub(super) fn told(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Tells whether an address stands for all of this machine's.
pub(super) fn is_everywhere(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version_4(ip: [u8; 4], port: u16) -> Vec<u8> {
        let family = 2_u16.to_ne_bytes();
        [&family[..], &port.to_be_bytes(), &ip, &[0; 8]].concat()
    }

    fn version_6(ip: &str, port: u16) -> Vec<u8> {
        let ip: Ipv6Addr = ip.parse().unwrap();
        let family = 10_u16.to_ne_bytes();
        let link = 3_u32.to_ne_bytes();
        [&family[..], &port.to_be_bytes(), &[0; 4], &ip.octets(), &link].concat()
    }

    fn unix(text: &[u8]) -> Vec<u8> {
        [&1_u16.to_ne_bytes()[..], text].concat()
    }

    #[test]
    fn addresses_are_read_as_the_kernel_reads_them() {
        let internet = |text: &str| Address::Internet(text.parse().unwrap());
        let file = |text: &[u8]| Address::File(text.to_vec());
        for (bytes, expected) in [
            (version_4([127, 0, 0, 1], 80), Ok(internet("127.0.0.1:80"))),
            (version_4([127, 0, 0, 1], 80)[..15].to_vec(), Err(Errno::INVAL)),
            ([version_4([1, 2, 3, 4], 5), vec![7; 100]].concat(), Ok(internet("1.2.3.4:5"))),
            (version_6("fe80::1", 443), Ok(internet("[fe80::1%3]:443"))),
            (version_6("fe80::1", 443)[..24].to_vec(), Ok(internet("[fe80::1]:443"))),
            (version_6("fe80::1", 443)[..23].to_vec(), Err(Errno::INVAL)),
            (unix(b""), Ok(Address::Abstract)),
            (unix(b"\0name"), Ok(Address::Abstract)),
            (unix(b"/run/a\0rest"), Ok(file(b"/run/a"))),
            (unix(&[b'a'; 108]), Ok(file(&[b'a'; 108]))),
            (unix(&[b'a'; 109]), Err(Errno::INVAL)),
            (unix(b"\xff/x"), Ok(file(b"\xff/x"))),
            (vec![0, 0], Ok(Address::Unspecified)),
            (16_u16.to_ne_bytes().to_vec(), Ok(Address::Family(16))),
            (vec![2], Err(Errno::INVAL)),
            (vec![], Err(Errno::INVAL)),
        ] {
            assert_eq!(Address::parse(&bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn lengths_are_those_of_an_int() {
        for (argument, expected) in [
            (16, Ok(16)),
            (0, Ok(0)),
            (128, Ok(128)),
            (129, Err(Errno::INVAL)),
            (u64::MAX, Err(Errno::INVAL)),
            (0x7_0000_0010, Ok(16)),
        ] {
            assert_eq!(length(argument), expected, "{argument:#x}");
        }
    }

    #[test]
    fn who_leaves_it_open_means_this_machine() {
        for (given, meant, spelled) in [
            ("0.0.0.0:1", "127.0.0.1:1", "127.0.0.1:1"),
            ("[::]:1", "[::1]:1", "[::1]:1"),
            ("[::ffff:0.0.0.0]:1", "[::ffff:127.0.0.1]:1", "127.0.0.1:1"),
            ("[::ffff:1.2.3.4]:1", "[::ffff:1.2.3.4]:1", "1.2.3.4:1"),
            ("[fe80::1%3]:1", "[fe80::1%3]:1", "[fe80::1]:1"),
        ] {
            let address = definite(given.parse().unwrap());
            assert_eq!(address.to_string(), meant);
            assert_eq!(told(address).to_string(), spelled);
        }
    }
}
