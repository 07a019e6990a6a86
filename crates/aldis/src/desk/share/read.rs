//! Reads a page of a collection: one walk along its places, each object through the gate.
//!
//! What a partner brought may always go back to it, whatever its marking; what we published goes if
//! its label lets the partner see it, asked anew each time. An object that may not pass is not there:
//! the walk goes on until the page is full or the collection ends.
//!
//! Source: TAXII 2.1 sections 3.4, 3.5, 5.3, 5.4, 5.6 and 5.8.

use super::collections::Collection;
use super::{place, put::numbers};
use crate::ctx::Ctx;
use crate::db::{Row, Tx, Value};
use crate::error::{Error, Result};
use aldis_model::role::Action;
use aldis_model::{Label, Labelled, Released};
use aldis_wire::taxii::{Filter, Pick, Row as Line};
use std::fmt::Write;

/// What a request wants to know of the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// The objects themselves.
    Bodies,
    /// Ids, dates and versions.
    Lines,
}

/// What one page is about.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The object, if only one is asked for.
    pub object: Option<&'a str>,
    /// Which objects.
    pub filter: &'a Filter,
    /// When the last thing on the page before was added.
    pub after: Option<i64>,
    /// How many at most; at least 1.
    pub limit: usize,
    /// What of them.
    pub want: Want,
}

/// One page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The objects, if they were asked for.
    pub bodies: Vec<Vec<u8>>,
    /// Ids, dates and versions, if they were asked for.
    pub lines: Vec<Line>,
    /// When the first one was added.
    pub first: Option<i64>,
    /// When the last one was added.
    pub last: Option<i64>,
    /// Whether there is more.
    pub more: bool,
}

/// Reads a page of a collection of the partner whose tool asks.
///
/// # Errors
///
/// [`Error::Forbidden`] if the partner may not read it; [`Error::NotFound`] if one object was asked
/// for and no version of it is here.
pub fn page(tx: &mut Tx<'_>, ctx: &Ctx, collection: &Collection, ask: &Ask<'_>) -> Result<Released<Page>> {
    ctx.may(Action::Deliver)?;
    if !collection.can_read {
        return Err(Error::Forbidden("this collection cannot be read".to_owned()));
    }
    let (mut walk, mut labels) = (Walk::default(), Labels::default());
    let mut after = place::after(collection.number, ask.after.max(ask.filter.added_after));
    loop {
        let (sql, values, most) = statement(collection, ask, after);
        let mut seen = 0;
        tx.scan(&sql, &values, &mut |row| {
            seen += 1;
            after = row.int(0)?;
            let label = labels.towards(collection, &row)?;
            let item = Labelled::new(item(row, ask.want)?, label);
            Ok(ctx.show(item).map_or(true, |shown| walk.take(shown, ask.limit)))
        })?;
        // Fewer than were asked for: the collection ends here.
        if walk.full || seen < most {
            break;
        }
    }
    if let (true, Some(object)) = (walk.passed.is_empty(), ask.object) {
        tx.row(KNOWN, &[collection.number.into(), object.into()])?;
    }
    let more = walk.full;
    Ok(Released::collect(walk.passed).map(|items| filled(items, more)))
}

/// One object on its way.
struct Item {
    added: i64,
    body: Vec<u8>,
    line: Option<Line>,
}

/// What passed the gate so far.
#[derive(Default)]
struct Walk {
    passed: Vec<Released<Item>>,
    bytes: usize,
    full: bool,
}

impl Walk {
    /// Takes one object and says whether to go on.
    fn take(&mut self, item: Released<Item>, limit: usize) -> bool {
        let size = item.get().body.len();
        self.full = self.passed.len() >= limit || (self.bytes + size > BYTES_MAX && !self.passed.is_empty());
        if !self.full {
            self.bytes += size;
            self.passed.push(item);
        }
        !self.full
    }
}

fn item(row: Row, want: Want) -> Result<Item> {
    let added = place::added(row.int(0)?);
    match want {
        Want::Lines => {
            let line = Line { id: row.text(3)?, added, version: row.int(4)? };
            Ok(Item { added, body: Vec::new(), line: Some(line) })
        }
        Want::Bodies => match row.0.into_iter().nth(3) {
            Some(Value::Blob(body)) => Ok(Item { added, body, line: None }),
            _ => Err(Error::broken("an object without a body")),
        },
    }
}

fn filled(items: Vec<Item>, more: bool) -> Page {
    let (first, last) = (items.first().map(|item| item.added), items.last().map(|item| item.added));
    let mut page = Page { first, last, more, ..Page::default() };
    for item in items {
        match item.line {
            Some(line) => page.lines.push(line),
            None => page.bodies.push(item.body),
        }
    }
    page
}

/// The label read last: a collection holds few different ones.
#[derive(Default)]
struct Labels {
    text: String,
    label: Option<Label>,
}

impl Labels {
    /// Says what guards a row towards the partner that owns the collection.
    fn towards(&mut self, collection: &Collection, row: &Row) -> Result<Label> {
        let (Some(Value::Text(source)), Some(Value::Text(text))) = (row.0.get(1), row.0.get(2)) else {
            return Err(Error::broken("an object without source or label"));
        };
        if *source == collection.partner {
            return Ok(Label::clear());
        }
        if self.label.is_none() || self.text != *text {
            self.text.clone_from(text);
            self.label = Some(Label::foreign(text));
        }
        Ok(self.label.clone().unwrap_or_else(|| Label::foreign(text)))
    }
}

