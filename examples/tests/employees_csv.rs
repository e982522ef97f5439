//! The employees of a company as a CSV file.

mod common;

use common::sandbox;
use gofive_examples::employees_csv::export;
use gofive_sandbox::{RecordKind, operation};
use serde_json::json;

#[tokio::test]
async fn every_employee_is_a_row() {
    let (sandbox, gofive) = sandbox().await;
    let employee = |number: usize| {
        let work = json!({ "position": "Clerk", "emailAddress": format!("{number}@example.com") });
        json!({ "employeeRefId": format!("{number:04}"), "firstName": "สมชาย", "lastName": "A, B", "workingInformation": work })
    };
    sandbox.replace_records(RecordKind::EmpeoEmployees, (0..450).map(employee).collect()).unwrap();
    let mut file = Vec::new();
    assert_eq!(export(&gofive.empeo(), "empeo Dev Test", &mut file).await.unwrap(), 450);
    let file = String::from_utf8(file).unwrap();
    let mut lines = file.lines();
    assert_eq!(lines.next(), Some("number,first name,last name,position,e-mail,hired"));
    assert_eq!(lines.next(), Some(r#"0000,สมชาย,"A, B",Clerk,0@example.com,"#));
    assert_eq!(lines.count(), 449);
    assert_eq!(sandbox.calls(operation::GET_EMPLOYEES_LIST), 3);
}

#[tokio::test]
async fn a_name_is_not_a_formula() {
    let (sandbox, gofive) = sandbox().await;
    sandbox
        .replace_records(RecordKind::EmpeoEmployees, vec![json!({ "employeeRefId": "1", "firstName": "=1+1" })])
        .unwrap();
    let mut file = Vec::new();
    export(&gofive.empeo(), "empeo Dev Test", &mut file).await.unwrap();
    assert!(String::from_utf8(file).unwrap().contains("1,'=1+1,"));
}
