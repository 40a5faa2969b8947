//! What becomes of one question: what it is about, what the scope says of it, and what is answered.

mod handing;
mod own;

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;

use rustix::fs::ResolveFlags;

use super::super::super::tally::{Deed, Tally};
use super::super::super::{Action, Decision, Level, Scope};
use super::super::broker::Broker;
use super::super::call::{Asked, Metadata, Name, Pair, Touch, asked};
use super::super::kin;
use super::super::lookup::{Place, Resolver, Unresolved, Wish};
use super::super::metadata::{self, Standing};
use super::super::sys::{self, Answer, Notification};
use super::Watched;
use super::mirror::{Judged, Mirror};
use super::opening::Opening;
use super::stand::Stand;

/// Judges the questions that one thread takes, and counts them.
#[derive(Debug)]
pub(super) struct Judge {
    mirror: Mirror,
    observes_reads: bool,
    broker: Broker,
    resolver: Resolver,
    stand: Stand,
    /// Where the names of a call lead.
    place: Place,
    other: Place,
    tally: Tally,
    unreadable: u64,
}

/// A question, and where it was asked.
#[derive(Debug, Clone, Copy)]
struct Question<'a> {
    listener: BorrowedFd<'a>,
    id: u64,
    thread: u32,
}

/// Why a question is answered before it was judged.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// Whoever asked is gone: nothing happens, and nothing is counted.
    Gone,
    /// It fails in this way whatever a scope says.
    Fails(i32),
    /// It cannot be told what it is about.
    Unreadable(i32),
}

impl Judge {
    /// Judges what one of so many threads is asked.
    pub(super) fn new(
        scope: &Arc<Scope>,
        level: Level,
        broker: Broker,
        threads: usize,
    ) -> io::Result<Self> {
        let resolver = Resolver::new()?;
        Ok(Self {
            mirror: Mirror::new(scope, level),
            observes_reads: scope.observes_reads,
            broker,
            stand: Stand::here(resolver.processes())?,
            resolver,
            place: Place::default(),
            other: Place::default(),
            tally: Tally::new(scope.most_seen / threads.max(1))
                .with_few_of(scope.temporary.as_deref()),
            unreadable: 0,
        })
    }

    /// Hands over what was counted.
    pub(super) fn finish(self, watched: &mut Watched) {
        watched.tallies.push(self.tally);
        watched.unreadable += self.unreadable;
    }

    /// Judges and counts; `None` when somebody else answers, or there is nobody to answer to.
    pub(super) fn judge(
        &mut self,
        listener: BorrowedFd<'_>,
        notification: &Notification,
    ) -> Option<Answer> {
        let question = Question { listener, id: notification.id, thread: notification.thread };
        let asked = asked(notification);
        let answer = match asked {
            Asked::Connect { .. } | Asked::Bind { .. } | Asked::Listen { .. } => {
                self.broker.take(*notification, asked);
                return None;
            }
            Asked::Forbidden { .. } if kin::names_own(notification) => Ok(Answer::Continue),
            Asked::Forbidden { called, errno } => Ok(self.forbid(called, errno)),
            Asked::Wrong(errno) => Ok(Answer::Fail(errno)),
            Asked::Open { name, flags } => self.open(question, name, Opening::new(flags)),
            Asked::OpenHow { name, how, size } => Opening::read(question.thread, how, size)
                .map_err(|error| question.cut(error))
                .and_then(|opening| self.open(question, name, opening)),
            Asked::Change { name, touch } => self.change(question, name, touch),
            Asked::ChangeTwo { from, to, pair } => self.change_two(question, from, to, pair),
            Asked::Run(name) => self.run(question, name),
            Asked::Metadata { name, change } => self.change_metadata(question, name, change),
        };
        match answer {
            Ok(answer) => Some(answer),
            Err(Cut::Gone) => None,
            Err(cut) => Some(self.answer_unjudged(question, cut)),
        }
    }

    /// Has what fails fail by us, in the same way: the name may lead somewhere by the time that the kernel reads it, and
    /// then it would be done and not be counted. Nobody is told so who may find what we do not.
    fn answer_unjudged(&mut self, question: Question<'_>, cut: Cut) -> Answer {
        let enforces = self.mirror.enforces();
        match cut {
            Cut::Fails(errno) if enforces || self.is_beside_us(question.thread) => {
                Answer::Fail(errno)
            }
            Cut::Unreadable(errno) | Cut::Fails(errno) => {
                self.unreadable += 1;
                let errno = if errno == libc::EFAULT { errno } else { libc::EACCES };
                if enforces { Answer::Fail(errno) } else { Answer::Continue }
            }
            Cut::Gone => Answer::Continue,
        }
    }

    fn is_beside_us(&self, thread: u32) -> bool {
        self.stand.is_that_of(self.resolver.processes(), thread)
    }

