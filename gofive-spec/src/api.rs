//! The typed model of a bundled document.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::node::Node;
use crate::operation::{Context, needs_token};
use crate::{JsonType, Method, Operation, Pointer, Response, Schema, SchemaKind, SpecError};

type Result<T> = std::result::Result<T, SpecError>;

/// A product's API: everything that its bundled document says, typed.
///
/// What the model does not know is an error when the document is read, so that nothing is lost silently.
///
/// ```
/// # #[cfg(feature = "bundles")] {
/// use gofive_spec::{Api, Method};
///
/// let api = Api::parse(gofive_spec::VENIO).expect("the committed bundle can be read");
/// let add_case = api.operation("add_case").expect("documented");
/// assert_eq!((add_case.method, add_case.path.as_str()), (Method::Post, "/v1/case"));
/// let body = api.resolve(add_case.request_schema().expect("it has a body"));
/// assert!(body.properties().iter().any(|property| property.name == "subject" && property.required));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Api {
    /// The version of OpenAPI: `3.0.3`.
    pub openapi: String,
    /// What the document is about.
    pub info: Info,
    /// The servers of the API.
    pub servers: Vec<Server>,
    /// Whether an operation needs the bearer token unless it says otherwise.
    pub needs_token: bool,
    /// The groups of the portal's sidebar, in its order.
    pub groups: Vec<Group>,
    /// The operations of the product, in the order of the document.
    pub operations: Vec<Operation>,
    /// Operations of another product that the document has as well, so that it is complete: the one that issues tokens.
    pub shared_operations: Vec<Operation>,
    /// The webhooks, in the order of the document.
    pub webhooks: Vec<Operation>,
    /// The named schemas.
    pub schemas: BTreeMap<String, Schema>,
    /// The responses that several operations share, by name. Each operation has its own copy.
    pub responses: BTreeMap<String, Response>,
    /// How requests authenticate, by name, as the document has it.
    pub security_schemes: BTreeMap<String, Value>,
}

/// The title and the description of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The name of the product: `Gofive Venio`.
    pub title: String,
    /// The month in which the pages were read: `2026.11`.
    pub version: String,
    /// What the product is, in Markdown.
    pub description: String,
    /// How to use the document: the sections with a heading after the description, in Markdown; empty if there are none.
    pub guide: String,
    /// The licence of the document.
    pub license: Option<Link>,
    /// Whom to ask about the API.
    pub contact: Option<Link>,
}

/// A name with a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// The name.
    pub name: String,
    /// The URL.
    pub url: String,
}

/// A server of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// The URL that paths are appended to.
    pub url: String,
    /// Which server it is: `Production`.
    pub description: String,
}

/// A group of the portal's sidebar.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The name, as the portal writes it.
    pub name: String,
    /// What the group is about.
    pub description: String,
}

impl Api {
    /// Reads a bundle from its JSON text.
    ///
    /// # Errors
    /// If the text is not JSON, or the document has something that the model does not know.
    pub fn parse(text: &str) -> Result<Self> {
        Self::read(&parse_json(text)?)
    }

    /// Reads a bundle from its parsed JSON.
    ///
    /// # Errors
    /// If the document has something that the model does not know: a value of the wrong type, an unknown property, or a
    /// reference to a schema that does not exist.
    pub fn read(document: &Value) -> Result<Self> {
        let mut object = Node::root(document).object()?;
        let openapi = object.required("openapi")?;
        if !openapi.text()?.starts_with("3.0.") {
            return Err(openapi.error("not a version of OpenAPI 3.0"));
        }
        let groups = object.items("tags")?.iter().map(Group::read).collect::<Result<Vec<_>>>()?;
        let (schemas, responses, security_schemes) = components(object.optional("components"))?;
        let needs_token = object.optional("security").map(|node| needs_token(&node)).transpose()?.unwrap_or(false);
        let mut context = Context { is_webhook: false, needs_token, shared_responses: &responses };
        let operations = operations(&object.required("paths")?, &context)?;
        let (shared_operations, operations) = operations.into_iter().partition(|operation| operation.product.is_some());
        context.is_webhook = true;
        let webhooks =
            object.optional("x-webhooks").map_or(Ok(Vec::new()), |webhooks| self::operations(&webhooks, &context))?;
        let api = Self {
            openapi: openapi.text()?,
            info: Info::read(&object.required("info")?)?,
            servers: object.items("servers")?.iter().map(Server::read).collect::<Result<_>>()?,
            needs_token,
            groups: groups.into_iter().flatten().collect(),
            operations,
            shared_operations,
            webhooks,
            schemas,
            responses,
            security_schemes,
        };
        object.finish()?;
        api.check_references()?;
        Ok(api)
    }

