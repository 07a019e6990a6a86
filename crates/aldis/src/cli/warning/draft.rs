//! `aldis warning new`: reads a draft from JSON.

use super::super::files::read_input;
use super::super::session::{DONE, Result, Session, id};
use crate::desk::compose::{self, CapDraft, Draft, Sentence};
use crate::error::Error;
use aldis_model::tearline::Transformation;
use aldis_model::{Id, Label, Time};
use serde::Deserialize;
use serde_json::json;

/// Write a warning for a duty from a JSON draft
#[derive(clap::Args)]
#[command(after_help = "\
The draft: {\"subject\": TEXT, \"ends_at\": TIME or null, \"targeted\": false, \"cap\": {\"area\": TEXT,
\"urgency\": \"Expected\", …}, \"portions\": [{\"text\": TEXT, \"label\": LABEL, \"basis\": [REPORT]}]}.
Only subject and portions are needed. The subject must be fit for the public. Labels look like
CLEAR or AMBER+STRICT REL ALBA. Unknown fields are errors. A portion may say how it was written anew,
and the machine checks it: \"transformed\": [{\"how\": \"place\", \"path\": [\"Lantern Hall\", \"Lowtown\"],
\"to\": \"Lowtown\"}, {\"how\": \"paraphrase\"}].

Examples:
  $ aldis warning new D-3ER5T6YU --file draft.json --as Mara
  $ jq .draft note.json | aldis warning new D-3ER5T6YU --file - --as Mara --json")]
pub(in super::super) struct New {
    /// The duty it discharges
    duty: String,
    /// The draft; `-` is stdin
    #[arg(long)]
    file: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DraftFile {
    subject: String,
    #[serde(default)]
    ends_at: Option<Time>,
    #[serde(default)]
    targeted: bool,
    #[serde(default)]
    cap: CapDraft,
    portions: Vec<PortionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PortionFile {
    text: String,
    label: Label,
    #[serde(default)]
    basis: Vec<Id>,
    #[serde(default)]
    transformed: Vec<Transformation>,
}

impl New {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let duty = id(&self.duty)?;
        let bytes = read_input(&self.file, DRAFT_MAX)?;
        if bytes.len() > DRAFT_MAX {
            return Err(Error::Refused(format!("{}: a draft has at most 1 MiB", self.file)).into());
        }
        let draft = parse(&bytes).map_err(|error| Error::Refused(format!("{}: {error}", self.file)))?;
        let warning = session.desk()?.write(|tx, ctx| compose::draft(tx, ctx, &duty, &draft))?;
        session.out.object(DONE, &json!({ "id": warning, "duty": duty }), warning.as_str())?;
        Ok(0)
    }
}

fn parse(bytes: &[u8]) -> std::result::Result<Draft, serde_json::Error> {
    let file: DraftFile = serde_json::from_slice(bytes)?;
    let sentence = |one: PortionFile| Sentence {
        text: one.text,
        label: one.label,
        basis: one.basis,
        transformed: one.transformed,
    };
    Ok(Draft {
        subject: file.subject,
        ends_at: file.ends_at,
        targeted: file.targeted,
        cap: file.cap,
        portions: file.portions.into_iter().map(sentence).collect(),
    })
}

const DRAFT_MAX: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_needs_a_subject_and_portions_only() {
        let draft =
            parse(br#"{"subject":"Alert","portions":[{"text":"Avoid it.","label":"CLEAR"}]}"#).unwrap();
        assert_eq!(draft.portions.len(), 1);
        assert!(draft.ends_at.is_none() && !draft.targeted);
    }

    #[test]
    fn an_unknown_field_and_an_unreadable_label_are_refused() {
        let unknown = br#"{"subject":"A","urgent":true,"portions":[]}"#;
        assert!(parse(unknown).unwrap_err().to_string().contains("urgent"));
        let label = br#"{"subject":"A","portions":[{"text":"b","label":"SECRET"}]}"#;
        assert!(parse(label).unwrap_err().to_string().contains("not a label"));
    }
}
