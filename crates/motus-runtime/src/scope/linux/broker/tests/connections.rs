//! Who connects, and whereto.

use super::*;

#[test]
fn a_declared_address_is_connected_to_and_another_is_not() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut bench = Bench::network(Network { addresses: vec![address], ..Network::default() });
    let client = socket(AddressFamily::INET);
    assert_eq!(bench.connect(&client, &raw("127.0.0.1:1")), refused());
    assert_eq!(bench.connect(&client, &raw("192.0.2.1:80")), refused());
    assert_eq!(bench.connect(&client, &raw(&address.to_string())), Answer::Return(0));
    assert!(listener.accept().is_ok());
    let mapped = socket(AddressFamily::INET6);
    let wrapped = format!("[::ffff:127.0.0.1]:{}", address.port());
    assert_eq!(bench.connect(&mapped, &raw(&wrapped)), Answer::Return(0));
    assert!(listener.accept().is_ok());
    let connect = |address: &str| Action::Connect(internet(address));
    assert_eq!(
        bench.seen(),
        [
            (connect("127.0.0.1:1"), Decision::Denied, 1),
            (connect(&address.to_string()), Decision::Declared, 2),
            (connect("192.0.2.1:80"), Decision::Denied, 1),
        ]
        .sorted()
    );
}

#[test]
fn our_proxy_is_reached_and_not_told_of_and_its_port_elsewhere_is_another() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut bench = Bench::network(Network::default());
    bench.clerk.proxy = Some(port);
    let client = socket(AddressFamily::INET);
    assert_eq!(bench.connect(&client, &raw(&format!("127.0.0.2:{port}"))), refused());
    assert_eq!(bench.connect(&client, &raw(&format!("127.0.0.1:{port}"))), Answer::Return(0));
    assert!(listener.accept().is_ok());
    let denied = Action::Connect(internet(&format!("127.0.0.2:{port}")));
    assert_eq!(bench.seen(), [(denied, Decision::Denied, 1)]);
}

#[test]
fn errors_are_those_of_the_kernel() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut bench = Bench::network(Network { loopback: true, ..Network::default() });
    let client = socket(AddressFamily::INET);
    let nobody = raw(&format!("127.0.0.1:{port}"));
    assert_eq!(bench.connect(&client, &nobody), Answer::Fail(libc::ECONNREFUSED));
    assert_eq!(bench.connect(&client, &nobody[..15]), Answer::Fail(libc::EINVAL));
    assert_eq!(bench.connect(&client, &[]), Answer::Fail(libc::EINVAL));
    assert_eq!(bench.connect(&client, &raw("[::1]:1")), Answer::Fail(libc::EAFNOSUPPORT));
    let file: OwnedFd = std::fs::File::open("/dev/null").unwrap().into();
    assert_eq!(bench.connect(&file, &nobody), Answer::Fail(libc::ENOTSOCK));
    let connect = |address, length| Asked::Connect { socket: client.as_raw_fd(), address, length };
    bench.ask(1, connect(8, 16));
    assert_eq!(bench.answer(), Answer::Fail(libc::EFAULT));
    bench.ask(1, connect(at(&nobody), u64::MAX));
    assert_eq!(bench.answer(), Answer::Fail(libc::EINVAL));
    bench.ask(1, Asked::Connect { socket: -1, address: at(&nobody), length: 16 });
    assert_eq!(bench.answer(), Answer::Fail(libc::EBADF));
}

#[test]
fn who_does_not_wait_is_told_that_it_goes_on_and_who_has_gone_is_told_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = raw(&listener.local_addr().unwrap().to_string());
    let mut bench = Bench::network(Network { loopback: true, ..Network::default() });
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let client = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None).unwrap();
    assert_eq!(bench.connect(&client, &address), Answer::Fail(libc::EINPROGRESS));
    assert!(listener.accept().is_ok());
    let gone = socket(AddressFamily::INET);
    let asked = Asked::Connect { socket: gone.as_raw_fd(), address: at(&address), length: 16 };
    bench.ask(GONE, asked);
    assert!(bench.answers.recv_timeout(Duration::from_millis(100)).is_err());
    assert_eq!(bench.seen().len(), 1, "what nobody waits for is no attempt");
}

