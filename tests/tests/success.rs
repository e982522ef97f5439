//! Which responses are a success: every line of the table in `gofive-api/src/decoding/success.rs`, over a real socket.

use gofive_api::venio::{AddCaseResponse, SalesOrder};
use gofive_api::{Error, ErrorKind, Gofive, Method, RawJson};
use gofive_spec::Spec;
use gofive_tests::calls::Example;
use gofive_tests::events_of;
use gofive_tests::wire::{WireServer, json, response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The documented request of an operation.
fn documented<T: DeserializeOwned>(operation: &str) -> T {
    let spec = Spec::parse(gofive_spec::VENIO).unwrap();
    Example::of(&spec, spec.operation(operation).unwrap()).request()
}

async fn gofive(response: Vec<u8>) -> (WireServer, Gofive) {
    let server = WireServer::responding_with(vec![response]).await;
    let gofive = server.gofive();
    (server, gofive)
}

/// The payload of `add_case` is documented.
async fn add_case(response: Vec<u8>) -> Result<AddCaseResponse, Error> {
    let (_server, gofive) = gofive(response).await;
    gofive.venio().add_case(&documented("add_case")).await
}

async fn sales_order(body: &str) -> Result<SalesOrder, Error> {
    let (_server, gofive) = gofive(json(body)).await;
    gofive.venio().get_sales_order("SO1").await
}

/// The payload of `create_deal` is not documented.
async fn create_deal(response: Vec<u8>) -> Result<RawJson, Error> {
    let (_server, gofive) = gofive(response).await;
    Ok(gofive.venio().create_deal(&documented("create_deal")).await?.json().clone())
}

async fn custom(response: Vec<u8>) -> Result<RawJson, Error> {
    let (_server, gofive) = gofive(response).await;
    gofive.request(Method::POST, "/v1/case").send().await
}

/// Kind, code and description of the error are the same whether the payload is documented or not.
#[tokio::test]
async fn a_sign_of_failure_is_an_error_whether_the_payload_is_documented_or_not() {
    for (body, code, description) in [
        (r#"{"isSuccess":false,"message":"subject is required"}"#, None, Some("subject is required")),
        (r#"{"success":false}"#, None, None),
        (r#"{"IsSuccess":false,"data":null}"#, None, None),
        (r#"{"title":"Bad","status":400,"errors":{"subject":["required"]}}"#, None, Some("Bad")),
        (r#"{"title":"Bad","status":"422"}"#, None, Some("Bad")),
        (r#"{"errors":["subject is required"]}"#, None, None),
        (r#"{"Status":{"Code":"4001"}}"#, Some("4001"), None),
        (r#"{"STATUSCODE":4001,"Message":"no"}"#, Some("4001"), Some("no")),
        (r#"{"error":{"code":"x","message":"y"}}"#, Some("x"), Some("y")),
        (r#"{"error":"locked"}"#, Some("locked"), None),
        (r#"{"error":"The case is locked"}"#, None, Some("The case is locked")),
        (
            r#"{"Message":"Authorization has been denied for this request."}"#,
            None,
            Some("Authorization has been denied for this request."),
        ),
        (r#"{"message":"no","traceId":"7"}"#, None, Some("no")),
        (r#"{"data":{"feedbackId":1},"error":"locked"}"#, Some("locked"), None),
        (r#"{"data":null,"errors":[{"field":"subject"}]}"#, None, None),
    ] {
        for error in [
            add_case(json(body)).await.unwrap_err(),
            create_deal(json(body)).await.unwrap_err(),
            custom(json(body)).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Business, "{body}: {error}");
            assert_eq!((error.code(), error.description()), (code, description), "{body}");
            assert_eq!(error.body(), Some(body.as_bytes()), "kept whole");
            // A lone message may also report a success.
            let refused = code.is_some() || !body.to_lowercase().starts_with(r#"{"message""#);
            assert_eq!(error.outcome_unknown(), !refused, "{body}");
        }
    }
}

#[tokio::test]
async fn a_response_without_code_and_documented_payload_is_an_error_that_keeps_the_body() {
    for body in [
        "null",
        "[]",
        "true",
        "7",
        r#""text""#,
        "{}",
        r#"{"login":"/signin","form":{"user":"","password":""}}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"statusId":7}}"#,
        r#"{"data":[]}"#,
        r#"{"data":"text"}"#,
        r#"{"data":true}"#,
        r#"{"data":{"data":7}}"#,
        r#"{"status":{"code":null},"data":{}}"#,
        r#"{"status":{"code":""}}"#,
        r#"{"isSuccess":true}"#,
        r#"{"isSuccess":true,"message":"OK"}"#,
    ] {
        let error = add_case(json(body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
        assert_eq!(error.body(), Some(body.as_bytes()), "kept whole");
        assert!(error.outcome_unknown(), "{body}: the case may exist");
    }
}

#[tokio::test]
async fn a_message_beside_unknown_properties_is_a_business_error_with_an_unknown_outcome() {
    let body = r#"{"message":"subject is required","path":"/v1/case"}"#;
    let error = add_case(json(body)).await.unwrap_err();
    assert_eq!((error.kind(), error.description()), (ErrorKind::Business, Some("subject is required")));
    assert!(error.outcome_unknown());
    assert_eq!(custom(json(body)).await.unwrap().to_string(), body, "no sign of failure");
}

#[tokio::test]
async fn a_code_of_success_needs_no_payload() {
    for body in [
        r#"{"status":{"code":"1000"}}"#,
        r#"{"statusCode":1000}"#,
        r#"{"STATUS":{"CODE":"1000"},"DATA":null}"#,
        r#"{"status":{"code":"1000"},"data":{"unknown":1}}"#,
        r#"{"status":{"code":"1000"},"message":"Created"}"#,
        r#"{"status":{"code":"1000"},"isSuccess":true,"errors":null}"#,
    ] {
        assert_eq!(add_case(json(body)).await.unwrap(), AddCaseResponse::default(), "{body}");
    }
}

#[tokio::test]
async fn the_names_of_the_envelope_are_matched_without_regard_to_case() {
    for body in [
        r#"{"Status":{"Code":"1000"},"Data":{"feedbackId":7}}"#,
        r#"{"STATUSCODE":1000,"DATA":{"Data":{"feedbackId":7}}}"#,
        r#"{"Data":{"feedbackId":7}}"#,
    ] {
        let case = add_case(json(body)).await.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(case.feedback_id.unwrap().as_str(), "7", "{body}");
    }
    assert_eq!(custom(json(r#"{"Status":{"Code":1000},"Data":[1]}"#)).await.unwrap(), json!([1]));
    let wrong = sales_order(r#"{"data":{"SalesOrderNo":"SO1"}}"#).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Decode, "names of the payload are exact");
}

#[tokio::test]
async fn a_payload_without_a_code_is_read_with_or_without_its_envelope() {
    for body in [
        r#"{"data":{"salesOrderNo":"SO1","subTotal":5}}"#,
        r#"{"salesOrderNo":"SO1","subTotal":5}"#,
        "\u{feff}{\"salesOrderNo\":\"SO1\",\"subTotal\":5,\"errors\":[],\"message\":\"OK\"}",
    ] {
        let order = sales_order(body).await.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(order.sales_order_no.as_deref(), Some("SO1"), "{body}");
        assert_eq!(order.sub_total.unwrap(), gofive_api::Decimal::from(5), "{body}");
    }
    assert_eq!(sales_order(r#"{"data":null}"#).await.unwrap(), SalesOrder::default());
    for body in [r#"{"feedbackId":7}"#, r#"{"data":{"feedbackId":7}}"#, r#"{"data":{"data":{"feedbackId":7}}}"#] {
        assert_eq!(add_case(json(body)).await.unwrap().feedback_id.unwrap().as_str(), "7", "{body}");
    }
    for body in [r#"{"data":{"data":{},"feedbackId":7}}"#, r#"{"data":{"data":null,"feedbackId":7}}"#] {
        assert_eq!(add_case(json(body)).await.unwrap().feedback_id.unwrap().as_str(), "7", "the outer one: {body}");
    }
    assert_eq!(add_case(json(r#"{"data":{"data":null}}"#)).await.unwrap(), AddCaseResponse::default());
}

#[tokio::test]
async fn a_list_or_a_scalar_without_a_code_is_read_with_or_without_its_envelope() {
    for body in [r#"{"data":[{"eventId":7}]}"#, r#"{"data":[{"eventId":7}],"total":1}"#, r#"[{"eventId":7}]"#] {
        let (_server, gofive) = gofive(json(body)).await;
        let events = gofive.venio().get_customer_events(&events_of("C1")).await.unwrap();
        assert_eq!(events[0].event_id, Some(7), "{body}");
    }
    for body in [r#"{"eventTypeId":7}"#, r#"{"data":{"eventTypeId":7}}"#, r#"[{"eventTypeId":7}]"#] {
        let (_server, gofive) = gofive(json(body)).await;
        assert_eq!(gofive.venio().get_customer_event_types().await.unwrap()[0].event_type_id, Some(7), "{body}");
    }
    for (body, paid) in [(r#"{"data":true}"#, Some(true)), (r#"{"data":null}"#, None), ("true", Some(true))] {
        let (_server, gofive) = gofive(json(body)).await;
        let payment = documented("update_sales_order_payment");
        let update = gofive.venio().update_sales_order_payment("SO1", &payment).await;
        assert_eq!(update.unwrap(), paid, "{body}");
    }
}

#[tokio::test]
async fn an_undocumented_payload_is_any_json_without_a_sign_of_failure() {
    for (body, payload) in [
        ("null", "null"),
        ("[]", "[]"),
        ("true", "true"),
        (r#""text""#, r#""text""#),
        ("", "null"),
        ("\u{feff} \n", "null"),
        ("{}", "{}"),
        (r#"{"data":null,"error":null,"errors":[]}"#, "null"),
        (r#"{"data":{"id":7},"message":"Created"}"#, r#"{"id":7}"#),
        (r#"{"isSuccess":true,"message":"Created"}"#, r#"{"isSuccess":true,"message":"Created"}"#),
        (r#"{"title":"Deal","status":3}"#, r#"{"title":"Deal","status":3}"#),
        (r#"{"statusCode":200,"result":5}"#, r#"{"statusCode":200,"result":5}"#),
        (r#"{"status":{"code":"1000"},"data":false}"#, "false"),
    ] {
        let payload: Value = serde_json::from_str(payload).unwrap();
        assert_eq!(create_deal(json(body)).await.unwrap(), payload, "{body:?}");
        assert_eq!(custom(json(body)).await.unwrap(), payload, "{body:?}");
    }
    let error = custom(json("created")).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Decode, true), "not JSON");
}

#[tokio::test]
async fn statuses_without_content_are_successes() {
    for status in [201, 202, 204, 205] {
        assert_eq!(add_case(response(status, "text/plain", "")).await.unwrap(), AddCaseResponse::default(), "{status}");
        assert_eq!(create_deal(response(status, "text/plain", "")).await.unwrap(), Value::Null, "{status}");
        let (_server, gofive) = gofive(response(status, "text/plain", "")).await;
        assert!(gofive.venio().get_customer_events(&events_of("C1")).await.unwrap().is_empty(), "{status}");
    }
    let error = add_case(json("")).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Decode, true));
    assert!(error.to_string().contains("the body is empty"), "{error}");
    let refused = add_case(response(201, "application/json", r#"{"status":{"code":"4001"}}"#)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Business, "a body is read if there is one");
}

#[tokio::test]
async fn null_in_a_list_is_an_empty_record() {
    let (_server, gofive) = gofive(json(r#"{"data":[null,{"eventId":1}]}"#)).await;
    let events = gofive.venio().get_customer_events(&events_of("C1")).await.unwrap();
    assert_eq!((events[0].event_id, events[1].event_id), (None, Some(1)));

    let (_server, gofive) = self::gofive(json(r#"{"data":[null,{"eventTypeId":1}]}"#)).await;
    assert_eq!(gofive.venio().get_customer_event_types().await.unwrap().len(), 2);

    let order = sales_order(r#"{"data":{"salesorderDetails":[null,{"productCode":"A"}]}}"#).await.unwrap();
    assert_eq!(order.salesorder_details[1].product_code.as_deref(), Some("A"));

    for none in [r#"{"salesorderDetails":null,"subTotal":1}"#, r#"{"subTotal":1}"#] {
        let order = sales_order(&format!(r#"{{"data":{none}}}"#)).await.unwrap();
        assert!(order.salesorder_details.is_empty(), "{none}");
    }
}

/// A level of the envelope, or a sign of failure, that is there twice.
#[tokio::test]
async fn no_code_or_sign_of_failure_is_lost_in_duplicate_properties() {
    let failures = [
        r#""data":{"statusCode":4001}"#,
        r#""data":{"status":{"code":"4001"}}"#,
        r#""data":{"isSuccess":false}"#,
        r#""data":{"error":"locked"}"#,
        r#""data":{"title":"Bad","status":400}"#,
        r#""title":"Bad","status":400"#,
        r#""status":{"code":"4001"}"#,
    ];
    for failure in failures {
        for other in [r#""Data":{}"#, r#""Data":null"#, r#""Data":[]"#, r#""Data":{"status":null}"#, r#""Status":null"#]
        {
            for body in
                [format!(r#"{{"feedbackId":1,{failure},{other}}}"#), format!(r#"{{"feedbackId":1,{other},{failure}}}"#)]
            {
                let error = add_case(json(&body)).await.unwrap_err();
                assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Business, false), "{body}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn a_duplicate_payload_is_an_error_in_every_envelope() {
    for body in [
        r#"{"status":{"code":"1000"},"data":{"feedbackId":1},"data":{"feedbackId":2}}"#,
        r#"{"data":{"feedbackId":1},"Data":{"feedbackId":2}}"#,
        r#"{"status":{"code":"1000"},"data":null,"data":{"feedbackId":2}}"#,
    ] {
        let (_server, gofive) = gofive(json(body)).await;
        for error in [
            gofive.venio().add_case(&documented("add_case")).await.unwrap_err(),
            gofive.venio().get_product("A").await.unwrap_err(),
            gofive.venio().get_customer_event_types().await.unwrap_err(),
            gofive.venio().get_product_units().await.unwrap_err(),
            gofive.request(Method::GET, "/v1/case").send().await.unwrap_err(),
            gofive.request(Method::GET, "/v1/case").send_as::<Value>().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
            assert!(error.to_string().contains("duplicate field `data`"), "{body}: {error}");
        }
    }
    for (body, name) in [
        (r#"{"status":{"code":"1000"},"data":{"data":{"feedbackId":1},"data":{}}}"#, "data"),
        (r#"{"status":{"code":"1000"},"data":{"feedbackId":1,"feedbackId":2}}"#, "feedbackId"),
    ] {
        let error = add_case(json(body)).await.unwrap_err();
        assert!(error.to_string().contains(&format!("duplicate field `{name}`")), "{error}");
    }
    let extra = sales_order(r#"{"status":{"code":"1000"},"data":{"new":1,"new":2}}"#).await.unwrap_err();
    assert!(extra.to_string().contains("duplicate field `new`"), "{extra}");
}
