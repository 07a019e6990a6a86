//! Walks along an object and its table.

use super::super::{id, path, timestamp};
use super::table::{Class, Form, Rule, Shape, TABLE};
use super::{Findings, Kind, Options, Problem, Severity, Value, custom, marked, rules, text};
use std::borrow::Cow;

/// Where the walk is: a chain of steps up to the root.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    up: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Item(usize),
}

impl<'p> Place<'p> {
    pub(super) const fn root() -> Self {
        Self { up: None, step: Step::Root }
    }

    pub(super) const fn key(&'p self, key: &'p str) -> Self {
        Self { up: Some(self), step: Step::Key(key) }
    }

    pub(super) const fn item(&'p self, at: usize) -> Self {
        Self { up: Some(self), step: Step::Item(at) }
    }

    fn path(&self) -> String {
        let above = self.up.map(Place::path).unwrap_or_default();
        match self.step {
            Step::Root => "$".to_owned(),
            Step::Key(key) => above + &path::step(key),
            Step::Item(at) => format!("{above}[{at}]"),
        }
    }
}

/// The check of one object.
pub(super) struct Walk<'w> {
    pub(super) options: &'w Options,
    pub(super) findings: &'w mut Findings,
    /// The type of the object.
    pub(super) kind: &'w str,
    /// The class that the table gives the type; `None` for a custom type.
    pub(super) class: Option<Class>,
    /// The container of an observed-data object, while its objects are checked.
    pub(super) beside: Option<Value<'w>>,
    /// The extension types that the object uses.
    pub(super) uses: custom::Uses,
}

/// Checks one object that is no bundle.
pub(super) fn object<'w>(
    value: Value<'w>,
    options: &'w Options,
    place: &Place<'_>,
    beside: Option<Value<'w>>,
    findings: &'w mut Findings,
) {
    let kind = value.get("type").and_then(Value::as_text);
    let mut walk = Walk { options, findings, kind: "", class: None, beside, uses: custom::Uses::of(value) };
    if value.kind() != Kind::Map {
        return walk.must(place, "3", "not a STIX object");
    }
    let Some(kind) = kind else {
        return walk.must(place, "3.2", "the object has no type, or its type is not a string");
    };
    walk.kind = &kind;
    walk.whole(value, place);
}

