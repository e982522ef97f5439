//! A schema as a nested list: each property with its type, its flags, its description and its known values.

use gofive_spec::{
    Api, ArraySchema, Enumeration, JsonType, NumberRange, ObjectSchema, Property, PropertySource, Schema, SchemaKind,
    StringSchema,
};
use serde_json::Value;

use crate::wording::{code, markdown, meaning};

/// How deep properties are nested: schemas may refer to themselves.
const MAX_DEPTH: usize = 8;

/// The list of a schema's properties, or a sentence about its value.
pub(super) fn list(api: &Api, schema: &Schema) -> String {
    let mut list = List { api, text: String::new(), open: Vec::new() };
    list.value(schema, 0);
    format!("<div class=\"properties\">\n\n{}\n</div>\n", list.text)
}

/// One item about a parameter.
pub(super) fn parameter(api: &Api, name: &str, flags: &[&str], description: &str, schema: &Schema) -> String {
    let mut list = List { api, text: String::new(), open: Vec::new() };
    list.item(0, &head(api, name, flags, schema), description, schema);
    list.text
}

struct List<'a> {
    api: &'a Api,
    text: String,
    /// The named schemas whose properties are being listed.
    open: Vec<&'a str>,
}

impl<'a> List<'a> {
    /// Lists what is inside a value.
    fn value(&mut self, schema: &'a Schema, depth: usize) {
        let name = schema.reference();
        if let Some(name) = name {
            if self.open.contains(&name) || depth > MAX_DEPTH {
                self.push(depth, &format!("The same properties as those of {} above.", code(name)));
                return;
            }
            self.open.push(name);
        }
        let resolved = self.api.resolve(schema);
        match &resolved.kind {
            SchemaKind::Object(object) => self.object(object, depth),
            SchemaKind::Array(ArraySchema { items: Some(items), .. }) => {
                if depth == 0 {
                    self.push(0, &format!("{}, with:\n", type_name(self.api, resolved)));
                }
                self.value(items, depth.max(1));
            }
            SchemaKind::AllOf(all) => all.schemas.iter().for_each(|schema| self.value(schema, depth)),
            SchemaKind::AnyOf(any) if !resolved.is_scalar_union() => {
                for schema in &any.schemas {
                    self.item(depth, &format!("either {}", type_name(self.api, schema)), "", schema);
                }
            }
            _ if depth == 0 => self.push(0, &sentence(self.api, resolved)),
            _ => {}
        }
        if name.is_some() {
            self.open.pop();
        }
    }

    fn object(&mut self, object: &'a ObjectSchema, depth: usize) {
        let shared = shared_source(object);
        if let Some(source) = shared {
            self.push(depth, &format!("*Known {}:*\n", words(source)));
        }
        for Property { name, schema, .. } in object.properties() {
            let mut flags = Vec::new();
            if object.page_requires(name) {
                flags.push("**required**");
            }
            if object.page_allows_null(name) {
                flags.push("nullable");
            }
            if let Some(source) = object.source_of(name).filter(|_| shared.is_none()) {
                flags.push(words(source));
            }
            self.item(depth, &head(self.api, name, &flags, schema), self.api.description(schema), schema);
        }
        if object.is_open {
            self.push(depth, "- *There may be other properties.*\n");
        }
    }

    /// An item: its first line, its description, and what is inside the value.
    fn item(&mut self, depth: usize, head: &str, description: &str, schema: &'a Schema) {
        self.push(depth, &format!("- {head}\n"));
        let notes = notes(self.api, schema);
        let paragraphs = [markdown(description), notes].into_iter().filter(|text| !text.is_empty());
        for paragraph in paragraphs {
            self.push(depth + 1, &format!("{paragraph}\n"));
        }
        if let Some(enumeration) = enumeration(self.api, schema) {
            self.push(depth + 1, &values(enumeration));
        }
        self.value(schema, depth + 1);
    }

    /// Adds a block of Markdown at a depth of the list.
    fn push(&mut self, depth: usize, block: &str) {
        let indent = "  ".repeat(depth);
        for line in block.lines() {
            let indent = if line.is_empty() { "" } else { &indent };
            self.text.push_str(&format!("{indent}{line}\n"));
        }
        self.text.push('\n');
    }
}

/// The source of all properties of an object, if the portal's table has none of them and there are several.
fn shared_source(object: &ObjectSchema) -> Option<PropertySource> {
    let mut sources = object.properties().iter().map(|property| object.source_of(&property.name));
    let first = sources.next()??;
    let others = sources.collect::<Vec<_>>();
    (!others.is_empty() && others.iter().all(|source| *source == Some(first))).then_some(first)
}

