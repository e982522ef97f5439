//! Pages of the portal that contradict themselves: the client works with both readings.

use gofive_api::empeo::{CostCenterSide, GetCostCentersRequest, UpdateEmployeeFamilyRequest};
use gofive_api::venio::{
    EditCaseRequest, GetProductsByFilterRequest, ProductType, SalesOrderPaymentStatus, SalesOrderUserInfo,
    SendMessageRequest, UpdateSalesOrderPaymentItem, UpdateSalesOrderPaymentRequest,
};
use gofive_api::webhook::{self, Webhook};
use gofive_api::{Decimal, Id};
use gofive_sandbox::Sandbox;
use gofive_tests::sandboxed;
use gofive_tests::wire::WireServer;
use jiff::Timestamp;
use serde_json::{Value, json};

fn body_sent(server: &WireServer) -> Value {
    serde_json::from_str(&server.received().pop().unwrap().body).unwrap()
}

/// The table of Edit Case calls the customer customerNo, its example customerCode.
#[tokio::test]
async fn a_case_names_its_customer_as_in_the_table_or_as_in_the_example() {
    let server = WireServer::responding_with_json(r#"{"status":{"code":"1000"}}"#).await;
    let venio = server.gofive().venio();
    let edit = || {
        EditCaseRequest::builder()
            .subject("s")
            .category_id(1)
            .date_case(Timestamp::UNIX_EPOCH)
            .date_due(Timestamp::UNIX_EPOCH)
            .assigned_to_user_id("u")
    };
    venio.edit_case("T250200010", &edit().customer_no("C000154").build()).await.unwrap();
    assert_eq!(body_sent(&server)["customerNo"], "C000154");
    venio.edit_case("T250200010", &edit().extra([("customerCode", "C000154")]).build()).await.unwrap();
    let body = body_sent(&server);
    assert_eq!((&body["customerCode"], body.get("customerNo")), (&json!("C000154"), None));
}

/// The table of Get Products By Filter has 1301 and 1302, its example and the 2021 portal 1031 and 1032.
#[tokio::test]
async fn both_numbers_of_a_product_type_are_accepted() {
    let sandbox = Sandbox::start().await.unwrap();
    let venio = sandboxed(&sandbox).venio();
    for product_type in [ProductType::PRODUCT, ProductType::PRODUCT_BY_TABLE] {
        let filter = GetProductsByFilterRequest::builder().product_type(product_type).status([1]).take(1);
        venio.get_products_by_filter(&filter.build()).await.unwrap();
    }
}

/// The table of `Update SalesOrder Payment` requires `InstallmentNumber`, its example sends `periodNo`.
#[tokio::test]
async fn an_instalment_is_named_as_in_the_table_or_as_in_the_example() {
    let server =
        WireServer::responding_with_json(r#"{"status":{"code":"1000","description":"Success"},"data":true}"#).await;
    let item = UpdateSalesOrderPaymentItem::builder()
        .installment_number(1)
        .extra([("periodNo", 1)])
        .status(SalesOrderPaymentStatus::from(2))
        .build();
    let update = UpdateSalesOrderPaymentRequest::builder().payments([item]).build();
    let updated = server.gofive().venio().update_sales_order_payment("SO24090001", &update).await.unwrap();
    assert_eq!(updated, Some(true));
    assert_eq!(body_sent(&server)["payments"], json!([{"InstallmentNumber": 1, "status": 2, "periodNo": 1}]));
}

/// The page of Post Send message has a word for the platform, the event of the webhook a number.
#[tokio::test]
async fn a_chat_message_has_the_platform_and_the_company_of_the_event_as_they_came() {
    for (platform, company) in [(json!(1), json!(507)), (json!("line"), json!("507"))] {
        let user = json!({"CompanyId": company});
        let message = json!({"RoomId": "r", "Platform": platform, "User": user});
        let event = json!({"Topic": "Chat", "Event": "Message", "Data": {"ChatMessage": message}}).to_string();
        let Ok(Webhook::ChatMessage(event)) = webhook::parse(event.as_bytes()) else { panic!("no chat message") };
        let message = event.data.unwrap().chat_message.unwrap();
        let company = message.user.unwrap().company_id.unwrap();

        let server = WireServer::responding_with_json(r#"{"status":{"code":"1000"}}"#).await;
        let request = SendMessageRequest::builder()
            .room_id(message.room_id.unwrap())
            .content("Hello, world")
            .type_("message")
            .platform(message.platform.unwrap())
            .company_id(company.as_str().parse().unwrap())
            .build();
        server.gofive().venio().send_message(&request).await.unwrap();
        let body = body_sent(&server);
        assert_eq!((&body["platform"], &body["companyId"]), (&platform, &json!(507)));
    }
}

/// The pages of sales orders have the order in data, another page has one in data.value.
#[tokio::test]
async fn a_sales_order_is_found_in_both_envelopes() {
    for body in [
        r#"{"status":{"code":"1000"},"data":{"salesOrderNo":"SO1","payment":{}}}"#,
        r#"{"status":{"code":"1000"},"data":{"value":{"salesOrderNo":"SO1","customer":{}}}}"#,
        r#"{"data":{"value":{"salesOrderNo":"SO1"}}}"#,
        r#"{"data":{"salesOrderNo":"SO1"}}"#,
    ] {
        let server = WireServer::responding_with_json(body).await;
        let order = server.gofive().venio().get_sales_order("SO1").await.unwrap();
        assert_eq!(order.sales_order_no.as_deref(), Some("SO1"), "{body}");
        assert_eq!(order.customer.is_some(), body.contains("customer"), "{body}");
    }
    // The older shape has no property of the documented one.
    let server = WireServer::responding_with_json(r#"{"data":{"value":{"attachments":[],"userInfo":{}}}}"#).await;
    let order = server.gofive().venio().get_sales_order("SO1").await.unwrap();
    assert_eq!(order.user_info, Some(SalesOrderUserInfo::default()));
}

/// The description of debitCredit has the numbers 1 and 2, its example the text Credit.
#[tokio::test]
async fn the_side_of_an_account_is_a_number_or_a_word() {
    let server = WireServer::responding_with_json(
        r#"{"statusCode":200,"data":[{"debitCredit":1},{"debitCredit":"2"},{"debitCredit":"Credit"},{"debitCredit":"Debit"}]}"#,
    )
    .await;
    let request = GetCostCentersRequest::builder().company_name("empeo Dev Test").year(2024).build();
    let sides = server.gofive().empeo().get_cost_centers(&request).await.unwrap();
    let sides: Vec<_> = sides.into_iter().map(|item| item.debit_credit.unwrap()).collect();
    let known = [CostCenterSide::DEBIT, CostCenterSide::CREDIT, CostCenterSide::CREDIT_WORD];
    assert_eq!(sides[..3], known);
    assert_eq!(sides[3], CostCenterSide::from("Debit"), "other values are preserved");
}

/// The table of Update Employee Family has familyRefNo as a text, its example as a number.
#[tokio::test]
async fn a_family_entry_is_identified_by_a_text_or_a_number() {
    for (id, sent) in [(Id::from(7812), json!(7812)), (Id::from("7812"), json!("7812"))] {
        let server = WireServer::responding_with_json(r#"{"statusCode":200,"message":"OK","data":{}}"#).await;
        let update = UpdateEmployeeFamilyRequest::builder()
            .employee_ref_id("23003")
            .company_name("empeo Dev Test")
            .family_ref_no(id)
            .relation_ship_id(3)
            .name("A")
            .surname(None)
            .contact(None)
            .is_study(None);
        server.gofive().empeo().update_employee_family(&update.build()).await.unwrap();
        let body = body_sent(&server);
        assert_eq!(body["familyRefNo"], sent);
        assert_eq!((&body["name"], &body["contact"]), (&json!("A"), &Value::Null), "required, and may be null");
        assert_eq!(body.get("titleId"), None, "not set");
    }
}

/// Amounts that the tables of quotations and sales orders call integers have decimals in examples.
#[tokio::test]
async fn amounts_are_decimals_although_the_table_says_integers() {
    let server = WireServer::responding_with_json(
        r#"{"status":{"code":"1000","description":"Success"},"data":{"subTotal":1070.25,"discountValue":10}}"#,
    )
    .await;
    let quotation = server.gofive().venio().get_quotation("Q").await.unwrap();
    assert_eq!(quotation.sub_total.unwrap().to_string(), "1070.25");
    assert_eq!(quotation.discount_value.unwrap(), Decimal::from(10));
}
