//! Many hands: one lead speaks to the store, and each hand holds one piece at a time.
//!
//! In one transaction the lead records what came of the last pieces, claims the next ones and starts them;
//! while it commits, the hands carry. Nobody is told that a piece is done before that is durable, a piece is
//! claimed before it is carried and recorded after, and what a crash leaves behind is claimed again when its
//! lease runs out. If a transaction fails, each of its pieces is recorded in one of its own, so that one that
//! cannot be does not undo the others.
//!
//! See `docs/design/0009-many-hands.md`.

mod floor;

use super::{begin, carry, later, note_marks, piece, record, settle};
use crate::error::{self, Error};
use crate::exchange::Missed;
use crate::node::Node;
use crate::outbox::{self, Leased, Work};
use aldis_model::Time;
use aldis_model::time::SECOND_US;
use floor::{Floor, Job, Room, Went};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came of a piece.
enum Made {
    /// A delivery was carried, or not.
    Carried(Leased, Result<String, Missed>),
    /// The hand has recorded it.
    Recorded,
}

/// Does everything that is due, with at most `workers` hands for one destination, until nothing is due and
/// nothing is out, or `go_on` says no. Does `beside` between two claims, and counts what that did.
pub(super) fn run(
    node: &Node,
    workers: usize,
    go_on: &dyn Fn() -> bool,
    beside: &dyn Fn() -> error::Result<usize>,
) -> error::Result<usize> {
    let floor = Floor::new(workers);
    let ended = std::thread::scope(|scope| {
        let hire = || {
            scope.spawn(|| hand(node, &floor));
        };
        let ended = Lead::new(node, &floor, &hire).work(go_on, beside);
        floor.close();
        ended
    });
    // What was still being carried when the lead stopped is recorded if the store takes it; if not, it is
    // carried again when its lease runs out.
    loop {
        let (rest, _) = floor.take();
        if rest.is_empty() {
            return ended;
        }
        for made in &rest {
            let _ = settle_one(node, made);
        }
    }
}

/// Carries one piece after the other until there is no more to do.
fn hand(node: &Node, floor: &Floor) {
    while let Some(job) = floor.next() {
        match catch_unwind(AssertUnwindSafe(|| carry_one(node, &job))) {
            Ok(Ok((went, made))) => floor.report(&job.leased, went, made),
            Ok(Err(error)) => floor.fail(&job.leased, error),
            Err(_) => floor.fail(&job.leased, Error::broken("a piece of work panicked")),
        }
    }
}

fn carry_one(node: &Node, job: &Job) -> error::Result<(Went, Made)> {
    let Some(attempt) = &job.attempt else {
        let went = if piece(node, &job.leased)? { Went::Well } else { Went::Badly };
        return Ok((went, Made::Recorded));
    };
    let carried = carry(node, attempt);
    let went = match &carried {
        Err(missed) if missed.again => Went::Badly,
        // It arrived, or was refused for good: the destination answers.
        _ => Went::Well,
    };
    Ok((went, Made::Carried(job.leased.clone(), carried)))
}

/// The thread that speaks to the store.
struct Lead<'a> {
    node: &'a Node,
    floor: &'a Floor,
    hire: &'a dyn Fn(),
    hands: usize,
    done: usize,
    published_at: Time,
}

impl<'a> Lead<'a> {
    fn new(node: &'a Node, floor: &'a Floor, hire: &'a dyn Fn()) -> Self {
        Self { node, floor, hire, hands: 0, done: 0, published_at: node.world.clock.now() }
    }

    fn work(
        mut self,
        go_on: &dyn Fn() -> bool,
        beside: &dyn Fn() -> error::Result<usize>,
    ) -> error::Result<usize> {
        loop {
            note_marks(self.node)?;
            let fired = beside()?;
            let going = go_on();
            let moved = self.turn(going)?;
            self.done += fired;
            if fired > 0 || moved {
                self.publish_now_and_then()?;
                continue;
            }
            if self.floor.is_idle() {
                self.node.publish()?;
                return Ok(self.done);
            }
            self.floor.wait();
        }
    }

    /// Records what was carried and claims what is due, in one commit; says whether there was anything.
    fn turn(&mut self, going: bool) -> error::Result<bool> {
        let now = self.node.world.clock.now();
        let back = self.floor.take_back(now, !going);
        let (made, failed) = self.floor.take();
        let room = if going { self.floor.room() } else { Room::none() };
        let moved = self.in_one(&back, &made, room.clone()).or_else(|_| self.one_by_one(&back, &made, room));
        self.done += made.len();
        let started = match (failed, moved) {
            (None, Ok(started)) => started,
            (Some(error), _) | (None, Err(error)) => return Err(error),
        };
        let any = !(back.is_empty() && made.is_empty() && started.is_empty());
        self.floor.put(started);
        for _ in 0..self.floor.wanting().min(HANDS_MAX - self.hands) {
            (self.hire)();
            self.hands += 1;
        }
        Ok(any)
    }

    fn in_one(&self, back: &[Job], made: &[Made], mut room: Room) -> error::Result<Vec<Job>> {
        let ctx = self.node.system();
        self.node.db.write(|tx| {
            for job in back {
                outbox::again(tx, &job.leased.id, ctx.now)?;
            }
            for made in made {
                if let Made::Carried(leased, carried) = made {
                    record(tx, &ctx, leased, carried)?;
                }
            }
            let mut started = Vec::new();
            for leased in outbox::lease_some(tx, ctx.now, &mut room)? {
                if leased.work != Work::Send {
                    started.push(Job { leased, attempt: None, at: ctx.now });
                } else if let Some(attempt) = begin(tx, &ctx, &leased)? {
                    started.push(Job { leased, attempt: Some(attempt), at: ctx.now });
                }
            }
            Ok(started)
        })
    }

    /// As [`Self::in_one`], with a commit for each: one that cannot be recorded or started does not stop the
    /// others.
    fn one_by_one(&self, back: &[Job], made: &[Made], mut room: Room) -> error::Result<Vec<Job>> {
        let (node, mut failed) = (self.node, None);
        for job in back {
            let ctx = node.system();
            failed = node.db.write(|tx| outbox::again(tx, &job.leased.id, ctx.now)).err().or(failed);
        }
        for made in made {
            failed = settle_one(node, made).err().or(failed);
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let now = node.world.clock.now();
        let mut started = Vec::new();
        for leased in node.db.write(|tx| outbox::lease_some(tx, now, &mut room))? {
            if leased.work != Work::Send {
                started.push(Job { leased, attempt: None, at: now });
                continue;
            }
            let ctx = node.system();
            match node.db.write(|tx| begin(tx, &ctx, &leased)) {
                Ok(Some(attempt)) => started.push(Job { leased, attempt: Some(attempt), at: now }),
                Ok(None) => {}
                Err(error) => later(node, &leased, &error)?,
            }
        }
        Ok(started)
    }

    /// Publishes about once a second while there is work without an end.
    fn publish_now_and_then(&mut self) -> error::Result<()> {
        let now = self.node.world.clock.now();
        if now.since(self.published_at) >= SECOND_US {
            self.node.publish()?;
            self.published_at = now;
        }
        Ok(())
    }
}

/// Records what came of one piece in a commit of its own.
fn settle_one(node: &Node, made: &Made) -> error::Result<()> {
    match made {
        Made::Carried(leased, carried) => settle(node, leased, carried),
        Made::Recorded => Ok(()),
    }
}

/// Hands of all destinations together.
const HANDS_MAX: usize = 128;
