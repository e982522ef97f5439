//! Compares two schemas with everything that they refer to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::read::is_documentation;
use super::references::{resolve, target};

/// Whether two schemas, each of its document, are the same with everything that they refer to. Their documentation and the names
/// in their references do not matter.
pub(super) fn is_same_schema<'a>(old: (&'a Value, &'a Value), new: (&'a Value, &'a Value)) -> bool {
    let (old_doc, new_doc) = (old.0, new.0);
    let (mut seen, mut open) = (BTreeSet::new(), vec![(old.1, new.1)]);
    while let Some((old, new)) = open.pop() {
        // Each pair once, because schemas may refer to each other.
        if !seen.insert((std::ptr::from_ref(old), std::ptr::from_ref(new))) {
            continue;
        }
        if target(old).is_some() || target(new).is_some() {
            let (next_old, next_new) = (resolve(old_doc, old), resolve(new_doc, new));
            if std::ptr::eq(old, next_old) && std::ptr::eq(new, next_new) && old != new {
                return false;
            }
            open.push((next_old, next_new));
            continue;
        }
        match (old, new) {
            (Value::Object(before), Value::Object(after)) => {
                let relevant = |(name, value): &(&String, &Value)| !is_documentation(name, value);
                if before.iter().filter(relevant).count() != after.iter().filter(relevant).count() {
                    return false;
                }
                for (name, value) in before.iter().filter(relevant) {
                    let Some(other) = after.get(name).filter(|other| !is_documentation(name, other)) else {
                        return false;
                    };
                    open.push((value, other));
                }
            }
            (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
                open.extend(before.iter().zip(after));
            }
            _ if old == new => {}
            _ => return false,
        }
    }
    true
}
