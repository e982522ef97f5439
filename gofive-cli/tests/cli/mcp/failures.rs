//! Failures, as an agent reads them.

use gofive_sandbox::{Fault, Sandbox, operation};
use serde_json::{Value, json};

use super::agent::Agent;
use crate::gofive::{command, gofive, of_sandbox};

fn product() -> Value {
    json!({"operation": "get_product", "path": {"productCode": "A001"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_are_not_valid_say_what_is_expected() {
    let agent = Agent::start("--sandbox mcp --allow-writes add_case,create_expense").await;
    for (arguments, expected) in [
        (json!({"operation": "get_prodcut"}), "get_product"),
        (json!({"operation": "launch_rocket"}), "search_operations"),
        (json!({"operation": "get_product"}), "path.productCode is missing"),
        (json!({"operation": "get_product", "path": {"code": "A001"}}), "its parameters are: productCode"),
        (json!({"operation": "get_product", "path": {"productCode": ".."}}), "another path"),
        (json!({"operation": "get_product", "path": {"productCode": {}}}), "cannot be sent as a parameter"),
        (json!({"operation": "get_product", "body": {}, "path": {"productCode": "A001"}}), "takes no body"),
        (json!({"operation": "get_product", "limit": 5, "path": {"productCode": "A001"}}), "not a list"),
        (json!({"operation": "get_product", "pathh": {}}), "unknown field `pathh`"),
        (json!({"operation": "add_case", "body": {"subject": 7}}), "/subject: 7 is not of type \\\"string\\\""),
        (json!({"operation": "add_case", "body": {"subject": "x"}}), "\\\"caseType\\\" is a required property"),
        (json!({"operation": "add_case", "body": "{subject}"}), "the body is not JSON"),
        (json!({"operation": "add_case", "body": {"subject": 0.123_456_789_012_345_67}}), "send the body as a text"),
        (json!({"operation": "enquire_employees", "body": {"skip": 7}}), "set skip and limit beside the operation"),
        (json!({"operation": "enquire_employees", "limit": 501}), "between 1 and 500"),
        (json!({"operation": "enquire_employees", "fields": [".".repeat(100_000)]}), "names of fields"),
        (json!({}), "missing field `operation`"),
    ] {
        let failure = agent.failure("call_operation", arguments).await;
        assert!(failure.to_string().contains(expected), "{expected}: {failure}");
        assert!(failure["hint"].is_string() && failure["kind"] == "refused", "{failure}");
    }
    let unknown = agent.failure("search_operations", json!({"product": "crm"})).await;
    assert_eq!(unknown["hint"], "venio, empeo, etaxgo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_of_the_api_has_its_kind_and_what_to_do() {
    let sandbox = Sandbox::start().await.unwrap();
    let agent = Agent::on(&sandbox, "mcp --allow-writes add_case").await;
    for (status, kind, hint) in [
        (403, "permission", "not permitted"),
        (404, "not found", "does not exist"),
        (400, "validation", "describe_operation"),
        (501, "server", "later"),
    ] {
        sandbox.clear_stubs();
        sandbox.respond(operation::GET_PRODUCT).status(status).mount().unwrap();
        let failure = agent.failure("call_operation", product()).await;
        assert_eq!((&failure["kind"], &failure["httpStatus"]), (&json!(kind), &json!(status)), "{failure}");
        assert!(failure["hint"].as_str().unwrap().contains(hint), "{failure}");
    }
    sandbox.clear_stubs();
    sandbox.respond(operation::GET_PRODUCT).business_error("4001", "ก".repeat(50_000)).mount().unwrap();
    let failure = agent.failure("call_operation", product()).await;
    assert_eq!((&failure["kind"], &failure["code"]), (&json!("business"), &json!("4001")));
    assert!(failure.to_string().len() < 20_000, "{} bytes", failure.to_string().len());

    // A create whose response is lost may have been carried out.
    let example = agent.result("describe_operation", json!({"operation": "add_case"})).await["example"].clone();
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::ResetAfter]);
    let lost = agent.failure("call_operation", example).await;
    assert_eq!((&lost["outcomeUnknown"], sandbox.carried_out(operation::ADD_CASE)), (&json!(true), 1), "{lost}");
    assert!(lost["hint"].as_str().unwrap().contains("before you call it again"), "{lost}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_reads_about_operations_without_credentials() {
    let agent = Agent::start("mcp").await;
    assert!(agent.result("search_operations", json!({})).await["found"].as_u64() > Some(40));
    let failure = agent.failure("call_operation", product()).await;
    assert_eq!(failure["kind"], "configuration");
    assert!(failure["hint"].as_str().unwrap().contains("gofive login"), "{failure}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_sees_no_secret() {
    let sandbox = Sandbox::start().await.unwrap();
    let agent = Agent::on(&sandbox, "mcp --allow-writes all").await;
    let refused = agent.failure("call_operation", json!({"operation": "authorize", "body": {}})).await;
    assert!(refused["error"].as_str().unwrap().contains("a secret"), "{refused}");
    assert_eq!(agent.result("describe_operation", json!({"operation": "authorize"})).await["isAllowed"], false);
    // A text that names a file is sent as it is.
    let file = json!({"operation": "get_product", "path": {"productCode": "@/etc/hostname"}});
    agent.failure("call_operation", file).await;
    assert_eq!(sandbox.requests(operation::GET_PRODUCT)[0].path, "/v2/products/%40%2Fetc%2Fhostname");

    let mut wrong = command();
    of_sandbox(&mut wrong, &sandbox).env("GOFIVE_CLIENT_SECRET", "hunter2").arg("mcp");
    let failure = Agent::of(wrong).await.failure("call_operation", product()).await;
    assert_eq!(failure["kind"], "token refused");
    assert!(!failure.to_string().contains("hunter2"), "{failure}");
}

#[test]
fn a_server_that_could_not_allow_what_it_should_does_not_start() {
    let refused = gofive("mcp --allow-writes add_caze");
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("--allow-writes") && refused.stderr.contains("add_caze"), "{refused:?}");
}
