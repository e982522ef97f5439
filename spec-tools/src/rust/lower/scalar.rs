//! The scalars of the API with a hand-written Rust type, by `format` or by component.

use serde_json::{Map, Value, json};

/// A component of the lowered document, and the Rust type that replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scalar {
    pub component: &'static str,
    pub rust: &'static str,
}

pub const DECIMAL: Scalar = Scalar { component: "Decimal", rust: "crate::Decimal" };

const FORMATS: [(&str, Scalar); 9] = [
    (
        "offset-date-time-millis",
        Scalar { component: "DateTimeOffsetMillis", rust: "crate::DateTime<crate::format::OffsetMillis>" },
    ),
    ("offset-date-time", Scalar { component: "DateTimeOffset", rust: "crate::DateTime<crate::format::Offset>" }),
    ("local-date-time", Scalar { component: "DateTimeLocal", rust: "crate::DateTime<crate::format::Local>" }),
    (
        "local-date-time-space",
        Scalar { component: "DateTimeLocalSpace", rust: "crate::DateTime<crate::format::LocalSpace>" },
    ),
    (
        "utc-date-time-millis",
        Scalar { component: "DateTimeUtcMillis", rust: "crate::DateTime<crate::format::UtcMillis>" },
    ),
    ("any-date-time", Scalar { component: "DateTime", rust: "crate::DateTime" }),
    ("date", Scalar { component: "Date", rust: "crate::Date" }),
    ("decimal", Scalar { component: "TextDecimal", rust: "crate::TextDecimal" }),
    ("password", Scalar { component: "Secret", rust: "crate::Secret" }),
];

/// Components of `openapi/common.yaml` that are scalars.
const COMPONENTS: [Scalar; 1] = [Scalar { component: "Id", rust: "crate::Id" }];

/// The scalar of strings with this `format`.
pub fn of_format(format: &str) -> Option<Scalar> {
    FORMATS.iter().find(|(name, _)| *name == format).map(|(_, scalar)| *scalar)
}

/// The scalar of the component with this name.
pub fn of_component(name: &str) -> Option<Scalar> {
    COMPONENTS.into_iter().find(|scalar| scalar.component == name)
}

/// The names of all formats.
pub fn formats() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|(name, _)| *name)
}

/// All scalars, each once.
pub fn all() -> impl Iterator<Item = Scalar> {
    FORMATS.into_iter().map(|(_, scalar)| scalar).chain([DECIMAL]).chain(COMPONENTS)
}

/// A schema that refers to the scalar, inside an `allOf` so that `nullable` can be added.
pub fn reference(scalar: Scalar) -> Value {
    json!({ "allOf": [{ "$ref": format!("#/components/schemas/{}", scalar.component) }] })
}

/// The components of all scalars. progenitor replaces each by its Rust type.
pub fn components() -> Map<String, Value> {
    all().map(|scalar| (scalar.component.to_owned(), json!({ "type": "string" }))).collect()
}
