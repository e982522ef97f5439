//! Webhooks, as a receiver gets them.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::*;
use crate::webhook::{
    Delivery, DeliveryFault, DeliveryOutcome, Event, EventKind, RegisteredTarget, Target, WebhookError, Webhooks,
};

const LONG: Duration = Duration::from_secs(20);
const SOON: Duration = Duration::from_millis(200);

/// A server that receives events, each over a connection of its own.
struct Receiver {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

#[derive(Clone, Debug)]
struct Received {
    /// The first line and the headers, in lower case.
    head: String,
    body: Value,
}

impl Receiver {
    async fn start() -> Self {
        Self::responding("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", Duration::ZERO).await
    }

    /// Starts a receiver that sends a response after some time.
    async fn responding(response: &'static str, after: Duration) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (port, received) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let all = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let all = Arc::clone(&all);
                tokio::spawn(async move {
                    let mut bytes = Vec::new();
                    let received = loop {
                        stream.read_buf(&mut bytes).await.unwrap();
                        if let Some(received) = parse(&bytes) {
                            break received;
                        }
                    };
                    all.lock().unwrap().push(received);
                    tokio::time::sleep(after).await;
                    // The sandbox may have stopped meanwhile.
                    let _ = stream.write_all(response.as_bytes()).await;
                });
            }
        });
        Self { port, received }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/gofive/s3cret?key=s3cret", self.port)
    }

    fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The numbers of the sales orders in the events, in the order of their arrival.
    fn orders(&self) -> Vec<String> {
        let number = |received: Received| received.body["Data"]["SaleOrderNo"].as_str().unwrap_or("another").to_owned();
        self.received().into_iter().map(number).collect()
    }
}

/// Parses a request if it is complete.
fn parse(bytes: &[u8]) -> Option<Received> {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let (first, headers) = head.split_once("\r\n").unwrap();
    let head = format!("{first}\r\n{}", headers.to_lowercase());
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    (body.len() == length.parse::<usize>().unwrap())
        .then(|| Received { head, body: serde_json::from_str(body).unwrap() })
}

fn trigger(webhooks: &Webhooks, orders: &[&str]) {
    for order in orders {
        webhooks.trigger(&Event::new_sales_order(*order)).unwrap();
    }
}

async fn settled(webhooks: &Webhooks) {
    timeout(LONG, webhooks.settled()).await.unwrap();
}

#[tokio::test]
async fn a_new_sales_order_raises_an_event_and_an_update_does_not() {
    let (sandbox, receiver) = (Sandbox::start().await.unwrap(), Receiver::start().await);
    let user = User::of(&sandbox).await;
    sandbox.webhooks().add_target(Target::new(receiver.url()).secret_header("X-Webhook-Secret", "s3cret")).unwrap();

    let mut order = example("create_or_update_sales_order");
    let (_, created) = user.post("/v2/salesorder", order.clone()).await;
    let number = created["data"]["salesOrderNo"].clone();
    order["salesOrderNo"] = number.clone();
    assert_eq!(user.post("/v2/salesorder", order).await.0, StatusCode::OK);
    assert_eq!(user.post("/v2/salesorder", json!({})).await.0, StatusCode::BAD_REQUEST);
    let convert = "/v1/quotation/Q12220000110/convert-to-salesorder";
    let (_, converted) = user.post(convert, json!({"QuotationNo": "Q12220000110"})).await;
    settled(sandbox.webhooks()).await;

    assert_eq!(json!(receiver.orders()), json!([number, converted["data"]["salesOrderNo"]]));
    let event = &receiver.received()[0];
    assert_eq!(event.body, json!({"Data": {"SaleOrderNo": number}}), "nothing else is known of the event");
    let expected = format!(
        "POST /gofive/s3cret?key=s3cret HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncontent-type: application/json; \
         charset=utf-8\r\nuser-agent: gofive-sandbox/{}\r\nx-webhook-secret: s3cret\r\ncontent-length: {}",
        receiver.port,
        env!("CARGO_PKG_VERSION"),
        event.body.to_string().len()
    );
    assert_eq!(event.head, expected);
}

