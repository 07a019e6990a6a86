//! `aldis doctor`: looks for what would go wrong, and says how to mend it.
//!
//! Every check stands by itself, so that a broken node still gets an answer to the others.

use super::keys;
use super::session::{Result, Session};
use crate::config::{Config, Overrides};
use crate::db::Db;
use crate::desk::{alarms, feeds, office};
use crate::error::Error;
use crate::log;
use crate::seal::Sealer;
use aldis_ledger::{Checkpoint, Signer};
use aldis_model::Time;
use aldis_model::role::{Action, Role};
use serde::Serialize;
use serde_json::json;
use std::path::Path;

/// Check configuration, keys, clock, store, disk, log and staff, and say how to mend each
///
/// Exits with 1 if something is wrong.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis doctor
  $ aldis doctor --json | jq -r '.checks[] | select(.ok | not) | .fix'")]
pub(super) struct Doctor {}

#[derive(Serialize)]
struct Checked {
    name: &'static str,
    ok: bool,
    says: String,
    fix: String,
}

/// What a check gives: words if all is well, else what is wrong and how to mend it.
type Finding = std::result::Result<String, (String, String)>;

impl Doctor {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let mut checks = Vec::new();
        let mut note = |name, finding: Finding| {
            let (ok, says, fix) = match finding {
                Ok(says) => (true, says, String::new()),
                Err((says, fix)) => (false, says, fix),
            };
            checks.push(Checked { name, ok, says, fix });
        };
        let config = session.config(Overrides::default());
        match config {
            Err(failure) => {
                note(
                    "config",
                    Err((failure.to_string(), "correct aldis.toml, or name the folder: --data".into())),
                );
            }
            Ok(config) => {
                let exercise = if config.exercise { " (exercise: nothing leaves)" } else { "" };
                note("config", Ok(format!("{} in {}{exercise}", config.org, config.data.display())));
                note("keys", check_keys(&config.data));
                note("disk", check_disk(&config.data));
                match open(&config) {
                    Err(finding) => note("store", Err(finding)),
                    Ok(db) => {
                        note("store", Ok(format!("{}, schema as this program knows it", db.kind())));
                        note("database file", check_file(&db));
                        note("clock", check_clock(session.around.clock.now(), &db));
                        note("log", check_log(&config, &db));
                        note("staff", check_staff(&db));
                        note("ways out", check_ways(&config, &db));
                        note("feeds", check_feeds(&config, &db, session.around.clock.now()));
                        note("false alarms", check_alarms(&config, &db));
                    }
                }
            }
        }
        let wrong = checks.iter().filter(|check| !check.ok).count();
        let mut text = String::new();
        for check in &checks {
            let mark = if check.ok { "ok   " } else { "WRONG" };
            text += &format!("{mark} {}: {}\n", check.name, check.says);
            if !check.ok {
                text += &format!("      mend: {}\n", check.fix);
            }
        }
        session.out.object("aldis.doctor/1", &json!({ "ok": wrong == 0, "checks": checks }), text)?;
        Ok(u8::from(wrong > 0))
    }
}

fn wrong(says: impl std::fmt::Display, fix: &str) -> (String, String) {
    (says.to_string(), fix.to_owned())
}

fn check_keys(data: &Path) -> Finding {
    keys::read(data).map_err(|error| wrong(error, "restore the file from your backup"))?;
    let open = keys::open_to_others(data);
    if let Some(path) = open.first() {
        let fix = format!(
            "chmod go-rwx {}",
            open.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" ")
        );
        return Err((format!("{} is open to others", path.display()), fix));
    }
    Ok("two, readable by their owner only".to_owned())
}

/// Writes and removes a file of one mebibyte.
fn check_disk(data: &Path) -> Finding {
    let path = data.join(".doctor");
    let tried = std::fs::write(&path, vec![0; 1 << 20]);
    // It may never have been there.
    let _ = std::fs::remove_file(&path);
    let fix = "make room, or give the folder to the user who runs aldis";
    tried.map_err(|error| wrong(format!("cannot write to {}: {error}", data.display()), fix))?;
    Ok("can be written to".to_owned())
}

