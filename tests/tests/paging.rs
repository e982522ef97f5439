//! Paging: the requests for pages, the end of a list, and resuming a list that broke off.

use std::time::Duration;

use futures_util::FutureExt as _;
use gofive_api::empeo::{self, GetEmployeesListRequest};
use gofive_api::venio::{
    Employee, EnquireEmployeesRequest, EnquireQuotationsRequest, GetProductsByFilterRequest, ProductType,
};
use gofive_api::{Error, ErrorKind, Gofive, Items, Pages, RetryPolicy};
use gofive_sandbox::{RecordKind, Sandbox};
use gofive_tests::sandboxed;
use gofive_tests::wire::{WireServer, json, response};
use serde_json::{Value, json};

/// `{"data": {"value": [{"fullname": "2"}, {"fullname": "3"}]}}` for `2..4`.
fn staff(numbers: std::ops::Range<u64>) -> Vec<u8> {
    let staff: Vec<_> = numbers.map(|number| json!({ "fullname": number.to_string() })).collect();
    json(&json!({ "data": { "value": staff } }).to_string())
}

/// `{"data": [{"employeeRefId": "2"}, {"employeeRefId": "3"}]}` for `2..4`.
fn roster(numbers: std::ops::Range<u64>) -> Vec<u8> {
    let roster: Vec<_> = numbers.map(|number| json!({ "employeeRefId": number.to_string() })).collect();
    json(&json!({ "data": roster }).to_string())
}

fn busy() -> Vec<u8> {
    response(503, "text/plain", "busy")
}

/// A client without retries. Paging itself retries nothing.
fn without_retries(server: &WireServer) -> Gofive {
    server.client().retry(RetryPolicy::none()).build().unwrap()
}

/// The next page, as the numbers of its items.
async fn next(pages: &mut Pages<Employee>) -> Option<Vec<String>> {
    let page = pages.next().await?.unwrap();
    Some(page.into_iter().map(|employee| employee.fullname.unwrap()).collect())
}

/// The items before the end or an error, and the error with its position.
async fn drain<T: Send + 'static>(
    items: &mut Items<T>,
    number: fn(T) -> Option<String>,
) -> (Vec<String>, Option<(u64, Error)>) {
    let mut numbers = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => numbers.push(number(item).unwrap()),
            Err(failure) => {
                assert_eq!(failure.kind(), failure.error().kind());
                return (numbers, Some((failure.position(), failure.error().clone())));
            }
        }
    }
    (numbers, None)
}

/// `skip` and the page size of each request; `size` is the name of the page size in the body.
fn requested(server: &WireServer, size: &str) -> Vec<(i64, i64)> {
    let bodies = server.received().into_iter().map(|request| serde_json::from_str::<Value>(&request.body).unwrap());
    bodies.map(|body| (body["skip"].as_i64().unwrap(), body[size].as_i64().unwrap())).collect()
}

