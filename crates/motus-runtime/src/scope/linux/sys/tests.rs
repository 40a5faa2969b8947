//! The system calls, made for real: threads of these tests take on the filter and ask; the test answers.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use motus_testkit::harness::skip;
use nix::sys::prctl::set_no_new_privs;

use super::super::filter::{self, Purpose, calls};
use super::*;

const WRITES: Purpose = Purpose::Asking { observes_reads: false };

/// Opens for writing what nobody minds.
fn open_for_writing() -> Option<i32> {
    #[expect(clippy::disallowed_methods, reason = "a device is opened, and no file changed")]
    let opened = File::options().write(true).open("/dev/null");
    opened.err().map(|error| error.raw_os_error().unwrap())
}

/// Runs something on a thread that took on the filter, and answers from here.
///
/// `None` with a word on the standard error where the system has no listeners.
fn with_listener<T: Send>(
    test: &str,
    asks: impl FnOnce() -> T + Send,
    answers: impl FnOnce(BorrowedFd<'_>),
) -> Option<T> {
    let (give, take) = sync_channel(1);
    thread::scope(|threads| {
        let asking = threads.spawn(move || {
            set_no_new_privs().unwrap();
            let installed = install(&filter::program(WRITES), true);
            let is_installed = installed.is_ok();
            give.send(installed).unwrap();
            is_installed.then(asks)
        });
        // It stays open until nobody asks any more.
        let listener = take.recv().unwrap();
        match &listener {
            Ok(listener) => answers(listener.as_ref().unwrap().as_fd()),
            Err(error) => skip(test, &format!("no listener: {error}")),
        }
        asking.join().unwrap()
    })
}

/// Waits for a question; whoever has gone meanwhile is passed over.
fn next(listener: BorrowedFd<'_>) -> Notification {
    loop {
        if let Some(question) = receive(listener).unwrap() {
            return question;
        }
    }
}

#[test]
fn whoever_asks_waits_for_the_answer_and_gets_it() {
    let asks = || [(); 3].map(|()| open_for_writing());
    let outcomes = with_listener("whoever_asks_waits", asks, |listener| {
        // Older systems do without.
        let _ = wake_in_place(listener);
        let replies = [Answer::Fail(libc::EXDEV), Answer::Continue, Answer::Fail(0)];
        let mut last = None;
        for reply in replies {
            let question = next(listener);
            assert!(last.is_none_or(|last| question.id == last + 1), "ids grow by one");
            last = Some(question.id);
            assert_eq!(question.architecture, filter::NATIVE);
            assert_eq!(calls::find(question.number).map(|call| call.name), Some("openat"));
            assert_eq!(question.arguments[2] & 3, 1, "the flags of a write");
            let threads = format!("/proc/self/task/{}", question.thread);
            assert!(std::path::Path::new(&threads).exists());
            assert!(still_waits(listener, question.id));
            answer(listener, question.id, reply).unwrap();
            assert!(!still_waits(listener, question.id) || reply == Answer::Continue);
        }
        assert!(!still_waits(listener, last.unwrap() + 100));
    });
    if let Some(outcomes) = outcomes {
        assert_eq!(outcomes, [Some(libc::EXDEV), None, Some(libc::EPERM)]);
    }
}

#[test]
fn a_call_that_is_not_made_returns_what_was_answered() {
    let asks = || nix::unistd::truncate("/proc/self/comm", 5);
    let outcome = with_listener("a_call_that_is_not_made", asks, |listener| {
        let question = next(listener);
        assert_eq!(question.arguments[1], 5);
        answer(listener, question.id, Answer::Return(0)).unwrap();
    });
    assert!(outcome.is_none_or(|outcome| outcome == Ok(())));
}

#[test]
fn whoever_asks_gets_what_is_handed_over() {
    let (mut reader, writer) = io::pipe().unwrap();
    let asks = || {
        #[expect(clippy::disallowed_methods, reason = "a pipe is opened, and no file changed")]
        let mut opened = File::options().write(true).open("/dev/null").unwrap();
        opened.write_all(b"over").unwrap();
        rustix::io::fcntl_getfd(&opened).unwrap()
    };
    let flags = with_listener("whoever_asks_gets", asks, |listener| {
        let question = next(listener);
        assert!(hand_over(listener, question.id + 100, writer.as_fd(), true).is_err());
        let number = hand_over(listener, question.id, writer.as_fd(), true).unwrap();
        assert!(still_waits(listener, question.id), "it is not answered yet");
        answer(listener, question.id, Answer::Return(number)).unwrap();
    });
    drop(writer);
    let mut told = String::new();
    reader.read_to_string(&mut told).unwrap();
    if let Some(flags) = flags {
        assert_eq!((told.as_str(), flags), ("over", rustix::io::FdFlags::CLOEXEC));
    }
}

#[test]
fn an_answer_for_somebody_who_is_gone_is_no_error() {
    with_listener(
        "an_answer_for_nobody",
        || (),
        |listener| {
            answer(listener, u64::MAX, Answer::Continue).unwrap();
            assert!(!still_waits(listener, u64::MAX));
        },
    );
}

#[test]
fn a_second_listener_below_the_first_is_told_as_busy() {
    let asks = || install(&filter::program(WRITES), true).map(|_| ());
    let outcome = with_listener("a_second_listener", asks, |listener| {
        let question = next(listener);
        assert_eq!(
            filter::refusal(question.number, &question.arguments).unwrap().errno,
            libc::EBUSY
        );
        // It would not have been made anyway.
        answer(listener, question.id, Answer::Continue).unwrap();
    });
    if let Some(outcome) = outcome {
        assert_eq!(outcome.unwrap_err().raw_os_error(), Some(libc::EBUSY));
    }
}

#[test]
fn once_the_listener_is_closed_nobody_answers_and_none_takes_its_place() {
    let outcome = thread::spawn(|| {
        set_no_new_privs().unwrap();
        install(&filter::program(WRITES), true).map(|listener| {
            drop(listener);
            (install(&filter::program(WRITES), true).map(|_| ()), open_for_writing())
        })
    });
    match outcome.join().unwrap() {
        Ok((second, opened)) => {
            assert_eq!(second.unwrap_err().raw_os_error(), Some(libc::ENOSYS));
            assert_eq!(opened, Some(libc::ENOSYS));
        }
        Err(error) => skip("once_the_listener_is_closed", &format!("no listener: {error}")),
    }
}

#[test]
fn without_a_listener_the_filter_refuses_by_itself_and_only_its_thread() {
    let is_free = || std::net::UdpSocket::bind("127.0.0.1:0").is_ok();
    let was_free = is_free();
    let purpose = Purpose::Alone;
    let asks = move || {
        set_no_new_privs().unwrap();
        install(&filter::program(purpose), false).map(|listener| {
            assert!(listener.is_none());
            let kind = nix::sys::socket::SockType::Datagram;
            let flag = nix::sys::socket::SockFlag::empty();
            let family = nix::sys::socket::AddressFamily::Inet;
            let socket = nix::sys::socket::socket(family, kind, flag, None);
            (open_for_writing(), socket.err())
        })
    };
    match thread::spawn(asks).join().unwrap() {
        Ok(outcome) => assert_eq!(outcome, (None, Some(nix::errno::Errno::EACCES))),
        Err(error) => skip("without_a_listener", &format!("no filter: {error}")),
    }
    assert_eq!(is_free(), was_free);
}

#[test]
fn a_program_that_is_too_long_or_empty_is_refused() {
    let step = *filter::program(WRITES).first().unwrap();
    for length in [0, 5000, 70_000] {
        let program = vec![step; length];
        let outcome = thread::spawn(move || {
            set_no_new_privs().unwrap();
            install(&program, false).map(|_| ())
        });
        assert_eq!(outcome.join().unwrap().unwrap_err().raw_os_error(), Some(libc::EINVAL));
    }
}

#[test]
fn a_child_closes_the_listener_and_takes_on_the_limit() {
    // Standard input is the one descriptor that no other test may hide meanwhile.
    let number = 0;
    let told = |closes: bool| {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(format!(
            "test -e /proc/self/fd/{number} && echo open; grep -e processes -e core /proc/self/limits"
        ));
        before_exec(&mut command, closes.then_some(number), closes.then_some(77));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(told(false).contains("open"), "{}", told(false));
    let closed = told(true);
    assert!(!closed.contains("open"), "{closed}");
    let limits = |name: &str| {
        let line = closed.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(limits("Max processes"), ["77", "77"], "{closed}");
    // Of 1 no dump is handed to a program either; where there may be none at all, it stays at that.
    let core = limits("Max core file size");
    assert!(core == ["1", "1"] || core == ["0", "0"], "{closed}");
    assert!(core == ["1", "1"] || !nix::unistd::geteuid().is_root(), "{closed}");
}

#[test]
fn what_is_open_is_not_inherited_once_it_is_hidden() {
    let (give, take) = channel();
    thread::spawn(move || {
        let (reader, writer) = io::pipe().unwrap();
        rustix::io::fcntl_setfd(&writer, rustix::io::FdFlags::empty()).unwrap();
        hide_descriptors().unwrap();
        let flags = [&reader.as_fd(), &writer.as_fd()].map(rustix::io::fcntl_getfd);
        give.send(flags).unwrap();
    })
    .join()
    .unwrap();
    let hidden = Ok(rustix::io::FdFlags::CLOEXEC);
    assert_eq!(take.recv().unwrap(), [hidden, hidden]);
}
