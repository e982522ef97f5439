//! Exit codes, and what is printed about a failure.

use gofive_sandbox::{Fault, Sandbox, operation};
use serde_json::Value;

use crate::gofive::{command, gofive, of_sandbox, on, run, words};

#[test]
fn a_failure_is_one_line_of_cause_and_one_of_what_to_do() {
    let refused = gofive("--sandbox venio get-product NONE");
    assert_eq!((refused.code, refused.stdout.as_str()), (7, ""));
    assert_eq!(
        refused.stderr,
        "error: get_product: the request was refused 4001: productCode NONE does not exist [HTTP 400]\n  \
         try: correct the request; --help shows what the operation takes\n"
    );
    let verbose = gofive("--sandbox -v venio get-product NONE").stderr;
    assert!(verbose.contains("\n  attempts: 1\n") && verbose.contains("\n  outcome unknown: no\n"), "{verbose}");
}

#[test]
fn scripts_read_a_failure_as_json() {
    for (line, code) in [
        ("--errors json --sandbox venio get-product NONE", 7),
        ("--errors=json venio get-product A001", 3),
        ("--errors json venio no-such-operation", 2),
        ("--errors json venio add-case", 2),
    ] {
        let failed = gofive(line);
        assert_eq!(failed.code, code, "{line}: {failed:?}");
        let error: Value = serde_json::from_str(&failed.stderr).unwrap();
        assert_eq!(error["exitCode"], code, "{error}");
        assert!(error["error"].is_string() && error["hint"].is_string(), "{error}");
    }
}

#[test]
fn what_is_missing_is_named_by_its_flags() {
    let refused = gofive("venio add-case --subject x");
    assert_eq!(
        (refused.code, refused.stderr.as_str()),
        (
            2,
            "error: add-case: 5 required properties are missing\n  \
             try: set --case-type, --category-id, --date-case, --date-due, --assigned-to-user-id\n"
        )
    );
    let refused = gofive("venio get-customer-events").stderr;
    assert!(refused.starts_with("error: get-customer-events: --customer-code is missing\n"), "{refused}");
}

#[test]
fn a_value_that_is_not_valid_says_what_is_expected() {
    for (line, expected) in [
        ("venio add-case --date-case 05/02/2025", "2025-02-05"),
        ("venio add-case --category-id many", "expected a whole number"),
        ("venio add-case --subjct x", "--subject"),
        ("venio add-cse", "add-case"),
        ("venio get-product", "<PRODUCT_CODE>"),
        ("venio get-product ..", "another path"),
        ("venio add-case --body @/nowhere/body.json", "/nowhere/body.json cannot be read"),
        ("--sandbox --jq '.[' venio get-product A001", "is not an expression of jq"),
        ("--sandbox --jq 'nosuch' venio get-product A001", "nosuch"),
        ("--sandbox --fields nosuch venio get-product A001", "--fields productCode"),
    ] {
        let refused = gofive(line);
        assert!(refused.code == 2 || refused.code == 1, "{line}: {refused:?}");
        assert!(refused.stderr.contains(expected) && refused.stdout.is_empty(), "{line}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_failure_has_its_exit_code() {
    let sandbox = Sandbox::start().await.unwrap();
    let (product, case) = ("venio get-product A001", "venio add-case --body @-");
    let body = gofive("venio add-case --skeleton").payload();
    for (status, line, code) in [
        (403, product, 5),
        (404, product, 6),
        (400, product, 7),
        (501, product, 10),
        (400, case, 7),
        (500, case, 20),
        (504, case, 20),
    ] {
        sandbox.clear_stubs();
        for operation in [operation::GET_PRODUCT, operation::ADD_CASE] {
            sandbox.respond(operation).status(status).mount().unwrap();
        }
        let failed = run(of_sandbox(&mut command(), &sandbox).args(words(line)), &body);
        assert_eq!(failed.code, code, "{status}: {failed:?}");
    }
    sandbox.clear_stubs();
    sandbox.respond(operation::GET_PRODUCT).business_error("4001", "Locked").mount().unwrap();
    assert_eq!(on(&sandbox, product).code, 8);
    sandbox.clear_stubs();
    sandbox.respond(operation::GET_PRODUCT).body("<html>", "text/html").mount().unwrap();
    assert_eq!(on(&sandbox, product).code, 13);
    sandbox.clear_stubs();
    // A create whose response is lost may have been carried out.
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::ResetAfter]);
    let lost = run(of_sandbox(&mut command(), &sandbox).args(words(case)), &body);
    assert_eq!((lost.code, sandbox.carried_out(operation::ADD_CASE)), (20, 1), "{lost:?}");
    assert!(lost.stderr.contains("check whether the operation was carried out"), "{lost:?}");
    let mut nowhere = command();
    of_sandbox(&mut nowhere, &sandbox).env("GOFIVE_BASE_URL", "http://127.0.0.1:9").args(words(case));
    assert_eq!(run(&mut nowhere, &body).code, 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_have_exit_code_4() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut wrong = command();
    of_sandbox(&mut wrong, &sandbox).env("GOFIVE_CLIENT_SECRET", "hunter2").args(["venio", "get-product", "A001"]);
    let refused = run(&mut wrong, "");
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(!refused.stderr.contains("hunter2") && refused.stderr.contains("GOFIVE_CLIENT_SECRET"), "{refused:?}");
}
