//! What the ledgers and the bundles say is to be looked up next.

use spec_tools::Sources;
use spec_tools::coverage::lookup::{self, Lookup};

use crate::frozen::{edited, frozen};

#[test]
fn the_largest_gap_comes_first() {
    let next = look_up_next(&frozen());
    let position = |id: &str| next.iter().position(|lookup| lookup.operation == id).unwrap();
    let nothing_known = position("get_product_units");
    let only_response_missing = position("create_deal");
    let partly_known = position("get_sales_order");
    assert!(nothing_known < only_response_missing && only_response_missing < partly_known);

    let table = lookup::table(&next);
    let row = |id: &str| table.lines().find(|line| line.contains(&format!("`{id}`"))).unwrap().to_owned();
    insta::assert_snapshot!(row("get_product_units"), @"| 1 | venio `get_product_units` | sidebar Product › /v1/products/units; unassigned pages of the group: api-6657280 | none: no property is known | none: no property is known |");
    insta::assert_snapshot!(row("create_deal"), @"| 4 | venio `create_deal` | api-3608469 | none: no property is known | complete |");
    insta::assert_snapshot!(row("get_product"), @"| 6 | venio `get_product` | api-3597197 | partial: 2 open objects; 12 properties without a type; 12 properties that no table lists; example: the page's response is cut after the second property of data | complete |");
}

#[test]
fn an_edit_that_closes_a_gap_reduces_the_list() {
    let of = |sources: &Sources| {
        let lookup = look_up_next(sources).into_iter().find(|lookup| lookup.operation == "get_contract");
        lookup.unwrap().response.open
    };
    let closed = edited("venio/contract.yaml", "additionalProperties: true", "");
    assert_eq!((of(&frozen()), of(&closed)), (3, 2));
}

#[test]
fn a_value_that_only_an_example_has_is_to_be_looked_up() {
    let evidence = "enum: ['1', '2', Credit]\n      x-gofive-value-evidence: {example: [Credit]}";
    let next = look_up_next(&edited("empeo/payroll.yaml", "enum: ['1', '2', Credit]", evidence));
    let row = next.iter().find(|lookup| lookup.operation == "get_cost_centers").unwrap();
    assert_eq!((row.response.unexplained, row.request.unexplained), (1, 0));
    assert!(lookup::table(&next).contains("; 1 value whose meaning no table gives |"));
}

fn look_up_next(sources: &Sources) -> Vec<Lookup> {
    let checked = spec_tools::check(sources).unwrap();
    lookup::next(&checked.bundles, &checked.ledgers)
}
