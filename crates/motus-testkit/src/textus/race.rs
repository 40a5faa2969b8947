//! Writers that saw the same file and write at once: exactly one may win.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::history;
use super::memory::{Call, Memory, envelope, note};
use crate::harness::Captured;

const KEY: &str = "notebook.notes.raced";

/// Lets so many processes write over one etag, so many times.
///
/// All of them are up before any of them is told what to write. Errors: what did not hold.
pub fn race(program: &Path, writers: u32, rounds: u32) -> Result<(), String> {
    let memory = Memory::new(program, None).map_err(|error| error.to_string())?;
    let first = memory.expect(&Call::put(KEY, "agent", &note("first", "00000000000000a1")))?;
    let mut etag = etag_of(&first)?;
    for round in 1..=rounds {
        etag = one_round(&memory, writers, round, &etag)
            .map_err(|why| format!("round {round} of {writers} writers: {why}"))?;
    }
    let state = memory.state().map_err(|error| error.to_string())?;
    let rows = history::read(&String::from_utf8_lossy(&state.log))?;
    history::check(&rows, &state.etags())?;
    let expected = usize::try_from(rounds).unwrap_or(usize::MAX).saturating_add(1);
    if rows.len() == expected {
        Ok(())
    } else {
        Err(format!("{} rows, not {expected}", rows.len()))
    }
}

fn one_round(memory: &Memory, writers: u32, round: u32, etag: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut running: Vec<Child> = Vec::new();
    for _ in 0..writers {
        let mut command = memory.command(&Call::new(&["put", KEY, "--stdin", "--as=agent"]));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        running.push(command.spawn().map_err(failed)?);
    }
    for (number, child) in running.iter_mut().enumerate() {
        let mut request = note(&format!("writer {number} of round {round}"), "00000000000000a1");
        request["if_etag"] = Value::from(etag);
        let pipe = child.stdin.as_mut().ok_or("there is no pipe")?;
        pipe.write_all(request.to_string().as_bytes()).map_err(failed)?;
    }
    // They read to the end, which comes for all of them now.
    for child in &mut running {
        drop(child.stdin.take());
    }
    let ended: Result<Vec<_>, _> = running.into_iter().map(Child::wait_with_output).collect();
    let ended: Vec<Captured> = ended.map_err(failed)?.into_iter().map(Captured::from).collect();
    let winner = judge(&ended)?;
    let etags = memory.state().map_err(failed)?.etags();
    if etags.get(KEY) == Some(&winner) {
        return Ok(winner);
    }
    Err(format!("{winner} won, and the file is {:?}", etags.get(KEY)))
}

/// Returns the etag of the one that won. Errors: none did, or several, or one lost for another reason.
fn judge(ended: &[Captured]) -> Result<String, String> {
    let mut won = Vec::new();
    for writer in ended {
        let told = envelope(writer).ok_or_else(|| {
            format!("no envelope: {}{}", writer.stdout_text(), writer.stderr_text())
        })?;
        match (writer.code, told.get("code").and_then(Value::as_str)) {
            (Some(0), None) => won.push(etag_of(&told)?),
            (Some(1), Some("etag_mismatch")) => {}
            (code, _) => return Err(format!("a writer ended with {code:?}: {told}")),
        }
    }
    match won.as_slice() {
        [winner] => Ok(winner.clone()),
        won => Err(format!("{} writers won", won.len())),
    }
}

fn etag_of(told: &Value) -> Result<String, String> {
    let etag = told.get("etag").and_then(Value::as_str);
    etag.map(str::to_owned).ok_or_else(|| format!("no etag: {told}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(code: i32, stdout: &str) -> Captured {
        let stdout = format!("{stdout}\n").into_bytes();
        Captured { code: Some(code), signal: None, stdout, stderr: Vec::new() }
    }

    #[test]
    fn one_winner_and_losers_that_say_why() {
        let won = || writer(0, r#"{"key":"a","etag":"A"}"#);
        let lost = || writer(1, r#"{"ok":false,"code":"etag_mismatch"}"#);
        let other = || writer(64, r#"{"ok":false,"code":"io_error"}"#);
        assert_eq!(judge(&[lost(), won(), lost()]), Ok("A".to_owned()));
        assert!(judge(&[won(), won()]).unwrap_err().contains("2 writers won"));
        assert!(judge(&[lost(), lost()]).unwrap_err().contains("0 writers won"));
        assert!(judge(&[won(), other()]).unwrap_err().contains("io_error"));
        assert!(judge(&[won(), writer(101, "thread panicked")]).is_err());
    }
}
