//! The clock and the tokens.

use std::time::SystemTime;

use super::*;
use crate::Outcome;
use crate::operation::GET_PRODUCT_UNITS;

const UNITS: &str = "/v1/products/units";

/// Why the last request for the units was refused, if it was.
fn refusal(sandbox: &Sandbox) -> Option<String> {
    match sandbox.requests(GET_PRODUCT_UNITS).pop().unwrap().outcome {
        Outcome::Refused { reason } => Some(reason),
        _ => None,
    }
}

#[tokio::test]
async fn tokens_expire_by_the_clock_of_the_sandbox() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    sandbox.advance_time(Duration::from_secs(3500));
    assert_eq!(user.get(UNITS).await.0, StatusCode::OK);
    sandbox.advance_time(Duration::from_secs(100));
    assert_eq!(user.get(UNITS).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(refusal(&sandbox).as_deref(), Some("the token is expired"));
    sandbox.reset_time();
    assert_eq!(user.get(UNITS).await.0, StatusCode::OK, "the time is before the expiry again");
}

#[tokio::test]
async fn the_clock_is_the_date_of_responses_and_of_the_log() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let date = async || {
        let response = user.request(Method::GET, UNITS).send().await.unwrap();
        httpdate::parse_http_date(response.headers()["date"].to_str().unwrap()).unwrap()
    };
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let (second, hour) = (Duration::from_secs(5), Duration::from_secs(3600));
    sandbox.set_time(time);
    assert!((time..time + second).contains(&date().await));
    assert!((time..time + second).contains(&sandbox.requests(GET_PRODUCT_UNITS)[0].time));
    sandbox.queue_faults(GET_PRODUCT_UNITS, vec![Fault::ClockSkew { seconds: 3600 }]);
    assert!((time + hour..time + hour + second).contains(&date().await), "a skew adds to it");
    assert!((time..time + second).contains(&sandbox.time()));
    sandbox.reset();
    assert!(date().await > time + hour && sandbox.time() > time + hour);
}

#[tokio::test]
async fn tokens_are_expired_revoked_and_given_another_lifetime() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut user = User::of(&sandbox).await;
    sandbox.expire_tokens();
    assert_eq!(user.get(UNITS).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(refusal(&sandbox).as_deref(), Some("the token is expired"));
    sandbox.set_token_lifetime(Duration::from_secs(60));
    let (_, grant) = user.authorize(&credentials(&sandbox)).await;
    assert_eq!(grant["expires_in"], 60);
    user.token = grant["access_token"].as_str().unwrap().to_owned();
    assert_eq!((user.get(UNITS).await.0, refusal(&sandbox)), (StatusCode::OK, None));
    sandbox.revoke_tokens();
    assert_eq!(user.get(UNITS).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(refusal(&sandbox).as_deref(), Some("the token is revoked"));
    user.token = user.token().await;
    sandbox.advance_time(Duration::from_secs(60));
    assert_eq!(user.get(UNITS).await.0, StatusCode::UNAUTHORIZED);
}
