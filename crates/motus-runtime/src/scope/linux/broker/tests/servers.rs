//! Who waits for connections, and where.

use super::*;

#[test]
fn who_may_listen_at_loopback_listens_nowhere_else() {
    let mut bench = Bench::network(Network { listening: true, ..Network::default() });
    let server = socket(AddressFamily::INET);
    assert_eq!(bench.bind(&server, &raw("127.0.0.1:0")), Answer::Return(0));
    assert_eq!(bench.listen(&server), Answer::Return(0));
    let everywhere = socket(AddressFamily::INET);
    assert_eq!(bench.bind(&everywhere, &raw("0.0.0.0:8080")), refused());
    assert_eq!(bench.listen(&everywhere), refused(), "it is bound to nothing");
    assert_eq!(bench.bind(&everywhere, &raw("0.0.0.0:0")), Answer::Return(0));
    assert_eq!(bench.listen(&everywhere), refused(), "it is bound to everything");
    let no_family = [&[0; 2][..], &8080_u16.to_be_bytes(), &[0; 12]].concat();
    assert_eq!(bench.bind(&socket(AddressFamily::INET), &no_family), refused());
    let unbound = socket(AddressFamily::INET6);
    assert_eq!(bench.listen(&unbound), refused());
    let listen = |address: &str| Action::Listen(internet(address));
    assert_eq!(
        bench.seen(),
        [
            (listen("127.0.0.1:0"), Decision::Declared, 1),
            (listen("0.0.0.0:8080"), Decision::Denied, 2),
            (listen("0.0.0.0:0"), Decision::Denied, 2),
            (listen("[::]:0"), Decision::Denied, 1),
        ]
        .sorted()
    );
}

#[test]
fn a_socket_in_the_file_system_is_made_by_who_asks_and_listened_at_by_us() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().canonicalize().unwrap().join("s");
    let rules =
        Rules(vec![Rule { access: Access::Write, path: path.parent().unwrap().to_owned() }]);
    let scope = Scope { rules, ..Scope::default() };
    let mut bench = Bench::new(scope, Level::EnforcedObserved);
    let server = socket(AddressFamily::UNIX);
    assert_eq!(bench.bind(&server, &raw_path(&path)), Answer::Continue);
    rustix::net::bind(&server, &rustix::net::SocketAddrUnix::new(&path).unwrap()).unwrap();
    assert_eq!(bench.listen(&server), Answer::Return(0));
    let unnamed = [&1_u16.to_ne_bytes()[..], b"\0name"].concat();
    let client = socket(AddressFamily::UNIX);
    assert_eq!(bench.bind(&client, &unnamed), refused());
    assert_eq!(bench.bind(&client, &1_u16.to_ne_bytes()), refused());
    // A path on a socket of another kind is for the kernel to refuse, and not to be let through.
    let internet = socket(AddressFamily::INET);
    assert_eq!(bench.bind(&internet, &raw_path(&path)), Answer::Fail(libc::EINVAL));
    assert_eq!(
        bench.seen(),
        [
            (Action::Entry(path), Decision::Declared, 1),
            (Action::Listen(Peer::Abstract), Decision::Denied, 2),
        ]
        .sorted()
    );
}

#[test]
fn a_socket_without_any_name_is_for_the_kernel_to_refuse() {
    let mut bench = Bench::network(Network::default());
    let nameless = socket(AddressFamily::UNIX);
    assert_eq!(bench.listen(&nameless), Answer::Fail(libc::EINVAL));
    assert_eq!(bench.seen(), [], "nobody tried a name without a file");
}

#[test]
fn a_socket_is_listened_at_whose_path_fills_its_address() {
    let root = tempfile::tempdir().unwrap();
    let inside = std::fs::File::open(root.path()).unwrap();
    let start = format!("/proc/self/fd/{}/", inside.as_raw_fd());
    // No room is left for the byte that ends it.
    let path = start.clone() + &"s".repeat(108 - start.len());
    let server = socket(AddressFamily::UNIX);
    rustix::net::bind(&server, &rustix::net::SocketAddrUnix::new(path.as_str()).unwrap()).unwrap();
    let mut bench = Bench::network(Network::default());
    assert_eq!(bench.listen(&server), Answer::Return(0));
}
