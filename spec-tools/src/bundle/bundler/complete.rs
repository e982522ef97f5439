//! What the root of a product says once for all of its operations.

use gofive_spec::Pointer;
use serde_json::Value;

use super::{Bundler, FAILURES, inside, join, reference};

/// What the description of an operation begins with that is only drafted.
const UNREVIEWED: &str = "Drafted from the portal's page, not reviewed.";

/// The product to which an operation belongs, if it is another one.
const PRODUCT: &str = "x-gofive-product";

impl Bundler<'_, '_> {
    /// Adds the failures of the root to the operations of a document, and marks those of other products and those that are
    /// not reviewed.
    pub(super) fn complete(&mut self, root: &Value, root_file: &str, product: &str, doc: &mut Value) {
        for path in inside(root, &Pointer::from_steps(["paths"])) {
            let owner = path.find(root).and_then(|item| owner(item, root_file)).filter(|owner| owner != product);
            for operation in inside(doc, &path) {
                if let Some(owner) = &owner {
                    self.share(owner, &operation, doc);
                }
                self.add_failures(root, root_file, &operation.join("responses"), doc);
                mark_unreviewed(doc, &operation);
            }
        }
    }

    /// Marks an operation of another product, and adds its group.
    fn share(&mut self, owner: &str, operation: &Pointer, doc: &mut Value) {
        let Some(node) = object(doc, operation) else { return };
        node.insert(PRODUCT.to_owned(), owner.into());
        let tag = node.get("tags").and_then(|tags| tags.get(0)).cloned().unwrap_or_default();
        let file = format!("{owner}/openapi.yaml");
        self.files.load(&file, &self.location(&file, &Pointer::root()));
        let groups = self.files.get(&file).and_then(|source| source.root.get("tags")?.as_array());
        let group = groups.into_iter().flatten().find(|group| group.get("name") == Some(&tag));
        if let (Some(mut group), Some(tags)) = (group.cloned(), doc.get_mut("tags").and_then(Value::as_array_mut)) {
            group[PRODUCT] = owner.into();
            tags.insert(0, group);
        }
    }

    fn add_failures(&mut self, root: &Value, root_file: &str, responses: &Pointer, doc: &mut Value) {
        for failure in inside(root, &Pointer::from_steps([FAILURES])) {
            let (Some((_, status)), Some(value)) = (failure.split_last(), failure.find(root)) else { continue };
            let out = responses.join(&status);
            if out.find(doc).is_none()
                && let Some(node) = object(doc, responses)
            {
                node.insert(status, self.copy(value, root_file, &failure, &out, &mut Vec::new(), false));
            }
        }
    }
}

/// Begins the description of an operation that is not reviewed with that fact. Its title is its summary, if it has none.
fn mark_unreviewed(doc: &mut Value, operation: &Pointer) {
    let Some(node) = object(doc, operation) else { return };
    if node.get("x-gofive-reviewed") != Some(&Value::Bool(false)) {
        return;
    }
    let text = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let (summary, description, title) = (text("summary"), text("description"), text("x-gofive-title"));
    let description = format!("{UNREVIEWED}\n\n{description}");
    node.insert("description".into(), description.trim().into());
    if summary.is_empty() {
        node.insert("summary".into(), title.into());
    }
}

/// The folder of the file that a path of the root refers to.
fn owner(item: &Value, root_file: &str) -> Option<String> {
    let file = join(root_file, reference(item)?.split_once('#')?.0)?;
    Some(file.split_once('/')?.0.to_owned())
}

fn object<'a>(doc: &'a mut Value, pointer: &Pointer) -> Option<&'a mut serde_json::Map<String, Value>> {
    doc.pointer_mut(pointer.as_str())?.as_object_mut()
}
