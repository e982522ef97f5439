//! A portal on this machine, in the form of the pages of Gofive's: an index, and a Markdown page for each operation.

#![allow(dead_code, reason = "each program uses a part of it")]
#![allow(clippy::format_push_string, reason = "texts are small, and this reads better")]

mod made_up;
mod operation;
pub(crate) mod server;

use serde_json::{Map, Value, json};
use spec_tools::Sources;
use spec_tools::bundle::Bundle;
use spec_tools::coverage::Status;
use spec_tools::sources::yaml::write;

/// The number of the first page that has none in the spec.
const UNKNOWN_NUMBERS: usize = 80_000_000;

/// The pages of a portal, in the order of its sidebar.
#[derive(Clone, Debug)]
pub(crate) struct LocalPortal {
    pub(crate) pages: Vec<LocalPage>,
}

/// A page of a portal.
#[derive(Clone, Debug)]
pub(crate) struct LocalPage {
    /// `api-13759273`
    pub(crate) number: String,
    pub(crate) folder: String,
    pub(crate) title: String,
    /// The path and the method.
    pub(crate) path: String,
    pub(crate) method: String,
    /// The operation, with the habits of the portal.
    pub(crate) operation: Value,
}

impl LocalPortal {
    /// The pages of all operations of the spec, which must have no findings.
    pub(crate) fn of_spec(sources: &Sources) -> Self {
        Self::of(sources, false)
    }

    /// The same, and a made-up page for each endpoint of which the ledgers have only the title.
    pub(crate) fn whole(sources: &Sources) -> Self {
        Self::of(sources, true)
    }

    fn of(sources: &Sources, with_listed: bool) -> Self {
        let checked = spec_tools::check(sources).expect("the schemas of the spec can be read");
        assert_eq!(checked.findings, [], "the spec has findings");
        let mut pages = Vec::new();
        for ledger in &checked.ledgers {
            let bundle = checked.bundles.iter().find(|bundle| bundle.product == ledger.product);
            let bundle = bundle.expect("every ledger has a bundle");
            for row in &ledger.rows {
                let page = match &row.status {
                    Status::Specified { operation, .. } => specified(sources, bundle, operation),
                    Status::Listed { .. } if with_listed => made_up::page(&ledger.product, row, pages.len()),
                    _ => continue,
                };
                let number = row.page.clone().unwrap_or_else(|| format!("api-{}", UNKNOWN_NUMBERS + pages.len()));
                let (folder, title) = (row.group.clone(), row.title.trim().to_owned());
                pages.push(LocalPage { number, folder, title, ..page });
            }
        }
        Self { pages }
    }

    /// The index of the site. `base` is its address, without a slash at the end.
    pub(crate) fn index(&self, base: &str) -> String {
        let mut text = String::from("# Gofive OpenAPI\n\n## Docs\n");
        text.push_str(&format!("- [Introduction]({base}/doc-340944.md): \n\n## API Docs\n"));
        for LocalPage { number, folder, title, .. } in &self.pages {
            text.push_str(&format!("- {folder} [{title}]({base}/{number}.md): \n"));
        }
        text
    }

    /// The page of that title.
    pub(crate) fn page(&mut self, title: &str) -> &mut LocalPage {
        self.pages.iter_mut().find(|page| page.title == title).expect("the portal has a page of that title")
    }

    /// The files of the site, by their paths.
    pub(crate) fn files(&self, base: &str) -> Vec<(String, String)> {
        let index = [("/llms.txt".to_owned(), self.index(base))].into_iter();
        index.chain(self.pages.iter().map(|page| (format!("/{}.md", page.number), page.markdown()))).collect()
    }
}

fn specified(sources: &Sources, bundle: &Bundle, id: &str) -> LocalPage {
    let api = &bundle.written.api;
    let operation = api.operation(id).expect("the spec has the operation of the ledger");
    let at = bundle.locate(operation.pointer.join("responses"));
    let file = sources.valid_yaml(&at.file).expect("a checked spec has valid files");
    let statuses = file.root.pointer(&at.pointer).and_then(Value::as_object).into_iter().flatten();
    let statuses: Vec<_> = statuses.map(|(status, _)| status.clone()).collect();
    LocalPage {
        number: String::new(),
        folder: String::new(),
        title: String::new(),
        path: operation.path.clone(),
        method: operation.method.key().to_owned(),
        operation: operation::of(api, operation, &statuses),
    }
}

impl LocalPage {
    /// The page's text, as it is served.
    pub(crate) fn markdown(&self) -> String {
        let document = write::block(&self.document(), 0);
        format!("# {}\n\n## OpenAPI Specification\n\n```yaml\n{document}\n```\n", self.title)
    }

    /// The document of the page.
    pub(crate) fn document(&self) -> Map<String, Value> {
        let Self { number, folder, title, path, method, operation } = self;
        let mut whole = json!({ "summary": title, "deprecated": false, "description": "", "tags": [folder] });
        let parts = whole.as_object_mut().expect("it is an object");
        parts.extend(operation.as_object().cloned().unwrap_or_default());
        parts.insert("x-apidog-folder".into(), json!(folder));
        parts.insert("x-apidog-status".into(), json!("released"));
        let run = format!("https://app.apidog.com/web/project/351893/apis/{number}-run");
        parts.insert("x-run-in-apidog".into(), json!(run));
        let document = json!({
            "openapi": "3.0.1",
            "info": { "title": "", "description": "", "version": "1.0.0" },
            "paths": { path: { method: whole } },
            "components": { "schemas": {}, "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } } },
            "servers": [{ "url": "https://api.gofive.co.th", "description": "Prod Env" }],
            "security": [],
        });
        document.as_object().cloned().unwrap_or_default()
    }
}
