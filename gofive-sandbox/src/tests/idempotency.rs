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

    fn with(&self, change: impl FnOnce(&mut Map<String, Value>)) -> Self {
        let mut body = self.body.clone().unwrap_or_else(|| json!({}));
        change(body.as_object_mut().unwrap());
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
        let records = format!("{:?}", user.sandbox.server.state().store);
        Effect { status, response, reads, records }
    }
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
    let before = format!("{:?}", sandbox.server.state().store);
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

        // Without the key, each call creates a record, and the payload identifies it.
        let mut created = Vec::new();
        for without in [
            call.with(|body| body.retain(|name, _| !keys.contains(name))),
            call.with(|body| body.extend(keys.iter().map(|key| (key.clone(), Value::Null)))),
        ] {
            for _ in 0..2 {
                let effect = without.effect(&user).await;
                assert_success(&without, &effect);
                assert!(
                    created.iter().all(|other: &Effect| other.response != effect.response),
                    "{id}: without {keys:?}, two calls returned {}",
                    effect.response
                );
                created.push(effect);
            }
        }

        // With the key of a record, the first call changes it, and the second call changes nothing.
        let mut known = Map::new();
        collect_scalars(&created[0].response, &mut known);
        for key in keys {
            assert!(known.contains_key(&key.to_lowercase()), "{id}: the payload has no {key}: {known:?}");
        }
        let with = call.with(|body| {
            body.extend(keys.iter().map(|key| (key.clone(), known[&key.to_lowercase()].clone())));
        });
        let first = with.effect(&user).await;
        assert_success(&with, &first);
        assert_same(&with, &first, &with.effect(&user).await);
        assert_eq!(first.response, created[0].response, "{id}: it is the record of the key");
    }
}

#[tokio::test]
async fn a_key_of_no_record_is_refused_each_time_and_creates_nothing() {
    for call in Call::all() {
        let Idempotency::With(keys) = &call.operation.idempotency else { continue };
        let sandbox = Sandbox::start().await.unwrap();
        let user = User::of(&sandbox).await;
        let before = format!("{:?}", sandbox.server.state().store);
        let unknown = call.with(|body| body.extend(keys.iter().map(|key| (key.clone(), json!("unknown")))));
        let first = unknown.effect(&user).await;
        assert_eq!(first.status, StatusCode::BAD_REQUEST, "{}: {}", call.operation.id, first.response);
        assert_eq!(first.records, before);
        assert_same(&unknown, &first, &unknown.effect(&user).await);
    }
}
