//! The cases, by name.

use std::hint::black_box;

use gofive_api::jiff::Timestamp;
use gofive_api::shapes::{KnownNames, Recorder};
use gofive_api::venio::{AddCaseRequest, CaseType, Employee, EnquireEmployeesRequest, GetCustomerEventsRequest};
use gofive_api::{Gofive, Method, webhook};
use serde_json::json;

use crate::{Done, server};

pub(crate) const ALL: [&str; 11] = [
    "a call with one record",
    "a page of 2000 records",
    "a page of 2000 records in escaped Thai",
    "a list of 500 records with dates and numbers",
    "a record with nested records",
    "a create",
    "an undocumented payload of 500 records",
    "a custom request for 2000 records",
    "an error with HTTP 400",
    "a webhook",
    SHAPE,
];

/// A page that is recorded in full, without a call: as one of the first MiB of an operation.
const SHAPE: &str = "the shape of a page of 2000 records";

/// Makes so many calls of one case.
pub(crate) async fn repeat(case: &str, count: usize, gofive: &Gofive) -> Done {
    if case == SHAPE {
        return record(count);
    }
    let venio = gofive.venio();
    let employees = |skip| EnquireEmployeesRequest::builder().skip(skip).page_length(2000).build();
    let order = server::order_event()?;
    let case_to_add = AddCaseRequest::builder()
        .case_type(CaseType::REQUEST_FOR_ACTION)
        .subject("subject")
        .category_id(1)
        .date_case(Timestamp::UNIX_EPOCH)
        .date_due(Timestamp::UNIX_EPOCH)
        .assigned_to_user_id("id")
        .build();
    for _ in 0..count {
        match case {
            "a call with one record" => drop(black_box(venio.enquire_employees(&employees(server::ONE)).await?)),
            "a page of 2000 records" => drop(black_box(venio.enquire_employees(&employees(server::PAGE)).await?)),
            "a page of 2000 records in escaped Thai" => {
                drop(black_box(venio.enquire_employees(&employees(server::ESCAPED)).await?));
            }
            "a list of 500 records with dates and numbers" => {
                drop(black_box(
                    venio.get_customer_events(&GetCustomerEventsRequest::builder().customer_code("C").build()).await?,
                ));
            }
            "a record with nested records" => drop(black_box(venio.get_sales_order("SO260600039").await?)),
            "a create" => drop(black_box(venio.add_case(&case_to_add).await?)),
            "an undocumented payload of 500 records" => drop(black_box(venio.get_product_units().await?)),
            "a custom request for 2000 records" => {
                let request = gofive.request(Method::POST, "/v1/Employees/Enquiry").payload(["/data/value"]);
                let request = request.json(&json!({"skip": server::PAGE}));
                drop(black_box(request.send_as::<Vec<Employee>>().await?));
            }
            "an error with HTTP 400" => {
                let error = venio.get_quotation("refused").await.err().ok_or("it is not refused")?;
                if error.http_status() != Some(400) {
                    return Err(error.into());
                }
            }
            "a webhook" => drop(black_box(webhook::parse(order.as_bytes())?)),
            _ => return Err(format!("the case {case:?} is unknown: `cases` lists them").into()),
        }
    }
    Ok(())
}

fn record(count: usize) -> Done {
    static KNOWN: [&str; 9] =
        ["code", "data", "description", "fullname", "pictureUrl", "role", "staffCode", "status", "userId"];
    let (page, folder) = (server::page(), tempfile::tempdir()?);
    let recorder = Recorder::open(folder.path(), KnownNames::sorted(&KNOWN))?;
    for _ in 0..count {
        recorder.record("enquire_employees", 200, page.as_bytes());
    }
    Ok(())
}