#[test]
fn a_slow_connection_holds_up_nobody() {
    // Nobody accepts, and there is room for one: who comes later waits.
    let slow = UnixOneSeat::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut bench = Bench::new(
        Scope {
            network: Network {
                loopback: true,
                sockets: vec![slow.path.clone()],
                ..Network::default()
            },
            ..Scope::default()
        },
        Level::EnforcedObserved,
    );
    let path = raw_path(&slow.path);
    let length = path.len() as u64;
    let waiting: Vec<_> = (0..3).map(|_| socket(AddressFamily::UNIX)).collect();
    for (id, socket) in waiting.iter().enumerate() {
        let socket = socket.as_raw_fd();
        bench.ask(id as u64, Asked::Connect { socket, address: at(&path), length });
    }
    let client = socket(AddressFamily::INET);
    let address = raw(&listener.local_addr().unwrap().to_string());
    bench.ask(77, Asked::Connect { socket: client.as_raw_fd(), address: at(&address), length: 16 });
    let mut answered = Vec::new();
    while !answered.contains(&77) {
        let (id, answer) = bench.answers.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(answer, Answer::Return(0), "{id}");
        answered.push(id);
    }
    assert!(answered.len() < 4, "somebody waits");
    drop(slow);
    let late = bench.answers.recv_timeout(Duration::from_secs(20)).unwrap().1;
    assert!(matches!(late, Answer::Fail(_)), "{late:?}");
}

#[test]
fn who_keeps_many_waiting_leaves_the_way_to_others_open() {
    let slow = UnixOneSeat::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sockets = vec![slow.path.clone()];
    let mut bench = Bench::network(Network { loopback: true, sockets, ..Network::default() });
    let path = raw_path(&slow.path);
    let length = path.len() as u64;
    // One is let in, so many may wait, and there is one too many.
    let clients: Vec<_> = (0..258).map(|_| socket(AddressFamily::UNIX)).collect();
    for (id, socket) in (1..).zip(&clients) {
        let socket = socket.as_raw_fd();
        bench.ask(id, Asked::Connect { socket, address: at(&path), length });
        if id == 1 {
            assert_eq!(bench.answer(), Answer::Return(0));
        }
    }
    let last = bench.answers.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(last, (258, Answer::Fail(libc::EAGAIN)));
    let address = raw(&listener.local_addr().unwrap().to_string());
    assert_eq!(bench.connect(&socket(AddressFamily::INET), &address), Answer::Return(0));
    drop(slow);
    for _ in 0..256 {
        assert_eq!(bench.answer(), Answer::Fail(libc::ECONNREFUSED));
    }
}

