//! All processes of one simulation.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::disturbance::{Disturbance, Kind, Then};
use super::member::{Ending, Heard, Member};
use super::read_line;
use crate::harness::Scratch;
use crate::simulation::checker::{Disagreement, Told, what};
use crate::simulation::plan::Plan;
use crate::simulation::planted::Plant;
use crate::simulation::step::Step;

/// After so long a silence, those who are stopped go on: one of them may be in the way of all others.
const SILENCE: Duration = Duration::from_millis(20);

/// After so many silences nobody is expected to do anything any more.
const PATIENCE: u32 = 1500;

/// The program of the workers, and where their Store is.
pub(in crate::simulation) struct Crew<'a> {
    pub(in crate::simulation) program: &'a Path,
    pub(in crate::simulation) scratch: &'a Scratch,
    pub(in crate::simulation) store: &'a Path,
    pub(in crate::simulation) seed: u64,
    pub(in crate::simulation) plant: Option<Plant>,
}

/// One worker, in all of its lives.
struct Post {
    life: u64,
    /// How many requests it was told to be committed.
    told: u64,
    disturbances: std::vec::IntoIter<Disturbance>,
    next: Option<Disturbance>,
    /// `None` once the worker came to the end of its plan.
    member: Option<Member>,
    stopped: Option<Stopped>,
}

struct Stopped {
    /// How many steps are told when the stop is over.
    until: usize,
    then: Then,
}

impl Crew<'_> {
    /// Lets all workers go through their plans at once.
    pub(in crate::simulation) fn run(&self) -> Result<Told, Disagreement> {
        let (sender, receiver) = channel();
        let mut working = Working { crew: self, posts: Vec::new(), told: Told::default(), sender };
        for worker in 0..Plan::of(self.seed).workers() {
            working.posts.push(Post::new(self.seed, worker));
            working.start(working.posts.len() - 1)?;
        }
        working.listen(&receiver)?;
        Ok(working.told)
    }

    fn command(&self, worker: usize, post: &Post) -> Command {
        let mut command = self.scratch.command(self.program);
        let [seed, life, from] = [self.seed, post.life, post.told].map(|number| number.to_string());
        command.arg("work").arg(self.store).args([seed, worker.to_string(), life, from]);
        command.args(self.plant.map(Plant::name));
        command
    }
}

impl Post {
    fn new(seed: u64, worker: u64) -> Self {
        let mut disturbances = Disturbance::choose(seed, worker).into_iter();
        let next = disturbances.next();
        Self { life: 0, told: 0, disturbances, next, member: None, stopped: None }
    }
}

/// A crew at work.
struct Working<'a> {
    crew: &'a Crew<'a>,
    posts: Vec<Post>,
    told: Told,
    sender: Sender<Heard>,
}

impl Working<'_> {
    fn start(&mut self, index: usize) -> Result<(), Disagreement> {
        let post = &mut self.posts[index];
        let command = self.crew.command(index, post);
        post.member = Some(Member::start(command, index, self.sender.clone())?);
        Ok(())
    }

    fn listen(&mut self, receiver: &Receiver<Heard>) -> Result<(), Disagreement> {
        let mut silences = 0;
        while self.posts.iter().any(|post| post.member.is_some()) {
            match receiver.recv_timeout(SILENCE) {
                Ok(Heard::Line(index, line)) => self.hear(index, &line)?,
                Ok(Heard::End(index)) => self.end(index)?,
                Err(RecvTimeoutError::Timeout) if silences < PATIENCE => {
                    silences += 1;
                    self.end_stops(usize::MAX)?;
                    continue;
                }
                Err(_) => return Err(what("the processes do nothing any more")),
            }
            silences = 0;
            let nobody_moves =
                self.posts.iter().all(|post| post.member.is_none() || post.stopped.is_some());
            let steps = self.told.acknowledged.len();
            self.end_stops(if nobody_moves { usize::MAX } else { steps })?;
        }
        Ok(())
    }

    fn hear(&mut self, index: usize, line: &str) -> Result<(), Disagreement> {
        let acknowledged = read_line(line);
        let step = acknowledged.as_ref().and_then(|told| Step::read(&told.payload));
        let (Some(acknowledged), Some(step)) = (acknowledged, step) else {
            return Err(what(format!("worker {index} was told {line}")));
        };
        let seq = acknowledged.seq;
        self.told.acknowledged.push(acknowledged);
        let post = &mut self.posts[index];
        post.told += 1;
        let due = post.next.filter(|next| next.is_due(post.told, &step));
        let (Some(disturbance), Some(member)) = (due, &mut post.member) else {
            return Ok(());
        };
        // One that is stopped has a line on its way, and its lot is decided already.
        if post.stopped.is_some() {
            return Ok(());
        }
        post.next = post.disturbances.next();
        match disturbance.kind {
            Kind::Kill(delay) => {
                thread::sleep(delay);
                member.kill()?;
            }
            Kind::Stop { others, then } => {
                member.stop()?;
                let others = usize::try_from(others).unwrap_or_default();
                let until = self.told.acknowledged.len() + others;
                post.stopped = Some(Stopped { until, then });
                self.told.stopped.push(seq);
            }
        }
        Ok(())
    }

    /// Ends the stops that were to last for so many steps of all.
    fn end_stops(&mut self, steps: usize) -> Result<(), Disagreement> {
        for post in &mut self.posts {
            let over = post.stopped.take_if(|stopped| stopped.until <= steps);
            if let (Some(stopped), Some(member)) = (over, &mut post.member) {
                match stopped.then {
                    Then::Continue => member.go_on()?,
                    Then::Kill => member.kill()?,
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, index: usize) -> Result<(), Disagreement> {
        let post = &mut self.posts[index];
        let Some(mut member) = post.member.take() else {
            return Ok(());
        };
        post.stopped = None;
        match member.wait()? {
            Ending::Done => Ok(()),
            Ending::Killed => {
                self.told.deaths += 1;
                post.life += 1;
                self.start(index)
            }
            Ending::Failed(how) => Err(what(format!("worker {index} ended with {how}"))),
        }
    }
}
