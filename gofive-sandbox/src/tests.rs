//! Tests of the sandbox over HTTP.

use std::time::Duration;

use gofive_spec::{Operation, Parameter, ParameterLocation, Schema, SchemaKind, Spec};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Map, Value, json};

use crate::specs::{self, documented};
use crate::{Fault, Faults, RecordKind, Sandbox, operation};

mod bounds;
mod control;
mod empeo;
mod etaxgo;
mod evidence;
mod faults;
mod idempotency;
mod page;
mod records;
mod requests;
mod sales;
mod serving;
mod state_file;
mod stubs;
mod time;
mod webhooks;

/// An HTTP client with a token.
struct User<'a> {
    sandbox: &'a Sandbox,
    client: Client,
    token: String,
}

impl<'a> User<'a> {
    async fn of(sandbox: &'a Sandbox) -> Self {
        // With the features of the whole workspace reqwest has TLS and asks for a provider, even if it is not used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut user = Self { sandbox, client: Client::new(), token: String::new() };
        user.token = user.token().await;
        user
    }

    async fn token(&self) -> String {
        let (status, body) = self.authorize(&credentials(self.sandbox)).await;
        assert_eq!((status, &body["token_type"]), (StatusCode::OK, &json!("Bearer")), "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    async fn authorize(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let request = self.client.post(format!("{}/authorization/connect/token", self.sandbox.base_url()));
        send(request.header("Ocp-Apim-Subscription-Key", self.sandbox.subscription_key()).form(form)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.sandbox.base_url()));
        request.header("ocp-apim-subscription-key", self.sandbox.subscription_key()).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        send(self.request(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        send(self.request(Method::POST, path).json(&body)).await
    }

    async fn delete(&self, path: &str, body: Value) -> (StatusCode, Value) {
        send(self.request(Method::DELETE, path).json(&body)).await
    }

    async fn put(&self, path: &str, body: Value) -> (StatusCode, Value) {
        send(self.request(Method::PUT, path).json(&body)).await
    }
}

fn credentials(sandbox: &Sandbox) -> [(&str, &str); 3] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", sandbox.client_id()),
        ("client_secret", sandbox.client_secret()),
    ]
}

async fn send(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    (response.status(), response.json().await.unwrap())
}

fn refused(status: StatusCode, code: &str, description: &str) -> (StatusCode, Value) {
    (status, json!({ "status": { "code": code, "description": description } }))
}

fn refused_unknown(what: &str) -> (StatusCode, Value) {
    refused(StatusCode::BAD_REQUEST, "4001", &format!("{what} does not exist"))
}

fn example(operation_id: &str) -> Value {
    documented(operation_id).1.request_examples()[0].value.clone()
}

fn response_example(operation_id: &str) -> Value {
    documented(operation_id).1.response_examples()[0].value.clone()
}

/// The documented values of the parameters, or those of the initial data if the portal has no example.
fn documented_parameters(operation: &Operation) -> Map<String, Value> {
    let value = |parameter: &Parameter| {
        let example = parameter.example.as_ref().map(|example| example.value.clone());
        (parameter.name.clone(), example.unwrap_or_else(|| "1".into()))
    };
    operation.parameters.iter().map(value).collect()
}

/// The path and the query with the values of the parameters.
fn path_with(operation: &Operation, values: &Map<String, Value>) -> String {
    let (mut path, mut query) = (operation.path.clone(), form_urlencoded::Serializer::new(String::new()));
    for parameter in &operation.parameters {
        let value = match values.get(&parameter.name) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => continue,
        };
        if parameter.location == ParameterLocation::Path {
            path = path.replace(&format!("{{{}}}", parameter.name), &value);
        } else {
            query.append_pair(&parameter.name, &value);
        }
    }
    format!("{path}?{}", query.finish())
}

fn documented_path(operation: &Operation) -> String {
    path_with(operation, &documented_parameters(operation))
}

#[test]
fn the_sandbox_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Sandbox>();
}

