//! What no scope allows: by which sign in the arguments a call is known, in BPF and in Rust, and how it is told.

use super::assembler::{Assembler, Label, Test, lower_half, upper_half};
use super::calls::{self, Treatment};

/// A call that no scope allows, or not so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Refusal {
    /// The name of the call, and what of it, such as `mount` or `socket:udp`.
    pub(in super::super) called: &'static str,
    /// The error number with which it fails.
    pub(in super::super) errno: i32,
}

/// What makes a call one that no scope allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Sign {
    /// Nothing more.
    Always,
    /// One of these flags.
    HasAnyBit { argument: u8, bits: u32 },
    /// This request of `ioctl`.
    Request { argument: u8 },
    /// Its family, type or protocol.
    Socket(Family),
    /// This option of a socket.
    SocketOption,
    /// It has whoever opens a file wait for it, or is told of what others do in a directory: by this command of `fcntl`.
    Lease,
    /// It sets a limit of a process that it names.
    OtherProcess,
    /// Its first argument names a process, which is not the caller by the number 0.
    Named,
    /// Its second argument names a process, as the first one says by this number, or more than one.
    NamedAs { process: u32 },
}

/// Which families of sockets may be at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Family {
    /// Those of files and of the internet.
    Any,
    /// Those of files.
    Unix,
}

/// Returns whether and how a call is refused.
///
/// What the filter asks about is either refused here or is about files or others to reach: the same table says so.
pub(in super::super) fn refusal(number: i32, arguments: &[u64; 6]) -> Option<Refusal> {
    let call = calls::find(number)?;
    let Treatment::Refused(sign, errno) = call.treatment else { return None };
    let called = sign.seen(call.name, arguments)?;
    let errno = if sign.is_unsupported(arguments) { libc::EOPNOTSUPP } else { errno };
    Some(Refusal { called, errno })
}

/// Returns the process or thread that a refused call names, when it names one: whoever names its own is not refused.
pub(in super::super) fn named(number: i32, arguments: &[u64; 6]) -> Option<u32> {
    let Treatment::Refused(sign, _) = calls::find(number)?.treatment else { return None };
    match sign {
        Sign::OtherProcess | Sign::Named => Some(lower(arguments, 0)),
        Sign::NamedAs { process } if lower(arguments, 0) == process => Some(lower(arguments, 1)),
        _ => None,
    }
}

/// Requests that change a file through a descriptor that may only read it, or take the user's terminal or type on it.
const REQUESTS: &[(u32, &str)] = &[
    // It keeps everybody else from opening the terminal, until it is closed.
    (0x540c, "ioctl:TIOCEXCL"),
    (0x5412, "ioctl:TIOCSTI"),
    (0x541c, "ioctl:TIOCLINUX"),
    (0x4008_6602, "ioctl:FS_IOC_SETFLAGS"),
    (0xc050_6617, "ioctl:FS_IOC_ADD_ENCRYPTION_KEY"),
    (0xc040_6618, "ioctl:FS_IOC_REMOVE_ENCRYPTION_KEY"),
    (0xc040_6619, "ioctl:FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS"),
    (0x0000_6609, "ioctl:EXT4_IOC_MIGRATE"),
    (0xc0c8_9425, "ioctl:BTRFS_IOC_SET_RECEIVED_SUBVOL"),
    (0x401c_5820, "ioctl:FS_IOC_FSSETXATTR"),
    (0x4008_7602, "ioctl:FS_IOC_SETVERSION"),
    (0x4008_6604, "ioctl:EXT4_IOC_SETVERSION_OLD"),
    (0x800c_6613, "ioctl:FS_IOC_SET_ENCRYPTION_POLICY"),
    (0x4080_6685, "ioctl:FS_IOC_ENABLE_VERITY"),
    (0x4004_7211, "ioctl:FAT_IOCTL_SET_ATTRIBUTES"),
    (0x5000_9401, "ioctl:BTRFS_IOC_SNAP_CREATE"),
    (0x5000_940e, "ioctl:BTRFS_IOC_SUBVOL_CREATE"),
    (0x5000_940f, "ioctl:BTRFS_IOC_SNAP_DESTROY"),
    (0x5000_9417, "ioctl:BTRFS_IOC_SNAP_CREATE_V2"),
    (0x5000_9418, "ioctl:BTRFS_IOC_SUBVOL_CREATE_V2"),
    (0x4008_941a, "ioctl:BTRFS_IOC_SUBVOL_SETFLAGS"),
    (0x5000_943f, "ioctl:BTRFS_IOC_SNAP_DESTROY_V2"),
];

