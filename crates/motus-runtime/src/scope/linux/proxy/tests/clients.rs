//! Who is served, for how long, and how many.

use super::*;

#[test]
fn who_has_no_secret_is_served_nothing_and_not_recorded() {
    let (address, told) = server("never");
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let right = authorization(&proxy);
    for field in ["", "Proxy-Authorization: Basic bW90dXM6\r\n", "Authorization: Basic x\r\n"] {
        let answer = ask(&proxy, &format!("CONNECT {address} HTTP/1.1\r\n{field}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 407 "), "{field}: {answer}");
    }
    let twice = format!("CONNECT {address} HTTP/1.1\r\n{right}{right}\r\n");
    assert!(ask(&proxy, &twice).starts_with("HTTP/1.1 400 "));
    assert!(told.try_recv().is_err());
    assert_eq!(seen(proxy), []);
}

#[test]
fn the_end_ends_everything_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let proxy = start(&network(&[("127.0.0.1", port)]));
    let slow = connect(&proxy);
    let (open, said) = tunnel(&proxy, &format!("127.0.0.1:{port}"));
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    let (held, _) = listener.accept().unwrap();
    let started = Instant::now();
    let address = ("127.0.0.1", proxy.port());
    assert_eq!(Tally::sum([proxy.finish()]).attempts, 1);
    for mut stream in [slow, open, held] {
        assert!(matches!(stream.read(&mut [0; 1]), Ok(0) | Err(_)));
    }
    assert!(TcpStream::connect(address).is_err());
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn too_many_connections_are_told_so_and_the_rest_goes_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let proxy = start(&network(&[("127.0.0.1", port)]));
    let target = format!("127.0.0.1:{port}");
    let mut open = Vec::new();
    for _ in 0..register::MOST {
        let (stream, said) = tunnel(&proxy, &target);
        assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
        open.push((stream, listener.accept().unwrap()));
    }
    assert_eq!(proxy.trouble(), None);
    let answer = ask(&proxy, "");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    let trouble = "connections to the proxy that were ended unheard, since 128 were open: 1";
    assert_eq!(proxy.trouble().as_deref(), Some(trouble));
    drop(open);
    let until = Instant::now() + Duration::from_secs(10);
    while ask(&proxy, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 503 ") {
        assert!(Instant::now() < until, "no place came free");
    }
}

#[test]
fn who_shows_no_secret_keeps_nobody_out() {
    let (address, _told) = server("HTTP/1.1 200 OK\r\n\r\nhi");
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let mut strangers: Vec<_> = (0..register::MOST + 12).map(|_| connect(&proxy)).collect();
    let request = format!("GET http://{address}/ HTTP/1.1\r\n{}\r\n", authorization(&proxy));
    assert!(ask(&proxy, &request).ends_with("hi"));
    assert_eq!(strangers[0].read(&mut [0]).unwrap(), 0, "the first made room");
}

#[test]
fn the_environment_names_the_proxy_with_its_secret_and_what_needs_none() {
    let proxy = start(&Network::default());
    let environment = proxy.environment();
    let value = |name: &str| {
        let found = environment.iter().find(|(key, _)| key == name);
        found.and_then(|(_, value)| value.to_str()).unwrap_or_default().to_owned()
    };
    let address = value("HTTPS_PROXY");
    assert!(address.starts_with("http://motus:"), "{address}");
    assert!(address.ends_with(&format!("@127.0.0.1:{}", proxy.port())), "{address}");
    for name in VARIABLES {
        assert_eq!(value(name), address, "{name}");
    }
    for name in EXCEPTIONS {
        assert_eq!(value(name), "localhost,127.0.0.1,::1", "{name}");
    }
}
