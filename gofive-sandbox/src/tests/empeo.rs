//! The roster of empeo.

use super::*;

const LIST: &str = "/empeo/api/v2/employees/lists?companyName=empeo%20Dev%20Test";

#[tokio::test]
async fn the_roster_is_paged() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let (_, documented) = user.get(LIST).await;
    let employee = &documented["data"][0];
    assert_eq!((&employee["employeeRefId"], &employee["firstNameEN"]), (&json!("23003"), &json!("John")));
    assert_eq!(user.get(&LIST.replace("Dev", "Other")).await.1["data"], json!([]));

    let work = json!({"position": "Tester"});
    let employee = |id: u32| json!({"employeeRefId": id.to_string(), "workingInformation": work});
    let mut elsewhere = employee(4);
    elsewhere["companyName"] = json!("empeo Other");
    let employees = vec![employee(1), employee(2), elsewhere, employee(3)];
    sandbox.replace_records(RecordKind::EmpeoEmployees, employees).unwrap();
    let page = async |page: &str| {
        let (_, response) = user.get(&format!("{LIST}{page}")).await;
        let employees = response["data"].as_array().unwrap().iter();
        employees.map(|employee| employee["employeeRefId"].clone()).collect::<Value>()
    };
    assert_eq!(page("").await, json!(["1", "2", "3"]));
    assert_eq!(page("&pageSize=2").await, json!(["1", "2"]));
    assert_eq!(page("&pageSize=2&pageIndex=1").await, json!(["3"]));
    assert_eq!(page("&pageSize=2&pageIndex=2").await, json!([]));
    assert_eq!(user.get(LIST).await.1["data"][0], json!({"employeeRefId": "1"}));
    assert_eq!(user.get(&format!("{LIST}&fields=WorkInfo")).await.1["data"][0], employee(1));
}

#[tokio::test]
async fn an_employee_outside_the_roster_is_refused_in_the_envelope_of_empeo() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    for (path, operation) in [("family", "update_employee_family"), ("Information", "update_employee_information")] {
        let path = format!("/empeo/api/v1/employees/{path}");
        assert_eq!(user.post(&path, example(operation)).await.1, response_example(operation));
        let mut body = example(operation);
        body["employeeRefId"] = json!("1");
        let (status, refused) = user.post(&path, body).await;
        let message = "employeeRefId 1 does not exist";
        let standard = json!({"code": "4001", "description": message});
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(refused, json!({"statusCode": 4001, "message": message, "status": standard}));
    }
    let without_company = user.get("/empeo/api/v2/employees/lists").await;
    assert_eq!(without_company, refused(StatusCode::BAD_REQUEST, "4001", "companyName is required"));
}
