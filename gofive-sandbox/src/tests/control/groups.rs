//! What each group of operations does.

use super::*;

#[tokio::test]
async fn a_stub_is_mounted_used_and_removed() {
    let sandbox = Sandbox::start().await.unwrap();
    let (user, control) = (User::of(&sandbox).await, Controller::of(&sandbox).await);
    let stub = json!({"operation": "get_product_units", "times": 2, "response": {"status": 403, "json": {"a": 1}}});
    let mounted = control.call_with("mount_stub", stub.clone()).await;
    assert_eq!(mounted, json!({"id": 1, "used": 0, "stub": stub}));
    assert_eq!(user.get("/v1/products/units").await, (StatusCode::FORBIDDEN, json!({"a": 1})));
    let once = json!({"id": 1, "used": 1, "stub": stub});
    for list in ["list_stubs", "list_unused_stubs"] {
        assert_eq!(control.call(list).await, json!({"stubs": [once]}));
    }
    assert_eq!(control.succeed("get_stub", &[("id", "1")], None).await, once);
    control.succeed("remove_stub", &[("id", "1")], None).await;
    assert_eq!(control.call("list_unused_stubs").await, json!({"stubs": []}));
    for operation in ["get_stub", "remove_stub"] {
        let (status, problem) = control.fail(operation, &[("id", "1")], None).await;
        assert_eq!(status, 404);
        let detail = "there is no stub 1, or it is used up; GET /__sandbox/stubs lists those that are left";
        assert_eq!(problem["detail"], detail);
    }
    control.call_with("mount_stub", stub).await;
    control.call("clear_stubs").await;
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
}

#[tokio::test]
async fn requests_are_listed_with_what_became_of_them() {
    let sandbox = Sandbox::start().await.unwrap();
    let (user, control) = (User::of(&sandbox).await, Controller::of(&sandbox).await);
    user.get("/v1/products/units").await;
    user.get("/v2/products/A001").await;
    user.get("/v2/products/A002").await;
    let all = control.call("list_requests").await;
    let operations: Vec<_> = all["requests"].as_array().unwrap().iter().map(|it| &it["operation"]).collect();
    assert_eq!(operations, ["authorize", "get_product_units", "get_product", "get_product"]);
    let latest = control.succeed("list_requests", &[("operation", "get_product"), ("limit", "1")], None).await;
    let request = &latest["requests"][0];
    assert_eq!((&request["path"], &request["status"]), (&json!("/v2/products/A002"), &json!(200)));
    assert_eq!(
        (&request["outcome"], &request["headers"]["authorization"]),
        (&json!({"kind": "carried-out"}), &json!("Bearer ***"))
    );
    control.call("clear_requests").await;
    assert_eq!(control.call("list_requests").await, json!({"requests": []}));
}

#[tokio::test]
async fn faults_are_set_queued_and_removed() {
    let sandbox = Sandbox::builder().faults(Faults::seeded(3)).start().await.unwrap();
    let (user, control) = (User::of(&sandbox).await, Controller::of(&sandbox).await);
    assert_eq!(control.call("get_faults").await, json!({"seed": 3, "onTokenRequests": false, "faults": []}));
    let units = || async { user.request(Method::GET, "/v1/products/units").send().await.unwrap().status().as_u16() };
    let queued = json!({"operation": "get_product_units", "faults": [{"kind": "bad-gateway"}, {"kind": "html-page"}]});
    control.call_with("queue_faults", queued.clone()).await;
    assert_eq!(control.call("list_queued_faults").await, json!({"queue": [queued], "injected": 0}));
    assert_eq!(units().await, 502);
    let left = json!({"operation": "get_product_units", "faults": [{"kind": "html-page"}]});
    assert_eq!(control.call("list_queued_faults").await, json!({"queue": [left], "injected": 1}));
    let faults = json!({"faults": [{"fault": {"kind": "unauthorized"}, "probability": 1}]});
    control.call_with("set_faults", faults).await;
    assert_eq!((units().await, units().await), (200, 401), "the queued fault comes first");
    control.call_with("queue_faults", queued).await;
    control.call("clear_queued_faults").await;
    assert_eq!(units().await, 401, "the random fault remains");
    control.call("clear_faults").await;
    assert_eq!((units().await, sandbox.queued_faults().len()), (200, 0));
    for preset in control.call("list_fault_presets").await["presets"].as_array().unwrap() {
        control.call_with("queue_faults", json!({"operation": "add_case", "faults": [preset["fault"]]})).await;
    }
}

