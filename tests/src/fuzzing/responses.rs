//! Sends any response to any operation: the result is a payload, or an error that keeps the response and shows no secret.

use std::cell::OnceCell;

use gofive_api::{Error, ErrorKind, Gofive, RetryPolicy};
use gofive_spec::Operation;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::calls::{Example, call};
use crate::specs;
use crate::wire::{CLIENT_SECRET, SUBSCRIPTION_KEY, TOKEN, WireServer, response_of};

/// The HTTP statuses of a response. The second byte of an input chooses one.
const STATUSES: [u16; 8] = [200, 201, 200, 400, 401, 404, 429, 500];
const SECRETS: [&str; 3] = [CLIENT_SECRET, SUBSCRIPTION_KEY, TOKEN];
/// Encodings in which a server may echo the client secret.
const ECHOES: [&str; 4] =
    [r"wire\u002Bclient/secret", r"wire\u002bclient\/secret", "wire%2Bclient%2Fsecret", "wire&#x2B;client/secret"];
/// A body without these texts has neither a secret nor a property whose value is a secret.
const SIGNS_OF_SECRETS: [&[u8]; 4] = [b"assword", b"ecret", b"oken", b"subscription"];

/// A client and its server, set up once for all inputs of a thread. The connections stay open.
struct Setup {
    runtime: Runtime,
    server: WireServer,
    gofive: Gofive,
    operations: Vec<(Operation, Example)>,
}

thread_local! {
    static SETUP: OnceCell<Setup> = const { OnceCell::new() };
}

impl Setup {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("there are threads and sockets left");
        let (server, gofive) = runtime.block_on(async {
            let server = WireServer::responding_with_json("{}").await;
            let gofive = server.client().retry(RetryPolicy::none()).build().expect("the settings are usable");
            (server, gofive)
        });
        Self { runtime, server, gofive, operations: operations() }
    }
}

/// Checks one input: the first byte chooses the operation, the second the HTTP status; the rest is the body.
pub fn response(input: &[u8]) {
    let [operation, status, body @ ..] = input else { return };
    SETUP.with(|setup| {
        let setup = setup.get_or_init(Setup::new);
        let (operation, with) = &setup.operations[usize::from(*operation) % setup.operations.len()];
        let status = STATUSES[usize::from(*status) % STATUSES.len()];
        setup.server.respond_with(response_of(status, "application/json", body));
        // `call` also formats the payload with `Debug`.
        match setup.runtime.block_on(call(&setup.gofive, &operation.id, with)) {
            Ok(_) => assert!(status < 300, "{}: HTTP {status} is a success", operation.id),
            Err(error) => check(&error, operation, with, status, body),
        }
    });
}

fn check(error: &Error, operation: &Operation, with: &Example, status: u16, body: &[u8]) {
    assert_eq!(error.http_status(), Some(status), "{error}");
    assert_eq!(error.operation(), Some(&*operation.id), "{error}");
    let unusable = matches!(error.kind(), ErrorKind::Decode | ErrorKind::Business);
    assert_eq!(unusable, status < 300, "{error}");

    let shown = format!("{error} {error:?} {:?}", error.source_text());
    assert!(!shown.contains(|c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)), "{shown:?}");
    assert!(shown.len() < 10 * 2048, "{} bytes", shown.len());
    let kept = error.body().map(|body| String::from_utf8_lossy(body).into_owned()).unwrap_or_default();
    for secret in SECRETS.into_iter().chain(ECHOES) {
        assert!(!shown.contains(secret) && !kept.contains(secret), "{secret} is in {shown}; {kept}");
    }
    // A password of the request is masked in the response, and the documented one is an ordinary word.
    let request = with.body().to_string().into_bytes();
    let has_secrets =
        |text: &[u8]| SIGNS_OF_SECRETS.iter().any(|sign| text.windows(sign.len()).any(|found| found == *sign));
    // `authorize` returns a token: its response is not kept.
    if operation.id == "authorize" {
        assert_eq!(error.body(), None);
    } else if !has_secrets(body) && !has_secrets(&request) {
        assert_eq!(error.body(), Some(body), "{error}");
    }
}

trait SourceText {
    fn source_text(&self) -> Option<String>;
}

impl SourceText for Error {
    fn source_text(&self) -> Option<String> {
        std::error::Error::source(self).map(|source| format!("{source} {source:?}"))
    }
}

/// Every operation, with the documented request.
fn operations() -> Vec<(Operation, Example)> {
    let of_spec = |(_, spec): (_, gofive_spec::Spec)| {
        let operations = spec.operations().iter();
        operations.map(|operation| (operation.clone(), Example::of(&spec, operation))).collect::<Vec<_>>()
    };
    specs().into_iter().flat_map(of_spec).collect()
}