impl Walk<'_> {
    fn whole(&mut self, value: Value<'_>, place: &Place<'_>) {
        let shape = TABLE.object(self.kind);
        self.class = shape.map(|shape| shape.class);
        if shape.is_none() {
            custom::object(self, place);
        }
        // A custom object without dates is an observable one.
        let dated = value.get("created").is_some() || value.get("modified").is_some();
        let core = if dated || self.kind == "bundle" { "common" } else { "observable" };
        let Some(shape) = shape.or_else(|| TABLE.part(core)) else { return };
        self.shape(value, shape, place);
        marked::check(self, value, place);
        rules::check(self, value, place);
    }

    /// Adds a broken MUST.
    pub(super) fn must(&mut self, place: &Place<'_>, section: &'static str, what: impl Into<String>) {
        self.findings.add(Problem {
            path: place.path(),
            severity: Severity::Must,
            section,
            check: "",
            what: what.into(),
        });
    }

    /// Adds a broken SHOULD, unless it is turned off.
    pub(super) fn should(
        &mut self,
        place: &Place<'_>,
        section: &'static str,
        check: &'static str,
        what: impl Into<String>,
    ) {
        if self.options.on(check) {
            let severity = Severity::Should;
            self.findings.add(Problem { path: place.path(), severity, section, check, what: what.into() });
        }
    }

    /// Checks the properties of an object or a part, and the rules between them.
    pub(super) fn shape(&mut self, value: Value<'_>, shape: &Shape, place: &Place<'_>) {
        if value.kind() != Kind::Map {
            return self.must(place, shape.section, "not an object");
        }
        let mut seen = 0_u64;
        for (key, value) in value.entries() {
            let here = place.key(&key);
            match shape.property(&key) {
                Some((at, form)) => {
                    seen |= 1 << at;
                    self.form(form, value, &here, shape.section);
                }
                None => custom::property(self, shape, &key, value, &here),
            }
        }
        let mut missing = shape.required & !seen;
        // In the older container the key stands for the id.
        if let Some((id, _)) = shape.property("id").filter(|_| self.beside.is_some()) {
            missing &= !(1 << id);
        }
        if missing != 0 {
            for (at, (name, _)) in shape.properties.iter().enumerate() {
                if missing & (1 << at) != 0 {
                    self.must(&place.key(name), shape.section, "the property is required and missing");
                }
            }
        }
        for rule in &shape.rules {
            self.rule(rule, seen, value, shape, place);
        }
    }

    fn rule(&mut self, rule: &Rule, seen: u64, value: Value<'_>, shape: &Shape, place: &Place<'_>) {
        let what = match rule {
            Rule::Any(names, bits) if seen & bits == 0 => match names.len() {
                0..=4 => format!("at least one of {} must be there", names.join(", ")),
                _ => "at least one of its own properties must be there".to_owned(),
            },
            Rule::One(names, bits) if (seen & bits).count_ones() != 1 => {
                format!("exactly one of {} must be there", names.join(", "))
            }
            Rule::All(names, bits) if seen & bits != 0 && seen & bits != *bits => {
                format!("{} must be there together", names.join(", "))
            }
            Rule::With(one, bit, others, bits) if seen & bit != 0 && seen & bits != *bits => {
                format!("{one} must come with {}", others.join(", "))
            }
            Rule::Order { first, then, equal, both } if seen & both == *both => {
                let time = |name: &str| value.get(name).and_then(Value::as_plain);
                let (Some(a), Some(b)) = (time(first), time(then)) else { return };
                if timestamp::check(a).is_err() || timestamp::check(b).is_err() {
                    return;
                }
                let order = timestamp::compare(a, b);
                let good = order.is_lt() || (*equal && order.is_eq());
                if !good {
                    let word = if *equal { "must not be earlier than" } else { "must be later than" };
                    self.must(&place.key(then), shape.section, format!("{word} {first}"));
                }
                return;
            }
            _ => return,
        };
        self.must(place, shape.section, what);
    }

    /// Checks one value against its form.
    pub(super) fn form(&mut self, form: &Form, value: Value<'_>, place: &Place<'_>, section: &'static str) {
        match form {
            Form::Text => self.plain(value, Kind::Text, place, section, "not a string"),
            Form::Bool => self.plain(value, Kind::Bool, place, "2.2", "neither true nor false"),
            Form::List(inner) => self.list(inner, value, place, section),
            Form::Any => self.any(value, place),
            Form::Part(at) => {
                if let Some(shape) = TABLE.shapes.get(*at) {
                    self.shape(value, shape, place);
                }
            }
            Form::Integer(from, to) => self.integer(value, *from, *to, place),
            Form::Float(from, to) => self.float(value, *from, *to, place),
            Form::Hashes { known } => self.hashes(value, *known, place),
            Form::Dictionary(what) => super::custom::dictionary(self, what, value, place, section),
            Form::Extensions => custom::extensions(self, value, place),
            Form::Objects => rules::container(self, value, place),
            Form::Contents => rules::contents(self, value, place),
            _ => match value.as_text() {
                Some(text) => self.text(form, &text, place, section),
                None => self.must(place, section, "not a string"),
            },
        }
    }

    fn plain(&mut self, value: Value<'_>, kind: Kind, place: &Place<'_>, section: &'static str, what: &str) {
        if value.kind() != kind {
            self.must(place, section, what);
        }
    }

    fn list(&mut self, inner: &Form, value: Value<'_>, place: &Place<'_>, section: &'static str) {
        if value.kind() != Kind::List {
            return self.must(place, section, "not a list");
        }
        if value.is_empty() {
            return self.must(place, "2.12", EMPTY_LIST);
        }
        for (at, item) in value.items().enumerate() {
            self.form(inner, item, &place.item(at), section);
        }
    }

    /// Checks what every value keeps: it is not null, and no empty list.
    pub(super) fn any(&mut self, value: Value<'_>, place: &Place<'_>) {
        if value.kind() == Kind::Null {
            self.must(place, "2", "null is no value in STIX: leave the property out");
        } else if value.kind() == Kind::List && value.is_empty() {
            self.must(place, "2.12", EMPTY_LIST);
        }
    }

    fn text(&mut self, form: &Form, text: &str, place: &Place<'_>, section: &'static str) {
        match form {
            Form::Checked(check) => {
                if let Err(rule) = text::check(check, text) {
                    self.must(place, section, rule);
                }
            }
            Form::Advised(check) => self.advised(check, text, place, section),
            Form::Open(at) => self.vocabulary(*at, text, place),
            Form::Closed(at) => {
                let known = TABLE.vocabularies.get(*at).filter(|own| !own.values.contains(text));
                if let Some(own) = known {
                    self.must(place, own.section, format!("not one of the values of {}-enum", own.name));
                }
            }
            Form::Time(fewest, most) => self.time(text, *fewest, *most, place),
            Form::Binary if !text::base64(text) => self.must(place, "2.1", "not base64"),
            Form::Hex if !text::hex(text) => {
                self.must(place, "2.8", "not an even number of digits 0-9 and a-f");
            }
            Form::Url if !text::url(text) => self.must(place, section, "not a URI as RFC 3986 defines it"),
            Form::Id => self.own_id(text, place),
            Form::Ref { types, except } => self.reference(text, types, *except, place),
            Form::Sighted => self.sighted(text, place),
            Form::Observable(types) => self.observable(text, types, place),
            _ => {}
        }
    }

    fn advised(&mut self, check: &str, text: &str, place: &Place<'_>, section: &'static str) {
        let Err(rule) = text::check(check, text) else { return };
        let name = match check {
            "country" => "countries",
            "product" => "malware-analysis-product",
            "kill-chain" => "kill-chain-names",
            "mime" => "mime-type",
            "protocol" => "protocols",
            "priority" => "windows-process-priority-format",
            _ => "windows-pebinary-type",
        };
        self.should(place, section, name, rule);
    }

    fn vocabulary(&mut self, at: usize, text: &str, place: &Place<'_>) {
        let Some(own) = TABLE.vocabularies.get(at) else { return };
        if own.values.contains(text) {
            return;
        }
        self.should(place, own.section, own.check, format!("not a value of {}-ov", own.name));
        if !matches!(own.name, "pattern-type" | "grouping-context" | "account-type") && !text::word(text) {
            self.should(
                place,
                "2.14",
                "open-vocab-format",
                "should be in lower case with hyphens between words",
            );
        }
    }

    fn time(&mut self, text: &str, fewest: usize, most: usize, place: &Place<'_>) {
        if let Err(rule) = timestamp::check(text) {
            return self.must(place, "2.16", rule);
        }
        let digits = text.len().saturating_sub("2016-01-20T12:31:12.Z".len());
        if digits < fewest {
            self.must(place, "3.2", "must be precise to the millisecond, such as 12:31:12.000Z");
        } else if digits > most {
            self.must(place, "6.7.6", "must not have a fraction of a second");
        }
    }

    fn own_id(&mut self, text: &str, place: &Place<'_>) {
        match id::check(text) {
            Err(rule) => self.must(place, "2.9", rule),
            Ok(kind) if kind != self.kind && !self.kind.is_empty() => {
                self.must(place, "2.9", "the id names another type than the object");
            }
            Ok(_) => {}
        }
    }

    fn reference(&mut self, text: &str, types: &[&str], except: bool, place: &Place<'_>) {
        match id::check(text) {
            Err(rule) => self.must(place, "2.9", rule),
            Ok(kind) if types.contains(&kind) == except => {
                let word = if except { "must not refer to" } else { "must refer to" };
                self.must(place, "3.3", format!("{word} {}", list_of(types)));
            }
            Ok(_) => {}
        }
    }

    fn sighted(&mut self, text: &str, place: &Place<'_>) {
        match id::check(text) {
            Err(rule) => self.must(place, "2.9", rule),
            Ok(kind) => {
                let class = TABLE.object(kind).map(|shape| shape.class);
                if kind == "bundle" || class.is_some_and(|class| class != Class::Domain) {
                    self.must(place, "5.2", "must refer to a domain object or a custom object");
                }
            }
        }
    }

    fn observable(&mut self, text: &str, types: &[&str], place: &Place<'_>) {
        let kind = match self.beside {
            // The older form: the key of an object in the same container.
            Some(container) if !text.contains("--") => {
                let Some(object) = container.get(text) else {
                    return self.must(place, "2.13", "no object of the container has this key");
                };
                match object.get("type").and_then(Value::as_text) {
                    Some(kind) => kind,
                    None => return,
                }
            }
            _ => match id::check(text) {
                Err(rule) => return self.must(place, "2.9", rule),
                Ok(kind) => Cow::Borrowed(kind),
            },
        };
        let class = TABLE.object(&kind).map(|shape| shape.class);
        if class.is_some_and(|class| class != Class::Observable) {
            self.must(place, "3.3", "must refer to a cyber-observable object");
        } else if !types.is_empty() && class.is_some() && !types.contains(&&*kind) {
            self.must(place, "3.3", format!("must refer to {}", list_of(types)));
        }
    }

    fn integer(&mut self, value: Value<'_>, from: i64, to: i64, place: &Place<'_>) {
        let whole = value.as_integer().or_else(|| {
            let float = value.as_float().filter(|float| float.fract() == 0.0 && float.abs() < 9.0e15)?;
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Some(float as i64)
        });
        match whole {
            None => self.must(place, "2.10", "not a whole number of at most 2^53-1"),
            Some(number) if number < from => self.must(place, "2.10", format!("must be at least {from}")),
            Some(number) if number > to => self.must(place, "2.10", format!("must be at most {to}")),
            Some(_) => {}
        }
    }

    fn float(&mut self, value: Value<'_>, from: f64, to: f64, place: &Place<'_>) {
        match value.as_float() {
            None => self.must(place, "2.6", "not a number"),
            Some(number) if number < from || number > to => {
                self.must(place, "2.6", format!("must be between {from} and {to}"));
            }
            Some(_) => {}
        }
    }

    fn hashes(&mut self, value: Value<'_>, known: bool, place: &Place<'_>) {
        if value.kind() != Kind::Map || value.is_empty() {
            return self.must(place, "2.7", "not an object with at least one hash");
        }
        for (key, value) in value.entries() {
            let here = place.key(&key);
            if !text::dictionary_key(&key) || key.len() < 3 {
                self.must(
                    &here,
                    "2.7",
                    "the name of a hash has 3 to 250 letters, digits, hyphens or underscores",
                );
            }
            let Some(hash) = value.as_text() else {
                self.must(&here, "2.7", "not a string");
                continue;
            };
            match rules::hash(&key, &hash) {
                Some(true) => {}
                Some(false) => self.must(&here, "10.7", "not a value of this hash algorithm"),
                None if known => self.must(&here, "2.5", "the algorithm must be one of hash-algorithm-ov"),
                None => {
                    if !key.starts_with("x_") {
                        self.should(&here, "10.7", "hash-algo", "not a value of hash-algorithm-ov");
                    }
                    if key.len() > 30 {
                        self.should(
                            &here,
                            "2.7",
                            "hash-length",
                            "the name should have at most 30 characters",
                        );
                    }
                }
            }
        }
    }
}

fn list_of(types: &[&str]) -> String {
    match types {
        [] => "an object".to_owned(),
        [one] => (*one).to_owned(),
        [more @ .., last] => format!("{} or {last}", more.join(", ")),
    }
}

const EMPTY_LIST: &str = "a list must not be empty: leave the property out";
