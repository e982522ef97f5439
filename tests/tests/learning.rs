//! From a response that the spec does not know to a typed field: the sandbox, the recorder, and `cargo xtask learn`.

#[path = "../../spec-tools/tests/hide.rs"]
#[allow(unreachable_pub, reason = "another program's module")]
mod hide;

use std::path::Path;

use gofive_api::shapes::read_shapes;
use gofive_sandbox::{Sandbox, operation};
use gofive_spec::Grade;
use gofive_tests::calls::{Example, call};
use gofive_tests::{specs, workspace};
use serde_json::json;
use spec_tools::Sources;
use spec_tools::diff::{Class, Snapshot, compare};
use spec_tools::learn::learn;

use self::hide::hide_a_third;

/// As many as the recorder needs to write a name that it does not know.
const CALLS: usize = 25;

/// A session of a sandbox that records.
async fn recording(folder: &Path) -> (Sandbox, gofive_api::Gofive) {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = gofive_api::Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
        .record_shapes(folder)
        .build()
        .unwrap();
    (sandbox, gofive)
}

fn sources() -> Sources {
    Sources::read(&workspace()).unwrap()
}

#[tokio::test]
async fn what_a_response_has_in_addition_becomes_a_typed_field() {
    let folder = tempfile::tempdir().unwrap();
    let (sandbox, gofive) = recording(folder.path()).await;
    let product = json!({ "productCode": "A001", "shelfNumber": 7 });
    let body = json!({ "status": { "code": "1000" }, "data": product });
    sandbox.respond(operation::GET_PRODUCT).json(body).always().mount().unwrap();
    for _ in 0..CALLS {
        gofive.venio().get_product("A001").await.unwrap();
    }
    gofive.write_shapes().unwrap();

    let before = sources();
    let shapes = read_shapes(&folder.path().join("get_product.json")).unwrap();
    let learnt = learn(&before, &[shapes]).unwrap();
    assert!(learnt.report().contains("/data/shelfNumber: integer"), "{}", learnt.report());
    let built = spec_tools::build(&learnt.sources).unwrap();
    let types = &built.files[Path::new("gofive-api/src/generated/venio/types.rs")];
    assert!(types.contains("pub shelf_number: Option<i64>"));
    let report = compare(&Snapshot::committed(&before).unwrap(), &Snapshot::built(&learnt.sources).unwrap()).unwrap();
    assert_eq!(report.class, Some(Class::Additive), "{report:#?}");
}

#[tokio::test]
async fn the_complete_responses_are_learnt_again() {
    let folder = tempfile::tempdir().unwrap();
    let (sandbox, gofive) = recording(folder.path()).await;
    // The page has no example of it, so the sandbox has no event types.
    let types = json!({ "status": { "code": "1000" }, "data": [{ "eventTypeId": 1, "eventTypeName": "Visit" }] });
    sandbox.respond(operation::GET_CUSTOMER_EVENT_TYPES).json(types).always().mount().unwrap();
    let (mut reduced, mut hidden, mut shapes) = (sources(), Vec::new(), Vec::new());
    for (_, spec) in specs() {
        for operation in spec.operations() {
            // The token operation is not recorded: its response is a secret.
            if operation.evidence.response != Grade::Complete || !operation.needs_token {
                continue;
            }
            let with = Example::of(&spec, operation);
            for _ in 0..CALLS {
                call(&gofive, &operation.id, &with).await.unwrap();
            }
            gofive.write_shapes().unwrap();
            let recorded = read_shapes(&folder.path().join(format!("{}.json", operation.id))).unwrap();
            let (without, of_operation) = hide_a_third(&reduced, &operation.id, &recorded);
            shapes.push(recorded);
            reduced = without;
            hidden.extend(of_operation.into_iter().map(|one| (operation.id.clone(), one)));
        }
    }
    assert_eq!(shapes.len(), 5, "all complete responses but the token");
    let learnt = learn(&reduced, &shapes).unwrap();
    let missing: Vec<_> = hidden.iter().filter_map(|(id, one)| one.is_missing_in(&learnt.sources, id)).collect();
    assert!(missing.is_empty(), "{missing:#?}\n{}", learnt.report());
    assert!(hidden.len() >= 5, "{}", hidden.len());
    assert!(!folder.path().join("authorize.json").exists());
}
