//! The first walk of the README, as somebody types it who has only read the help.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::gofive::{Run, gofive, run};

const README: &str = include_str!("../../README.md");

/// The commands of a block of the README.
fn block(name: &str) -> String {
    let (_, block) = README.split_once(&format!("<!-- {name} -->\n```console\n")).expect("the README has the block");
    let (block, _) = block.split_once("```").expect("the block ends");
    block.lines().map(|line| line.strip_prefix("$ ").unwrap_or(line).to_owned() + "\n").collect()
}

/// A shell of a person who has installed the command, and nothing else.
fn shell(folder: &Path, script: &str) -> Command {
    let binaries = Path::new(env!("CARGO_BIN_EXE_gofive")).parent().unwrap().display().to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", script]).current_dir(folder).env_clear().env("PATH", format!("{binaries}:{path}"));
    shell.env("HOME", folder);
    shell
}

/// A command that runs until it is killed, and what it has printed until it was ready.
struct Running(Child, String);

impl Running {
    fn start(folder: &Path, script: &str, ready: &str, is_on_standard_error: bool) -> Self {
        let script = format!("exec {script}");
        let mut child = shell(folder, &script).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut text = String::new();
        let output: Box<dyn std::io::Read + Send> = if is_on_standard_error {
            Box::new(child.stderr.take().unwrap())
        } else {
            Box::new(child.stdout.take().unwrap())
        };
        let mut output = BufReader::new(output);
        while !text.contains(ready) {
            assert!(output.read_line(&mut text).unwrap() > 0, "it has ended: {text}");
        }
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Self(child, text)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

#[test]
fn the_first_walk_of_the_readme_works() {
    let folder = tempfile::tempdir().unwrap();
    // The ports of the page may be taken on this machine.
    let sandbox = format!("{} --port 0", block("sandbox").trim());
    let sandbox = Running::start(folder.path(), &sandbox, "Press Ctrl-C", false);
    let exports: Vec<_> = sandbox.1.lines().filter(|line| line.starts_with("export ")).collect();
    assert_eq!(exports.len(), 4, "{}", sandbox.1);

    let Run { code, stdout, stderr } =
        run(&mut shell(folder.path(), &(exports.join("\n") + "\n" + &block("calls"))), "");
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    for part in ["\"feedbackId\"", "\"eventName\": \"Meeting with Client\""] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
    let csv = std::fs::read_to_string(folder.path().join("products.csv")).unwrap();
    assert!(csv.lines().next().is_some_and(|names| names.contains("productCode")) && csv.contains("A001"), "{csv}");

    let port = free_port();
    let listen = format!("{} --port {port}", block("listen").trim());
    let mut listener = Running::start(folder.path(), &listen, "listening at", true);
    let trigger = block("trigger").replace("4011", &port.to_string());
    assert_eq!(run(&mut shell(folder.path(), &trigger), "").code, 0);
    let mut event = String::new();
    BufReader::new(listener.0.stdout.take().unwrap()).read_line(&mut event).unwrap();
    assert!(event.starts_with("{\"Data\":{\"SaleOrderNo\":"), "{event}");
}

/// Each step is found by reading one help text after the other, from the first one on.
#[test]
fn the_help_leads_to_every_command_of_the_walk() {
    let all = ["sandbox", "calls", "listen", "trigger"].map(block).concat();
    let all = all.replace("\\\n", "");
    let mut seen = 0;
    for line in all.lines() {
        let words = crate::gofive::words(line);
        let names: Vec<_> = words.iter().skip(1).take_while(|word| !word.starts_with('-')).collect();
        let mut path = String::new();
        for name in names.iter().take(2) {
            let help = gofive(&format!("{path} --help")).payload();
            let is_listed = help.lines().any(|line| line.split_whitespace().next() == Some(name.as_str()));
            let is_value = help.contains(name.as_str());
            assert!(is_listed || is_value, "`gofive {path} --help` does not list {name}");
            path = format!("{path} {name}").trim().to_owned();
        }
        let help = gofive(&format!("{path} --help")).payload();
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            let is_global = gofive("--help").payload().contains(flag.as_str());
            assert!(help.contains(flag.as_str()) || is_global, "`gofive {path} --help` does not list {flag}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} flags");
}