    /// The operation with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// All operations of the document: the product's own, those of other products, and the webhooks.
    pub fn all_operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().chain(&self.shared_operations).chain(&self.webhooks)
    }

    /// The named schema.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.get(name)
    }

    /// The schema that a reference leads to, or the schema itself.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let mut resolved = schema;
        // References that lead to each other end after each schema was seen once.
        for _ in 0..=self.schemas.len() {
            match resolved.reference().and_then(|name| self.schemas.get(name)) {
                Some(target) => resolved = target,
                None => break,
            }
        }
        resolved
    }

    /// The type of a schema; through a reference, and through the first schema of an `allOf`.
    pub fn json_type(&self, schema: &Schema) -> Option<JsonType> {
        let mut schema = self.resolve(schema);
        for _ in 0..=self.schemas.len() {
            match (&schema.kind, schema.json_type()) {
                (SchemaKind::AllOf(all), None) => schema = self.resolve(all.schemas.first()?),
                (_, json_type) => return json_type,
            }
        }
        None
    }

    /// The description of a schema, or of the schema that it refers to.
    pub fn description<'a>(&'a self, schema: &'a Schema) -> &'a str {
        if schema.description.is_empty() { &self.resolve(schema).description } else { &schema.description }
    }

    /// All schemas of the document, each before the schemas inside it: the named ones, then those of shared responses,
    /// operations and webhooks.
    pub fn all_schemas(&self) -> impl Iterator<Item = &Schema> {
        let used = self.all_operations().flat_map(Operation::schemas).map(|(_, schema)| schema);
        let shared = self.responses.values().filter_map(|response| response.content.as_ref());
        let shared = shared.map(|content| &content.schema);
        // The operations' own copies of shared responses have the same locations.
        let is_copy = |schema: &&Schema| schema.pointer.starts_with(&Pointer::from_steps(["components", "responses"]));
        let mut open: Vec<_> =
            self.schemas.values().chain(shared).chain(used.filter(move |schema| !is_copy(schema))).collect();
        open.reverse();
        std::iter::from_fn(move || {
            let schema = open.pop()?;
            let inside = open.len();
            open.extend(schema.children());
            open[inside..].reverse();
            Some(schema)
        })
    }

    fn check_references(&self) -> Result<()> {
        let dangling = |schema: &&Schema| schema.reference().is_some_and(|name| !self.schemas.contains_key(name));
        match self.all_schemas().find(dangling) {
            Some(schema) => {
                let name = schema.reference().unwrap_or_default();
                Err(SpecError::new(&schema.pointer, format!("the schema `{name}` does not exist")))
            }
            None => Ok(()),
        }
    }
}

pub(crate) fn parse_json(text: &str) -> Result<Value> {
    serde_json::from_str(text)
        .map_err(|error| SpecError::new(&Pointer::root(), format!("the bundle is not JSON: {error}")))
}

type Components = (BTreeMap<String, Schema>, BTreeMap<String, Response>, BTreeMap<String, Value>);

fn components(node: Option<Node<'_>>) -> Result<Components> {
    let (mut schemas, mut responses, mut security_schemes) = Components::default();
    let Some(node) = node else { return Ok((schemas, responses, security_schemes)) };
    let mut object = node.object()?;
    for (name, node) in object.entries("schemas")? {
        schemas.insert(name.to_owned(), Schema::read(&node)?);
    }
    for (name, node) in object.entries("responses")? {
        responses.insert(name.to_owned(), Response::read(&node, &BTreeMap::new())?);
    }
    for (name, node) in object.entries("securitySchemes")? {
        security_schemes.insert(name.to_owned(), node.value.clone());
    }
    object.finish()?;
    Ok((schemas, responses, security_schemes))
}

fn operations(node: &Node<'_>, context: &Context<'_>) -> Result<Vec<Operation>> {
    let mut operations = Vec::new();
    for (path, item) in node.entries()? {
        for (method, node) in item.entries()? {
            operations.push(Operation::read(&node, Method::of_key(method, &node)?, path, context)?);
        }
    }
    Ok(operations)
}

impl Info {
    fn read(node: &Node<'_>) -> Result<Self> {
        let mut object = node.object()?;
        let mut description = object.text("description")?;
        let guide = description.find("\n\n## ").map(|end| description.split_off(end)).unwrap_or_default();
        let info = Self {
            title: object.required("title")?.text()?,
            version: object.required("version")?.text()?,
            description,
            guide: guide.trim_start().to_owned(),
            license: object.optional("license").map(|node| Link::read(&node)).transpose()?,
            contact: object.optional("contact").map(|node| Link::read(&node)).transpose()?,
        };
        object.finish()?;
        Ok(info)
    }
}

impl Link {
    fn read(node: &Node<'_>) -> Result<Self> {
        let mut object = node.object()?;
        let link = Self { name: object.text("name")?, url: object.text("url")? };
        object.finish()?;
        Ok(link)
    }
}

impl Server {
    fn read(node: &Node<'_>) -> Result<Self> {
        let mut object = node.object()?;
        let server = Self { url: object.required("url")?.text()?, description: object.text("description")? };
        object.finish()?;
        Ok(server)
    }
}

impl Group {
    /// Reads a group; `None` if it is one of another product, for the operations of that product.
    fn read(node: &Node<'_>) -> Result<Option<Self>> {
        let mut object = node.object()?;
        let group = Self { name: object.required("name")?.text()?, description: object.text("description")? };
        let is_shared = object.optional("x-gofive-product").map(|product| product.text()).transpose()?.is_some();
        object.finish()?;
        Ok((!is_shared).then_some(group))
    }
}