#[test]
fn a_socket_that_is_being_connected_cannot_be_listened_at_and_the_end_ends_it() {
    let server = socket(AddressFamily::INET);
    rustix::net::bind(&server, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    rustix::net::listen(&server, 0).unwrap();
    let address = SocketAddr::try_from(rustix::net::getsockname(&server).unwrap()).unwrap();
    let network = Network { loopback: true, listening: true, ..Network::default() };
    let mut bench = Bench::network(network);
    let address = raw(&address.to_string());
    // The queue has room for one; who comes later is not answered.
    assert_eq!(bench.connect(&socket(AddressFamily::INET), &address), Answer::Return(0));
    let client = socket(AddressFamily::INET);
    bench.ask(7, Asked::Connect { socket: client.as_raw_fd(), address: at(&address), length: 16 });
    assert_eq!(bench.listen(&client), Answer::Fail(libc::EINVAL));
    // It is under way once it has an address of its own.
    let has_begun =
        || SocketAddr::try_from(rustix::net::getsockname(&client).unwrap()).unwrap().port() != 0;
    while !has_begun() {
        thread::yield_now();
    }
    bench.clerk.underway.end();
    assert!(matches!(bench.answer(), Answer::Fail(_)));
}

#[test]
fn sockets_in_the_file_system_are_judged_by_where_they_are() {
    let root = tempfile::tempdir().unwrap();
    let root_path = root.path().canonicalize().unwrap();
    let [declared, written, other] = ["declared", "written", "other"].map(|name| {
        let directory = root_path.join(name);
        std::fs::create_dir(&directory).unwrap();
        directory.join("s")
    });
    let _listeners = [&declared, &written, &other].map(|path| UnixListener::bind(path).unwrap());
    let link = root_path.join("declared/link");
    std::os::unix::fs::symlink(&other, &link).unwrap();
    let scope = Scope {
        network: Network { sockets: vec![root_path.join("declared")], ..Network::default() },
        rules: Rules(vec![Rule { access: Access::Write, path: root_path.join("written") }]),
        ..Scope::default()
    };
    let mut bench = Bench::new(scope, Level::EnforcedObserved);
    let missing = root_path.join("other/missing");
    for (path, expected) in [
        (&declared, Answer::Return(0)),
        (&written, refused()),
        (&other, refused()),
        (&link, refused()),
        (&missing, Answer::Fail(libc::ENOENT)),
        (&root_path.join("declared/../other/s"), refused()),
    ] {
        let client = socket(AddressFamily::UNIX);
        assert_eq!(bench.connect(&client, &raw_path(path)), expected, "{}", path.display());
    }
    let unnamed = [&1_u16.to_ne_bytes()[..], b"\0name"].concat();
    assert_eq!(bench.connect(&socket(AddressFamily::UNIX), &unnamed), refused());
    let connect = |path: &Path| Action::Connect(Peer::File(path.to_owned()));
    assert_eq!(
        bench.seen(),
        [
            (connect(&declared), Decision::Declared, 1),
            (connect(&written), Decision::Denied, 1),
            (connect(&other), Decision::Denied, 3),
            (Action::Connect(Peer::Abstract), Decision::Denied, 1),
        ]
        .sorted()
    );
}

/// A bench whose command may write one directory.
fn writing(directory: &Path, level: Level) -> Bench {
    let rules = Rules(vec![Rule { access: Access::Write, path: directory.to_owned() }]);
    Bench::new(Scope { rules, ..Scope::default() }, level)
}

/// Gives a socket a name, as the broker is asked about it.
fn bind(bench: &mut Bench, server: &OwnedFd, path: &Path) {
    assert_eq!(bench.bind(server, &raw_path(path)), Answer::Continue);
    rustix::net::bind(server, &rustix::net::SocketAddrUnix::new(path).unwrap()).unwrap();
}

#[test]
fn a_server_of_the_command_s_own_is_reached_from_when_it_listens_whatever_its_name() {
    if is_held("a_server_of_the_command_s_own_is_reached_from_when_it_listens_whatever_its_name") {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().canonicalize().unwrap();
    let [path, moved] = ["s", "moved"].map(|name| directory.join(name));
    for kind in [SocketType::STREAM, SocketType::SEQPACKET] {
        let open = || socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None).unwrap();
        let mut bench = writing(&directory, Level::EnforcedObserved);
        let server = open();
        bind(&mut bench, &server, &path);
        assert_eq!(
            bench.connect(&open(), &raw_path(&path)),
            Answer::Fail(libc::ECONNREFUSED),
            "too early"
        );
        assert_eq!(bench.listen(&server), Answer::Return(0));
        // Nobody is in the queue, though somebody looked, and a server that waits goes on waiting.
        rustix::io::ioctl_fionbio(&server, true).unwrap();
        let nobody = rustix::net::accept(&server).unwrap_err();
        assert_eq!(nobody, Errno::AGAIN);
        let wait = rustix::net::sockopt::Timeout::Recv;
        assert_eq!(rustix::net::sockopt::socket_timeout(&server, wait).unwrap(), None);
        assert_eq!(bench.connect(&open(), &raw_path(&path)), Answer::Return(0));
        std::fs::rename(&path, &moved).unwrap();
        assert_eq!(bench.connect(&open(), &raw_path(&moved)), Answer::Return(0));
        // To listen with another queue is no news.
        assert_eq!(bench.listen(&server), Answer::Return(0));
        for _ in 0..2 {
            rustix::net::accept(&server).unwrap();
        }
        assert_eq!(rustix::net::accept(&server).unwrap_err(), Errno::AGAIN);
        drop(server);
        std::fs::remove_file(&moved).unwrap();
        let write =
            |path: &Path, count| (Action::Write(path.to_owned()), Decision::Declared, count);
        let entry = (Action::Entry(path.clone()), Decision::Declared, 1);
        assert_eq!(bench.seen(), [entry, write(&moved, 1), write(&path, 2)].sorted());
    }
}

#[test]
fn a_socket_that_nobody_has_any_more_refuses_as_it_does_elsewhere_and_is_no_attempt() {
    if is_held("a_socket_that_nobody_has_any_more_refuses_as_it_does_elsewhere_and_is_no_attempt") {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().canonicalize().unwrap();
    let [stale, file] = ["stale", "file"].map(|name| directory.join(name));
    drop(UnixListener::bind(&stale).unwrap());
    std::fs::write(&file, "").unwrap();
    for (level, expected) in [
        (Level::EnforcedObserved, Answer::Fail(libc::ECONNREFUSED)),
        (Level::Observed, Answer::Continue),
    ] {
        let mut bench = writing(&directory, level);
        for path in [&stale, &file] {
            assert_eq!(bench.connect(&socket(AddressFamily::UNIX), &raw_path(path)), expected);
        }
        assert_eq!(bench.clerk.unreadable, 0);
        assert_eq!(bench.seen(), []);
    }
}

#[test]
fn a_socket_of_somebody_else_is_not_the_command_s_own_by_the_name_of_one() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().canonicalize().unwrap();
    let [path, theirs] = ["s", "theirs"].map(|name| directory.join(name));
    let mut bench = writing(&directory, Level::EnforcedObserved);
    let server = socket(AddressFamily::UNIX);
    bind(&mut bench, &server, &path);
    assert_eq!(bench.listen(&server), Answer::Return(0));
    let daemon = UnixListener::bind(&theirs).unwrap();
    daemon.set_nonblocking(true).unwrap();
    std::fs::rename(&theirs, &path).unwrap();
    assert_eq!(bench.connect(&socket(AddressFamily::UNIX), &raw_path(&path)), refused());
    assert!(daemon.accept().is_err(), "somebody came");
}

#[test]
fn who_asks_for_a_name_that_is_taken_does_not_make_the_daemon_there_seem_gone() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().canonicalize().unwrap();
    let path = directory.join("s");
    let _daemon = UnixListener::bind(&path).unwrap();
    let mut bench = writing(&directory, Level::EnforcedObserved);
    let server = socket(AddressFamily::UNIX);
    assert_eq!(bench.bind(&server, &raw_path(&path)), Answer::Continue, "it fails by itself");
    assert_eq!(bench.connect(&socket(AddressFamily::UNIX), &raw_path(&path)), refused());
}

