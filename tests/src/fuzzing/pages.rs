//! Reads any text as a page of the portal: there is a draft whose files are YAML, or a message.

use std::sync::LazyLock;

use spec_tools::Sources;
use spec_tools::portal::{Options, Portal, draft, verify};

use crate::workspace;

const ROOT: &str = "openapi: 3.0.3\ninfo: {title: Test, version: '1'}\ntags:\n  - name: Case\n    description: Cases.\npaths:\n  \
                    /v1/case:\n    $ref: 'case.yaml#/paths/~1v1~1case'\n";
const LEDGER: &str = "product: venio\ngroups:\n  - group: Case\n    titles:\n      - {title: Add Case, method: POST}\n";
const GROUP: &str =
    "paths:\n  /v1/case:\n    get:\n      operationId: get_case\n      tags: [Case]\n      responses: {}\n";

/// A small product, into which pages are drafted.
static SPEC: LazyLock<Sources> = LazyLock::new(|| {
    let mut spec = Sources::default();
    let common = Sources::read(&workspace()).expect("the files can be read");
    spec.write("openapi/common.yaml", common.text("openapi/common.yaml").expect("the file is committed"));
    spec.write("openapi/venio/openapi.yaml", ROOT);
    spec.write("openapi/venio/portal.yaml", LEDGER);
    spec.write("openapi/venio/case.yaml", GROUP);
    spec
});

/// Checks one input, read as a file of the portal.
pub fn page(input: &[u8]) {
    let mut portal = Portal::default();
    if portal.read("page", input).is_err() {
        return;
    }
    let options = Options { all: true, ..Options::default() };
    let Ok(drafts) = draft(&SPEC, &portal, &options) else { return };
    let _ = drafts.report();
    let mut drafted = SPEC.clone();
    for (file, text) in drafts.files() {
        drafted.write(file, text);
        drafted.valid_yaml(file).unwrap_or_else(|error| panic!("{error:#}\n{text}"));
    }
    if let Ok(verification) = verify(&drafted, &portal, &[]) {
        let _ = verification.report();
    }
}

/// The corpus: the pages of the tests in each form, and their parts.
pub(super) fn corpus() -> Vec<(String, Vec<u8>)> {
    let pages = workspace().join("spec-tools/tests/pages");
    let pages = spec_tools::sources::saved(&pages).expect("the pages can be read");
    let names = pages.into_iter().map(|(name, page)| (name.rsplit('/').next().unwrap_or_default().to_owned(), page));
    let mut corpus: Vec<_> = names.filter(|(name, _)| name != "titles.yaml").collect();
    for (name, page) in corpus.clone() {
        let text = String::from_utf8_lossy(&page).into_owned();
        let lines: Vec<_> = text.lines().map(|line| format!("<div><span>{line}</span></div>\n")).collect();
        corpus.push((format!("{name}.html"), format!("<!DOCTYPE html>\n<body>{}</body>", lines.concat()).into()));
        let yaml = text.split("```").nth(1).and_then(|block| block.strip_prefix("yaml\n"));
        corpus.extend(yaml.map(|yaml| (format!("{name}.yaml"), yaml.into())));
    }
    let index =
        "# Gofive OpenAPI\n\n## API Docs\n- Case [Add Case](https://developer.gofive.co.th/api-13759273.md): \n";
    corpus.push(("llms.txt".into(), index.into()));
    corpus
}
