//! What must not be seen: credentials and tokens.

use std::process::Command;

use gofive_sandbox::{Sandbox, operation};
use serde_json::{Value, json};

use crate::gofive::{Run, command, gofive, of_sandbox, on, run, words};

/// A command with a profile and every variable that turns on logs in other programs.
fn with_logs(folder: &std::path::Path, line: &str) -> Command {
    let mut command = command();
    command.args(words(line)).env("GOFIVE_CONFIG_DIR", folder).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1");
    command
}

fn assert_hidden(run: &Run, secrets: &[&str], line: &str) {
    for secret in secrets {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{line} shows {secret}: {run:?}");
    }
}

/// A server that echoes the credentials in its error, as some do.
#[tokio::test(flavor = "multi_thread")]
async fn no_output_has_a_secret_or_a_token() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    let [id, secret, key] = [sandbox.client_id(), sandbox.client_secret(), sandbox.subscription_key()];
    let mut login = with_logs(folder.path(), &format!("login --base-url {} --verbose", sandbox.base_url()));
    let logged_in = run(&mut login, &format!("{id}\n{secret}\n{key}\n"));
    assert_eq!(logged_in.code, 0, "{logged_in:?}");
    assert_hidden(&logged_in, &[secret, key], "login");

    run(&mut with_logs(folder.path(), "venio get-product A001"), "").json();
    let kept: Value = serde_json::from_slice(&std::fs::read(folder.path().join("default.token")).unwrap()).unwrap();
    let secrets = [secret, key, kept["token"].as_str().unwrap()];
    let text = format!("the key {key} of {secret} and Bearer {}", secrets[2]);
    for body in [
        json!({"status": {"code": "4001", "description": text}}),
        json!({"title": text, "errors": {"key": [text]}}),
        json!({"error": "x", "message": text}),
    ] {
        sandbox.clear_stubs();
        sandbox.respond(operation::GET_PRODUCT).status(400).json(body).mount().unwrap();
        for line in [
            "venio get-product A001",
            "--verbose venio get-product A001",
            "--errors json venio get-product A001",
            "--verbose api GET /v2/products/A001",
        ] {
            let failed = run(&mut with_logs(folder.path(), line), "");
            assert_eq!(failed.code, 7, "{failed:?}");
            assert_hidden(&failed, &secrets, line);
        }
    }
    for line in [
        "doctor",
        "doctor --verbose",
        "completion bash",
        "venio get-product A001 --dry-run",
        "--help",
        "version --json",
    ] {
        let printed = run(&mut with_logs(folder.path(), line), "");
        assert_hidden(&printed, &secrets, line);
        let by_environment = on(&sandbox, line);
        assert_hidden(&by_environment, &secrets, line);
    }
}

/// Other users of a machine can list the arguments of programs, and shells keep them.
#[test]
fn no_argument_is_a_secret() {
    let tree = gofive("--help --json").json();
    let mut found = 0;
    let mut commands = vec![tree];
    while let Some(mut command) = commands.pop() {
        for argument in command["arguments"].as_array().into_iter().flatten() {
            let name = argument["name"].as_str().unwrap_or_default().to_lowercase();
            if ["secret", "password", "key", "token"].iter().any(|word| name.contains(word)) {
                let is_harmless =
                    ["--secret-header", "--key-word", "--seller-key", "--template-token"].contains(&name.as_str());
                assert!(is_harmless || argument["value"] == "@FILE", "{}: {argument}", command["name"]);
                found += usize::from(!is_harmless);
            }
        }
        if let Value::Array(inner) = command["commands"].take() {
            commands.extend(inner);
        }
    }
    assert!(found > 0, "one operation issues tokens");
}

#[test]
fn a_url_with_a_password_is_not_shown() {
    for line in ["venio get-product A001 --dry-run", "venio get-product A001", "doctor", "--errors json doctor"] {
        for url in ["https://user:hunter2@localhost:1", "https://user:hunter2@[::1", "ftp://user:hunter2@localhost/"] {
            let mut command = command();
            command.args(words(line)).env("GOFIVE_BASE_URL", url).env("GOFIVE_CLIENT_ID", "id");
            command.env("GOFIVE_CLIENT_SECRET", "a-secret").env("GOFIVE_SUBSCRIPTION_KEY", "a-key");
            let refused = run(&mut command, "");
            assert_eq!(refused.code, 3, "{line}: {refused:?}");
            assert_hidden(&refused, &["hunter2", "a-secret", "a-key"], line);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_url_that_would_be_called() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    let line = "venio get-product A001 --dry-run";
    let mut by_environment = command();
    of_sandbox(&mut by_environment, &sandbox).args(words(line));
    let expected = format!("GET {}/v2/products/A001\n", sandbox.base_url());
    assert!(run(&mut by_environment, "").payload().starts_with(&expected));

    let mut login = with_logs(folder.path(), &format!("login --base-url {}", sandbox.base_url()));
    let [id, secret, key] = [sandbox.client_id(), sandbox.client_secret(), sandbox.subscription_key()];
    assert_eq!(run(&mut login, &format!("{id}\n{secret}\n{key}\n")).code, 0);
    assert!(run(&mut with_logs(folder.path(), line), "").payload().starts_with(&expected));
}

/// A core file would have the credentials of the process.
#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_core_file() {
    use std::process::Stdio;

    // The limits of a shell that allows core files.
    let line = "ulimit -S -c unlimited 2>/dev/null || ulimit -S -c \"$(ulimit -H -c)\"; exec \"$0\" login";
    let mut shell = Command::new("sh");
    shell.args(["-c", line, env!("CARGO_BIN_EXE_gofive")]).env_clear().stdin(Stdio::piped()).stderr(Stdio::null());
    let mut child = shell.spawn().unwrap();
    // It waits for the credentials.
    let core = loop {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
        let name = std::fs::read_to_string(format!("/proc/{}/comm", child.id())).unwrap();
        let state = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
        if name.trim() == "gofive" && state.contains(") S ") {
            break core;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    drop(child.stdin.take());
    child.wait().unwrap();
    assert_eq!(core.split_whitespace().rev().take(3).collect::<Vec<_>>(), ["bytes", "0", "0"], "{core}");
}
