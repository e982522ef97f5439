//! The structs of the generated code and their properties, in the order of the spec.

use gofive_spec::{Api, Direction, Parameter};

/// An object schema.
#[derive(Debug)]
pub struct Struct {
    pub direction: Direction,
    pub doc: String,
    /// The properties, in the order of the spec.
    pub properties: Vec<Property>,
    /// Whether its only property is a list that is the whole body.
    pub is_list: bool,
}

/// A property of an object, or a query parameter.
#[derive(Debug)]
pub struct Property {
    /// The name on the wire.
    pub wire: String,
    pub doc: String,
    pub in_query: bool,
    pub presence: Presence,
}

/// Whether a property is required and nullable in a request. In responses every property may be missing or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    RequiredNullable,
    Optional,
    Nullable,
    /// Sent as null if it is not set.
    Explicit,
}

impl Property {
    pub(super) fn of(api: &Api, property: &gofive_spec::Property) -> Self {
        Self {
            wire: property.name.clone(),
            doc: api.description(&property.schema).to_owned(),
            in_query: false,
            presence: Presence::of(property),
        }
    }

    pub(super) fn of_query(parameter: &Parameter) -> Self {
        Self {
            wire: parameter.name.clone(),
            doc: parameter.description.clone(),
            in_query: true,
            presence: if parameter.required { Presence::Required } else { Presence::Optional },
        }
    }
}

impl Presence {
    fn of(property: &gofive_spec::Property) -> Self {
        match (property.required, property.schema.nullable) {
            _ if property.null_if_unset => Self::Explicit,
            (true, true) => Self::RequiredNullable,
            (true, false) => Self::Required,
            (false, true) => Self::Nullable,
            (false, false) => Self::Optional,
        }
    }

    /// Whether the property may be null.
    pub fn is_nullable(self) -> bool {
        matches!(self, Self::RequiredNullable | Self::Nullable | Self::Explicit)
    }
}
