//! The idempotency of each operation, as the spec declares it: a second identical request changes nothing.
//!
//! The tests find the operations in the bundles: a new one is covered without an edit here.

use gofive_spec::Idempotency;

use super::*;

/// An operation with one of its documented requests.
struct Call {
    operation: &'static Operation,
    parameters: Map<String, Value>,
    body: Option<Value>,
}

/// What a call returned, and what the sandbox has afterwards.
#[derive(Debug, PartialEq)]
struct Effect {
    status: StatusCode,
    response: Value,
    /// The responses of all `safe` operations, by `operationId`, for the request and the response that came before.
    reads: Vec<(String, Value)>,
    /// All records of the sandbox, those that no operation returns included.
    records: String,
}

impl Call {
    fn all() -> impl Iterator<Item = Self> {
        let operations = specs::all().unwrap().iter().flat_map(Spec::operations);
        // The operation for tokens takes a form, and has no bearer token itself.
        let operations = operations.filter(|operation| operation.id != "authorize");
        operations.flat_map(|operation| {
            let mut bodies: Vec<_> =
                operation.request_examples().iter().map(|example| Some(example.value.clone())).collect();
            if bodies.is_empty() {
                bodies.push(operation.body.as_ref().filter(|body| body.required).map(|_| json!({})));
            }
            let parameters = documented_parameters(operation);
            bodies.into_iter().map(move |body| Self { operation, parameters: parameters.clone(), body })
        })
    }

    /// Replaces parameters by the values of the same names in `known`.
    fn about(mut self, known: &Map<String, Value>) -> Self {
        for (name, value) in &mut self.parameters {
            if let Some(value_of_name) = known.get(&name.to_lowercase()) {
                *value = value_of_name.clone();
            }
        }
        self
    }

    /// Changes the property of each key, in each item of the lists on the way: `items/code`.
    fn with(&self, keys: &[String], change: impl Fn(&mut Map<String, Value>, &str)) -> Self {
        let mut body = self.body.clone().unwrap_or_else(|| json!({}));
        for key in keys {
            change_at(&mut body, key, &change);
        }
        Self { operation: self.operation, parameters: self.parameters.clone(), body: Some(body) }
    }

