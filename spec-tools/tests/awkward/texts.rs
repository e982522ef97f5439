//! The awkward texts, each for every text of an operation.

use serde_json::{Value, json};

use super::{Case, object, operation, returns, sends};

/// Texts that are escaped.
#[rustfmt::skip]
pub(crate) const ESCAPED: &[&str] = &[
    "[foo]", "[foo](javascript:alert(1))", "[`foo`]", "[foo][bar]", "![image](https://example.com/x.png)",
    "[^1]: note", "a footnote[^1]", "[foo]: https://example.com", "[Self]", "`[Self]`", "`[`Self`]`", "[`Self`]",
    "Self::new", "Vec<T>", "`Vec<T>` or Vec<T>", "<script>alert(1)</script>", "</script><script>alert(1)</script>",
    "<b>", "</div>", "<!-- comment", "<![CDATA[ x", "<img src=x onerror=alert(1)>", "<https://example.com>",
    "<mail@example.com>", "&lt;b&gt; &#60;b&#x3e; &amp;lt;", "R&D; Q&A", "see https://example.com/a?b=[c]&d=1.",
    "http://localhost:8080/", "(https://example.com)", "xhttps://example.com", "https://", "www.example.com",
    "mail@example.com", "# heading", "#", "####### seven", "a\n# heading", "Title\n===", "Title\n---", "---", "***",
    "a\n\n***\n\nb", "> quote", "a | b", "a | b\n---|---\n1 | 2", "| a |\n|---|\n| b |", "a \\| b", "`a | b`",
    "`a \\| b`", "- one\n- two", "-     five blanks", "1.     five blanks", "- - - -     nested", "*     star",
    "+     plus", "a\n    not after a blank line", "- [ ] task", "- ~~~", "- `x`", "~~struck~~", "~ ~~ a~~~b",
    "C:\\[x] \\", "\\[x]", "\\\\[x]", "ends with \\", "\\<b>", "\\&lt;", "``a`b``", "`` ` ``", "```a```",
    "`code` and `code`", "* emphasis*", "__bold__ _x_", "{braces} {{document}} {{viewer}}", "*/ /* // ///", "#[doc]",
    "\"quotes\" 'single' \\n \\u{202e}", "r#\"raw\"#", "$x$ $$y$$", "a\u{a0}b", "a\u{2028}b", "a\u{200b}b", "ชื่อ 😀",
    "@import 'x'", ":warning:", "50 % -- or ...", "a  b", "\u{feff}x", "///", "//!", "!", "/", "*", "'", "\"", "\\",
];

/// Texts that are findings, except in a title of the portal.
#[rustfmt::skip]
pub(crate) const REFUSED: &[&str] = &[
    "```\nlet x;\n```", "```rust\nlet x;\n```", "~~~\nlet x;\n~~~", "a\n```\nb", "an odd ` backtick", "\\`", "`a``",
    "a `b\nc` d", "a\n\n    let x;", "- one\n\n      code", "    let x;", "\tlet x;", "a\u{202e}b", "a\u{2066}b",
    "bell \u{7}", "a\rb", "nul \u{0}",
];

/// One case for each text.
pub(crate) fn all(texts: &[&str]) -> Vec<Case> {
    let products = ["venio", "empeo", "etaxgo"];
    let case = |(number, text): (usize, &&str)| case(number, text, products[number % products.len()]);
    texts.iter().enumerate().map(case).collect()
}

/// The text as summary, description, source, title, oddity, unknown, description of parameters, properties and schemas, meaning
/// of a value, title of a schema, summary of an example, name and description of a tag.
fn case(number: usize, text: &str, product: &'static str) -> Case {
    let (id, pascal) = (format!("say_n{number}"), format!("SayN{number}"));
    // Two tags of one name would be one group.
    let tag = format!("{text} {number}");
    let mut first = operation(&id);
    for name in ["summary", "description", "x-gofive-title", "x-gofive-source"] {
        first[name] = text.into();
    }
    first["tags"] = json!([tag]);
    first["x-gofive-oddities"] = json!([text, text]);
    first["x-gofive-unknown"] = json!([text, "request example: a test", "response example: a test"]);
    let parameter = |name: &str, within: &str| {
        json!({
            "name": name, "in": within, "required": within == "path", "description": text, "schema": { "type": "string" },
            "example": text,
        })
    };
    first["parameters"] = json!([parameter("code", "path"), parameter("mode", "query")]);
    let (body, record) = (format!("{pascal}Request"), format!("{pascal}Response"));
    let (part, kind) = (format!("{pascal}Part"), format!("{pascal}Kind"));
    sends(&mut first, &body);
    first["requestBody"]["description"] = text.into();
    first["requestBody"]["content"]["application/json"]["examples"] =
        json!({ "documented": { "summary": text, "value": { "name": text } } });
    let items = json!({ "$ref": format!("#/components/schemas/{record}") });
    let envelope = returns(&mut first, &format!("{pascal}Envelope"), &json!({ "type": "array", "items": items }));
    first["responses"]["200"]["description"] = text.into();
    first["x-gofive-paging"] = json!({ "style": "skip-take", "skip": "skip", "take": "take" });

    let mut request = described(text, &["name", "description", "value"]);
    let number_of_page = json!({ "type": "integer", "description": text });
    request["properties"]["skip"] = number_of_page.clone();
    request["properties"]["take"] = number_of_page;
    request["properties"]["part"] = json!({ "$ref": format!("#/components/schemas/{part}") });
    request["title"] = text.into();
    let mut response = described(text, &["name"]);
    response["properties"]["kind"] = json!({ "$ref": format!("#/components/schemas/{kind}") });
    let kind_schema = json!({
        "type": "string", "description": text, "enum": ["A", text], "x-enum-varnames": ["A", "TEXT"],
        "x-enum-descriptions": [text, text],
    });
    let schemas =
        vec![(body, request), envelope, (record, response), (part, described(text, &["name"])), (kind, kind_schema)];
    let paths = vec![(format!("/awkward/{number}/{{code}}"), json!({ "post": first }))];
    Case { kind: "text", what: format!("{text:?}"), product, paths, schemas, tag: Some((tag, text.to_owned())) }
}

/// An object with this text as its description, and as that of each property.
fn described(text: &str, properties: &[&str]) -> Value {
    let mut object = object(properties);
    object["description"] = text.into();
    for name in properties {
        object["properties"][*name]["description"] = text.into();
    }
    object
}

/// Gives every product a title and a description with awkward texts.
pub(crate) fn describe_products(sources: &mut spec_tools::Sources) {
    for product in ["venio", "empeo", "etaxgo"] {
        let file = format!("openapi/{product}/openapi.yaml");
        let text = sources.text(&file).expect("each product has a root").to_owned();
        let (head, rest) = text.split_once("  title: ").expect("the root has a title");
        let (title, rest) = rest.split_once('\n').expect("the title has a line");
        let (version, rest) = rest.split_once("  description: >-\n").expect("the root has a description");
        let title = json!(format!("{title} [x] <script> Vec<T> a | b https://example.com"));
        let description = "    [x](y) <script> Vec<T>\n    # heading\n    https://example.com &lt; `code` | `[Self]`\n";
        let edited = format!("{head}  title: {title}\n{version}  description: |-\n{description}{rest}");
        sources.write(&file, edited);
    }
}
