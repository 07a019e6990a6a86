//! Collects every byte an audience could obtain.
//!
//! The public: the feed, every alert in it, the pages without a sign-in, the error pages. Somebody
//! told by mail: the mails, and the page behind each link in every language. A partner's node: the
//! envelopes that went to it and the replies. A partner's own tool: everything TAXII answers it. Somebody
//! told in person: the text that was handed over.
//! Whoever is told anything also reads what the public reads.

use super::format::{AudiencePlan, Exercise};
use super::stage::{Reader, Stage};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_model::label::key;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

/// What the audiences obtained so far, each byte string once.
pub(super) struct Obtained {
    runtime: tokio::runtime::Runtime,
    by_audience: BTreeMap<String, BTreeMap<String, Vec<Vec<u8>>>>,
}

impl Obtained {
    pub(super) fn new() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, by_audience: BTreeMap::new() })
    }

    pub(super) fn count(&self) -> usize {
        self.by_audience.values().flat_map(BTreeMap::values).map(Vec::len).sum()
    }

    /// Returns what an audience obtained by itself: where from, and the bytes, in order.
    pub(super) fn own(&self, audience: &str) -> Vec<(String, Vec<u8>)> {
        let kept = self.by_audience.get(audience).into_iter().flatten();
        kept.flat_map(|(what, all)| all.iter().map(move |bytes| (what.clone(), bytes.clone()))).collect()
    }

    /// Returns what an audience obtained, with what anybody can read.
    pub(super) fn everything(&self, audience: &str) -> Vec<(String, Vec<u8>)> {
        let mut all = self.own(audience);
        all.extend(self.own(ANYBODY));
        all
    }

    /// Looks again, after something happened.
    pub(super) fn collect(&mut self, exercise: &Exercise, stage: &Stage) -> Result<()> {
        let desk = stage.node(&exercise.desk)?;
        for path in OPEN_PATHS {
            let bytes = self.get(&desk, path)?;
            self.keep(ANYBODY, path, bytes);
        }
        let feed = self.get(&desk, "/feed/alerts.atom")?;
        for path in paths_in(&String::from_utf8_lossy(&feed), &desk.config.public_url, "/cap/") {
            let bytes = self.get(&desk, &path)?;
            self.keep(ANYBODY, &path, bytes);
        }
        for (node, plan) in &stage.audiences {
            let node = stage.node(node)?;
            self.collect_for(stage, &node, plan)?;
        }
        for reader in &stage.readers {
            self.poll(stage, reader)?;
        }
        Ok(())
    }

    /// Reads what a partner's tool can read; every audience of the partner has it.
    fn poll(&mut self, stage: &Stage, reader: &Reader) -> Result<()> {
        let node = stage.node(&reader.node)?;
        let own = format!("/taxii2/desk/collections/{}/", reader.collection);
        let mut paths =
            ["/taxii2/", "/taxii2/desk/", "/taxii2/desk/collections/"].map(str::to_owned).to_vec();
        let queries = ["", "manifest/?match[version]=all", "objects/", "objects/?match[version]=all"];
        paths.extend(queries.map(|query| format!("{own}{}", query.replace('[', "%5B").replace(']', "%5D"))));
        for path in paths {
            let bytes = self.ask(&node, &path, Some(&reader.token))?;
            for (at, plan) in &stage.audiences {
                let org = key(plan.org.as_deref().unwrap_or(&plan.name));
                if *at == reader.node && org == reader.partner {
                    self.keep(&plan.name, &path, bytes.clone());
                }
            }
        }
        Ok(())
    }

    fn collect_for(&mut self, stage: &Stage, node: &Arc<Node>, plan: &AudiencePlan) -> Result<()> {
        let name = plan.name.as_str();
        match plan.channel.as_str() {
            "mail" => {
                for mail in stage.net.mail().into_iter().filter(|mail| mail.to == plan.address) {
                    self.keep(name, "mail", format!("{}\n\n{}", mail.subject, mail.body).into_bytes());
                    for path in paths_in(&mail.body, &node.config.public_url, "/a/") {
                        for language in LANGUAGES {
                            let bytes = self.get(node, &format!("{path}?l={language}"))?;
                            self.keep(name, &format!("page in {language}"), bytes);
                        }
                    }
                }
            }
            "node" => {
                let url = stage.nodes.get(&plan.address).map(|node| node.config.public_url.clone());
                let sent = stage.net.envelopes();
                for envelope in sent.into_iter().filter(|sent| Some(&sent.url) == url.as_ref()) {
                    self.keep(name, "envelope", envelope.body.into_bytes());
                    self.keep(name, "reply", envelope.reply.into_bytes());
                }
            }
            "hand" => {
                let cover = stage.cover(name);
                for text in node.db.read(|tx| handed(tx, &cover))? {
                    self.keep(name, "handed over", text.into_bytes());
                }
                for notice in node.db.read(|tx| notices(tx, &cover))? {
                    self.keep(name, "refusal notice", notice.into_bytes());
                }
            }
            _ => {
                let open = self.own(ANYBODY);
                for (what, bytes) in open {
                    self.keep(name, &what, bytes);
                }
            }
        }
        Ok(())
    }

    fn keep(&mut self, audience: &str, what: &str, bytes: Vec<u8>) {
        let kept =
            self.by_audience.entry(audience.to_owned()).or_default().entry(what.to_owned()).or_default();
        if !kept.contains(&bytes) {
            kept.push(bytes);
        }
    }

    /// Reads one page as somebody without a sign-in.
    pub(super) fn get(&self, node: &Arc<Node>, path: &str) -> Result<Vec<u8>> {
        self.ask(node, path, None)
    }

    fn ask(&self, node: &Arc<Node>, path: &str, token: Option<&str>) -> Result<Vec<u8>> {
        let mut request = Request::get(path);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::empty()).map_err(Error::broken)?;
        let router = crate::web::router(node.clone());
        self.runtime.block_on(async {
            let response = router.oneshot(request).await.map_err(Error::broken)?;
            let mut bytes = format!("{}\n", response.status()).into_bytes();
            let body = axum::body::to_bytes(response.into_body(), PAGE_MAX).await.map_err(Error::broken)?;
            bytes.extend_from_slice(&body);
            Ok(bytes)
        })
    }
}

