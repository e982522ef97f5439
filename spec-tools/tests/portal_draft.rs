//! What the portal has becomes what the spec has: the operations of the spec, as pages of a local portal, are drafted again.

use std::collections::{BTreeMap, BTreeSet};

use gofive_spec::{Idempotency, Method};
use serde_json::{Map, Value, json};
use spec_tools::Sources;
use spec_tools::portal::{Drafts, Options, Portal};

use crate::frozen::{committed, text, write};
use crate::local_portal::LocalPortal;
use crate::local_portal::server::Server;

/// The pages, as a server on this machine sends them: the index, and each page that it lists.
fn read(portal: &LocalPortal) -> Portal {
    let server = Server::start(0).unwrap();
    server.set_files(portal.files(&server.base()));
    let mut read = Portal::default();
    let mut get = |address: &str| {
        let text = server.get(address).unwrap();
        read.read(address, text.as_bytes()).unwrap_or_else(|error| panic!("{address}: {error:#}"));
        read.indexes.concat()
    };
    for entry in get(&format!("{}/llms.txt", server.base())) {
        get(&entry.address);
    }
    read
}

/// The spec without the operations whose line of a root is one of `these`.
fn without(these: impl Fn(&str) -> bool) -> Sources {
    let mut sources = committed();
    for product in sources.products() {
        let root = text(&sources, &format!("{product}/openapi.yaml"));
        let (mut kept, mut files): (Vec<&str>, BTreeSet<&str>) = Default::default();
        for line in root.lines() {
            match line.strip_prefix("    $ref: '").filter(|target| target.contains("#/paths/") && these(target)) {
                Some(target) => {
                    kept.pop();
                    files.insert(target.split('#').next().unwrap());
                }
                None => kept.push(line),
            }
        }
        write(&mut sources, &format!("{product}/openapi.yaml"), format!("{}\n", kept.join("\n")));
        let committed = committed();
        let ids = |file: &&str| {
            let text = text(&committed, &format!("{product}/{file}"));
            let ids = text.lines().filter_map(|line| line.trim().strip_prefix("operationId: ").map(str::to_owned));
            ids.collect::<Vec<_>>()
        };
        let own = files.iter().filter(|file| !file.starts_with(".."));
        let ids: Vec<_> = own.clone().flat_map(ids).collect();
        own.for_each(|file| sources.remove(&format!("openapi/{product}/{file}")));
        let ledger = text(&sources, &format!("{product}/portal.yaml"));
        let listed = |line: &str| match line.split_once("operation: ") {
            Some((row, id)) if ids.iter().any(|own| id.trim_end_matches('}') == own) => {
                format!("{row}missing: [path]{}", if id.ends_with('}') { "}" } else { "" })
            }
            _ => line.to_owned(),
        };
        write(
            &mut sources,
            &format!("{product}/portal.yaml"),
            ledger.lines().map(listed).collect::<Vec<_>>().join("\n"),
        );
    }
    sources
}

fn draft_all(sources: &Sources, portal: &Portal) -> (Drafts, Sources) {
    let drafts = spec_tools::portal::draft(sources, portal, &Options { all: true, ..Options::default() });
    let drafts = drafts.unwrap_or_else(|error| panic!("{error:#}"));
    let mut drafted = sources.clone();
    for (file, text) in drafts.files() {
        drafted.write(file, text);
    }
    (drafts, drafted)
}

/// The operations of all products by their titles, without references.
fn operations(sources: &Sources) -> BTreeMap<(String, String), Value> {
    let (bundles, findings) = spec_tools::bundle::bundle_all(sources);
    assert!(findings.iter().all(|finding| finding.rule == "unused"), "{findings:#?}");
    let mut operations = BTreeMap::new();
    for bundle in bundles {
        let doc = &bundle.written.doc;
        for (path, item) in doc["paths"].as_object().unwrap() {
            for (method, operation) in
                item.as_object().unwrap().iter().filter(|(_, own)| own.get("x-gofive-product").is_none())
            {
                let key = (format!("{} {path}", method.to_uppercase()), bundle.product.clone());
                operations.insert(key, expanded(doc, operation));
            }
        }
    }
    operations
}