fn queries(server: &WireServer) -> Vec<String> {
    let lines = server.received().into_iter().map(|request| request.line().to_owned());
    lines.map(|line| line.split(['?', ' ']).nth(2).unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn skip_advances_until_a_page_is_short() {
    let server = WireServer::responding_with(vec![staff(0..2), staff(2..4), staff(4..5)]).await;
    let enquiry = EnquireEmployeesRequest::builder().key_word("doe").build();
    let mut pages = server.gofive().venio().enquire_employees_pages(&enquiry).page_size(2);
    assert!(server.received().is_empty(), "nothing is sent before it is polled");
    assert_eq!(next(&mut pages).await.unwrap(), ["0", "1"]);
    assert_eq!(pages.position(), 2);
    assert_eq!(server.received().len(), 1, "without prefetch no request is sent ahead");
    assert_eq!(next(&mut pages).await.unwrap(), ["2", "3"]);
    assert_eq!(next(&mut pages).await.unwrap(), ["4"]);
    assert_eq!(next(&mut pages).await, None);
    assert_eq!(next(&mut pages).await, None, "the end is final");
    assert_eq!(pages.position(), 5);
    assert_eq!(requested(&server, "pageLength"), [(0, 2), (2, 2), (4, 2)]);
    assert!(server.received().iter().all(|request| request.body.contains(r#""keyWord":"doe""#)));
}

#[tokio::test]
async fn paging_starts_at_the_skip_of_the_request() {
    let page = |from: i64, to: i64| json(&json!({ "data": (from..to).collect::<Vec<_>>() }).to_string());
    let server = WireServer::responding_with(vec![page(7, 10), page(10, 12)]).await;
    let filter =
        GetProductsByFilterRequest::builder().product_type(ProductType::from(1031)).status([]).skip(7).take(3).build();
    let mut products = server.gofive().venio().get_products_by_filter_pages(&filter).items();
    let (numbers, failure) = drain(&mut products, |product| Some(product.to_string())).await;
    assert!(failure.is_none());
    assert_eq!(numbers, ["7", "8", "9", "10", "11"]);
    assert_eq!(products.position(), 12);
    assert_eq!(requested(&server, "take"), [(7, 3), (10, 3)]);
}

#[tokio::test]
async fn a_page_size_of_zero_means_the_default() {
    let server = WireServer::responding_with_json(r#"{"data": []}"#).await;
    let enquiry = EnquireQuotationsRequest::builder().take(0).build();
    let mut quotations = server.gofive().venio().enquire_quotations_pages(&enquiry);
    assert!(quotations.next().await.is_none(), "an empty page is not returned");
    assert!(server.gofive().venio().enquire_quotations_pages(&enquiry).page_size(0).next().await.is_none());
    assert_eq!(requested(&server, "take"), [(0, 50), (0, 1)]);
}

#[tokio::test]
async fn page_index_and_page_size_go_into_the_query() {
    let server = WireServer::responding_with(vec![roster(0..2), roster(2..4), roster(4..4)]).await;
    let empeo = server.gofive().empeo();
    let mut roster = empeo
        .get_employees_list_pages(
            &GetEmployeesListRequest::builder().company_name("empeo Dev Test").fields("WorkInfo").page_size(2).build(),
        )
        .items();
    let (numbers, failure) = drain(&mut roster, |employee| employee.employee_ref_id).await;
    assert!(failure.is_none());
    assert_eq!(numbers, ["0", "1", "2", "3"]);
    let query = |index| format!("pageSize=2&pageIndex={index}&fields=WorkInfo&companyName=empeo+Dev+Test");
    assert_eq!(queries(&server), [query(0), query(1), query(2)]);
}

#[tokio::test]
async fn a_list_that_breaks_off_can_be_resumed_where_it_stopped() {
    let server = WireServer::responding_with(vec![staff(0..2), busy(), staff(2..4), staff(4..4)]).await;
    let venio = without_retries(&server).venio();
    let pages = || venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2);
    let mut items = pages().items();
    let (mut numbers, failure) = drain(&mut items, |employee| employee.fullname).await;
    let (position, error) = failure.unwrap();
    assert_eq!((position, error.kind(), error.operation()), (2, ErrorKind::Server, Some("enquire_employees")));
    assert_eq!(items.position(), 2);
    assert!(items.next().await.is_none(), "an error ends the stream");

    let (rest, failure) = drain(&mut pages().start_at(position).items(), |employee| employee.fullname).await;
    assert!(failure.is_none());
    numbers.extend(rest);
    assert_eq!(numbers, ["0", "1", "2", "3"]);
    assert_eq!(requested(&server, "pageLength"), [(0, 2), (2, 2), (2, 2), (4, 2)]);
}

#[tokio::test]
async fn the_same_stream_can_be_resumed_and_its_error_names_the_position() {
    let server = WireServer::responding_with(vec![staff(0..2), busy(), staff(2..3)]).await;
    let venio = without_retries(&server).venio();
    let mut pages = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2);
    assert_eq!(next(&mut pages).await.unwrap(), ["0", "1"]);
    let failure = pages.next().await.unwrap().unwrap_err();
    assert!(failure.to_string().starts_with("the list broke off at position 2: enquire_employees: the server failed"));
    assert_eq!(Error::from(failure).http_status(), Some(503));
    let mut pages = pages.start_at(2);
    assert_eq!(next(&mut pages).await.unwrap(), ["2"]);
    assert_eq!(next(&mut pages).await, None);
}

/// A page index cannot express every position: the page with the position is fetched, and the items before it dropped.
#[tokio::test]
async fn a_list_by_page_index_can_be_resumed_inside_a_page() {
    let server = WireServer::responding_with(vec![roster(4..8), roster(8..9), roster(4..6)]).await;
    let empeo = server.gofive().empeo();
    let pages =
        || empeo.get_employees_list_pages(&GetEmployeesListRequest::builder().company_name("c").page_size(4).build());
    let number = |employee: empeo::Employee| employee.employee_ref_id;
    let mut items = pages().start_at(6).items();
    assert_eq!(number(items.next().await.unwrap().unwrap()).unwrap(), "6");
    assert_eq!(items.position(), 7);
    assert_eq!(drain(&mut items, number).await.0, ["7", "8"]);
    assert_eq!(items.position(), 9);
    // The list has become shorter than the position.
    assert!(pages().start_at(7).next().await.is_none());
    let query = |index| format!("pageSize=4&pageIndex={index}&companyName=c");
    assert_eq!(queries(&server), [query(1), query(2), query(1)]);
}

#[tokio::test]
async fn another_page_size_keeps_the_position() {
    let server = WireServer::responding_with(vec![roster(4..6)]).await;
    let mut pages = server
        .gofive()
        .empeo()
        .get_employees_list_pages(
            &GetEmployeesListRequest::builder().company_name("c").page_index(3).page_size(2).build(),
        )
        .page_size(4);
    assert_eq!(pages.position(), 6);
    assert!(pages.next().await.is_none());
    assert_eq!(queries(&server), ["pageSize=4&pageIndex=1&companyName=c"]);
}

#[tokio::test]
async fn prefetch_requests_the_next_page_while_this_one_is_processed() {
    let server = WireServer::responding_with(vec![staff(0..2), staff(2..4), staff(4..5)]).await;
    let venio = server.gofive().venio();
    let mut items =
        venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).prefetch(true).items();
    assert_eq!(items.next().await.unwrap().unwrap().fullname.unwrap(), "0");
    arrive(&server, 2).await;
    assert_eq!(items.position(), 1);
    let (rest, failure) = drain(&mut items, |employee| employee.fullname).await;
    assert!(failure.is_none());
    assert_eq!(rest, ["1", "2", "3", "4"]);
    let requested = requested(&server, "pageLength");
    assert!(requested.starts_with(&[(0, 2), (2, 2), (4, 2)]), "{requested:?}");
    assert!(requested.len() <= 4, "at most one request is past the end: {requested:?}");
}

/// The first page cannot be decoded; the second is requested all the same.
#[tokio::test]
async fn prefetch_requests_the_next_page_before_this_one_is_decoded() {
    let unreadable = json(r#"{"data": {"value": ["not an employee"]}}"#);
    let server = WireServer::responding_with(vec![unreadable, staff(2..4)]).await;
    let venio = server.gofive().venio();
    for (prefetch, expected) in [(true, 2), (false, 3)] {
        let pages = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2);
        let mut pages = pages.prefetch(prefetch).start_at(10);
        let first = pages.next().await.unwrap();
        assert_eq!(first.is_err(), prefetch, "the second response is an employee");
        arrive(&server, expected).await;
    }
    assert_eq!(requested(&server, "pageLength"), [(10, 2), (12, 2), (10, 2)]);
}

/// The stream is polled once while it waits for the second page, and then no more.
#[tokio::test]
async fn prefetch_requests_the_page_behind_one_that_nobody_takes() {
    let server = WireServer::responding_with(vec![staff(0..2), staff(2..4), staff(4..6), staff(6..7)]).await;
    let venio = server.gofive().venio();
    let mut pages = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).prefetch(true);
    assert_eq!(next(&mut pages).await.unwrap(), ["0", "1"]);
    assert!(pages.next().now_or_never().is_none());
    arrive(&server, 3).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(requested(&server, "pageLength"), [(0, 2), (2, 2), (4, 2)], "no more than one page ahead");
    assert_eq!(next(&mut pages).await.unwrap(), ["2", "3"]);
    assert_eq!(next(&mut pages).await.unwrap(), ["4", "5"]);
    assert_eq!(next(&mut pages).await.unwrap(), ["6"]);
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_is_dropped_requests_nothing_more() {
    let server = WireServer::responding_with(vec![staff(0..2)]).await;
    let venio = server.gofive().venio();
    let mut pages = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).prefetch(true);
    assert!(pages.next().now_or_never().is_none());
    assert_eq!(next(&mut pages).await.unwrap(), ["0", "1"]);
    assert!(pages.next().now_or_never().is_none());
    arrive(&server, 2).await;
    drop(pages);
    let sent = server.received().len();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.received().len(), sent);
}

/// A page that is longer than requested: the one that was requested ahead is not the next.
#[tokio::test]
async fn prefetch_loses_nothing_if_a_page_has_another_length() {
    let server = WireServer::responding_with(vec![staff(0..3), staff(2..4), staff(3..5), staff(5..6)]).await;
    let venio = server.gofive().venio();
    let mut pages = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).prefetch(true);
    assert_eq!(next(&mut pages).await.unwrap(), ["0", "1", "2"]);
    arrive(&server, 3).await;
    assert_eq!(pages.position(), 3);
    assert_eq!(next(&mut pages).await.unwrap(), ["3", "4"]);
    assert_eq!(next(&mut pages).await.unwrap(), ["5"]);
    assert!(pages.next().await.is_none());
    assert_eq!(requested(&server, "pageLength")[..4], [(0, 2), (2, 2), (3, 2), (5, 2)]);
}

