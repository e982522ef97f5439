//! Stubbed responses, as a client sees them on the socket.

use std::time::Instant;

use super::*;
use crate::{Stub, operation::*};

#[tokio::test]
async fn a_stub_responds_to_requests_that_match_and_others_are_carried_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let id = sandbox
        .respond(ADD_CASE)
        .when(json!({"subject": "x", "categoryId": 2_140_016_585.0}))
        .once()
        .business_error("4001", "assignedToUserId is not found")
        .mount()
        .unwrap();
    assert_eq!(sandbox.stubs()[0].id, id);
    let mut case = example("add_case");
    case["categoryId"] = json!(2_140_016_585);
    let case_of = |subject: &str| {
        let mut case = case.clone();
        case["subject"] = json!(subject);
        case
    };
    assert_eq!(user.post("/v1/case", case_of("y")).await.0, StatusCode::OK);
    let unused = sandbox.verify().unwrap_err().to_string();
    assert!(unused.contains("add_case when {") && unused.ends_with(": used 0 of 1 times"), "{unused}");
    let stubbed = refused(StatusCode::OK, "4001", "assignedToUserId is not found");
    assert_eq!(user.post("/v1/case", case_of("x")).await, stubbed);
    assert_eq!((sandbox.calls(ADD_CASE), sandbox.carried_out(ADD_CASE), sandbox.cases().len()), (2, 1, 2));
    assert_eq!((sandbox.verify(), sandbox.stubs()), (Ok(()), vec![]));
    assert_eq!(user.post("/v1/case", case_of("x")).await.1["data"]["data"], json!({"feedbackId": 67_942}));
}

#[tokio::test]
async fn stubs_apply_in_order_each_as_often_as_it_says() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.respond(GET_PRODUCT_UNITS).times(2).status(500).mount().unwrap();
    sandbox.respond(GET_PRODUCT_UNITS).once().json(json!(null)).mount().unwrap();
    let always = sandbox.respond(GET_PRODUCT_UNITS).always().status(403).json(json!({})).mount().unwrap();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let response = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
        statuses.push((response.status().as_u16(), response.text().await.unwrap()));
    }
    let expected = [(500, ""), (500, ""), (200, "null"), (403, "{}"), (403, "{}")];
    assert_eq!(statuses, expected.map(|(status, body)| (status, body.to_owned())));
    assert_eq!(sandbox.stubs().iter().map(|stub| (stub.id, stub.used)).collect::<Vec<_>>(), [(always, 2)]);
    assert!(sandbox.remove_stub(always) && !sandbox.remove_stub(always));
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
}

#[tokio::test]
async fn path_and_query_are_compared_with_their_types() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let events =
        |customer: &str, types: u8| format!("/v1/customerEvent/filter?customerCode={customer}&eventTypeIds={types}");
    sandbox
        .respond(GET_CUSTOMER_EVENTS)
        .when(json!({"customerCode": "C000055", "eventTypeIds": 2}))
        .status(404)
        .json(json!({}))
        .mount()
        .unwrap();
    sandbox.respond(EDIT_CUSTOMER_EVENT).when(json!({"eventId": 7})).status(403).json(json!({})).mount().unwrap();
    assert_eq!(user.get(&events("C000055", 2)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(user.get(&events("C000055", 1)).await.0, StatusCode::OK);
    assert_eq!(user.get(&events("C000001", 2)).await.0, StatusCode::OK);
    assert_eq!(user.put("/v1/customerEvent/7", json!({"eventName": 1})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(user.put("/v1/customerEvent/8", json!({})).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_stub_sends_any_body_with_headers_after_a_delay() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let delay = Duration::from_millis(120);
    for (body, content_type) in [(&b"<p>"[..], "text/html"), (&[0xff, 0, 1], "application/pdf"), (b"", "a/b")] {
        sandbox
            .respond(GET_PRODUCT_UNITS)
            .once()
            .status(418)
            .body(body, content_type)
            .header("X-Request-Id", "r1")
            .delay(delay)
            .mount()
            .unwrap();
        let start = Instant::now();
        let response = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
        assert!(start.elapsed() >= delay);
        assert_eq!((response.status().as_u16(), &response.headers()["x-request-id"]), (418, &"r1".parse().unwrap()));
        assert_eq!(response.headers()["content-type"], content_type);
        assert_eq!(response.bytes().await.unwrap(), body);
    }
}

#[tokio::test]
async fn a_documented_example_is_sent_by_its_name() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.respond(GET_CONTRACT).from_example("assembled").mount().unwrap();
    assert_eq!(user.get("/v1/contract/unknown").await, (StatusCode::OK, response_example("get_contract")));
}

#[tokio::test]
async fn a_business_error_has_the_envelope_of_its_product() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.respond(UPDATE_EMPLOYEE_FAMILY).status(400).business_error("5001", "Locked").mount().unwrap();
    let (status, body) = user.post("/empeo/api/v1/employees/family", json!({})).await;
    let standard = json!({"code": "5001", "description": "Locked"});
    assert_eq!(
        (status, body),
        (StatusCode::BAD_REQUEST, json!({"statusCode": 5001, "message": "Locked", "status": standard}))
    );
    sandbox.respond(AUTHORIZE).once().business_error("invalid_client", "Disabled").mount().unwrap();
    let body = json!({"error": "invalid_client", "error_description": "Disabled"});
    assert_eq!(user.authorize(&credentials(&sandbox)).await, (StatusCode::BAD_REQUEST, body));
    assert_eq!((user.authorize(&credentials(&sandbox)).await.0, sandbox.tokens_issued()), (StatusCode::OK, 2));
}

#[tokio::test]
async fn the_key_and_the_token_are_checked_before_a_stub_applies() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut user = User::of(&sandbox).await;
    sandbox.respond(GET_PRODUCT_UNITS).once().json(json!({})).mount().unwrap();
    user.token.push('x');
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED);
    assert!(sandbox.verify().is_err());
    user.token.pop();
    assert_eq!(user.get("/v1/products/units").await, (StatusCode::OK, json!({})));
}

