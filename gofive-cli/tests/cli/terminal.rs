//! What the command does at a terminal, and only there.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use gofive_sandbox::{RecordKind, Sandbox, operation};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::gofive::{command, of_sandbox, run, words};
use crate::pty::Terminal;

const PRODUCTS: &str = "venio get-products-by-filter --product-type product --status 1";
const ESCAPE: char = '\u{1b}';

/// A sandbox with products whose names are in Thai, of different lengths.
async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    for (number, name) in (0..).zip(["ปากกาลูกลื่นสีน้ำเงิน", "ที่เย็บกระดาษ", "Stapler", "กิ๊บ"])
    {
        let product = json!({"productCode": format!("P{number}"), "productName": name, "price": 12.5});
        sandbox.put_record(RecordKind::Products, product).unwrap();
    }
    sandbox
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_a_table_as_wide_as_the_terminal() {
    let sandbox = sandbox().await;
    for columns in [20, 30, 80, 200] {
        let screen = Terminal::new(columns, &format!("{PRODUCTS} --take 50")).on(&sandbox).shows(0);
        assert!(screen.starts_with("PRODUCTNAME"), "{screen}");
        for line in screen.lines().filter(|line| !line.contains("choose by --fields")) {
            assert!(line.width() <= columns.into(), "{columns}: {line}");
        }
        assert_eq!(screen.contains("more columns: choose by --fields"), columns < 80, "{screen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thai_text_aligns_in_a_table() {
    let sandbox = sandbox().await;
    let line = format!("{PRODUCTS} --take 50 --fields productName,productCode");
    let screen = Terminal::new(80, &line).on(&sandbox).shows(0);
    let mut starts: Vec<_> = (0..4).map(|number| format!(" P{number}")).collect();
    starts.push(" PRODUCTCODE".to_owned());
    let starts = starts.iter().map(|code| {
        let line = screen.lines().find(|line| line.ends_with(code)).unwrap_or_else(|| panic!("{code}: {screen}"));
        line.width() - code.width()
    });
    let starts: std::collections::BTreeSet<_> = starts.collect();
    assert_eq!(starts.len(), 1, "the second column begins in one column of the terminal: {starts:?}\n{screen}");
}

/// Payloads are texts of other people: an escape sequence in one is shown, and the terminal does not obey it.
#[tokio::test(flavor = "multi_thread")]
async fn a_payload_does_not_control_the_terminal() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({"status": {"code": "1000"}, "data": {"productName": "\u{9b}2J\u{1b}]0;x\u{7}ปากกา"}});
    sandbox.respond(operation::GET_PRODUCT).json(body.clone()).mount().unwrap();
    for options in ["-o json", "-o ndjson", "-o yaml", "-o csv", "-o table", "--raw", "--jq .productName"] {
        let line = format!("{options} venio get-product A001");
        let screen = Terminal::new(80, &line).on(&sandbox).shows(0);
        assert!(screen.contains("ปากกา"), "{options}: {screen:?}");
        let is_control = |one: char| one.is_control() && !['\r', '\n'].contains(&one);
        assert!(!screen.contains(is_control), "{options}: {screen:?}");
    }
    // A program gets what was sent.
    let piped = run(of_sandbox(&mut command(), &sandbox).args(words("-o json venio get-product A001")), "").payload();
    let sent: Value = serde_json::from_str(&piped).unwrap();
    assert_eq!(sent, body["data"]);
}

#[test]
fn help_and_failures_have_colours_at_a_terminal_unless_they_are_turned_off() {
    let lines =
        [("--help", 0), ("venio add-case --help", 0), ("venio no-such", 2), ("venio add-case", 2), ("doctor", 3)];
    for (line, code) in lines {
        assert!(Terminal::new(80, line).shows(code).contains(ESCAPE), "{line}");
        for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let screen = Terminal::new(80, line).env(name, value).shows(code);
            assert!(!screen.contains(ESCAPE), "{line} with {name}: {screen:?}");
        }
        let piped = run(command().args(words(line)).env("TERM", "xterm-256color"), "");
        assert!(!piped.stdout.contains(ESCAPE) && !piped.stderr.contains(ESCAPE), "{line}: {piped:?}");
    }
}

/// Long work has a bar, if a person looks at the terminal while the payload goes elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_progress_bar_is_on_the_standard_error_of_a_terminal_only() {
    let sandbox = sandbox().await;
    let line = format!("{PRODUCTS} --all --page-size 1 -o ndjson");
    let screen = Terminal::new(80, &line).on(&sandbox).output(Stdio::null()).shows(0);
    assert!(screen.contains("records, "), "{screen:?}");
    let screen = Terminal::new(80, &line).on(&sandbox).env("TERM", "dumb").output(Stdio::null()).shows(0);
    assert_eq!(screen, "");
    let screen = Terminal::new(80, &line).on(&sandbox).shows(0);
    assert!(!screen.contains("records, ") && screen.contains("\"P3\""), "{screen:?}");
    let piped = run(of_sandbox(&mut command(), &sandbox).args(words(&line)).env("TERM", "xterm"), "");
    assert_eq!(piped.stderr, "");
    // A failure is printed after the bar, in a line of its own.
    sandbox.respond(operation::GET_PRODUCTS_BY_FILTER).status(403).mount().unwrap();
    let screen = Terminal::new(80, &line).on(&sandbox).env("NO_COLOR", "1").output(Stdio::null()).shows(5);
    let last: Vec<_> = screen.trim_end().lines().rev().take(2).collect();
    assert!(last[0].starts_with("  try: ") && last[1].contains("error: "), "{screen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_logs_in_without_showing_the_secrets() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    let folder = folder.path().to_str().unwrap();
    let line = format!("login --base-url {}", sandbox.base_url());
    let log_in = |secret: &str, key: &str, code: i32| {
        let mut session = Terminal::new(80, &line).env("GOFIVE_CONFIG_DIR", folder).start();
        session.wait_for("Client identifier: ");
        session.send(&format!("{}\n", sandbox.client_id()));
        session.wait_for("Client secret: ");
        session.wait_until_hidden();
        session.send(&format!("{secret}\n"));
        session.wait_for("Subscription key: ");
        session.wait_until_hidden();
        session.send(&format!("{key}\n"));
        let screen = session.end(code);
        assert!(screen.contains(sandbox.client_id()), "only secrets are hidden: {screen}");
        assert!(!screen.contains(secret) && !screen.contains(key), "{screen}");
        screen
    };
    let refused = log_in("a-wrong-secret", sandbox.subscription_key(), 4);
    assert!(refused.contains("error:") && std::fs::read_dir(folder).unwrap().count() == 0, "{refused}");
    let saved = log_in(sandbox.client_secret(), sandbox.subscription_key(), 0);
    let file = format!("{folder}/default.json");
    assert!(saved.contains(&format!("the profile default is in {file}")), "{saved}");
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    let call = Terminal::new(80, "venio get-product A001").env("GOFIVE_CONFIG_DIR", folder);
    assert!(call.shows(0).contains("A001"));
}

#[test]
fn a_login_that_is_interrupted_leaves_the_terminal_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = Terminal::new(80, "login").env("GOFIVE_CONFIG_DIR", folder.path().to_str().unwrap()).start();
    session.wait_for("Client identifier: ");
    session.send("id\n");
    session.wait_for("Client secret: ");
    session.wait_until_hidden();
    session.send("half a sec\u{3}");
    session.wait_for("interrupted");
    assert!(session.echoes(), "{}", session.screen());
    assert!(!session.end(1).contains("half"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