#[tokio::test]
async fn a_target_takes_the_events_of_its_kinds() {
    let sandbox = Sandbox::start().await.unwrap();
    let webhooks = sandbox.webhooks();
    let (all, chats) = (Receiver::start().await, Receiver::start().await);
    let no_target = webhooks.trigger(&Event::chat_message("1", "Hello")).unwrap_err();
    assert_eq!(no_target.to_string(), "no target takes events of the kind chat_message; add one first");
    let first = webhooks.add_target(Target::new(all.url())).unwrap();
    let second = webhooks.add_target(Target::new(chats.url()).kinds([EventKind::CHAT_MESSAGE])).unwrap();
    assert_eq!(webhooks.targets(), [first.clone(), second.clone()]);

    let sent = webhooks.trigger(&Event::chat_message("1", "Hello")).unwrap();
    assert_eq!(sent.iter().map(|delivery| delivery.target).collect::<Vec<_>>(), [first.id, second.id]);
    webhooks.trigger(&Event::any(json!({"Topic": "Customer"}))).unwrap();
    webhooks.trigger(&Event::new_sales_order("SO1").only_to(second.id)).unwrap();
    settled(webhooks).await;
    let topics = |receiver: &Receiver| receiver.received().into_iter().map(|it| it.body["Topic"].clone()).collect();
    let (of_all, of_chats): (Value, Value) = (topics(&all), topics(&chats));
    assert_eq!((of_all, of_chats), (json!(["Chat", "Customer"]), json!(["Chat", null])));
    assert_eq!(all.received()[0].body["Data"]["ChatMessage"]["Content"], "Hello");

    webhooks.remove_target(first.id).unwrap();
    let unknown = WebhookError::UnknownTarget { id: first.id };
    assert_eq!(webhooks.remove_target(first.id).unwrap_err(), unknown);
    assert_eq!(webhooks.trigger(&Event::new_sales_order("SO1").only_to(first.id)).unwrap_err(), unknown);
    let any = webhooks.trigger(&Event::any(json!({}))).unwrap_err();
    assert_eq!(any, WebhookError::NoTarget { kind: None }, "only chats are taken");
}

