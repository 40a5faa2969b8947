//! What is told where nothing is stopped.

use super::*;

#[test]
fn where_nothing_is_stopped_all_goes_on_and_is_told_apart() {
    let mut bench = Bench::new(
        Scope { network: Network { loopback: true, ..Network::default() }, ..Scope::default() },
        Level::Observed,
    );
    let client = socket(AddressFamily::INET);
    for address in ["127.0.0.1:1", "0.0.0.0:1", "192.0.2.1:80", "127.0.0.1:9"] {
        assert_eq!(bench.connect(&client, &raw(address)), Answer::Continue, "{address}");
    }
    assert_eq!(bench.connect(&client, &[]), Answer::Continue);
    assert_eq!(bench.bind(&client, &raw("0.0.0.0:8080")), Answer::Continue);
    assert_eq!(bench.listen(&client), Answer::Continue);
    assert_eq!(
        bench.seen(),
        [
            (Action::Connect(internet("127.0.0.1:1")), Decision::Declared, 2),
            (Action::Connect(internet("192.0.2.1:80")), Decision::Undeclared, 1),
            (Action::Listen(internet("0.0.0.0:0")), Decision::Undeclared, 1),
            (Action::Listen(internet("0.0.0.0:8080")), Decision::Undeclared, 1),
        ]
        .sorted()
    );
}

fn unstopped(network: Network) -> Bench {
    Bench::new(Scope { network, ..Scope::default() }, Level::Observed)
}

fn port(socket: &OwnedFd) -> u16 {
    SocketAddr::try_from(rustix::net::getsockname(socket).unwrap()).unwrap().port()
}

#[test]
fn a_server_is_told_by_its_address_whatever_other_ports_were_told() {
    let mut bench = unstopped(Network { listening: true, ..Network::default() });
    let everywhere = bench.bound("0.0.0.0:0");
    let near = format!("127.0.0.1:{}", port(&everywhere));
    assert_eq!(bench.bind(&socket(AddressFamily::INET), &raw(&near)), Answer::Continue);
    assert_eq!(bench.listen(&everywhere), Answer::Continue);
    assert_eq!(
        bench.seen(),
        [
            (Action::Listen(internet(&near)), Decision::Declared, 1),
            (Action::Listen(internet("0.0.0.0:0")), Decision::Undeclared, 1),
        ]
        .sorted()
    );
}

#[test]
fn a_server_is_told_once_and_again_if_it_got_another_address_than_was_told() {
    let mut bench = unstopped(Network::default());
    let honest = bench.bound("127.0.0.1:0");
    assert_eq!(bench.listen(&honest), Answer::Continue);
    // Between our look at the address and the kernel's it became another.
    let swapped = socket(AddressFamily::INET);
    assert_eq!(bench.bind(&swapped, &raw("127.0.0.1:1")), Answer::Continue);
    rustix::net::bind(&swapped, &SocketAddr::from(([127, 0, 0, 2], 0))).unwrap();
    assert_eq!(bench.listen(&swapped), Answer::Continue);
    let listen = |address: &str| (Action::Listen(internet(address)), Decision::Undeclared, 1);
    let reached = format!("127.0.0.2:{}", port(&swapped));
    let expected = [listen("127.0.0.1:0"), listen("127.0.0.1:1"), listen(&reached)];
    assert_eq!(bench.seen(), expected.sorted());
}

#[test]
fn what_cannot_be_read_goes_on_and_is_counted_and_what_is_not_there_is_not() {
    let mut bench = unstopped(Network::default());
    let client = socket(AddressFamily::INET);
    let (number, address) = (client.as_raw_fd(), raw("192.0.2.1:80"));
    let connect = |address, length| Asked::Connect { socket: number, address, length };
    let no_family = [0; 16];
    for (asked, unreadable) in [
        (connect(8, 16), 1),
        (connect(at(&address), 2), 2),
        (connect(at(&address), u64::MAX), 3),
        (Asked::Bind { socket: number, address: 8, length: 16 }, 4),
        (Asked::Listen { socket: -1, backlog: 1 }, 5),
        // It may be a socket of version 4, which binds to every address by this.
        (Asked::Bind { socket: -1, address: at(&no_family), length: 16 }, 6),
        // The address says it all.
        (Asked::Connect { socket: -1, address: at(&address), length: 16 }, 6),
        (connect(at(&[16, 0]), 2), 6),
    ] {
        bench.ask(1, asked);
        assert_eq!(bench.answer(), Answer::Continue, "{asked:?}");
        assert_eq!(bench.clerk.unreadable, unreadable, "{asked:?}");
    }
    // Somebody may put it there until the kernel looks: what fails, fails by us.
    let missing = raw_path(Path::new("/nowhere/to/be/found"));
    let nearby = socket(AddressFamily::UNIX);
    assert_eq!(bench.connect(&nearby, &missing), Answer::Fail(libc::ENOENT));
    assert_eq!(bench.bind(&nearby, &missing), Answer::Fail(libc::ENOENT));
    bench.ask(GONE, connect(8, 16));
    assert_eq!(bench.clerk.unreadable, 6);
    let connect = |peer| (Action::Connect(peer), Decision::Undeclared, 1);
    let expected = [connect(internet("192.0.2.1:80")), connect(Peer::Family(16))];
    assert_eq!(bench.seen(), expected.sorted());
}

#[test]
fn a_socket_of_datagrams_connects_to_nobody_and_is_no_server() {
    if is_held("a_socket_of_datagrams_connects_to_nobody_and_is_no_server") {
        return;
    }
    let mut bench = unstopped(Network::default());
    let datagrams =
        |family| socket_with(family, SocketType::DGRAM, SocketFlags::CLOEXEC, None).unwrap();
    let internet = datagrams(AddressFamily::INET);
    assert_eq!(bench.connect(&internet, &raw("192.0.2.1:53")), Answer::Continue);
    assert_eq!(bench.bind(&internet, &raw("0.0.0.0:5353")), Answer::Continue);
    let root = tempfile::tempdir().unwrap();
    let path = root.path().canonicalize().unwrap().join("log");
    let _daemon = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    let client = datagrams(AddressFamily::UNIX);
    assert_eq!(bench.connect(&client, &raw_path(&path)), Answer::Continue);
    assert_eq!(bench.clerk.unreadable, 0);
    assert_eq!(bench.seen(), [], "that there is such a socket is told where it is made");
}
