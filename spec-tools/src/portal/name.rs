//! Derives names from the portal's title: `Edit Case by CaseNo` → `edit_case`, `EditCaseRequest`, `EditCaseResponse`.

use heck::{ToPascalCase, ToSnakeCase};

use crate::check::lint;
use crate::rust::names;

/// The verbs at the beginning of operation names.
const VERBS: [&str; 13] = [
    "get", "enquire", "list", "add", "create", "edit", "update", "convert", "cancel", "reject", "send", "delete",
    "verify",
];
/// The verbs of operations whose payload is named by their noun.
const READS: [&str; 3] = ["get", "enquire", "list"];

/// The operation's id. `others` are the other titles: a suffix such as `By CaseNo` is dropped, unless two titles differ only by
/// it.
pub fn operation_id(title: &str, others: &[String]) -> String {
    let words = words(title);
    let mut name = match without_key(&words) {
        Some(head) if !others.iter().any(|other| other.trim() != title.trim() && is_twin(other, &head)) => head,
        _ => words,
    };
    match name.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [head @ .., "enquiry"] if !head.is_empty() => {
            let head = head.join("_");
            let plural = if head.ends_with('s') { "" } else { "s" };
            return format!("enquire_{head}{plural}");
        }
        ["create", "update", ..] => name.insert(1, "or".into()),
        _ => {}
    }
    name.join("_").to_snake_case()
}

/// The words of a title in lower case, without articles.
fn words(title: &str) -> Vec<String> {
    let spoken = title.replace('&', " and ");
    let words = spoken.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(ToSnakeCase::to_snake_case).filter(|word| !["a", "an", "the"].contains(&word.as_str())).collect()
}

/// The words before `by`, if the name of a key follows it.
fn without_key(words: &[String]) -> Option<Vec<String>> {
    let by = words.iter().position(|word| word == "by").filter(|by| *by > 0)?;
    let last = words.last()?.rsplit('_').next()?;
    ["no", "id", "code"].contains(&last).then(|| words[..by].to_vec())
}

fn is_twin(other: &str, head: &[String]) -> bool {
    let other = words(other);
    other == head || (other.starts_with(head) && other.get(head.len()).is_some_and(|word| word == "by"))
}

/// The name of the payload's schema: `Contract` for `get_contract`, `AddCaseResponse` for `add_case`.
pub fn payload(id: &str) -> String {
    let verb = id.split('_').next().unwrap_or_default();
    if READS.contains(&verb) && verb != id { noun(id) } else { names::payload_type(id) }
}

/// The noun of the operation's name: `Case`. It follows the verb, or both verbs.
pub fn noun(id: &str) -> String {
    let words: Vec<_> = id.split('_').collect();
    let verbs = if words.get(1) == Some(&"or") { 3 } else { usize::from(VERBS.contains(&words[0])) };
    let rest = words.get(verbs..).unwrap_or_default();
    if rest.is_empty() { id.to_pascal_case() } else { rest.join("_").to_pascal_case() }
}

/// The name of one item of the operation's payload: `Product` for `get_products`.
pub fn item(id: &str) -> String {
    let noun = noun(id);
    noun.strip_suffix('s').filter(|one| !one.is_empty()).map_or(noun.clone(), str::to_owned)
}

/// The name of the enumeration of a property: `ExpenseType` for `expenseTypeId`.
pub fn enumeration(property: &str) -> String {
    let name = property.to_pascal_case();
    let short =
        ["Ids", "Id", "Nos", "Codes"].iter().find_map(|end| name.strip_suffix(end)).filter(|rest| !rest.is_empty());
    short.map_or(name.clone(), str::to_owned)
}

/// Whether a name of the portal can be the name of a part of the operation's bodies, as the linter checks it.
pub fn is_part(id: &str, name: &str) -> bool {
    let is_role = ["Request", "Response", "Envelope"].iter().any(|suffix| name.ends_with(suffix));
    name.is_ascii() && name.to_pascal_case() == name && !is_role && lint::name::is_part(id, name)
}

/// The name of one item of a list: `Products` → `Product`.
pub fn singular(name: &str) -> String {
    match name.strip_suffix('s') {
        Some(one) if !one.ends_with('s') && !one.is_empty() => one.to_owned(),
        _ => format!("{name}Item"),
    }
}
