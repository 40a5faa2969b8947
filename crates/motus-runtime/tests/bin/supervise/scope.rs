//! Scopes for the tests: read from a file of words, and what was seen as lines.

use std::fs;
use std::path::Path;

use motus_runtime::Confinement;
use motus_runtime::scope::{
    Access, Action, Change, Host, Level, Mode, Observation, Peer, Rule, Scope, probe,
};

/// Reads a scope; the level is what the probe says, unless it is named.
pub(crate) fn read(file: &Path) -> Confinement {
    let text = fs::read_to_string(file).expect("the scope can be read");
    let mut scope = Scope { observes_reads: true, most_seen: 100_000, ..Scope::default() };
    let mut level = None;
    for line in text.lines() {
        let (word, value) = line.split_once(' ').unwrap_or((line, ""));
        let mut rule = |access| scope.rules.0.push(Rule { access, path: value.into() });
        match word {
            "read" => rule(Access::Read),
            "write" => rule(Access::Write),
            "exec" => rule(Access::Execute),
            "watch" => scope.watched.push(value.into()),
            "host" => {
                let (name, port) = value.split_once(' ').expect("a name and a port");
                let port = port.parse().expect("a port");
                scope.network.hosts.push(Host { name: name.to_owned(), port });
            }
            "address" => scope.network.addresses.push(value.parse().expect("an address")),
            "loopback" => scope.network.loopback = true,
            "listening" => scope.network.listening = true,
            "socket" => scope.network.sockets.push(value.into()),
            "observe" => scope.mode = Mode::Observe,
            "no-reads" => scope.observes_reads = false,
            "most" => scope.most_seen = value.parse().expect("a number"),
            "processes" => scope.limits.processes = value.parse().ok(),
            "output" => scope.limits.output_bytes = value.parse().ok(),
            "level" => level = Level::parse(value),
            "" => {}
            other => panic!("unknown word {other:?}"),
        }
    }
    let level = level.unwrap_or_else(|| probe().expect("it is tried").level(&scope));
    Confinement { scope, level }
}

/// One line for the level, the counts, each attempt, each change that nobody saw, each directory that was
/// renamed, and each trouble.
pub(crate) fn describe(observation: &Observation) -> String {
    let mut lines = vec![
        format!("level {}", observation.level),
        format!("attempts {}", observation.attempts),
        format!("unlisted {}", observation.unlisted),
        format!("unreadable {}", observation.unreadable),
        format!("left {}", observation.left_running),
        format!("partial {}", observation.comparison_is_partial),
    ];
    for seen in &observation.seen {
        let what = action(&seen.action);
        lines.push(format!("{:?} {} {what}", seen.decision, seen.count));
    }
    let changes = observation.unobserved.iter();
    lines.extend(changes.map(|change| match change {
        Change::Made(path) => format!("unobserved made {}", path.display()),
        Change::Changed(path) => format!("unobserved changed {}", path.display()),
        Change::Removed(path) => format!("unobserved removed {}", path.display()),
    }));
    lines.extend(observation.renamed.iter().map(|path| format!("renamed {}", path.display())));
    lines.extend(observation.aliased.iter().map(|path| format!("aliased {}", path.display())));
    lines.extend(observation.trouble.iter().map(|trouble| format!("trouble {trouble}")));
    lines.join("\n") + "\n"
}

fn action(action: &Action) -> String {
    match action {
        Action::Read(path) => format!("read {}", path.display()),
        Action::Write(path) => format!("write {}", path.display()),
        Action::Entry(path) => format!("entry {}", path.display()),
        Action::Execute(path) => format!("execute {}", path.display()),
        Action::Connect(peer) => format!("connect {}", describe_peer(peer)),
        Action::Listen(peer) => format!("listen {}", describe_peer(peer)),
        Action::Call(name) => format!("call {name}"),
    }
}

fn describe_peer(peer: &Peer) -> String {
    match peer {
        Peer::Internet(address) => address.to_string(),
        Peer::Host(host) => format!("host {} {}", host.name, host.port),
        Peer::File(path) => format!("file {}", path.display()),
        Peer::Abstract => "abstract".to_owned(),
        Peer::Family(number) => format!("family {number}"),
    }
}
