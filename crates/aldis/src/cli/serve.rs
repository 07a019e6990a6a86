//! `aldis serve`: the console, the exchange with other nodes and the public feed, until a signal.

use super::session::{Result, Session};
use crate::config::Overrides;
use crate::error::Error;
use crate::serve::WithTls;
use crate::taxii::tls;
use serde_json::json;
use tokio::net::TcpListener;

/// Run the server: console, exchange with partners, public feed
///
/// Stops on SIGINT or SIGTERM, after the work in hand.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis serve
  $ aldis serve --listen 127.0.0.1:9000 --exercise")]
pub(super) struct Serve {
    /// Where to listen [env: ALDIS_LISTEN; default: as in aldis.toml]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Exercise: nothing leaves this server [env: ALDIS_EXERCISE]
    #[arg(long)]
    exercise: bool,
}

impl Serve {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        if session.is_dry_run() {
            let says = "a server keeps what it does: use --exercise for one from which nothing leaves";
            return Err(Error::refused(says).into());
        }
        let over = Overrides { listen: self.listen, exercise: self.exercise, ..Overrides::default() };
        let config = session.config(over)?;
        let (listen, public, exercise) = (config.listen.clone(), config.public_url.clone(), config.exercise);
        let tls = config.tls.clone();
        let acceptor = tls.as_ref().map(tls::acceptor).transpose()?;
        let node = session.open(config)?;
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            let listener = bound(&listen).await?;
            let with_tls = match (acceptor, &tls) {
                (Some(acceptor), Some(tls)) => {
                    Some(WithTls { listener: bound(&tls.listen).await?, acceptor })
                }
                _ => None,
            };
            let console = format!("http://{}/", listener.local_addr()?);
            let started = json!({ "console": console, "public_url": public, "exercise": exercise });
            let mode = if exercise { " (exercise: nothing leaves)" } else { "" };
            session.out.object("aldis.serve/1", &started, format!("Console  {console}{mode}"))?;
            session.out.say("stop with Ctrl-C");
            crate::serve::serve(node, listener, with_tls, stopped()).await
        })?;
        session.out.say("stopped");
        Ok(0)
    }
}

async fn bound(listen: &str) -> std::result::Result<TcpListener, Error> {
    TcpListener::bind(listen).await.map_err(|error| {
        Error::Refused(format!("cannot listen at {listen}: {error}; choose another with --listen"))
    })
}

/// Returns when the operator or the system asks the program to stop.
pub(super) async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}
