//! The control API, as programs in other languages use it.

mod document;
mod groups;
mod guard;

use jsonschema::Validator;
use reqwest::{Method, RequestBuilder};

use super::*;
use crate::control::allow_null;

/// A program that controls a sandbox. Each response is checked against the document that the sandbox serves.
struct Controller<'a> {
    sandbox: &'a Sandbox,
    client: Client,
    document: Value,
}

impl<'a> Controller<'a> {
    async fn of(sandbox: &'a Sandbox) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut controller = Self { sandbox, client: Client::new(), document: Value::Null };
        let document = controller.request(Method::GET, "/__sandbox/openapi.json").send().await.unwrap();
        controller.document = document.json().await.unwrap();
        controller
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.sandbox.base_url()))
    }

    /// Calls an operation, which must be a success.
    async fn call(&self, operation_id: &str) -> Value {
        self.succeed(operation_id, &[], None).await
    }

    /// Calls an operation with a body, which must be a success.
    async fn call_with(&self, operation_id: &str, body: Value) -> Value {
        self.succeed(operation_id, &[], Some(body)).await
    }

    /// Calls an operation with the values of its parameters, which must be a success.
    async fn succeed(&self, operation_id: &str, parameters: &[(&str, &str)], body: Option<Value>) -> Value {
        let (status, response) = self.send(operation_id, parameters, body).await;
        let operation = self.operation(operation_id).2;
        let documented = &operation["responses"][status.to_string()];
        assert!(status < 300 && documented.is_object(), "{operation_id}: {status}, {response}");
        match &documented["content"]["application/json"]["schema"] {
            Value::Null => assert_eq!(response, Value::Null, "{operation_id}"),
            schema => self.check(schema, &response),
        }
        response
    }

    /// Calls an operation that refuses the request, and returns the status code and the problem.
    async fn fail(&self, operation_id: &str, parameters: &[(&str, &str)], body: Option<Value>) -> (u16, Value) {
        let (status, problem) = self.send(operation_id, parameters, body).await;
        assert!((400..500).contains(&status), "{operation_id}: {status}, {problem}");
        (status, problem)
    }

    async fn send(&self, operation_id: &str, parameters: &[(&str, &str)], body: Option<Value>) -> (u16, Value) {
        let (method, path, operation) = self.operation(operation_id);
        let (mut path, mut query) = (path.to_owned(), Vec::new());
        for (name, value) in parameters {
            let template = format!("{{{name}}}");
            if path.contains(&template) { path = path.replace(&template, value) } else { query.push((name, value)) }
        }
        assert!(!path.contains('{'), "{operation_id} needs {path}");
        let request = self.request(method, &path).query(&query);
        assert_eq!(body.is_some(), operation["requestBody"].is_object(), "{operation_id}");
        self.read(if let Some(body) = body { request.json(&body) } else { request }).await
    }

    /// Sends a request, and returns the status code and the JSON of the response.
    async fn read(&self, request: RequestBuilder) -> (u16, Value) {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(!headers.contains_key("access-control-allow-origin"));
        let text = response.text().await.unwrap();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        if status >= 400 {
            assert_eq!(headers["content-type"], "application/problem+json");
            assert_eq!(body["status"], status);
            self.check(&json!({"$ref": "#/components/schemas/Problem"}), &body);
        }
        (status, body)
    }

    /// The method, the path and the description of an operation.
    fn operation(&self, operation_id: &str) -> (Method, &str, &Value) {
        let paths = self.document["paths"].as_object().unwrap().iter();
        let operations = paths.flat_map(|(path, methods)| {
            methods.as_object().unwrap().iter().map(move |(method, operation)| (method, path, operation))
        });
        let mut found = operations.filter(|(.., operation)| operation["operationId"] == operation_id);
        let (method, path, operation) = found.next().unwrap_or_else(|| panic!("no operation is called {operation_id}"));
        (method.to_uppercase().parse().unwrap(), path, operation)
    }

    /// Checks a value against a schema of the document.
    fn check(&self, schema: &Value, value: &Value) {
        let mut root = schema.clone();
        root["components"] = self.document["components"].clone();
        allow_null(&mut root);
        let validator = Validator::new(&root).unwrap();
        let problems: Vec<_> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(problems.is_empty(), "{problems:#?}\n{value:#}");
    }
}