#[tokio::test]
async fn every_documented_request_gets_a_response_of_its_schema() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let operations = specs::all().unwrap().iter().flat_map(|spec| spec.operations().iter().map(move |it| (spec, it)));
    for (spec, operation) in operations.filter(|(_, operation)| operation.id != "authorize") {
        let mut request = user.request(operation.method.as_str().parse().unwrap(), &documented_path(operation));
        match operation.request_examples().first() {
            Some(example) => request = request.json(&example.value),
            None if operation.body.as_ref().is_some_and(|body| body.required) => request = request.json(&json!({})),
            None => {}
        }
        let (status, response) = send(request).await;
        assert_eq!(status.as_u16(), operation.success_status(), "{}: {response}", operation.id);
        if let Some(schema) = operation.success_schema() {
            let checked = spec.validate(schema, &response);
            assert!(checked.is_ok(), "{}: {checked:?} of {response}", operation.id);
        }
        assert_eq!(sandbox.calls(operation.id.parse().unwrap()), 1);
    }
}

/// The value without the properties that its schema does not require.
fn required_only(spec: &Spec, schema: &Schema, value: &Value) -> Value {
    let schema = spec.api().resolve(schema);
    match (&schema.kind, value) {
        (SchemaKind::Object(object), Value::Object(properties)) => {
            let required = object.properties().iter().filter(|property| property.required);
            let kept = required.filter_map(|property| {
                let value = properties.get(&property.name)?;
                Some((property.name.clone(), required_only(spec, &property.schema, value)))
            });
            Value::Object(kept.collect())
        }
        (SchemaKind::Array(array), Value::Array(items)) => {
            let item =
                |value| array.items.as_ref().map_or(Value::clone(value), |schema| required_only(spec, schema, value));
            items.iter().map(item).collect()
        }
        (SchemaKind::AllOf(all), _) => required_only(spec, &all.schemas[0], value),
        _ => value.clone(),
    }
}

#[tokio::test]
async fn a_request_needs_only_what_the_bundle_requires() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let operations = specs::all().unwrap().iter().flat_map(|spec| spec.operations().iter().map(move |it| (spec, it)));
    for (spec, operation) in operations.filter(|(_, operation)| operation.id != "authorize") {
        let mut values = documented_parameters(operation);
        values.retain(|name, _| {
            operation.parameters.iter().any(|parameter| parameter.name == *name && parameter.required)
        });
        let mut request = user.request(operation.method.as_str().parse().unwrap(), &path_with(operation, &values));
        if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
            let example = body.content.examples.first().map_or_else(|| json!({}), |example| example.value.clone());
            request = request.json(&required_only(spec, &body.content.schema, &example));
        }
        let (status, response) = send(request).await;
        assert_eq!(status.as_u16(), operation.success_status(), "{}: {response}", operation.id);
    }
}

#[tokio::test]
async fn a_date_that_does_not_exist_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    for date in ["9999-99-99T99:99:99.999+9999", "2025-02-29T00:00:00.000+0700", "2025-02-05T24:00:00.000+0700"] {
        let mut case = example("add_case");
        case["dateCase"] = json!(date);
        let wrong = format!(r#"/dateCase: "{date}" is not a "offset-date-time-millis""#);
        assert_eq!(user.post("/v1/case", case).await, refused(StatusCode::BAD_REQUEST, "4001", &wrong));
    }
}

#[tokio::test]
async fn token_errors_follow_oauth() {
    let sandbox = Sandbox::builder().credentials("me", "s+/=&").start().await.unwrap();
    let user = User::of(&sandbox).await;
    let [grant, id, secret] = credentials(&sandbox);
    for (form, error) in [
        (vec![grant, id, ("client_secret", "wrong")], "invalid_client"),
        (vec![grant, id], "invalid_request"),
        (vec![("grant_type", "password"), id, secret], "unsupported_grant_type"),
        (vec![], "invalid_request"),
    ] {
        let (status, body) = user.authorize(&form).await;
        assert_eq!((status, &body["error"]), (StatusCode::BAD_REQUEST, &json!(error)), "{body}");
        assert!(body["error_description"].is_string());
    }
    assert_eq!((sandbox.tokens_issued(), sandbox.calls(operation::AUTHORIZE)), (1, 5));
}

