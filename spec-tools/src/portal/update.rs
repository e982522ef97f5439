//! Takes over what a page says into the files of the spec: edits single properties, and keeps everything else.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};
use gofive_spec::Pointer;
use serde_json::Value;

use super::edit::{Lines, indent, line};
use super::read::Portal;
use super::verify::{COMMON, Change, Edit, Verification, verify};
use super::yaml;
use crate::bundle::bundle_all;
use crate::finding::report;
use crate::sources::Sources;
use crate::sources::yaml::Source;

/// The order of properties in an operation and in a schema.
const ORDER: &str = "operationId tags summary type format nullable description x-gofive-unknown security required \
     x-gofive-property-evidence name in enum x-enum-varnames x-enum-descriptions parameters requestBody example examples";

/// The edited files, and what is left.
#[derive(Debug)]
pub struct Updated {
    pub files: BTreeMap<String, String>,
    /// The differences that were taken over.
    pub taken: Vec<String>,
    /// The operations afterwards, with the differences that a person has to decide.
    pub left: Verification,
}

/// Takes over the differences of the operations with these ids that the ledgers do not declare. Writes nothing.
///
/// # Errors
/// If the spec cannot be read, or if an edit does not give YAML.
pub fn update(sources: &Sources, portal: &Portal, ids: &[String]) -> Result<Updated> {
    let (bundles, _) = bundle_all(sources);
    let (mut edited, mut changed, mut taken) = (sources.clone(), BTreeSet::new(), Vec::new());
    for verified in verify(sources, portal, ids)?.operations {
        let own = |bundle: &&crate::bundle::Bundle| bundle.written.api.operation(&verified.operation).is_some();
        let Some(bundle) = bundles.iter().find(own) else { continue };
        for difference in &verified.differences {
            // A new schema belongs into the file of the operation.
            let located = |change: &Change| {
                let at = bundle.locate(&change.node);
                let is_new = change.node.as_str() == "/components/schemas";
                if is_new {
                    (verified.at.file.clone(), change.node.clone())
                } else {
                    (at.file, at.pointer.parse().unwrap_or_default())
                }
            };
            let changes: Vec<_> = difference.changes.iter().map(|change| (located(change), change)).collect();
            if changes.is_empty() || changes.iter().any(|((file, _), _)| file == COMMON) {
                continue;
            }
            for ((file, node), change) in changes {
                let text = edited.text(&file)?;
                let text = match &change.edit {
                    Edit::Set(value, behind) => set(&file, text, &node, &change.name, value.clone(), behind)?,
                    Edit::Require(flag) => require(&file, text, &node, &change.name, *flag)?,
                };
                edited.write(&file, text);
                changed.insert(file);
            }
            taken.push(format!("{}: {}", verified.operation, difference.text));
        }
    }
    let files = changed.iter().map(|file| Ok((file.clone(), edited.text(file)?.to_owned()))).collect::<Result<_>>()?;
    Ok(Updated { files, taken, left: verify(&edited, portal, ids)? })
}

/// The text with an object that requires a property, or does not.
fn require(file: &str, text: &str, node: &Pointer, name: &str, flag: bool) -> Result<String> {
    let source = Source::parse(file, text).map_err(|findings| anyhow!("{}", report(&findings)))?;
    let listed = node.join("required").find(&source.root).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut names: Vec<_> = listed.into_iter().filter(|listed| listed != name).collect();
    names.extend(flag.then(|| name.into()));
    set(file, text, node, "required", (!names.is_empty()).then(|| names.into()), &[])
}

/// The text with another value for a property of a node.
pub(super) fn set(
    file: &str,
    text: &str,
    node: &Pointer,
    name: &str,
    value: Option<Value>,
    behind: &[String],
) -> Result<String> {
    let source = Source::parse(file, text).map_err(|findings| anyhow!("{}", report(&findings)))?;
    if let Some(Value::Array(_)) = node.find(&source.root) {
        // Only an item on one line is written anew.
        let at = line(&source, node.join(name));
        let mut lines = Lines::of(text);
        let depth = indent(&lines.0[at]);
        lines.0.drain(at..lines.end_of(at));
        let item =
            value.as_ref().and_then(Value::as_object).map(|item| yaml::block(item, depth + 2)).unwrap_or_default();
        lines.insert(at, &format!("{}- {}", " ".repeat(depth), item.trim_start()));
        return Ok(lines.text());
    }
    let Some(Value::Object(properties)) = node.find(&source.root) else {
        // What the node is in is missing, too: it begins with this property.
        let (Some((outer, own)), Some(value)) = (node.split_last(), value) else { return Ok(text.to_owned()) };
        let inner = serde_json::Map::from_iter([(name.to_owned(), value)]);
        return set(file, text, &outer, &own, Some(inner.into()), &[]);
    };
    let at = |name: &str| line(&source, node.join(name));
    // An item of a list begins on the line of its first property.
    let is_block = node.is_root() || properties.keys().skip(1).all(|name| at(name) > line(&source, node));
    let is_block = is_block && (properties.len() > 1 || properties.keys().all(|name| at(name) > line(&source, node)));
    let mut without = properties.clone();
    without.shift_remove(name);
    if let Some((outer, own)) = node.split_last()
        && (!is_block || properties.is_empty() || (value.is_none() && without.is_empty()))
    {
        // A node on one line is written anew, and one that would be empty is removed.
        let value = value.map(|value| (name.to_owned(), value));
        without.extend(value);
        let anew = (!without.is_empty()).then(|| Value::Object(without));
        return set(file, text, &outer, &own, anew, &[]);
    }
    // Without a wish, a keyword is where it usually is, and a schema is the last.
    let order = ORDER.split_whitespace().take_while(|other| *other != name);
    let is_schema = node.as_str() == "/components/schemas";
    let behind: Vec<&str> = match behind {
        [] if !is_schema => order.collect(),
        names => names.iter().map(String::as_str).collect(),
    };
    let mut lines = Lines::of(text);
    let depth = properties.keys().next().map_or(0, |first| source.locate(node.join(first)).column - 1);
    let written = value.as_ref().map(|value| yaml::property(name, value, depth)).unwrap_or_default();
    if properties.contains_key(name) {
        let (start, end) = (at(name), lines.end_of(at(name)));
        match (name, properties[name].as_array(), &value) {
            // More parameters come behind those that there are.
            ("parameters", Some(_), Some(_)) => {
                lines.insert(end, written.split_once('\n').map_or("", |(_, items)| items));
            }
            _ => {
                lines.0.drain(start..end);
                lines.insert(start, &written);
            }
        }
    } else if value.is_some() {
        let last = properties.keys().rfind(|known| behind.contains(&known.as_str()));
        let index = match (last, behind.is_empty(), properties.keys().next()) {
            (Some(last), ..) => lines.end_of(at(last)),
            (None, false, Some(first)) => at(first),
            _ => properties.keys().map(|name| lines.end_of(at(name))).max().unwrap_or(lines.0.len()),
        };
        let blank = if is_schema { "\n" } else { "" };
        lines.insert(index, &format!("{blank}{written}"));
    }
    Ok(lines.text())
}
