//! A web service that opens cases, and turns errors of the client into statuses of HTTP.
//!
//! Whoever calls this service sees the reason that Gofive gives for a refusal, and never what went wrong inside.

use std::time::{Duration, SystemTime};

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use gofive_api::jiff::Timestamp;
use gofive_api::venio::{AddCaseRequest, CaseType, Venio};
use gofive_api::{Error, ErrorKind};
use serde::{Deserialize, Serialize};

/// The time within which a case is due.
const DUE: Duration = Duration::from_hours(24);

/// What all cases of this service have in common.
#[derive(Clone)]
pub struct Settings {
    /// The client.
    pub venio: Venio,
    /// The category of the cases.
    pub category_id: i64,
    /// Whom the cases are assigned to.
    pub assigned_to_user_id: String,
}

/// The body of a request.
#[derive(Deserialize)]
struct NewCase {
    subject: String,
    customer_code: Option<String>,
    note: Option<String>,
}

/// The body of a response.
#[derive(Serialize)]
struct Opened {
    /// The number by which Gofive knows the case, if it has sent one.
    id: Option<String>,
}

/// The body of a failure.
#[derive(Serialize)]
struct Problem {
    problem: String,
    /// The code of Gofive, if there is one.
    code: Option<String>,
}

/// The service: `POST /cases`.
pub fn router(settings: Settings) -> Router {
    Router::new().route("/cases", post(open)).with_state(settings)
}

async fn open(State(settings): State<Settings>, Json(case): Json<NewCase>) -> Result<Response, Refusal> {
    let now = Timestamp::try_from(SystemTime::now()).map_err(|_| Refusal::internal("the clock is wrong"))?;
    let request = AddCaseRequest::builder()
        .case_type(CaseType::REQUEST_FOR_ACTION)
        .subject(case.subject)
        .maybe_customer_code(case.customer_code)
        .maybe_note(case.note)
        .category_id(settings.category_id)
        .date_case(now)
        .date_due(now + DUE)
        .assigned_to_user_id(settings.assigned_to_user_id)
        .build();
    let opened = settings.venio.add_case(&request).await?;
    let opened = Opened { id: opened.feedback_id.map(|id| id.to_string()) };
    Ok((StatusCode::CREATED, Json(opened)).into_response())
}

/// A failure, as the caller of this service sees it.
struct Refusal {
    status: StatusCode,
    retry_after: Option<Duration>,
    problem: Problem,
}

impl Refusal {
    fn internal(problem: &str) -> Self {
        let problem = Problem { problem: problem.to_owned(), code: None };
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: None, problem }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        // The whole error is for those who run this service.
        eprintln!("{error}");
        let (status, problem) = match error.kind() {
            // The first question: may the case be there? Then nobody must send it again without looking.
            _ if error.outcome_unknown() => {
                (StatusCode::BAD_GATEWAY, "the case may have been opened: look for it before you send it again")
            }
            ErrorKind::Business | ErrorKind::Validation | ErrorKind::NotFound => {
                (StatusCode::UNPROCESSABLE_ENTITY, error.description().unwrap_or("Gofive refused the case"))
            }
            ErrorKind::RateLimited => (StatusCode::SERVICE_UNAVAILABLE, "Gofive has no time: try again later"),
            ErrorKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, "Gofive took too long: the case was not opened"),
            ErrorKind::Transport | ErrorKind::Server => {
                (StatusCode::BAD_GATEWAY, "Gofive could not be reached: the case was not opened")
            }
            // Credentials, key, permissions, settings: nothing that the caller could change.
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "this service is not set up properly"),
        };
        let problem = Problem { problem: problem.to_owned(), code: error.code().map(ToOwned::to_owned) };
        Self { status, retry_after: error.retry_after(), problem }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let seconds = self.retry_after.map(|wait| HeaderValue::from(wait.as_secs().max(1)));
        let headers: HeaderMap = seconds.into_iter().map(|seconds| (RETRY_AFTER, seconds)).collect();
        (self.status, headers, Json(self.problem)).into_response()
    }
}