#[tokio::test]
async fn a_wrong_subscription_key_or_token_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut user = User::of(&sandbox).await;
    let units = format!("{}/v1/products/units", sandbox.base_url());
    let unauthorized = |message| (StatusCode::UNAUTHORIZED, json!({ "statusCode": 401, "message": message }));
    let without_key = unauthorized("User authentication required V2.");
    let without_token = unauthorized("Unauthorized");
    assert_eq!(send(user.client.get(&units).bearer_auth(&user.token)).await, without_key);
    assert_eq!(send(user.client.get(&units).header("ocp-apim-subscription-key", "sandbox-key")).await, without_token);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);

    sandbox.revoke_tokens();
    assert_eq!(user.get("/v1/products/units").await, without_token);
    user.token = user.token().await;
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
    assert_eq!((sandbox.tokens_issued(), sandbox.calls(operation::GET_PRODUCT_UNITS)), (2, 5));

    let brief = Sandbox::builder().token_lifetime(Duration::ZERO).start().await.unwrap();
    assert_eq!(User::of(&brief).await.get("/v1/products/units").await, without_token, "the token has expired");
}

#[tokio::test]
async fn the_refusal_of_a_wrong_request_names_the_property() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let mut case = example("add_case");
    case.as_object_mut().unwrap().remove("subject");
    let one = refused(StatusCode::BAD_REQUEST, "4001", "subject is required");
    assert_eq!(user.post("/v1/case", case).await, one);
    let (status, body) = user.post("/v1/case", json!({"caseType": 1})).await;
    assert_eq!((status, &body["status"]["code"]), (StatusCode::BAD_REQUEST, &json!("4002")));
    let event = refused(StatusCode::BAD_REQUEST, "4001", r#"eventId: "x" is not of type "integer""#);
    assert_eq!(user.put("/v1/customerEvent/x", json!({})).await, event);
    assert_eq!(sandbox.cases().len(), 1, "no case was created");
    assert_eq!(user.get("/v1/nothing").await.0, StatusCode::NOT_FOUND);
    let response = user.request(Method::DELETE, "/v1/case").send().await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
    );
}

#[tokio::test]
async fn customers_and_their_events_are_remembered() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let (_, created) =
        user.post("/v3/customers", json!({"customerCode": null, "customerName": "Jane", "customerState": 1})).await;
    assert_eq!(created["data"], json!({"customerCode": "C900001"}));
    let update = json!({"customerCode": "C900001", "customerName": "Jane Doe", "customerState": 1, "tomorrow": 1});
    assert_eq!(user.post("/v3/customers", update.clone()).await.0, StatusCode::OK);
    let mut expected = update;
    expected["customerId"] = sandbox.record(RecordKind::Customers, "C900001").unwrap()["customerId"].clone();
    assert_eq!(user.get("/v3/customers/C900001").await.1["data"], expected);
    let unknown = refused(StatusCode::BAD_REQUEST, "4001", "customerCode C1 does not exist");
    assert_eq!(user.get("/v3/customers/C1").await, unknown);
    let unknown_customer = json!({"customerCode": "C1", "customerName": "Jane", "customerState": 1});
    assert_eq!(user.post("/v3/customers", unknown_customer).await, unknown);

    let mut event = example("add_customer_event");
    event["customerCode"] = json!("C900001");
    let (_, added) = user.post("/v1/customerEvent", event.clone()).await;
    assert_eq!(added["data"], json!({"eventId": 14}));
    event["customerCode"] = json!("C1");
    assert_eq!(user.post("/v1/customerEvent", event).await, unknown);
    let (_, edited) = user.put("/v1/customerEvent/14", json!({"eventName": "Lunch"})).await;
    assert_eq!((&edited["data"]["eventName"], edited["data"].get("customerId")), (&json!("Lunch"), None));
    let unknown_event = refused(StatusCode::BAD_REQUEST, "4001", "eventId 15 does not exist");
    assert_eq!(user.put("/v1/customerEvent/15", json!({})).await, unknown_event);

    let list = "/v1/customerEvent/filter?customerCode=C900001";
    let (_, listed) = user.get(list).await;
    assert_eq!(listed["data"][0]["eventName"], "Lunch");
    assert!(listed["data"][0]["customerId"].is_i64());
    assert_eq!(user.get(&format!("{list}&eventTypeIds=2")).await.1["data"], json!([]));
    let later = user.request(Method::GET, list).json(&json!({"dateFrom": "2024-02-01T10:00:01"}));
    assert_eq!(send(later).await.1["data"], json!([]));
    let taken = sandbox.take_customer_events("C900001");
    assert_eq!((taken.len(), &taken[0]["eventName"]), (1, &json!("Lunch")));
    assert_eq!(user.get(list).await.1["data"], json!([]));
    let (_, documented) = user.get("/v1/customerEvent/filter?customerCode=C000055").await;
    assert_eq!(documented, response_example("get_customer_events"));
}

