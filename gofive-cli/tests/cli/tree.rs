//! The tree of all commands, for programs.

use gofive_spec::{Api, BUNDLES};
use serde_json::{Value, json};

use crate::gofive::gofive;

fn inner<'a>(tree: &'a Value, name: &str) -> &'a Value {
    tree["commands"].as_array().unwrap().iter().find(|command| command["name"] == name).unwrap()
}

fn argument<'a>(command: &'a Value, name: &str) -> &'a Value {
    command["arguments"].as_array().unwrap().iter().find(|argument| argument["name"] == name).unwrap()
}

#[test]
fn a_program_reads_the_tree_of_all_commands() {
    let tree = gofive("--help --json").json();
    for (product, text) in BUNDLES {
        for operation in Api::parse(text).unwrap().operations {
            let command = inner(inner(&tree, product), &operation.id.replace('_', "-"));
            assert_eq!(command["summary"], operation.summary.as_str(), "{command}");
            assert!(command["idempotency"].is_string() && command["isReviewed"].is_boolean(), "{command}");
        }
    }
    assert_eq!(tree["exitCodes"].as_array().unwrap().len(), 16);
    assert_eq!(tree["exitCodes"][15]["code"], 20);
    assert_eq!(argument(&tree, "--output")["values"], json!(["json", "ndjson", "csv", "yaml", "table"]));
    assert_eq!(argument(inner(&tree, "sandbox"), "--port")["default"], "4010");
}

#[test]
fn an_operation_has_what_a_call_needs() {
    let add_case = gofive("venio add-case --help --json").json();
    assert_eq!(add_case["idempotency"], "non-idempotent");
    let case_type = argument(&add_case, "--case-type");
    assert_eq!((&case_type["values"][0], &case_type["value"]), (&json!("request-for-action"), &json!("NAME")));
    assert!(case_type["help"].as_str().unwrap().contains("[required]"), "{case_type}");
    let options = add_case["optionsOfAnyCall"].as_array().unwrap();
    assert!(options.iter().any(|option| option["name"] == "--sandbox"), "an operation has the options of any call");
    assert!(add_case["exitCodes"].is_array());

    let get_product = gofive("venio get-product --help --json").json();
    let code = argument(&get_product, "PRODUCT_CODE");
    assert_eq!((&code["isPositional"], &code["isRequired"]), (&json!(true), &json!(true)));
    let upsert = gofive("venio create-or-update-customer --help --json").json();
    assert_eq!(
        (&upsert["idempotency"], &upsert["idempotentWith"]),
        (&json!("idempotent-with"), &json!(["customerCode"]))
    );
}

#[test]
fn every_level_has_its_tree_also_beside_options() {
    let of_the_root = gofive("--help --json").json();
    for (line, path) in [
        ("--sandbox -o csv venio get-product A001 --help --json", vec!["venio", "get-product"]),
        ("venio --json --help", vec!["venio"]),
        ("webhook listen --help --json", vec!["webhook", "listen"]),
        ("version --help --json", vec!["version"]),
        ("--errors=json login --help --json", vec!["login"]),
    ] {
        let found = gofive(line).json();
        let expected = path.iter().fold(&of_the_root, |tree, name| inner(tree, name));
        assert_eq!((&found["name"], &found["arguments"]), (&expected["name"], &expected["arguments"]), "{line}");
    }
    let refused = gofive("venio ad-case --help --json");
    assert!(refused.code == 2 && refused.stderr.contains("add-case"), "{refused:?}");
}
