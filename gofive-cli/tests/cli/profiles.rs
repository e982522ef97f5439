//! Credentials in profiles, and the token that processes share.

use std::path::Path;
use std::process::{Command, Stdio};

use gofive_sandbox::Sandbox;

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

#[tokio::test(flavor = "multi_thread")]
async fn fifty_processes_fetch_an_expired_token_once() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(login(folder.path(), &sandbox, sandbox.client_secret()).code, 0);
    let call = ["venio", "get-product", "A001"];
    assert_eq!(run(&mut with(folder.path(), &call), "").code, 0);
    let token = folder.path().join("default.token");
    let expired = std::fs::read_to_string(&token).unwrap();
    let at = expired.find("\"expiresAt\":").unwrap();
    for content in [format!("{}\"expiresAt\":1}}", &expired[..at]), "{\"token\":".to_owned()] {
        std::fs::write(&token, &content).unwrap();
        let before = sandbox.tokens_issued();
        let started = (0..50).map(|_| with(folder.path(), &call).stdout(Stdio::null()).spawn().unwrap());
        for mut child in started.collect::<Vec<_>>() {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(sandbox.tokens_issued() - before, 1, "{content}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_what_is_wrong() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    let mut none = with(folder.path(), &["doctor"]);
    let report = run(&mut none, "");
    assert!(report.code == 3 && report.stdout.contains("FAILED  credentials"), "{report:?}");

    let of_sandbox = |key: &str| {
        let mut doctor = with(folder.path(), &["doctor"]);
        crate::gofive::of_sandbox(&mut doctor, &sandbox).env("GOFIVE_SUBSCRIPTION_KEY", key);
        run(&mut doctor, "")
    };
    let well = of_sandbox(sandbox.subscription_key());
    assert_eq!((well.code, well.stdout.matches("ok  ").count()), (0, 7), "{well:?}");
    let refused = of_sandbox("a-wrong-key");
    assert!(refused.code == 4 && refused.stdout.contains("FAILED  call"), "{refused:?}");
    assert!(!refused.stdout.contains("a-wrong-key") && !refused.stderr.contains("a-wrong-key"));

    let mut nowhere = with(folder.path(), &["doctor"]);
    crate::gofive::of_sandbox(&mut nowhere, &sandbox).env("GOFIVE_BASE_URL", "http://127.0.0.1:1");
    let report = run(&mut nowhere, "");
    assert!(report.code == 11 && report.stdout.contains("FAILED  connection"), "{report:?}");
}
