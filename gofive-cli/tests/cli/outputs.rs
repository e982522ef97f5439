//! Formats of the payload.

use serde_json::json;

use crate::gofive::{command, gofive, run};

const LIST: &str = "--sandbox venio enquire-employees --limit 2";

#[test]
fn a_list_is_printed_in_every_format() {
    for (format, expected) in [
        (
            "json --fields staffCode,fullname",
            "[\n  {\n    \"staffCode\": \"UAT007\",\n    \"fullname\": \"string\"\n  },\n  {\n    \"staffCode\": \"UAT900\",\n    \
             \"fullname\": \"John Doe\"\n  }\n]\n",
        ),
        ("ndjson --fields staffCode", "{\"staffCode\":\"UAT007\"}\n{\"staffCode\":\"UAT900\"}\n"),
        ("csv --fields fullname,staffCode", "fullname,staffCode\nstring,UAT007\nJohn Doe,UAT900\n"),
        ("yaml --fields staffCode", "- staffCode: \"UAT007\"\n- staffCode: \"UAT900\"\n"),
        ("table --fields fullname,staffCode", "FULLNAME  STAFFCODE\nstring    UAT007\nJohn Doe  UAT900\n"),
    ] {
        assert_eq!(gofive(&format!("{LIST} -o {format}")).payload(), expected, "{format}");
    }
    assert_eq!(gofive(&format!("{LIST} --jq '.[] | .staffCode'")).payload(), "UAT007\nUAT900\n");
}

#[test]
fn the_file_decides_about_the_format() {
    let folder = tempfile::tempdir().unwrap();
    for (name, expected) in [("a.csv", "staffCode\nUAT007\n"), ("a.ndjson", "{\"staffCode\":\"UAT007\"}\n")] {
        let file = folder.path().join(name);
        let line = format!("--sandbox venio enquire-employees --limit 1 --fields staffCode --out {}", file.display());
        assert_eq!(gofive(&line).payload(), "");
        assert_eq!(std::fs::read_to_string(file).unwrap(), expected);
    }
}

#[test]
fn a_file_is_kept_if_the_call_fails() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "what was exported yesterday, and is longer").unwrap();
    let read = || std::fs::read_to_string(file.path()).unwrap();
    let line = |code: &str| {
        format!("--sandbox --fields productCode -o csv --out {} venio get-product {code}", file.path().display())
    };
    assert_eq!(gofive(&line("NONE")).code, 7);
    assert_eq!(read(), "what was exported yesterday, and is longer");
    gofive(&line("A001")).payload();
    assert_eq!(read(), "productCode\nA001\n");
}

#[test]
fn the_envelope_is_printed_on_request() {
    let raw = gofive("--sandbox --raw venio get-product A001").json();
    assert_eq!((&raw["status"]["code"], &raw["data"]["productCode"]), (&json!("1000"), &json!("A001")));
}

#[test]
fn the_help_of_an_operation_has_its_evidence_and_an_example() {
    let help = gofive("venio add-case --help").payload();
    for part in [
        "POST /v1/case",
        "api-13759273",
        "Evidence: path portal",
        "Oddities:",
        "request-for-action",
        "[required]",
        "Example:\n  gofive venio add-case",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
    let lines = help.lines().map(|line| line.chars().count()).max();
    assert!(lines <= Some(110), "{lines:?}");
}

#[test]
fn a_reader_that_ends_early_is_not_a_failure() {
    let mut shell = std::process::Command::new("sh");
    let line = format!("{} --sandbox venio enquire-employees --all -o ndjson | true", env!("CARGO_BIN_EXE_gofive"));
    let ended = run(shell.args(["-c", &line]), "");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(run(command().arg("--version"), "").payload(), format!("gofive {}\n", env!("CARGO_PKG_VERSION")));
}
