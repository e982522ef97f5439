//! `search_operations`: finds operations by words.

use gofive_spec::Operation;
use serde::Deserialize;
use serde_json::json;

use super::catalog;
use super::permission::Permission;
use crate::failure::Failure;
use crate::idempotency;
use crate::product::{self, Product};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arguments {
    #[serde(default)]
    words: String,
    product: Option<String>,
    limit: Option<usize>,
}

/// The best operations first, as JSON.
pub(super) fn search(arguments: &Arguments, permission: &Permission, max_size: usize) -> Result<String, Failure> {
    if let Some(name) = &arguments.product
        && !product::names().any(|known| known == name)
    {
        let known: Vec<_> = product::names().collect();
        return Err(Failure::usage(format!("the product {name:?} does not exist")).hint(known.join(", ")));
    }
    let words: Vec<_> = words(&arguments.words).take(20).collect();
    let of_product =
        |(product, _): &(&Product, &Operation)| arguments.product.as_deref().is_none_or(|one| one == product.name);
    let mut found: Vec<_> = catalog::operations()
        .filter(of_product)
        .map(|(product, operation)| (score(product, operation, &words), product, operation))
        .filter(|(score, _, _)| words.is_empty() || *score > 0)
        .collect();
    // The sort is stable: the order of the documents remains.
    found.sort_by_key(|(score, _, _)| std::cmp::Reverse(*score));
    let mut operations = Vec::new();
    let mut size = 500;
    for (_, product, operation) in found.iter().take(arguments.limit.unwrap_or(10).clamp(1, 100)) {
        let entry = json!({
            "operation": operation.id,
            "product": product.name,
            "group": operation.group,
            "summary": operation.summary,
            "idempotency": idempotency::name(&operation.idempotency),
            "isAllowed": permission.refusal(operation).is_none(),
        });
        size += entry.to_string().len() + 1;
        if size > max_size {
            break;
        }
        operations.push(entry);
    }
    let mut result = json!({"found": found.len(), "operations": operations});
    if found.is_empty() {
        result["note"] = "No operation has these words. Without words, all operations are listed.".into();
    } else if operations.len() < found.len() {
        result["note"] = "There are more: use more words, set a product, or a larger limit.".into();
    }
    Ok(result.to_string())
}

/// How well an operation matches: words in its id count most.
fn score(product: &Product, operation: &Operation, searched: &[String]) -> usize {
    let texts = [
        (5, operation.id.as_str()),
        (4, product.name),
        (3, operation.summary.as_str()),
        (3, operation.group.as_str()),
        (1, operation.description.as_str()),
    ];
    let best = |word: &String| {
        let has = |text: &str| words(text).any(|own| is_alike(&own, word));
        texts.iter().filter(|(_, text)| has(text)).map(|(weight, _)| weight).sum::<usize>()
    };
    // An operation with more of the words is before one that has one of them everywhere.
    searched.iter().map(best).filter(|score| *score > 0).map(|score| score + 20).sum()
}

/// Whether two words are equal, or one begins with the other: `customer`, `customers`.
fn is_alike(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    one == other || (short.chars().count() >= 3 && long.starts_with(short))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &str) -> Vec<String> {
        let permission = Permission::new(std::iter::empty(), false).unwrap();
        let arguments = Arguments { words: words.to_owned(), product: None, limit: Some(3) };
        let result: serde_json::Value =
            serde_json::from_str(&search(&arguments, &permission, 32_000).unwrap()).unwrap();
        let operations = result["operations"].as_array().unwrap().iter();
        operations.map(|one| one["operation"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_operation_with_the_most_words_is_the_first() {
        for (words, expected) in [
            ("open a new case", "add_case"),
            ("list events of a customer", "get_customer_events"),
            ("employees hr", "get_employees_list"),
            ("Sales Order payment", "update_sales_order_payment"),
        ] {
            assert!(found(words).iter().any(|id| id == expected), "{words}: {:?}", found(words));
        }
        assert!(found("ใบกำกับ").is_empty());
    }
}
