//! What the portal has becomes what the spec has: the operations of the spec, as pages of a local portal, are drafted again.

use std::collections::{BTreeMap, BTreeSet};

use gofive_spec::{Idempotency, Method};
use serde_json::{Map, Value};
use spec_tools::Sources;
use spec_tools::portal::{Drafts, Options, Portal};

use crate::frozen::{committed, text, write};
use crate::local_portal::LocalPortal;

/// The pages, as they are read from the files of the site.
fn read(portal: &LocalPortal) -> Portal {
    let mut read = Portal::default();
    for (name, text) in portal.files("https://developer.gofive.co.th") {
        read.read(&name, text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error:#}"));
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
/// - formats, unless an example has one: the portal's own names of formats do not say how a date is written;
/// - where an example is from, and values that are assembled from other pages;
/// - failures that every operation has, and whether a body may be missing.
fn carried(value: &Value, name: &str) -> Value {
    const LOST: [&str; 10] = [
        "description",
        "summary",
        "operationId",
        "x-enum-descriptions",
        "x-enum-varnames",
        "format",
        "example",
        "pattern",
        "security",
        "tags",
    ];
    match value {
        Value::Object(properties) if name == "examples" => {
            let example = &properties["documented"];
            Value::Array(vec![example.get("x-gofive-portal").unwrap_or(&example["value"]).clone()])
        }
        Value::Object(properties) if name == "responses" => {
            let successes = properties.iter().filter(|(status, _)| status.starts_with('2'));
            successes.map(|(status, response)| (status.clone(), carried(response, ""))).collect::<Map<_, _>>().into()
        }
        Value::Object(properties) => {
            let is_lost = |name: &str, value: &Value| {
                (name.starts_with("x-gofive-") || LOST.contains(&name))
                    || (name == "required" && value.is_boolean())
                    || (name == "examples" && (properties.contains_key("in") || value.get("documented").is_none()))
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

/// Where table and example of a page contradict each other, a person has decided: the snapshot lists these, and nothing else.
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
    let mut equal = 0;
    for ((route, _), operation) in &kept {
        let before = differing.len();
        let own = again.iter().find(|((other, _), _)| other == route).unwrap().1;
        diff(&mut differing, route, &carried(own, ""), &carried(operation, ""));
        equal += usize::from(differing.len() == before);
    }
    let count = format!("{equal} of {} operations are equal; drafted → by hand:", kept.len());
    crate::snapshot("portal", "drafted-again", &format!("{count}\n\n{}", differing.join("\n")));
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
        path.starts_with("openapi/bundled") && path.extension().is_some_and(|end| end == "json")
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
    let unknown = drafts.drafted[0].draft.operation["x-gofive-unknown"].to_string();
    assert!(unknown.contains("request example: the page's example has what looks like a real credential"), "{unknown}");
    assert_eq!(spec_tools::check(&drafted).unwrap().findings, []);
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