#[tokio::test]
async fn cases_are_remembered() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let (_, added) = user.post("/v1/case", example("add_case")).await;
    assert_eq!(added, response_example("add_case"));
    let (_, second) = user.post("/v1/case", example("add_case")).await;
    assert_eq!(second["data"]["data"]["feedbackId"], 67942);
    for (path, index) in [("/v1/case/T250200011", 1), ("/v1/case/67942", 2)] {
        let mut body = example("edit_case");
        body["subject"] = json!(path);
        assert_eq!(user.put(path, body).await.0, StatusCode::OK);
        let case = &sandbox.cases()[index];
        assert_eq!((&case.body["subject"], &case.body["caseType"]), (&json!(path), &json!(1)));
    }
    let unknown = refused(StatusCode::BAD_REQUEST, "4001", "caseNo T1 does not exist");
    assert_eq!(user.put("/v1/case/T1", example("edit_case")).await, unknown);
    let mut body = example("add_case");
    body["customerCode"] = json!("C1");
    let unknown = refused(StatusCode::BAD_REQUEST, "4001", "customerCode C1 does not exist");
    assert_eq!(user.post("/v1/case", body).await, unknown);
    assert_eq!(sandbox.cases().len(), 3);
}

#[tokio::test]
async fn products_are_remembered() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let mut body = example("create_or_update_products");
    body["products"][0]["productCode"] = json!("B/1");
    body["products"][0]["productName"] = json!("Bolt");
    body["products"][0]["active"] = json!(false);
    assert_eq!(user.post("/v3/products", body.clone()).await.0, StatusCode::OK);
    assert_eq!(user.get("/v2/products/B%2F1").await.1["data"], body["products"][0]);
    let unknown = refused(StatusCode::BAD_REQUEST, "4001", "productCode B does not exist");
    assert_eq!(user.get("/v2/products/B").await, unknown);

    let stock = json!([{"productCode": "B/1", "qty": 7}, {"productCode": "B", "qty": 7}]);
    let (_, outcome) = user.put("/v1/products/stock", stock).await;
    let failed = json!({"message": "productCode B does not exist"});
    assert_eq!(outcome["data"][0], json!({"productCode": "B/1", "qty": 7, "isSuccess": true, "error": {}}));
    assert_eq!(outcome["data"][1], json!({"productCode": "B", "qty": 7, "isSuccess": false, "error": failed}));
    assert_eq!(user.get("/v2/products/B%2F1").await.1["data"]["qty"], 7);

    let codes = async |path: &str, body: Value| {
        let (_, response) = user.post(path, body).await;
        let codes = response["data"].as_array().unwrap().iter().map(|product| product["productCode"].to_string());
        codes.collect::<String>().replace('"', " ")
    };
    let (all, search) = ("/v2/products/getproduct", "/v1/products/getProduct");
    assert_eq!(codes(all, json!({"take": 0, "status": [0, 1]})).await, " A001  A002  A003  B/1 ");
    assert_eq!(codes(all, json!({"take": 2, "status": [1]})).await, " A001  A002 ");
    let page = json!({"productType": 1031, "status": [1], "skip": 1, "take": 1});
    assert_eq!(codes(search, page).await, " A002 ");
    let word = json!({"productType": 1031, "status": [0, 1], "take": 0, "smartSearch": "bOLT"});
    assert_eq!(codes(search, word).await, " B/1 ");
}

#[tokio::test]
async fn the_sandbox_stops_when_dropped_and_reports_a_port_in_use() {
    let sandbox = Sandbox::start().await.unwrap();
    let (url, port) = (sandbox.base_url(), sandbox.port);
    let error = Sandbox::builder().port(port).start().await.unwrap_err();
    assert!(error.to_string().contains("choose another port"), "{error}");
    drop(sandbox);
    for _ in 0..100 {
        if Client::new().get(&url).send().await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{url} still responds");
}
