//! Masks secrets in what the sandbox shows of requests.

use serde_json::Value;

const MASK: &str = "***";

/// Names of headers, parameters and properties whose values are secrets, in lower case.
const SECRETS: [&str; 10] = [
    "access_token",
    "api-key",
    "authorization",
    "cookie",
    "ocp-apim-subscription-key",
    "proxy-authorization",
    "refresh_token",
    "subscription-key",
    "token",
    "x-api-key",
];

/// Parts of names whose values are secrets.
const PARTS: [&str; 2] = ["password", "secret"];

/// Whether the values of a name are secrets.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRETS.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part))
}

/// Returns the value of a name, or the mask; the scheme of an `Authorization` stays.
pub(crate) fn masked(name: &str, value: String) -> String {
    if !is_secret(name) {
        return value;
    }
    let scheme = value.split_once(' ').filter(|_| name.to_lowercase().ends_with("authorization"));
    scheme.map_or_else(|| MASK.to_owned(), |(scheme, _)| format!("{scheme} {MASK}"))
}

/// Masks the values of secret properties, on any level.
pub(crate) fn mask(value: &mut Value) {
    match value {
        Value::Object(properties) => {
            for (name, value) in properties {
                if is_secret(name) && !value.is_null() {
                    *value = MASK.into();
                } else {
                    mask(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_by_their_names() {
        for (name, expected) in [
            ("Authorization", "Bearer ***"),
            ("ocp-apim-subscription-key", "***"),
            ("subscription-key", "***"),
            ("Webhook-Secret", "***"),
            ("content-type", "Bearer abc"),
        ] {
            assert_eq!(masked(name, "Bearer abc".to_owned()), expected);
        }
        let mut body = json!({"client_secret": "s", "a": [{"newPassword": 1, "b": "s"}], "secret": null});
        mask(&mut body);
        assert_eq!(body, json!({"client_secret": "***", "a": [{"newPassword": "***", "b": "s"}], "secret": null}));
    }
}
