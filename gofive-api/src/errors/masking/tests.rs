//! What is masked, in which escapings, and how much memory that takes.

use fastrand::Rng;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use reqwest::Url;

use secrecy::ExposeSecret as _;

use super::secret::SHORT;
use super::utf_16::ByteOrder;
use super::*;

fn secrets(texts: &[&str]) -> Secrets {
    Secrets::new(texts.iter().map(|text| SecretString::from(*text)))
}

fn masked(texts: &[&str], text: &str) -> String {
    secrets(texts).mask(text)
}

/// Echoes of a secret by encoders of other crates, and by rebuilt encoders of other languages.
fn echoes(secret: &str, rng: &mut Rng) -> Vec<String> {
    let json = serde_json::to_string(secret).expect("a text can be written");
    let url = percent_encode(secret.as_bytes(), NON_ALPHANUMERIC).to_string();
    let mut form = Url::parse("x:/").expect("it is a URL");
    form.query_pairs_mut().append_pair("", secret);
    // .NET, Gson and AntiXSS escape different characters.
    let mut unicode = |escaped: fn(char) -> bool| -> String {
        let mut units = [0; 2];
        let upper = rng.bool();
        let written = secret.chars().map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_ascii_alphanumeric() || !(escaped(c) || c.is_control()) => c.to_string(),
            c if upper => {
                c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")).collect::<Vec<_>>().concat()
            }
            c => c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat(),
        });
        written.collect()
    };
    let unicode = [
        unicode(|c| "\"&'+<>`".contains(c) || !c.is_ascii()),
        unicode(|c| "<>&='".contains(c)),
        unicode(|c| !c.is_ascii()),
        unicode(|_| true),
    ];
    let html = |named: fn(char) -> Option<&'static str>| -> String {
        let written = secret.chars().map(|c| match named(c) {
            Some(name) => name.to_owned(),
            None if c.is_ascii_alphanumeric() || "-._ ".contains(c) => c.to_string(),
            None => format!("&#x{:X};", u32::from(c)),
        });
        written.collect()
    };
    let mut echoes = vec![
        secret.to_owned(),
        json[1..json.len() - 1].to_owned(),
        json[1..json.len() - 1].replace('/', "\\/"),
        url.to_lowercase()
            .chars()
            .zip(url.chars())
            .map(|(lower, c)| if c.is_ascii_digit() { c } else { lower })
            .collect(),
        url.clone(),
        url.replace("%20", "+"),
        form.query().unwrap_or_default().trim_start_matches('=').to_owned(),
        html(|c| match c {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '"' => Some("&quot;"),
            '\'' => Some("&#39;"),
            _ => None,
        }),
        html(|_| None),
    ];
    // Only escapes may be of either case.
    if secret.chars().any(|c| c.is_ascii_uppercase()) {
        echoes.remove(3);
    }
    echoes.extend(unicode);
    echoes
}

fn random(rng: &mut Rng, alphabet: &[char], lengths: std::ops::Range<usize>) -> String {
    (0..rng.usize(lengths)).filter_map(|_| rng.choice(alphabet)).collect()
}

#[test]
fn every_escaping_of_a_secret_is_masked() {
    let alphabet: Vec<char> = "abcXYZ0189+/=-._~\\\"'<>&;:%{}[]() \u{e01}\u{e49}\u{1f600}u2B\n\t".chars().collect();
    let mut rng = Rng::with_seed(15);
    for _ in 0..4_000 {
        let secret = random(&mut rng, &alphabet, SHORT..40);
        let other = random(&mut rng, &alphabet, SHORT..20);
        let longer = format!("{secret}{other}");
        for echo in echoes(&secret, &mut rng) {
            let around = random(&mut rng, &alphabet, 0..12);
            let text = format!("{around}, {echo}, {around}, {echo}{around}");
            let shown = masked(&[&other, &secret, &longer], &text);
            assert!(!shown.contains(&echo), "{secret:?} as {echo:?} in {text:?} became {shown:?}");
            assert!(shown.len() <= text.len());
        }
    }
}

