//! Checks everything that a source holds, one object at a time.

use super::super::{Limits, Memory, Piece, Stream, Tree, Value};
use super::{Findings, Options, Problem, Seen, Severity};
use crate::Result;
use std::io::Read;

/// The verdict on one object of a source.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The number in the list, from 0; `None` for an object alone and for the bundle itself.
    pub number: Option<usize>,
    /// The type as written; `None` if it cannot be read.
    pub kind: Option<String>,
    /// The id as written; `None` if it cannot be read.
    pub id: Option<String>,
    /// What was found, or why the object is no JSON.
    pub findings: Result<Findings>,
    /// The object as it arrived.
    pub bytes: &'a [u8],
    /// How many bytes of the source were looked at by then.
    pub offset: u64,
}

/// Checks what `source` holds, and hands each verdict to `each`, the bundle's own last.
///
/// Memory does not grow with the source: what comes twice is found among the
/// last 50,000 objects at least.
///
/// # Errors
///
/// Those of [`Stream::next_piece`].
pub fn check_stream<R: Read>(
    source: R,
    limits: Limits,
    options: &Options,
    mut each: impl FnMut(Judged<'_>),
) -> Result<()> {
    let mut stream = Stream::new(source, limits);
    let (mut seen, mut memory) = (Seen::default(), Memory::default());
    let mut list = false;
    loop {
        let offset = stream.offset();
        let Some(Piece { number, bundled, bytes, refused }) = stream.next_piece()? else { break };
        list |= number.is_some();
        let mut judged =
            Judged { number, kind: None, id: None, findings: Ok(Findings::default()), bytes, offset };
        let read = refused.map_or_else(|| Tree::read_into(bytes, &limits, std::mem::take(&mut memory)), Err);
        match read {
            Err(error) => judged.findings = Err(error),
            Ok(tree) => {
                let root = tree.root();
                let text = |name| root.get(name).and_then(Value::as_text).map(std::borrow::Cow::into_owned);
                (judged.kind, judged.id) = (text("type"), text("id"));
                judged.findings = Ok(one(root, bundled, options, &mut seen));
                memory = tree.into_memory();
            }
        }
        each(judged);
    }
    let head = stream.head();
    let circle = seen.circle();
    if stream.had_objects() && (head != b"{}" || circle.is_some()) {
        let mut judged = bundle(&head, list, limits, options, stream.offset());
        if let (Some(what), Ok(findings)) = (circle, &mut judged.findings) {
            let severity = Severity::Must;
            findings.add(Problem {
                path: "$.objects".to_owned(),
                severity,
                section: "7.2.1",
                check: "",
                what,
            });
        }
        each(judged);
    }
    Ok(())
}

fn one(root: Value<'_>, member: bool, options: &Options, seen: &mut Seen) -> Findings {
    if !member {
        return super::check_value(root, options);
    }
    let mut findings = Findings::default();
    super::bundle::next(root, options, seen, &mut findings);
    findings
}

/// Checks what stands around the objects. Without a type it is a TAXII envelope.
fn bundle<'a>(head: &'a [u8], any: bool, limits: Limits, options: &Options, offset: u64) -> Judged<'a> {
    let mut judged =
        Judged { number: None, kind: None, id: None, findings: Ok(Findings::default()), bytes: head, offset };
    match Tree::read(head, &limits) {
        Err(error) => judged.findings = Err(error),
        Ok(tree) => {
            let root = tree.root();
            let text = |name| root.get(name).and_then(Value::as_text).map(std::borrow::Cow::into_owned);
            (judged.kind, judged.id) = (text("type"), text("id"));
            if root.get("type").is_some() {
                judged.findings = Ok(super::check_around(root, any, options));
            }
        }
    }
    judged
}
