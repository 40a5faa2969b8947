//! Who is reached, and who is not.

use super::*;

#[test]
fn an_undeclared_host_is_refused_in_words_that_help_and_recorded() {
    let (address, told) = server("never");
    let proxy = start(&network(&[("localhost", 1)]));
    let authorization = authorization(&proxy);
    for (request, declaration) in [
        ("CONNECT example.org:443".to_owned(), "net:https://example.org/".to_owned()),
        ("GET http://example.org/x".to_owned(), "net:http://example.org/".to_owned()),
        (format!("CONNECT {address}"), format!("net:https://{address}/")),
        (
            format!("CONNECT localhost:{}", address.port()),
            format!("net:https://localhost:{}/", address.port()),
        ),
    ] {
        let answer = ask(&proxy, &format!("{request} HTTP/1.1\r\n{authorization}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 403 "), "{request}: {answer}");
        assert!(answer.ends_with(&format!("--allow {declaration}\n")), "{request}: {answer}");
    }
    let denied = seen(proxy);
    assert_eq!(denied.len(), 4, "{denied:?}");
    assert!(denied.iter().all(|(_, decision, count)| (*decision, *count) == (Decision::Denied, 1)));
    assert!(denied.contains(&(host("example.org", 443), Decision::Denied, 1)));
    assert!(told.try_recv().is_err());
}

#[test]
fn a_name_that_leads_to_this_machine_is_refused_unless_that_is_declared() {
    // What every machine calls itself; it leads to an address of its own.
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim().to_owned();
    let addresses = std::net::ToSocketAddrs::to_socket_addrs(&(name.as_str(), 9));
    let is_near = |address: SocketAddr| match address.ip().to_canonical() {
        std::net::IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        std::net::IpAddr::V6(ip) => ip.is_loopback(),
    };
    let told = addresses.ok().filter(|_| name != "localhost").and_then(|mut found| found.next());
    if !told.is_some_and(is_near) {
        eprintln!("SKIPPED a_name_that_leads_to_this_machine: this machine has no such name");
        return;
    }
    let proxy = start(&network(&[(&name, 9)]));
    let request = format!("CONNECT {name}:9 HTTP/1.1\r\n{}\r\n", authorization(&proxy));
    let answer = ask(&proxy, &request);
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.contains("--allow net:tcp://"), "{answer}");
    let seen = seen(proxy);
    // What would have to be declared is told: the name is.
    let [(Action::Connect(Peer::Internet(near)), Decision::Denied, 1)] = &seen[..] else {
        panic!("{seen:?}");
    };
    let both = Network { addresses: vec![*near], ..network(&[(&name, 9)]) };
    let answer = ask(&start(&both), &request);
    assert!(answer.starts_with("HTTP/1.1 407 "), "the secret is another: {answer}");
    let observing = Proxy::with(&Network::default(), Mode::Observe, PATIENCE).unwrap();
    let request = format!("CONNECT {name}:9 HTTP/1.1\r\n{}\r\n", authorization(&observing));
    ask(&observing, &request);
    let (observed, undeclared) = (self::seen(observing), Decision::Undeclared);
    let reached = Action::Connect(Peer::Internet(*near));
    assert_eq!(observed, [(reached, undeclared, 1), (host(&name, 9), undeclared, 1)]);
    let proxy = start(&both);
    let request = format!("CONNECT {name}:9 HTTP/1.1\r\n{}\r\n", authorization(&proxy));
    let answer = ask(&proxy, &request);
    assert!(answer.starts_with("HTTP/1.1 502 "), "nobody is there: {answer}");
}

#[test]
fn a_host_that_is_not_there_is_an_answer() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let proxy = start(&network(&[("localhost", port), ("nothing.invalid", 443)]));
    let authorization = authorization(&proxy);
    for target in [format!("localhost:{port}"), "nothing.invalid:443".to_owned()] {
        let answer = ask(&proxy, &format!("CONNECT {target} HTTP/1.1\r\n{authorization}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    }
}

#[test]
fn where_nothing_is_stopped_all_hosts_are_reached_and_told_apart() {
    let (address, _told) = server("HTTP/1.1 200 OK\r\n\r\nhi");
    let proxy = Proxy::start(&network(&[("localhost", 1)]), Mode::Observe).unwrap();
    let request = format!("GET http://{address}/ HTTP/1.1\r\n{}\r\n", authorization(&proxy));
    assert!(ask(&proxy, &request).ends_with("hi"));
    assert_eq!(seen(proxy), [(host("127.0.0.1", address.port()), Decision::Undeclared, 1)]);
}

#[test]
fn who_leaves_it_open_is_led_to_this_machine_and_told_so() {
    let (address, told) = server("HTTP/1.1 200 OK\r\n\r\nhi");
    let near = SocketAddr::from(([127, 0, 0, 1], address.port()));
    let proxy = start(&Network { addresses: vec![near], ..network(&[("localhost", 1)]) });
    let authorization = authorization(&proxy);
    for name in ["0.0.0.0", "[::ffff:0.0.0.0]", "127.0.0.1"] {
        let request = format!("GET http://{name}:{}/ HTTP/1.1\r\n{authorization}\r\n", near.port());
        assert!(ask(&proxy, &request).ends_with("hi"), "{name}");
        assert!(told.recv().unwrap().contains(&format!("Host: {near}\r\n")), "{name}");
    }
    assert_eq!(seen(proxy), [(host("127.0.0.1", near.port()), Decision::Declared, 3)]);
}
