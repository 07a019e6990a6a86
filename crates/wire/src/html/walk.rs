//! Walks a parsed page without recursion and makes text of it.
//!
//! Blocks become paragraphs, cells and list items become lines, `<br>` a line
//! feed. What is not shown is never text.
//!
//! Source: HTML Living Standard section 15.3 (what is rendered as a block).

use crate::{Error, Limits, Result, text};
use dom_query::{Document as Page, NodeRef};

/// What is left out besides scripts, styles and templates.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Skip {
    /// Nothing else.
    Hidden,
    /// Navigation, forms, headers and footers too.
    Furniture,
}

/// Measures the tree exactly, before anything else walks it.
///
/// # Errors
///
/// [`Error::TooDeep`] and [`Error::TooMany`].
pub(crate) fn admit(page: &Page, limits: &Limits) -> Result<()> {
    let (mut depth, mut count) = (0_usize, 0_usize);
    visit(page.root(), |_, step| {
        match step {
            Step::Enter => {
                depth += 1;
                count += 1;
            }
            Step::Leave => depth -= 1,
        }
        if depth > limits.html_depth {
            return Err(Error::TooDeep { limit: limits.html_depth });
        }
        if count > limits.elements.saturating_mul(NODES_PER_ELEMENT) {
            return Err(Error::TooMany { limit: limits.elements });
        }
        Ok(true)
    })
}

/// Makes text of a page or a piece of one.
pub(crate) fn text(page: &Page, skip: Skip) -> String {
    let mut out = String::new();
    collect(page.root(), skip, &mut out);
    text::tidy(&out)
}

/// Makes text of the paragraphs only, for a page without a readable part.
pub(crate) fn paragraphs(page: &Page) -> String {
    let mut out = String::new();
    for node in page.select("p").nodes() {
        if node.ancestors_it(None).any(|above| is_named(&above, &HIDDEN) || is_named(&above, &FURNITURE)) {
            continue;
        }
        collect(*node, Skip::Hidden, &mut out);
        out.push_str("\n\n");
    }
    text::tidy(&out)
}

fn collect(root: NodeRef<'_>, skip: Skip, out: &mut String) {
    let walked = visit(root, |node, step| {
        if node.is_text() {
            if step == Step::Enter {
                push(out, &node.text());
            }
            return Ok(true);
        }
        let hidden = is_named(&node, &HIDDEN) || (skip == Skip::Furniture && is_named(&node, &FURNITURE));
        if hidden {
            return Ok(false);
        }
        if is_named(&node, &BLOCKS) {
            out.push_str("\n\n");
        } else if is_named(&node, &LINES) {
            out.push('\n');
        } else if is_named(&node, &CELLS) && step == Step::Leave {
            out.push(' ');
        }
        Ok(true)
    });
    // The visitor has no way to fail.
    debug_assert!(walked.is_ok());
}

/// Line feeds in the source are spaces; only elements break lines.
fn push(out: &mut String, text: &str) {
    out.extend(text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t' | '\0') { ' ' } else { c }));
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Enter,
    Leave,
}

/// Visits every node below `root` in order, entering and leaving; the visitor
/// answers whether to go inside.
fn visit<'a>(root: NodeRef<'a>, mut visitor: impl FnMut(NodeRef<'a>, Step) -> Result<bool>) -> Result<()> {
    let mut next = root.first_child();
    let mut depth = 0_usize;
    while let Some(node) = next {
        let inside = visitor(node, Step::Enter)?;
        if let Some(child) = node.first_child().filter(|_| inside) {
            depth += 1;
            next = Some(child);
            continue;
        }
        let mut here = node;
        next = loop {
            visitor(here, Step::Leave)?;
            if let Some(sibling) = here.next_sibling() {
                break Some(sibling);
            }
            match here.parent() {
                Some(parent) if depth > 0 => {
                    depth -= 1;
                    here = parent;
                }
                _ => break None,
            }
        };
    }
    Ok(())
}

fn is_named(node: &NodeRef<'_>, names: &[&str]) -> bool {
    node.is_element() && node.node_name().is_some_and(|name| names.contains(&name.as_ref()))
}

/// A page has about as many texts as elements, and some comments.
const NODES_PER_ELEMENT: usize = 3;

const HIDDEN: [&str; 12] = [
    "script", "style", "template", "noscript", "head", "iframe", "object", "svg", "math", "select",
    "textarea", "canvas",
];

const FURNITURE: [&str; 7] = ["nav", "header", "footer", "aside", "form", "button", "menu"];

const BLOCKS: [&str; 24] = [
    "p",
    "div",
    "article",
    "section",
    "main",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "dl",
    "table",
    "figure",
    "figcaption",
    "header",
    "footer",
    "aside",
    "hr",
    "address",
];

const LINES: [&str; 5] = ["br", "li", "tr", "dt", "dd"];

const CELLS: [&str; 2] = ["td", "th"];
