//! Tests of sales in Venio: quotations, sales orders, deals, expenses, contracts and employees.

use super::*;

fn assert_valid(operation_id: &str, response: &Value) {
    let (spec, operation) = documented(operation_id);
    let checked = spec.validate(operation.success_schema().unwrap(), response);
    assert!(checked.is_ok(), "{operation_id}: {checked:?} of {response}");
}

#[tokio::test]
async fn quotations_are_remembered() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let mut body = example("create_or_update_quotation");
    body["quotationSubject"] = json!("Bolts");
    let (_, created) = user.post("/v2/quotation", body.clone()).await;
    assert_eq!(created["data"], json!({"quotationNo": "Q12220000111"}));
    let (_, got) = user.get("/v1/quotation/Q12220000111").await;
    assert_valid("get_quotation", &got);
    assert_eq!((&got["data"]["quotationSubject"], &got["data"]["remark"]), (&json!("Bolts"), &json!("string")));
    assert_eq!(got["data"]["quotationDetails"], body["quotationDetails"]);

    for property in ["quotationNo", "referenceNo"] {
        body["quotationSubject"] = json!(property);
        body["quotationNo"] = Value::Null;
        body[property] = json!("Q12220000111");
        assert_eq!(user.post("/v2/quotation", body.clone()).await.1["data"], created["data"]);
        assert_eq!(user.get("/v1/quotation/Q12220000111").await.1["data"]["quotationSubject"], property);
    }
    body["quotationNo"] = json!("QT1");
    assert_eq!(user.post("/v2/quotation", body).await, refused_unknown("quotationNo QT1"));
    assert_eq!(user.get("/v1/quotation/QT1").await, refused_unknown("quotationNo QT1"));

    let listed = async |body: Value| {
        let (_, response) = user.post("/v1/quotation/enquiry", body).await;
        let numbers = response["data"].as_array().unwrap().iter().map(|quotation| quotation["quotationNo"].clone());
        numbers.collect::<Value>()
    };
    assert_eq!(listed(json!({"take": 5})).await, json!(["Q12220000110", "Q12220000111"]));
    assert_eq!(listed(json!({"take": 5, "skip": 1, "quotationNo": null})).await, json!(["Q12220000111"]));
    assert_eq!(listed(json!({"take": 5, "quotationNo": "000111"})).await, json!(["Q12220000111"]));
    assert_eq!(listed(json!({"take": 5, "customerCode": "C1"})).await, json!([]));
    assert_eq!(listed(json!({"take": 5, "quotationStatus": 2})).await, json!([]));
}

#[tokio::test]
async fn a_quotation_becomes_a_sales_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let body = json!({"QuotationNo": "Q12220000110"});
    let (_, converted) = user.post("/v1/quotation/Q12220000110/convert-to-salesorder", body.clone()).await;
    assert_eq!(converted["data"]["salesOrderNo"], "SO260600040");
    let (_, order) = user.get("/v2/salesorder/SO260600040").await;
    assert_valid("get_sales_order", &order);
    let (order, line) = (&order["data"], &order["data"]["salesorderDetails"][0]);
    assert_eq!((&order["referenceNo"], &order["customerCode"]), (&json!("Q12220000110"), &json!("C000154")));
    assert_eq!((&line["productCode"], &line["whtTaxValue"]), (&json!("PD002"), &json!(0)));
    assert_eq!(user.get("/v1/quotation/Q12220000110").await.1["data"]["quotationStatus"], 5);
    let unknown = user.post("/v1/quotation/QT1/convert-to-salesorder", body).await;
    assert_eq!(unknown, refused_unknown("quotationNo QT1"));
}