/// Finds the paths below `prefix` that a text names under the node's address.
fn paths_in(text: &str, url: &str, prefix: &str) -> Vec<String> {
    let start = format!("{url}{prefix}");
    let found = text.match_indices(&start).filter_map(|(at, _)| {
        let rest = text.get(at + url.len()..)?;
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || "/-_.".contains(c))).unwrap_or(rest.len());
        rest.get(..end).map(str::to_owned)
    });
    found.collect()
}

fn handed(tx: &mut Tx<'_>, audience: &str) -> Result<Vec<String>> {
    tx.rows(HANDED, &[audience.to_uppercase().into()])?
        .iter()
        .map(|row| Ok(format!("{}\n{}\n\n{}", row.text(0)?, row.text(1)?, row.text(2)?)))
        .collect()
}

fn notices(tx: &mut Tx<'_>, source: &str) -> Result<Vec<String>> {
    tx.rows(NOTICES, &[source.to_uppercase().into()])?.iter().map(|row| row.text(0)).collect()
}

/// What anybody can read without being told anything.
pub(super) const ANYBODY: &str = "(anybody)";

const PAGE_MAX: usize = 4 << 20;

const LANGUAGES: [&str; 5] = ["en", "ru", "uk", "ar", "fa"];

const OPEN_PATHS: [&str; 11] = [
    "/",
    "/sign-in",
    "/feed/alerts.atom",
    "/feed/alerts.rss",
    "/cap/L-00000000.xml",
    "/a/unknown",
    "/reports/R-00000000",
    "/record",
    "/log/checkpoint",
    "/health/ready",
    "/no/such/page",
];

const NOTICES: &str = "-- exercise::obtain::notices
    SELECT notice FROM list_offer WHERE source = $1 AND told_at IS NOT NULL ORDER BY id";

const HANDED: &str = "-- exercise::obtain::handed
    SELECT r.tlp, w.subject, r.body FROM delivery d
      JOIN release r ON r.id = d.release_id
      JOIN warning w ON w.id = r.warning_id
      JOIN audience a ON a.id = r.audience_id
     WHERE a.name = $1 AND d.delivered_at IS NOT NULL ORDER BY d.id";
