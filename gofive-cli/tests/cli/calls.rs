//! From flags, files and examples to requests.

use gofive_sandbox::{Sandbox, operation};
use serde_json::{Value, json};

use crate::gofive::{command, gofive, of_sandbox, on, run};

const CASE: &str = "venio add-case --subject 'Printer on fire' --case-type request-for-action --category-id 2140016585 \
     --date-case '2025-02-05 17:35' --date-due 2025-02-05T10:35:53Z --assigned-to-user-id 6d473b8f";

/// What a sandbox has received of the last request to an operation.
fn received(sandbox: &Sandbox) -> Value {
    let requests = sandbox.requests(operation::ADD_CASE);
    requests.last().expect("a request").body.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_become_the_body_that_the_operation_documents() {
    let sandbox = Sandbox::start().await.unwrap();
    let payload = on(&sandbox, CASE).json();
    assert!(payload["feedbackId"].is_i64(), "{payload}");
    let sent = json!({
        "assignedToUserId": "6d473b8f",
        "caseType": 1,
        "categoryId": 2_140_016_585_u64,
        "dateCase": "2025-02-05T17:35:00.000+0700",
        "dateDue": "2025-02-05T17:35:53.000+0700",
        "subject": "Printer on fire",
    });
    assert_eq!(received(&sandbox), sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_read_from_the_standard_input_and_flags_replace_its_properties() {
    let sandbox = Sandbox::start().await.unwrap();
    let skeleton = gofive("venio add-case --skeleton").payload();
    let mut command = command();
    let command = of_sandbox(&mut command, &sandbox).args(["venio", "add-case", "--body", "@-", "--subject", "ไฟไหม้"]);
    assert!(run(command, &skeleton).json()["feedbackId"].is_i64());
    let sent = received(&sandbox);
    assert_eq!((&sent["subject"], &sent["note"]), (&json!("ไฟไหม้"), &json!("description")));
}

#[test]
fn a_dry_run_shows_the_request_without_credentials() {
    let shown = gofive(&format!("{CASE} --dry-run")).payload();
    let (head, body) = shown.split_once("\n\n").unwrap();
    assert_eq!(
        head,
        "POST https://api.gofive.co.th/v1/case\nAuthorization: Bearer ***\nOcp-Apim-Subscription-Key: ***\n\
         Content-Type: application/json"
    );
    assert_eq!(serde_json::from_str::<Value>(body).unwrap()["caseType"], 1);
    let get = gofive("venio get-customer-events --customer-code 'C 1&x=2' --dry-run").payload();
    assert!(
        get.starts_with("GET https://api.gofive.co.th/v1/customerEvent/filter?customerCode=C%201%26x%3D2\n"),
        "{get}"
    );
}

#[test]
fn a_secret_is_neither_an_argument_nor_printed() {
    let line = "venio authorize --client-id id --grant-type client_credentials --dry-run --client-secret";
    let refused = gofive(&format!("{line} hunter2"));
    assert_eq!(refused.code, 2);
    assert!(!refused.stderr.contains("hunter2") && refused.stderr.contains("@FILE"), "{}", refused.stderr);

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "hunter2\n").unwrap();
    let shown = gofive(&format!("{line} @{}", file.path().display())).payload();
    assert!(shown.contains("\"client_secret\": \"***\"") && !shown.contains("hunter2"), "{shown}");
    assert!(!shown.contains("Authorization"), "the operation that issues tokens needs none: {shown}");
}

#[test]
fn options_are_before_the_product_or_after_the_operation() {
    for line in [
        "--sandbox -o csv --fields productCode venio get-product A001",
        "venio get-product A001 --sandbox --fields productCode -o csv",
    ] {
        assert_eq!(gofive(line).payload(), "productCode\nA001\n");
    }
}

#[test]
fn any_path_can_be_called() {
    let found = gofive("--sandbox api GET /v2/products/A001").json();
    assert_eq!(found["productCode"], "A001");
    let events = gofive("--sandbox api get /v1/customerEvent/filter -f customerCode=C000154 --payload /data").json();
    assert!(events.is_array() || events.is_null(), "{events}");
    let refused = gofive("--sandbox api POST /v1/case -f subject=x -F caseType=1");
    assert_eq!(refused.code, 7, "{}", refused.stderr);
    assert!(refused.stderr.contains("dateCase"), "{}", refused.stderr);
}
