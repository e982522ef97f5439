//! What an agent does: search, read, call.

use gofive_sandbox::{RecordKind, Sandbox, operation};
use gofive_spec::{Api, BUNDLES, Idempotency};
use serde_json::{Value, json};

use super::agent::Agent;

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_finds_reads_and_calls_an_operation() {
    let agent = Agent::start("--sandbox mcp").await;
    assert!(agent.instructions().contains("search_operations"));
    let found = agent.result("search_operations", json!({"words": "product by its code", "limit": 5})).await;
    let operations = found["operations"].as_array().unwrap();
    assert!(operations.len() <= 5 && operations.iter().any(|one| one["operation"] == "get_product"), "{found}");

    let read = agent.result("describe_operation", json!({"operation": "get_product"})).await;
    assert_eq!((&read["idempotency"], &read["isAllowed"]), (&json!("safe"), &json!(true)));
    assert!(read["path"]["properties"]["productCode"].is_object(), "{read}");
    assert!(read["payload"]["schema"]["properties"]["productName"].is_object(), "{read}");

    let called = agent.call(read["example"].clone()).await;
    assert!(called["payload"]["productName"].is_string(), "{called}");
    agent.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_called_by_the_example_of_its_description() {
    let agent = Agent::start("--sandbox mcp --allow-writes all").await;
    let mut failures = Vec::new();
    // Reads come first: an example may delete what another one needs.
    let operations = BUNDLES.iter().flat_map(|(_, text)| Api::parse(text).unwrap().operations);
    let mut operations: Vec<_> = operations.filter(|one| one.needs_token && one.is_reviewed).collect();
    operations.sort_by_key(|operation| operation.idempotency != Idempotency::Safe);
    for operation in operations {
        let read = agent.result("describe_operation", json!({"operation": operation.id})).await;
        let example = read["example"].to_string().replace("<id>", "1");
        let (text, is_error) = agent.text("call_operation", serde_json::from_str(&example).unwrap()).await;
        if is_error || serde_json::from_str::<Value>(&text).is_err() {
            failures.push(format!("{example}: {text}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_fits_and_says_what_is_known() {
    let agent = Agent::start("mcp --max-result 8000").await;
    for operation in BUNDLES.iter().flat_map(|(_, text)| Api::parse(text).unwrap().operations) {
        for part in ["request", "payload"] {
            let arguments = json!({"operation": operation.id, "part": part});
            let (text, is_error) = agent.text("describe_operation", arguments).await;
            assert!(!is_error && text.len() <= 8000, "{} bytes of {text}", text.len());
        }
    }
    let payload = json!({"operation": "get_sales_order", "part": "payload"});
    let text = agent.text("describe_operation", payload).await.0;
    assert!(text.contains("Its properties are not shown here"), "{text}");
    let whole = agent.failure("describe_operation", json!({"operation": "get_sales_order"})).await;
    assert!(whole["hint"].as_str().unwrap().starts_with("set part to request or to payload"), "{whole}");

    let read = agent.result("describe_operation", json!({"operation": "venio add-case"})).await;
    let parts = ["summary", "evidence", "oddities", "calledTwice", "refusal"];
    assert!(parts.iter().all(|part| !read[part].is_null()), "{read}");
    let hints = json!({"readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": true});
    assert_eq!(read["hints"], hints);
    assert!(read["body"]["schema"]["required"].as_array().unwrap().contains(&json!("subject")), "{read}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_writes_only_what_the_person_allows() {
    let sandbox = Sandbox::start().await.unwrap();
    let careful = Agent::on(&sandbox, "mcp").await;
    let example = careful.result("describe_operation", json!({"operation": "add_case"})).await["example"].clone();
    let refused = careful.failure("call_operation", example.clone()).await;
    assert_eq!((&refused["kind"], &refused["outcomeUnknown"]), (&json!("refused"), &json!(false)));
    assert!(refused["hint"].as_str().unwrap().contains("--allow-writes add_case"), "{refused}");
    assert!(sandbox.requests(operation::ADD_CASE).is_empty());

    let trusted = Agent::on(&sandbox, "mcp --allow-writes add-case,edit_customer_event").await;
    let created = trusted.call(example).await;
    assert!(created["payload"]["feedbackId"].is_i64(), "{created}");
    assert_eq!(sandbox.carried_out(operation::ADD_CASE), 1);
    let other = trusted.failure("call_operation", json!({"operation": "create_deal", "body": {}})).await;
    assert!(other["hint"].as_str().unwrap().contains("--allow-writes create_deal"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hints_are_those_of_what_is_allowed() {
    for (line, hints) in [
        ("mcp", json!({"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": true})),
        (
            "mcp --allow-writes edit_case",
            json!({"readOnlyHint": false, "destructiveHint": true, "idempotentHint": true, "openWorldHint": true}),
        ),
        (
            "mcp --allow-writes all",
            json!({"readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": true}),
        ),
    ] {
        let tools = Agent::start(line).await.tools().await;
        let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
        assert_eq!(names, ["search_operations", "describe_operation", "call_operation"]);
        assert_eq!(serde_json::to_value(&tools[2].annotations).unwrap(), hints, "{line}");
        assert_eq!(tools[0].annotations.as_ref().unwrap().read_only_hint, Some(true));
        assert!(tools.iter().all(|tool| jsonschema::meta::is_valid(&json!(tool.input_schema))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_comes_in_parts_that_fit() {
    let sandbox = Sandbox::builder().max_records(10_000).start().await.unwrap();
    for number in 0..700 {
        let record = json!({"productCode": format!("P{number:06}"), "productName": "ปากกา"});
        sandbox.put_record(RecordKind::Products, record).unwrap();
    }
    let agent = Agent::on(&sandbox, "mcp --max-result 8000").await;
    let (mut codes, mut skip) = (Vec::new(), Some(0));
    while let Some(next) = skip {
        let arguments = json!({
            "operation": "get_products_by_filter",
            "body": {"productType": 1031, "status": [1]},
            "fields": ["productCode"],
            "skip": next,
            "limit": 500,
        });
        let (text, is_error) = agent.text("call_operation", arguments).await;
        assert!(!is_error && text.len() <= 8000, "{text}");
        let part: Value = serde_json::from_str(&text).unwrap();
        let records = part["payload"].as_array().unwrap();
        codes.extend(records.iter().map(|one| one["productCode"].as_str().unwrap().to_owned()));
        skip = part["next"]["skip"].as_u64();
    }
    let added: Vec<_> = codes.iter().filter(|code| code.len() == 7 && code.starts_with('P')).collect();
    let expected: Vec<_> = (0..700).map(|number| format!("P{number:06}")).collect();
    assert_eq!(added, expected.iter().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_keeps_its_digits_and_says_which_fields_it_has() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = format!(
        r#"{{"status": {{"code": "1000"}}, "data": {{"price": 12345678901234567.890, "note": "{}"}}}}"#,
        "ก".repeat(9000)
    );
    sandbox.respond(operation::GET_PRODUCT).body(body, "application/json").mount().unwrap();
    let agent = Agent::on(&sandbox, "mcp --max-result 8000").await;
    let mut arguments = json!({"operation": "get_product", "path": {"productCode": "A001"}});
    let (text, _) = agent.text("call_operation", arguments.clone()).await;
    assert!(text.len() <= 8000 && text.contains("12345678901234567.890"), "{text}");
    assert!(text.contains("Call it again with some of the fields price, note"), "{text}");
    arguments["fields"] = json!(["price"]);
    let (text, _) = agent.text("call_operation", arguments).await;
    assert_eq!(text, r#"{"payload":{"price":12345678901234567.890}}"#);
}
