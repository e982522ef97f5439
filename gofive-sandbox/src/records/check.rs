//! Checks records that a person or a program puts into the sandbox.
//!
//! A record has the properties of the response that returns it, or of the request that creates it: what a request may
//! create can also be put. The spec knows no record of a document; its properties are those of the sandbox.

use std::collections::{BTreeMap, BTreeSet};

use gofive_spec::{Schema, SchemaKind, SchemaValidator, Spec, SpecError, Violation};
use serde_json::{Map, Value, json};

use crate::nearest::hint;
use crate::operation::{
    ADD_CASE, ADD_CUSTOMER_EVENT, CREATE_DEAL, CREATE_EXPENSE, CREATE_OR_UPDATE_CONTRACT, CREATE_OR_UPDATE_CUSTOMER,
    CREATE_OR_UPDATE_PRODUCTS, CREATE_OR_UPDATE_QUOTATION, CREATE_OR_UPDATE_SALES_ORDER, ENQUIRE_EMPLOYEES,
    GET_CONTRACT, GET_CUSTOMER_BY_CUSTOMER_CODE, GET_CUSTOMER_EVENTS, GET_EMPLOYEES_LIST, GET_EXPENSE, GET_PRODUCT,
    GET_QUOTATION, GET_SALES_ORDER, UPDATE_DEAL,
};
use crate::operations::name::Operation;
use crate::operations::request::describe;
use crate::operations::route::Routes;
use crate::records::kind::RecordKind;

/// The number of problems after which no more are looked for.
const MAX_PROBLEMS: usize = 20;

/// Where the spec describes a kind of records.
struct Description {
    /// The operation that returns a record, or a list of them.
    returned_by: Option<Operation>,
    /// The operation that creates a record, and the property of its body that has it; "" for the body itself.
    created_by: Option<(Operation, &'static str)>,
    /// Properties that only the sandbox has, with an example of their type.
    own: Value,
}

fn description(kind: RecordKind) -> Description {
    let (returned_by, created_by, own) = match kind {
        RecordKind::Cases => (None, Some((ADD_CASE, "")), json!({ "caseNo": "", "feedbackId": 0 })),
        RecordKind::Contracts => (Some(GET_CONTRACT), Some((CREATE_OR_UPDATE_CONTRACT, "")), json!({})),
        RecordKind::CustomerEvents => {
            (Some(GET_CUSTOMER_EVENTS), Some((ADD_CUSTOMER_EVENT, "")), json!({ "customerCode": "" }))
        }
        RecordKind::Customers => {
            (Some(GET_CUSTOMER_BY_CUSTOMER_CODE), Some((CREATE_OR_UPDATE_CUSTOMER, "")), json!({ "customerId": 0 }))
        }
        RecordKind::Deals => (Some(UPDATE_DEAL), Some((CREATE_DEAL, "")), json!({ "dealNo": "" })),
        RecordKind::Documents => (None, None, json!({ "documentNumber": "", "cancelled": false })),
        RecordKind::Employees => (Some(ENQUIRE_EMPLOYEES), None, json!({})),
        RecordKind::EmpeoEmployees => (Some(GET_EMPLOYEES_LIST), None, json!({ "companyName": "" })),
        RecordKind::Expenses => (Some(GET_EXPENSE), Some((CREATE_EXPENSE, "")), json!({})),
        RecordKind::Products => {
            (Some(GET_PRODUCT), Some((CREATE_OR_UPDATE_PRODUCTS, "products")), json!({ "active": true }))
        }
        RecordKind::Quotations => (Some(GET_QUOTATION), Some((CREATE_OR_UPDATE_QUOTATION, "")), json!({})),
        RecordKind::SalesOrders => (Some(GET_SALES_ORDER), Some((CREATE_OR_UPDATE_SALES_ORDER, "")), json!({})),
    };
    Description { returned_by, created_by, own }
}

/// Checks the records of one kind.
#[derive(Debug)]
pub(crate) struct RecordCheck {
    schemas: Vec<SchemaCheck>,
    own: Map<String, Value>,
}

#[derive(Debug)]
struct SchemaCheck {
    spec: &'static Spec,
    schema: &'static Schema,
    /// The properties of the schema; `None` if it may have any.
    known: Option<BTreeSet<String>>,
    validator: SchemaValidator,
}

/// The problems of the properties that one schema knows.
type Opinion<'a> = (&'a Option<BTreeSet<String>>, BTreeMap<String, Vec<String>>);