#[tokio::test]
async fn an_error_of_a_prefetched_page_is_returned_in_its_turn() {
    let server = WireServer::responding_with(vec![staff(0..2), busy(), staff(2..3)]).await;
    let venio = without_retries(&server).venio();
    let mut pages = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).prefetch(true);
    assert_eq!(next(&mut pages).await.unwrap(), ["0", "1"]);
    arrive(&server, 2).await;
    assert_eq!(pages.position(), 2);
    assert_eq!(pages.next().await.unwrap().unwrap_err().position(), 2);
    let mut pages = pages.start_at(2);
    assert_eq!(next(&mut pages).await.unwrap(), ["2"]);
}

/// Waits until the server has received so many requests, while the stream is not polled.
async fn arrive(server: &WireServer, requests: usize) {
    let arrived = async {
        while server.received().len() < requests {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), arrived).await.expect("the request is sent without being polled");
}

/// Such a list never ends by itself, so the caller decides when to stop.
#[tokio::test]
async fn a_server_that_ignores_paging_gets_only_the_requests_that_are_needed() {
    let server = WireServer::responding_with(vec![staff(0..2)]).await;
    let venio = server.gofive().venio();
    let mut items = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).items();
    for _ in 0..5 {
        items.next().await.unwrap().unwrap();
    }
    assert_eq!(requested(&server, "pageLength"), [(0, 2), (2, 2), (4, 2)]);
}

