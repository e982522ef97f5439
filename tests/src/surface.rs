//! The generated API as a reviewer reads it: one page per reviewed operation, one per type that they use.

use std::collections::BTreeMap;

use gofive_api::Operation;
use spec_tools::rust::surface::Surface;

use crate::workspace;

/// One page per operation, by its id: route, signature, payload, rustdoc.
pub fn operations(product: &str, table: &[&Operation]) -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for method in read(product).methods {
        // The stream of an operation's pages is shown below the operation.
        if let Some(page) = method.name.strip_suffix("_pages").and_then(|id| pages.get_mut(id)) {
            page.push_str(&format!("\n{}\n\n{}", method.signature, method.doc));
            continue;
        }
        let Some(operation) = table.iter().find(|operation| operation.id() == method.name) else { continue };
        let route = format!("{} {}", operation.method(), operation.path());
        pages.insert(method.name, format!("{route}\n{}\n\n{}", method.signature, method.doc));
    }
    pages
}

/// One page per type, by its name: fields with their Rust types and wire names, or the constants of an enumeration.
pub fn types(product: &str) -> BTreeMap<String, String> {
    let surface = read(product);
    let mut pages = BTreeMap::new();
    for (name, item) in surface.structs {
        let side = if item.request { "request" } else { "response" };
        let mut page = format!("{name} ({side})\n{}\n", item.doc);
        for field in item.fields {
            page.push_str(&format!("{:<28} {:<28} {}\n", field.name, field.wire, field.rust_type));
        }
        pages.insert(name, page);
    }
    for (name, item) in surface.enums {
        let mut page = format!("{name} (open enumeration)\n\n");
        for constant in item.constants {
            page.push_str(&format!("{} {}", constant.name, constant.doc));
        }
        pages.insert(name, page);
    }
    pages
}

fn read(product: &str) -> Surface {
    let folder = workspace().join("gofive-api/src/generated").join(product);
    let [client, types] = ["client.rs", "types.rs"].map(|file| {
        let path = folder.join(file);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    });
    Surface::read(&client, &types).unwrap_or_else(|error| panic!("{product}: {error:#}"))
}