fn open(config: &Config) -> std::result::Result<Db, (String, String)> {
    let path = config.data.join("aldis.db");
    if config.database.is_empty() && !path.exists() {
        return Err(wrong(format!("{} is missing", path.display()), "restore it from your backup"));
    }
    let opened = match config.database.as_str() {
        "" => Db::open_sqlite(&path),
        url => Db::open_pg(url),
    };
    opened.map_err(|error| wrong(error, "use the program that wrote it, or restore your backup"))
}

fn check_file(db: &Db) -> Finding {
    let lines = db.self_check().map_err(|error| wrong(error, "restore your backup"))?;
    match lines.first() {
        None => Ok("sound".to_owned()),
        Some(line) => Err(wrong(line, "restore your backup; keep the damaged file")),
    }
}

fn check_clock(now: Time, db: &Db) -> Finding {
    let fix = "set the clock (timedatectl set-ntp true) before anybody acts: every entry is stamped by it";
    if now < Time::from_micros(EARLIEST_US) {
        return Err(wrong(format!("it is {now}, before this program was written"), fix));
    }
    let head = db.read(log::head).map_err(|error| wrong(error, "restore your backup"))?;
    match head {
        Some(head) if head.at > now.plus(MINUTE_US) => {
            Err(wrong(format!("it is {now}, before the last checkpoint at {}", head.at), fix))
        }
        _ => Ok(format!("{now}")),
    }
}

fn check_log(config: &Config, db: &Db) -> Finding {
    let fix = "run `aldis log verify`, which names the place; then restore your backup";
    let broken = |error: Error| wrong(error, fix);
    let Some(head) = db.read(log::head).map_err(broken)? else {
        return Ok("empty".to_owned());
    };
    let keys = keys::read(&config.data).map_err(broken)?;
    let signer = Signer::new(&config.origin(), &keys.signing).map_err(|error| wrong(error, fix))?;
    let foreign =
        "the key is not the one that signed the log: restore keys/signing.key and the organisation's name";
    let opened = Checkpoint::open(head.note.as_bytes(), &signer.verifier());
    let checkpoint = opened.map_err(|error| wrong(error, foreign))?;
    let published = std::fs::read_to_string(config.data.join("log/checkpoint")).unwrap_or_default();
    if published != head.note {
        return Err(wrong("the published checkpoint is not the last one signed", fix));
    }
    let entries = db.read(crate::journal::next_index).map_err(broken)?;
    if i64::try_from(checkpoint.size()).is_ok_and(|size| size > entries) {
        return Err(wrong("the store holds fewer entries than were signed over", fix));
    }
    Ok(format!("signed up to entry {} of {entries}; `aldis log verify` checks all of it", checkpoint.size()))
}

fn check_staff(db: &Db) -> Finding {
    let officers = db.read(office::list).map_err(|error| wrong(error, "restore your backup"))?;
    let fix = "aldis user add NAME --role ROLE --as ADMIN";
    if !officers.iter().any(|officer| officer.role == Role::Admin) {
        return Err(wrong("nobody administers", fix));
    }
    let approvers = officers.iter().filter(|officer| officer.role.may(Action::Approve)).count();
    let writers = officers.iter().filter(|officer| officer.role.may(Action::Draft)).count();
    if approvers == 0 || writers < 2 {
        return Err(wrong("a warning needs somebody who writes and a second person who approves", fix));
    }
    Ok(format!("{} officers, {approvers} who may approve", officers.len()))
}

