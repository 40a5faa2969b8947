//! The proxy by itself: clients by hand, servers on 127.0.0.1, and no outside network.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use super::super::super::tally::Sum;
use super::super::super::{Action, Decision, Host, Peer};
use super::*;

/// A server that answers every connection with what `answer` makes of its first bytes, and tells what those were.
fn server(answer: &'static str) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).unwrap_or(0);
            if tell.send(String::from_utf8_lossy(&buffer[..length]).into_owned()).is_err() {
                return;
            }
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, told)
}

fn network(hosts: &[(&str, u16)]) -> Network {
    let hosts = hosts.iter().map(|(name, port)| Host::new(name, *port)).collect();
    Network { hosts, ..Network::default() }
}

fn start(network: &Network) -> Proxy {
    Proxy::start(network, Mode::Enforce).unwrap()
}

/// The header field of who has the secret.
fn authorization(proxy: &Proxy) -> String {
    let field = |text: &str| proxy.rules.secret.is_in(text.as_bytes());
    let text = format!("Basic {}", secret::base64(proxy.rules.secret.credentials().as_bytes()));
    assert!(field(&text));
    format!("Proxy-Authorization: {text}\r\n")
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Sends bytes and returns all that comes back.
fn ask(proxy: &Proxy, request: &str) -> String {
    let mut stream = connect(proxy);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Opens a tunnel and returns it, with what the proxy said.
fn tunnel(proxy: &Proxy, target: &str) -> (TcpStream, String) {
    let mut stream = connect(proxy);
    let request = format!("CONNECT {target} HTTP/1.1\r\n{}\r\n", authorization(proxy));
    stream.write_all(request.as_bytes()).unwrap();
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        said.push(byte[0]);
    }
    (stream, String::from_utf8(said).unwrap())
}

fn seen(proxy: Proxy) -> Vec<(Action, Decision, u64)> {
    let Sum { seen, .. } = Tally::sum([proxy.finish()]);
    seen.into_iter().map(|seen| (seen.action, seen.decision, seen.count)).collect()
}

fn host(name: &str, port: u16) -> Action {
    Action::Connect(Peer::Host(Host::new(name, port)))
}

#[test]
fn a_plain_request_reaches_a_declared_host_as_a_request_of_its_own() {
    let (address, told) = server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    let proxy = start(&network(&[("localhost", address.port())]));
    let request = format!(
        "GET http://localhost:{}/a?b HTTP/1.1\r\nHost: evil.example\r\n{}\
         Proxy-Connection: keep-alive\r\nAccept: x\r\n\r\n",
        address.port(),
        authorization(&proxy)
    );
    assert!(ask(&proxy, &request).ends_with("\r\n\r\nhi"));
    let expected = format!(
        "GET /a?b HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nAccept: x\r\n\r\n",
        address.port()
    );
    assert_eq!(told.recv().unwrap(), expected);
    assert_eq!(seen(proxy), [(host("localhost", address.port()), Decision::Declared, 1)]);
}

#[test]
fn a_tunnel_passes_bytes_and_ends_both_ways() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let proxy = start(&network(&[("127.0.0.1", port)]));
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = Vec::new();
        // The client has said all, and is still listening.
        stream.read_to_end(&mut all).unwrap();
        stream.write_all(&all).unwrap();
        all.len()
    });
    let (mut stream, said) = tunnel(&proxy, &format!("127.0.0.1:{port}"));
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    let sent: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    stream.write_all(&sent).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut back = Vec::new();
    stream.read_to_end(&mut back).unwrap();
    assert_eq!(serving.join().unwrap(), sent.len());
    assert!(back == sent, "{} bytes came back", back.len());
    assert_eq!(seen(proxy), [(host("127.0.0.1", port), Decision::Declared, 1)]);
}

