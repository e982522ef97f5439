//! The awkward names, by kind.

use heck::ToSnakeCase as _;
use serde_json::{Value, json};

use super::{Case, object, operation, returns, sends};

/// Operation ids. The first of a pair pages.
const OPERATIONS: &str = "
    new clone operations match gen async try self super crate static dyn box macro abstract yield union raw auto
    default drop fmt session client types from into to_owned request pages builder page error none some ok err option
    string vec eq hash borrow as_ref x r i64 str bool venio gofive call operation payload serde std core bon reqwest
    a1b2
";

/// Names of path parameters.
#[rustfmt::skip]
const ARGUMENTS: &[&[&str]] = &[
    &["self"], &["Self"], &["request"], &["Request"], &["body"], &["Body"], &["client"], &["page"], &["Page"],
    &["builder"], &["session"], &["operations"], &["types"], &["type"], &["gen"], &["async"], &["crate"], &["super"],
    &["url"], &["response"], &["result"], &["name"], &["error"], &["x1", "x_1"], &["fooBar", "foo_bar"],
    &["foo", "Foo"], &["type", "type_"], &["union"], &["r"], &["map"], &["i64"], &["str"], &["query"], &["_x"],
    &["A"], &["x_"], &["api_version"], &["none"], &["some"], &["ok"], &["box"], &["dyn"], &["to_owned"],
];

/// Names of properties and query parameters.
#[rustfmt::skip]
const FIELDS: &[&[&str]] = &[
    &["extra"], &["Extra"], &["_extra"], &["EXTRA"], &["build"], &["Build"], &["builder"], &["new"], &["clone"],
    &["self"], &["Self"], &["crate"], &["super"], &["type"], &["gen"], &["async"], &["await"], &["match"], &["dyn"],
    &["union"], &["macro_rules"], &["'static"], &["r#type"], &["try"], &["abstract"], &["fn"], &["_"], &["__"],
    &["1st"], &["9"], &["+1"], &["-1"], &["+"], &[""], &["'"], &[" "], &["a'b"], &["ab c"], &["X"], &["x"],
    &["größe"], &["ชื่อ"], &["😀"], &["a\"b"], &["a\\b"], &["a`b"], &["a\nb"], &["a\u{202e}b"], &["a\u{0}b"],
    &["a\tb"], &["$ref"], &["@odata.type"], &["#"], &["{}"], &["{0}"], &["//"], &["*/"], &["/*"], &["map"], &["name"],
    &["value"], &["deserializer"], &["serializer"], &["properties"], &["request"], &["None"], &["Some"], &["Ok"],
    &["default"], &["maybe_extra"], &["maybeExtra"], &["maybe"], &["state"], &["State"], &["isSet"], &["IsSet"],
    &["sealed"], &["set"], &["Empty"], &["S"], &["A"], &["D"], &["items"], &["iter"], &["i64"], &["str"], &["String"],
    &["Option"], &["description"], &["example"], &["enum"], &["title"], &["data"], &["status"], &["__proto__"],
    &["::serde_json::Map"], &["[Self]"], &["`Self`"], &["skip"], &["take"], &["into"], &["from"], &["1st", "x1st"],
    &["fooBar", "foo_bar"], &["foo-bar", "foo_bar"], &["Subject", "subject"], &["type", "type_"], &["x1", "x_1"],
    &["a1b", "a_1b"], &["title", "maybe_title"], &["maybeTitle", "title"], &["", "x"], &["ชื่อ", "นามสกุล"],
    &["a'b", "ab"], &["self", "self_"], &["+1", "plus1"], &["é", "ê"], &["a b", "a-b"], &["gen", "gen_"],
    &["Self", "self"], &["fooBar", "foobar"], &["FOO", "foo"], &["x", "X"], &["1", "x1"],
];