fn check_ways(config: &Config, db: &Db) -> Finding {
    let told = |channel: &str| {
        let count = db.read(|tx| tx.row(TOLD_BY, &[channel.into()])?.int(0));
        count.map_err(|error| wrong(error, "restore your backup"))
    };
    let (mailed, texted, ways) = (told("mail")?, told("text")?, &config.ways);
    if ways.gateway.is_none() && texted > 0 {
        return Err(wrong(
            format!("{texted} audiences are told by short message and no gateway is set"),
            "add [gateway] to aldis.toml",
        ));
    }
    crate::exchange::channel::signing_key(&ways.webhook, &[0; 32])
        .map_err(|says| wrong(says, "correct webhook.secret_file in aldis.toml"))?;
    match &ways.mail {
        None if mailed > 0 => Err(wrong(
            format!("{mailed} audiences are told by mail and no mail server is set"),
            "add [mail] to aldis.toml",
        )),
        Some(mail) if mail.password_file.as_ref().is_some_and(|file| !file.exists()) => {
            Err(wrong("the mail password's file is missing", "correct password_file in aldis.toml"))
        }
        _ => Ok("as the audiences need".to_owned()),
    }
}

/// Names the first feed that cannot be read, or that nobody reads.
fn check_feeds(config: &Config, db: &Db, now: Time) -> Finding {
    let states = db.read(feeds::states).map_err(|error| wrong(error, "restore your backup"))?;
    let mut says = vec![format!("{} set", config.feeds.len())];
    for feed in &config.feeds {
        let files = [&feed.secret_file, &feed.certificate, &feed.key_file, &feed.authority];
        if let Some(file) = files.into_iter().flatten().find(|file| !config.data.join(file).exists()) {
            let missing = format!("{}: {} is missing", feed.name, file.display());
            return Err(wrong(missing, "correct [[feeds]] in aldis.toml"));
        }
        let Some(state) = states.iter().find(|state| state.name == feed.name) else {
            says.push(format!("{} was not read yet", feed.name));
            continue;
        };
        if let Some(since) = state.failing_at {
            let fix = format!("aldis taxii collections {} asks the server the same way", feed.address);
            let failing = format!("{} cannot be read since {since}: {}", feed.name, state.failure);
            return Err(wrong(failing, &fix));
        }
        let late = i64::from(feed.every_min).saturating_mul(3 * MINUTE_US).max(LATE_US);
        match state.polled_at {
            Some(at) if now.since(at) > late && !config.exercise => {
                let late = format!("{} was last read at {at}", feed.name);
                return Err(wrong(late, "aldis serve reads it: start it, or see what it says"));
            }
            Some(at) => says.push(format!("{} read at {at}", feed.name)),
            None => says.push(format!("{} is being read", feed.name)),
        }
    }
    Ok(says.join(", "))
}

/// Sums up predicted and rejected matches, without a name.
fn check_alarms(config: &Config, db: &Db) -> Finding {
    let broken = |error: Error| wrong(error, "restore keys/seal.key, or your backup");
    let keys = keys::read(&config.data).map_err(broken)?;
    let totals = db.read(|tx| alarms::totals(tx, &Sealer::new(keys.seal))).map_err(broken)?;
    let mut says = format!(
        "{:.1} expected in {} reports, {} rejected, {} undecided, {} confirmed",
        totals.predicted, totals.reports, totals.rejected, totals.undecided, totals.confirmed
    );
    if totals.stand_out > 0 {
        says += &format!("; {} entries are more than twice off: `aldis names stats`", totals.stand_out);
    }
    Ok(says)
}

/// 1 January 2025.
const EARLIEST_US: i64 = 1_735_689_600_000_000;

const MINUTE_US: i64 = 60_000_000;

/// A feed is not late before half an hour has passed.
const LATE_US: i64 = 30 * MINUTE_US;

const TOLD_BY: &str = "-- cli::doctor::check_ways
    SELECT count(*) FROM audience a WHERE a.channel = $1
        OR EXISTS (SELECT 1 FROM way w WHERE w.audience_id = a.id AND w.channel = $1 AND w.ended_at IS NULL)";
