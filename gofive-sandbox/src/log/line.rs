//! A request in one line, for people: `19:57:07.123 POST /v1/case add_case 400 refused: subject is required`.

use std::fmt;
use std::time::SystemTime;

use serde_json::Value;

use crate::log::outcome::Outcome;
use crate::log::printing::in_one_line;
use crate::log::record::RequestRecord;

/// The maximum number of characters of the path with its query, and of a reason.
const MAX_LENGTH: usize = 500;

/// One line: the time of day in UTC, the request, its operation, the status code, what became of it, and why.
///
/// Secrets are masked, control characters are escaped, and long texts are cut.
impl fmt::Display for RequestRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        let (seconds, millis) = (millis / 1000, millis % 1000);
        write!(f, "{:02}:{:02}:{:02}.{millis:03} ", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)?;
        write!(f, "{} {} ", in_one_line(&self.method, MAX_LENGTH), in_one_line(&self.target(), MAX_LENGTH))?;
        match self.operation {
            Some(operation) => write!(f, "{operation} ")?,
            None => f.write_str("- ")?,
        }
        match self.status {
            Some(status) => write!(f, "{status} {}", self.outcome)?,
            None => write!(f, "reset {}", self.outcome)?,
        }
        for (index, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { "; fault: " } else { ", " })?;
        }
        Ok(())
    }
}

impl RequestRecord {
    /// The path with the query.
    fn target(&self) -> String {
        let mut target = self.path.clone();
        let mut separator = '?';
        for (name, value) in &self.query {
            let values = match value {
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            for value in values {
                target.push(separator);
                target.push_str(name);
                target.push('=');
                target.push_str(value.as_str().unwrap_or_default());
                separator = '&';
            }
        }
        target
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CarriedOut => f.write_str("carried out"),
            Self::Refused { reason } => write!(f, "refused: {}", in_one_line(reason, MAX_LENGTH)),
            Self::Stubbed { stub } => write!(f, "stub {stub}"),
            Self::Prevented => f.write_str("prevented"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::{Fault, operation};

    #[test]
    fn a_request_is_one_line() {
        let mut request = RequestRecord {
            number: 7,
            time: SystemTime::UNIX_EPOCH + Duration::from_millis(86_400_000 * 365 + 71_827_123),
            method: "GET".to_owned(),
            path: "/v1/customerEvent/filter".to_owned(),
            query: BTreeMap::from([("a".to_owned(), json!(["1", "2\n"])), ("b".to_owned(), json!("ก"))]),
            headers: BTreeMap::new(),
            body: Value::Null,
            operation: Some(operation::GET_CUSTOMER_EVENTS),
            status: Some(200),
            outcome: Outcome::CarriedOut,
            faults: Vec::new(),
        };
        let begin = "19:57:07.123 GET /v1/customerEvent/filter?a=1&a=2\\n&b=ก get_customer_events";
        assert_eq!(request.to_string(), format!("{begin} 200 carried out"));
        request.outcome = Outcome::Stubbed { stub: 3 };
        request.faults =
            vec![Fault::ClockSkew { seconds: 5 }, Fault::SlowBody { chunk_size: 1, pause: Duration::ZERO }];
        let faults = "a Date that is 5 seconds ahead, a response body in chunks of 1 bytes, 0ns apart";
        assert_eq!(request.to_string(), format!("{begin} 200 stub 3; fault: {faults}"));
        (request.status, request.outcome, request.faults) = (None, Outcome::Prevented, vec![Fault::ResetBefore]);
        let fault = "a connection reset before the request is read";
        assert_eq!(request.to_string(), format!("{begin} reset prevented; fault: {fault}"));
        request.outcome = Outcome::Refused { reason: "/subject: \u{1b}[2J\r\n".repeat(100) };
        let line = request.to_string();
        assert!(!line.contains(char::is_control) && line.len() < 2000, "{line}");
    }
}