/// Options that lead a connection past its address, by level: by way of another host, or through a device.
const OPTIONS: &[(u32, u32, &str)] = &[
    (0, 4, "setsockopt:IP_OPTIONS"),
    (0, 50, "setsockopt:IP_UNICAST_IF"),
    (1, 25, "setsockopt:SO_BINDTODEVICE"),
    (1, 36, "setsockopt:SO_MARK"),
    (1, 62, "setsockopt:SO_BINDTOIFINDEX"),
    (41, 6, "setsockopt:IPV6_2292PKTOPTIONS"),
    (41, 54, "setsockopt:IPV6_HOPOPTS"),
    (41, 55, "setsockopt:IPV6_RTHDRDSTOPTS"),
    (41, 57, "setsockopt:IPV6_RTHDR"),
    (41, 59, "setsockopt:IPV6_DSTOPTS"),
    (41, 76, "setsockopt:IPV6_UNICAST_IF"),
];

const SET_LEASE: u32 = unsigned(libc::F_SETLEASE);
const SET_NOTICE: u32 = unsigned(libc::F_NOTIFY);
/// Gives a lease up.
const NO_LEASE: u32 = 2;

const UNIX: u32 = unsigned(libc::AF_UNIX);
const INTERNET: u32 = unsigned(libc::AF_INET);
const INTERNET_6: u32 = unsigned(libc::AF_INET6);
const NETLINK: u32 = unsigned(libc::AF_NETLINK);
/// The bits of a socket's type that are no flags.
const TYPE: u32 = 0xf;
const STREAM: u32 = unsigned(libc::SOCK_STREAM);
const DATAGRAM: u32 = unsigned(libc::SOCK_DGRAM);
const PACKETS: u32 = unsigned(libc::SOCK_SEQPACKET);
const TCP: u32 = unsigned(libc::IPPROTO_TCP);
const ICMP: [u32; 2] = [unsigned(libc::IPPROTO_ICMP), unsigned(libc::IPPROTO_ICMPV6)];

const fn unsigned(constant: libc::c_int) -> u32 {
    constant.cast_unsigned()
}

impl Sign {
    /// Writes the test: one way if the sign is there, another if not.
    pub(super) fn write(self, code: &mut Assembler, there: Label, absent: Label) -> Label {
        match self {
            Self::Always => there,
            Self::HasAnyBit { argument, bits } => {
                let tested = code.branch(Test::HasAnyBit(bits), there, absent);
                code.load(lower_half(argument), tested)
            }
            Self::Request { argument } => {
                let tested = REQUESTS.iter().rev().fold(absent, |next, (request, _)| {
                    code.branch(Test::Equals(*request), there, next)
                });
                code.load(lower_half(argument), tested)
            }
            Self::Socket(family) => write_socket(family, code, there, absent),
            Self::SocketOption => OPTIONS.iter().rev().fold(absent, |next, (level, option, _)| {
                let tested = code.branch(Test::Equals(*option), there, next);
                let tested = code.load(lower_half(2), tested);
                let tested = code.branch(Test::Equals(*level), tested, next);
                code.load(lower_half(1), tested)
            }),
            Self::Lease => {
                let tested = code.branch(Test::Equals(NO_LEASE), absent, there);
                let lease = code.load(lower_half(2), tested);
                let notice = code.branch(Test::Equals(SET_NOTICE), there, absent);
                let tested = code.branch(Test::Equals(SET_LEASE), lease, notice);
                code.load(lower_half(1), tested)
            }
            Self::OtherProcess => {
                let tested = code.branch(Test::Equals(0), absent, there);
                let upper = code.load(upper_half(2), tested);
                let tested = code.branch(Test::Equals(0), upper, there);
                let lower = code.load(lower_half(2), tested);
                let tested = code.branch(Test::Equals(0), absent, lower);
                code.load(lower_half(0), tested)
            }
            Self::Named => {
                let tested = code.branch(Test::Equals(0), absent, there);
                code.load(lower_half(0), tested)
            }
            Self::NamedAs { process } => {
                let tested = code.branch(Test::Equals(0), absent, there);
                let named = code.load(lower_half(1), tested);
                let tested = code.branch(Test::Equals(process), named, there);
                code.load(lower_half(0), tested)
            }
        }
    }

    /// Tells whether it fails as if the system did not have it: a socket to the kernel itself. Libraries that list a
    /// machine's addresses do without, and stop at any other error.
    pub(super) fn is_unsupported(self, arguments: &[u64; 6]) -> bool {
        self.has_unsupported() && lower(arguments, 0) == NETLINK
    }

    /// Tells whether some of what it is the sign of may be unsupported.
    pub(super) fn has_unsupported(self) -> bool {
        self == Self::Socket(Family::Any)
    }