/// The corpus: every documented response, a usual one for operations without, and responses that echo a secret.
pub(super) fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut corpus = Vec::new();
    let mut index = 0;
    for (_, spec) in specs() {
        for operation in spec.operations() {
            let examples = operation.response_examples().iter();
            let mut bodies: Vec<_> = examples.map(|example| (example.name.clone(), example.value.clone())).collect();
            if bodies.is_empty() {
                bodies.push(("norm".into(), serde_json::json!({"status": {"code": "1000"}, "data": {"a": [1, null]}})));
            }
            for (name, body) in bodies {
                let mut add = |name: String, status: u8, body: &Value| {
                    corpus.push((name, [&[index, status], body.to_string().as_bytes()].concat()));
                };
                add(format!("{}-{name}", operation.id), 0, &body);
                add(format!("{}-{name}-echo", operation.id), 0, &echoing(&body));
                add(format!("{}-{name}-refused", operation.id), 3, &echoing(&body));
                for (number, echo) in ECHOES.iter().enumerate() {
                    let text = echoing(&body).to_string().replace(SUBSCRIPTION_KEY, echo);
                    let status = 3 * u8::from(number % 2 == 0);
                    let input = [&[index, status], text.as_bytes()].concat();
                    corpus.push((format!("{}-{name}-echo-{number}", operation.id), input));
                }
            }
            index += 1;
        }
    }
    corpus.extend(shapes());
    corpus
}

/// Writes a text in some encoding.
type Encode = fn(&str) -> Vec<u8>;

/// Error bodies of every shape, numbers and dates that are not as documented, each in every encoding, and as success and
/// failure. The operation is one whose payload is documented, and one whose payload is not.
fn shapes() -> Vec<(String, Vec<u8>)> {
    const BODIES: [&str; 10] = [
        r#"{"title":"Bad","status":400,"detail":"d","traceId":"7","errors":{"subject":["required","short"],"":["no"]}}"#,
        r#"{"error":{"code":"x","message":"y","details":[{"target":"t","message":"m"}]}}"#,
        r#"{"status":{"code":"4002","description":"two"},"data":[{"field":"a","message":"b"},"c"]}"#,
        r#"{"Message":"Authorization has been denied for this request."}"#,
        r#"{"statusCode":401,"message":"Access denied"}"#,
        r#"{"error":"invalid_client","error_description":"d"}"#,
        r#"{"isSuccess":false,"message":"\u0e01\ud83d\ude00"}"#,
        r#"{"data":{"productCode":12345678901234567.89,"qty":2.8421709430404007E-14,"userId":1e400}}"#,
        r#"{"data":[null,{"eventId":67941.0,"eventDate":1726110000000}]}"#,
        r#"{"data":{"data":{"feedbackId":"1"}},"data":null}"#,
    ];
    let encodings: [(&str, Encode); 5] = [
        ("utf-8", |text| text.as_bytes().to_vec()),
        ("mark", |text| format!("\u{feff}{text}").into_bytes()),
        ("utf-16le", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("utf-16be", |text| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("windows-874", |text| text.bytes().map(|byte| if byte == b'a' { 0xA1 } else { byte }).collect()),
    ];
    let operations = operations();
    let chosen = ["add_case", "create_deal", "get_product", "get_customer_events"];
    let chosen = chosen.iter().filter_map(|id| operations.iter().position(|(operation, _)| operation.id == *id));
    let mut shapes = Vec::new();
    for operation in chosen.filter_map(|index| u8::try_from(index).ok()) {
        for (number, body) in BODIES.iter().enumerate() {
            for (encoding, encode) in encodings {
                for status in [0, 3] {
                    let input = [&[operation, status][..], &encode(body)].concat();
                    shapes.push((format!("shape-{operation}-{number}-{encoding}-{status}"), input));
                }
            }
        }
    }
    shapes
}

/// The body with secrets as texts and as names of properties, as a server might echo them.
fn echoing(body: &Value) -> Value {
    match body {
        Value::Object(properties) => {
            let echoed = properties.iter().map(|(name, value)| (name.clone(), echoing(value)));
            echoed.chain([(TOKEN.to_owned(), Value::from(SUBSCRIPTION_KEY))]).collect()
        }
        Value::Array(items) => items.iter().map(echoing).collect(),
        Value::Number(_) => Value::from(TOKEN),
        scalar => scalar.clone(),
    }
}
