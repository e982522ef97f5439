//! The payload of an operation: what is inside the envelope of its success body.

use std::fmt;

use crate::{Api, JsonType, Operation, Pointer, Schema, SchemaKind};

/// The payload of an operation, as its payload pointers find it in the schema of the success body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Payload<'a> {
    /// The payload pointers, innermost first. Each is a prefix of the one before it.
    pub pointers: &'a [Pointer],
    /// The schema of the payload; `None` if it is not documented.
    pub schema: Option<&'a Schema>,
    /// The kind of JSON that it is.
    pub kind: PayloadKind,
}

/// The kind of JSON that a payload is. It decides the value of a missing or null payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadKind {
    /// An object with known properties.
    Object,
    /// An array.
    Array,
    /// An array or a single object; always a list in Rust.
    OneOrMany,
    /// A string, a number or a boolean.
    Scalar,
    /// Not documented: returned as raw JSON.
    Any,
}

/// The error for payload pointers that do not lead to one payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadError(String);

/// A schema on the way to the payload; `None` where nothing is documented.
type Step<'a> = Option<&'a Schema>;

impl Operation {
    /// Follows the payload pointers through the schema of the success body.
    ///
    /// # Errors
    /// If the operation has no success body, or the pointers do not lead to one payload.
    pub fn payload<'a>(&'a self, api: &'a Api) -> Result<Payload<'a>, PayloadError> {
        Payload::find(api, self)
    }
}

impl<'a> Payload<'a> {
    fn find(api: &'a Api, operation: &'a Operation) -> Result<Self, PayloadError> {
        let pointers = operation.payload_pointers.as_slice();
        let (first, others) = pointers.split_first().ok_or_else(|| PayloadError("no payload pointer".into()))?;
        let body = operation.success_schema().ok_or_else(|| PayloadError("there is no success body".into()))?;
        let follow = |pointer: &Pointer| {
            let steps = api.follow(body, pointer);
            if steps.is_empty() {
                return Err(PayloadError(format!("the pointer '{pointer}' does not lead to a schema")));
            }
            Ok(steps)
        };
        let steps = follow(first)?;
        let mut other_steps = Vec::new();
        for (pointer, before) in others.iter().zip(pointers) {
            other_steps.push((pointer, follow(pointer)?));
            if !before.starts_with(pointer) {
                return Err(PayloadError(format!("the pointer '{pointer}' is not a prefix of the one before it")));
            }
        }
        let [found] = steps.as_slice() else {
            let several = || PayloadError(format!("the pointer '{first}' leads to several schemas"));
            return api.one_or_many(&steps, pointers).ok_or_else(several);
        };
        let kind = api.payload_kind(*found);
        if kind == PayloadKind::Any {
            return Ok(Self { pointers, schema: None, kind });
        }
        // A property may be null, an alternative of a union may not.
        let same = |step: &Step<'_>| step.map(Schema::without_null) == found.map(Schema::without_null);
        if let Some((pointer, _)) = other_steps.iter().find(|(_, steps)| !steps.iter().any(same)) {
            return Err(PayloadError(format!("the pointers '{first}' and '{pointer}' lead to different schemas")));
        }
        if !others.is_empty() && kind != PayloadKind::Object {
            return Err(PayloadError(format!(
                "the pointer '{first}' does not lead to an object, and only an object can have several pointers"
            )));
        }
        Ok(Self { pointers, schema: *found, kind })
    }

    /// Whether the payload shares an object with its envelope: it is the body itself, or can be on several levels.
    pub fn is_mixed(&self) -> bool {
        self.pointers.len() > 1 || self.pointers.iter().any(Pointer::is_root)
    }

    /// The name of the payload's schema, or of its items' schema.
    pub fn record(&self) -> Option<&'a str> {
        let schema = self.schema?;
        if self.kind == PayloadKind::Object { schema.reference() } else { schema.items()?.reference() }
    }
}

impl Api {
    /// The schemas that a pointer into a value leads to: one, or several through an `anyOf`; none if no schema has
    /// the property. Inside a value that is not documented, nothing is: `None`.
    pub fn follow<'a>(&'a self, schema: &'a Schema, pointer: &Pointer) -> Vec<Option<&'a Schema>> {
        let mut level = self.alternatives(schema);
        for name in pointer.steps() {
            let mut next: Vec<Step<'a>> = Vec::new();
            for step in level {
                let resolved = step.map(|schema| self.resolve(schema));
                let property = resolved.and_then(|schema| schema.as_object()?.property(&name));
                let found = match (property, resolved.and_then(Schema::json_type)) {
                    (Some(property), _) => self.alternatives(&property.schema),
                    (None, None) => vec![None],
                    (None, Some(_)) => Vec::new(),
                };
                // Each schema once, so that unions do not multiply.
                let new: Vec<_> = found.into_iter().filter(|step| !next.contains(step)).collect();
                next.extend(new);
            }
            level = next;
        }
        level.dedup();
        level
    }

    /// The alternatives of a union, or the schema itself. A union of scalars counts as one schema.
    fn alternatives<'a>(&'a self, schema: &'a Schema) -> Vec<Step<'a>> {
        let resolved = self.resolve(schema);
        match &resolved.kind {
            SchemaKind::AnyOf(union) if !resolved.is_scalar_union() => union.schemas.iter().map(Some).collect(),
            _ => vec![Some(schema)],
        }
    }

    /// The payload for the alternatives `[array of X, X]`, in either order.
    fn one_or_many<'a>(&'a self, steps: &[Step<'a>], pointers: &'a [Pointer]) -> Option<Payload<'a>> {
        let [Some(first), Some(second)] = steps else { return None };
        let is_array = self.payload_kind(Some(first)) == PayloadKind::Array;
        let (array, one) = if is_array { (*first, *second) } else { (*second, *first) };
        let fits = pointers.len() == 1 && self.resolve(array).items() == Some(one);
        fits.then_some(Payload { pointers, schema: Some(array), kind: PayloadKind::OneOrMany })
    }

    fn payload_kind(&self, step: Step<'_>) -> PayloadKind {
        let Some(schema) = step.map(|schema| self.resolve(schema)) else { return PayloadKind::Any };
        match schema.json_type() {
            Some(JsonType::Object) if schema.as_object().is_some_and(|object| object.properties.is_some()) => {
                PayloadKind::Object
            }
            Some(JsonType::Array) => PayloadKind::Array,
            Some(json_type) if json_type.is_scalar() => PayloadKind::Scalar,
            _ => PayloadKind::Any,
        }
    }
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PayloadError {}
