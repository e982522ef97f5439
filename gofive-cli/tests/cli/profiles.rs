//! Credentials in profiles, and the token that processes share.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use gofive_sandbox::{Fault, Faults, Sandbox};

use crate::gofive::{Run, command, run};

/// A command with a folder for profiles.
fn with(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command();
    command.env("GOFIVE_CONFIG_DIR", folder).args(arguments);
    command
}

fn login(folder: &Path, sandbox: &Sandbox, secret: &str) -> Run {
    let input = format!("{}\n{secret}\n{}\n", sandbox.client_id(), sandbox.subscription_key());
    run(&mut with(folder, &["login", "--base-url", &sandbox.base_url()]), &input)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_has_credentials_that_were_tested() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    let refused = login(folder.path(), &sandbox, "a-wrong-secret");
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(!refused.stderr.contains("a-wrong-secret") && std::fs::read_dir(folder.path()).unwrap().count() == 0);

    let saved = login(folder.path(), &sandbox, sandbox.client_secret());
    assert_eq!((saved.code, saved.stdout.as_str()), (0, ""), "{saved:?}");
    let product = run(&mut with(folder.path(), &["venio", "get-product", "A001"]), "").json();
    assert_eq!(product["productCode"], "A001");
    // The environment is first.
    let mut other = with(folder.path(), &["venio", "get-product", "A001"]);
    assert_eq!(run(other.env("GOFIVE_CLIENT_ID", "x"), "").code, 3);
    let missing = run(&mut with(folder.path(), &["--profile", "other", "venio", "get-product", "A001"]), "");
    assert!(missing.code == 3 && missing.stderr.contains("\"other\""), "{missing:?}");

    assert_eq!(run(&mut with(folder.path(), &["logout"]), "").code, 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the token is deleted, too");
    assert_eq!(run(&mut with(folder.path(), &["logout"]), "").code, 3);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_user_can_read_a_profile_and_its_token_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;

    let (sandbox, parent) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    let folder = parent.path().join("new");
    let line = format!("umask 0; \"$0\" login --base-url {}; \"$0\" venio get-product A001", sandbox.base_url());
    let mut shell = Command::new("sh");
    shell.args(["-c", &line, env!("CARGO_BIN_EXE_gofive")]).env_clear().env("GOFIVE_CONFIG_DIR", &folder);
    let input = format!("{}\n{}\n{}\n", sandbox.client_id(), sandbox.client_secret(), sandbox.subscription_key());
    assert_eq!(run(&mut shell, &input).code, 0);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

const CALL: [&str; 3] = ["venio", "get-product", "A001"];

/// A sandbox whose tokens take so long that all processes wait for the first one.
async fn slow_tokens() -> Sandbox {
    let faults = Faults::seeded(1).with(Fault::delay(Duration::from_secs(1)), 1.0).on_token_requests(true);
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.set_faults(faults);
    sandbox
}

/// Makes calls by so many processes concurrently; returns how many tokens they have fetched.
fn call_concurrently(folder: &Path, sandbox: &Sandbox, processes: usize) -> usize {
    let before = sandbox.tokens_issued();
    let started = (0..processes).map(|_| with(folder, &CALL).stdout(Stdio::null()).spawn().unwrap());
    for mut child in started.collect::<Vec<_>>() {
        assert!(child.wait().unwrap().success());
    }
    sandbox.tokens_issued() - before
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_processes_fetch_an_expired_token_once() {
    let (sandbox, folder) = (slow_tokens().await, tempfile::tempdir().unwrap());
    assert_eq!(login(folder.path(), &sandbox, sandbox.client_secret()).code, 0);
    assert_eq!(run(&mut with(folder.path(), &CALL), "").code, 0);
    let token = folder.path().join("default.token");
    let valid = std::fs::read_to_string(&token).unwrap();
    let at = valid.find("\"expiresAt\":").unwrap();
    let expired = format!("{}\"expiresAt\":1}}", &valid[..at]);
    // Killed while it wrote, or written by something else.
    for content in [&*expired, &valid[..at], "\0\0\0\0"] {
        std::fs::write(&token, content).unwrap();
        assert_eq!(call_concurrently(folder.path(), &sandbox, 50), 1, "{content}");
        assert_eq!(call_concurrently(folder.path(), &sandbox, 2), 0, "the token is kept");
    }
}

/// Where files cannot be locked or replaced, each process fetches a token of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_shared_fails_no_call() {
    let (sandbox, folder) = (slow_tokens().await, tempfile::tempdir().unwrap());
    assert_eq!(login(folder.path(), &sandbox, sandbox.client_secret()).code, 0);
    let [lock, token] = ["default.lock", "default.token"].map(|name| folder.path().join(name));
    std::fs::create_dir(&lock).unwrap();
    let fetched = call_concurrently(folder.path(), &sandbox, 10);
    assert!((1..=10).contains(&fetched), "{fetched}");
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&token).unwrap()).unwrap();
    assert!(kept["token"].is_string(), "{kept}");
    assert_eq!(call_concurrently(folder.path(), &sandbox, 2), 0, "what is kept is valid, also without a lock");

    std::fs::remove_dir(&lock).unwrap();
    std::fs::remove_file(&token).unwrap();
    std::fs::create_dir(&token).unwrap();
    assert_eq!(call_concurrently(folder.path(), &sandbox, 3), 3);
    let others = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
    let others: Vec<_> = others.filter(|name| name.to_string_lossy().ends_with(".new")).collect();
    assert!(others.is_empty(), "nothing half written remains: {others:?}");
}
