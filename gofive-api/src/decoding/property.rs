//! The property names by which envelopes and error bodies report the outcome of a call, and the codes that mean success.

/// A property that reports the outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    Status,
    StatusCode,
    Message,
    Title,
    Detail,
    IsSuccess,
    Error,
    Errors,
    ErrorDescription,
    RequestId,
    Data,
}

impl Property {
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).and_then(|(_, property)| *property)
    }

    /// Whether it is a sign of failure, unless the payload has a property of this name.
    pub(crate) fn is_sign(self) -> bool {
        matches!(self, Self::Title | Self::IsSuccess | Self::Error | Self::Errors)
    }
}

/// Whether the code of an envelope means success. An empty code does not count.
pub(crate) fn is_success(code: &str) -> bool {
    code.parse().is_ok_and(|code: u32| code == 1000 || (200..300).contains(&code))
}

/// Whether a property of this name belongs to an envelope or an error body.
pub(crate) fn is_common(name: &str) -> bool {
    NAMES.iter().any(|(common, _)| name.eq_ignore_ascii_case(common))
}

/// Property names of envelopes and error bodies, in lower case, and how this crate reads them.
const NAMES: [(&str, Option<Property>); 21] = [
    ("status", Some(Property::Status)),
    ("statuscode", Some(Property::StatusCode)),
    ("message", Some(Property::Message)),
    ("title", Some(Property::Title)),
    ("detail", Some(Property::Detail)),
    ("issuccess", Some(Property::IsSuccess)),
    ("success", Some(Property::IsSuccess)),
    ("error", Some(Property::Error)),
    ("errors", Some(Property::Errors)),
    ("error_description", Some(Property::ErrorDescription)),
    ("traceid", Some(Property::RequestId)),
    ("trace_id", Some(Property::RequestId)),
    ("requestid", Some(Property::RequestId)),
    ("request_id", Some(Property::RequestId)),
    ("data", Some(Property::Data)),
    ("value", None),
    ("code", None),
    ("description", None),
    ("httpstatuscode", None),
    ("type", None),
    ("instance", None),
];
