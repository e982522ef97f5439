//! The files of a product's groups, with their operations and schemas.

use anyhow::Result;
use heck::ToKebabCase;
use serde_json::{Map, Value, json};

use crate::sources::Sources;
use crate::sources::yaml::Source;

/// The file with the operations of a group.
#[derive(Clone, Debug)]
pub(crate) struct GroupFile<'a> {
    /// `case.yaml`
    pub(crate) name: String,
    /// `None`: the file does not exist yet.
    pub(crate) source: Option<&'a Source>,
}

impl<'a> GroupFile<'a> {
    /// All group files of a product, in order.
    pub(crate) fn all(sources: &'a Sources, product: &str) -> Result<Vec<Self>> {
        let folder = format!("openapi/{product}");
        let mut files = Vec::new();
        for path in sources.below(&folder) {
            let name = &path[folder.len() + 1..];
            let stem = name.strip_suffix(".yaml").filter(|stem| !stem.contains('/'));
            if stem.is_some_and(|stem| !["openapi", "portal"].contains(&stem)) {
                let source = Some(sources.valid_yaml(path)?);
                files.push(Self { name: name.to_owned(), source });
            }
        }
        Ok(files)
    }

    /// The file whose operations have the group's tag; otherwise a file with the group's name, which may be new.
    pub(crate) fn of(files: &[Self], group: &str) -> Self {
        let own = format!("{}.yaml", group.to_kebab_case());
        let is_its = |file: &&Self| {
            file.name == own || operations(file.root()).any(|(_, _, operation)| operation["tags"] == json!([group]))
        };
        files.iter().find(is_its).cloned().unwrap_or(Self { name: own, source: None })
    }

    pub(crate) fn root(&self) -> &'a Value {
        self.source.map_or(&Value::Null, |source| &source.root)
    }

    pub(crate) fn schemas(&self) -> Map<String, Value> {
        schemas(self.root())
    }
}

pub(crate) fn schemas(root: &Value) -> Map<String, Value> {
    root.pointer("/components/schemas").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Path, method and content of every operation of a group file.
pub(crate) fn operations(root: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let items = root.get("paths").and_then(Value::as_object).into_iter().flatten();
    items.flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(|(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}
