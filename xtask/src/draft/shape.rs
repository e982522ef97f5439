//! The table held against the example → members with types that both bear out; where they contradict each other, an oddity.

use serde_json::Value;

use super::meaning::{self, Meaning};
use super::table::Type;
use super::tree::{Node, items};

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub kind: Kind,
    pub required: bool,
    pub nullable: bool,
    /// The page's words about it.
    pub words: Vec<String>,
    /// The table does not list it.
    pub only_in_example: bool,
}

/// What a member is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A text, with one of the formats of openapi/README.md.
    Text(Option<&'static str>),
    Integer,
    Number,
    Boolean,
    /// A text here and a number there, and an identifier by its name.
    Id,
    /// Nothing is known, or two things that exclude each other.
    Unknown,
    Enum(Vec<Meaning>),
    Object(Object),
    List(Box<Kind>),
    /// common.yaml's `Status`.
    Status,
    /// One of two objects: an inner envelope, or the payload itself.
    Either(Object, Object),
}

/// The members of an object.
#[derive(Clone, Debug, Default)]
pub struct Object {
    pub members: Vec<Member>,
    /// There may be more.
    pub open: bool,
    /// What it is called, unless its place says so.
    pub name: Option<String>,
}

/// Whether a client sends it or receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Request,
    Answer,
}

/// Holds tables against examples, and notes what it finds.
#[derive(Debug)]
pub struct Comparison {
    pub side: Side,
    /// Contradictions, for `x-gofive-oddities`.
    pub oddities: Vec<String>,
    /// What the maintainer has to decide.
    pub checks: Vec<String>,
    /// Members of objects are missing on the page.
    pub partial: bool,
    /// What the example leaves out may stand behind its cut.
    pub cut_example: bool,
}

impl Comparison {
    pub fn new(side: Side) -> Self {
        Self { side, oddities: Vec::new(), checks: Vec::new(), partial: false, cut_example: false }
    }

    /// An object from the rows of the table and all that the example has in its place. `at` is its name in sentences.
    pub fn object(&mut self, nodes: &[Node], open: bool, samples: &[&Value], at: &str) -> Object {
        let samples: Vec<&Value> = samples.iter().copied().filter(|value| value.is_object()).collect();
        let mut members: Vec<_> = nodes.iter().map(|node| self.member(node, &samples, at)).collect();
        let unlisted = self.unlisted(nodes, &samples);
        // Of a table that is cut, they may stand behind the cut.
        if !unlisted.is_empty() && !nodes.is_empty() && !open {
            let names: Vec<_> = unlisted.iter().map(|member| join(at, &member.name)).collect();
            self.oddities.push(format!("The page's example has {}, which its table does not list.", list(&names)));
        }
        members.extend(unlisted);
        self.partial |= open;
        Object { members, open, name: None }
    }