    async fn send(&self, user: &User<'_>) -> (StatusCode, Value) {
        let path = path_with(self.operation, &self.parameters);
        let request = user.request(self.operation.method.as_str().parse().unwrap(), &path);
        send(match &self.body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    async fn effect(&self, user: &User<'_>) -> Effect {
        let (status, response) = self.send(user).await;
        let mut known = self.parameters.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
        self.body.iter().chain([&response]).for_each(|value| collect_scalars(value, &mut known));
        let mut reads = Vec::new();
        for read in Self::all().filter(|read| read.operation.idempotency == Idempotency::Safe) {
            let read = read.about(&known);
            reads.push((read.operation.id.clone(), read.send(user).await.1));
        }
        let records = snapshot(user.sandbox);
        Effect { status, response, reads, records }
    }
}

/// All records as JSON.
fn snapshot(sandbox: &Sandbox) -> String {
    serde_json::to_string(&sandbox.snapshot()).unwrap()
}

/// Collects the strings and numbers in a value by their names in lower case; the last of a name wins.
fn collect_scalars(value: &Value, known: &mut Map<String, Value>) {
    match value {
        Value::Object(properties) => {
            for (name, value) in properties {
                if value.is_string() || value.is_number() {
                    known.insert(name.to_lowercase(), value.clone());
                }
                collect_scalars(value, known);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_scalars(item, known)),
        _ => {}
    }
}

fn change_at(value: &mut Value, key: &str, change: &impl Fn(&mut Map<String, Value>, &str)) {
    match (value, key.split_once('/')) {
        (Value::Array(items), _) => items.iter_mut().for_each(|item| change_at(item, key, change)),
        (Value::Object(properties), None) => change(properties, key),
        (value, Some((list, key))) => change_at(&mut value[list], key, change),
        (value, None) => panic!("{key} is a property of {value}"),
    }
}

fn assert_success(call: &Call, effect: &Effect) {
    let expected = call.operation.success_status();
    assert_eq!(effect.status.as_u16(), expected, "{}: {}", call.operation.id, effect.response);
}

/// Compares property by property, so that a failure names the read that differs.
fn assert_same(call: &Call, first: &Effect, second: &Effect) {
    let id = &call.operation.id;
    assert_eq!((first.status, &first.response), (second.status, &second.response), "{id}: the payload differs");
    for (first, second) in first.reads.iter().zip(&second.reads) {
        assert_eq!(first, second, "{id}: the second call changed what {} returns", first.0);
    }
    assert_eq!(first.records, second.records, "{id}: the second call changed the records");
}

#[tokio::test]
async fn an_idempotent_operation_changes_nothing_the_second_time() {
    let idempotent = Call::all().filter(|call| call.operation.idempotency == Idempotency::Idempotent);
    for call in idempotent {
        let sandbox = Sandbox::start().await.unwrap();
        let user = User::of(&sandbox).await;
        let first = call.effect(&user).await;
        assert_success(&call, &first);
        assert_same(&call, &first, &call.effect(&user).await);
    }
}

#[tokio::test]
async fn a_safe_operation_changes_nothing_at_all() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let before = snapshot(&sandbox);
    for call in Call::all().filter(|call| call.operation.idempotency == Idempotency::Safe) {
        let first = call.effect(&user).await;
        assert_success(&call, &first);
        assert_eq!(before, first.records, "{} changed the records", call.operation.id);
        assert_same(&call, &first, &call.effect(&user).await);
    }
}

#[tokio::test]
async fn an_operation_with_a_key_is_idempotent_if_the_key_is_sent_and_creates_otherwise() {
    for call in Call::all() {
        let Idempotency::With(keys) = &call.operation.idempotency else { continue };
        let id = &call.operation.id;
        let sandbox = Sandbox::start().await.unwrap();
        let user = User::of(&sandbox).await;

        // Without the key, each call creates a record.
        let mut records = snapshot(&sandbox);
        let without = call.with(keys, |body, key| {
            body.remove(key);
        });
        for _ in 0..2 {
            let effect = without.effect(&user).await;
            assert_success(&without, &effect);
            assert!(effect.records.len() > records.len(), "{id}: without {keys:?}, a call creates nothing");
            records = effect.records;
        }

        // With the key, as in the documented example, the second call changes nothing.
        let first = call.effect(&user).await;
        assert_success(&call, &first);
        assert_same(&call, &first, &call.effect(&user).await);
    }
}

#[tokio::test]
async fn a_key_of_no_record_is_refused_each_time_or_creates_one_record() {
    for call in Call::all() {
        let Idempotency::With(keys) = &call.operation.idempotency else { continue };
        let sandbox = Sandbox::start().await.unwrap();
        let user = User::of(&sandbox).await;
        let before = snapshot(&sandbox);
        let unknown = call.with(keys, |body, key| {
            body.insert(key.to_owned(), json!("unknown"));
        });
        let first = unknown.effect(&user).await;
        let is_refused = first.status == StatusCode::BAD_REQUEST;
        assert_eq!(is_refused, first.records == before, "{}: {}", call.operation.id, first.response);
        assert_same(&unknown, &first, &unknown.effect(&user).await);
    }
}

#[tokio::test]
async fn the_code_of_a_customer_selects_the_one_to_update() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let mut body = example("create_or_update_customer");
    body["customerCode"] = Value::Null;
    let created = user.post("/v3/customers", body.clone()).await;
    assert_ne!(user.post("/v3/customers", body.clone()).await, created, "each call creates a customer");
    body["customerCode"] = created.1["data"]["customerCode"].clone();
    assert_eq!(user.post("/v3/customers", body.clone()).await, created);
    body["customerCode"] = json!("unknown");
    assert_eq!(user.post("/v3/customers", body).await.0, StatusCode::BAD_REQUEST);
}
