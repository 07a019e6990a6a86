//! `aldis init`: a folder, a configuration, keys, a database and the first administrator.

use super::keys;
use super::session::{Failure, Result, Session};
use crate::config::{Config, Overrides};
use crate::ctx::Actor;
use crate::desk::office::{self, NewOfficer};
use crate::error::Error;
use crate::node::Keys;
use aldis_model::Tlp;
use aldis_model::role::Role;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Create a node: folder, configuration, keys, database, first administrator
///
/// Prints a one-time sign-in link for the administrator; there is no password.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis init --organisation Northport
  $ aldis init /srv/aldis --organisation 'Alba Watch' --admin Ines --public-url https://aldis.example")]
pub(super) struct Init {
    /// The folder to create [default: as --data]
    dir: Option<PathBuf>,
    /// Your organisation, as partners will know it; it cannot be changed later
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// The first administrator
    #[arg(long, value_name = "NAME", default_value = "admin")]
    admin: String,
    /// Where the server listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// How others reach the server [default: http:// and the address above]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl Init {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let data = self.dir.clone().unwrap_or_else(|| session.data());
        refuse_to_overwrite(&data)?;
        let organisation = self.organisation(session)?;
        check_name(&data, &organisation)?;
        if session.is_dry_run() {
            let plan =
                json!({ "data": data, "organisation": organisation, "admin": self.admin, "dry_run": true });
            let text = format!(
                "would create {} for {organisation} with administrator {}",
                data.display(),
                self.admin
            );
            session.out.object(SCHEMA, &plan, text)?;
            return Ok(0);
        }
        keys::create_folder(&data)?;
        let random = |stream| {
            let mut key = [0; 32];
            session.around.chance.fill(stream, &mut key);
            key
        };
        let secrets = Keys { signing: random("signing key"), seal: random("seal key") };
        keys::create(&data, &secrets)?;
        keys::create_file(&data.join("aldis.toml"), self.toml(&organisation).as_bytes())?;
        self.first_admin(session, &data)
    }

    /// Takes the organisation's name from the option, or asks for it at a terminal.
    fn organisation(&self, session: &Session<'_>) -> Result<String> {
        if let Some(name) = &self.organisation {
            return Ok(name.trim().to_owned());
        }
        if session.out.is_json() || !io::stdin().is_terminal() {
            let says = "say whose desk this is: --organisation NAME (partners will know it by this name)";
            return Err(Error::refused(says).into());
        }
        write!(io::stderr(), "Organisation, as partners will know it: ")?;
        let mut name = String::new();
        io::stdin().read_line(&mut name)?;
        Ok(name.trim().to_owned())
    }

    fn toml(&self, organisation: &str) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let url = match &self.public_url {
            Some(url) => format!("public_url = {}", quoted(url)),
            None => format!("# public_url = {}", quoted(&format!("http://{}", self.listen))),
        };
        TEMPLATE
            .replace("{organisation}", &quoted(organisation))
            .replace("{listen}", &quoted(&self.listen))
            .replace("{public_url}", &url)
    }

    fn first_admin(&self, session: &Session<'_>, data: &Path) -> Result<u8> {
        // Later commands find the node where this one makes it.
        let database = session.var("ALDIS_DB").map(str::to_owned);
        let config = Config::load(data, Overrides { database, ..Overrides::default() })?;
        let (url, org) = (config.public_url.clone(), config.org.clone());
        let node = session.open(config)?;
        let ctx = node.ctx(Actor::officer("init", "init", Role::Admin, &org, Tlp::Clear, BTreeSet::new()));
        let admin = NewOfficer {
            name: &self.admin,
            role: Role::Admin,
            ceiling: Tlp::Clear,
            compartments: &[],
            email: None,
        };
        let token = node.db.write(|tx| {
            office::add(tx, &ctx, &admin)?;
            office::invite(tx, &ctx, self.admin.trim())
        })?;
        node.publish()?;
        let link = format!("{url}/in/{token}");
        let verifier = node.verifier().to_string();
        let made =
            json!({ "data": data, "organisation": org, "admin": self.admin, "link": link, "key": verifier });
        session.out.say(format!("created {} for {org}", data.display()));
        session.out.say(format!("start the server with `aldis serve --data {}`, then", data.display()));
        session.out.say(format!("sign in as {} within a day, once, at:", self.admin));
        session.out.object(SCHEMA, &made, link)?;
        Ok(0)
    }
}

fn refuse_to_overwrite(data: &Path) -> Result<()> {
    let parts = ["aldis.toml", "aldis.db", "keys", "log"];
    match parts.iter().find(|part| data.join(part).exists()) {
        None => Ok(()),
        Some(part) => Err(Failure::from(Error::Conflict(format!(
            "{} holds a node already ({part}): nothing was changed. Use another folder, \
             or move this one away if you mean to start anew",
            data.display()
        )))),
    }
}

/// Refuses a name that the log could not be signed under, before anything is created.
fn check_name(data: &Path, organisation: &str) -> Result<()> {
    let config = Config::new(data, organisation);
    let usable = !config.org.is_empty() && config.org.chars().any(char::is_alphanumeric);
    match aldis_ledger::Signer::new(&config.origin(), &[1; 32]) {
        Ok(_) if usable && config.org.len() <= 64 => Ok(()),
        _ => Err(Error::refused("an organisation has a name of 1 to 64 letters").into()),
    }
}

const SCHEMA: &str = "aldis.init/1";

const TEMPLATE: &str = "\
# The settings of this node. Unknown keys are errors. Secrets are never here: keys are in keys/,
# a mail password in a file of its own. Flags and ALDIS_… variables come before this file.

# Your organisation. Labels, partners and the signed log know this node by it: do not change it.
organisation = {organisation}

# Where the server listens. Put a TLS proxy in front before you open it to others.
listen = {listen}

# How others reach the server: links in mails, the CAP feed and partners' nodes use it.
{public_url}

# A PostgreSQL URL. Without it the database is the file aldis.db in this folder.
# database = \"postgres://aldis@localhost/aldis\"

# In an exercise nothing leaves this server.
# exercise = true

# How mail is sent, if it is.
# [mail]
# host = \"mail.example\"
# port = 587
# from = \"desk@example\"
# security = \"starttls\"          # or tls; none only on this machine
# user = \"desk\"
# password_file = \"/etc/aldis/mail-password\"
";
