//! The sandbox as a server, and events of webhooks.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};

use crate::gofive::{command, gofive, run, words};

const SECRET: &str = "0f8b3c5d9e2a4716";

/// A command that runs until it is killed, and what it has printed at the start.
struct Server {
    child: Child,
    text: String,
}

impl Server {
    fn listen(options: &str) -> Self {
        let mut server = Self::start(&format!("webhook listen --port 0 {options}"));
        let lines = server.child.stderr.take().unwrap();
        server.text = beginning(lines, "listening at");
        server
    }

    fn sandbox() -> Self {
        let mut server = Self::start("sandbox --port 0");
        let lines = server.child.stdout.take().unwrap();
        server.text = beginning(lines, "Ctrl-C");
        server
    }

    fn start(line: &str) -> Self {
        let mut command = command();
        command.args(words(line)).env("GOFIVE_WEBHOOK_SECRET", SECRET);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Self { child, text: String::new() }
    }

    fn url(&self) -> &str {
        let at = self.text.find("http://").expect("it prints its URL");
        self.text[at..].split_whitespace().next().unwrap()
    }

    fn output(mut self) -> String {
        let mut lines = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut lines).unwrap();
        lines
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the line with a text, and then as much as comes, because a program waits until somebody reads what it prints.
fn beginning(lines: impl Read + Send + 'static, last: &str) -> String {
    let (mut lines, mut text) = (BufReader::new(lines), String::new());
    while !text.contains(last) {
        assert!(lines.read_line(&mut text).unwrap() > 0, "it has ended: {text}");
    }
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    text
}

#[test]
fn an_event_is_printed_and_forwarded_if_it_has_the_secret() {
    let second = Server::listen("--count 1 --secret-header x-secret");
    let first = Server::listen(&format!("--count 1 --forward-to {}/{SECRET}", second.url()));
    let trigger = |to: &str| run(command().args(["webhook", "trigger", "sales-order", "--to", to]), "");
    let refused = trigger(&format!("{}/hooks/guess", first.url()));
    assert_eq!((refused.code, refused.stdout.as_str()), (7, ""), "{refused:?}");
    // The secret of the variable is added to the path, so that no argument has it.
    let to = format!("{}/hooks/", first.url());
    let mut with_secret = command();
    let trigger = with_secret.args(["webhook", "trigger", "sales-order", "--to", &to]);
    let accepted = run(trigger.env("GOFIVE_WEBHOOK_SECRET", SECRET), "");
    assert_eq!((accepted.code, accepted.stderr.as_str()), (0, "HTTP 200\n"));
    assert_eq!(first.output(), "{\"Data\":{\"SaleOrderNo\":\"SO24090001\"}}\n");

    // The forwarded event lacks the header, so the second one is still waiting.
    let mut with_header = command();
    let line = format!("webhook trigger chat-message --to {} --secret-header x-secret", second.url());
    let accepted = run(with_header.args(words(&line)).env("GOFIVE_WEBHOOK_SECRET", SECRET), "");
    assert_eq!(accepted.code, 0, "{accepted:?}");
    assert!(second.output().contains("\"Topic\":\"Chat\""));
}

#[test]
fn a_secret_that_can_be_guessed_is_refused() {
    let refused = run(command().args(["webhook", "listen", "--port", "0"]).env("GOFIVE_WEBHOOK_SECRET", "letmein"), "");
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(!refused.stderr.contains("letmein"), "{refused:?}");
}

#[test]
fn a_target_that_cannot_be_reached_is_named_without_its_path() {
    let failed = gofive("webhook trigger sales-order --to http://127.0.0.1:1/secret");
    assert_eq!(failed.code, 11, "{failed:?}");
    assert!(failed.stderr.contains("127.0.0.1:1 cannot be reached") && !failed.stderr.contains("secret"), "{failed:?}");
}

#[test]
fn a_sandbox_is_called_from_another_terminal() {
    let server = Server::sandbox();
    #[cfg(target_os = "linux")]
    {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.child.id())).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert!(core.split_whitespace().rev().take(3).collect::<Vec<_>>() == ["bytes", "0", "0"], "{core}");
    }
    let mut call = command();
    for line in server.text.lines() {
        if let Some((name, value)) = line.strip_prefix("export ").and_then(|line| line.split_once('=')) {
            call.env(name, value);
        }
    }
    let product = run(call.args(["venio", "get-product", "A001"]), "").json();
    assert_eq!(product["productCode"], "A001");
}
