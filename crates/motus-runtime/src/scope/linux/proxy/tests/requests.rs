//! What is passed on of a request, and what is no request.

use super::*;

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

/// Passes on a request with a body and something behind it, to a server that answers when it has the body; returns
/// what came back, and what else the server got.
fn with_something_behind(fields: &str, body: &'static str, behind: &str) -> (String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        while !all.ends_with(body.as_bytes()) {
            let length = stream.read(&mut buffer).unwrap();
            assert_ne!(length, 0, "{all:?}");
            all.extend_from_slice(&buffer[..length]);
        }
        // What was sent behind it would be here by now, or soon.
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let length = stream.read(&mut buffer).unwrap_or(0);
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    });
    let request = format!(
        "POST http://{address}/ HTTP/1.1\r\n{}{fields}\r\n\r\n{body}{behind}",
        authorization(&proxy)
    );
    (ask(&proxy, &request), serving.join().unwrap())
}

#[test]
fn what_is_sent_behind_a_body_goes_nowhere_and_takes_no_answer_away() {
    let second = "GET http://127.0.0.1/second HTTP/1.1\r\nHost: other.example\r\n\r\n";
    for behind in ["", "\r\n", second] {
        for (fields, body) in [
            ("Content-Length: 4", "body"),
            ("Transfer-Encoding: chunked", "4\r\nbody\r\n0\r\n\r\n"),
            ("Transfer-Encoding: chunked", "4;a=b\r\nbody\r\n0\r\nX: 1\r\n\r\n"),
        ] {
            let (answer, more) = with_something_behind(fields, body, behind);
            assert!(answer.starts_with("HTTP/1.1 204 "), "{body:?} {behind:?}: {answer}");
            assert_eq!(more, "", "{body:?} {behind:?}");
        }
    }
}

#[test]
fn a_body_whose_chunks_are_none_ends_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = start(&network(&[("127.0.0.1", address.port())]));
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = String::new();
        let _ = stream.read_to_string(&mut all);
        all
    });
    let request = format!(
        "POST http://{address}/ HTTP/1.1\r\n{}Transfer-Encoding: chunked\r\n\r\n\
         0\n\r\nGET / HTTP/1.1\r\n\r\n",
        authorization(&proxy)
    );
    assert_eq!(ask(&proxy, &request), "");
    let reached = serving.join().unwrap();
    assert!(reached.ends_with("Transfer-Encoding: chunked\r\n\r\n"), "{reached}");
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