#[test]
fn where_nothing_is_stopped_the_command_s_own_server_is_told_apart_as_well() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().canonicalize().unwrap();
    let [path, theirs] = ["s", "theirs"].map(|name| directory.join(name));
    let _daemon = UnixListener::bind(&theirs).unwrap();
    let mut bench = writing(&directory, Level::Observed);
    let server = socket(AddressFamily::UNIX);
    bind(&mut bench, &server, &path);
    assert_eq!(bench.listen(&server), Answer::Continue);
    rustix::net::listen(&server, 1).unwrap();
    for path in [&path, &theirs] {
        let connected = bench.connect(&socket(AddressFamily::UNIX), &raw_path(path));
        assert_eq!(connected, Answer::Continue);
    }
    assert_eq!(
        bench.seen(),
        [
            (Action::Entry(path.clone()), Decision::Declared, 1),
            (Action::Write(path), Decision::Declared, 1),
            (Action::Connect(Peer::File(theirs)), Decision::Undeclared, 1),
        ]
        .sorted()
    );
}

#[test]
fn servers_that_are_gone_make_room_for_others() {
    if is_held("servers_that_are_gone_make_room_for_others") {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().canonicalize().unwrap();
    let mut bench = writing(&directory, Level::EnforcedObserved);
    let first = socket(AddressFamily::UNIX);
    bind(&mut bench, &first, &directory.join("first"));
    assert_eq!(bench.listen(&first), Answer::Return(0));
    for number in 0..300 {
        let path = directory.join(number.to_string());
        let server = socket(AddressFamily::UNIX);
        bind(&mut bench, &server, &path);
        assert_eq!(bench.listen(&server), Answer::Return(0));
        let connected = bench.connect(&socket(AddressFamily::UNIX), &raw_path(&path));
        assert_eq!(connected, Answer::Return(0), "{number}");
    }
    let lasting = raw_path(&directory.join("first"));
    assert_eq!(bench.connect(&socket(AddressFamily::UNIX), &lasting), Answer::Return(0));
}

#[test]
fn other_families_are_refused_by_their_number() {
    let mut bench = Bench::network(Network { loopback: true, ..Network::default() });
    let client = socket(AddressFamily::INET);
    let vsock = 40_u16.to_ne_bytes();
    assert_eq!(bench.connect(&client, &vsock), refused());
    assert_eq!(bench.bind(&client, &vsock), refused());
    assert_eq!(
        bench.seen(),
        [
            (Action::Connect(Peer::Family(40)), Decision::Denied, 1),
            (Action::Listen(Peer::Family(40)), Decision::Denied, 1),
        ]
    );
}

#[test]
fn a_socket_can_be_disconnected() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut bench = Bench::network(Network { loopback: true, ..Network::default() });
    let client = socket(AddressFamily::INET);
    let address = raw(&listener.local_addr().unwrap().to_string());
    assert_eq!(bench.connect(&client, &address), Answer::Return(0));
    assert_eq!(bench.connect(&client, &[0; 16]), Answer::Return(0));
    assert_eq!(bench.connect(&client, &address), Answer::Return(0));
}

/// A socket in the file system with a queue of one.
struct UnixOneSeat {
    path: std::path::PathBuf,
    _listener: OwnedFd,
    _root: tempfile::TempDir,
}

impl UnixOneSeat {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().canonicalize().unwrap().join("s");
        let listener = socket(AddressFamily::UNIX);
        rustix::net::bind(&listener, &rustix::net::SocketAddrUnix::new(&path).unwrap()).unwrap();
        rustix::net::listen(&listener, 0).unwrap();
        Self { path, _listener: listener, _root: root }
    }
}
