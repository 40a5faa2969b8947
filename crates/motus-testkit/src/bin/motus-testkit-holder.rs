//! Takes a lock and writes under it, step by step, so that a test can stop it between any two steps.
//!
//! Usage: `motus-testkit-holder STORE RUN RESOURCE HOLDER`. Each line of standard input is a step, and is
//! answered by a line on standard output: what was done, or `refused CODE`.
//!
//! `acquire SECONDS` takes or renews the lock: `token N`. `append KEY` appends an event of the kind `note`
//! under it and `close` closes the run: `done`. Each is a transaction of its own, unless it stands between
//! `begin` and `commit`.

use std::error::Error;
use std::io::{self, BufRead, StdinLock, Write};
use std::process::ExitCode;

use motus_ledger::operation::{
    AcquireRequest, acquire_lock, append_fenced_event, close_fenced_run,
};
use motus_ledger::{Fence, LedgerError, RunId, Store, WriteTransaction};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::WallClock;
use motus_testkit::sample::{closing, new_event};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [path, run, resource, holder] = arguments else {
        return Err("usage: motus-testkit-holder STORE RUN RESOURCE HOLDER".into());
    };
    let mut store = SqliteStore::open(&StorePlace::new(path), true)?.store;
    let fence = Fence { resource: resource.clone(), holder: holder.clone(), token: 0 };
    let mut holder = Holder { run: RunId::from(run.as_str()), fence };
    let mut steps = Steps(io::stdin().lock());
    while let Some(step) = steps.next()? {
        let mut transaction = store.begin_write()?;
        if step == "begin" {
            holder.write_until_commit(&mut *transaction, &mut steps)?;
            transaction.commit()?;
            answer("done")?;
            continue;
        }
        // What is refused is committed as well: a test sees whether nothing was written.
        let told = holder.write(&mut *transaction, &step);
        transaction.commit()?;
        answer(&told_of(told))?;
    }
    Ok(())
}

/// The lines of standard input.
struct Steps(StdinLock<'static>);

impl Steps {
    fn next(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let bytes = self.0.read_line(&mut line)?;
        Ok((bytes > 0).then(|| line.trim_end().to_owned()))
    }
}

/// Who writes, and with which fence: that of the lock taken last.
struct Holder {
    run: RunId,
    fence: Fence,
}

impl Holder {
    /// Takes steps in one transaction, which is the caller's to commit.
    fn write_until_commit(
        &mut self,
        transaction: &mut dyn WriteTransaction,
        steps: &mut Steps,
    ) -> Result<(), Box<dyn Error>> {
        answer("begun")?;
        loop {
            match steps.next()? {
                Some(step) if step == "commit" => return Ok(()),
                Some(step) => answer(&told_of(self.write(transaction, &step)))?,
                None => return Err("the transaction has no end".into()),
            }
        }
    }

    fn write(
        &mut self,
        transaction: &mut dyn WriteTransaction,
        step: &str,
    ) -> Result<String, LedgerError> {
        match step.split_once(' ').unwrap_or((step, "")) {
            ("acquire", seconds) => {
                let request = AcquireRequest {
                    resource: self.fence.resource.clone(),
                    holder: self.fence.holder.clone(),
                    ttl_seconds: seconds.parse().unwrap_or_default(),
                };
                self.fence = acquire_lock(transaction, &request, &WallClock)?.fence();
                Ok(format!("token {}", self.fence.token))
            }
            ("append", key) => {
                let event = new_event(&self.run, "note", key, "{}");
                append_fenced_event(transaction, &event, &self.fence, &WallClock)?;
                Ok("done".to_owned())
            }
            ("close", _) => {
                close_fenced_run(transaction, &closing(&self.run), &self.fence, &WallClock)?;
                Ok("done".to_owned())
            }
            _ => Ok(format!("unknown step {step}")),
        }
    }
}

fn told_of(result: Result<String, LedgerError>) -> String {
    result.unwrap_or_else(|error| format!("refused {}", error.code()))
}

fn answer(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}
