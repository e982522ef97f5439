//! The first documented request of an operation as a command for curl, for the page of the operation.

use gofive_spec::Operation;

use super::{Body, CLIENT_ID, CLIENT_SECRET, Field, pretty, samples};

/// The command. It has the address and the credentials from the variables that the sandbox prints, and the token in
/// `GOFIVE_TOKEN`.
pub(crate) fn command(operation: &Operation) -> String {
    let samples = samples(operation);
    let Some(sample) = samples.first() else { return String::new() };
    let mut lines = vec![format!("curl --request {} \"$GOFIVE_BASE_URL\"{}", operation.method, quoted(&sample.target))];
    lines.push("--header \"Ocp-Apim-Subscription-Key: $GOFIVE_SUBSCRIPTION_KEY\"".into());
    if operation.needs_token {
        lines.push("--header \"Authorization: Bearer $GOFIVE_TOKEN\"".into());
    }
    match &sample.body {
        Body::None => {}
        Body::Undocumented => lines.extend(json("{}")),
        Body::Json(value) => lines.extend(json(&pretty(value))),
        Body::Form(fields) => lines.extend(fields.iter().map(|(name, field)| match field {
            Field::ClientId => format!("--data-urlencode \"{CLIENT_ID}=$GOFIVE_CLIENT_ID\""),
            Field::ClientSecret => format!("--data-urlencode \"{CLIENT_SECRET}=$GOFIVE_CLIENT_SECRET\""),
            Field::Documented(value) => format!("--data-urlencode {}", quoted(&format!("{name}={value}"))),
        })),
    }
    lines.join(" \\\n  ")
}

fn json(body: &str) -> [String; 2] {
    ["--header 'Content-Type: application/json'".into(), format!("--data-raw {}", quoted(body))]
}

/// A text that a shell takes as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_a_text_as_it_is() {
        assert_eq!(quoted("/v1/a?b=$c"), "'/v1/a?b=$c'");
        assert_eq!(quoted("it's `x`"), r"'it'\''s `x`'");
    }
}