#[tokio::test]
async fn a_host_beyond_this_machine_is_allowed_at_the_start() {
    let sandbox = Sandbox::builder().allow_webhook_host("Hooks.example").start().await.unwrap();
    let add = |url: &str| sandbox.webhooks().add_target(Target::new(url));
    assert!(add("http://hooks.EXAMPLE:8080/").is_ok());
    assert_eq!(
        add("http://other.example/").unwrap_err(),
        WebhookError::HostNotAllowed { host: "other.example".to_owned() }
    );
    for host in ["http://hooks.example", "hooks.example:80", "[2001:db8::1]", ""] {
        let error = Sandbox::builder().allow_webhook_host(host).start().await.unwrap_err();
        let start = format!("webhooks cannot be allowed to `{host}`, which is not a host; ");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
    assert!(Sandbox::builder().allow_webhook_host("2001:db8::1").start().await.is_ok());
}

#[tokio::test]
async fn a_target_that_does_not_respond_delays_only_its_own_events() {
    let sandbox = Sandbox::builder().webhook_timeout(SOON).start().await.unwrap();
    let webhooks = sandbox.webhooks();
    let (silent, other) = (Receiver::responding("", LONG * 2).await, Receiver::start().await);
    for receiver in [&silent, &other] {
        webhooks.add_target(Target::new(receiver.url())).unwrap();
    }
    trigger(webhooks, &["1", "2"]);
    settled(webhooks).await;
    let outcomes: Vec<_> = webhooks.deliveries().into_iter().map(|delivery| delivery.outcome).collect();
    let failed = DeliveryOutcome::Failed { reason: "the target did not respond within 200ms".to_owned() };
    assert_eq!([&outcomes[0], &outcomes[2]], [&failed, &failed]);
    assert!([1, 3].iter().all(|index| matches!(outcomes[*index], DeliveryOutcome::Responded { status: 200, .. })));
}

#[tokio::test]
async fn faults_lose_double_delay_and_reorder_events() {
    let (sandbox, receiver) = (Sandbox::start().await.unwrap(), Receiver::start().await);
    let webhooks = sandbox.webhooks();
    webhooks.add_target(Target::new(receiver.url())).unwrap();
    webhooks.queue_faults([
        DeliveryFault::Double,
        DeliveryFault::Lost,
        DeliveryFault::Late { by: SOON },
        DeliveryFault::OutOfOrder { wait: LONG },
    ]);
    let start = Instant::now();
    trigger(webhooks, &["double", "lost", "late", "early", "next", "last"]);
    settled(webhooks).await;
    assert_eq!(receiver.orders(), ["double", "double", "next", "early", "last", "late"]);
    assert!((SOON..LONG).contains(&start.elapsed()), "{:?}", start.elapsed());
    let log = webhooks.deliveries();
    assert_eq!(log.iter().map(|it| it.id).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7], "in the order of the events");
    assert_eq!((log[0].fault, log[1].fault), (Some(DeliveryFault::Double), Some(DeliveryFault::Double)));
    assert_eq!((&log[2].outcome, log[2].is_success()), (&DeliveryOutcome::Lost, false));
    assert!(log.iter().filter(|it| it.id != 3).all(Delivery::is_success), "{log:?}");

    webhooks.queue_faults([DeliveryFault::OutOfOrder { wait: SOON }]);
    let start = Instant::now();
    trigger(webhooks, &["without a next one"]);
    settled(webhooks).await;
    assert_eq!(receiver.orders().last().unwrap(), "without a next one");
    assert!((SOON..LONG).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn events_arrive_in_order_however_slow_the_target_is() {
    let sandbox = Sandbox::start().await.unwrap();
    let slow = Receiver::responding("HTTP/1.1 500 \r\ncontent-length: 0\r\n\r\n", Duration::from_millis(30)).await;
    let quick = Receiver::start().await;
    for receiver in [&slow, &quick] {
        sandbox.webhooks().add_target(Target::new(receiver.url())).unwrap();
    }
    let start = Instant::now();
    trigger(sandbox.webhooks(), &["1", "2", "3", "4", "5"]);
    assert!(start.elapsed() < Duration::from_millis(30), "nobody waits for a target: {:?}", start.elapsed());
    settled(sandbox.webhooks()).await;
    assert_eq!((slow.orders(), quick.orders()), (["1", "2", "3", "4", "5"].map(str::to_owned).to_vec(), slow.orders()));
    assert_eq!(slow.received().len(), 5, "an event is not sent again after an error");
}

#[tokio::test]
async fn the_log_has_what_became_of_a_delivery() {
    let sandbox = Sandbox::builder().allow_webhook_host("0").allow_webhook_host("169.254.43518").start().await.unwrap();
    let webhooks = sandbox.webhooks();
    let other = Receiver::start().await;
    let location = format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", other.url());
    let redirect = Receiver::responding(location.leak(), Duration::ZERO).await;
    let no_http = Receiver::responding("nonsense\r\n\r\n", Duration::ZERO).await;
    let text = format!("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{}", "x".repeat(5000));
    let talkative = Receiver::responding(text.leak(), Duration::ZERO).await;
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let targets = [
        redirect.url(),
        no_http.url(),
        talkative.url(),
        format!("http://{closed}/s3cret"),
        "http://0:1/s3cret".to_owned(),
        "http://169.254.43518/s3cret".to_owned(),
    ];
    for target in targets {
        webhooks.add_target(Target::new(target).secret_header("x-secret", "s3cret")).unwrap();
    }
    trigger(webhooks, &["SO1"]);
    settled(webhooks).await;
    assert!(other.received().is_empty(), "a redirect is not followed");
    let log = webhooks.deliveries();
    let status = |index: usize| match &log[index].outcome {
        DeliveryOutcome::Responded { status, body, .. } => (*status, body.len()),
        other => panic!("{index}: {other:?}"),
    };
    assert_eq!((status(0), status(2)), ((302, 0), (200, 1024)));
    assert_eq!((log[0].is_success(), log[2].is_success()), (false, true));
    let reason = |index: usize| match &log[index].outcome {
        DeliveryOutcome::Failed { reason } => reason.as_str(),
        other => panic!("{index}: {other:?}"),
    };
    assert!(reason(1).starts_with("the request failed: invalid HTTP"), "{}", reason(1));
    assert!(reason(3).starts_with(&format!("cannot connect to {closed}: ")), "{}", reason(3));
    assert_eq!(reason(4), "0 is 0.0.0.0, where no events are sent");
    assert_eq!(reason(5), "169.254.43518 is 169.254.169.254, where no events are sent");
    assert!(
        !serde_json::to_string(&log).unwrap().contains("s3cret") && !format!("{sandbox:?}{log:?}").contains("s3cret")
    );
    assert!(
        !serde_json::to_string(&webhooks.targets()).unwrap().contains("s3cret")
            && !format!("{webhooks:?}").contains("s3cret")
    );
}

#[tokio::test]
async fn the_log_is_bounded() {
    let (sandbox, receiver) =
        (Sandbox::builder().max_logged_deliveries(2).start().await.unwrap(), Receiver::start().await);
    let webhooks = sandbox.webhooks();
    webhooks.add_target(Target::new(receiver.url())).unwrap();
    trigger(webhooks, &["1", "2", "3"]);
    settled(webhooks).await;
    assert_eq!(webhooks.deliveries().iter().map(|it| it.id).collect::<Vec<_>>(), [2, 3]);
    let gone = webhooks.repeat(1).unwrap_err();
    assert_eq!(gone.to_string(), "the log has no delivery 1; the oldest ones are removed when it is full");

    let sandbox = Sandbox::start().await.unwrap();
    sandbox.webhooks().add_target(Target::new(receiver.url())).unwrap();
    sandbox.webhooks().queue_faults([DeliveryFault::Lost; 100]);
    for _ in 0..100 {
        sandbox.webhooks().trigger(&Event::any("x".repeat(250 * 1024).into())).unwrap();
    }
    let size: usize = sandbox.webhooks().deliveries().iter().map(|it| it.body.to_string().len()).sum();
    assert!((15..=16).contains(&(size / 1024 / 1024)), "{size}");
}

#[tokio::test]
async fn a_delivery_is_repeated_on_request() {
    let (sandbox, receiver) = (Sandbox::start().await.unwrap(), Receiver::start().await);
    let webhooks = sandbox.webhooks();
    let target = webhooks.add_target(Target::new(receiver.url())).unwrap();
    webhooks.queue_faults([DeliveryFault::Lost]);
    trigger(webhooks, &["SO1"]);
    webhooks.queue_faults([DeliveryFault::Double]);
    let repeated = webhooks.repeat(1).unwrap();
    assert_eq!((repeated.id, repeated.repeats, repeated.fault), (2, Some(1), None));
    settled(webhooks).await;
    assert!(webhooks.delivery(2).unwrap().is_success());
    assert_eq!(receiver.orders(), ["SO1"], "it is sent once, although the first one was lost");
    webhooks.remove_target(target.id).unwrap();
    assert_eq!(webhooks.repeat(2).unwrap_err(), WebhookError::UnknownTarget { id: target.id });
}

#[tokio::test]
async fn a_target_that_is_removed_gets_nothing_more() {
    let (sandbox, receiver) = (Sandbox::start().await.unwrap(), Receiver::start().await);
    let webhooks = sandbox.webhooks();
    let target = webhooks.add_target(Target::new(receiver.url())).unwrap();
    webhooks.queue_faults([DeliveryFault::Late { by: LONG * 2 }, DeliveryFault::OutOfOrder { wait: LONG * 2 }]);
    trigger(webhooks, &["late", "out of order"]);
    assert!(timeout(SOON, webhooks.settled()).await.is_err());
    webhooks.remove_target(target.id).unwrap();
    settled(webhooks).await;
    let failed = DeliveryOutcome::Failed { reason: "the target was removed, or the sandbox stopped".to_owned() };
    assert!(webhooks.deliveries().iter().all(|delivery| delivery.outcome == failed), "{:?}", webhooks.deliveries());

    let target = webhooks.add_target(Target::new(receiver.url())).unwrap();
    assert_eq!(target.id, 2, "an identifier is not used again");
    webhooks.queue_faults([DeliveryFault::Late { by: LONG * 2 }, DeliveryFault::Lost]);
    trigger(webhooks, &["late"]);
    webhooks.reset();
    settled(webhooks).await;
    assert_eq!((webhooks.targets(), webhooks.deliveries()), (vec![], vec![]));
    webhooks.add_target(Target::new(receiver.url())).unwrap();
    trigger(webhooks, &["after"]);
    settled(webhooks).await;
    assert_eq!(receiver.orders(), ["after"], "no fault is left");
}

#[tokio::test]
async fn shutdown_delivers_what_is_pending() {
    let sandbox = Sandbox::start().await.unwrap();
    let receiver =
        Receiver::responding("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", Duration::from_millis(20)).await;
    sandbox.webhooks().add_target(Target::new(receiver.url())).unwrap();
    sandbox
        .webhooks()
        .queue_faults([DeliveryFault::Late { by: LONG * 2 }, DeliveryFault::OutOfOrder { wait: LONG * 2 }]);
    trigger(sandbox.webhooks(), &["late", "out of order"]);
    tokio::time::sleep(SOON).await;
    timeout(LONG, sandbox.shutdown()).await.unwrap().unwrap();
    let mut orders = receiver.orders();
    orders.sort();
    assert_eq!(orders, ["late", "out of order"]);
}

#[test]
fn what_a_door_takes_and_returns_is_json() {
    fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(json: &Value) -> T {
        let value: T = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&value).unwrap(), *json);
        value
    }
    let header = json!({"name": "x-secret", "value": "abc"});
    let target = json!({"url": "http://localhost/hook", "kinds": ["chat_message"], "secretHeader": header});
    let target: Target = round_trip(&target);
    assert_eq!(target.kinds, [EventKind::CHAT_MESSAGE]);
    assert_eq!(serde_json::from_value::<Target>(json!({"url": "http://a"})).unwrap(), Target::new("http://a"));
    let registered = json!({"id": 1, "url": "http://localhost", "kinds": [], "secretHeader": "x-secret"});
    round_trip::<RegisteredTarget>(&registered);
    let event = json!({"kind": "new_sales_order", "patch": {"Data": {"SaleOrderNo": "SO1"}}});
    assert_eq!(round_trip::<Event>(&event), Event::new_sales_order("SO1"));
    assert_eq!(round_trip::<DeliveryFault>(&json!({"kind": "double"})), DeliveryFault::Double);
    let late = DeliveryFault::Late { by: Duration::from_millis(1500) };
    assert_eq!(round_trip::<DeliveryFault>(&json!({"kind": "late", "byMs": 1500})), late);
    round_trip::<DeliveryFault>(&json!({"kind": "out-of-order", "waitMs": 5}));
    let outcome = json!({"kind": "responded", "status": 200, "body": "ok", "sentAtMs": 1, "durationMs": 2});
    let delivery = json!({
        "id": 2, "target": 1, "url": "http://localhost", "kind": null, "body": {"a": 1}, "repeats": 1, "fault": null,
        "raisedAtMs": 1_795_000_000_000_u64, "outcome": outcome
    });
    assert!(round_trip::<Delivery>(&delivery).is_success());
    let wrong = serde_json::from_value::<Event>(json!({"kind": "chat"})).unwrap_err();
    assert_eq!(wrong.to_string(), "`chat` is not a kind of event; the nearest one is `chat_message`");
    assert!(serde_json::from_value::<Target>(json!({"url": "http://a", "secret": 1})).is_err(), "unknown fields");
}