#[tokio::test]
async fn sales_orders_are_remembered() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let (_, documented) = user.get("/v2/salesorder/SO260600039").await;
    assert_eq!(documented, response_example("get_sales_order"));
    assert_eq!(user.get("/v3/customers/C000001").await.0, StatusCode::OK, "its customer");

    let mut body = example("create_or_update_sales_order");
    body["remark"] = Value::Null;
    let (_, created) = user.post("/v2/salesorder", body.clone()).await;
    assert_eq!(created["data"], json!({"salesOrderNo": "SO260600040", "salesOrderId": 281_941}));
    let (_, got) = user.get("/v2/salesorder/SO260600040").await;
    assert_valid("get_sales_order", &got);
    assert_eq!(got["data"]["salesorderDetails"], body["salesOrderDetails"]);
    assert_eq!(got["data"]["salesOrderDate"], "2026-01-31T00:00:00+0700");
    body["salesOrderNo"] = json!("SO260600040");
    body["salesOrderSubject"] = json!("Bolts");
    body["customerCode"] = json!("C000154");
    assert_eq!(user.post("/v2/salesorder", body.clone()).await.1["data"], created["data"]);
    let (_, got) = user.get("/v2/salesorder/SO260600040").await;
    let kept = (&got["data"]["salesOrderSubject"], &got["data"]["customerCode"]);
    assert_eq!(kept, (&json!("Bolts"), &json!("C000001")), "an update cannot change the customer");
    body["salesOrderNo"] = json!("SO1");
    assert_eq!(user.post("/v2/salesorder", body).await, refused_unknown("salesOrderNo SO1"));
    assert_eq!(user.get("/v2/salesorder/SO1").await, refused_unknown("salesOrderNo SO1"));
}

#[tokio::test]
async fn sales_orders_are_paid_and_rejected() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let payments = example("update_sales_order_payment");
    let (_, paid) = user.put("/v2/salesorder/SO24090001/payment", payments.clone()).await;
    assert_eq!(paid, response_example("update_sales_order_payment"));
    let instalments = json!([{"installmentNumber": 1, "status": 2}, {"installmentNumber": 2, "status": 1}]);
    let (_, order) = user.get("/v2/salesorder/SO24090001").await;
    assert_eq!(order["data"]["payment"]["schedulePayments"], instalments);
    let unknown = user.put("/v2/salesorder/SO1/payment", payments).await;
    assert_eq!(unknown, refused_unknown("salesOrderNo SO1"));

    let reject = async |ids: Value| {
        user.delete("/v1/salesorders/reject", json!({"salesOrderIds": ids, "reason": "Too late"})).await
    };
    let status = async || user.get("/v2/salesorder/SO260600039").await.1["data"]["salesOrderStatus"].clone();
    assert_eq!(reject(json!([281_940, 7])).await, refused_unknown("salesOrderId 7"));
    assert_eq!(status().await, 2, "no order is rejected");
    assert_eq!(reject(json!([281_940])).await.1["statusCode"], 1000);
    assert_eq!(status().await, 4);
}

#[tokio::test]
async fn deals_are_remembered() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let (_, created) = user.post("/v1/deals", example("create_deal")).await;
    assert_eq!(created["data"], json!({"dealsId": 2, "dealNo": "D241200048"}));
    let mut body = example("update_deal");
    body["dealName"] = json!("Bolts");
    let (_, updated) = user.put("/v1/deals/2", body.clone()).await;
    assert_valid("update_deal", &updated);
    let deal = &updated["data"]["value"];
    assert_eq!((&deal["dealNo"], &deal["dealsName"]), (&json!("D241200048"), &json!("Bolts")));
    assert_eq!(user.put("/v1/deals/3", body).await, refused_unknown("dealsId 3"));
}

