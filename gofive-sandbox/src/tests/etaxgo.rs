//! The documents of eTaxGo.

use super::*;

async fn status(user: &User<'_>, number: &str) -> (StatusCode, Value) {
    user.get(&format!("/etaxgo/Documents/{number}/rd-submission-status?documentType=388")).await
}

#[tokio::test]
async fn documents_are_remembered_by_number() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    for (path, operation, property) in [
        ("AbbreviatedTaxInvoice", "create_abbreviated_tax_invoice", "DocumentNo"),
        ("Debit-Note", "create_debit_note", "DocumentNo"),
        ("corrected-receipt", "create_corrected_receipt", "documentNo"),
    ] {
        let mut body = example(operation);
        body[property] = json!(operation);
        assert_eq!(status(&user, operation).await, refused_unknown(&format!("documentNumber {operation}")));
        let (_, created) = user.post(&format!("/etaxgo/Documents/{path}"), body).await;
        assert_eq!(created["data"], json!({"documentNumber": operation}));
        assert_eq!(status(&user, operation).await.0, StatusCode::OK);
    }
    let mut unnumbered = example("create_debit_note");
    unnumbered.as_object_mut().unwrap().remove("DocumentNo");
    let (_, created) = user.post("/etaxgo/Documents/Debit-Note", unnumbered).await;
    assert_eq!(created["data"], json!({"documentNumber": "ET900001"}));
}

#[tokio::test]
async fn one_request_creates_several_documents() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let mut body = example("create_document_json");
    let mut second = body["Documents"][0].clone();
    second["Header"]["ExchangedDocument"]["Id"] = json!("J2");
    body["Documents"].as_array_mut().unwrap().push(second);
    let (_, created) = user.post("/etaxgo/Documents/Json", body).await;
    assert_eq!(created["data"], json!({"documentNumber": "string", "documentNumbers": ["string", "J2"]}));
    assert_eq!(status(&user, "J2").await.0, StatusCode::OK);

    let mut body = example("create_document_from_raw_data");
    body["rawData"]["DeliveryModels"][0]["documents"][0]["header"]["exchangedDocument"]["id"] = json!("R1");
    let (_, created) = user.post("/etaxgo/Documents", body).await;
    assert_eq!(created["data"]["documentNumber"], "R1");
    assert_eq!(status(&user, "R1").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_document_is_cancelled_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let cancel =
        async |number: &str| user.post(&format!("/etaxgo/Documents/{number}/cancel"), example("cancel_document")).await;
    assert_eq!(status(&user, "T2024001233").await.1["data"]["cancelled"], false);
    assert_eq!(cancel("T2024001233").await.0, StatusCode::OK);
    assert_eq!(status(&user, "T2024001233").await.1["data"]["cancelled"], true);
    let twice = refused(StatusCode::BAD_REQUEST, "4001", "documentNumber T2024001233 is already cancelled");
    assert_eq!(cancel("T2024001233").await, twice);
    assert_eq!(cancel("T1").await, refused_unknown("documentNumber T1"));
}

#[tokio::test]
async fn only_a_document_that_exists_is_resent_or_updated() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let (mut resend, mut update) = (example("resend_document_delivery"), example("update_tax_invoice"));
    let (resend_path, update_path) = ("/etaxgo/Documents/Delivery/Resend", "/etaxgo/Documents/Tax-Invoice");
    assert_eq!(user.post(resend_path, resend.clone()).await.0, StatusCode::OK);
    assert_eq!(user.put(update_path, update.clone()).await.0, StatusCode::OK);
    resend["refNo"] = json!("T1");
    update["DocumentNo"] = json!("T1");
    assert_eq!(user.post(resend_path, resend.clone()).await, refused_unknown("documentNumber T1"));
    assert_eq!(user.put(update_path, update).await, refused_unknown("documentNumber T1"));
    resend["refNo"] = json!("");
    assert_eq!(user.post(resend_path, resend).await.0, StatusCode::OK, "the portal allows an empty number");
}