#[test]
fn a_text_without_a_secret_does_not_change() {
    let alphabet: Vec<char> = "abcdeABCDE01+/-_.\\\"%{}: u".chars().collect();
    let mut rng = Rng::with_seed(15);
    for _ in 0..4_000 {
        let secret = random(&mut rng, &alphabet, 1..12);
        let text = random(&mut rng, &alphabet, 0..200);
        if echoes(&secret, &mut rng).iter().all(|echo| !text.contains(&**echo)) {
            // A hexadecimal digit of an escape may be of the other case.
            if !text.contains(['%', '\\']) {
                assert_eq!(masked(&[&secret], &text), text, "{secret:?}");
            }
        }
        let bytes = Bytes::from(random(&mut rng, &['x', 'y', '"', ':'], 0..200));
        let (address, same) = (bytes.as_ptr(), secrets(&["wire-client-secret"]).mask_bytes(bytes.clone()));
        assert!(same == bytes && same.as_ptr() == address, "not copied");
    }
}

#[test]
fn the_longest_secret_is_masked_first() {
    assert_eq!(masked(&["abcdefgh", "abcdefgh-ijklmnop"], "abcdefgh-ijklmnop abcdefgh"), "*** ***");
    assert_eq!(masked(&["token-of-today", "token-of-today"], "token-of-today"), "***");
}

