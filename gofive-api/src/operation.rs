//! The behaviour table: what is known of each operation beside its types.

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
    pub(crate) retry: Retry,
    pub(crate) payload: Payload,
}

impl Operation {
    /// Name of the method that calls it: `add_case`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Group in the portal's sidebar: `Case`.
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Title in the portal's sidebar: `Add Case`.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Page of the portal, where one is known: `api-13759273`.
    pub fn page(&self) -> Option<&'static str> {
        self.page
    }

    /// HTTP method, upper case.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Path template: `/v1/case/{caseNo}`.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Whether it may be sent twice.
    pub fn retry(&self) -> Retry {
        self.retry
    }
}

/// Whether an operation may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// It only reads.
    Safe,
    /// Repeating it has the same effect.
    Idempotent,
    /// It creates or sends something: a second send may do it twice.
    Never,
}

/// Where in the success body the payload is.
#[derive(Debug)]
pub(crate) struct Payload {
    /// One path per envelope, innermost first; the last is a prefix of the others. A path is a list of property names.
    pub(crate) pointers: &'static [&'static [&'static str]],
    pub(crate) shape: Shape,
    /// The documented properties of the payload, or of its records.
    pub(crate) properties: &'static [&'static str],
}

/// What kind of JSON the payload is; decides what stands for one that is missing or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Object,
    Array,
    /// A text, a number, a truth value; missing or null, it is `None`.
    Scalar,
    /// Nothing is known: handed on as it comes.
    Any,
}