/// Writes the query for what stands after a place, and how many rows it gives at most.
///
/// Each form leaves one index that fits, so that no plan depends on how full the store was when it was
/// made: PostgreSQL keeps one that was right for an empty store.
fn statement(collection: &Collection, ask: &Ask<'_>, after: i64) -> (String, Vec<Value>, usize) {
    let filter = ask.filter;
    let mut values: Vec<Value> = vec![after.into(), place::end(collection.number).into()];
    let (mut kinds, mut range, mut order) = (filter.kinds.as_slice(), RANGE, "place");
    if ask.object.is_some() || !filter.ids.is_empty() {
        (range, order) = (RANGE_OF_IDS, "place + 0");
        values.push(collection.number.into());
    } else if let [kind] = kinds {
        (kinds, range, order) = (&[], RANGE_OF_KIND, "kind, place");
        values.push(kind.into());
    }
    let mut sql = match ask.want {
        Want::Bodies => format!("{SELECT} body {range}"),
        Want::Lines => format!("{SELECT} id, version {range}"),
    };
    let one: Vec<String> = ask.object.map(str::to_owned).into_iter().collect();
    let lists = [
        ("id", one.as_slice()),
        ("id", &filter.ids),
        ("kind || ''", kinds),
        ("spec_version", &filter.spec_versions),
    ];
    for (column, words) in lists.into_iter().filter(|(_, words)| !words.is_empty()) {
        let _ = write!(sql, " AND {column} IN ({})", numbers(values.len() + 1, words.len()));
        values.extend(words.iter().map(Value::from));
    }
    sql.push_str(&versions(&filter.picks, &mut values));
    // Few different limits, so that the store prepares few statements.
    let most = [2, 11, 101].into_iter().find(|most| *most > ask.limit).unwrap_or(1_001);
    let _ = write!(sql, " ORDER BY {order} LIMIT {most}");
    (sql, values, most)
}

/// Writes the condition on versions.
fn versions(picks: &[Pick], values: &mut Vec<Value>) -> String {
    if picks.contains(&Pick::All) {
        return String::new();
    }
    let picks = if picks.is_empty() { &[Pick::Last] } else { picks };
    let one = |pick: &Pick| match pick {
        Pick::All => "1 = 1".to_owned(),
        Pick::Last => "superseded_at IS NULL".to_owned(),
        Pick::First => FIRST.to_owned(),
        Pick::At(version) => {
            values.push((*version).into());
            format!("version = ${}", values.len())
        }
    };
    format!(" AND ({})", picks.iter().map(one).collect::<Vec<_>>().join(" OR "))
}

/// Says whether a version is picked; `at` is its position among `count`, oldest first.
pub(super) fn picked(pick: Pick, version: i64, at: usize, count: usize) -> bool {
    match pick {
        Pick::All => true,
        Pick::First => at == 0,
        Pick::Last => at + 1 == count,
        Pick::At(wanted) => version == wanted,
    }
}

/// A page is not longer than this, whatever the limit; one object always fits.
const BYTES_MAX: usize = 8 << 20;

const SELECT: &str = "-- desk::share::read::page
    SELECT place, source, label,";

/// By the table's own key.
const RANGE: &str = "FROM taxii_object WHERE place > $1 AND place <= $2";

/// By the index of ids: no index holds a sum. For the same reason a list of types is compared as
/// `kind || ''`: by the index of types it would read what is in other collections.
const RANGE_OF_IDS: &str = "FROM taxii_object WHERE place + 0 > $1 AND place + 0 <= $2 AND collection = $3";

/// By the index of types, the only one that begins with a type and goes on with a place.
const RANGE_OF_KIND: &str = "FROM taxii_object WHERE (kind, place) > ($3, $1) AND (kind, place) <= ($3, $2)";

const FIRST: &str = "NOT EXISTS (SELECT 1 FROM taxii_object e WHERE e.collection = taxii_object.collection
                                    AND e.id = taxii_object.id AND e.version < taxii_object.version)";

const KNOWN: &str = "-- desk::share::read::page known
    SELECT place FROM taxii_object WHERE collection = $1 AND id = $2 LIMIT 1";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use aldis_model::{Time, Tlp};

    /// Says how SQLite would find what a request asks for.
    fn plan(ask: &Ask<'_>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("a.db")).unwrap();
        let collection = Collection {
            id: "a".to_owned(),
            partner: "ALBA".to_owned(),
            title: "A".to_owned(),
            description: None,
            can_read: true,
            can_write: true,
            created_at: Time::from_micros(0),
            label: Label::clear(),
            ceiling: Tlp::Amber,
            number: 7,
        };
        let (sql, values, _) = statement(&collection, ask, place::after(7, None));
        let rows = db.read(|tx| tx.rows(&format!("EXPLAIN QUERY PLAN {sql}"), &values)).unwrap();
        rows.iter().map(|row| row.text(3).unwrap()).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn each_form_of_a_page_has_one_index() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let ask = |object, filter| plan(&Ask { object, filter, after: None, limit: 10, want: Want::Bodies });
        let all = Filter::default();
        assert!(ask(None, &all).contains("USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"));
        let by_id = "USING INDEX taxii_object_version (id=? AND collection=?)";
        assert!(ask(Some("url--1"), &all).contains(by_id));
        let ids = Filter { ids: words(&["url--1", "url--2"]), kinds: words(&["url"]), ..Filter::default() };
        assert!(ask(None, &ids).contains(by_id));
        let kinds = Filter { kinds: words(&["url", "file"]), ..Filter::default() };
        assert!(ask(None, &kinds).contains("USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"));
        let kind = Filter { kinds: words(&["url"]), spec_versions: words(&["2.1"]), ..Filter::default() };
        let plan = ask(None, &kind);
        assert!(plan.contains("USING INDEX taxii_object_kind"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