#[tokio::test]
async fn a_reset_returns_to_the_initial_state() {
    let faults = Faults::seeded(3).with(Fault::Unauthorized, 0.0);
    let sandbox = Sandbox::builder().faults(faults.clone()).start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    let initial = control.call("list_operations").await;
    let user = User::of(&sandbox).await;
    let (status, _) = user.post("/v1/case", example("add_case")).await;
    assert_eq!((status, sandbox.cases().len()), (StatusCode::OK, 2));
    assert_ne!(control.call("list_operations").await, initial);
    control.call_with("set_faults", json!({})).await;
    control.call_with("mount_stub", json!({"operation": "add_case", "response": {"status": 403}})).await;
    control.call_with("queue_faults", json!({"operation": "add_case", "faults": [{"kind": "bad-gateway"}]})).await;
    control.call("reset").await;
    assert_eq!(control.call("list_operations").await, initial);
    assert_eq!((sandbox.cases().len(), sandbox.stubs(), sandbox.queued_faults().len()), (1, vec![], 0));
    assert_eq!((sandbox.all_requests(), sandbox.tokens_issued()), (vec![], 1));
    assert_eq!(control.call("get_faults").await, serde_json::to_value(faults).unwrap());
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK, "the token remains valid");
}

#[tokio::test]
async fn tokens_expire_and_are_revoked_and_new_ones_have_another_lifetime() {
    let sandbox = Sandbox::start().await.unwrap();
    let (mut user, control) = (User::of(&sandbox).await, Controller::of(&sandbox).await);
    let tokens = json!({"issued": 1, "issuedWithEarlyExpiry": 0, "lifetimeMs": 3_600_000});
    assert_eq!(control.call("get_tokens").await, tokens);
    for operation in ["expire_tokens", "revoke_tokens"] {
        assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
        control.call(operation).await;
        assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED, "{operation}");
        user.token = user.token().await;
    }
    let lifetime = control.call_with("set_token_lifetime", json!({"lifetimeMs": 90_000})).await;
    assert_eq!(lifetime, json!({"issued": 3, "issuedWithEarlyExpiry": 0, "lifetimeMs": 90_000}));
    assert_eq!(user.authorize(&credentials(&sandbox)).await.1["expires_in"], 90);
}

#[tokio::test]
async fn the_clock_is_set_advanced_and_reset() {
    let sandbox = Sandbox::start().await.unwrap();
    let (user, control) = (User::of(&sandbox).await, Controller::of(&sandbox).await);
    let time = |clock: &Value| clock["timeMs"].as_u64().unwrap();
    let real = control.call("get_clock").await;
    assert_eq!(real["isReal"], true);
    let hour = 3_600_000;
    let later = control.call_with("advance_clock", json!({"byMs": hour})).await;
    assert!((hour..hour + 60_000).contains(&(time(&later) - time(&real))) && later["isReal"] == false, "{later}");
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::UNAUTHORIZED, "the token has expired");
    let set = control.call_with("set_clock", json!({"timeMs": 1_000_000})).await;
    assert!((1_000_000..1_060_000).contains(&time(&set)), "{set}");
    control.call("reset_clock").await;
    assert_eq!(control.call("get_clock").await["isReal"], true);
    assert_eq!(user.get("/v1/products/units").await.0, StatusCode::OK);
    for body in [json!({"timeMs": -1}), json!({"timeMs": 1e300}), json!({"timeMs": u64::MAX}), json!({})] {
        assert_eq!(control.fail("set_clock", &[], Some(body)).await.0, 400);
    }
}