/// Names of schemas.
const TYPES: &str = "
    Answer From Into Option Some None Ok Err Result String Vec Box Self Map Value Error Operation Operations Session
    Pages Page Client Types Properties State IsSet IsUnset IsComplete Empty Set Unset Sealed Serialize Serializer
    Deserialize Deserializer MapAccess FromProperties Payload RawJson Nullable Decimal TextDecimal Date DateTime
    DateTimeOffset DateTimeOffsetMillis DateTimeLocal DateTimeLocalSpace DateTimeUtcMillis Secret Venio Empeo Etaxgo
    Gofive Webhook A B C D E F G H I K M N P R S T U V W X Str I64 Bool Char Clone Copy Debug Default Eq PartialEq Ord
    PartialOrd Hash Send Sync Sized Drop Fn FnMut FnOnce AsRef AsMut Iterator IntoIterator FromIterator
    ExactSizeIterator DoubleEndedIterator Extend ToOwned ToString TryFrom TryInto Future IntoFuture Unpin AsyncFn
    BTreeMap HashMap JsonSchema SchemaGenerator Schema Builder BonBuilder Visitor Formatter Display FromStr Scalar
    Numbers Infallible ParseEnumError JsonType Idempotency Item Items Response Request Body Stream Arc Rc Cell Any Pin
    Cow PhantomData Method Url ResponseValue ByteStream Sent Name Record Optional Type Crate Super Match Struct Enum
    Fragment Compiler Rustc Std Core Serde Bon
";

/// Names of the values of an enumeration.
const CONSTANTS: &str = "
    ALL SELF A S D EXPECTED NUMBERS OK ERR NONE SOME TYPE PROPERTIES MAX X1 KNOWN VALUE NAME FOO__BAR X_
";

/// Values of an enumeration.
fn values() -> Vec<Value> {
    let texts = [
        "", " ", "a\"b", "a\\b", "a`b", "`", "``", "a\nb", "\u{1}", "\u{8}", "\u{c}", "\r", "\u{202e}", "'", "{}", "1",
        "é", "*/",
    ];
    let numbers = [json!(-1), json!(i64::MIN), json!(i64::MAX), json!(0), json!(2.0), json!(u64::MAX)];
    texts.map(Value::from).into_iter().chain(numbers).collect()
}

/// Every case.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = Cases::default();
    for id in OPERATIONS.split_whitespace() {
        cases.add("operation id", "venio", id, |_, path| {
            let payload = operation(id);
            (vec![(path, json!({ "get": payload }))], vec![])
        });
    }
    collisions_of_operations(&mut cases);
    for names in ARGUMENTS {
        let what = names.join(" and ");
        cases.add("path parameter", "venio", &what, |id, path| (vec![with_arguments(id, &path, names, false)], vec![]));
        cases.add("path parameter, with pages", "venio", &what, |id, path| {
            let request = format!("{}Request", pascal(id));
            (vec![with_arguments(id, &path, names, true)], vec![(request, paged())])
        });
    }
    for names in FIELDS {
        let what = names.join(" and ");
        fields(&mut cases, names, &what);
    }
    for name in ["type", "1st", "self", "gen", "skip-it", "größe", "a`b", "a\"b", "Page", "client"] {
        cases.add("property for paging", "venio", name, |id, path| {
            let mut operation = operation(id);
            let body = format!("{}Request", pascal(id));
            sends(&mut operation, &body);
            operation["x-gofive-paging"] = json!({ "style": "page-index", "index": name, "size": "take" });
            let mut request = paged();
            request["properties"][name] = request["properties"]["skip"].clone();
            (vec![(path, json!({ "post": operation }))], vec![(body, request)])
        });
    }
    for name in TYPES.split_whitespace() {
        types(&mut cases, name);
    }
    collisions_of_types(&mut cases);
    for name in CONSTANTS.split_whitespace() {
        enumeration(&mut cases, name, "integer", &json!(1), name);
    }
    for value in values() {
        let json_type = if value.is_string() { "string" } else { "integer" };
        enumeration(&mut cases, "ONE", json_type, &value, &value.to_string());
    }
    cases.0
}

/// Builds cases, each with an operation id of its own.
#[derive(Default)]
struct Cases(Vec<Case>);

type Additions = (Vec<(String, Value)>, Vec<(String, Value)>);