#[test]
fn a_short_secret_is_masked_as_a_whole_word() {
    assert_eq!(masked(&["k"], "ok: the key is k, not kk_k"), "ok: the key is *, not kk_k");
    assert_eq!(
        masked(&["4711"], r#"{"a":4711,"b":"x\n4711","c":"a%204711%20","d":47110,"e":"\u0e014711"}"#),
        r#"{"a":***,"b":"x\n***","c":"a%20***%20","d":47110,"e":"\u0e01***"}"#
    );
    assert_eq!(masked(&["s+t"], "s+t s%2Bt s\\u002bt as+t s+ts"), "*** *** *** as+t s+ts");
    // Thai has no spaces.
    assert_eq!(masked(&["k7"], "รหัสk7ผิด"), "รหัส**ผิด");
    assert_eq!(masked(&["seven77"], "seven777"), "seven777");
    assert_eq!(masked(&["eight888"], "eight8889"), "***9");
    assert_eq!(masked(&["*"], "* and *"), "* and *");
}

#[test]
fn a_repeated_secret_is_masked_like_a_plain_replacement() {
    let mut rng = Rng::with_seed(7);
    for _ in 0..2_000 {
        // Of few letters, so that a separator may contain the beginning of a secret.
        let secret = format!("{}+{}", random(&mut rng, &['a', 'b'], 4..8), random(&mut rng, &['a', 'b'], 4..8));
        let separators: Vec<_> = (0..2).map(|_| random(&mut rng, &['a', 'b', '+', ','], 0..20)).collect();
        let mut text = String::new();
        for _ in 0..12 {
            text += rng.choice(&separators).expect("there are two");
            text += &secret;
        }
        assert_eq!(masked(&[&secret], &text), text.replace(&secret, "***"), "{secret} in {text}");
    }
    assert_eq!(masked(&["key"], "key key key keys key,key _key key"), "*** *** *** keys ***,*** _key ***");
}

#[test]
fn a_secret_without_letters_and_digits_is_masked_in_every_escaping() {
    let thai = "รหัส";
    let json = r"\u0e23\u0e2b\u0E31\u0e2A";
    let url = "%E0%B8%A3%E0%B8%AB%e0%b8%b1%E0%B8%AA";
    assert_eq!(masked(&[thai], &format!("{thai} {json} {url} \\u0e23")), r"*** *** *** \u0e23");
    assert_eq!(
        masked(&["+/+=+/+=+"], r"+/+=+/+=+ %2B/+%3D+/%2b=+ \u002B\/+=+\/+=+ &#43;/+&#x3D;+/+=+ +/"),
        "*** *** *** *** +/"
    );
    assert_eq!(masked(&["  ((  ))  "], "++((%20%20%29))x ++((%20%20%29)++ "), "++((%20%20%29))x *** ");
}

/// More secrets than one pass can search for.
#[test]
fn a_thousand_secrets_are_masked() {
    let texts: Vec<_> = (0..1000).map(|number| format!("secret+number-{number:04}")).collect();
    let known = secrets(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let text = known.mask("secret+number-0000 secret%2Bnumber-0999 secret+number-1000");
    assert_eq!(text, "*** *** secret+number-1000");
}

#[test]
fn secret_properties_of_any_value_are_masked() {
    for (text, shown) in [
        (r#"{"password":"a"}"#, r#"{"password":"*"}"#),
        (r#"{"Password" : "a\"b\\" , "b":1}"#, r#"{"Password" : "***" , "b":1}"#),
        (r#"{"password":12345,"b":-1}"#, r#"{"password":***,"b":-1}"#),
        (
            r#"{"access_token":"abcdefgh","accessToken":"ijkl","AccessToken":"mnop"}"#,
            r#"{"access_token":"***","accessToken":"***","AccessToken":"***"}"#,
        ),
        (
            r#"[{"refresh_token":"abcd"},{"id_token":"efgh"},{"client_secret":"ijkl"}]"#,
            r#"[{"refresh_token":"***"},{"id_token":"***"},{"client_secret":"***"}]"#,
        ),
        (r#"{"password":"cut off"#, r#"{"password":"***"#),
        (r#"{"password":"cut off\"#, r#"{"password":"***"#),
        (r#"{"password":nu"#, r#"{"password":nu"#),
    ] {
        assert_eq!(masked(&[], text), shown);
        assert!(text.ends_with("nu") || has_secret_property(text.as_bytes()));
    }
    for same in [
        r#"{"password":"","password":null,"password":[1],"password":{}}"#,
        r#"{"nextPageToken":"abcd","the password":"x","passwordless":"y","password"}"#,
        r#""password""#,
        "password\": \"a",
    ] {
        assert_eq!(masked(&[], same), same);
    }
}

#[test]
fn a_secret_is_masked_in_utf_16() {
    for (mark, order) in [("\u{feff}", ByteOrder::Little), ("\u{feff}", ByteOrder::Big), ("", ByteOrder::Little)] {
        let body = order.encode(&format!("{mark}{{\"a\":\"ไม่ wire+client/secret, wire+client/secret\"}}"));
        let masked = secrets(&["wire+client/secret"]).mask_bytes(body.into());
        assert_eq!(masked, order.encode(&format!("{mark}{{\"a\":\"ไม่ ***, ***\"}}")));
    }
    assert_eq!(masked(&["wire+client/secret"], "a\0 wire+client/secret"), "a\0 ***", "it is not UTF-16");
}

#[test]
fn the_secrets_of_a_request_are_found() {
    let found = |body: &str| {
        let values = secrets_of_request(body.as_bytes());
        values.iter().map(|value| value.expose_secret().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(r#"{"documents":[{"Password":"a\u0062\"c"},{"password":"d"}]}"#), ["ab\"c", "d"]);
    assert_eq!(found("grant_type=client_credentials&client_secret=a%2Bb+c%2F&client_id=e"), ["a+b c/"]);
    assert_eq!(found(""), [""; 0]);
}

#[test]
fn an_excerpt_shows_no_part_of_a_secret() {
    let secret = "wire+client/secret";
    let json = "wire\\u002Bclient\\/secret";
    for before in (0..200).chain(1900..2300) {
        for echo in [secret, json] {
            let body = format!("{}{echo}{}", "a ".repeat(before / 2), "b ".repeat(2000));
            let shown = secrets(&[secret]).excerpt(body.as_bytes()).to_string();
            assert!(!shown.contains("wire") && !shown.contains("ret"), "{before}: {shown}");
            assert!(shown.len() <= printing::MAX_BYTES && shown.ends_with('…'));
        }
        let body = format!("{{\"a\":\"{}\",\"password\":\"{}\"}}", "a".repeat(before), "secret".repeat(3000));
        assert!(!secrets(&[]).excerpt(body.as_bytes()).to_string().contains("sec"));
    }
    assert_eq!(secrets(&[secret]).excerpt(b"short\n").to_string(), "short\\n");
}

/// Both with and without a secret.
#[test]
fn a_large_body_is_masked_in_place() {
    const SIZE: usize = 4 << 20;
    let token = "e".repeat(1500) + "+/" + &"y".repeat(500);
    let known = secrets(&["wire+client/secret", "wire-subscription-key", &token]);
    for unit in ["{\"message\":\"not this\"},", "wire-subscription-key ", "\"password\":\"abc\",", &token, "eeee", "\\"]
    {
        let body = Bytes::from(unit.repeat(SIZE / unit.len()));
        let mut masked = Bytes::new();
        let cost = allocation_counter::measure(|| masked = known.mask_bytes(body));
        assert!(cost.bytes_max < 4096, "{} bytes for {unit:.30}", cost.bytes_max);
        assert!(!masked.windows(12).take(1 << 16).any(|window| window == b"subscription"));
    }
    // The body is shared: one copy.
    let body = Bytes::from("wire-subscription-key ".repeat(SIZE / 22));
    let cost = allocation_counter::measure(|| drop(known.mask_bytes(body.clone())));
    assert!(cost.bytes_max < (SIZE + 4096) as u64, "{} bytes", cost.bytes_max);
}
