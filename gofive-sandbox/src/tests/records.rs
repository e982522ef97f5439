//! Records that are put, read, deleted, loaded, saved and bounded.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fs;

use tempfile::TempDir;

use super::*;
use crate::{LoadError, RecordError, SandboxError};

/// The keys of all records of a kind.
fn keys(sandbox: &Sandbox, kind: RecordKind, key: &str) -> Value {
    sandbox.records(kind).iter().map(|record| record[key].clone()).collect()
}

fn problems(result: Result<String, RecordError>) -> Vec<String> {
    result.unwrap_err().problems
}

#[tokio::test]
async fn a_seed_is_what_the_operations_return() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    for (kind, record, path, pointer) in [
        (RecordKind::Customers, json!({"customerCode": "C1", "customerName": "Ann"}), "/v3/customers/C1", "/data"),
        (RecordKind::Products, json!({"productCode": "P1", "price": 9.5}), "/v2/products/P1", "/data"),
        (RecordKind::Quotations, json!({"quotationNo": "Q1", "quotationSubject": "s"}), "/v1/quotation/Q1", "/data"),
        (
            RecordKind::SalesOrders,
            json!({"salesOrderNo": "S1", "salesOrderId": 7, "grandTotal": 107.25, "totalVat": 7.25}),
            "/v2/salesorder/S1",
            "/data",
        ),
        (RecordKind::Expenses, json!({"expenseId": 900, "subject": "Taxi"}), "/v1/expenses/900", "/data/value"),
        (RecordKind::Contracts, json!({"contractNo": "K1", "contractName": "Oil"}), "/v1/contract/K1", "/data"),
    ] {
        let key = sandbox.put_record(kind, record.clone()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(sandbox.record(kind, &key).as_ref(), Some(&record));
        let (status, response) = user.get(path).await;
        let payload = response.pointer(pointer).unwrap();
        for (name, value) in record.as_object().unwrap() {
            assert_eq!((status, &payload[name]), (StatusCode::OK, value), "{kind}: {payload}");
        }
        assert!(sandbox.delete_record(kind, &key) && !sandbox.delete_record(kind, &key));
        assert_eq!((sandbox.record(kind, &key), user.get(path).await.0), (None, StatusCode::BAD_REQUEST));
    }
}

#[tokio::test]
async fn records_of_lists_and_of_updates_are_seeded_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let event = json!({"eventId": 70, "customerCode": "C000001", "eventName": "Lunch"});
    sandbox.put_record(RecordKind::CustomerEvents, event).unwrap();
    let (_, events) = user.get("/v1/customerEvent/filter?customerCode=C000001").await;
    assert_eq!(events["data"][0]["eventName"], "Lunch");

    sandbox.put_record(RecordKind::Employees, json!({"userId": "u", "staffCode": "ZZ1"})).unwrap();
    let (_, employees) = user.post("/v1/Employees/Enquiry", json!({"keyWord": "zz"})).await;
    assert_eq!(employees["data"]["value"], json!([{"userId": "u", "staffCode": "ZZ1"}]));

    let employee = json!({"employeeRefId": "7", "companyName": "Ours", "firstName": "Ann"});
    sandbox.put_record(RecordKind::EmpeoEmployees, employee).unwrap();
    let (_, listed) = user.get("/empeo/api/v2/employees/lists?companyName=Ours").await;
    assert_eq!(listed["data"], json!([{"employeeRefId": "7", "firstName": "Ann"}]));

    sandbox.put_record(RecordKind::Documents, json!({"documentNumber": "D1", "cancelled": true})).unwrap();
    let (_, status) = user.get("/etaxgo/Documents/D1/rd-submission-status?documentType=388").await;
    assert_eq!(status["data"]["cancelled"], true);

    sandbox.put_record(RecordKind::Cases, json!({"caseNo": "T1", "feedbackId": 1})).unwrap();
    assert_eq!(user.put("/v1/case/T1", example("edit_case")).await.0, StatusCode::OK);
    assert_eq!(sandbox.record(RecordKind::Cases, "T1").unwrap()["subject"], example("edit_case")["subject"]);
    sandbox.put_record(RecordKind::Deals, json!({"dealsId": 70, "dealNo": "D70"})).unwrap();
    assert_eq!(user.put("/v1/deals/70", example("update_deal")).await.1["data"]["value"]["dealNo"], "D70");
}

#[tokio::test]
async fn every_record_that_the_sandbox_has_can_be_put_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    user.post("/v1/case", example("add_case")).await;
    user.post("/v2/salesorder", example("create_or_update_sales_order")).await;
    user.post("/v1/quotation/Q12220000110/convert-to-salesorder", json!({"QuotationNo": "Q12220000110"})).await;
    user.post("/v1/deals", example("create_deal")).await;
    for kind in RecordKind::ALL {
        let records = sandbox.records(kind);
        assert!(!records.is_empty(), "{kind}");
        for record in records.clone() {
            sandbox.put_record(kind, record).unwrap_or_else(|error| panic!("{error}"));
        }
        assert_eq!(sandbox.records(kind), records, "{kind}");
    }
}

