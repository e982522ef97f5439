//! The documented requests of a product as an `.http` file, which editors send: VS Code with the extension REST Client, and the IDEs
//! of `JetBrains`.

use gofive_spec::{Api, MediaType, Operation};

use super::{Body, Field, Sample, encoded, pretty, samples};

/// The file of a product. Its variables are placeholders: it has no secret.
pub(crate) fn file(api: &Api) -> String {
    let mut text = format!(
        "# {}: every documented request. Built by `cargo xtask codegen`, never edited by hand.\n",
        api.info.title
    );
    text.push_str("# Replace the values of the variables in a copy, and commit no secret.\n");
    for (index, server) in api.servers.iter().enumerate() {
        let (start, url) = if index == 0 { ("", server.url.as_str()) } else { ("# ", server.url.as_str()) };
        text.push_str(&format!("# {}:\n{start}@host = {url}\n", one_line(&server.description)));
    }
    text.push_str("@subscriptionKey = your-subscription-key\n");
    let token = api.operations.iter().chain(&api.shared_operations).find(|operation| !operation.needs_token);
    match token {
        Some(operation) => {
            text.push_str("@clientId = your-client-id\n@clientSecret = your-client-secret\n");
            text.push_str(&format!(
                "# The access_token of the response to `{}`, which is the first request.\n",
                operation.id
            ));
        }
        None => text.push_str("# The access_token of the response to `authorize`, which venio.http has.\n"),
    }
    text.push_str("@token = your-token\n");
    let others = api.operations.iter().filter(|operation| operation.needs_token);
    for sample in token.into_iter().chain(others).flat_map(samples) {
        request(&mut text, &sample);
    }
    text
}

fn request(text: &mut String, sample: &Sample<'_>) {
    let Operation { id, summary, method, needs_token, .. } = sample.operation;
    text.push_str(&format!("\n### {}\n# {id}", one_line(summary)));
    if !sample.source.is_empty() {
        text.push_str(&format!(": {}", one_line(sample.source)));
    }
    text.push('\n');
    for name in &sample.placeholders {
        text.push_str(&format!("# The documentation has no example of {name}: replace it in the URL.\n"));
    }
    if matches!(sample.body, Body::Undocumented) {
        text.push_str("# The documentation has no example of the body.\n");
    }
    text.push_str(&format!("{method} {{{{host}}}}{}\n", sample.target));
    text.push_str("Ocp-Apim-Subscription-Key: {{subscriptionKey}}\n");
    if *needs_token {
        text.push_str("Authorization: Bearer {{token}}\n");
    }
    match &sample.body {
        Body::None => {}
        Body::Undocumented => text.push_str(&format!("Content-Type: {}\n\n{{}}\n", MediaType::Json)),
        // In a text, two braces would begin a variable.
        Body::Json(value) => {
            let body = pretty(value).replace("{{", "{\\u007b");
            text.push_str(&format!("Content-Type: {}\n\n{body}\n", MediaType::Json));
        }
        Body::Form(fields) => {
            let field = |(name, field): &(&str, Field)| match field {
                Field::ClientId => format!("{name}={{{{clientId}}}}"),
                Field::ClientSecret => format!("{name}={{{{clientSecret}}}}"),
                Field::Documented(value) => format!("{name}={}", encoded(value)),
            };
            let body = fields.iter().map(field).collect::<Vec<_>>().join("&");
            text.push_str(&format!("Content-Type: {}\n\n{body}\n", MediaType::Form));
        }
    }
}

/// A text in one line, because a new line would end the comment.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
