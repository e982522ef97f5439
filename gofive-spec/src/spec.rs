//! Validates values against the schemas of a document.

mod format_keyword;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use self::format_keyword::format_keyword;
use crate::api::parse_json;
use crate::{Api, Operation, Pointer, Schema, SchemaKind, SpecError};

/// A document with its typed model and its validators.
#[derive(Debug)]
pub struct Spec {
    document: Value,
    api: Api,
    validators: Validators,
}

/// A validator for one schema of a document.
#[derive(Debug)]
pub struct SchemaValidator(Validator);

/// A validator for each schema of the operations and webhooks of an API.
#[derive(Debug)]
pub struct Validators(HashMap<Pointer, Validator>);

/// One violation: a part of a value that does not match its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// JSON pointer into the value; empty for the whole value.
    pub path: String,
    /// What is wrong at the pointer.
    pub message: String,
}

impl Spec {
    /// Reads a bundle from its JSON text.
    ///
    /// # Errors
    /// If the text is not JSON, has something that the model does not know, or contains an invalid schema.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        Self::read(parse_json(text)?)
    }

    /// Reads a bundle from its parsed JSON.
    ///
    /// # Errors
    /// If it has something that the model does not know, or contains an invalid schema.
    pub fn read(document: Value) -> Result<Self, SpecError> {
        let api = Api::read(&document)?;
        let validators = Validators::new(&api)?;
        Ok(Self { document, api, validators })
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The typed model of the document.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// All operations, in the order of the document.
    pub fn operations(&self) -> &[Operation] {
        &self.api.operations
    }

    /// The operation with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.api.operation(id)
    }

    /// Checks a value against a schema of an operation or a webhook: of a parameter, of the body, or of a response.
    ///
    /// # Errors
    /// The violations, if there are any; the first 100 of them.
    pub fn validate(&self, schema: &Schema, value: &Value) -> Result<(), Vec<Violation>> {
        self.validators.validate(schema, value)
    }

    /// Creates a validator for any schema of the document, such as that of a payload, which is inside of another schema.
    ///
    /// # Errors
    /// If the schema is invalid.
    pub fn validator(&self, schema: &Schema) -> Result<SchemaValidator, SpecError> {
        SchemaValidator::new(&self.api, schema)
    }
}

impl SchemaValidator {
    /// Creates a validator for any schema of a document, without those of its other schemas, which take longer to create.
    ///
    /// # Errors
    /// If the schema is invalid.
    pub fn new(api: &Api, schema: &Schema) -> Result<Self, SpecError> {
        validator(api, &components(api), schema).map(Self)
    }

    /// Checks a value.
    ///
    /// # Errors
    /// The violations, if there are any; the first 100 of them.
    pub fn validate(&self, value: &Value) -> Result<(), Vec<Violation>> {
        violations(&self.0, value)
    }
}

impl Validators {
    /// Compiles the schemas of all operations and webhooks.
    ///
    /// # Errors
    /// If a schema is invalid, such as one that is defined by itself.
    pub fn new(api: &Api) -> Result<Self, SpecError> {
        check_chains(api)?;
        let components = components(api);
        let mut validators = HashMap::new();
        for (_, schema) in api.all_operations().flat_map(Operation::schemas) {
            if !validators.contains_key(&schema.pointer) {
                validators.insert(schema.pointer.clone(), validator(api, &components, schema)?);
            }
        }
        Ok(Self(validators))
    }

    /// Checks a value against a schema of an operation or a webhook: of a parameter, of the body, or of a response.
    ///
    /// # Errors
    /// The violations, if there are any; the first 100 of them.
    pub fn validate(&self, schema: &Schema, value: &Value) -> Result<(), Vec<Violation>> {
        let Some(validator) = self.0.get(&schema.pointer) else {
            let message = format!("{} is not the schema of an operation", schema.pointer);
            return Err(vec![Violation { path: String::new(), message }]);
        };
        violations(validator, value)
    }
}

/// The named schemas.
fn components(api: &Api) -> HashMap<&str, Value> {
    api.schemas.iter().map(|(name, schema)| (name.as_str(), schema.to_json_schema())).collect()
}

/// The maximum number of violations that are described: a long list of wrong items has one for each of them.
const MAX_VIOLATIONS: usize = 100;

fn violations(validator: &Validator, value: &Value) -> Result<(), Vec<Violation>> {
    let violations: Vec<_> = validator
        .iter_errors(value)
        .take(MAX_VIOLATIONS)
        .map(|error| Violation { path: error.instance_path().to_string(), message: error.to_string() })
        .collect();
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}

fn validator(api: &Api, components: &HashMap<&str, Value>, schema: &Schema) -> Result<Validator, SpecError> {
    let needed = api.reachable([schema]).into_iter();
    let needed = needed.filter_map(|name| Some((name.to_owned(), components.get(name)?.clone())));
    let mut root = schema.to_json_schema();
    root["components"] = json!({ "schemas": needed.collect::<Map<_, _>>() });
    let options = jsonschema::draft202012::options().with_keyword("format", format_keyword);
    options.build(&root).map_err(|error| SpecError::new(&schema.pointer, error.to_string()))
}

/// Checks that no named schema is defined only by itself: a validator would follow the references forever.
fn check_chains(api: &Api) -> Result<(), SpecError> {
    for (name, schema) in &api.schemas {
        let mut seen = BTreeSet::new();
        let mut open = vec![schema];
        while let Some(schema) = open.pop() {
            match &schema.kind {
                SchemaKind::Ref(target) if target == name => {
                    return Err(SpecError::new(&schema.pointer, format!("`{name}` is defined by itself")));
                }
                SchemaKind::Ref(target) if seen.insert(target.as_str()) => open.extend(api.schemas.get(target)),
                SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination) => open.extend(&combination.schemas),
                _ => {}
            }
        }
    }
    Ok(())
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        write!(f, "{path}: {}", self.message)
    }
}
