//! How much memory an event takes, and how much of it is shown.

use super::*;

const SIZE: usize = 2 << 20;

/// A body of that size, made of one repeated piece.
fn body(begin: &str, piece: impl Fn(usize) -> String, end: &str) -> String {
    let mut body = begin.to_owned();
    for number in 0.. {
        let next = piece(number);
        if body.len() + next.len() + end.len() > SIZE {
            break;
        }
        body += &next;
    }
    body + end
}

#[test]
fn an_event_takes_at_most_twice_its_size() {
    let same = |piece: &'static str| move |_| piece.to_owned();
    let deep = format!("{}{{}}{},", "[".repeat(60), "]".repeat(60));
    let chat = r#"{"Topic":"Chat","Event":"Message","Data":{"ChatMessage":{"#;
    for (what, body) in [
        ("empty objects", body("[0", same(",{}"), "]")),
        ("deep arrays of empty objects", body("[", |_| deep.clone(), "0]")),
        ("empty arrays of a chat message", body(&format!("{chat}\"x\":[0"), same(",[]"), "]}}}")),
        ("properties of a chat message", body(chat, |n| format!("\"{n}\":0,"), "\"x\":0}}}")),
        ("a long chat message", body(&format!("{chat}\"Content\":\""), same("ก"), "\"}}}")),
        ("zeros of a sales order", body(r#"{"Data":{"SaleOrderNo":"1"},"x":[0"#, same(",0"), "]}")),
        ("a long topic", body(r#"{"Topic":""#, same("a"), "\"}")),
        ("a topic of escapes", body(r#"{"Topic":""#, same("\\n"), "\"}")),
        ("the topic twice", body(r#"{"Topic":"a","Topic":""#, same("a"), "\"}")),
        ("a long name that is cut off", body(r#"{""#, same("a"), "\":")),
        (
            "names in each other that are cut off",
            body("", |n| if n < 120 { "{\"".to_owned() + &"a".repeat(17_000) + "\":" } else { " ".into() }, ""),
        ),
        ("no JSON", body("", same("x"), "")),
    ] {
        let mut event = None;
        let cost = allocation_counter::measure(|| event = Some(parse(body.as_bytes())));
        let held = usize::try_from(cost.bytes_current).unwrap_or_default();
        assert!(held <= 2 * body.len() + 1024, "{what}: {held} bytes for {}", body.len());
        let shown = format!("{event:?}");
        assert!(shown.len() < 4 * 2048, "{what}: shown with {} bytes", shown.len());
    }
}

#[test]
fn a_known_event_of_many_values_is_kept_as_text() {
    let order = |values: usize| format!(r#"{{"Data":{{"SaleOrderNo":"1"}},"x":[0{}]}}"#, ",0".repeat(values));
    assert!(matches!(parse(order(900).as_bytes()), Ok(Webhook::SalesOrder(_))));
    let many = order(1000);
    let Ok(Webhook::Unknown(event)) = parse(many.as_bytes()) else { panic!("of a known kind") };
    assert_eq!(event.json().as_str(), many);
}
