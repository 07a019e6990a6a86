//! `aldis demo`: two throw-away nodes that play the whole flow and stay up.

use super::serve::stopped;
use super::session::{Result, Session};
use crate::demo::{Demo, Urls};
use crate::error::Error;
use serde_json::json;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// Show the whole flow on two throw-away nodes with invented data
///
/// Nothing outside this machine is reached; the data is deleted on exit.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis demo
  $ aldis demo --port 9000 --once")]
pub(super) struct Play {
    /// Where the console listens on 127.0.0.1; the partner's node takes any free port
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
    /// Play the flow and end, instead of staying up
    #[arg(long)]
    once: bool,
}

impl Play {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let folder = Folder(fresh_folder(session)?);
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(self.show(session, &folder.0))?;
        Ok(0)
    }

    async fn show(self, session: &Session<'_>, folder: &std::path::Path) -> Result<()> {
        let north = bind(self.port).await?;
        let alba = bind(0).await?;
        let url = |listener: &TcpListener| Ok::<_, Error>(format!("http://{}", listener.local_addr()?));
        let urls = Urls { north: url(&north)?, alba: url(&alba)? };
        let around = session.around;
        let demo = std::sync::Arc::new(Demo::open(folder, &urls, &around.clock, &around.chance)?);
        let (stop, _) = tokio::sync::broadcast::channel::<()>(1);
        let until = || {
            let mut stopping = stop.subscribe();
            async move {
                let _ = stopping.recv().await;
            }
        };
        let servers = [
            tokio::spawn(crate::serve::serve(demo.north.clone(), north, None, until())),
            tokio::spawn(crate::serve::serve(demo.alba.clone(), alba, None, until())),
        ];
        session.out.say(format!("Console      {}/  (invented data, deleted on exit)", urls.north));
        let playing = demo.clone();
        let played = tokio::task::spawn_blocking(move || playing.play(&mut |line| eprintln!("{line}"))).await;
        played.map_err(Error::broken)??;
        let link = demo.sign_in_link("M. Duarte")?;
        let data = json!({ "console": urls.north, "sign_in": link });
        session.out.object(
            "aldis.demo/1",
            &data,
            format!("Console  {link}\n         signs you in once as M. Duarte, senior officer"),
        )?;
        if !self.once {
            session.out.say("stop with Ctrl-C");
            stopped().await;
        }
        let _ = stop.send(());
        for server in servers {
            server.await.map_err(Error::broken)??;
        }
        Ok(())
    }
}

async fn bind(port: u16) -> Result<TcpListener> {
    let bound = TcpListener::bind(("127.0.0.1", port)).await;
    Ok(bound.map_err(|error| {
        Error::Refused(format!("cannot listen at port {port}: {error}; choose another with --port"))
    })?)
}

/// A folder that goes when the demo ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // Nobody is left to tell if it cannot be removed.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn fresh_folder(session: &Session<'_>) -> Result<PathBuf> {
    let mut random = [0; 8];
    session.around.chance.fill("folder", &mut random);
    let folder = std::env::temp_dir().join(format!("aldis-demo-{:016x}", u64::from_be_bytes(random)));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}
