//! Reads the property tables into what the check walks along.
//!
//! The tables are text beside this file, because a table is read and compared
//! with the standard by people. They are parsed once; a line that makes no
//! sense is kept in [`Table::wrong`], which a test demands to be empty.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The tables, parsed on first use.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A STIX Domain Object.
    Domain,
    /// A STIX Relationship Object.
    Relationship,
    /// A STIX Cyber-observable Object.
    Observable,
    /// A STIX Meta Object.
    Meta,
    /// A part of an object, no object.
    Part,
}

/// What a value must be.
#[derive(Debug)]
pub(super) enum Form {
    Any,
    Text,
    /// A text that must pass a named check.
    Checked(&'static str),
    /// A text that should pass a named check.
    Advised(&'static str),
    Open(usize),
    Closed(usize),
    Bool,
    Integer(i64, i64),
    Float(f64, f64),
    /// A timestamp, with the fewest and the most digits after the second.
    Time(usize, usize),
    Binary,
    Hex,
    Url,
    Hashes {
        /// Only the algorithms of the vocabulary.
        known: bool,
    },
    /// A dictionary, with what its keys and values must be.
    Dictionary(&'static str),
    /// The identifier of the object itself.
    Id,
    /// An identifier of one of these types, or of none of them.
    Ref {
        types: Vec<&'static str>,
        except: bool,
    },
    /// An identifier of an observable, or the key of one beside it.
    Observable(Vec<&'static str>),
    /// An identifier of a domain object or a custom one.
    Sighted,
    List(Box<Self>),
    Part(usize),
    Extensions,
    Objects,
    Contents,
}

/// A rule about several properties.
#[derive(Debug)]
pub(super) enum Rule {
    Any(Vec<&'static str>, u64),
    One(Vec<&'static str>, u64),
    All(Vec<&'static str>, u64),
    With(&'static str, u64, Vec<&'static str>, u64),
    Order { first: &'static str, then: &'static str, equal: bool, both: u64 },
}

/// The properties of one object or part.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) section: &'static str,
    pub(super) class: Class,
    /// Where each property stands in `properties`.
    index: HashMap<&'static str, usize>,
    pub(super) properties: Vec<(&'static str, Form)>,
    /// One bit for each property.
    pub(super) required: u64,
    pub(super) rules: Vec<Rule>,
    pub(super) forbidden: Vec<&'static str>,
}

impl Shape {
    /// Finds a property and its place.
    pub(super) fn property(&self, name: &str) -> Option<(usize, &Form)> {
        let at = *self.index.get(name)?;
        self.properties.get(at).map(|(_, form)| (at, form))
    }

    fn bit(&self, name: &str) -> u64 {
        self.index.get(name).map_or(0, |at| 1 << at)
    }

    fn bits(&self, names: &[&str]) -> u64 {
        names.iter().fold(0, |bits, name| bits | self.bit(name))
    }
}

/// A list of allowed or recommended values.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub(super) name: &'static str,
    pub(super) section: &'static str,
    /// The name of the check; empty for a closed one.
    pub(super) check: &'static str,
    pub(super) values: HashSet<&'static str>,
}

/// All tables.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) shapes: Vec<Shape>,
    by_name: HashMap<&'static str, usize>,
    pub(super) vocabularies: Vec<Vocabulary>,
    names: HashMap<&'static str, HashSet<&'static str>>,
    /// The targets of a source and a type of relationship.
    relations: HashMap<(&'static str, &'static str), HashSet<&'static str>>,
    /// The lines that could not be read.
    pub(super) wrong: Vec<String>,
}

impl Table {
    /// Finds an object that the standard defines, not a part.
    pub(super) fn object(&self, name: &str) -> Option<&Shape> {
        self.part(name).filter(|shape| shape.class != Class::Part)
    }

    /// Finds an object or a part.
    pub(super) fn part(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(*self.by_name.get(name)?)
    }

    /// Says whether a list of names from a registry has this one.
    pub(super) fn has(&self, list: &str, name: &str) -> bool {
        self.names.get(list).is_some_and(|names| names.contains(name))
    }

    /// Says whether the standard suggests a relationship between two types.
    ///
    /// It suggests them between its own types, and says nothing about others.
    pub(super) fn relates(&self, source: &str, word: &str, target: &str) -> bool {
        let observable = || self.object(target).is_some_and(|shape| shape.class == Class::Observable);
        let targets = self.relations.get(&(source, word));
        targets.is_some_and(|targets| {
            targets.contains(target) || (targets.contains("observable") && observable())
        })
    }

    fn read() -> Self {
        let mut table = Self::default();
        for line in include_str!("relations.txt").lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            if let (Some(source), Some(word)) = (words.next(), words.next()) {
                table.relations.insert((source, word), words.collect());
            }
        }
        table.read_vocabularies(include_str!("vocabularies.txt"));
        table.read_names(include_str!("names.txt"));
        let text = include_str!("objects.txt");
        let heads = text.lines().filter_map(|line| line.strip_prefix('@')?.split(' ').nth(1));
        table.by_name = heads.enumerate().map(|(at, name)| (name, at)).collect();
        for line in text.lines() {
            let known = line.is_empty() || line.starts_with('#') || table.line(line).is_some();
            if !known {
                table.wrong.push(line.to_owned());
            }
        }
        table
    }

    fn line(&mut self, line: &'static str) -> Option<()> {
        let words: Vec<&'static str> = line.split_whitespace().collect();
        if let Some(class) = line.strip_prefix('@') {
            let [_, name, section] = words[..] else { return None };
            let class = match class.split(' ').next()? {
                "sdo" => Class::Domain,
                "sro" => Class::Relationship,
                "sco" => Class::Observable,
                "meta" => Class::Meta,
                "part" => Class::Part,
                _ => return None,
            };
            self.shapes.push(Shape {
                name,
                section,
                class,
                index: HashMap::new(),
                properties: Vec::new(),
                required: 0,
                rules: Vec::new(),
                forbidden: Vec::new(),
            });
            return Some(());
        }
        if let ["+", part] = words[..] {
            return self.take_over(part);
        }
        let form = match words[..] {
            ["any" | "one" | "all" | "with" | "order" | "not", ..] => None,
            [_, form] => Some(self.form(form)?),
            _ => return None,
        };
        let shape = self.shapes.last_mut()?;
        match form {
            Some(form) => shape.add(words.first()?, form),
            None => shape.rule(&words),
        }
    }

    /// Copies the lines of a part into the shape that is being read.
    fn take_over(&mut self, part: &str) -> Option<()> {
        let text = include_str!("objects.txt");
        let begin = format!("@part {part} ");
        let lines = text.lines().skip_while(move |line| !line.starts_with(&begin)).skip(1);
        for line in lines.take_while(|line| !line.is_empty()) {
            self.line(line)?;
        }
        Some(())
    }

    fn form(&self, form: &'static str) -> Option<Form> {
        if let Some(inner) = form.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Some(Form::List(Box::new(self.form(inner)?)));
        }
        if let Some(name) = form.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            return Some(Form::Part(*self.by_name.get(name)?));
        }
        let types = |list: &'static str| list.split('|').collect::<Vec<_>>();
        let vocabulary = |name: &str| self.vocabularies.iter().position(|own| own.name == name);
        Some(match form.split_once(':') {
            None => plain(form)?,
            Some(("text", check)) => Form::Checked(check),
            Some(("should", check)) => Form::Advised(check),
            Some(("ov", name)) => Form::Open(vocabulary(name)?),
            Some(("enum", name)) => Form::Closed(vocabulary(name)?),
            Some(("hashes", "known")) => Form::Hashes { known: true },
            Some(("dict", what)) => Form::Dictionary(what),
            Some(("oref", list)) => Form::Observable(types(list)),
            Some(("ref", list)) => match list.strip_prefix('!') {
                Some(list) => Form::Ref { types: types(list), except: true },
                None => Form::Ref { types: types(list), except: false },
            },
            Some(("int", range)) => {
                let (from, to) = range.split_once("..")?;
                Form::Integer(from.parse().ok()?, if to.is_empty() { i64::MAX } else { to.parse().ok()? })
            }
            Some(("float", range)) => {
                let (from, to) = range.split_once("..")?;
                Form::Float(from.parse().ok()?, to.parse().ok()?)
            }
            Some(_) => return None,
        })
    }

    fn read_vocabularies(&mut self, text: &'static str) {
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let words: Vec<&'static str> = line.split_whitespace().collect();
            let (name, check, section) = match words[..] {
                ["open", name, check, section] => (name, check, section),
                ["closed", name, section] => (name, "", section),
                _ => match self.vocabularies.last_mut().filter(|_| line.starts_with(' ')) {
                    Some(vocabulary) => {
                        vocabulary.values.extend(words);
                        continue;
                    }
                    None => {
                        self.wrong.push(line.to_owned());
                        continue;
                    }
                },
            };
            self.vocabularies.push(Vocabulary { name, section, check, values: HashSet::new() });
        }
    }

    fn read_names(&mut self, text: &'static str) {
        let mut list = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(' ') {
                self.names.entry(list).or_default().extend(line.split_whitespace());
            } else {
                list = line;
            }
        }
    }
}