    fn forbid(&mut self, called: &'static str, errno: i32) -> Answer {
        // Programs do without what they believe to be missing; let go on, nothing of it would be seen.
        let is_unseen = called.starts_with("io_uring");
        if self.mirror.enforces() || is_unseen {
            self.tally.add(Action::Call(called), Decision::Denied);
            Answer::Fail(errno)
        } else {
            self.tally.add(Action::Call(called), Decision::Undeclared);
            Answer::Continue
        }
    }

    fn open(&mut self, question: Question<'_>, name: Name, opening: Opening) -> Outcome {
        if opening.only_looks() {
            // Its flags stand in memory, and may be others when the kernel reads them. Programs fall back on the call
            // that has them in its arguments, about which nobody is asked.
            let enforces = self.mirror.enforces();
            return Ok(if enforces { Answer::Fail(libc::ENOSYS) } else { Answer::Continue });
        }
        if opening.only_reads() && opening.is_certain() && !self.observes_reads {
            return Ok(Answer::Continue);
        }
        self.find(question, opening.name(name), opening.wish(), opening.resolve)?;
        if self.place.is_anonymous {
            return self.open_anonymous(question, opening);
        }
        // What would make a file is counted as reading where one is there: there may be none when the kernel looks.
        let deed = opening.deed(self.place.exists);
        if deed == Deed::Write
            && let Some(file) = self.own_file(question)
        {
            return self.open_own(question, opening, &file);
        }
        let judged = self.decide(deed);
        let moot = || opening.moot(deed, &self.place);
        let moot = if judged.is_declared() { None } else { moot() };
        Ok(self.settle(deed, judged, moot))
    }

    fn change(&mut self, question: Question<'_>, name: Name, touch: Touch) -> Outcome {
        let (wish, deed) = match touch {
            Touch::Cuts { .. } => (Wish::There, Deed::Write),
            _ => (Wish::Named, Deed::Entry),
        };
        self.find(question, name, wish, ResolveFlags::empty())?;
        if let (true, Touch::Cuts { length }) = (self.place.is_anonymous, touch) {
            return self.cut_anonymous(question, length);
        }
        let judged = self.decide(deed);
        let moot = if judged.is_declared() { None } else { moot(touch, &self.place) };
        Ok(self.settle(deed, judged, moot))
    }

    /// Counts what was judged, unless it fails whatever a scope says, with the error in `moot`. What is not declared is
    /// not left to the kernel: it may see another name by then, or allow what lay elsewhere when it was declared.
    fn settle(&mut self, deed: Deed, judged: Judged, moot: Option<i32>) -> Answer {
        if moot.is_none() {
            self.count(deed, judged);
        }
        if judged.decision == Decision::Denied {
            Answer::Fail(moot.unwrap_or(libc::EACCES))
        } else {
            Answer::Continue
        }
    }

    /// Both names are told when both are declared, else what is not: the call fails as a whole.
    fn change_two(&mut self, question: Question<'_>, from: Name, to: Name, pair: Pair) -> Outcome {
        // A link may be made to what has no name, or by following one.
        let is_named = matches!(from, Name::Path { follows: false, may_be_empty: false, .. });
        let wish = if is_named { Wish::Named } else { Wish::There };
        self.find(question, from, wish, ResolveFlags::empty())?;
        let from_judged = self.decide(Deed::Entry);
        std::mem::swap(&mut self.place, &mut self.other);
        self.find(question, to, Wish::Named, ResolveFlags::empty())?;
        let to_judged = self.decide(Deed::Entry);
        let (from, to) = (&self.other, &self.place);
        let is_declared = from_judged.is_declared() && to_judged.is_declared();
        let touch = if pair == Pair::Links { Touch::Makes } else { Touch::Replaces };
        let enforces = self.mirror.enforces();
        let moot = || is_named.then(|| moot(Touch::Removes, from)).flatten().or(moot(touch, to));
        let moot = match is_declared {
            // No file system has both.
            _ if from.is_anonymous => Some(libc::EXDEV),
            true => None,
            false => moot(),
        };
        if let Some(errno) = moot {
            return Ok(if enforces { Answer::Fail(errno) } else { Answer::Continue });
        }
        let goes_on = is_declared || !enforces;
        for (place, judged) in [(from, from_judged), (to, to_judged)] {
            let is_told = goes_on || !judged.is_declared();
            let has_name = !place.is_deleted || !judged.is_declared();
            if is_told && has_name {
                let (path, declared) = (place.path().as_os_str(), self.mirror.declared(judged));
                self.tally.add_deed(Deed::Entry, path, judged.decision, declared);
            }
        }
        if goes_on && pair != Pair::Links && from.is_directory_itself() {
            self.tally.note_moved(from.path(), to.path());
        }
        if goes_on && pair == Pair::Exchanges && to.is_directory_itself() {
            self.tally.note_moved(to.path(), from.path());
        }
        if goes_on {
            return Ok(Answer::Continue);
        }
        // Programs copy what may not be linked across.
        let is_across = pair == Pair::Links && to_judged.is_declared();
        Ok(Answer::Fail(if is_across { libc::EXDEV } else { libc::EACCES }))
    }