impl Cases {
    fn add(
        &mut self,
        kind: &'static str,
        product: &'static str,
        what: &str,
        add: impl FnOnce(&str, String) -> Additions,
    ) {
        let number = self.0.len();
        let (paths, schemas) = add(&format!("try_n{number}"), format!("/awkward/{number}"));
        self.0.push(Case { kind, what: what.to_owned(), product, paths, schemas, tag: None });
    }
}

fn pascal(id: &str) -> String {
    id.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn paged() -> Value {
    let number = json!({ "type": "integer", "description": "A number." });
    json!({ "type": "object", "description": "A page.", "properties": { "skip": number, "take": number } })
}

fn with_arguments(id: &str, path: &str, names: &[&str], has_pages: bool) -> (String, Value) {
    let mut operation = operation(id);
    let parameter = |name: &&str| json!({ "name": name, "in": "path", "required": true, "description": "A text.", "schema": { "type": "string" } });
    operation["parameters"] = names.iter().map(parameter).collect();
    if has_pages {
        sends(&mut operation, &format!("{}Request", pascal(id)));
        operation["x-gofive-paging"] = json!({ "style": "skip-take", "skip": "skip", "take": "take" });
    }
    let segments: String = names.iter().map(|name| format!("/{{{name}}}")).collect();
    (format!("{path}{segments}"), json!({ "post": operation }))
}

fn collisions_of_operations(cases: &mut Cases) {
    let pages = |id: &str, is_documented: bool, path: &str| -> Additions {
        let mut first = operation(id);
        first["x-gofive-paging"] = json!({ "style": "skip-take", "skip": "skip", "take": "take" });
        sends(&mut first, &format!("{}Request", pascal(id)));
        let mut schemas = vec![(format!("{}Request", pascal(id)), paged())];
        if is_documented {
            let record = format!("{}Response", pascal(id));
            let items = json!({ "$ref": format!("#/components/schemas/{record}") });
            let data = json!({ "type": "array", "items": items });
            schemas.push(returns(&mut first, &format!("{}Envelope", pascal(id)), &data));
            schemas.push((record, object(&["name"])));
        }
        (vec![(path.to_owned(), json!({ "post": first }))], schemas)
    };
    for (id, other, is_documented) in [
        ("enquire_workers", "enquire_workers_pages", true),
        ("seek_workers", "seek_workers_request", true),
        ("look_workers", "look_workers_request", false),
        ("find_workers", "find_workers_pages", false),
    ] {
        cases.add("operation id", "venio", &format!("{id} and {other}"), |_, path| {
            let (mut paths, schemas) = pages(id, is_documented, &path);
            paths.push((format!("{path}/other"), json!({ "get": operation(other) })));
            (paths, schemas)
        });
    }
    cases.add("operation id", "venio", "add_1x and add1x", |_, path| {
        let other = json!({ "get": operation("add1x") });
        (vec![(path.clone(), json!({ "get": operation("add_1x") })), (format!("{path}/other"), other)], vec![])
    });
}

/// One case each: the names as properties of a body, of an object in it, of a response, and as query parameters; a query
/// parameter beside a property.
fn fields(cases: &mut Cases, names: &[&str], what: &str) {
    cases.add("property of a request", "venio", what, |id, path| {
        let mut operation = operation(id);
        let name = format!("{}Request", pascal(id));
        sends(&mut operation, &name);
        (vec![(path, json!({ "post": operation }))], vec![(name, object(names))])
    });
    cases.add("required property of a request", "venio", what, |id, path| {
        let mut operation = operation(id);
        let name = format!("{}Request", pascal(id));
        sends(&mut operation, &name);
        let mut body = object(names);
        body["required"] = json!(names);
        (vec![(path, json!({ "post": operation }))], vec![(name, body)])
    });
    cases.add("property of a part of a request", "venio", what, |id, path| {
        let mut operation = operation(id);
        let (name, part) = (format!("{}Request", pascal(id)), format!("{}Part", pascal(id)));
        sends(&mut operation, &name);
        let mut body = object(&[]);
        body["properties"]["part"] = json!({ "$ref": format!("#/components/schemas/{part}") });
        (vec![(path, json!({ "post": operation }))], vec![(name, body), (part, object(names))])
    });
    for open in [false, true] {
        let kind = if open { "property of an open response" } else { "property of a response" };
        cases.add(kind, "venio", what, |id, path| {
            let mut operation = operation(id);
            let name = format!("{}Response", pascal(id));
            let data = json!({ "$ref": format!("#/components/schemas/{name}") });
            let envelope = returns(&mut operation, &format!("{}Envelope", pascal(id)), &data);
            let mut response = object(names);
            if open {
                response["additionalProperties"] = true.into();
            }
            (vec![(path, json!({ "get": operation }))], vec![envelope, (name, response)])
        });
    }
    let query =
        |name: &&str| json!({ "name": name, "in": "query", "description": "A text.", "schema": { "type": "string" } });
    // The schema of the files refuses these, which no URL has.
    if names.iter().any(|name| name.trim().is_empty()) {
        return;
    }
    cases.add("query parameter", "venio", what, |id, path| {
        let mut operation = operation(id);
        operation["parameters"] = names.iter().map(query).collect();
        (vec![(path, json!({ "get": operation }))], vec![])
    });
    if let [first, second] = names {
        cases.add("query parameter and property", "venio", what, |id, path| {
            let mut operation = operation(id);
            let name = format!("{}Request", pascal(id));
            sends(&mut operation, &name);
            operation["parameters"] = json!([query(first)]);
            (vec![(path, json!({ "post": operation }))], vec![(name, object(&[second]))])
        });
    }
}

/// The name as the schema of a payload.
pub(crate) fn payload(name: &str) -> Case {
    let id = format!("get_{}", name.to_snake_case());
    let mut operation = operation(&id);
    let data = json!({ "$ref": format!("#/components/schemas/{name}") });
    let envelope = returns(&mut operation, &format!("{}Envelope", pascal(&id)), &data);
    Case {
        kind: "schema of a response",
        what: name.to_owned(),
        product: "venio",
        paths: vec![(format!("/awkward/{id}"), json!({ "get": operation }))],
        schemas: vec![envelope, (name.to_owned(), object(&["name"]))],
        tag: None,
    }
}

/// One case each: the name as a record, as a part of a request, and as an enumeration. Each has a product of its own, so that
/// the three have no names in common.
fn types(cases: &mut Cases, name: &str) {
    let verb = |verb: &str| format!("{verb}_{}", name.to_snake_case());
    cases.0.push(payload(name));
    cases.add("schema of a request", "empeo", name, |_, path| {
        let id = verb("add");
        let (mut operation, body) = (operation(&id), format!("{}Request", pascal(&id)));
        sends(&mut operation, &body);
        let mut request = object(&["name"]);
        request["properties"]["part"] = json!({ "$ref": format!("#/components/schemas/{name}") });
        let list = json!({ "$ref": format!("#/components/schemas/{name}") });
        request["properties"]["list"] = json!({ "type": "array", "description": "A list.", "items": list });
        (vec![(path, json!({ "post": operation }))], vec![(body, request), (name.to_owned(), object(&["name"]))])
    });
    for json_type in ["integer", "string"] {
        // A letter more, because one product has both.
        let name = if json_type == "string" { format!("{name}2") } else { name.to_owned() };
        let value = if json_type == "string" { json!("A") } else { json!(1) };
        cases.add("schema of an enumeration", "etaxgo", &name, |id, path| {
            let mut operation = operation(id);
            let record = format!("{}Response", pascal(id));
            let data = json!({ "$ref": format!("#/components/schemas/{record}") });
            let envelope = returns(&mut operation, &format!("{}Envelope", pascal(id)), &data);
            let mut response = object(&["name"]);
            response["properties"]["kind"] = json!({ "$ref": format!("#/components/schemas/{name}") });
            let one = json!({
                "type": json_type, "description": "A kind.", "enum": [value],
                "x-enum-varnames": ["ONE"], "x-enum-descriptions": ["One."],
            });
            (vec![(path, json!({ "get": operation }))], vec![envelope, (record, response), (name.clone(), one)])
        });
    }
}

fn collisions_of_types(cases: &mut Cases) {
    let part = |part: &'static str, other: &'static str| {
        move |id: &str, path: String| -> Additions {
            let (mut operation, body) = (operation(id), format!("{}Request", pascal(id)));
            sends(&mut operation, &body);
            let (part, other) = (format!("{}{part}", pascal(id)), format!("{}{other}", pascal(id)));
            let mut request = object(&["name"]);
            request["properties"]["part"] = json!({ "$ref": format!("#/components/schemas/{part}") });
            request["properties"]["other"] = json!({ "$ref": format!("#/components/schemas/{other}") });
            let schemas = vec![(body, request), (part, object(&["name"])), (other, object(&["name"]))];
            (vec![(path, json!({ "post": operation }))], schemas)
        }
    };
    cases.add("schema and builder", "venio", "Part and PartBuilder", part("Part", "PartBuilder"));
    cases.add("schema and builder", "venio", "Part and RequestBuilder", part("Part", "RequestBuilder"));
    cases.add("schema and builder", "venio", "AB and Ab", part("AB", "Ab"));
    cases.add("schema and query", "venio", "GetThingsRequest", |id, path| {
        // The type of the query parameters, and a part of another request.
        let mut get = operation("get_things");
        get["parameters"] =
            json!([{ "name": "q", "in": "query", "description": "A text.", "schema": { "type": "string" } }]);
        let (mut add, body) = (operation(&format!("{id}_things")), format!("{}ThingsRequest", pascal(id)));
        sends(&mut add, &body);
        let mut request = object(&["name"]);
        request["properties"]["part"] = json!({ "$ref": "#/components/schemas/GetThingsRequest" });
        let paths = vec![(path.clone(), json!({ "get": get })), (format!("{path}/other"), json!({ "post": add }))];
        (paths, vec![(body, request), ("GetThingsRequest".into(), object(&["name"]))])
    });
    cases.add("list and query", "venio", "list and query", |id, path| {
        let (mut add, body) = (operation(id), format!("{}Request", pascal(id)));
        sends(&mut add, &body);
        add["parameters"] =
            json!([{ "name": "items", "in": "query", "description": "A text.", "schema": { "type": "string" } }]);
        let list = json!({ "type": "array", "description": "A list.", "items": { "type": "string" } });
        (vec![(path, json!({ "post": add }))], vec![(body, list)])
    });
    for item in ["A1", "2x", "A", "Extra", "Type", "Build"] {
        cases.add("list", "venio", item, |id, path| {
            let (mut add, body, part) =
                (operation(id), format!("{}Request", pascal(id)), format!("{}{item}", pascal(id)));
            sends(&mut add, &body);
            let items = json!({ "$ref": format!("#/components/schemas/{part}") });
            let list = json!({ "type": "array", "description": "A list.", "items": items });
            (vec![(path, json!({ "post": add }))], vec![(body, list), (part, object(&["name"]))])
        });
    }
}

fn enumeration(cases: &mut Cases, name: &str, json_type: &str, value: &Value, what: &str) {
    cases.add("value of an enumeration", "venio", what, |id, path| {
        let mut operation = operation(id);
        let (record, kind) = (format!("{}Response", pascal(id)), format!("{}Kind", pascal(id)));
        let data = json!({ "$ref": format!("#/components/schemas/{record}") });
        let envelope = returns(&mut operation, &format!("{}Envelope", pascal(id)), &data);
        let mut response = object(&["name"]);
        response["properties"]["kind"] = json!({ "$ref": format!("#/components/schemas/{kind}") });
        let one = json!({
            "type": json_type, "description": "A kind.", "enum": [value],
            "x-enum-varnames": [name], "x-enum-descriptions": ["A meaning."],
        });
        (vec![(path, json!({ "get": operation }))], vec![envelope, (record, response), (kind, one)])
    });
}
