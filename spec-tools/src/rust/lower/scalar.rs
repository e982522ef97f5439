//! The scalars of the API with a hand-written Rust type, by format or by component.

use gofive_spec::Format;
use serde_json::{Map, Value, json};

/// A component of the lowered document, and the Rust type that replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scalar {
    pub component: &'static str,
    pub rust: &'static str,
}

pub const DECIMAL: Scalar = Scalar { component: "Decimal", rust: "crate::Decimal" };

/// Components of `openapi/common.yaml` that are scalars.
const COMPONENTS: [Scalar; 1] = [Scalar { component: "Id", rust: "crate::Id" }];

/// The scalar of strings with this format.
pub const fn of_format(format: Format) -> Scalar {
    let (component, rust) = match format {
        Format::OffsetDateTimeMillis => ("DateTimeOffsetMillis", "crate::DateTime<crate::format::OffsetMillis>"),
        Format::OffsetDateTime => ("DateTimeOffset", "crate::DateTime<crate::format::Offset>"),
        Format::LocalDateTime => ("DateTimeLocal", "crate::DateTime<crate::format::Local>"),
        Format::LocalDateTimeSpace => ("DateTimeLocalSpace", "crate::DateTime<crate::format::LocalSpace>"),
        Format::UtcDateTimeMillis => ("DateTimeUtcMillis", "crate::DateTime<crate::format::UtcMillis>"),
        Format::AnyDateTime => ("DateTime", "crate::DateTime"),
        Format::Date => ("Date", "crate::Date"),
        Format::Decimal => ("TextDecimal", "crate::TextDecimal"),
        Format::Password => ("Secret", "crate::Secret"),
    };
    Scalar { component, rust }
}

/// The scalar of the component with this name.
pub fn of_component(name: &str) -> Option<Scalar> {
    COMPONENTS.into_iter().find(|scalar| scalar.component == name)
}

/// All scalars, each once.
pub fn all() -> impl Iterator<Item = Scalar> {
    Format::ALL.into_iter().map(of_format).chain([DECIMAL]).chain(COMPONENTS)
}

/// A schema that refers to the scalar, inside an `allOf` so that `nullable` can be added.
pub fn reference(scalar: Scalar) -> Value {
    json!({ "allOf": [{ "$ref": format!("#/components/schemas/{}", scalar.component) }] })
}

/// The components of all scalars. progenitor replaces each by its Rust type.
pub fn components() -> Map<String, Value> {
    all().map(|scalar| (scalar.component.to_owned(), json!({ "type": "string" }))).collect()
}