#[tokio::test]
async fn records_are_put_read_and_deleted() {
    let sandbox = Sandbox::start().await.unwrap();
    let (user, control) = (User::of(&sandbox).await, Controller::of(&sandbox).await);
    let orders = ("kind", "sales-orders");
    let order = json!({"salesOrderNo": "SO 1/ไ", "grandTotal": 107.25});
    assert_eq!(control.succeed("put_record", &[orders], Some(order.clone())).await, json!({"key": "SO 1/ไ"}));
    let key = ("key", "SO%201%2F%E0%B9%84");
    assert_eq!(control.succeed("get_record", &[orders, key], None).await, order);
    assert_eq!(user.get("/v2/salesorder/SO%201%2F%E0%B9%84").await.1["data"]["grandTotal"], 107.25);
    let records = control.succeed("list_records", &[orders], None).await;
    assert_eq!(records["records"].as_array().unwrap().last(), Some(&order));
    let count = records["records"].as_array().unwrap().len();
    let kinds = control.call("list_record_kinds").await;
    let state = json!({"kind": "sales-orders", "key": "salesOrderNo", "count": count});
    assert!(kinds["kinds"].as_array().unwrap().contains(&state), "{kinds}");
    control.succeed("replace_records", &[orders], Some(json!({"records": [order]}))).await;
    assert_eq!(control.succeed("list_records", &[orders], None).await, json!({"records": [order]}));
    control.succeed("delete_record", &[orders, key], None).await;
    for operation in ["get_record", "delete_record"] {
        let (status, problem) = control.fail(operation, &[orders, key], None).await;
        let detail = "there is no record \"SO 1/ไ\"; GET /__sandbox/records/sales-orders lists all of this kind";
        assert_eq!((status, problem["detail"].as_str()), (404, Some(detail)));
    }
    let (status, problem) = control.fail("list_records", &[("kind", "sales-order")], None).await;
    let detail = "`sales-order` is not a kind of records; the nearest one is `sales-orders`";
    assert_eq!((status, location(&problem)), (400, (detail, "kind")));
}

#[tokio::test]
async fn a_record_that_is_refused_is_found_by_its_location() {
    let sandbox = Sandbox::start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    let wrong = json!({"salesOrderNo": "S1", "salesOrderId": "seven"});
    let (status, problem) = control.fail("put_record", &[("kind", "sales-orders")], Some(wrong.clone())).await;
    assert_eq!((status, location(&problem).1), (400, "/salesOrderId"), "{problem}");
    let seeds = json!({"customers": [{"customerCode": "C1"}], "sales-orders": [{"salesOrderNo": "S2"}, wrong]});
    let (status, problem) = control.fail("put_records", &[], Some(seeds)).await;
    assert_eq!((status, location(&problem).1), (400, "/sales-orders/1/salesOrderId"), "{problem}");
    assert_eq!(sandbox.record(crate::RecordKind::Customers, "C1"), None, "nothing was added");
    let list = json!({"records": [{"productCode": "P1"}, {"productCode": 1}]});
    let (status, problem) = control.fail("replace_records", &[("kind", "products")], Some(list)).await;
    assert_eq!((status, location(&problem).1), (400, "/records/1/productCode"), "{problem}");
    assert!(sandbox.records(crate::RecordKind::Products).len() > 1, "nothing was removed");
    let (status, problem) = control.fail("put_records", &[], Some(json!({"product": []}))).await;
    let detail = "`product` is not a kind of records; the nearest one is `products`";
    assert_eq!((status, location(&problem)), (400, (detail, "/product")));
}

#[tokio::test]
async fn a_snapshot_is_taken_and_restored() {
    let sandbox = Sandbox::start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    control.succeed("put_record", &[("kind", "products")], Some(json!({"productCode": "P1"}))).await;
    let snapshot = control.call("get_snapshot").await;
    let product = [("kind", "products"), ("key", "P1")];
    control.succeed("delete_record", &product, None).await;
    control.call_with("restore_snapshot", snapshot.clone()).await;
    control.succeed("get_record", &product, None).await;
    assert_eq!(control.call("get_snapshot").await, snapshot);
    let (mut newer, mut other) = (snapshot.clone(), snapshot);
    newer["version"] = json!(2);
    other["records"]["products"]["records"] = json!([7]);
    for (body, problem) in [
        (newer, "its `version` is 2, not 1; save it again with this version"),
        (other, "invalid type: integer `7`, expected a map"),
        (json!({"format": "zip", "version": 1, "records": {}}), "its `format` is not \"gofive-sandbox-snapshot\""),
    ] {
        let (status, found) = control.fail("restore_snapshot", &[], Some(body)).await;
        let expected = format!("it is not a snapshot that this sandbox can restore: {problem}");
        assert_eq!((status, location(&found)), (400, (expected.as_str(), "")));
    }
    control.succeed("get_record", &product, None).await;
}