/// The value without references, and without the `allOf` that lets a reference have a description.
fn expanded(doc: &Value, value: &Value) -> Value {
    match value {
        Value::Object(properties) => {
            if let Some(reference) = properties.get("$ref").and_then(Value::as_str) {
                return expanded(doc, doc.pointer(&reference[1..]).unwrap());
            }
            let own = properties.iter().filter(|(name, _)| *name != "allOf");
            let mut own: Map<_, _> = own.map(|(name, value)| (name.clone(), expanded(doc, value))).collect();
            let all = properties.get("allOf").and_then(Value::as_array).into_iter().flatten();
            all.for_each(|one| own.extend(expanded(doc, one).as_object().unwrap().clone()));
            own.into()
        }
        Value::Array(items) => items.iter().map(|item| expanded(doc, item)).collect(),
        other => other.clone(),
    }
}

/// What a page says of an operation. The form of the portal's pages cannot carry the rest:
///
/// - words in English, the names of operations, schemas and values;
/// - what is known from other sources: `x-gofive-…`, which properties they have, whether a call may be sent twice, how it pages;
/// - examples that are assembled from other pages or from integrations, and the words about an adapted one;
/// - failures that every operation has, and whether a body may be missing.
fn carried(value: &Value, name: &str) -> Value {
    const LOST: [&str; 8] = [
        "description",
        "summary",
        "operationId",
        "x-enum-descriptions",
        "x-enum-varnames",
        "pattern",
        "security",
        "tags",
    ];
    match value {
        Value::Object(properties) if name == "examples" => {
            let printed = |example: &Value| example.get("x-gofive-portal").unwrap_or(&example["value"]).clone();
            let of_page = properties.iter().filter(|(name, _)| name.starts_with("documented"));
            of_page.map(|(name, example)| (name.clone(), printed(example))).collect::<Map<_, _>>().into()
        }
        Value::Object(properties) if name == "responses" => {
            let successes = properties.iter().filter(|(status, _)| status.starts_with('2'));
            successes.map(|(status, response)| (status.clone(), carried(response, ""))).collect::<Map<_, _>>().into()
        }
        Value::Object(properties) => {
            let is_of_page = |value: &Value| value.get("documented").is_some();
            let is_lost = |name: &str, value: &Value| {
                (name.starts_with("x-gofive-") || LOST.contains(&name))
                    || (name == "required" && value.is_boolean())
                    || (name == "examples" && !is_of_page(value))
            };
            let is_map = name == "properties";
            let kept = properties.iter().filter(|(name, value)| is_map || !is_lost(name, value));
            kept.map(|(name, value)| (name.clone(), carried(value, if is_map { "" } else { name })))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(|item| carried(item, "")).collect(),
        other => other.clone(),
    }
}

/// What single pages cannot carry: the reason, the operation, and the ends of the nodes.
const NOT_CARRIED: [(&str, &str, &[&str]); 9] = [
    (NO_EXAMPLE, "POST /etaxgo/Documents/", &["/issueDateTime/format", "/creationDateTime/format"]),
    (NO_EXAMPLE, "POST /etaxgo/Documents/AbbreviatedTaxInvoice/", &["/CreatedDate/format", "/IssueDateTime/format"]),
    (NO_EXAMPLE, "POST /etaxgo/Documents/Debit-Note/", &["/CreatedDate/format", "/IssueDateTime/format"]),
    (NO_EXAMPLE, "POST /etaxgo/Documents/corrected-receipt/", &["/createdDate/format"]),
    (NO_EXAMPLE, "PUT /etaxgo/Documents/Tax-Invoice/", &["/CreatedDate/format"]),
    (NO_EXAMPLE, "POST /v1/deals/", &["/dealDate/format", "/expectedCloseDate/format", "/dateFollowUp/format"]),
    ("the words of the table say how the date-time is written", "PUT /v1/deals/{id}/", &["/dateFollowUp/format"]),
    ("the example has a placeholder for the date", "POST /v1/quotation/enquiry/", &["/quotationDate/format"]),
    ("the example has a placeholder for a required boolean", "POST /v3/Products/", &["application/json/examples"]),
];
const NO_EXAMPLE: &str = "no example shows how the date-time is written, and OpenAPI has one format for all";

/// Everything is equal but for words and what no page carries, and for what is listed above.
#[test]
fn every_operation_of_the_spec_is_drafted_again_from_its_page() {
    let portal = read(&LocalPortal::of_spec(&committed()));
    let kept = operations(&committed());
    let mut differing = Vec::new();
    let mut again = BTreeMap::new();
    // The operation that issues tokens is in every product, and so it takes its turn.
    for is_token in [false, true] {
        let emptied = without(|target| target.contains("authentication.yaml") == is_token);
        let (drafts, drafted) = draft_all(&emptied, &portal);
        assert_eq!(drafts.refused, Vec::<String>::new());
        assert_eq!(drafts.drafted.len() == 1, is_token);
        assert_eq!(drafts.drafted.len() + drafts.known, portal.pages.len());
        let is_its = |key: &&(String, String)| key.0.contains("/connect/token") == is_token;
        let drafted = operations(&drafted).into_iter().filter(|(key, _)| is_its(&key));
        again.extend(drafted);
    }
    assert_eq!(again.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    for ((route, _), operation) in &kept {
        let own = again.iter().find(|((other, _), _)| other == route).unwrap().1;
        diff(&mut differing, route, &carried(own, ""), &carried(operation, ""));
    }
    let mut explained = Vec::new();
    for (why, operation, ends) in NOT_CARRIED {
        for end in ends {
            let is_its = |line: &&mut String| {
                let node = line.split_once(": ").map_or("", |(node, _)| node);
                node.starts_with(operation) && node.ends_with(end)
            };
            let found: Vec<_> = differing.extract_if(.., |line| is_its(&line)).collect();
            assert_eq!(found.len(), 1, "{operation}{end} is carried, or is more than one node: {found:#?}");
            explained.push(format!("{}\n    {why}", found[0]));
        }
    }
    assert_eq!(differing, Vec::<String>::new(), "drafted → by hand");
    let head = format!("{} operations are drafted again; drafted → by hand, and why:", kept.len());
    crate::snapshot("portal", "drafted-again", &format!("{head}\n\n{}", explained.join("\n")));
}

/// The ledgers of November 2026, with a made-up page for every title without an operation.
#[test]
fn a_whole_portal_becomes_operations_that_can_be_called() {
    let started = std::time::Instant::now();
    let portal = read(&LocalPortal::whole(&committed()));
    let (drafts, drafted) = draft_all(&committed(), &portal);
    assert_eq!(drafts.refused, Vec::<String>::new());
    assert_eq!(drafts.drafted.len() + drafts.known, portal.pages.len());
    let checked = spec_tools::check(&drafted).unwrap();
    assert_eq!(checked.findings, [], "nobody has reviewed the drafts, and only words are missing");
    // A program can call a draft, and a write that is sent again is done twice.
    let operations = checked.bundles.iter().flat_map(|bundle| &bundle.api.operations);
    let mut writes = operations.filter(|own| !own.is_reviewed && own.method != Method::Get);
    assert!(writes.all(|own| own.idempotency == Idempotency::NonIdempotent));
    println!("{} pages drafted and checked in {:?}", portal.pages.len(), started.elapsed());
    let output = spec_tools::build(&drafted).unwrap();
    println!("the same, and built in {:?}", started.elapsed());
    let is_bundle = |path: &&std::path::PathBuf| {
        path.starts_with("gofive-spec/bundled") && path.extension().is_some_and(|end| end == "json")
    };
    let bundled: usize = output
        .files
        .keys()
        .filter(is_bundle)
        .map(|path| {
            let bundle: Value = serde_json::from_str(&output.files[path]).unwrap();
            let items = bundle["paths"].as_object().unwrap().values();
            items
                .flat_map(|item| item.as_object().unwrap().values())
                .filter(|own| own.get("x-gofive-product").is_none())
                .count()
        })
        .sum();
    assert_eq!(bundled, portal.pages.len(), "the sandbox serves what is in the bundles");
    let again = spec_tools::portal::draft(&drafted, &portal, &Options { all: true, ..Options::default() }).unwrap();
    assert_eq!((again.drafted.len(), again.known), (0, portal.pages.len()), "everything is drafted");
}

fn diff(out: &mut Vec<String>, at: &str, drafted: &Value, kept: &Value) {
    match (drafted, kept) {
        (Value::Object(one), Value::Object(other)) => {
            for name in one.keys().chain(other.keys().filter(|name| !one.contains_key(*name))) {
                let at = format!("{at}/{name}");
                match (one.get(name), other.get(name)) {
                    (Some(one), Some(other)) => diff(out, &at, one, other),
                    (one, other) => out.push(format!("{at}: {} → {}", shown(one), shown(other))),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                diff(out, &format!("{at}/{index}"), one, other);
            }
        }
        (one, other) if one != other => out.push(format!("{at}: {one} → {other}")),
        _ => {}
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or("—".into(), |value| value.to_string().chars().take(80).collect())
}

/// A page that was copied carelessly may show a real token. It does not get into the spec, in a body as little as in a parameter.
#[test]
fn what_looks_like_a_credential_is_not_drafted() {
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.abc";
    let page = include_str!("pages/markdown/api-13759273.md").replace("note: description", &format!("note: {TOKEN}"));
    let parameter = |name: &str, example: &str| {
        format!("      - {{name: {name}, in: query, required: true, example: '{example}', schema: {{type: string}}}}\n")
    };
    let parameters = parameter("session", TOKEN) + &parameter("tenant", "{{tenant}}") + "      - name: Content-Type\n";
    let page = page.replacen("      - name: Content-Type\n", &parameters, 1);
    let mut portal = Portal::default();
    portal.read("page.md", page.as_bytes()).unwrap();
    let sources = crate::page::undrafted();
    let (drafts, drafted) = draft_all(&sources, &portal);
    let yaml = drafts.drafted[0].yaml();
    assert!(!yaml.contains("eyJ") && !yaml.contains("{{") && !drafts.report().contains("eyJ"), "{yaml}");
    let unknown = drafts.drafted[0].operation["x-gofive-unknown"].to_string();
    assert!(unknown.contains("request example: the page's example has what looks like a real credential"), "{unknown}");
    assert_eq!(spec_tools::check(&drafted).unwrap().findings, []);
}

/// A request is sent as the table says, and its example is adapted to that without inventing a value. A response is read as either.
#[test]
fn a_contradiction_is_decided_as_people_decided_it() {
    let schema = json!({
        "type": "object",
        "required": ["code", "contact"],
        "properties": {
            "code": { "type": "string" },
            "titleId": { "type": "integer" },
            "name": { "type": "string" },
            "active": { "type": "boolean" },
            "tags": { "type": "array", "items": { "type": "integer" } },
            "contact": { "type": ["object", "null"], "properties": { "email": { "type": "string" } } },
        },
    });
    let example = json!({ "code": "A", "title": 2, "name": "B", "active": "<boolean>", "tags": [1, "x"] });
    let draft = |schema: &Value, example: &Value| {
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        let operation = json!({
            "summary": "Add Case",
            "requestBody": { "content": content },
            "responses": { "200": { "content": content } },
        });
        let export = json!({ "openapi": "3.0.1", "paths": { "/v1/case": { "post": operation } } });
        let mut portal = Portal::default();
        portal.read("export.json", export.to_string().as_bytes()).unwrap();
        let (mut drafts, drafted) = draft_all(&crate::page::undrafted(), &portal);
        assert_eq!(spec_tools::check(&drafted).unwrap().findings, []);
        drafts.drafted.remove(0)
    };
    let drafted = draft(&schema, &example);
    let adapted = json!({ "code": "A", "titleId": 2, "name": "B", "tags": [1], "contact": null });
    let documented = &drafted.operation["requestBody"]["content"]["application/json"]["examples"]["documented"];
    assert_eq!((&documented["value"], &documented["x-gofive-portal"]), (&adapted, &example));
    let check = "titleId: title at its position in the example: decide whether they are one property".to_owned();
    assert!(drafted.checks.contains(&check), "{:#?}", drafted.checks);
    let types = |name: &str| {
        let schema = &drafted.schemas.iter().find(|(known, _)| known == name).unwrap().1["properties"];
        (schema["titleId"]["type"].clone(), schema["active"]["type"].clone(), schema["tags"]["items"]["type"].clone())
    };
    assert_eq!(types("AddCaseRequest"), (json!("integer"), json!("boolean"), json!("integer")));
    assert_eq!(types("AddCaseResponse"), (json!("integer"), Value::Null, Value::Null));

    // What cannot be adapted stays out, and the reason is in the spec.
    let unsendable = draft(&schema, &json!({ "code": ["A"], "contact": null }));
    let unknown = unsendable.operation["x-gofive-unknown"].to_string();
    assert!(unknown.contains("request example: the page's example has a value of another type for code"), "{unknown}");
    // Two names are one property only at one position, if the type fits, and if the example does not have both.
    for other in [
        json!({ "code": "A", "title": "Mr", "name": "B", "contact": null }),
        json!({ "title": 2, "code": "A", "name": "B", "contact": null }),
        json!({ "titleId": 1, "code": "A", "title": 2, "name": "B", "contact": null }),
    ] {
        let drafted = draft(&schema, &other);
        let request = &drafted.schemas.iter().find(|(name, _)| name == "AddCaseRequest").unwrap().1;
        assert!(request["properties"].get("title").is_some(), "{other}: {request}");
    }
}

/// Pages of one group share the schema of a model. A group's file refers to no other group's, so a page of another group gets a
/// schema of its own, with its operation's name: each file can be reviewed, and changed, alone.
#[test]
fn a_model_is_one_schema_in_each_group() {
    let operation = |title: &str, group: &str| {
        let reference = json!({ "$ref": "#/components/schemas/Contact" });
        let schema = json!({ "type": "object", "properties": { "contact": reference } });
        let body = json!({ "content": { "application/json": { "schema": schema } } });
        json!({ "post": { "summary": title, "tags": [group], "requestBody": body, "responses": {} } })
    };
    let contact = json!({ "type": "object", "properties": { "email": { "type": "string" } } });
    let export = json!({
        "openapi": "3.0.1",
        "paths": {
            "/v1/case": operation("Add Case", "Case"),
            "/v1/case/close": operation("Close Case", "Case"),
            "/v1/quotation/cancel": operation("Cancel Quotation", "Quotation"),
        },
        "components": { "schemas": { "Contact": contact } },
    });
    let mut portal = Portal::default();
    portal.read("export.json", export.to_string().as_bytes()).unwrap();
    let (drafts, drafted) = draft_all(&crate::page::undrafted(), &portal);
    assert_eq!(drafts.refused, Vec::<String>::new());
    assert_eq!(spec_tools::check(&drafted).unwrap().findings, []);
    let schemas = |index: usize| {
        let schemas = &drafts.drafted[index].schemas;
        schemas
            .iter()
            .map(|(name, schema)| (name.as_str(), schema["properties"]["contact"]["$ref"].as_str()))
            .collect::<Vec<_>>()
    };
    let shared = Some("#/components/schemas/AddCaseContact");
    assert_eq!(schemas(0), [("AddCaseRequest", shared), ("AddCaseContact", None)]);
    assert_eq!(schemas(1), [("CloseCaseRequest", shared)]);
    let own = Some("#/components/schemas/CancelQuotationContact");
    assert_eq!(schemas(2), [("CancelQuotationRequest", own), ("CancelQuotationContact", None)]);
}

/// Two pages of one address are not silently one operation, and a number belongs to one page.
#[test]
fn a_page_that_is_not_drafted_is_listed() {
    let page = include_str!("pages/markdown/api-13759273.md");
    let other = page.replace("Add Case", "Send Contract Document").replace("api-13759273", "api-5");
    let multipart = page.replace("Add Case", "Cancel Quotation").replace("/v1/case:", "/v1/send:");
    let multipart = multipart.replace("api-13759273", "api-6").replacen("application/json:", "multipart/form-data:", 1);
    let mut portal = Portal::default();
    for page in [page, &other, &multipart] {
        portal.read("page.md", page.as_bytes()).unwrap();
    }
    let (drafts, _) = draft_all(&crate::page::undrafted(), &portal);
    assert_eq!((drafts.drafted.len(), drafts.known), (1, 0));
    let [same, unsent] = drafts.refused.as_slice() else { panic!("{:#?}", drafts.refused) };
    assert!(
        same.contains("`Send Contract Document`") && same.contains("POST /v1/case is already in the spec"),
        "{same}"
    );
    assert!(unsent.contains("the body is `multipart/form-data`, and the client sends application/json or"), "{unsent}");
    let options = Options { all: true, page: Some("api-7".into()), ..Options::default() };
    let error = spec_tools::portal::draft(&crate::page::undrafted(), &portal, &options).unwrap_err();
    assert!(error.to_string().contains("can be the number of one page only"), "{error}");
}
