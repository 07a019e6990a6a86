//! `aldis taxii credential`: passwords, tokens and certificates of partners' tools.
//!
//! A secret is made here, printed once and kept as a hash.

use crate::cli::session::{self, About, Result, Session};
use crate::desk::share::credentials::{self, Proof};
use crate::error::Error;
use crate::taxii::{secret, tls};
use aldis_model::Digest;
use serde_json::json;
use std::path::PathBuf;

/// Credentials, by which partners' tools say who they are
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis taxii credential add alba --purpose 'their MISP' --as Noor
  $ aldis taxii credential revoke alba --as Noor --yes")]
pub(crate) enum Credential {
    Add(Add),
    List(List),
    Revoke(Revoke),
}

impl Credential {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Add(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Revoke(args) => args.run(session),
        }
    }
}

/// Make a credential; the secret is printed once
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis taxii credential add alba --purpose 'their OpenCTI' --as Noor
  $ aldis taxii credential add alba --way certificate --certificate alba.pem --as Noor")]
pub(crate) struct Add {
    /// The partner whose tool it is for
    partner: String,
    /// How the tool says who it is: basic, bearer or certificate
    #[arg(long, default_value = "basic")]
    way: String,
    /// The client certificate to bind, in PEM
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Which tool it is for
    #[arg(long, default_value = "", hide_default_value = true)]
    purpose: String,
}

impl Add {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let token = desk.ctx.token();
        let proof = match (self.way.as_str(), &self.certificate) {
            ("basic", None) => Proof::Basic(secret::hash(&desk.ctx, &token)?),
            ("bearer", None) => Proof::Bearer(Digest::of(token.as_bytes())),
            ("certificate", Some(file)) => Proof::Certificate(tls::fingerprint(file)?),
            ("certificate", None) => {
                return Err(Error::refused("say which certificate: --certificate FILE").into());
            }
            ("basic" | "bearer", Some(_)) => {
                return Err(Error::refused("a certificate goes with --way certificate").into());
            }
            (other, _) => {
                return Err(
                    Error::Refused(format!("{other:?} is no way: basic, bearer or certificate")).into()
                );
            }
        };
        let id = desk.write(|tx, ctx| credentials::add(tx, ctx, &self.partner, &proof, &self.purpose))?;
        let (mut made, text) = match &proof {
            Proof::Basic(_) => (json!({ "user": id, "password": token }), format!("{id}:{token}")),
            Proof::Bearer(_) => (json!({ "token": token }), token),
            Proof::Certificate(hash) => (json!({ "sha256": hash }), id.to_string()),
        };
        if let Some(fields) = made.as_object_mut() {
            fields.insert("id".to_owned(), json!(id));
        }
        session.out.object("aldis.credential/1", &made, text)?;
        session.out.say(format!("{id}: hand it over in person or by a safe way; it is not shown again"));
        Ok(0)
    }
}

/// List the credentials, without their secrets
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis taxii credential list --as Noor
  $ aldis taxii credential list alba --as Noor --json | jq -r '.items[].id'")]
pub(crate) struct List {
    /// Only this partner's
    partner: Option<String>,
}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let partner = self.partner.as_deref();
        let found = session.desk()?.read(|tx, ctx| credentials::list(tx, ctx, partner))?;
        session.out.list(&found, None, &["ID", "PARTNER", "WAY", "MADE", "REVOKED", "PURPOSE"], |one| {
            let revoked = one.revoked_at.map_or_else(|| "no".to_owned(), |at| at.minute());
            let (id, made) = (one.id.to_string(), one.created_at.minute());
            vec![id, one.partner.clone(), one.kind.clone(), made, revoked, one.purpose.clone()]
        })?;
        Ok(0)
    }
}

/// Revoke the credentials of a partner; they are refused at once
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis taxii credential revoke alba --as Noor --yes
  $ aldis taxii credential revoke alba --id K-7K2MQ4ZD --as Noor --yes")]
pub(crate) struct Revoke {
    /// The partner
    partner: String,
    /// Only this one
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

impl Revoke {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let one = self.id.as_deref().map(session::id).transpose()?;
        session.confirm(&format!("The tools of {} will be refused.", self.partner))?;
        let count = desk.write(|tx, ctx| credentials::revoke(tx, ctx, &self.partner, one.as_ref()));
        let count = count.about(format!("a credential of {:?}", self.partner))?;
        let done = json!({ "id": self.partner, "revoked": count });
        session.out.object(session::DONE, &done, format!("revoked {count}"))?;
        Ok(0)
    }
}
