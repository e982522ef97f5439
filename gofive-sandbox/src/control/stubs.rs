//! Stubbed responses.

use axum::http::StatusCode;
use serde::Serialize;

use super::call::{Call, HandlerResult, Operations, json};
use super::problem::Problem;
use super::room;
use crate::stubs::stub::{MountedStub, Stub};

pub(super) const OPERATIONS: Operations = &[
    ("list_stubs", |call| json(&StubList { stubs: call.service.state().stubs.list() })),
    ("mount_stub", mount),
    ("get_stub", get),
    ("remove_stub", |call| {
        let id = call.required("id")?;
        if call.service.state().stubs.remove(id) { Ok(None) } else { Err(unknown(id)) }
    }),
    ("clear_stubs", |call| {
        call.service.state().stubs.clear();
        Ok(None)
    }),
    ("list_unused_stubs", |call| {
        let unused = call.service.state().stubs.verify();
        json(&StubList { stubs: unused.err().map(|unused| unused.stubs).unwrap_or_default() })
    }),
];

#[derive(Serialize)]
struct StubList {
    stubs: Vec<MountedStub>,
}

fn mount(call: &Call<'_>) -> HandlerResult {
    let stub: Stub = call.body()?;
    room::check(call.service.state().stubs.count(), 1, "stubs")?;
    let id = call
        .service
        .mount(stub.clone())
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.to_string()).with_errors("", &error.problems))?;
    json(&MountedStub { id, used: 0, stub })
}

fn get(call: &Call<'_>) -> HandlerResult {
    let id = call.required("id")?;
    let stub = call.service.state().stubs.list().into_iter().find(|stub| stub.id == id);
    json(&stub.ok_or_else(|| unknown(id))?)
}

fn unknown(id: u64) -> Problem {
    let detail = format!("there is no stub {id}, or it is used up; GET /__sandbox/stubs lists those that are left");
    Problem::new(StatusCode::NOT_FOUND, detail)
}
