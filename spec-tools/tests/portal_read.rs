//! Pages in every form that a person may have: each becomes the same typed page, and what is not understood is listed.

use serde_json::{Value, json};
use spec_tools::portal::page::Type;
use spec_tools::portal::{Portal, values};

use crate::page::{ADD_CASE, drafted, undrafted};
use crate::snapshot;

const HABITS: &str = include_str!("pages/habits.md");
const MARKDOWN: &str = include_str!("pages/markdown/api-13759273.md");

fn read(name: &str, text: &str) -> Portal {
    let mut portal = Portal::default();
    portal.read(name, text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    portal
}

fn error(text: &str) -> String {
    format!("{:#}", Portal::default().read("page", text.as_bytes()).unwrap_err())
}

/// The file has each habit of the portal's documents, one a line, and things that nobody has seen.
#[test]
fn every_habit_of_the_documents_is_understood_or_listed() {
    let portal = read("habits.md", HABITS);
    let mut shown = Vec::new();
    for page in &portal.pages {
        shown.push(format!("{}\n\nNot read:", serde_json::to_string_pretty(page).unwrap()));
        shown.extend(page.unread.iter().map(|unread| format!("  {unread}")));
    }
    shown.push("\nBeside the pages:".into());
    shown.extend(portal.unread.iter().map(|(file, unread)| format!("  {file}: {unread}")));
    snapshot("portal", "habits", &shown.join("\n"));
}

/// The draft without what only one of the two says: the day of the last change, and the page's words.
fn facts(page: &str) -> (Value, Vec<(String, Value)>) {
    fn without_words(value: &Value) -> Value {
        match value {
            Value::Object(properties) => {
                let kept = properties.iter().filter(|(name, _)| *name != "#" && *name != "x-gofive-modified");
                kept.map(|(name, value)| (name.clone(), without_words(value))).collect()
            }
            Value::Array(items) => items.iter().map(without_words).collect(),
            other => other.clone(),
        }
    }
    let draft = drafted(&undrafted(), page);
    let schemas = draft.schemas.iter().map(|(name, schema)| (name.clone(), without_words(schema))).collect();
    (without_words(&draft.operation), schemas)
}

#[test]
fn a_text_page_and_a_markdown_page_give_the_same_draft() {
    let (text, markdown) = (facts(ADD_CASE), facts(MARKDOWN));
    assert_eq!(text.0["x-gofive-evidence"]["response"], "complete");
    assert_eq!(text, markdown);
}

/// JSON and YAML, OpenAPI 3.0 and 3.1, one page of Markdown and one document: the same pages.
#[test]
fn an_export_of_a_project_is_read_like_its_pages() {
    let yaml = MARKDOWN.split("```").nth(1).unwrap().strip_prefix("yaml\n").unwrap();
    let document = spec_tools::sources::yaml::Source::parse("page.yaml", yaml).unwrap().root;
    let page = |portal: &Portal| serde_json::to_value(&portal.pages[0]).unwrap();
    let expected = page(&read("page.md", MARKDOWN));
    let mut newer = document.clone();
    newer["openapi"] = json!("3.1.0");
    let pretty = serde_json::to_string_pretty(&document).unwrap();
    let thai = document.to_string().replace("Add Case", "\\u0e40\\ud83d\\ude00");
    for text in [yaml.to_owned(), pretty.clone(), pretty.replace("  ", "\t"), newer.to_string()] {
        assert_eq!(page(&read("export", &text)), expected);
    }
    assert_eq!(read("export", &thai).pages[0].title, "เ😀", "spellings that only JSON has");
    let twice = format!("{MARKDOWN}\n{MARKDOWN}");
    let portal = read("twice.md", &twice);
    assert_eq!(portal.pages.iter().map(|page| page.line).collect::<Vec<_>>(), [13, 13 + MARKDOWN.lines().count() + 1]);
}

#[test]
fn an_index_lists_the_pages_of_operations() {
    let index = "\u{feff}# Gofive OpenAPI\r\n\r\n## Docs\n- [Introduction](https://developer.gofive.co.th/doc-340944.md): \n\
        ## API Docs\n-  งานขาย  >  Sales  [Get [all] items](https://developer.gofive.co.th/get-api-12.md): List (all)\n\
        - Old [2021] > Case [Get [a [b]]](https://developer.gofive.co.th/api-3/api-4.md): [words](https://example.com)\n\
        - [No number](https://developer.gofive.co.th/x.md):\nsomething else\n";
    let portal = read("llms.txt", index);
    let [index] = portal.indexes.as_slice() else { panic!("{portal:?}") };
    let shown = index.iter().map(|entry| (entry.folder.join("|"), entry.title.as_str(), entry.number.as_deref()));
    let expected = [
        ("งานขาย|Sales".into(), "Get [all] items", Some("api-12")),
        ("Old [2021]|Case".into(), "Get [a [b]]", Some("api-4")),
        (String::new(), "No number", None),
    ];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    assert_eq!((portal.unread.len(), portal.unread[0].1.line), (1, 9));
}

#[test]
fn what_has_no_operation_says_why() {
    let block = |yaml: &str| format!("# A\n\n```yaml\n{yaml}\n```\n");
    for (text, why) in [
        (block("openapi: 3.0.1\npaths: {}"), "the document has no paths"),
        (block("openapi: 3.0.1\npaths:\n  /a: ["), "line 7: `paths › /a`: not YAML"),
        (block("swagger: '2.0'\npaths: {}"), "the document is not OpenAPI 3"),
        (block("openapi: 3.0.1\npaths: {/a b: {get: {}}}"), "is not the address of an operation"),
        (
            block("openapi: 3.0.1\npaths: {'https://api.veniocrm.com/a': {get: {}}}"),
            "is not the address of an operation",
        ),
        ("# A page\n\nOnly words.\n".into(), "neither a method nor an address"),
        ("{\"openapi\": \"3.0.0\", \"paths\": 1}".into(), "the document has no paths"),
    ] {
        let error = error(&text);
        assert!(error.contains(why), "{text}: {error}");
    }
}

/// 300,000 nested elements, lists, braces or models end with a message, and soon.
#[test]
fn hostile_nesting_ends_with_a_message() {
    const DEPTH: usize = 300_000;
    let block = |yaml: &str| format!("# A\n\n```yaml\nopenapi: 3.0.1\npaths: {yaml}\n```\n");
    let with_example = |example: &str| ADD_CASE.replacen("Example\n{", &format!("Example\n{example}{{"), 1);
    let models = (0..40).map(|n| format!("\n    M{n}: {{type: object, properties: {{a: {{$ref: '#/components/schemas/M{0}'}}, b: {{$ref: '#/components/schemas/M{0}'}}}}}}", n + 1)).collect::<Vec<_>>().concat();
    let multiplying = format!(
        "\n  /a:\n    post:\n      summary: A\n      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/M0'}}}}}}}}\n      responses: {{}}\ncomponents:\n  schemas:{models}"
    );
    let aliases = (1..60).map(|n| format!("\n  a{n}: &a{n} [*a{0}, *a{0}]", n - 1)).collect::<Vec<_>>().concat();
    for (name, text, expected) in [
        ("elements", format!("<html><body>{}", "<div>".repeat(DEPTH)), "elements are nested more than 500 deep"),
        ("sequences", block(&"[".repeat(DEPTH)), "nested too deeply"),
        ("mappings", block(&"{a: ".repeat(DEPTH)), "nested too deeply"),
        ("items", block(&format!("\n{}", "- ".repeat(DEPTH))), "nested too deeply"),
        ("JSON", format!("{{\"openapi\":{}", "[".repeat(DEPTH)), "nested too deeply"),
        ("an example", with_example(&"[".repeat(DEPTH)), "recursion limit exceeded"),
        ("lines of an example", with_example(&"[\n".repeat(DEPTH)), "recursion limit exceeded"),
        ("a type", ADD_CASE.replacen("array[string]", &"array[".repeat(DEPTH), 1), "a row without its type"),
        ("models that multiply", block(&multiplying), "too many levels or properties"),
        ("aliases that multiply", block(&format!("{{}}\nx:\n  a0: &a0 [x]{aliases}")), "aliases that multiply"),
        ("blocks", "# A\n```\n".repeat(DEPTH), "neither a method nor an address"),
        (
            "rows",
            ADD_CASE.replacen("note\nstring\noptional\n", &"row\nstring\noptional\n".repeat(DEPTH), 1),
            "more rows than can be nested",
        ),
    ] {
        let started = std::time::Instant::now();
        let mut portal = Portal::default();
        let outcome = match portal.read(name, text.as_bytes()) {
            Ok(()) => {
                format!("{:?} {:?}", portal.pages.iter().map(|page| &page.unread).collect::<Vec<_>>(), portal.unread)
            }
            Err(error) => format!("{error:#}"),
        };
        assert!(outcome.contains(expected), "{name}: {}", &outcome[..outcome.len().min(600)]);
        assert!(started.elapsed().as_secs() < 20, "{name}: {:?}", started.elapsed());
    }
}

fn names(kind: &Type, words: &[&str]) -> Option<Vec<(String, Option<String>)>> {
    let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
    let meanings = values::meanings(kind, &words)?;
    Some(meanings.into_iter().map(|meaning| (meaning.value.to_string(), meaning.name())).collect())
}

#[test]
fn reads_meanings_as_pages_write_them() {
    let two = Some(vec![("1".into(), Some("OPEN".into())), ("2".into(), Some("IN_USE".into()))]);
    for words in
        [&["(1 = Open", "2 = In use)"][..], &["1 = Open 2 = In use"], &["1=Open, 2=In use"], &["Open = 1, In use = 2"]]
    {
        assert_eq!(names(&Type::Integer, words), two, "{words:?}");
    }
    let lists = Type::List(Box::new(Type::Integer));
    assert_eq!(names(&lists, &["1 = Open", "2 = In use"]), two);
    assert_eq!(names(&Type::Text, &["E = E-mail", "S = SMS"]).unwrap().len(), 2);
}

#[test]
fn invents_no_meanings() {
    assert_eq!(names(&Type::Integer, &["a whole number"]), None);
    assert_eq!(names(&Type::Integer, &["1 = one"]), None, "one value is not an enumeration");
    assert_eq!(names(&Type::Boolean, &["true = percent, false = amount"]), None);
    assert_eq!(names(&Type::Text, &["Success = 1000", "Error = 4001"]), None);
    assert_eq!(names(&Type::Integer, &["1 = a, 1 = b"]), None);
    assert_eq!(names(&Type::Integer, &["1 = เปิด, 2 = ปิด"]).unwrap()[0].1, None, "the maintainer chooses the name");
}

#[test]
fn markup_is_removed_and_words_are_kept() {
    for (text, expected) in [
        ("1 = Open\r\n2 = ปิด", &["1 = Open", "2 = ปิด"][..]),
        (":::info[Read this]\nonce\n:::", &["Read this", "once"]),
        ("<Accordion title=\"More\">inside</Accordion>", &["inside"]),
        ("see [the list](https://example.com/doc-1)<br/> or <Your Key>", &["see the list or <Your Key>"]),
        ("Vec<String> [a] a < b", &["Vec<String> [a] a < b"]),
        ("[[[[", &["[[[["]),
    ] {
        let document =
            json!({ "openapi": "3.0.1", "paths": { "/a": { "get": { "summary": "A", "description": text } } } });
        assert_eq!(read("a.json", &document.to_string()).pages[0].words, expected, "{text:?}");
    }
}