#[tokio::test]
async fn events_are_sent_to_targets_repeated_and_logged() {
    let (sandbox, receiver) = (Sandbox::start().await.unwrap(), Sandbox::start().await.unwrap());
    let control = Controller::of(&sandbox).await;
    let url = format!("{}/hook/0f8b3c5d", receiver.base_url());
    let secret = json!({"name": "x-secret", "value": "s3cret"});
    let target = control.call_with("add_target", json!({"url": url, "secretHeader": secret})).await;
    let registered = json!({"id": 1, "url": receiver.base_url(), "kinds": [], "secretHeader": "x-secret"});
    assert_eq!((&target, control.call("list_targets").await), (&registered, json!({"targets": [registered]})));
    let faults = json!({"faults": [{"kind": "double"}]});
    control.call_with("queue_delivery_faults", faults.clone()).await;
    assert_eq!(control.call("list_delivery_faults").await, faults);
    let order = json!({"kind": "new_sales_order", "patch": {"Data": {"SaleOrderNo": "SO1"}}});
    let sent = control.call_with("trigger_event", order).await;
    assert_eq!(sent["deliveries"].as_array().unwrap().len(), 2);
    control.succeed("repeat_delivery", &[("id", "1")], None).await;
    let log = control.succeed("list_deliveries", &[("waitMs", "10000")], None).await;
    let log = log["deliveries"].as_array().unwrap();
    let outcomes: Vec<_> = log.iter().map(|delivery| &delivery["outcome"]["status"]).collect();
    assert_eq!(outcomes, [404, 404, 404], "a sandbox is not a receiver of events");
    assert_eq!((&log[1]["fault"], &log[2]["repeats"]), (&json!({"kind": "double"}), &json!(1)));
    let posted = receiver.all_requests();
    assert_eq!((posted.len(), &posted[0].headers["x-secret"]), (3, &"***".to_owned()));
    assert_eq!(log[2]["body"], json!({"Data": {"SaleOrderNo": "SO1"}}));
    assert_eq!(control.succeed("get_delivery", &[("id", "3")], None).await, log[2]);
    control.succeed("remove_target", &[("id", "1")], None).await;
    control.call("reset_webhooks").await;
    assert_eq!(control.call("list_deliveries").await, json!({"deliveries": []}));
}

#[tokio::test]
async fn a_target_or_an_event_that_is_wrong_is_a_problem() {
    let sandbox = Sandbox::start().await.unwrap();
    let control = Controller::of(&sandbox).await;
    for (operation, body, status, pointer) in [
        ("add_target", json!({"url": "http://example.com"}), 400, "/url"),
        ("add_target", json!({"url": "https://localhost/s3cret"}), 400, "/url"),
        (
            "add_target",
            json!({"url": "http://localhost", "secretHeader": {"name": "Host", "value": "s3cret"}}),
            400,
            "/secretHeader",
        ),
        ("add_target", json!({"url": "http://localhost", "kinds": ["order"]}), 400, "/kinds/0"),
        ("trigger_event", json!({"kind": "chat_message", "target": 7}), 400, "/target"),
        ("trigger_event", json!({"kind": "chat_message", "body": {}, "patch": []}), 400, "/body"),
        ("trigger_event", json!({}), 400, ""),
        ("trigger_event", json!({"kind": "chat_message"}), 409, "?"),
        ("queue_delivery_faults", json!({"faults": [{"kind": "late"}]}), 400, "/faults/0"),
    ] {
        let (found, problem) = control.fail(operation, &[], Some(body.clone())).await;
        assert_eq!((found, location(&problem).1), (status, pointer), "{body}: {problem}");
        assert!(!problem.to_string().contains("s3cret"), "{problem}");
    }
    for operation in ["remove_target", "get_delivery", "repeat_delivery"] {
        assert_eq!(control.fail(operation, &[("id", "7")], None).await.0, 404);
    }
    let (status, problem) = control.fail("list_deliveries", &[("waitMs", "x")], None).await;
    assert_eq!((status, location(&problem).1), (400, "waitMs"));
}
