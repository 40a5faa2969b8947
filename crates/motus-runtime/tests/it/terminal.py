"""Types at a shell on a pseudo terminal. Usage: terminal.py SCENARIO SUPERVISE; silent on success."""

import os
import pty
import re
import select
import signal
import sys
import termios
import time

PATIENCE = 20
PROMPT = "<prompt>"
SUPERVISE = sys.argv[2] + " --report report"


class Session:
    """A program on a pseudo terminal of its own, as the leader of a new session."""

    def __init__(self, *program):
        self.text = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            # Echoed command lines would match the patterns meant for their output, and a signal
            # key would throw away output that came right after it.
            modes = termios.tcgetattr(0)
            modes[3] = modes[3] & ~termios.ECHO | termios.NOFLSH
            termios.tcsetattr(0, termios.TCSANOW, modes)
            environment = {"PATH": os.environ["PATH"], "PS1": PROMPT, "TERM": "dumb"}
            os.execvpe(program[0], program, environment)

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def expect(self, pattern):
        """Waits for the pattern and removes everything up to it."""
        limit = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.text)):
            ready, _, _ = select.select([self.terminal], [], [], 0.1)
            try:
                piece = os.read(self.terminal, 4096) if ready else b""
            except OSError:
                piece = b""
                time.sleep(0.01)
            sys.stdout.write(piece.decode())
            self.text += piece.decode()
            assert time.monotonic() < limit, f"no {pattern!r} in {self.text!r}"
        self.text = self.text[found.end():]
        return found

    def end(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def shell():
    session = Session("bash", "--norc", "--noprofile", "--noediting", "-i")
    session.expect(PROMPT)
    return session


def until(what, condition):
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, f"waited in vain for {what}"
        time.sleep(0.01)


def report():
    until("the report", lambda: os.path.exists("report"))
    with open("report") as file:
        return file.read()


def script(name, text):
    """Writes a shell script that tells its process number in NAME.pid first.

    Scripts wait in the shell itself or in its place: a key that hits a shell just between two
    commands is lost on some shells.
    """
    with open(name, "w") as file:
        file.write(f"echo $$ > {name}.pid\n{text}\n")
    return f"{SUPERVISE} sh ./{name}"


def open_gate():
    """Lets a script go on that reads a line from the gate."""
    with open("gate", "w") as gate:
        gate.write("go\n")


def status(name):
    """Returns state, process group and foreground group of a script's process."""
    until(name, lambda: os.path.exists(f"{name}.pid") and os.path.getsize(f"{name}.pid"))
    with open(f"{name}.pid") as file:
        pid = int(file.read())
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(") ")[2].split()
    return fields[0], int(fields[2]), int(fields[5])


def job_states(session):
    """Returns the states of the shell's own children."""
    with open(f"/proc/{session.pid}/task/{session.pid}/children") as file:
        children = file.read().split()
    states = set()
    for child in children:
        with open(f"/proc/{child}/stat") as file:
            states.add(file.read().rpartition(") ")[2][0])
    return states


def in_foreground(name):
    _, group, foreground = status(name)
    return group == foreground


def is_stopped(name):
    return status(name)[0] == "T"


def foreground():
    session = shell()
    run = script("inner", "read line < gate; echo done")
    # The outer script sees whether we gave the foreground back: no shell does it for us there.
    with open("outer", "w") as file:
        file.write(f"{run}\ncut -d')' -f2 /proc/$$/stat\n")
    session.type("sh ./outer\n")
    until("the foreground", lambda: in_foreground("inner"))
    open_gate()
    session.expect("done")
    fields = session.expect(r"\n [A-Z] (.*)\r").group(1).split()
    assert fields[1] == fields[4], f"the group {fields[1]} is not in the foreground: {fields[4]}"
    session.expect(PROMPT)
    assert "end=exited:0 interruption=none" in report(), report()
    session.end()


def interrupt():
    session = shell()
    session.type(script("inner", "exec sleep 30") + "; echo code=$?\n")
    until("the foreground", lambda: in_foreground("inner"))
    session.type("\x03")
    session.expect("code=130")
    session.expect(PROMPT)
    assert "end=signaled:2 interruption=signal:2" in report(), report()
    session.end()


def interrupt_survived():
    session = shell()
    # Twice: what the key sends to the command alone is none of our business.
    body = "trap 'echo caught' INT; echo up; until read line; do :; done; echo got:$line; exit 7"
    session.type(script("inner", body) + "; echo code=$?\n")
    session.expect("up")
    until("the foreground", lambda: in_foreground("inner"))
    for _ in range(2):
        session.type("\x03")
        session.expect("caught")
    session.type("hello\n")
    session.expect("got:hello")
    session.expect("code=7")
    assert "end=exited:7 interruption=none" in report(), report()
    session.end()


def stopped_writers():
    session = shell()
    session.type("stty tostop\n")
    session.expect(PROMPT)
    # The command has the foreground, so it is the relay that writes from the background.
    session.type(script("inner", "echo up; read line; echo got:$line") + "; echo code=$?\n")
    session.expect("up")
    session.type("hello\n")
    session.expect("got:hello")
    session.expect("code=0")
    session.end()


def stop_and_resume():
    session = shell()
    session.type(script("inner", "echo up; read line; echo got:$line") + "\n")
    session.expect("up")
    for _ in range(2):
        until("the foreground", lambda: in_foreground("inner"))
        session.type("\x1a")
        session.expect("Stopped")
        session.expect(PROMPT)
        until("the stop", lambda: is_stopped("inner"))
        session.type("fg\n")
    until("the foreground", lambda: in_foreground("inner"))
    session.type("hello\n")
    session.expect("got:hello")
    session.expect(PROMPT)
    assert "end=exited:0 interruption=none" in report(), report()
    session.end()


def stop_in_a_script():
    session = shell()
    with open("outer", "w") as file:
        file.write(script("inner", "echo up; read line; echo got:$line") + "\necho after\n")
    session.type("sh ./outer\n")
    session.expect("up")
    until("the foreground", lambda: in_foreground("inner"))
    session.type("\x1a")
    session.expect("Stopped")
    session.expect(PROMPT)
    session.type("fg\n")
    until("the foreground", lambda: in_foreground("inner"))
    session.type("hello\n")
    session.expect("got:hello")
    session.expect("after")
    session.expect(PROMPT)
    session.end()


def pipeline():
    session = shell()
    run = script("quiet", "read line < gate; echo done")
    session.type(run + " | cat\n")
    status("quiet")
    assert not in_foreground("quiet")
    open_gate()
    session.expect("done")
    session.expect(PROMPT)
    assert "end=exited:0 interruption=none" in report(), report()

    session.type(script("inner", "read line; echo got:$line") + " | cat\n")
    until("the foreground", lambda: in_foreground("inner"))
    session.type("hello\n")
    session.expect("got:hello")
    session.expect(PROMPT)

    session.type(script("busy", "echo up; exec sleep 30") + " | cat\n")
    session.expect("up")
    session.type("\x03")
    session.expect(PROMPT)
    session.type("echo code=${PIPESTATUS[0]}\n")
    session.expect("code=130")
    assert "end=signaled:2 interruption=signal:2" in report(), report()
    session.end()


def background():
    session = shell()
    session.type(script("inner", "read line; echo got:$line") + " &\n")
    session.expect(PROMPT)
    until("the stop", lambda: is_stopped("inner"))
    # The shell must see us stopped as well, or fg would have nothing to resume.
    until("our stop", lambda: job_states(session) == {"T"})
    session.type("fg\n")
    until("the foreground", lambda: in_foreground("inner"))
    session.type("hello\n")
    session.expect("got:hello")
    session.end()


def stopped_for_too_long():
    session = shell()
    # What goes on elsewhere does so after the stop, and nobody resumes the job.
    session.type(SUPERVISE + " --timeout 1500 sh -c 'kill -STOP $$; sleep 60'\n")
    session.expect("Stopped")
    session.expect(PROMPT)
    assert "interruption=timeout" in report(), report()
    session.type("echo over\n")
    session.expect("over")
    session.end()


def session_leader():
    run = script("inner", "echo up; read line < gate; echo done")
    session = Session(*run.split())
    session.expect("up")
    until("the foreground", lambda: in_foreground("inner"))
    session.type("\x1a")
    open_gate()
    session.expect("done")
    assert "end=exited:0 interruption=none" in report(), report()
    session.end()


os.mkfifo("gate")
{
    scenario.__name__: scenario
    for scenario in [
        foreground,
        interrupt,
        interrupt_survived,
        stopped_writers,
        stop_and_resume,
        stop_in_a_script,
        pipeline,
        background,
        stopped_for_too_long,
        session_leader,
    ]
}[sys.argv[1]]()