fn plain(form: &str) -> Option<Form> {
    Some(match form {
        "any" => Form::Any,
        "text" => Form::Text,
        "bool" => Form::Bool,
        "int" => Form::Integer(i64::MIN, i64::MAX),
        "float" => Form::Float(f64::MIN, f64::MAX),
        "time" => Form::Time(0, usize::MAX),
        "time-ms" => Form::Time(3, usize::MAX),
        "time-s" => Form::Time(0, 0),
        "bin" => Form::Binary,
        "hex" => Form::Hex,
        "url" => Form::Url,
        "hashes" => Form::Hashes { known: false },
        "dict" => Form::Dictionary(""),
        "id" => Form::Id,
        "ref" => Form::Ref { types: Vec::new(), except: true },
        "sighted" => Form::Sighted,
        "oref" => Form::Observable(Vec::new()),
        "extensions" => Form::Extensions,
        "objects" => Form::Objects,
        "contents" => Form::Contents,
        _ => return None,
    })
}

impl Shape {
    fn add(&mut self, name: &'static str, form: Form) -> Option<()> {
        let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
        let at = self.properties.len();
        if at >= 64 || self.index.insert(name, at).is_some() {
            return None;
        }
        self.properties.push((name, form));
        self.required |= u64::from(required) << at;
        Some(())
    }