    /// Returns the name under which a call is told, if the sign is there. The kernel looks at lower halves alone
    /// where it takes 32 bits.
    fn seen(self, name: &'static str, arguments: &[u64; 6]) -> Option<&'static str> {
        match self {
            Self::Always => Some(name),
            Self::HasAnyBit { argument, bits } => {
                (lower(arguments, argument) & bits != 0).then_some(name)
            }
            Self::Request { argument } => {
                let request = lower(arguments, argument);
                REQUESTS.iter().find(|(known, _)| *known == request).map(|(_, name)| *name)
            }
            Self::Socket(family) => {
                let [domain, kind, protocol] = [0, 1, 2].map(|at| lower(arguments, at));
                family.refuses(domain, kind & TYPE, protocol)
            }
            Self::SocketOption => {
                let wanted = (lower(arguments, 1), lower(arguments, 2));
                let known = OPTIONS.iter().find(|(level, option, _)| (*level, *option) == wanted);
                known.map(|(.., name)| *name)
            }
            Self::Lease => match (lower(arguments, 1), lower(arguments, 2)) {
                (SET_LEASE, NO_LEASE) => None,
                (SET_LEASE, _) => Some("fcntl:F_SETLEASE"),
                (SET_NOTICE, _) => Some("fcntl:F_NOTIFY"),
                _ => None,
            },
            Self::OtherProcess => {
                let [process, _, limit, ..] = arguments;
                (*process & u64::from(u32::MAX) != 0 && *limit != 0).then_some(name)
            }
            Self::Named => (lower(arguments, 0) != 0).then_some(name),
            Self::NamedAs { process } => {
                let is_caller = lower(arguments, 0) == process && lower(arguments, 1) == 0;
                (!is_caller).then_some(name)
            }
        }
    }
}

fn lower(arguments: &[u64; 6], argument: u8) -> u32 {
    let whole = arguments.get(usize::from(argument)).copied().unwrap_or_default();
    u32::try_from(whole & u64::from(u32::MAX)).unwrap_or_default()
}

/// Writes the test for a socket that is unsupported, before the rest of the test.
pub(super) fn write_unsupported(code: &mut Assembler, unsupported: Label, rest: Label) -> Label {
    let tested = code.branch(Test::Equals(NETLINK), unsupported, rest);
    code.load(lower_half(0), tested)
}

fn write_socket(family: Family, code: &mut Assembler, refused: Label, allowed: Label) -> Label {
    let sequence = code.branch(Test::Equals(PACKETS), allowed, refused);
    let stream = code.branch(Test::Equals(STREAM), allowed, sequence);
    let masked = code.keep(TYPE, stream);
    let unix = code.load(lower_half(1), masked);
    let other = match family {
        Family::Unix => refused,
        Family::Any => {
            let tcp = code.branch(Test::Equals(TCP), allowed, refused);
            let default = code.branch(Test::Equals(0), allowed, tcp);
            let protocol = code.load(lower_half(2), default);
            let stream = code.branch(Test::Equals(STREAM), protocol, refused);
            let masked = code.keep(TYPE, stream);
            let internet = code.load(lower_half(1), masked);
            let newer = code.branch(Test::Equals(INTERNET_6), internet, refused);
            code.branch(Test::Equals(INTERNET), internet, newer)
        }
    };
    let domain = code.branch(Test::Equals(UNIX), unix, other);
    code.load(lower_half(0), domain)
}

impl Family {
    /// Returns how a socket is told that may not be.
    fn refuses(self, domain: u32, kind: u32, protocol: u32) -> Option<&'static str> {
        let is_internet = domain == INTERNET || domain == INTERNET_6;
        match self {
            _ if domain == UNIX && matches!(kind, STREAM | PACKETS) => None,
            Self::Unix if domain == UNIX => Some("socketpair:unix-datagram"),
            Self::Unix => Some("socketpair:other"),
            Self::Any if domain == UNIX => Some("socket:unix-datagram"),
            Self::Any if is_internet && kind == STREAM && matches!(protocol, 0 | TCP) => None,
            Self::Any if is_internet => Some(internet_name(kind, protocol)),
            Self::Any => Some(family_name(domain)),
        }
    }
}

fn internet_name(kind: u32, protocol: u32) -> &'static str {
    const SCTP: u32 = unsigned(libc::IPPROTO_SCTP);
    const MPTCP: u32 = unsigned(libc::IPPROTO_MPTCP);
    const RAW: u32 = unsigned(libc::SOCK_RAW);
    match (kind, protocol) {
        (RAW, _) => "socket:raw",
        (_, SCTP) => "socket:sctp",
        (_, MPTCP) => "socket:mptcp",
        (DATAGRAM, protocol) if ICMP.contains(&protocol) => "socket:icmp",
        (DATAGRAM, _) => "socket:udp",
        _ => "socket:internet",
    }
}

fn family_name(domain: u32) -> &'static str {
    const PACKET: u32 = unsigned(libc::AF_PACKET);
    const VSOCK: u32 = unsigned(libc::AF_VSOCK);
    const ALGORITHM: u32 = unsigned(libc::AF_ALG);
    match domain {
        NETLINK => "socket:netlink",
        PACKET => "socket:packet",
        VSOCK => "socket:vsock",
        ALGORITHM => "socket:alg",
        _ => "socket:other",
    }
}
