//! Errors and `Debug` never show a secret.

use std::collections::BTreeSet;
use std::fmt::Debug;

use gofive_api::profile::{Profile, TokenFile};
use gofive_api::reqwest::Proxy;
use gofive_api::shapes::{KnownNames, Recorder};
use gofive_api::venio::AuthorizeRequest;
use gofive_api::webhook::{self, SharedSecret};
use gofive_api::{
    CachedToken, CallOptions, Capture, Error, Gofive, Idempotency, Method, Nullable, PagingError, RawJson, RawResponse,
    RetryPolicy, Secret,
};
use gofive_spec::{Format, Schema};
use gofive_tests::scripted::{Action, Gate, Scripted, granted};
use gofive_tests::wire::{self, WireServer, json, response};
use gofive_tests::{specs, workspace};

/// Everything that an error prints, and its body.
fn shown(error: &Error) -> String {
    let source = std::error::Error::source(error).map(|source| format!("{source} {source:?}"));
    let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
    format!("{error} {error:?} {error:#?} {:?} {:?} {source:?} {body}", error.code(), error.description())
}

fn client(server: &WireServer) -> Gofive {
    server.client().retry(RetryPolicy::none()).build().unwrap()
}

#[tokio::test]
async fn a_response_is_masked_by_the_token_that_was_sent() {
    let gate = Gate::closed();
    let held = gate.clone();
    let server = Scripted::start(
        |_, n| Action::Respond(granted(n, 1)),
        move |request, _| match request.header("authorization") {
            Some("Bearer token-1") => Action::RespondAfter(held.clone(), response(500, "text/plain", "sent: token-1")),
            _ => Action::Respond(json(r#"{"status":{"code":"1000"},"data":{}}"#)),
        },
    );
    let venio = server.client().retry(RetryPolicy::none()).build().unwrap().venio();
    let first = tokio::spawn({
        let venio = venio.clone();
        async move { venio.get_product("A001").await }
    });
    server.wait_for_calls(1).await;
    // The first token expires, and another one replaces it.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    venio.get_product("A001").await.unwrap();
    assert_eq!(server.token_requests(), 2);
    gate.open();
    let error = first.await.unwrap().unwrap_err();
    assert!(!shown(&error).contains("token-1"), "{}", shown(&error));
    assert_eq!(error.body(), Some(&b"sent: ***"[..]));
}

#[tokio::test]
async fn a_secret_is_masked_in_every_form_in_which_servers_echo_it() {
    for echo in [
        wire::CLIENT_SECRET,
        r"wire+client\/secret",
        r"wire\u002Bclient/secret",
        r"wire\u002bclient\/secret",
        "wire%2Bclient%2Fsecret",
        "wire%2bclient%2fsecret",
        "wire&#x2B;client/secret",
    ] {
        for (status, body) in [
            (400, format!(r#"{{"status":{{"code":"4001","description":"not {echo}"}}}}"#)),
            (200, format!(r#"{{"status":{{"code":"4001","description":"not {echo}"}}}}"#)),
            (200, format!(r#"{{"data":"{echo}"}}"#)),
            (502, format!("<html>{echo}</html>")),
        ] {
            let server = WireServer::responding_with(vec![response(status, "application/json", &body)]).await;
            let error = client(&server).venio().get_product("A001").await.unwrap_err();
            assert!(!shown(&error).contains(echo), "{}", shown(&error));
            assert!(!shown(&error).contains(wire::CLIENT_SECRET), "{}", shown(&error));
            assert!(shown(&error).contains("***"), "{}", shown(&error));
        }
    }
}

#[tokio::test]
async fn a_payload_of_another_type_is_masked() {
    let echo = format!(r#"{{"data":"{} and {}"}}"#, wire::TOKEN, wire::SUBSCRIPTION_KEY);
    let server = WireServer::responding_with(vec![json(&echo)]).await;
    let error = client(&server).request(Method::GET, "/v9/news").send_as::<u32>().await.unwrap_err();
    let all = shown(&error);
    assert!(!all.contains(wire::TOKEN) && !all.contains(wire::SUBSCRIPTION_KEY) && all.contains("***"), "{all}");
}

/// The request has another secret than the session.
#[tokio::test]
async fn an_authorize_by_hand_is_masked_by_its_own_secret() {
    let own = "by-hand+secret/of-another";
    let request = AuthorizeRequest::builder().grant_type("client_credentials").client_id("other").client_secret(own);
    let request = request.build();
    for response in [
        response(400, "application/json", &format!(r#"{{"error":"invalid_client","error_description":"not {own}"}}"#)),
        response(400, "application/json", r#"{"error":"by-hand%2Bsecret%2Fof-another"}"#),
        json(&format!(r#"{{"access_token":["{own}"]}}"#)),
        format!("HTTP/1.1 500 Oops\r\nx-request-id: {own}\r\ncontent-length: 0\r\n\r\n").into_bytes(),
    ] {
        let server = WireServer::responding_with(vec![response]).await;
        let error = client(&server).venio().authorize(&request).await.unwrap_err();
        let all = shown(&error);
        assert!(!all.contains(own) && !all.contains("by-hand"), "{all}");
    }
}

/// The properties are those that the spec declares as passwords.
#[tokio::test]
async fn secret_properties_are_masked_in_responses() {
    let mut names = BTreeSet::new();
    for (_, spec) in specs() {
        let properties = spec.api().all_schemas().flat_map(Schema::properties);
        let passwords = properties.filter(|property| property.schema.format() == Some(Format::Password));
        names.extend(passwords.map(|property| property.name.clone()));
    }
    assert!(names.len() >= 4, "{names:?}");
    for name in names {
        for value in [r#""hunter2\" and more""#, "4711471147"] {
            let property = format!(r#""{name}" : {value}"#);
            for (status, body) in [
                (400, format!(r#"{{"status":{{"code":"4001"}},"data":{{{property}}}}}"#)),
                (200, format!(r#"{{"data":{{"productCode":[],{property}}}}}"#)),
                (200, format!(r#"{{"data":{{"productCode":{{{property}}}}}}}"#)),
            ] {
                let server = WireServer::responding_with(vec![response(status, "application/json", &body)]).await;
                let gofive = client(&server);
                let typed = gofive.venio().get_product("A001").await.unwrap_err();
                let custom = gofive.request(Method::GET, "/v9/news").send_as::<Vec<u8>>().await.unwrap_err();
                for error in [typed, custom] {
                    let all = shown(&error);
                    assert!(!all.contains("hunter2") && !all.contains("4711") && all.contains("***"), "{all}");
                }
            }
        }
        // The type of the property is wrong, so the reason of the error would quote it.
        let server = WireServer::responding_with(vec![json(&format!(r#"{{"data":{{"{name}":"hunter2"}}}}"#))]).await;
        let request = client(&server).request(Method::GET, "/v9/news");
        let error = request.send_as::<std::collections::BTreeMap<String, u32>>().await.unwrap_err();
        assert!(!shown(&error).contains("hunter2"), "{}", shown(&error));
    }
}

/// A server may echo a password of the request anywhere.
#[tokio::test]
async fn a_password_of_the_request_is_masked_wherever_it_is_echoed() {
    let response =
        response(400, "application/json", r#"{"message":"the password hunter2+x is too short: hunter2%2Bx"}"#);
    let server = WireServer::responding_with(vec![response]).await;
    let request = client(&server).request(Method::POST, "/v9/documents");
    let error = request.json(&serde_json::json!({"list": [{"Password": "hunter2+x"}]})).send().await.unwrap_err();
    assert!(!shown(&error).contains("hunter2"), "{}", shown(&error));
}

/// The beginnings of all secrets in this test. No type may show them.
const HIDDEN: [&str; 2] = ["hidden", wire::TOKEN];

/// The types of the crate that cannot contain a secret, or whose text is data to be shown.
const HARMLESS: [&str; 36] = [
    "Arm",
    "Attempt",
    "Count",
    "Date",
    "DateTime",
    "Decimal",
    "DecimalRangeError",
    "Drift",
    "DriftKind",
    "ErrorKind",
    "Id",
    "Idempotency",
    "KnownNames",
    "MergeShapesError",
    "Month",
    "Name",
    "NumberKind",
    "Operation",
    "ParseDateTimeError",
    "ParseDecimalError",
    "ParseEnumError",
    "ParseShapesError",
    "Problem",
    "RecordError",
    "ResponseKind",
    "RetryPolicy",
    "Session",
    "SessionId",
    "Shape",
    "ShapeFile",
    "Size",
    "TextDecimal",
    "TextFormat",
    "Total",
    "UnknownWebhook",
    "Webhook",
];

#[tokio::test]
async fn no_type_shows_a_secret() {
    let echo = format!(r#"{{"data":{{"productCode":["{}"],"password":"hidden password"}}}}"#, wire::TOKEN);
    let server = WireServer::responding_with(vec![json(&echo)]).await;
    let builder = || {
        let proxy = Proxy::http("http://user:hidden-proxy@127.0.0.1:1").unwrap();
        Gofive::builder()
            .base_url("https://user:hidden@hidden?hidden@127.0.0.1:1/?key=hidden")
            .credentials("id", "hidden secret")
            .subscription_key("hidden key")
            .proxy(proxy)
    };
    let seen = Capture::new();
    let options = CallOptions::new().header("x-api-key", "hidden header").request_id("hidden id").capture(&seen);
    let gofive = client(&server).with_options(options.clone());
    let request = || {
        let request = gofive.request(Method::POST, "/v1/case").query("hint", "hidden query");
        request.json(&serde_json::json!({"password": "hidden password"})).idempotency(Idempotency::Safe)
    };
    let token = AuthorizeRequest::builder().grant_type("client_credentials").client_id("id").client_secret("hidden");
    let enquiry = serde_json::from_str(r#"{"productType":1,"status":[],"skip":0,"take":1}"#).unwrap();
    let pages = || gofive.venio().get_products_by_filter_pages(&enquiry);
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    let raw = seen.take().unwrap();
    assert!(String::from_utf8_lossy(raw.body()).contains("hidden"), "the secret is in the response");
    let broken = pages().items();
    let paging = futures_util::StreamExt::next(&mut { broken }).await.unwrap().unwrap_err();
    let now = gofive_api::jiff::Timestamp::UNIX_EPOCH;
    let shapes = tempfile::tempdir().unwrap();

    let types: Vec<(&str, String)> = vec![
        named::<gofive_api::GofiveBuilder>("GofiveBuilder", &builder()),
        named("GofiveBuilder", &builder().base_url("hidden@host")),
        named("GofiveBuilder", &builder().base_url("https://user:hidden/pass@host").access_token("hidden token")),
        named::<Gofive>("Gofive", &gofive),
        named::<CallOptions>("CallOptions", &options),
        named::<Capture>("Capture", &seen),
        named::<RawResponse>("RawResponse", &raw),
        named::<gofive_api::CustomRequest>("CustomRequest", &request()),
        named("CustomRequest", &gofive.request(Method::GET, "//hidden@host")),
        named::<Secret>("Secret", &Secret::from("hidden")),
        named::<CachedToken>("CachedToken", &CachedToken::new("hidden", now, now)),
        named::<Profile>("Profile", &Profile::new("id", "hidden secret", "hidden key")),
        named::<Recorder>("Recorder", &Recorder::open(shapes.path(), KnownNames::sorted(&["hidden"])).unwrap()),
        named("TokenFile", &TokenFile::new("gofive.token")),
        named::<SharedSecret>("SharedSecret", &SharedSecret::new("hidden-hidden-hidden").unwrap()),
        named::<Error>("Error", &error),
        named("Error", &webhook::parse(b"no JSON").unwrap_err()),
        named::<PagingError>("PagingError", &paging),
        named("Pages", &pages()),
        named("Items", &pages().items()),
        named("Paging", &gofive_api::Paging::by_skip("skip", "take")),
        named("Venio", &gofive.venio()),
        named("Empeo", &gofive.empeo()),
        named("Etaxgo", &gofive.etaxgo()),
        named::<AuthorizeRequest>("AuthorizeRequest", &token.build()),
        named("Nullable", &Nullable::from(Secret::from("hidden"))),
        named::<RawJson>("RawJson", &r#"{"lines": [{"password": "hidden password"}]}"#.parse().unwrap()),
    ];
    for (name, shown) in &types {
        // The error of a refused request shows its path.
        let shown = shown.replace("//hidden@host", "");
        assert!(!HIDDEN.iter().any(|hidden| shown.contains(hidden)), "{name}: {shown}");
    }
    let of = |name| &types.iter().find(|(shown, _)| *shown == name).unwrap().1;
    assert!(of("CallOptions").contains("x-api-key") && of("CallOptions").contains("x-request-id"), "names are shown");
    let request = of("CustomRequest");
    assert!(["x-api-key", "x-request-id", "hint", "/v1/case"].iter().all(|name| request.contains(name)), "{request}");
    assert!(of("GofiveBuilder").contains("127.0.0.1:1"), "{}", of("GofiveBuilder"));

    let shown: BTreeSet<_> = types.iter().map(|(name, _)| *name).chain(HARMLESS).collect();
    for name in public_types() {
        assert!(shown.contains(&*name), "`{name}` is new: show that it hides secrets, or list it as harmless");
    }
}

fn named<T: Debug>(name: &'static str, value: &T) -> (&'static str, String) {
    (name, format!("{value:?} {value:#?}"))
}

/// The public types of the crate, and of the crate of shapes, that are not generated. The secrets in generated types are of type [`Secret`].
fn public_types() -> Vec<String> {
    let mut types = Vec::new();
    let mut folders = ["gofive-api/src", "gofive-shapes/src"].map(|folder| workspace().join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("generated") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let names = source.lines().filter_map(|line| {
                    let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
                    rest.split(|c: char| !c.is_alphanumeric()).next().map(str::to_owned)
                });
                types.extend(names);
            }
        }
    }
    assert!(types.len() > 20, "{types:?}");
    types
}