/// A server may ignore the page size but respect `skip`: the list ends with the next page.
#[tokio::test]
async fn a_page_longer_than_requested_is_returned_whole() {
    let server = WireServer::responding_with(vec![staff(0..5), staff(5..5)]).await;
    let venio = server.gofive().venio();
    let mut items = venio.enquire_employees_pages(&EnquireEmployeesRequest::default()).page_size(2).items();
    assert_eq!(drain(&mut items, |employee| employee.fullname).await.0.len(), 5);
    assert_eq!(requested(&server, "pageLength"), [(0, 2), (5, 2)]);
}

#[tokio::test]
async fn an_undocumented_payload_that_is_not_a_list_is_an_error_with_the_body() {
    let server = WireServer::responding_with_json(r#"{"data": {"items": [1, 2], "seen": "wire+client/secret"}}"#).await;
    let mut pages =
        server.gofive().venio().enquire_quotations_pages(&EnquireQuotationsRequest::builder().take(2).build());
    let failure = pages.next().await.unwrap().unwrap_err();
    let error = failure.error();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Decode, Some("enquire_quotations")));
    let body: Value = serde_json::from_slice(error.body().unwrap()).unwrap();
    assert_eq!(body, json!({ "data": { "items": [1, 2], "seen": "***" } }), "the whole body");
    assert!(pages.next().await.is_none());

    let server = WireServer::responding_with_json(r#"{"data": null}"#).await;
    let mut pages =
        server.gofive().venio().enquire_quotations_pages(&EnquireQuotationsRequest::builder().take(2).build());
    assert!(pages.next().await.is_none(), "a missing list is an empty list");
}

