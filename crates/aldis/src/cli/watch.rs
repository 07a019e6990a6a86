//! `aldis watch`: what waits for a person, and whether anything is overdue.

use super::out::table;
use super::session::{Result, Session};
use crate::desk::watch::{self, Waiting};
use serde_json::json;

/// Show what waits for a person, by priority and time left
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis watch --as Mara
  $ aldis watch --check --quiet --as Mara || echo overdue")]
pub(super) struct Watch {
    /// Show only what is overdue, and exit with 10 if anything is
    #[arg(long)]
    check: bool,
}

impl Watch {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let now = desk.ctx.now;
        let floor = desk.read(watch::floor)?.into_inner();
        let shown = |task: &&Waiting| !self.check || task.is_overdue(now);
        let waiting: Vec<&Waiting> = floor.waiting.iter().filter(shown).collect();
        let overdue = floor.waiting.iter().filter(|task| task.is_overdue(now)).count();
        let row = |task: &&Waiting| {
            let thing = task.thing.clone();
            let id = task.id.to_string();
            let title = format!("{}  {}", task.title, task.note);
            vec![task.priority().word().to_owned(), task.clock(now), id, thing, title.trim_end().to_owned()]
        };
        let rows: Vec<Vec<String>> = waiting.iter().map(row).collect();
        let mut text = format!(
            "{now}  {} waiting, {overdue} overdue, {} shelved, {} reports within the hour, log at {}\n",
            floor.waiting.len(),
            floor.shelved.len(),
            floor.new_in_hour,
            floor.log_size
        );
        if !rows.is_empty() {
            text += &table(&["PRIORITY", "TIME", "TASK", "THING", "WHAT"], &rows);
        }
        if !self.check {
            for sent in &floor.sent {
                text += &format!("{}  {} to {} by {}\n", sent.id, sent.progress, sent.title, sent.channel);
            }
        }
        let object = json!({
            "now": now, "overdue": overdue, "waiting": waiting, "shelved": floor.shelved, "sent": floor.sent,
            "new_in_10_min": floor.new_in_10_min, "new_in_hour": floor.new_in_hour,
            "log_size": floor.log_size, "log_at": floor.log_at,
        });
        session.out.object("aldis.watch/1", &object, text)?;
        Ok(if self.check && overdue > 0 { OVERDUE } else { 0 })
    }
}

const OVERDUE: u8 = 10;
