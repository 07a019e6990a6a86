//! `aldis person protector`, `unprotect`: who may be told the name of somebody at risk.

use super::super::session::{DONE, Result, Session, id};
use crate::desk::protectors;
use serde_json::json;

/// Name who protects somebody and may be told the name
///
/// The name may then stand in a version for this audience, under RED, once a second person approves it.
/// The audience is on the rung of named officers.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person protector PR-7K2MQ4ZD UNIT --basis 'agreed to on 4 May, file 12' --as Lena
  $ aldis person protector PR-7K2MQ4ZD UNIT --basis 'a plan to kill; cannot be asked' --as Lena --json")]
pub(in super::super) struct Name {
    /// The cover name
    subject: String,
    /// The audience, by its name
    audience: String,
    /// The person's yes, or why it is a matter of life
    #[arg(long, value_name = "TEXT")]
    basis: String,
}

impl Name {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let subject = id(&self.subject)?;
        let name = |tx: &mut crate::db::Tx<'_>, ctx: &crate::ctx::Ctx| {
            protectors::name(tx, ctx, &subject, &self.audience, &self.basis)
        };
        let made = session.desk()?.write(name)?;
        session.out.object(DONE, &json!({ "id": made, "subject": subject }), made.as_str())?;
        Ok(0)
    }
}

/// End what `aldis person protector` named: the name goes there no more
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person unprotect PT-5TG6YH7U --reasons 'moved to another unit' --as Lena
  $ aldis person show PR-7K2MQ4ZD --as Lena --json | jq -r '.protectors[].id'")]
pub(in super::super) struct End {
    /// The appointment by its id
    protector: String,
    /// Why it ends
    #[arg(long, value_name = "TEXT")]
    reasons: String,
}

impl End {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.protector)?;
        session.desk()?.write(|tx, ctx| protectors::end(tx, ctx, &id, &self.reasons))?;
        session.out.object(DONE, &json!({ "id": id }), format!("{id} ended"))?;
        Ok(0)
    }
}