/// Where the lists are is not documented: other operations have theirs in data.value.
#[tokio::test]
async fn an_undocumented_list_is_found_in_every_envelope() {
    let bodies = [
        r#"{"status": {"code": "1000"}, "data": {"value": [1, 2], "totals": 2}}"#,
        r#"{"data": {"value": [1, 2]}}"#,
        r#"{"status": {"code": "1000"}, "data": [1, 2]}"#,
        r#"{"data": [1, 2]}"#,
        "[1, 2]",
    ];
    let quotations = EnquireQuotationsRequest::builder().take(3).build();
    let products = GetProductsByFilterRequest::builder().product_type(ProductType::PRODUCT).status([1]).take(3).build();
    for body in bodies {
        let server = WireServer::responding_with_json(body).await;
        let venio = server.gofive().venio();
        for mut pages in [venio.enquire_quotations_pages(&quotations), venio.get_products_by_filter_pages(&products)] {
            let page = pages.next().await.unwrap().unwrap_or_else(|failure| panic!("{body}: {failure}"));
            assert_eq!(page.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1", "2"], "{body}");
            assert!(pages.next().await.is_none(), "{body}");
        }
    }
}

#[tokio::test]
async fn items_are_the_flattened_pages() {
    let sandbox = Sandbox::start().await.unwrap();
    let employees = (0..7).map(|number| json!({ "employeeRefId": number.to_string() })).collect();
    sandbox.replace_records(RecordKind::EmpeoEmployees, employees).unwrap();
    let empeo = sandboxed(&sandbox).empeo();
    let pages = || {
        empeo
            .get_employees_list_pages(&GetEmployeesListRequest::builder().company_name("empeo Dev Test").build())
            .page_size(3)
    };
    let (mut flattened, mut sizes, mut each) = (Vec::new(), Vec::new(), pages());
    while let Some(page) = each.next().await {
        let page = page.unwrap();
        sizes.push(page.len());
        flattened.extend(page.into_iter().map(|employee| employee.employee_ref_id.unwrap()));
    }
    assert_eq!(sizes, [3, 3, 1]);
    for prefetch in [false, true] {
        let mut items = pages().prefetch(prefetch).items();
        assert_eq!(drain(&mut items, |employee| employee.employee_ref_id).await.0, flattened);
    }
}

/// The streams own their state.
#[test]
fn streams_can_be_moved_into_tasks() {
    fn movable<T: Send + Unpin + std::fmt::Debug + 'static>() {}
    movable::<Pages<Employee>>();
    movable::<Items<Value>>();
}
