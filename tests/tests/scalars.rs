//! Amounts, identifiers, dates, texts and numbers are read with all digits that were sent, and written with them.
//!
//! These tests also run in a program in which other crates turn on all features of `serde_json` (`tests/features.rs`).

use std::collections::BTreeMap;

use gofive_api::empeo::{CostCenterSide, GetCostCentersRequest};
use gofive_api::venio::{self, CaseType, Employee, EnquireEmployeesRequest, SalesOrder, WarrantyUnit};
use gofive_api::webhook::{self, Webhook};
use gofive_api::{Date, DateTime, Decimal, DecimalRangeError, Id, TextDecimal};
use gofive_tests::wire::WireServer;
use proptest::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

const LONG: &str = "123456789012345678901234567890";
const NOISE: &str = "2.8421709430404007E-14";

fn from_json<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// Whether a crate of this program has turned on `arbitrary_precision`.
fn arbitrary_precision() -> bool {
    to_json(&from_json::<Value>("1.10")).ends_with('0')
}

/// The digits that remain of a number after serde has buffered it.
fn buffered(digits: &str) -> String {
    if arbitrary_precision() { digits.to_owned() } else { digits.parse::<f64>().unwrap().to_string() }
}

// A. On the wire

#[tokio::test]
async fn a_number_for_a_text_keeps_its_digits() {
    for (sent, text) in [(LONG, LONG), ("1.10", "1.10"), ("-0.5e3", "-0.5e3"), ("7", "7"), (r#""a\"b""#, "a\"b")] {
        let body = format!(r#"{{"status":{{"code":"1000"}},"data":{{"value":[{{"userId":{sent}}}]}}}}"#);
        let server = WireServer::responding_with_json(&body).await;
        let employees = server.gofive().venio().enquire_employees(&EnquireEmployeesRequest::default()).await.unwrap();
        assert_eq!(employees[0].user_id.as_deref(), Some(text), "{sent}");
        assert_eq!(from_json::<Employee>(&format!(r#"{{"userId":{sent}}}"#)).user_id.as_deref(), Some(text));
    }
}

#[tokio::test]
async fn an_amount_too_long_for_a_decimal_fails_no_response() {
    for sent in [NOISE, LONG, "1e400", "-1.2345678901234567890123456789012345", "0.00000000000000000000000000000000001"]
    {
        let body = format!(r#"{{"status":{{"code":"1000"}},"data":{{"salesOrderNo":"SO1","subTotal":{sent}}}}}"#);
        let server = WireServer::responding_with_json(&body).await;
        let order = server.gofive().venio().get_sales_order("SO1").await.unwrap();
        assert_eq!(order.sub_total.as_ref().unwrap().to_string(), sent);
        assert_eq!(to_json(&order.sub_total), sent);
        assert!(order.sub_total.unwrap().get().is_err());
    }
}

#[tokio::test]
async fn whole_numbers_may_have_a_fraction_of_zero() {
    let body = r#"{"status":{"code":"1000"},"data":[{"eventId":67941.0,"eventType":"2.0","customerId":1e3}]}"#;
    let server = WireServer::responding_with_json(body).await;
    let events = server
        .gofive()
        .venio()
        .get_customer_events(&venio::GetCustomerEventsRequest::builder().customer_code("C1").build())
        .await
        .unwrap();
    assert_eq!((events[0].event_id, events[0].event_type, events[0].customer_id), (Some(67941), Some(2), Some(1000)));
    assert_eq!(from_json::<CaseType>("1.0"), CaseType::from(1));
    assert_eq!(from_json::<CaseType>(r#""1""#), CaseType::from(1));
}

#[tokio::test]
async fn a_number_for_a_text_enumeration_is_serialized_as_received() {
    for (sent, side) in [
        ("1", CostCenterSide::DEBIT),
        ("2.0", CostCenterSide::CREDIT),
        (r#""2""#, CostCenterSide::CREDIT),
        ("7", "7".into()),
        (LONG, LONG.into()),
    ] {
        let body = format!(r#"{{"statusCode":200,"message":"OK","data":[{{"debitCredit":{sent}}}]}}"#);
        let server = WireServer::responding_with_json(&body).await;
        let enquiry = GetCostCentersRequest::default();
        let items = server.gofive().empeo().get_cost_centers(&enquiry).await.unwrap();
        assert_eq!(items[0].debit_credit, Some(side), "{sent}");
        assert_eq!(to_json(&items[0].debit_credit), sent);
    }
}

#[tokio::test]
async fn a_date_may_be_a_number_of_milliseconds() {
    let body = r#"{"status":{"code":"1000"},"data":{"salesOrderNo":"SO1","salesOrderDate":1738751753693}}"#;
    let server = WireServer::responding_with_json(body).await;
    let order = server.gofive().venio().get_sales_order("SO1").await.unwrap();
    let date = order.sales_order_date.unwrap();
    assert_eq!(date.timestamp().unwrap().to_string(), "2025-02-05T10:35:53.693Z");
    assert_eq!((date.as_str(), to_json(&date).as_str()), ("1738751753693", "1738751753693"));
    assert_eq!(from_json::<Date>("1738777553693").civil().unwrap().to_string(), "2025-02-06", "in Bangkok");
    assert_eq!(from_json::<DateTime>("1738751753693.0").timestamp().unwrap(), date.timestamp().unwrap());
    assert_eq!(from_json::<DateTime>("-1000").timestamp().unwrap().to_string(), "1969-12-31T23:59:59Z");
    assert!(from_json::<DateTime>("1e300").timestamp().is_err());
    assert!(from_json::<DateTime>(r#""2568""#).timestamp().is_err(), "a text of few digits is not a timestamp");
}

#[tokio::test]
async fn a_type_of_the_caller_gets_every_digit() {
    #[derive(Deserialize)]
    struct Order {
        amount: Decimal,
        number: Id,
    }

    let body = format!(r#"{{"status":{{"code":"1000"}},"data":{{"amount":12345678901234567.89,"number":{LONG}}}}}"#);
    let server = WireServer::responding_with_json(&body).await;
    let request = server.gofive().request(gofive_api::Method::GET, "/v1/order");
    let order: Order = request.send_as().await.unwrap();
    assert_eq!((order.amount.to_string().as_str(), order.number.as_str()), ("12345678901234567.89", LONG));
}

#[test]
fn a_webhook_keeps_its_digits() {
    let body = format!(r#"{{"Topic":"Chat","Event":"Message","Data":{{"ChatMessage":{{"RoomId":{LONG}}}}}}}"#);
    let Webhook::ChatMessage(event) = webhook::parse(body.as_bytes()).unwrap() else { panic!("it is a chat message") };
    assert_eq!(event.data.unwrap().chat_message.unwrap().room_id.as_deref(), Some(LONG));
}

/// With `arbitrary_precision` a number is a map for serde, which must not be read as a record.
#[tokio::test]
async fn a_number_is_not_a_record() {
    for data in ["5", "[5]", "1.5"] {
        let server =
            WireServer::responding_with_json(&format!(r#"{{"status":{{"code":"1000"}},"data":{data}}}"#)).await;
        assert!(server.gofive().venio().get_customer_event_types().await.is_err(), "{data}");
        assert!(serde_json::from_value::<SalesOrder>(from_json(data)).is_err(), "{data}");
    }
}

// B. Every digit

#[test]
fn every_digit_is_kept() {
    for text in
        ["0.1", "10.50", "-0.07", "12345678901234567890.12345678", "0", "-0", "0.00", LONG, NOISE, "1e400", "5E+3"]
    {
        assert_eq!(to_json(&from_json::<Decimal>(text)), text);
        assert_eq!(to_json(&from_json::<TextDecimal>(text)), format!("{text:?}"));
        assert_eq!(to_json(&from_json::<Decimal>(&format!("{text:?}"))), text);
        assert_eq!(to_json(&text.parse::<Decimal>().unwrap()), text);
        assert_eq!(to_json(&from_json::<Id>(text)), text);
    }
    for (text, digits) in
        [(" 12.50 ", "12.50"), ("+5", "5"), ("007", "7"), (".5", "0.5"), ("5.", "5"), ("-.5e1", "-0.5e1")]
    {
        assert_eq!(to_json(&from_json::<Decimal>(&format!("{text:?}"))), digits);
    }
}

#[test]
fn what_is_not_a_decimal_is_refused() {
    for json in
        [r#""""#, r#""ten""#, r#""1e""#, r#""1.2.3""#, r#""1_000""#, r#"".""#, r#""NaN""#, "true", "null", "[]", "{}"]
    {
        let error = serde_json::from_str::<Decimal>(json).unwrap_err().to_string();
        assert!(error.contains("expected a decimal number"), "{json}: {error}");
    }
}

#[test]
fn a_decimal_is_read_exactly_or_rounded_on_request() {
    let exact = [
        ("1.5e3", "1500"),
        ("1.50E-2", "0.015"),
        ("0e-100", "0"),
        ("79228162514264337593543950335", "79228162514264337593543950335"),
    ];
    for (sent, value) in exact {
        let decimal: Decimal = sent.parse().unwrap();
        assert_eq!(decimal.get().unwrap().to_string(), value);
        assert_eq!(decimal.round(), decimal.get());
        assert_eq!(decimal, value.parse::<rust_decimal::Decimal>().unwrap());
    }
    let rounded = [
        (NOISE, "0.0000000000000284217094304040"),
        ("0.12345678901234567890123456785", "0.1234567890123456789012345678"),
        ("0.12345678901234567890123456795", "0.1234567890123456789012345680"),
        ("-0.123456789012345678901234567851", "-0.1234567890123456789012345679"),
        ("79228162514264337593543950335.4", "79228162514264337593543950335"),
        ("1e-400", "0"),
        ("12345678901234567890123456789.123", "12345678901234567890123456789"),
    ];
    for (sent, value) in rounded {
        let decimal: Decimal = sent.parse().unwrap();
        assert_eq!(decimal.round().unwrap(), value.parse::<rust_decimal::Decimal>().unwrap(), "{sent}");
        let error = decimal.get().unwrap_err().to_string();
        assert!(error.starts_with(&format!("{sent} has more digits")), "{error}");
    }
    for sent in ["1e400", "-79228162514264337593543950336", "1e99999999999999999999"] {
        let error = sent.parse::<Decimal>().unwrap().round().unwrap_err().to_string();
        assert!(error.starts_with(&format!("{sent} is beyond")), "{error}");
    }
}

#[test]
fn decimals_are_compared_by_value() {
    let ascending = ["-1e400", "-2", "-1.50", "-1e-400", "0", "1e-400", "0.1", "2", "2.5", LONG, "1e400"];
    let parse = |text: &str| text.parse::<Decimal>().unwrap();
    for (index, one) in ascending.iter().enumerate() {
        for (other_index, other) in ascending.iter().enumerate() {
            assert_eq!(parse(one).cmp(&parse(other)), index.cmp(&other_index), "{one} {other}");
        }
    }
    for (one, other) in [("1.5e3", "1500"), ("-0", "0.00"), ("0e5", "0"), ("1e400", "10e399"), ("1.10", "1.1")] {
        assert_eq!(parse(one), parse(other));
        let set: std::collections::HashSet<_> = [parse(one), parse(other)].into();
        assert_eq!(set.len(), 1, "{one} {other}");
    }
    let two = rust_decimal::Decimal::TWO;
    assert!(parse("2.0") == two && two == parse("2.0") && parse("1e-9") < two && two < parse("1e99"));
    assert_eq!(Decimal::from(TextDecimal::from(parse("1e5"))), Decimal::from(100_000_u64));
}

#[test]
fn decimals_are_summed_exactly_or_an_error() {
    let sum = |texts: &[&str]| -> Result<rust_decimal::Decimal, DecimalRangeError> {
        texts.iter().map(|text| text.parse::<Decimal>().unwrap()).sum()
    };
    assert_eq!(sum(&["0.1", "0.20", "0", "0.00"]).unwrap().to_string(), "0.30");
    assert!(sum(&["1", NOISE]).is_err());
    assert!(sum(&["9999999999999999999999999999", "0.1"]).unwrap_err().to_string().contains(" + "));
    assert!(sum(&["79228162514264337593543950335", "1"]).is_err());
    let value: Result<rust_decimal::Decimal, _> = Decimal::from(5).try_into();
    assert_eq!(value, Ok(5.into()));
}

// C. Identifiers and enumerations

#[test]
fn an_identifier_of_any_length_is_serialized_as_received() {
    for sent in ["67941.0", "18446744073709551615", "9223372036854775808", "-5", LONG, r#""007""#] {
        assert_eq!(to_json(&from_json::<Id>(sent)), sent);
    }
    assert_eq!(from_json::<Id>("67941.0").as_str(), "67941");
    assert_eq!(from_json::<Id>("67941.0"), from_json::<Id>(r#""67941""#));
    let id = Id::from(u64::MAX);
    assert_eq!(serde_json::to_value(&id).unwrap(), json!(u64::MAX));
    assert_eq!((id.as_ref() as &str, &id == "18446744073709551615"), ("18446744073709551615", true));
    assert_eq!(Id::from(5_i32), Id::from(5_u32));
    let (one, other) = (Id::from("a"), Id::from("b"));
    assert!(one == "a" && one < other);
    assert!("b" == other);
    assert_eq!(format!("{:>4}|", Id::from(5)), "   5|");
}

#[test]
fn an_enumeration_lists_and_reads_its_values() {
    assert_eq!(WarrantyUnit::ALL, [WarrantyUnit::YEAR, WarrantyUnit::MONTH, WarrantyUnit::DAY]);
    assert_eq!("m".parse(), Ok(WarrantyUnit::MONTH));
    assert!(CaseType::ALL.iter().all(|value| value.name().unwrap().parse() == Ok(*value)));
    assert!(CaseType::ALL.iter().all(|value| value.to_string().parse() == Ok(*value)));
    assert_eq!("99".parse(), Ok(CaseType::from(99)));
    assert!("seven".parse::<CaseType>().unwrap_err().to_string().contains("REQUEST_FOR_ACTION"));
}

// D. Order

#[test]
fn date_times_are_ordered_by_moment_and_equal_by_text() {
    let date = |text: &str| from_json::<DateTime>(&format!("{text:?}"));
    let mut dates: Vec<_> =
        ["no date", "2025-02-05T12:00:00Z", "2025-02-05T18:00:00+07:00", "2025-02-05 18:00:00", "2025-02-05T10:00:00Z"]
            .map(date)
            .into();
    dates.sort();
    let sorted: Vec<_> = dates.iter().map(DateTime::as_str).collect();
    assert_eq!(
        sorted,
        ["2025-02-05T10:00:00Z", "2025-02-05 18:00:00", "2025-02-05T18:00:00+07:00", "2025-02-05T12:00:00Z", "no date"]
    );
    assert!(date("2025-02-05T11:00:00Z") != date("2025-02-05T18:00:00+07:00"));
    let day = |text: &str| from_json::<Date>(&format!("{text:?}"));
    assert!(day("2025-02-05") < day("2025-02-06T00:00:00") && day("2025-02-06") < day("never"));
}

// E. Other formats and positions

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct All {
    amount: Decimal,
    text: TextDecimal,
    id: Id,
    moment: DateTime,
    date: Date,
    kind: CaseType,
    unit: WarrantyUnit,
    none: Option<Decimal>,
}

/// All scalars, the amounts with these digits.
fn all(amount: &str) -> All {
    All {
        amount: amount.parse().unwrap(),
        text: amount.parse().unwrap(),
        id: "007".into(),
        moment: from_json(r#""2025-02-05T17:35:53.693+0700""#),
        date: from_json(r#""2025-02-05""#),
        kind: CaseType::ALL[0],
        unit: WarrantyUnit::DAY,
        none: None,
    }
}

#[test]
fn csv_and_toml_keep_every_digit() {
    for amount in ["1.10", LONG, NOISE, "5"] {
        let sent = all(amount);
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.serialize(&sent).unwrap();
        let csv = String::from_utf8(csv.into_inner().unwrap()).unwrap();
        assert!(csv.contains(&format!("\n{amount},{amount},007,")), "{csv}");
        let read: All = csv::Reader::from_reader(csv.as_bytes()).deserialize().next().unwrap().unwrap();
        assert_eq!((read.amount.to_string(), read.id.as_str()), (amount.to_owned(), "007"));
        assert_eq!(read, sent);

        let toml = format!(
            "amount = \"{amount}\"\ntext = \"{amount}\"\nid = \"007\"\nmoment = \"2025-02-05T17:35:53.693+0700\"\n\
             date = 2025-02-05\nkind = {}\nunit = \"d\"",
            sent.kind
        );
        assert_eq!(toml::from_str::<All>(&toml).unwrap(), sent);
    }
    let numbers: BTreeMap<String, Decimal> = toml::from_str("a = 1.5\nb = 7").unwrap();
    assert_eq!(numbers["a"].to_string() + &numbers["b"].to_string(), "1.57");
    assert!(toml::from_str::<BTreeMap<String, Decimal>>("a = inf").is_err());
    let moments: BTreeMap<String, DateTime> = toml::from_str("a = 2025-02-05T17:35:53+07:00").unwrap();
    assert_eq!(moments["a"].as_str(), "2025-02-05T17:35:53+07:00");
}

#[test]
fn digits_are_kept_as_far_as_serde_keeps_them_when_it_buffers() {
    #[derive(Deserialize, Serialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }

    #[derive(Deserialize, Serialize)]
    struct Inner {
        amount: Decimal,
        text: TextDecimal,
        id: Id,
        moment: DateTime,
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Amount(Decimal),
        Other(Value),
    }

    for digits in ["1.10", "12345678901234567.89", "7", "0.1"] {
        let json = format!(r#"{{"amount":{digits},"text":{digits},"id":{digits},"moment":1738751753693}}"#);
        let outer: Outer = from_json(&json);
        let read = [outer.inner.amount.to_string(), outer.inner.text.to_string(), outer.inner.id.to_string()];
        assert_eq!(read, [buffered(digits), buffered(digits), buffered(digits)]);
        assert!(outer.inner.moment.timestamp().is_ok());

        let exact = Outer { inner: from_json(&json) };
        assert_eq!(to_json(&exact), json.replace(&format!(r#""text":{digits}"#), &format!(r#""text":"{digits}""#)));

        let Either::Amount(amount) = from_json(digits) else { panic!("{digits} is an amount") };
        assert_eq!(amount.to_string(), buffered(digits));
        let Either::Amount(amount) = from_json(&format!("{digits:?}")) else { panic!("{digits} is an amount") };
        assert_eq!(amount.to_string(), digits, "a text is exact");

        let value: Value = from_json(digits);
        let amount: Decimal = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(amount.to_string(), value.to_string());
        assert_eq!(Decimal::deserialize(&value).unwrap(), amount);
        assert_eq!(serde_json::to_value(&amount).unwrap(), value);
    }
    assert!(matches!(from_json("true"), Either::Other(Value::Bool(true))));
}

#[test]
fn scalars_can_be_map_keys() {
    for json in [r#"{"67941":1}"#, r#"{"1.10":1}"#] {
        assert_eq!(to_json(&from_json::<BTreeMap<Id, u8>>(json)), json);
        assert_eq!(to_json(&from_json::<BTreeMap<Decimal, u8>>(json)), json);
    }
    let numbers: BTreeMap<Id, u8> = [(Id::from(5), 1)].into();
    assert_eq!(to_json(&numbers), r#"{"5":1}"#);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_number_is_read_and_written_with_its_digits(number in "-?(0|[1-9][0-9]{0,60})(\\.[0-9]{1,60})?([eE][+-]?[0-9]{1,4})?") {
        prop_assert_eq!(to_json(&from_json::<Decimal>(&number)), number.as_str());
        prop_assert_eq!(to_json(&from_json::<Id>(&number)), number.as_str());
        prop_assert_eq!(to_json(&from_json::<DateTime>(&number)), number.as_str());
        let employee: Employee = from_json(&format!(r#"{{"userId":{number}}}"#));
        prop_assert_eq!(employee.user_id.unwrap(), number.as_str());
        let decimal: Decimal = number.parse().unwrap();
        let _ = (decimal.get(), decimal.round());
        prop_assert_eq!(decimal, Decimal::from(from_json::<TextDecimal>(&format!("{number:?}"))));
    }

    #[test]
    fn rounding_gives_the_nearest_decimal(digits in "[1-9][0-9]{0,40}", scale in 0_usize..40) {
        let text = format!("{digits}e-{scale}");
        let decimal: Decimal = text.parse().unwrap();
        if let Ok(exact) = decimal.get() {
            prop_assert_eq!(&decimal, &Decimal::from(exact));
            prop_assert_eq!(decimal.round().unwrap(), exact);
        } else if let Ok(rounded) = decimal.round() {
            // One step of the last digit leads beyond the number in both directions.
            let step = rust_decimal::Decimal::new(1, rounded.scale());
            prop_assert!(rounded.checked_add(step).is_none_or(|above| decimal < above));
            prop_assert!(rounded.checked_sub(step).is_none_or(|below| decimal > below));
        } else {
            prop_assert!(decimal > rust_decimal::Decimal::MAX);
        }
    }

    #[test]
    fn order_agrees_with_equality(one in "[0-9]{1,3}(e[0-9])?", other in "[0-9]{1,3}(\\.0)?(e-?[0-9])?") {
        let (one, other): (Decimal, Decimal) = (one.parse().unwrap(), other.parse().unwrap());
        let by_value = one.round().unwrap().cmp(&other.round().unwrap());
        prop_assert_eq!(one.cmp(&other), by_value);
        prop_assert_eq!(one == other, by_value.is_eq());
    }
}

#[test]
fn a_toml_date_without_a_documented_type_is_kept_as_text() {
    type Table = std::collections::BTreeMap<String, gofive_api::RawJson>;
    let table: Table = toml::from_str("a = 2024-01-01\nb = [{ c = 2024-01-01T10:00:00Z }, 1]").unwrap();
    assert_eq!((table["a"].as_str(), table["b"].as_str()), (r#""2024-01-01""#, r#"[{"c":"2024-01-01T10:00:00Z"},1]"#));
}