#[tokio::test]
async fn a_wrong_record_is_refused_with_its_problems() {
    let sandbox = Sandbox::start().await.unwrap();
    let put = |kind, record| problems(sandbox.put_record(kind, record));
    let orders = RecordKind::SalesOrders;
    assert_eq!(put(orders, json!([])), ["it is not an object"]);
    assert_eq!(put(orders, json!({})), ["`salesOrderNo`, which identifies it, is missing or empty"]);
    assert_eq!(put(orders, json!({"salesOrderNo": ""})), ["`salesOrderNo`, which identifies it, is missing or empty"]);
    let number = put(orders, json!({"salesOrderNo": "S1", "salesOrderId": "seven"}));
    assert_eq!(number, [r#"/salesOrderId: "seven" is not of type "integer""#]);
    let typo = put(orders, json!({"salesOrderNo": "S1", "salesOrderSubjekt": "s"}));
    assert_eq!(typo, ["it has no property `salesOrderSubjekt`; the nearest one is `salesOrderSubject`"]);
    let inside = put(orders, json!({"salesOrderNo": "S1", "salesorderDetails": [{"qty": "two"}]}));
    assert_eq!(inside.len(), 1, "{inside:?}");
    assert!(inside[0].starts_with("/salesorderDetails/0/qty: "), "{inside:?}");
    let document = put(RecordKind::Documents, json!({"documentNumber": "D1", "cancelled": 1, "paid": true}));
    assert_eq!(
        document,
        ["/cancelled: 1 is not of the type of false", "it has no property `paid`; the nearest one is `cancelled`",]
    );
    assert_eq!(sandbox.record(orders, "S1"), None);

    let records = BTreeMap::from([
        (RecordKind::Customers, vec![json!({"customerCode": "C1"})]),
        (RecordKind::Products, vec![json!({"productCode": "P1"}), json!({})]),
    ]);
    let error = sandbox.put_records(records).unwrap_err();
    assert_eq!((error.kind, error.index), (RecordKind::Products, 1));
    assert!(error.to_string().starts_with("record 1 of products is refused: `productCode`"), "{error}");
    assert_eq!(sandbox.record(RecordKind::Customers, "C1"), None, "nothing is put");
}

#[tokio::test]
async fn a_new_record_gets_no_key_of_a_seed() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox
        .put_record(RecordKind::SalesOrders, json!({"salesOrderNo": "SO260600040", "salesOrderId": 281_941}))
        .unwrap();
    let (_, created) = user.post("/v2/salesorder", example("create_or_update_sales_order")).await;
    assert_eq!(created["data"], json!({"salesOrderNo": "SO260600041", "salesOrderId": 281_942}));
}

#[tokio::test]
async fn records_are_loaded_from_a_folder_all_or_none() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("customers.json", r#"[{"customerCode": "C1"}, {"customerCode": "C2"}]"#);
    write("sales-orders.json", r#"{"salesOrderNo": "S1"}"#);
    write("README.md", "Not records.");
    write(".products.json", "hidden");
    let sandbox = Sandbox::builder().records(folder.path()).start().await.unwrap();
    let has = |kind, key: &str| sandbox.record(kind, key).is_some();
    assert!(has(RecordKind::Customers, "C2") && has(RecordKind::SalesOrders, "S1"));
    sandbox.delete_record(RecordKind::Customers, "C2");
    sandbox.reset();
    assert!(has(RecordKind::Customers, "C2"), "they belong to the start");
    assert_eq!(sandbox.load_records(folder.path()).unwrap(), 3);

    write("customers.json", r#"[{"customerCode": "C3"}]"#);
    for (name, text, expected) in [
        (
            "costumers.json",
            "[]",
            "`costumers` is not a kind of records; the nearest one is `customers`; a file of records",
        ),
        ("products.json", "{", "it is not JSON: EOF"),
        ("products.json", "7", "it has no list of records"),
        ("products.json", r#"[{"productCode": 1}]"#, "record 0 of products is refused: /productCode: 1 is not of type"),
    ] {
        write(name, text);
        let error = sandbox.load_records(folder.path()).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(name) && message.contains(expected), "{message}");
        assert!(!has(RecordKind::Customers, "C3"), "nothing is loaded");
        let at_start = Sandbox::builder().records(folder.path()).start().await.unwrap_err();
        assert!(matches!(at_start, SandboxError::Records(_)) && at_start.to_string().contains(&message), "{at_start}");
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let missing = sandbox.load_records(folder.path().join("missing")).unwrap_err();
    assert!(matches!(missing, LoadError::File { .. }) && missing.source().is_some(), "{missing}");
}

#[tokio::test]
async fn a_snapshot_restores_the_records_and_their_numbers() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("state.json");
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    user.post("/v1/case", example("add_case")).await;
    let saved = sandbox.snapshot();
    sandbox.save_snapshot(&path).unwrap();
    sandbox.save_snapshot(&path).unwrap();
    let (_, next) = user.post("/v1/case", example("add_case")).await;
    assert_ne!(sandbox.snapshot(), saved);
    sandbox.load_snapshot(&path).unwrap();
    assert_eq!(sandbox.snapshot(), saved);
    assert_eq!(user.post("/v1/case", example("add_case")).await.1, next, "it gets the same identifier again");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no other file is left");

    let text = fs::read_to_string(&path).unwrap();
    let without_key = text.replace(r#""documentNumber": "XYZ987654321""#, r#""documentNo": "XYZ987654321""#);
    assert_ne!(text, without_key);
    let before = sandbox.snapshot();
    for (text, expected) in [
        ("", "EOF while parsing"),
        ("[]", "its `format` is not \"gofive-sandbox-snapshot\""),
        (&*text.replace(r#""version": 1"#, r#""version": 2"#), "its `version` is 2, not 1; save it again"),
        (&*text.replace(r#""cases""#, r#""case""#), "`case` is not a kind of records; the nearest one is `cases`"),
        (&*text.replace(r#""nextId""#, r#""next""#), "unknown field `next`"),
        (&without_key, "documents: record 1 has no `documentNumber`"),
        (r#"{"format": "gofive-sandbox-snapshot", "version": 1, "records": {}}"#, "it has no cases"),
    ] {
        fs::write(&path, text).unwrap();
        let error = sandbox.load_snapshot(&path).unwrap_err().to_string();
        assert!(error.contains("state.json: it is not a snapshot that this sandbox can restore: "), "{error}");
        assert!(error.contains(expected), "{error}");
        assert_eq!(sandbox.snapshot(), before, "nothing changes");
    }
    let unwritable = sandbox.save_snapshot(folder.path().join("missing/state.json")).unwrap_err();
    assert!(matches!(unwritable, LoadError::File { .. }), "{unwritable}");
}

#[tokio::test]
async fn a_reset_returns_to_the_start_but_keeps_tokens() {
    let faults = Faults::seeded(1).with(Fault::delay(Duration::from_millis(1)), 1.0);
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let user = User::of(&sandbox).await;
    let start = sandbox.snapshot();
    user.post("/v1/case", example("add_case")).await;
    sandbox.respond(operation::ADD_CASE).status(403).mount().unwrap();
    sandbox.queue_faults(operation::ADD_CASE, vec![Fault::BadGateway]);
    sandbox.set_faults(Faults::default());
    sandbox.set_token_lifetime(Duration::ZERO);
    sandbox.reset();
    assert_eq!((sandbox.snapshot(), sandbox.stubs(), sandbox.all_requests()), (start, vec![], vec![]));
    assert_eq!((sandbox.calls(operation::ADD_CASE), sandbox.carried_out(operation::ADD_CASE)), (0, 0));
    assert_eq!(user.post("/v1/case", example("add_case")).await.0, StatusCode::OK);
    assert_eq!((sandbox.faults_injected(), sandbox.token_lifetime()), (1, Duration::from_secs(3600)));
}

#[tokio::test]
async fn the_number_and_the_size_of_records_are_bounded() {
    let sandbox = Sandbox::builder().max_records(6).max_record_size(40_000).start().await.unwrap();
    let user = User::of(&sandbox).await;
    let mut event = example("add_customer_event");
    for _ in 0..3 {
        assert_eq!(user.post("/v1/customerEvent", event.clone()).await.0, StatusCode::OK);
    }
    let full = "the sandbox keeps at most 6 customer-events: delete some, reset the sandbox, or raise `max_records`";
    assert_eq!(user.post("/v1/customerEvent", event.clone()).await, refused(StatusCode::BAD_REQUEST, "4001", full));
    assert_eq!(keys(&sandbox, RecordKind::CustomerEvents, "eventId"), json!([2, 9, 13, 14, 15, 16]));
    sandbox.delete_record(RecordKind::CustomerEvents, "2");
    event["eventName"] = json!("x".repeat(35_000));
    let (status, refused) = user.post("/v1/customerEvent", event.clone()).await;
    let large = "the records of the sandbox may take at most 40000 bytes: delete some, reset the sandbox, or raise `max_record_size`";
    assert_eq!((status, &refused["status"]["description"]), (StatusCode::BAD_REQUEST, &json!(large)));
    for _ in 0..30 {
        let edit = json!({"eventName": "y".repeat(3_000)});
        assert_eq!(user.put("/v1/customerEvent/13", edit).await.0, StatusCode::OK, "replaced texts take no memory");
    }
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK, "reading is possible");
}
