//! The header that says how well a response is known.

use super::*;

async fn evidence(request: RequestBuilder) -> String {
    request.send().await.unwrap().headers()["x-gofive-evidence"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_operation_has_the_grades_of_the_spec() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    for operation in specs::all().unwrap().iter().flat_map(Spec::operations) {
        let request = user.request(operation.method.as_str().parse().unwrap(), &documented_path(operation));
        let request = match operation.request_examples().first() {
            Some(example) => request.json(&example.value),
            None => request,
        };
        let (evidence, [path, request, response]) = (evidence(request).await, operation.evidence.parts());
        let grades = format!("path={}, request={}, response={}", path.1, request.1, response.1);
        let rest = evidence.strip_prefix(&grades).unwrap_or_else(|| panic!("{}: {evidence}", operation.id));
        assert!(["", ", behaviour=presumed"].contains(&rest), "{}: {evidence}", operation.id);
    }
}

#[tokio::test]
async fn the_documented_example_is_not_presumed_and_everything_else_is() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let get = |path: &str| user.request(Method::GET, path);
    let order = "path=portal, request=complete, response=partial";
    assert_eq!(evidence(get("/v2/salesorder/SO260600039")).await, order);
    assert_eq!(evidence(get("/v2/salesorder/SO24090001")).await, format!("{order}, behaviour=presumed"));
    assert_eq!(evidence(get("/v2/salesorder/SO1")).await, format!("{order}, behaviour=presumed"), "refused");
    let without_key = user.client.get(format!("{}/v2/salesorder/SO260600039", sandbox.base_url()));
    assert_eq!(evidence(without_key).await, format!("{order}, behaviour=presumed"));
    assert_eq!(evidence(get("/v1/nothing")).await, "behaviour=presumed");
}

#[tokio::test]
async fn a_fault_is_injected_unless_the_response_is_still_that_of_the_operation() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let delay = Fault::Delay { min: Duration::ZERO, max: Duration::ZERO };
    let slow = Fault::SlowBody { chunk_size: 100, pause: Duration::ZERO };
    let timeout = Fault::GatewayTimeout { carried_out: true };
    sandbox.queue_faults(operation::GET_SALES_ORDER, vec![Fault::BadGateway, timeout, delay, slow]);
    let order = "path=portal, request=complete, response=partial";
    for behaviour in [", behaviour=injected", ", behaviour=injected", "", ""] {
        let sent = evidence(user.request(Method::GET, "/v2/salesorder/SO260600039")).await;
        assert_eq!(sent, format!("{order}{behaviour}"));
    }
}
