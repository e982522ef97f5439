//! Deals: created and updated. Nothing lists them.

use serde_json::{Value, json};

use super::series::Series;
use super::{Examples, Members, members, merge, rename, shown, unknown};
use crate::shape::Shape;

#[derive(Debug)]
pub(super) struct Deals {
    /// With the names that answers have.
    known: Vec<Members>,
    shape: Option<Shape>,
    /// The numbers behind the last one that the documentation tells, as one of a case.
    numbers: Series,
    next_id: i64,
}

impl Deals {
    pub(super) fn new(examples: &Examples) -> Self {
        let id = examples.parameter("update_deal", "id");
        let mut documented = members(&examples.response("update_deal")["data"]["value"]);
        documented.insert("dealsId".to_owned(), id.clone());
        let of_a_case = examples.request("add_case");
        let last = of_a_case["dealNos"].as_array().and_then(|numbers| numbers.last()?.as_str()).unwrap_or("D0");
        Self {
            known: vec![documented],
            shape: examples.shape("update_deal"),
            numbers: Series::after(last),
            next_id: id.as_i64().unwrap_or(0) + 1,
        }
    }

    pub(super) fn create(&mut self, body: &Value) -> Value {
        let names = json!({ "dealsId": self.next_id, "dealNo": self.numbers.next() });
        self.next_id += 1;
        let mut deal = as_answered(body);
        merge(&mut deal, &names);
        self.known.push(deal);
        names
    }

    pub(super) fn update(&mut self, parameters: &Members, body: &Value) -> Result<Value, String> {
        let id = parameters.get("id").unwrap_or(&Value::Null);
        let deal = self.known.iter_mut().find(|deal| deal.get("dealsId") == Some(id));
        let deal = deal.ok_or_else(|| unknown("dealsId", id))?;
        merge(deal, &Value::Object(as_answered(body)));
        Ok(shown(self.shape, deal))
    }
}

/// The members of a request in the names that answers have.
fn as_answered(body: &Value) -> Members {
    let mut deal = members(body);
    rename(&mut deal, &[("dealName", "dealsName"), ("dealValue", "dealsValue"), ("dealDate", "dealsDate")]);
    deal
}