    /// The members that only the example has.
    pub fn unlisted(&mut self, nodes: &[Node], samples: &[&Value]) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for (name, _) in samples.iter().filter_map(|sample| sample.as_object()).flatten() {
            let known = nodes.iter().any(|node| node.row.name == *name);
            if !known && members.iter().all(|member| member.name != *name) {
                let values: Vec<_> = samples.iter().filter_map(|sample| sample.get(name)).collect();
                let (kind, required) = (self.of_values(&values), false);
                let nullable = values.iter().any(|value| value.is_null()) && !matches!(kind, Kind::Unknown);
                let (name, words) = (name.clone(), Vec::new());
                members.push(Member { name, kind, required, nullable, words, only_in_example: true });
            }
        }
        members
    }

    fn member(&mut self, node: &Node, samples: &[&Value], at: &str) -> Member {
        let row = &node.row;
        let at = join(at, &row.name);
        let values: Vec<_> = samples.iter().filter_map(|sample| sample.get(&row.name)).collect();
        if row.required == Some(true) && values.is_empty() && !samples.is_empty() && !self.cut_example {
            self.oddities.push(format!("The page's table requires {at}, which its example leaves out."));
            self.checks.push(format!(
                "{at}: required by the table, missing in the example: decide, then mend the one or the other"
            ));
        }
        if row.required.is_none() {
            self.oddities.push(format!("The page's table does not say whether {at} is required."));
        }
        let mut nullable = row.nullable;
        if !nullable && values.iter().any(|value| value.is_null()) {
            nullable = true;
            self.oddities.push(format!(
                "The page's table does not let {at} be null, yet its example has null. Null is accepted here."
            ));
        }
        let kind = self.kind(node, &values, &at);
        Member {
            name: row.name.clone(),
            nullable: nullable && !matches!(kind, Kind::Unknown),
            kind,
            required: row.required == Some(true),
            words: row.words.clone(),
            only_in_example: false,
        }
    }

    /// The type that the table gives, or one that takes the example too.
    pub fn kind(&mut self, node: &Node, values: &[&Value], at: &str) -> Kind {
        let kind = &node.row.kind;
        let values: Vec<_> = values.iter().copied().filter(|value| !value.is_null()).collect();
        if let Some(other) = values.iter().find(|value| !fits(kind, value)) {
            return self.contradiction(kind, other, at, "its example has");
        }
        self.of_type(kind, node, &values, at)
    }

    /// Says that table and example differ, and gives the type that works with both, if there is one.
    fn contradiction(&mut self, kind: &Type, example: &Value, at: &str, has: &str) -> Kind {
        let named = named(example);
        self.oddities.push(format!("The page's table has {at} as {}; {has} {named}.", kind.named()));
        let both = reconcile(kind, example, at);
        if matches!(both, Kind::Unknown) {
            self.checks
                .push(format!("{at}: {} by the table, {named} by the example; left without a type", kind.named()));
        }
        both
    }

    fn of_type(&mut self, kind: &Type, node: &Node, values: &[&Value], at: &str) -> Kind {
        match kind {
            Type::List(item) => {
                let inside: Vec<_> = values.iter().flat_map(|value| items(value)).collect();
                Kind::List(Box::new(self.of_type(item, node, &inside, at)))
            }
            Type::Object if node.inside.is_empty() => {
                // Its members stand in the example, if anywhere.
                self.partial = true;
                let members = self.unlisted(&[], values);
                Kind::Object(Object { members, open: true, name: None })
            }
            Type::Object => Kind::Object(self.object(&node.inside, node.open, values, at)),
            Type::Integer | Type::Text | Type::Enum(_) => {
                let words = &node.row.words;
                let meanings = meaning::read(kind, words);
                if meanings.is_none() && *kind == Type::Integer && words.iter().any(|words| words.contains('=')) {
                    self.checks.push(format!("{at}: no meanings of values could be read from “{}”", words.join(" ")));
                }
                meanings.map_or_else(|| self.scalar(kind, values, at), Kind::Enum)
            }
            Type::Number => Kind::Number,
            Type::Boolean => Kind::Boolean,
            Type::Any => Kind::Unknown,
        }
    }

    fn scalar(&mut self, kind: &Type, values: &[&Value], at: &str) -> Kind {
        match kind {
            Type::Enum(value) => {
                self.checks.push(format!("{at}: an enumeration by the table, but its values could not be read"));
                self.scalar(value, values, at)
            }
            Type::Integer => Kind::Integer,
            Type::Number => Kind::Number,
            Type::Boolean => Kind::Boolean,
            Type::Text => Kind::Text(self.format(values)),
            _ => Kind::Unknown,
        }
    }

    /// A request writes the form that the example has; of an answer any form is read.
    fn format(&self, values: &[&Value]) -> Option<&'static str> {
        let forms: Vec<_> = values.iter().map(|value| form(value.as_str()?)).collect();
        let first = (*forms.first()?)?;
        match self.side {
            Side::Answer if forms.iter().all(Option::is_some) && first != "date" => Some("any-date-time"),
            _ => forms.iter().all(|form| *form == Some(first)).then_some(first),
        }
    }

    /// What the example alone tells.
    fn of_values(&mut self, values: &[&Value]) -> Kind {
        let values: Vec<_> = values.iter().copied().filter(|value| !value.is_null()).collect();
        let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
        if all(Value::is_object) {
            Kind::Object(Object { members: self.unlisted(&[], &values), open: true, name: None })
        } else if all(Value::is_array) {
            let inside: Vec<_> = values.iter().flat_map(|value| items(value)).collect();
            Kind::List(Box::new(self.of_values(&inside)))
        } else if all(Value::is_string) {
            Kind::Text(self.format(&values))
        } else if all(Value::is_i64) {
            Kind::Integer
        } else if all(Value::is_number) {
            Kind::Number
        } else if all(Value::is_boolean) {
            Kind::Boolean
        } else {
            Kind::Unknown
        }
    }
}

/// The form of a date or date-time, if the text is one.
fn form(text: &str) -> Option<&'static str> {
    let pattern: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match pattern.replace('-', "+").as_str() {
        "0000+00+00T00:00:00.000+0000" => Some("offset-date-time-millis"),
        "0000+00+00T00:00:00+0000" => Some("offset-date-time"),
        "0000+00+00T00:00:00" => Some("local-date-time"),
        "0000+00+00 00:00:00" => Some("local-date-time-space"),
        "0000+00+00T00:00:00.000Z" => Some("utc-date-time-millis"),
        "0000+00+00" => Some("date"),
        _ => None,
    }
}

pub fn fits(kind: &Type, value: &Value) -> bool {
    match kind {
        Type::Text => value.is_string(),
        Type::Integer => value.is_i64(),
        Type::Number => value.is_number(),
        Type::Boolean => value.is_boolean(),
        Type::Object => value.is_object(),
        Type::Any => true,
        Type::List(item) => value.as_array().is_some_and(|items| items.iter().all(|value| fits(item, value))),
        Type::Enum(one) => fits(one, value),
    }
}

/// The type that takes what the table says and what the example has.
pub fn reconcile(kind: &Type, example: &Value, at: &str) -> Kind {
    let name = at.rsplit('.').next().unwrap_or(at).to_lowercase();
    let identifier = ["id", "no", "code"].iter().any(|end| name.ends_with(end));
    match kind {
        Type::Integer if example.is_number() => Kind::Number,
        Type::Integer | Type::Text if identifier && (example.is_i64() || example.is_string()) => Kind::Id,
        _ => Kind::Unknown,
    }
}

/// As a sentence names the type of a value: "an integer".
pub fn named(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_i64() => "an integer",
        Value::Number(_) => "a number with decimals",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

pub fn join(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
