//! The picture of a case: a lane for us, one for each audience or partner, one for the world.
//!
//! It shows order, not distance, and nothing that the list beside it does not say in words.

use super::Line;

/// The picture, in pixels as it is drawn.
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) lanes: Vec<Lane>,
    pub(super) points: Vec<Point>,
    /// How many entries the list has and the picture has not.
    pub(super) left_out: usize,
}

pub(super) struct Lane {
    pub(super) name: String,
    pub(super) y: usize,
}

/// One entry; what went wrong is drawn as a square, so that colour is never alone.
pub(super) struct Point {
    pub(super) number: usize,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) is_bad: bool,
}

impl Picture {
    /// Draws the entries of a list. Where they are too many, the quiet ones are left out first.
    pub(super) fn of(lines: &[Line]) -> Self {
        let is_full = lines.len() > POINTS_MAX;
        let loud = lines.iter().filter(|line| !(is_full && line.is_quiet));
        let drawn: Vec<&Line> = loud.take(POINTS_MAX).collect();
        let lanes = lanes(&drawn);
        let step = (WIDTH - LEFT) / drawn.len().max(1);
        let step = step.clamp(STEP_MIN, STEP_MAX);
        let y = |name: &str| lanes.iter().find(|lane| lane.name == short(name)).map_or(TOP, |lane| lane.y);
        let point = |(at, line): (usize, &&Line)| Point {
            number: line.number,
            x: LEFT + step / 2 + at * step,
            y: y(&line.lane),
            is_bad: line.is_bad,
        };
        Self {
            width: LEFT + step * drawn.len().max(4),
            height: lanes.len() * LANE,
            points: drawn.iter().enumerate().map(point).collect(),
            left_out: lines.len() - drawn.len(),
            lanes,
        }
    }
}

/// Lists the lanes: us first, the world last, between them everybody in order of appearance.
fn lanes(drawn: &[&Line]) -> Vec<Lane> {
    let mut names = vec![short("us")];
    for line in drawn {
        let name = short(&line.lane);
        if line.lane != "world" && !names.contains(&name) {
            names.push(name);
        }
    }
    names.push(short("world"));
    let lane = |(at, name): (usize, String)| Lane { name, y: TOP + at * LANE };
    names.into_iter().enumerate().map(lane).collect()
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME_MAX {
        return name.to_owned();
    }
    name.chars().take(NAME_MAX - 1).chain(['…']).collect()
}

const POINTS_MAX: usize = 40;
const WIDTH: usize = 1_180;
const LEFT: usize = 120;
const LANE: usize = 52;
const TOP: usize = 36;
const STEP_MIN: usize = 26;
const STEP_MAX: usize = 80;
const NAME_MAX: usize = 14;