/// The detail of a problem, and the location of its first wrong part.
fn location(problem: &Value) -> (&str, &str) {
    let wrong = &problem["errors"][0];
    let part = wrong["pointer"].as_str().or(wrong["parameter"].as_str());
    (wrong["detail"].as_str().unwrap_or_default(), part.unwrap_or("?"))
}

#[tokio::test]
async fn a_wrong_request_is_a_problem_with_its_location() {
    let sandbox = Sandbox::start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    let faults = |fault: Value, probability: f64| json!({"faults": [{"fault": fault, "probability": probability}]});
    for (operation, body, detail, pointer) in [
        (
            "mount_stub",
            json!({"operation": "addCase", "response": {}}),
            "`addCase` is not an operation; the nearest one is `add_case`",
            "/operation",
        ),
        (
            "mount_stub",
            json!({"operation": "add_case", "response": {"statusCode": 1}}),
            "unknown field `statusCode`, expected one of `status`, `headers`, `json`, `text`, `base64`, `contentType`, `businessError`, `example`, `delayMs`",
            "/response/statusCode",
        ),
        (
            "mount_stub",
            json!({"operation": "add_case", "response": {"status": 103}}),
            "103 is less than the minimum of 200",
            "/response/status",
        ),
        (
            "mount_stub",
            json!({"operation": "add_case", "when": {"Subject": "x"}, "response": {"status": 403}}),
            "`when` has `Subject`, which is not a parameter or property; the nearest one is `subject`",
            "",
        ),
        ("mount_stub", json!([]), "it is not an object", ""),
        (
            "set_faults",
            faults(json!({"kind": "slow"}), 1.0),
            "unknown variant `slow`, expected one of",
            "/faults/0/fault/kind",
        ),
        (
            "mount_stub",
            json!({"operation": "add_case", "response": [403, {}, null, null, null, null, null, null, null]}),
            r#"[403,{},null,null,null,null,null,null,null] is not of type "object""#,
            "/response",
        ),
        (
            "set_faults",
            faults(json!({"kind": "html-page"}), 2.0),
            "2 is not a probability; use one from 0 to 1",
            "/faults/0/probability",
        ),
        (
            "set_faults",
            faults(json!({"kind": "slow-body", "chunkSize": -1}), 1.0),
            "invalid value: integer `-1`, expected usize",
            "/faults/0/fault",
        ),
    ] {
        let (status, problem) = control.fail(operation, &[], Some(body)).await;
        let (found, part) = location(&problem);
        assert!(found.starts_with(detail), "{found}");
        assert_eq!((status, part), (400, pointer), "{found}");
    }
    for (operation, parameters, detail, part) in [
        ("get_stub", [("id", "x")], r#""x" is not of type "integer""#, "id"),
        ("list_deliveries", [("waitMs", "60001")], "60001 is greater than the maximum of 60000", "waitMs"),
        ("list_requests", [("limit", "-1")], "-1 is less than the minimum of 0", "limit"),
        (
            "list_requests",
            [("operation", "addCase")],
            "`addCase` is not an operation; the nearest one is `add_case`",
            "operation",
        ),
        ("list_requests", [("Limit", "1")], "the query has no such parameter; use operation, limit", "Limit"),
        ("list_stubs", [("limit", "1")], "the query has no such parameter; this operation has none", "limit"),
    ] {
        let (status, problem) = control.fail(operation, &parameters, None).await;
        assert_eq!((status, location(&problem)), (400, (detail, part)));
    }
}

#[tokio::test]
async fn what_is_not_json_or_not_a_route_is_a_problem() {
    let sandbox = Sandbox::builder().max_body_size(1000).start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    let stubs = |body: &'static str| control.request(Method::POST, "/__sandbox/stubs").body(body);
    let json = "application/json";
    for (request, status, detail) in [
        (stubs("{}"), 415, "the Content-Type must be application/json"),
        (stubs("{}").header("content-type", "text/plain"), 415, "the Content-Type must be application/json"),
        (
            stubs("{").header("content-type", json),
            400,
            "the body is not valid: it is not JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            stubs("").header("content-type", json),
            400,
            "the body is not valid: it is not JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            control.request(Method::PUT, "/__sandbox/faults").body("{} x").header("content-type", json),
            400,
            "the body is not valid: it is not JSON: trailing characters at line 1 column 4",
        ),
        (control.request(Method::POST, "/__sandbox/reset").body("{}"), 400, "this operation has no body; remove it"),
        (
            control.request(Method::POST, "/__sandbox/stubs").body("x".repeat(1001)),
            413,
            "the body has more than 1000 bytes, which is the limit of this sandbox",
        ),
        (
            control.request(Method::GET, "/__sandbox"),
            404,
            "the control API has no such path; /__sandbox/openapi.json lists all of them",
        ),
        (
            control.request(Method::GET, "/__sandbox/stubs/1/2"),
            404,
            "the control API has no such path; /__sandbox/openapi.json lists all of them",
        ),
        (
            control.request(Method::PATCH, "/__sandbox/stubs"),
            405,
            "/__sandbox/stubs does not support PATCH; use DELETE, GET, POST",
        ),
        (
            control.request(Method::DELETE, "/__sandbox/stubs/unused"),
            405,
            "/__sandbox/stubs/unused does not support DELETE; use GET",
        ),
        (
            control.request(Method::GET, "/__sandbox/requests?limit=1&limit=2"),
            400,
            "the parameter `limit` is not valid: it is given more than once",
        ),
    ] {
        let (found, problem) = control.read(request).await;
        assert_eq!((found, problem["detail"].as_str().unwrap()), (status, detail));
    }
    let head = control.request(Method::HEAD, "/__sandbox/health").send().await.unwrap();
    assert_eq!((head.status(), head.text().await.unwrap()), (StatusCode::OK, String::new()));
    assert_eq!(sandbox.all_requests(), [], "the log is that of the API");
    let other = control.request(Method::GET, "/__sandboxes").send().await.unwrap();
    assert_eq!((other.status(), sandbox.all_requests().len()), (StatusCode::NOT_FOUND, 1));
}

#[tokio::test]
async fn stubs_and_faults_are_bounded() {
    let sandbox = Sandbox::start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    let most = 10_000;
    let faults = |count, kind: &str| json!(vec![json!({"kind": kind}); count]);
    let of_case = |count| json!({"operation": "add_case", "faults": faults(count, "html-page")});
    let of_events = |count| json!({"faults": faults(count, "double")});
    control.call_with("queue_faults", of_case(most)).await;
    control.call_with("queue_delivery_faults", of_events(most)).await;
    let stub = json!({"operation": "add_case", "response": {"status": 403}});
    for _ in 0..most {
        sandbox.mount(serde_json::from_value(stub.clone()).unwrap()).unwrap();
    }
    for (operation, body, what) in [
        ("queue_faults", of_case(1), "queued faults"),
        ("queue_delivery_faults", of_events(1), "queued faults"),
        ("mount_stub", stub, "stubs"),
    ] {
        let (status, problem) = control.fail(operation, &[], Some(body)).await;
        let detail = format!("the sandbox has 10000 {what}, and at most 10000 are possible; remove some first");
        assert_eq!((status, problem["detail"].as_str()), (409, Some(detail.as_str())));
    }
}

#[tokio::test]
async fn a_large_body_with_many_problems_is_refused_quickly_and_briefly() {
    let sandbox = Sandbox::start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    let many = 20_000;
    let unknown: Map<String, Value> = (0..many).map(|number| (format!("p{number}"), json!(1))).collect();
    let mut product = unknown.clone();
    product.insert("productCode".to_owned(), json!("P1"));
    let status = json!({"status": 403});
    let case = json!({"caseNo": "C1", "dealNos": vec![1; many]});
    for (operation, kind, body) in [
        ("put_record", "cases", case),
        ("put_record", "products", product.into()),
        ("mount_stub", "", json!({"operation": "a".repeat(1_000_000), "response": status})),
        ("mount_stub", "", json!({"operation": "add_case", "when": unknown, "response": status})),
        ("mount_stub", "", json!({"operation": "add_case", "response": vec![1; many]})),
    ] {
        let start = std::time::Instant::now();
        let parameters = [("kind", kind)];
        let parameters = if kind.is_empty() { &[][..] } else { &parameters };
        let (status, problem) = control.fail(operation, parameters, Some(body)).await;
        assert_eq!(status, 400);
        assert!(problem.to_string().len() < 100_000, "{} bytes", problem.to_string().len());
        assert!(start.elapsed() < Duration::from_secs(10), "{operation} of {kind} took {:?}", start.elapsed());
    }
}