    fn rule(&mut self, words: &[&'static str]) -> Option<()> {
        let (kind, names) = words.split_first()?;
        let list = || names.to_vec();
        let rule = match (*kind, names) {
            ("any", _) => Rule::Any(list(), self.bits(names)),
            ("one", _) => Rule::One(list(), self.bits(names)),
            ("all", _) => Rule::All(list(), self.bits(names)),
            ("with", [one, others @ ..]) => {
                let one = one.strip_suffix(':')?;
                Rule::With(one, self.bit(one), others.to_vec(), self.bits(others))
            }
            ("order", [first, sign, then]) => {
                Rule::Order { first, then, equal: *sign == "<=", both: self.bit(first) | self.bit(then) }
            }
            ("not", [name]) => {
                self.forbidden.push(name);
                return Some(());
            }
            _ => return None,
        };
        let named = match &rule {
            Rule::Any(names, bits) | Rule::One(names, bits) | Rule::All(names, bits) => (names.len(), *bits),
            Rule::With(_, one, others, bits) => (others.len() + 1, one | bits),
            Rule::Order { both, .. } => (2, *both),
        };
        // A name that the shape does not have would make the rule say something else.
        if named.1.count_ones() as usize != named.0 {
            return None;
        }
        self.rules.push(rule);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_understood() {
        assert_eq!(TABLE.wrong, Vec::<String>::new());
        let count = |class| TABLE.shapes.iter().filter(|shape| shape.class == class).count();
        assert_eq!(
            (count(Class::Domain), count(Class::Relationship), count(Class::Observable), count(Class::Meta)),
            (19, 2, 18, 3)
        );
        assert_eq!(TABLE.shapes.len(), TABLE.by_name.len());
        assert!(TABLE.vocabularies.iter().all(|vocabulary| !vocabulary.values.is_empty()));
        for (source, word) in TABLE.relations.keys() {
            assert!(TABLE.object(source).is_some(), "{source} {word}");
            for target in &TABLE.relations[&(*source, *word)] {
                assert!(*target == "observable" || TABLE.object(target).is_some(), "{target}");
            }
        }
        for list in ["iso-639-1", "iso-3166-1", "charset", "header", "socket", "pdf-info"] {
            assert!(TABLE.names[list].len() > 8, "{list}");
        }
    }
}
