//! Conversions of date-times and dates from and to the types of `chrono` and `time`.

use chrono::{FixedOffset, NaiveDate, TimeZone as _, Utc};
use gofive_api::format::{OffsetMillis, UtcMillis};
use gofive_api::{Date, DateTime};
use proptest::prelude::*;
use time::{OffsetDateTime, PrimitiveDateTime};

fn sent(text: &str) -> DateTime {
    serde_json::from_value(text.into()).unwrap()
}

#[test]
fn the_offset_that_was_sent_is_kept() {
    for (text, shown) in [
        ("2025-02-05T17:35:53.693+0900", "2025-02-05T17:35:53.693+09:00"),
        ("2025-02-05T17:35:53", "2025-02-05T17:35:53+07:00"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500+00:00"),
    ] {
        let by_chrono: chrono::DateTime<FixedOffset> = (&sent(text)).try_into().unwrap();
        assert_eq!(format!("{by_chrono:?}"), shown);
        let by_time: OffsetDateTime = (&sent(text)).try_into().unwrap();
        assert_eq!(by_time.unix_timestamp_nanos(), i128::from(by_chrono.timestamp_nanos_opt().unwrap()));
        assert_eq!(by_time.offset().whole_seconds(), by_chrono.offset().local_minus_utc());
    }
    assert!(chrono::DateTime::<FixedOffset>::try_from(&sent("never")).is_err());
    assert!(OffsetDateTime::try_from(&sent("never")).is_err());
}

#[test]
fn a_civil_time_is_in_the_time_zone_of_bangkok() {
    let civil = NaiveDate::from_ymd_opt(2025, 2, 5).unwrap().and_hms_opt(17, 35, 53).unwrap();
    assert_eq!(DateTime::<OffsetMillis>::from(civil).as_str(), "2025-02-05T17:35:53.000+0700");
    let date = time::Date::from_calendar_date(2025, time::Month::February, 5).unwrap();
    let civil = PrimitiveDateTime::new(date, time::Time::from_hms(17, 35, 53).unwrap());
    assert_eq!(DateTime::<OffsetMillis>::from(civil).as_str(), "2025-02-05T17:35:53.000+0700");
}

#[test]
fn dates_are_converted_both_ways() {
    let received: Date = serde_json::from_value("2025-02-05T23:00:00Z".into()).unwrap();
    let by_chrono: NaiveDate = (&received).try_into().unwrap();
    let by_time: time::Date = (&received).try_into().unwrap();
    assert_eq!((Date::from(by_chrono).as_str(), Date::from(by_time).as_str()), ("2025-02-05", "2025-02-05"));
    let never: Date = serde_json::from_value("never".into()).unwrap();
    assert!(NaiveDate::try_from(&never).is_err() && time::Date::try_from(&never).is_err());
}

#[test]
fn years_outside_the_range_of_the_api_do_not_panic() {
    let _ = (DateTime::<UtcMillis>::from(chrono::DateTime::<Utc>::MAX_UTC), Date::from(NaiveDate::MIN));
    let _ = DateTime::<UtcMillis>::from(chrono::NaiveDateTime::MIN);
    let _ = DateTime::<UtcMillis>::from(time::PrimitiveDateTime::MIN);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_timestamp_survives_both_conversions(millis in -60_000_000_000_000_i64..240_000_000_000_000) {
        let by_chrono = Utc.timestamp_millis_opt(millis).unwrap();
        let back: chrono::DateTime<FixedOffset> = (&DateTime::<UtcMillis>::from(by_chrono)).try_into().unwrap();
        prop_assert_eq!(back, by_chrono);
        let by_time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).unwrap();
        let back: OffsetDateTime = (&DateTime::<UtcMillis>::from(by_time)).try_into().unwrap();
        prop_assert_eq!(back, by_time);
    }
}
