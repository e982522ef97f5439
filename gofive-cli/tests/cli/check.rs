//! `gofive check`: the report, its exit code, and what is not in it.

use gofive_sandbox::{Sandbox, operation};
use serde_json::{Value, json};

use crate::gofive::{gofive, on};

/// The row of an operation.
fn row<'a>(report: &'a Value, operation: &str) -> &'a Value {
    report["operations"].as_array().unwrap().iter().find(|row| row["operation"] == operation).unwrap()
}

#[test]
fn the_sandbox_is_as_the_spec_says() {
    let report = gofive("check --sandbox -o json --with get-product:product-code=A001 --with get_expense:id=EX1");
    // The sandbox has no such expense. Its failure is compared with the spec, too.
    assert_eq!(report.code, 7, "{report:?}");
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let rows = report["operations"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["drift"] == json!([])), "{report:#}");
    assert_eq!(row(&report, "get_product")["result"], "called");
    assert_eq!(row(&report, "get_quotation")["result"], "not-called");
    assert_eq!(row(&report, "get_expense")["error"], json!({"kind": "validation", "httpStatus": 400}));
    assert!(rows.iter().filter(|row| row["result"] == "called").count() > 5, "{report:#}");
    assert!(rows.iter().all(|row| row["operation"] != "authorize" && row["operation"] != "add_case"), "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_reported_without_values_and_has_an_exit_code() {
    let sandbox = Sandbox::start().await.unwrap();
    let units = json!({"status": {"code": "1000"}, "data": [], "trace": "secret value"});
    sandbox.respond(operation::GET_CUSTOMER_EVENT_TYPES).json(units).mount().unwrap();
    let employee = json!({"staffCode": 7_350_192, "secret@example.com": "secret value"});
    let employees = json!({"data": {"value": vec![employee; 3]}});
    sandbox.respond(operation::ENQUIRE_EMPLOYEES).json(employees).mount().unwrap();
    sandbox.respond(operation::GET_PRODUCT_UNITS).business_error("4001", "secret value").mount().unwrap();

    let run = on(&sandbox, "check venio");
    assert_eq!(run.code, 14, "{run:?}");
    let expected = "Different from the spec:\n  \
          venio get-customer-event-types\n    \
            HTTP 200 /trace: unknown property\n  \
          venio enquire-employees\n    \
            HTTP 200 /data/value/*/staffCode: integer, documented as string\n    \
            HTTP 200 /data/value/*/*: unknown property\n\n\
        Failed:\n  \
          venio get-product-units: business (HTTP 200)\n\n\
        Not called, because they need arguments (--with OPERATION:NAME=VALUE):\n";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
    assert!(run.stdout.contains("  venio get-product: product-code\n"), "{}", run.stdout);
    assert_eq!(run.stderr.lines().next(), Some("error: 2 operations differ from the spec"));

    let run = on(&sandbox, "check venio -o json --errors json");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let drift = &row(&report, "enquire_employees")["drift"];
    let expected = json!([
        {"httpStatus": 200, "pointer": "/data/value/*/staffCode", "kind": "other-type", "documented": "string", "found": "integer"},
        {"httpStatus": 200, "pointer": "/data/value/*/*", "kind": "unknown-property"},
    ]);
    assert_eq!(*drift, expected);
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains("secret") && !text.contains("7350192"), "{text}");
    }
}

/// `docs/drift.md` shows what the command prints.
#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_the_guide_is_that_of_the_command() {
    let guide = include_str!("../../../docs/drift.md");
    let (_, example) = guide.split_once("```console\n$ gofive ").unwrap();
    let (line, shown) = example.split_once("\n```").unwrap().0.split_once('\n').unwrap();
    let sandbox = Sandbox::start().await.unwrap();
    let product = json!({"status": {"code": "1000"}, "data": {"productCode": "A001", "colour": "blue"}});
    sandbox.respond(operation::GET_PRODUCT).json(product).mount().unwrap();
    let run = on(&sandbox, line);
    assert_eq!((run.code, run.stdout.trim_end()), (14, shown), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_checked_by_one_page() {
    let sandbox = Sandbox::start().await.unwrap();
    let run = on(&sandbox, "check venio");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(sandbox.calls(operation::ENQUIRE_EMPLOYEES), 1);
    assert_eq!(sandbox.calls(operation::ADD_CASE), 0, "only operations that only read are called");
}

#[test]
fn arguments_that_are_not_valid_are_refused_before_anything_is_sent() {
    for (line, cause) in [
        ("--with get-product", "it is not OPERATION:NAME=VALUE"),
        ("--with get-prodct:product-code=A001", "get-prodct is not an operation that only reads"),
        ("--with add-case:subject=x", "add-case is not an operation that only reads"),
        ("--with get-product:colour=red", "get-product has no argument colour"),
        ("--with get-product:product-code=", "get-product"),
        ("etaxgo", "no operation can be called without arguments"),
    ] {
        let run = gofive(&format!("check --sandbox {line}"));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line}: {run:?}");
        assert!(run.stderr.contains(cause), "{line}: {}", run.stderr);
    }
}