#[test]
fn what_is_sent_with_the_request_for_a_tunnel_is_not_lost() {
    let (address, told) = server("pong");
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let request = format!("CONNECT {address} HTTP/1.1\r\n{}\r\nping", authorization(&proxy));
    assert!(ask(&proxy, &request).ends_with("\r\n\r\npong"));
    assert_eq!(told.recv().unwrap(), "ping");
}

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
fn what_is_not_understood_is_refused_and_recorded_as_that() {
    let proxy = start(&network(&[("localhost", 80)]));
    let authorization = authorization(&proxy);
    for target in [
        "CONNECT localhost",
        "CONNECT user@localhost:80",
        "CONNECT 2130706433:80",
        "GET /",
        "GET https://localhost/",
        "GET http://user:word@localhost/",
    ] {
        let answer = ask(&proxy, &format!("{target} HTTP/1.1\r\n{authorization}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 400 "), "{target}: {answer}");
    }
    let smuggled = format!(
        "POST http://localhost/ HTTP/1.1\r\n{authorization}\
         Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    );
    assert!(ask(&proxy, &smuggled).starts_with("HTTP/1.1 400 "));
    assert_eq!(seen(proxy), [(Action::Call("proxy:malformed"), Decision::Denied, 7)]);
}

#[test]
fn line_ends_in_a_target_start_no_second_request() {
    let (address, told) = server("never");
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let request =
        format!("GET http://{address}/\nHost: a HTTP/1.1\r\n{}\r\n", authorization(&proxy));
    assert!(ask(&proxy, &request).starts_with("HTTP/1.1 400 "));
    assert!(told.try_recv().is_err());
}

#[test]
fn a_head_is_bounded() {
    let proxy = start(&Network::default());
    let long = "a".repeat(1 << 20);
    for request in
        [format!("GET http://a.example/{long}"), format!("GET / HTTP/1.1\r\nX: {long}\r\n\r\n")]
    {
        let mut stream = connect(&proxy);
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

#[test]
fn a_head_that_dribbles_in_is_not_waited_for() {
    let patience = Duration::from_millis(300);
    let proxy = Proxy::with(&Network::default(), Mode::Enforce, patience).unwrap();
    let started = Instant::now();
    let mut stream = connect(&proxy);
    let mut writer = stream.try_clone().unwrap();
    thread::spawn(move || {
        while writer.write_all(b"G").is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_second_request_on_a_connection_goes_nowhere() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = String::new();
        let _ = stream.read_to_string(&mut all);
        all
    });
    let head = format!("POST http://{address}/ HTTP/1.1\r\n{}", authorization(&proxy));
    let mut stream = connect(&proxy);
    let both = format!("{head}Content-Length: 4\r\n\r\nbody{head}\r\n");
    stream.write_all(both.as_bytes()).unwrap();
    let mut back = Vec::new();
    let _ = stream.read_to_end(&mut back);
    let reached = serving.join().unwrap();
    assert!(reached.ends_with("\r\n\r\nbody"), "{reached}");
}

#[test]
fn a_body_of_its_own_framing_is_passed_on_as_it_is() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        while !all.ends_with(b"0\r\n\r\n") {
            let length = stream.read(&mut buffer).unwrap();
            all.extend_from_slice(&buffer[..length]);
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        String::from_utf8(all).unwrap()
    });
    let request = format!(
        "POST http://{address}/ HTTP/1.1\r\n{}Transfer-Encoding: chunked\r\n\r\n\
         4\r\nbody\r\n0\r\n\r\n",
        authorization(&proxy)
    );
    assert!(ask(&proxy, &request).starts_with("HTTP/1.1 204 "));
    let reached = serving.join().unwrap();
    assert!(reached.contains("Transfer-Encoding: chunked\r\n"), "{reached}");
    assert!(reached.ends_with("\r\n\r\n4\r\nbody\r\n0\r\n\r\n"), "{reached}");
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
    let (address, _told) = server("HTTP/1.1 200 OK\r\n\r\nhi");
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let idle: Vec<_> = (0..register::MOST).map(|_| connect(&proxy)).collect();
    let answer = ask(&proxy, "");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    drop(idle);
    let request = format!("GET http://{address}/ HTTP/1.1\r\n{}\r\n", authorization(&proxy));
    let until = Instant::now() + Duration::from_secs(10);
    while !ask(&proxy, &request).ends_with("hi") {
        assert!(Instant::now() < until, "no place came free");
    }
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

#[test]
fn curl_finds_its_way() {
    let (address, told) = server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let url = format!("http://{address}/x");
    for options in
        [&["--proxytunnel"][..], &["--proxy-anyauth"], &["--proxytunnel", "--proxy-anyauth"], &[]]
    {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--max-time", "20", "--noproxy", ""]).args(options).arg(&url);
        curl.envs(proxy.environment());
        let Ok(output) = curl.output() else {
            eprintln!("SKIPPED curl_finds_its_way: no curl");
            return;
        };
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.stdout, b"hi", "{options:?}: {error}");
        assert!(told.recv().unwrap().starts_with("GET /x HTTP/1.1\r\n"));
    }
    let refused = Command::new("curl")
        .args(["-sS", "--max-time", "20", "http://example.org/"])
        .envs(proxy.environment())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert_eq!(text, "motus: not declared; to allow it: --allow net:http://example.org/\n");
}
