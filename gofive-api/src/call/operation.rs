//! The behaviour table: what is known about each operation besides its types.

use crate::decoding::documented::Payload;
use crate::values::raw;

/// One operation of the API, as the spec describes it.
///
/// Every product has a table of them, such as [`venio::OPERATIONS`](crate::venio::OPERATIONS):
///
/// ```
/// for operation in gofive_api::venio::OPERATIONS {
///     println!("{:<8} {:<40} {}", operation.method(), operation.path(), operation.id());
/// }
/// ```
#[derive(Debug)]
pub struct Operation {
    pub(crate) id: &'static str,
    pub(crate) group: &'static str,
    pub(crate) title: &'static str,
    pub(crate) page: Option<&'static str>,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Whether the bearer token is sent; the subscription key always is.
    pub(crate) bearer: bool,
    pub(crate) idempotency: Idempotency,
    pub(crate) payload: Payload<'static>,
}

/// What a call needs to know about its operation, or about an endpoint that is not in the spec.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoint<'a> {
    /// The name in errors, spans and events.
    pub(crate) id: &'a str,
    /// Method and path template; empty if the endpoint is not in the spec.
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Whether the bearer token is sent; the subscription key always is.
    pub(crate) bearer: bool,
    pub(crate) idempotency: Idempotency,
    pub(crate) payload: Payload<'a>,
}

impl Operation {
    pub(crate) fn endpoint(&self) -> Endpoint<'static> {
        let Self { id, method, path, bearer, idempotency, payload, .. } = *self;
        Endpoint { id, method, path, bearer, idempotency, payload }
    }

    /// Returns the name of the method that calls it: `add_case`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the group in the portal's sidebar: `Case`.
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Returns the title in the portal's sidebar: `Add Case`.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Returns the page of the portal, if one is known: `api-13759273`.
    pub fn page(&self) -> Option<&'static str> {
        self.page
    }

    /// Returns the HTTP method in upper case.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Returns the path template: `/v1/case/{caseNo}`.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Returns whether it may be sent twice.
    pub fn idempotency(&self) -> Idempotency {
        self.idempotency
    }
}

/// Whether an operation may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// It only reads.
    Safe,
    /// A second send has the same effect.
    Idempotent,
    /// It creates or sends something: a second send may do it twice.
    NonIdempotent,
    /// It creates something if the request does not identify what to update: idempotent if the body has all of these
    /// properties. A path such as `items/code` means the property of each item.
    IdempotentWith(&'static [&'static str]),
}

impl Idempotency {
    /// The idempotency of a request with this body.
    pub(crate) fn with(self, body: Option<&[u8]>) -> Self {
        let Self::IdempotentWith(keys) = self else { return self };
        let body = body.and_then(|body| std::str::from_utf8(body).ok()).unwrap_or_default();
        let has = |key: &&str| raw::has(body.trim_ascii(), &key.split('/').collect::<Vec<_>>());
        if !keys.is_empty() && keys.iter().all(has) { Self::Idempotent } else { Self::NonIdempotent }
    }

    /// Whether a request may be sent again, once its body is known.
    pub(crate) fn is_idempotent(self) -> bool {
        matches!(self, Self::Safe | Self::Idempotent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upsert_is_idempotent_if_the_request_has_its_key() {
        let is_idempotent = |keys: &'static [&'static str], body: &str| {
            Idempotency::IdempotentWith(keys).with(Some(body.as_bytes())).is_idempotent()
        };
        for (body, expected) in [
            (r#"{"customerCode":"C1"}"#, true),
            (r#" {"name":"a","customerCode":7}"#, true),
            (r#"{"customerCode":null}"#, false),
            (r#"{"customerCode":""}"#, false),
            (r#"{"customerCode":" "}"#, false),
            (r#"{"name":{"customerCode":"C1"}}"#, false),
            (r#"[{"customerCode":"C1"},{"customerCode":"C2"}]"#, true),
            (r#"[{"customerCode":"C1"},{}]"#, false),
            ("[]", false),
            ("", false),
            ("customerCode", false),
        ] {
            assert_eq!(is_idempotent(&["customerCode"], body), expected, "{body}");
        }
        assert!(is_idempotent(&["items/code"], r#"{"items":[{"code":"a"},{"code":"b"}]}"#));
        assert!(!is_idempotent(&["items/code"], r#"{"items":[{"code":"a"},{"code":null}]}"#));
        assert!(!is_idempotent(&["a", "b"], r#"{"a":1}"#) && is_idempotent(&["a", "b"], r#"{"a":1,"b":2}"#));
        assert!(!is_idempotent(&[], r#"{"a":1}"#) && !Idempotency::IdempotentWith(&["a"]).with(None).is_idempotent());
    }
}