impl RecordCheck {
    /// Compiles the schemas of a kind.
    pub(crate) fn new(routes: &Routes, kind: RecordKind) -> Result<Self, SpecError> {
        let Description { returned_by, created_by, own } = description(kind);
        let payload = returned_by
            .and_then(|name| routes.operation(name))
            .and_then(|(spec, operation)| Some((spec, operation.payload(spec.api()).ok()?.schema?)));
        let body = created_by.and_then(|(name, property)| {
            let (spec, operation) = routes.operation(name)?;
            let body = operation.request_schema()?;
            let property = || Some(&spec.api().resolve(body).as_object()?.property(property)?.schema);
            Some((spec, property().unwrap_or(body)))
        });
        let schemas = payload.into_iter().chain(body).map(|(spec, schema)| SchemaCheck::new(spec, schema));
        Ok(Self { schemas: schemas.collect::<Result<_, _>>()?, own: own.as_object().cloned().unwrap_or_default() })
    }

    /// Checks a record with the key of its kind, or returns all problems with it.
    pub(crate) fn check(&self, key: &str, record: &Value) -> Result<(), Vec<String>> {
        let Some(properties) = record.as_object() else { return Err(vec!["it is not an object".to_owned()]) };
        let mut problems = Vec::new();
        let is_key = |value: &Value| value.is_number() || value.as_str().is_some_and(|text| !text.is_empty());
        if !properties.get(key).is_some_and(is_key) {
            problems.push(format!("`{key}`, which identifies it, is missing or empty"));
        }
        let opinions: Vec<Opinion<'_>> =
            self.schemas.iter().map(|schema| (&schema.known, schema.problems(record))).collect();
        for (name, value) in properties {
            if problems.len() >= MAX_PROBLEMS {
                break;
            }
            match self.own.get(name) {
                Some(example) if std::mem::discriminant(example) == std::mem::discriminant(value) => {}
                own => problems.extend(self.problems_of(name, value, own, &opinions)),
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// A property is right if one schema has it and finds no problem with it.
    fn problems_of(&self, name: &str, value: &Value, own: Option<&Value>, opinions: &[Opinion<'_>]) -> Vec<String> {
        let knows = |(known, _): &&Opinion<'_>| known.as_ref().is_none_or(|known| known.contains(name));
        let found: Vec<_> = opinions.iter().filter(knows).map(|(_, problems)| problems.get(name)).collect();
        match (found.first(), own) {
            _ if found.contains(&None) => Vec::new(),
            (Some(first), _) => first.cloned().unwrap_or_default(),
            (None, Some(example)) => vec![format!("/{name}: {value} is not of the type of {example}")],
            (None, None) => {
                let names = opinions.iter().filter_map(|(known, _)| known.as_ref()).flatten().chain(self.own.keys());
                vec![format!("it has no property `{name}`{}", hint(name, names.map(String::as_str)))]
            }
        }
    }
}

impl SchemaCheck {
    fn new(spec: &'static Spec, schema: &'static Schema) -> Result<Self, SpecError> {
        let mut schema = spec.api().resolve(schema);
        if let SchemaKind::Array(array) = &schema.kind {
            schema = array.items.as_deref().map_or(schema, |item| spec.api().resolve(item));
        }
        // A property that is not documented would not be in any response, so that it is refused in open objects, too.
        let object = schema.as_object().filter(|object| object.properties.is_some());
        let known = object.map(|object| object.properties().iter().map(|property| property.name.clone()).collect());
        Ok(Self { spec, schema, known, validator: spec.validator(schema)? })
    }

    /// The problems by property. That a property is missing is not a problem of a record.
    fn problems(&self, record: &Value) -> BTreeMap<String, Vec<String>> {
        let violations = self.validator.validate(record).err().unwrap_or_default();
        let names = violations.iter().filter_map(|violation| violation.path.strip_prefix('/')?.split('/').next());
        let names: BTreeSet<_> = names.collect();
        names.into_iter().map(|name| (name.to_owned(), self.problems_of(name, &record[name], &violations))).collect()
    }

    /// The problems of one property, with the locations inside of it.
    fn problems_of(&self, name: &str, value: &Value, violations: &[Violation]) -> Vec<String> {
        let location = format!("/{name}");
        // An object that may be null is an alternative, whose violation says only that no alternative matches.
        let property = self.schema.as_object().and_then(|object| object.property(name));
        let validator = property.and_then(|property| self.spec.validator(&property.schema.clone().without_null()).ok());
        if let Some(Err(inside)) = validator.map(|validator| validator.validate(value)) {
            return describe(&location, &inside);
        }
        let of_property = violations.iter().filter(|violation| {
            violation.path.strip_prefix(&location).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        describe("", &of_property.cloned().collect::<Vec<_>>())
    }
}
