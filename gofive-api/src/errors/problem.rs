//! The individual problems that an error body lists.

use std::fmt;

use crate::errors::printing::printed;

/// One problem in an error body: its message, and its field if the server names it.
///
/// The portal documents no list of problems. These are read: `errors` of an object or a list (as ASP.NET Core sends
/// it), `details` in `error`, and a list in `data` next to a business code of failure.
///
/// ```
/// fn show(error: &gofive_api::Error) {
///     for problem in error.problems() {
///         println!("{}: {}", problem.field().unwrap_or("request"), problem.message());
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    field: Option<String>,
    message: String,
}

impl Problem {
    pub(crate) fn new(field: Option<String>, message: String) -> Self {
        Self { field, message }
    }

    /// Returns the field of the request, as the server writes it: `subject`, `$.lines[0].price`.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Returns the message, in the server's language.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the same with both texts changed.
    pub(crate) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self { field: self.field.as_deref().map(&change), message: change(&self.message) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{}: {}", printed(field), printed(&self.message)),
            None => write!(f, "{}", printed(&self.message)),
        }
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("field", &self.field().map(printed))
            .field("message", &printed(&self.message))
            .finish()
    }
}