#[tokio::test]
async fn a_fault_affects_how_a_stub_is_sent_and_a_prevented_request_uses_no_stub() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.respond(GET_PRODUCT_UNITS).once().json(json!({"a": 1})).mount().unwrap();
    sandbox.queue_faults(GET_PRODUCT_UNITS, vec![Fault::BadGateway, Fault::TruncatedBody]);
    let first = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
    assert_eq!((first.status(), sandbox.stubs().len()), (StatusCode::BAD_GATEWAY, 1));
    let second = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
    assert_eq!(second.content_length(), Some(7));
    assert!(second.bytes().await.is_err() && sandbox.stubs().is_empty());
}

#[tokio::test]
async fn a_wrong_stub_is_an_error_that_says_what_to_do() {
    let sandbox = Sandbox::start().await.unwrap();
    let case = || sandbox.respond(ADD_CASE);
    let contract = || sandbox.respond(GET_CONTRACT);
    for (stub, problem) in [
        (case(), "it has no response; set a status, a body, a business error or an example"),
        (case().status(199), "199 is not the status code of a response; use one from 200 to 599"),
        (case().status(600), "600 is not the status code of a response; use one from 200 to 599"),
        (case().status(204).json(json!({})), "HTTP 204 has no body; remove the body, or use another status code"),
        (case().times(0).status(403), "it is for 0 requests; set `times` to 1 or more, or omit it for all requests"),
        (case().status(403).header("a b", "c"), r#""a b" is not the name of a header"#),
        (case().status(403).header("a", "\n"), r#""\n" is not a value of the header `a`"#),
        (
            case().status(403).header("Content-Length", "7"),
            "the server sets the header `content-length` itself; remove it",
        ),
        (case().body("", "\n"), r#""\n" is not a Content-Type"#),
        (contract().from_example("docs"), "it has no example `docs`; use `assembled`"),
        (
            sandbox.respond(GET_PRODUCT).from_example("documented"),
            "it has no example `documented`: no example of a response is documented; use `json`",
        ),
        (case().json(json!(1)).from_example("documented"), "it has 2 bodies, json and example; keep one"),
        (
            case().when(json!({"Subject": "x"})).status(403),
            "`when` has `Subject`, which is not a parameter or property; the nearest one is `subject`",
        ),
        (case().when(json!("x")).status(403), "`when` is not an object"),
        (
            sandbox.respond(UPDATE_PRODUCT_STOCK).when(json!(1)).status(403),
            "`when` is not a list, as the body is, or an object",
        ),
    ] {
        let error = stub.mount().unwrap_err();
        assert_eq!(error.problems, [problem]);
        assert!(error.to_string().starts_with(&format!("the stub of `{}` cannot be mounted: ", error.operation)));
    }
    let two = case().when(json!([])).times(0).status(1).mount().unwrap_err();
    assert_eq!((two.problems.len(), sandbox.stubs()), (3, vec![]));
}

#[tokio::test]
async fn a_stub_is_read_from_json_strictly() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let json = json!({
        "operation": "get_product_units", "times": 3,
        "response": {"status": 403, "base64": "/wA=", "contentType": "a/b", "headers": {"a": "b"}, "delayMs": 1}
    });
    let stub: Stub = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&stub).unwrap(), json);
    sandbox.mount(stub).unwrap();
    let response = user.request(Method::GET, "/v1/products/units").send().await.unwrap();
    assert_eq!((response.status(), &response.bytes().await.unwrap()[..]), (StatusCode::FORBIDDEN, &[0xff, 0][..]));
    let null: Stub = serde_json::from_value(json!({"operation": "add_case", "response": {"json": null}})).unwrap();
    assert_eq!(null.response.json, Some(Value::Null));

    let wrong = |json: Value| serde_json::from_value::<Stub>(json).unwrap_err().to_string();
    let operation = wrong(json!({"operation": "addCase", "response": {}}));
    assert_eq!(operation, "`addCase` is not an operation; the nearest one is `add_case`");
    let unknown = wrong(json!({"operation": "add_case", "response": {"statusCode": 1}}));
    assert!(unknown.starts_with("unknown field `statusCode`"), "{unknown}");
    let base64 = json!({"operation": "add_case", "response": {"base64": "?"}});
    let error = sandbox.mount(serde_json::from_value(base64).unwrap()).unwrap_err();
    assert!(error.to_string().contains("`base64` is not Base64: "), "{error}");
}
