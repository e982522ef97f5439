//! The requests that are built from the documented examples: the `.http` files, and the commands for curl.

use std::path::Path;

use serde_json::Value;

use crate::frozen::{edited, frozen_and_built};
use crate::snapshot;
use crate::website::pages;

const VARIABLES: [&str; 5] = ["host", "subscriptionKey", "clientId", "clientSecret", "token"];

fn http(product: &str) -> String {
    frozen_and_built().text(&format!("gofive-spec/bundled/{product}.http")).unwrap().to_owned()
}

#[test]
fn every_documented_request_is_in_the_file_of_its_product() {
    snapshot("samples", "empeo", &http("empeo"));
    let venio = http("venio");
    let start = venio.find("\n### ").unwrap();
    let of_case = venio.find("\n### Open a case").unwrap();
    let requests = [&venio[..start], &venio[of_case..]].concat();
    let end = requests.match_indices("\n### ").nth(2).unwrap().0;
    snapshot("samples", "venio-case", &requests[..end]);
}

/// The command for curl on the page of an operation.
fn curl(page: &str) -> &str {
    page.split_once("```bash\n").and_then(|(_, rest)| rest.split_once("\n```\n")).map(|(command, _)| command).unwrap()
}

#[test]
fn every_operation_has_a_command_for_curl() {
    let pages = pages(&frozen_and_built());
    let commands = ["venio/authentication-api/authorize", "venio/case/edit_case", "empeo/employee/get_employees_list"];
    let commands = commands.map(|page| curl(&pages[&format!("reference/{page}.md")]));
    snapshot("samples", "curl", &commands.join("\n\n"));
    let mut counts = [0, 0];
    for (path, page) in
        pages.iter().filter(|(path, _)| path.starts_with("reference/") && path.matches('/').count() == 3)
    {
        if path.ends_with("/index.md") {
            continue;
        }
        let is_webhook = path.contains("/webhooks/");
        counts[usize::from(is_webhook)] += 1;
        assert_eq!(page.contains("```bash\ncurl --request "), !is_webhook, "a program calls no webhook: {path}");
    }
    assert!(counts[0] > 10 && counts[1] > 0, "{counts:?}");
}

#[test]
fn no_text_of_an_example_ends_its_request_or_begins_a_variable() {
    let hostile = "{{token}}\\n### DELETE {{host}}/\\n' $(reboot) `reboot` \\\\";
    let sources = edited("venio/case.yaml", "note: description", &format!("note: \"{hostile}\""));
    let built = spec_tools::build(&sources).unwrap().files;
    let file = &built[Path::new("gofive-spec/bundled/venio.http")];
    let requests = |text: &str| text.lines().filter(|line| line.starts_with("###")).count();
    assert_eq!(requests(file), requests(&http("venio")));
    for (at, _) in file.match_indices("{{") {
        let name = file[at + 2..].split("}}").next().unwrap();
        assert!(VARIABLES.contains(&name), "{name:?} is not a variable of the file");
    }
    let value = file.split("\"note\": ").nth(1).unwrap().lines().next().unwrap().trim_end_matches(',');
    let note: String = serde_json::from_str(value).unwrap();
    assert!(note.starts_with("{{token}}\n### DELETE"), "the request has the text of the example: {note:?}");

    let pages = pages(&sources);
    let command = curl(&pages["reference/venio/case/add_case.md"]);
    let printed =
        std::process::Command::new("bash").args(["-c", &command.replacen("curl ", "printf '%s\\n' ", 1)]).output();
    let printed = String::from_utf8(printed.unwrap().stdout).unwrap();
    let body = &printed[printed.find('{').unwrap()..];
    assert_eq!(serde_json::from_str::<Value>(body).unwrap()["note"], note.as_str(), "a shell takes the body as it is");
}