const fn words(source: PropertySource) -> &'static str {
    match source {
        PropertySource::Example => "from an example",
        PropertySource::Observed => "from observed responses",
        PropertySource::Wire => "from public integrations",
        PropertySource::Legacy => "from the portal of 2021",
    }
}

fn head(api: &Api, name: &str, flags: &[&str], schema: &Schema) -> String {
    let mut head = format!("{} <span class=\"type\">{}</span>", code(name), type_name(api, schema));
    for flag in flags {
        head.push_str(&format!(", {flag}"));
    }
    head
}

/// A sentence about a value without properties.
fn sentence(api: &Api, schema: &Schema) -> String {
    if schema.is_known() {
        format!("A value of the type {}.\n", type_name(api, schema))
    } else {
        "Not documented.\n".into()
    }
}

/// The type of a value in words: `array of object`.
fn type_name(api: &Api, schema: &Schema) -> String {
    let resolved = api.resolve(schema);
    match &resolved.kind {
        SchemaKind::Array(ArraySchema { items: Some(items), .. }) => {
            let items = api.resolve(items);
            let of = if matches!(items.kind, SchemaKind::Array(_)) { "arrays".into() } else { type_name(api, items) };
            format!("array of {of}")
        }
        SchemaKind::AnyOf(any) => {
            let mut names: Vec<_> = any.schemas.iter().map(|schema| type_name(api, schema)).collect();
            names.dedup();
            names.join(" or ")
        }
        _ => api.json_type(resolved).map_or("of any type", JsonType::name).to_owned(),
    }
}

/// The enumeration of a value, or of the items of a list.
fn enumeration<'a>(api: &'a Api, schema: &'a Schema) -> Option<&'a Enumeration> {
    let schema = innermost(api, schema);
    schema.as_enumeration().or_else(|| innermost(api, schema.items()?).as_enumeration())
}

/// The schema that a reference or an `allOf` leads to.
fn innermost<'a>(api: &'a Api, schema: &'a Schema) -> &'a Schema {
    let resolved = api.resolve(schema);
    match &resolved.kind {
        SchemaKind::AllOf(all) => all.schemas.first().map_or(resolved, |first| api.resolve(first)),
        _ => resolved,
    }
}

fn values(enumeration: &Enumeration) -> String {
    let mut text =
        String::from(if enumeration.is_open { "Known values; there may be others:\n\n" } else { "Values:\n\n" });
    for entry in enumeration.entries() {
        let value = entry.value.as_str().map_or_else(|| entry.value.to_string(), str::to_owned);
        let name = if entry.name.is_empty() { String::new() } else { format!(" {}", code(entry.name)) };
        let meaning = meaning(entry);
        let colon = if meaning.is_empty() { "" } else { ": " };
        text.push_str(&format!("- {}{name}{colon}{meaning}\n", code(&value)));
    }
    text
}

/// The format, the limits and the documented value, as sentences.
fn notes(api: &Api, schema: &Schema) -> String {
    let resolved = innermost(api, schema);
    let mut notes = Vec::new();
    match &resolved.kind {
        SchemaKind::String(StringSchema { format, min_length, max_length, pattern, .. }) => {
            notes.extend(format.map(|format| format.sentence().to_owned()).filter(|sentence| !sentence.is_empty()));
            notes.extend(limits("characters", min_length.as_ref(), max_length.as_ref()));
            notes.extend(pattern.as_ref().map(|pattern| format!("Matches {}.", code(pattern))));
        }
        SchemaKind::Integer(NumberRange { minimum, maximum, .. })
        | SchemaKind::Number(NumberRange { minimum, maximum, .. }) => {
            notes.extend(minimum.as_ref().map(|minimum| format!("At least {minimum}.")));
            notes.extend(maximum.as_ref().map(|maximum| format!("At most {maximum}.")));
        }
        SchemaKind::Array(ArraySchema { min_items, max_items, .. }) => {
            notes.extend(limits("items", min_items.as_ref(), max_items.as_ref()));
        }
        _ => {}
    }
    if let Some(example) = schema.example.as_ref().or(resolved.example.as_ref()) {
        let text = example.as_str().map_or_else(|| Value::to_string(example), str::to_owned);
        notes.push(format!("For example {}.", code(&text)));
    }
    notes.join(" ")
}

fn limits(what: &str, minimum: Option<&u64>, maximum: Option<&u64>) -> Option<String> {
    match (minimum, maximum) {
        (Some(minimum), Some(maximum)) => Some(format!("{minimum} to {maximum} {what}.")),
        (Some(minimum), None) => Some(format!("At least {minimum} {what}.")),
        (None, Some(maximum)) => Some(format!("At most {maximum} {what}.")),
        (None, None) => None,
    }
}