#[tokio::test]
async fn expenses_are_remembered() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    assert_eq!(user.get("/v1/expenses/1").await.1, response_example("get_expense"));
    let (_, created) = user.post("/v1/Expenses", example("create_expense")).await;
    assert_eq!(created["data"], json!({"expenseId": 2}));
    let mut body = example("update_expense");
    body["subject"] = json!("Taxi");
    body["ExpenseDetails"]["ExpenseDetails"] = json!([{"expenseTypeId": 1004, "amount": 0}]);
    assert_eq!(user.put("/v1/Expenses/2", body.clone()).await.1["data"], created["data"]);
    let (_, got) = user.get("/v1/expenses/2").await;
    assert_valid("get_expense", &got);
    let expense = &got["data"]["value"];
    assert_eq!((&expense["subject"], &expense["expenseDetails"][0]["amount1"]), (&json!("Taxi"), &json!(0)));
    assert_eq!(user.put("/v1/Expenses/3", body).await, refused_unknown("expenseId 3"));
    assert_eq!(user.get("/v1/expenses/3").await, refused_unknown("expenseId 3"));

    let listed = async |body: Value| user.post("/v1/expenses/enquiry", body).await.1["data"].clone();
    assert_eq!(listed(json!({"expenseTypeId": 1004})).await, json!([expense]));
    assert_eq!(listed(json!({"expenseTypeId": 0, "searchText": "Tax"})).await, json!([expense]));
    assert_eq!(listed(json!({"expenseTypeId": 0, "statusIds": ["302"]})).await[0]["expenseId"], 1);
    assert_eq!(listed(json!({"expenseTypeId": 1001})).await, json!([]));
}

#[tokio::test]
async fn contracts_are_remembered() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    assert_eq!(user.get("/v1/contract/CONT250600006").await.1, response_example("get_contract"));
    let mut body = example("create_or_update_contract");
    body["contractNo"] = Value::Null;
    let (_, created) = user.post("/v1/contract", body.clone()).await;
    assert_eq!(created["data"], json!({"contractNo": "CONT250600007"}));
    let agreement = json!({"contractNo": "CONT250600007", "frequency": 260_003, "subject": "Oil", "numberOfTimes": 2});
    let (_, agreed) = user.post("/v1/contract/service-agreement", agreement.clone()).await;
    let id = agreed["data"]["contractServiceId"].clone();
    let (_, got) = user.get("/v1/contract/CONT250600007").await;
    assert_valid("get_contract", &got);
    let services = &got["data"]["contractServices"];
    assert_eq!((&services[0]["subject"], &services[1]["subject"]), (&json!("test frequency open api"), &json!("Oil")));

    let mut change = agreement;
    change["contractServiceId"] = id;
    change["subject"] = json!("Grease");
    assert_eq!(user.post("/v1/contract/service-agreement", change.clone()).await.1["data"]["subject"], "Grease");
    let (_, got) = user.get("/v1/contract/CONT250600007").await;
    assert_eq!(got["data"]["contractServices"].as_array().unwrap().len(), 2);
    change["contractServiceId"] = json!(1);
    let unknown = user.post("/v1/contract/service-agreement", change).await;
    assert_eq!(unknown, refused_unknown("contractServiceId 1"));
    body["contractNo"] = json!("CONT1");
    assert_eq!(user.post("/v1/contract", body).await, refused_unknown("contractNo CONT1"));
    assert_eq!(user.get("/v1/contract/CONT1").await, refused_unknown("contractNo CONT1"));
}

#[tokio::test]
async fn employees_are_searched() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let codes = async |body: Value| {
        let (_, response) = user.post("/v1/Employees/Enquiry", body).await;
        assert_valid("enquire_employees", &response);
        let employees = response["data"]["value"].as_array().unwrap().iter();
        employees.map(|employee| employee["staffCode"].clone()).collect::<Value>()
    };
    assert_eq!(codes(json!({})).await, json!(["UAT007", "UAT900", "UAT901"]));
    assert_eq!(codes(json!({"skip": 1, "pageLength": 1})).await, json!(["UAT900"]));
    assert_eq!(codes(json!({"keyWord": "bob"})).await, json!(["UAT901"]));
    assert_eq!(codes(json!({"keyWord": "uat90"})).await, json!(["UAT900", "UAT901"]));
}
