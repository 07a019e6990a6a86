//! Reads labelled pairs of names and splits them by entity.

use std::collections::BTreeMap;

/// One labelled pair.
#[derive(Debug, Clone, Default)]
pub struct Labelled {
    /// The id of the row.
    pub id: String,
    /// PER, ORG, GRP or VES.
    pub kind: String,
    /// One name.
    pub a: String,
    /// The other.
    pub b: String,
    /// Of one entity.
    pub same: bool,
    /// Why the pair is in the set.
    pub category: String,
    /// The scripts of both.
    pub scripts: (String, String),
    /// Where the pair comes from.
    pub src: String,
    /// Names that stand in a row together, or in rows that share a name, have
    /// one group.
    pub group: u32,
}

/// Reads `id,type,a,b,label,category,script_a,script_b,src`.
///
/// # Errors
///
/// A line that has not nine cells, with its number.
pub fn read(text: &str) -> Result<Vec<Labelled>, String> {
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let cells = cells(line);
        let [id, kind, a, b, label, category, x, y, src] = cells.as_slice() else {
            return Err(format!("line {}: nine cells are needed, {} found", number + 1, cells.len()));
        };
        rows.push(Labelled {
            id: id.clone(),
            kind: kind.clone(),
            a: a.clone(),
            b: b.clone(),
            same: label == "1",
            category: category.clone(),
            scripts: (x.clone(), y.clone()),
            src: src.clone(),
            group: 0,
        });
    }
    group(&mut rows);
    Ok(rows)
}

impl Labelled {
    /// Tells whether training may look at the row: its licence allows it, and
    /// its group is one of the four fifths that are for training.
    #[must_use]
    pub fn trains(&self) -> bool {
        self.is_free() && !self.group.wrapping_mul(0x9e37_79b1).rotate_right(16).is_multiple_of(5)
    }

    /// Tells whether the licence of the row allows training.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.src == "eu" || self.src == "factru" || self.src.starts_with("misp-")
    }
}

/// Joins rows that share a name by union and find; a positive row joins its two
/// names. A negative row takes the group of its first name.
fn group(rows: &mut [Labelled]) {
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let mut parent: Vec<usize> = Vec::new();
    let mut id = |name: &str, parent: &mut Vec<usize>| {
        *ids.entry(name.to_lowercase()).or_insert_with(|| {
            parent.push(parent.len());
            parent.len() - 1
        })
    };
    let names: Vec<(usize, usize)> =
        rows.iter().map(|r| (id(&r.a, &mut parent), id(&r.b, &mut parent))).collect();
    for (row, (a, b)) in rows.iter().zip(&names) {
        if row.same {
            let (a, b) = (root(&parent, *a), root(&parent, *b));
            if let Some(slot) = parent.get_mut(a.max(b)) {
                *slot = a.min(b);
            }
        }
    }
    for (row, (a, _)) in rows.iter_mut().zip(&names) {
        row.group = u32::try_from(root(&parent, *a)).unwrap_or(0);
    }
}

fn root(parent: &[usize], mut at: usize) -> usize {
    while let Some(&up) = parent.get(at) {
        if up == at {
            break;
        }
        at = up;
    }
    at
}

/// Splits one line of a comma-separated file with quoted cells.
#[must_use]
pub fn cells(line: &str) -> Vec<String> {
    let (mut out, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(std::mem::take(&mut cell)),
            _ => cell.push(c),
        }
    }
    out.push(cell);
    out
}