    /// What is in memory alone is not run: no rule could name it.
    fn run(&mut self, question: Question<'_>, name: Name) -> Outcome {
        self.find(question, name, Wish::There, ResolveFlags::empty())?;
        let judged = match self.place.is_anonymous {
            true if self.mirror.enforces() => Decision::Denied.into(),
            true => Decision::Undeclared.into(),
            false => self.decide(Deed::Execute),
        };
        let has_path = self.place.path().is_absolute();
        if has_path && !self.place.is_directory() {
            self.count(Deed::Execute, judged);
        }
        Ok(if judged.decision == Decision::Denied {
            Answer::Fail(libc::EACCES)
        } else {
            Answer::Continue
        })
    }

    /// Landlock knows nothing of these: where anything is stopped, we do them, or nobody does.
    fn change_metadata(&mut self, question: Question<'_>, name: Name, change: Metadata) -> Outcome {
        let wanted =
            metadata::read(question.thread, change).map_err(|error| question.cut(error))?;
        let standing = self.standing(question)?;
        self.find_as(question, &standing, name, Wish::Held, ResolveFlags::empty())?;
        if self.place.is_anonymous && !self.mirror.enforces() {
            return Ok(Answer::Continue);
        }
        let Some(file) = self.place.handle.take() else {
            return Err(Cut::Unreadable(libc::EBADF));
        };
        let file = file.as_fd();
        if !self.place.is_anonymous {
            let mut judged = self.decide(Deed::Write);
            if self.mirror.enforces() && metadata::is_of_device(file, change) {
                judged = Decision::Denied.into();
            }
            if self.mirror.enforces() && judged.is_declared() {
                self.check_place(question, file)?;
            }
            self.count(Deed::Write, judged);
            match judged.decision {
                Decision::Denied => return Ok(Answer::Fail(libc::EACCES)),
                _ if !self.mirror.enforces() => return Ok(Answer::Continue),
                _ => {}
            }
        }
        if self.place.is_anonymous && !self.place.is_reached_by(question.thread) {
            return Err(Cut::Fails(libc::EACCES));
        }
        Ok(metadata::perform(&standing, &wanted, file, self.resolver.descriptors()))
    }

    /// Refuses what another file may be called: what was found through another process, in which the caller may not look,
    /// and what lies in a mount that is not ours.
    fn check_place(&self, question: Question<'_>, file: BorrowedFd<'_>) -> Result<(), Cut> {
        let is_known =
            self.place.is_reached_by(question.thread) && self.place.is_where_it_says(file);
        if is_known { Ok(()) } else { Err(Cut::Unreadable(libc::EACCES)) }
    }

    /// Finds what a name leads to, for as long as whoever asked still waits.
    fn find(
        &mut self,
        question: Question<'_>,
        name: Name,
        wish: Wish,
        resolve: ResolveFlags,
    ) -> Result<(), Cut> {
        self.find_as(question, &Standing::Same, name, wish, resolve)
    }

    /// The same, for who stands so: it finds no more than it could by itself.
    fn find_as(
        &mut self,
        question: Question<'_>,
        standing: &Standing,
        name: Name,
        wish: Wish,
        resolve: ResolveFlags,
    ) -> Result<(), Cut> {
        let (thread, place) = (question.thread, &mut self.place);
        let found = self.resolver.resolve(thread, standing, name, wish, resolve, place);
        match found {
            // Its number may be another thread's by now, and so may be what was found.
            Ok(()) if sys::still_waits(question.listener, question.id) => Ok(()),
            Ok(()) => Err(Cut::Gone),
            Err(error) => Err(question.cut(error)),
        }
    }

    fn decide(&self, deed: Deed) -> Judged {
        self.mirror.decide(deed, self.place.bytes(), self.place.directory())
    }

    fn count(&mut self, deed: Deed, judged: Judged) {
        let (path, declared) = (self.place.path().as_os_str(), self.mirror.declared(judged));
        self.tally.add_deed(deed, path, judged.decision, declared);
    }
}

type Outcome = Result<Answer, Cut>;

impl Question<'_> {
    fn cut(self, error: Unresolved) -> Cut {
        match error {
            _ if !sys::still_waits(self.listener, self.id) => Cut::Gone,
            Unresolved::Fails(error) => Cut::Fails(error.raw_os_error()),
            Unresolved::Unreadable(error) => Cut::Unreadable(error.raw_os_error()),
        }
    }
}

/// Says how something fails whatever a scope says, for the sake of what is there.
fn moot(touch: Touch, place: &Place) -> Option<i32> {
    let (fails, errno) = match touch {
        Touch::Makes => (place.is_there(), libc::EEXIST),
        Touch::Removes => (!place.is_there(), libc::ENOENT),
        Touch::Cuts { .. } => (place.is_directory(), libc::EISDIR),
        Touch::Replaces => return None,
    };
    fails.then_some(errno)
}
