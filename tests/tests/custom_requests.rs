//! Custom requests to endpoints that are missing from the spec: names, payloads, pages.

use gofive_api::{ErrorKind, Gofive, Id, Idempotency, Method, Paging, RetryPolicy};
use gofive_tests::wire::{WireServer, json, response};
use serde::Deserialize;
use serde_json::{Value, json as value};

#[derive(Deserialize)]
struct Unit {
    id: Id,
}

/// `{"items": [{"id": 2}, {"id": 3}]}` for `2..4`, in the documented envelope.
fn units(ids: std::ops::Range<u64>) -> Vec<u8> {
    let items: Vec<_> = ids.map(|id| value!({ "id": id })).collect();
    json(&value!({ "status": { "code": "1000" }, "data": { "items": items } }).to_string())
}

fn once(server: &WireServer) -> Gofive {
    server.client().retry(RetryPolicy::none()).build().unwrap()
}

#[tokio::test]
async fn an_error_of_a_custom_request_has_its_name() {
    let server = WireServer::responding_with(vec![response(400, "application/json", r#"{"message":"no"}"#)]).await;
    let gofive = once(&server);
    let named = gofive.request(Method::GET, "/v9/units").name("list_units").send().await.unwrap_err();
    assert_eq!((named.operation(), named.kind()), (Some("list_units"), ErrorKind::Validation));
    assert!(named.to_string().starts_with("list_units: "), "{named}");

    let unnamed = gofive.request(Method::GET, "/v9/units").send().await.unwrap_err();
    assert_eq!(unnamed.operation(), Some("request"));

    // The name is also in the error of a request that was not sent.
    let sent = server.received().len();
    let unsent = gofive.request(Method::GET, "v9/units").name("list_units").send().await.unwrap_err();
    assert_eq!((unsent.operation(), unsent.kind()), (Some("list_units"), ErrorKind::Validation));
    assert_eq!(server.received().len(), sent);
}

#[tokio::test]
async fn the_error_of_a_token_request_names_the_operation_that_was_called() {
    let server = WireServer::responding_with_json("{}").await;
    let gofive = Gofive::builder().base_url(format!("{}/nowhere", server.url())).credentials("id", "a-client-secret");
    let gofive = gofive.subscription_key("key").retry(RetryPolicy::none()).build().unwrap();
    for (error, operation) in [
        (gofive.venio().get_product("A001").await.unwrap_err(), "get_product"),
        (gofive.request(Method::GET, "/v9/units").name("list_units").send().await.unwrap_err(), "list_units"),
    ] {
        assert_eq!((error.operation(), error.attempts()), (Some(operation), 0));
        assert!(error.to_string().starts_with(&format!("{operation}: authorize: ")), "{error}");
    }
}

#[tokio::test]
async fn a_payload_is_read_at_its_json_pointers() {
    let server = WireServer::responding_with(vec![
        units(0..2),
        json(r#"{"status":{"code":"1000"},"data":[{"id":"a"}]}"#),
        json(r#"{"a/b":{"c~d":[{"id":7}]}}"#),
        json(r#"[{"id":8}]"#),
        json(r#"{"status":{"code":"4001","description":"no"},"data":{"items":[]}}"#),
    ])
    .await;
    let request = once(&server).request(Method::GET, "/v9/units").payload(["/data/items", "/data"]);
    let both: Vec<Unit> = request.clone().send_as().await.unwrap();
    assert_eq!(both.iter().map(|unit| unit.id.as_str()).collect::<Vec<_>>(), ["0", "1"]);
    let outer: Vec<Unit> = request.clone().send_as().await.unwrap();
    assert_eq!(outer[0].id, "a");
    let escaped: Vec<Unit> = request.clone().payload(["/a~1b/c~0d"]).send_as().await.unwrap();
    assert_eq!(escaped[0].id, "7");
    let whole: Vec<Unit> = request.clone().payload([""]).send_as().await.unwrap();
    assert_eq!(whole[0].id, "8");
    assert_eq!(request.send().await.unwrap_err().code(), Some("4001"));
}

#[tokio::test]
async fn an_invalid_request_is_refused_before_anything_is_sent() {
    let server = WireServer::responding_with_json("{}").await;
    let request = || once(&server).request(Method::POST, "/v9/units");
    for (request, problem) in [
        (request().payload([]), "`payload` has no JSON pointer"),
        (request().payload(["data"]), "\"data\" is not a JSON pointer"),
        (request().payload(["/data/items", "/items"]), "\"/items\" is not a prefix of \"/data/items\""),
        (request().query("list", [[1]]), "the query parameter \"list\" cannot be sent"),
        (request().json(&std::collections::BTreeMap::from([([1], 2)])), "the body cannot be written as JSON"),
    ] {
        let error = request.clone().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert!(error.to_string().contains(problem), "{error}");
        let mut pages = request.pages::<Value>(Paging::by_skip("skip", "take"));
        assert!(pages.next().await.unwrap().unwrap_err().to_string().contains(problem));
    }
    let mut pages = request().json(&[1]).pages::<Value>(Paging::by_skip("skip", "take"));
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("pages need a body that is an object"), "{error}");
    // A start that cannot be read must not become the beginning of the list.
    for request in [request().json(&value!({ "skip": "5" })), request().query("skip", "five")] {
        let mut pages = request.pages::<Value>(Paging::by_skip("skip", "take"));
        let error = pages.next().await.unwrap().unwrap_err();
        assert!(error.to_string().contains("the paging parameter \"skip\" is not a whole number"), "{error}");
    }
    assert!(server.received().is_empty() && server.token_requests().is_empty());
}

#[tokio::test]
async fn pages_of_a_custom_request_are_set_in_its_query() {
    let server = WireServer::responding_with(vec![units(3..5), units(5..6)]).await;
    let request =
        once(&server).request(Method::GET, "/v9/units?take=9&kind=a%20b").query("skip", 3).query("none", None::<u8>);
    let request = request.name("list_units").idempotency(Idempotency::Safe).payload(["/data/items"]);
    let mut pages = request.pages::<Unit>(Paging::by_skip("skip", "take")).page_size(2);
    let mut ids = Vec::new();
    while let Some(page) = pages.next().await {
        ids.extend(page.unwrap().into_iter().map(|unit| unit.id.to_string()));
    }
    assert_eq!((ids.join(" ").as_str(), pages.position()), ("3 4 5", 6));
    let lines: Vec<_> = server.received().iter().map(|received| received.line().to_owned()).collect();
    assert_eq!(
        lines,
        ["GET /v9/units?kind=a+b&skip=3&take=2 HTTP/1.1", "GET /v9/units?kind=a+b&skip=5&take=2 HTTP/1.1"]
    );
}

#[tokio::test]
async fn pages_of_a_custom_request_are_set_in_its_body() {
    let server =
        WireServer::responding_with(vec![units(2..4), json(r#"{"status":{"code":"1000"},"data":null}"#)]).await;
    let request = once(&server).request(Method::POST, "/v9/units/search").payload(["/data/items", "/data"]);
    let body: Value = value!({ "pageIndex": 1, "pageSize": 2, "key": "a" });
    let mut pages = request.json(&body).pages::<Unit>(Paging::by_index("pageIndex", "pageSize"));
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 2);
    assert!(pages.next().await.is_none());
    let bodies: Vec<Value> =
        server.received().iter().map(|received| serde_json::from_str(&received.body).unwrap()).collect();
    assert_eq!(
        bodies,
        [value!({ "key": "a", "pageIndex": 1, "pageSize": 2 }), value!({ "key": "a", "pageIndex": 2, "pageSize": 2 })]
    );
}

/// Like the operation that issues tokens.
#[tokio::test]
async fn a_form_is_sent_without_the_token_on_request() {
    let server = WireServer::responding_with_json(r#"{"ticket":"t"}"#).await;
    let request = once(&server).request(Method::POST, "/v9/tickets").form(&[("name", "a b&c"), ("size", "1")]);
    request.clone().without_token().payload([""]).send().await.unwrap();
    request.payload([""]).send().await.unwrap();
    let received = server.received();
    let [without_token, with_token] = received.as_slice() else { panic!("{} requests", received.len()) };
    for sent in [without_token, with_token] {
        assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(sent.body, "name=a+b%26c&size=1");
        assert!(sent.header("ocp-apim-subscription-key").is_some());
    }
    assert!(without_token.header("authorization").is_none() && with_token.header("authorization").is_some());
}
