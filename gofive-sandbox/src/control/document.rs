//! The OpenAPI document of the control API, and the routes that it has.

use std::sync::LazyLock;

use axum::http::{Method, StatusCode};
use jsonschema::{ValidationError, Validator};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::problem::Problem;
use crate::operations::name::Operation;

/// The document is kept by hand; the tests compare it with the types and with what the server responds.
const TEXT: &str = include_str!("openapi.json");

static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::read);

#[derive(Debug)]
struct Document {
    /// The properties are in the order of the file, in which generated clients have them, too.
    text: String,
    routes: Vec<Route>,
}

/// The path and the method of an operation, and what its requests have.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) operation_id: String,
    method: String,
    /// The segments of the path; those of parameters have braces.
    path: Vec<String>,
    /// The parameters of the path and the query.
    pub(super) parameters: Vec<Parameter>,
    /// The schema of the body, if requests have one.
    pub(super) body: Option<Validator>,
    /// The status code of a success.
    pub(super) success: StatusCode,
}

/// A parameter of the path or the query.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) is_query: bool,
    /// The limits of a number; a text is parsed by its type.
    pub(super) number: Option<Validator>,
}

/// The route of a request, and the parameters of its path.
#[derive(Debug)]
pub(super) struct Match {
    pub(super) route: &'static Route,
    pub(super) parameters: Vec<(String, String)>,
}

/// The document, as it is served.
pub(super) fn document() -> &'static str {
    &DOCUMENT.text
}

/// The routes of all operations.
pub(super) fn routes() -> &'static [Route] {
    &DOCUMENT.routes
}

/// Finds the route of a request.
pub(super) fn find(method: &Method, path: &str) -> Result<Match, Problem> {
    let sent: Vec<_> = path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect();
    // A server responds to HEAD as to GET, without the body.
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let mut matching = routes().iter().filter_map(|route| Some((route, route.parameters(&sent)?))).peekable();
    // The first path is the one: `/stubs/unused` is not the stub `unused`, whatever the method.
    let (Route { path: first, .. }, _) = matching.peek().ok_or_else(Problem::not_found)?;
    let mut methods = Vec::new();
    for (route, parameters) in matching.take_while(|(route, _)| route.path == *first) {
        if route.method == method {
            return Ok(Match { route, parameters });
        }
        methods.push(route.method.as_str());
    }
    // The order of a JSON object depends on the features of serde_json that other crates turn on.
    methods.sort_unstable();
    let methods = methods.join(", ");
    let problem =
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{path} does not support {method}; use {methods}"));
    Err(problem.with_header("allow", methods))
}

impl Document {
    fn read() -> Self {
        let operations: Vec<_> = Operation::ALL.iter().map(|operation| operation.id()).collect();
        let text = TEXT
            .replacen(r#""version": "0""#, &format!(r#""version": "{}""#, env!("CARGO_PKG_VERSION")), 1)
            .replacen(r#""enum": []"#, &format!(r#""enum": {}"#, json!(operations)), 1);
        // The tests read the same text.
        let mut value: Value = serde_json::from_str(&text).unwrap_or_default();
        allow_null(&mut value["components"]);
        let components = &value["components"];
        let mut routes = Vec::new();
        for (path, methods) in value["paths"].as_object().into_iter().flatten() {
            let methods = methods.as_object().into_iter().flatten();
            let route =
                |(method, operation): (&String, &Value)| Route::read(path, method, operation.as_object()?, components);
            routes.extend(methods.filter_map(route));
        }
        // Literals come first, and routes of the same path are together.
        routes.sort_by_cached_key(|route| {
            let literals = route.path.iter().map(|segment| segment.starts_with('{'));
            (literals.collect::<Vec<_>>(), route.path.clone())
        });
        Self { text, routes }
    }
}

/// Writes `nullable` of OpenAPI, which has a `type` beside it, as JSON Schema has it.
pub(crate) fn allow_null(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            keywords.values_mut().for_each(allow_null);
            if let (Some(_), Some(name)) = (keywords.remove("nullable"), keywords.get_mut("type")) {
                *name = json!([name.take(), "null"]);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}

fn validator(body: &Value, components: &Value) -> Result<Validator, ValidationError<'static>> {
    let schema = &body["content"]["application/json"]["schema"];
    Validator::new(&json!({ "allOf": [schema], "components": components }))
}

impl Parameter {
    fn read(parameter: &Value) -> Option<Self> {
        let schema = &parameter["schema"];
        let number = (schema["type"] == "integer").then(|| Validator::new(schema)).transpose().ok()?;
        Some(Self { name: parameter["name"].as_str()?.to_owned(), is_query: parameter["in"] == "query", number })
    }
}

impl Route {
    fn read(path: &str, method: &str, operation: &Map<String, Value>, components: &Value) -> Option<Self> {
        let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let responses = operation.get("responses")?.as_object()?;
        let success = responses.keys().find_map(|status| status.parse().ok())?;
        Some(Self {
            operation_id: operation.get("operationId")?.as_str()?.to_owned(),
            method: method.to_uppercase(),
            path: path.split('/').map(str::to_owned).collect(),
            parameters: parameters.map(Parameter::read).collect::<Option<_>>()?,
            body: operation.get("requestBody").map(|body| validator(body, components)).transpose().ok()?,
            success: StatusCode::from_u16(success).ok()?,
        })
    }

    /// Returns the parameters of a path if it matches.
    fn parameters(&self, sent: &[impl AsRef<str>]) -> Option<Vec<(String, String)>> {
        if sent.len() != self.path.len() {
            return None;
        }
        let mut parameters = Vec::new();
        for (expected, sent) in self.path.iter().zip(sent) {
            let sent = sent.as_ref();
            match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) if !sent.is_empty() => parameters.push((name.to_owned(), sent.to_owned())),
                None if expected == sent => {}
                _ => return None,
            }
        }
        Some(parameters)
    }
}
