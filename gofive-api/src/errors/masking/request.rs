//! The secrets in the body of a request.

use percent_encoding::percent_decode;
use secrecy::SecretString;

use super::properties::GROUPS;

/// The values of secret properties in a body, JSON or a form.
pub(super) fn secrets(body: &[u8]) -> Vec<SecretString> {
    let mut secrets: Vec<SecretString> = Vec::new();
    for group in &GROUPS {
        let (end, mut at) = (group.finder(), 0);
        while let Some(value) = group.find(&end, body, at) {
            let text = String::from_utf8_lossy(&body[value.clone()]);
            let unescaped = serde_json::from_str::<SecretString>(&format!("\"{text}\""));
            secrets.push(unescaped.unwrap_or_else(|_| text.into_owned().into()));
            at = value.end;
        }
    }
    if !body.starts_with(b"{") && !body.starts_with(b"[") {
        for pair in body.split(|byte| *byte == b'&') {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            if GROUPS.iter().any(|group| group.has(name)) {
                let spaced: Vec<u8> = value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
                secrets.push(percent_decode(&spaced).decode_utf8_lossy().into_owned().into());
            }
        }
    }
    secrets
}
