//! Every example runs to its end: on the embedded sandbox, and on one that the environment names.

#![cfg(all(feature = "blocking", feature = "empeo", feature = "etaxgo", feature = "rustls", feature = "venio"))]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::path::PathBuf;
use std::process::Command;

use gofive_sandbox::Sandbox;

fn names() -> Vec<String> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap();
    let names = files.filter_map(|file| Some(file.unwrap().file_name().to_str()?.strip_suffix(".rs")?.to_owned()));
    let names: Vec<_> = names.collect();
    assert!(names.len() > 5, "{names:?}");
    names
}

/// cargo builds the examples of a package together with its tests.
fn program(example: &str) -> Command {
    let tests = std::env::current_exe().unwrap();
    let path: PathBuf = tests.parent().unwrap().with_file_name("examples").join(example);
    assert!(
        path.with_extension(std::env::consts::EXE_EXTENSION).exists(),
        "build it: cargo build --examples --all-features"
    );
    let mut program = Command::new(path);
    for name in ["BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "SUBSCRIPTION_KEY", "WEBHOOK_SECRET"] {
        program.env_remove(format!("GOFIVE_{name}"));
    }
    program
}

/// What the example prints.
fn run(example: &str, program: &mut Command) -> String {
    let output = program.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{example}: {printed}{}", String::from_utf8_lossy(&output.stderr));
    assert!(printed.contains("sandbox") && !printed.contains("real API"), "{example}: {printed}");
    printed
}

#[test]
fn every_example_runs_on_the_embedded_sandbox() {
    for example in names() {
        run(&example, &mut program(&example));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_runs_on_a_sandbox_that_the_environment_names() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = std::env::temp_dir();
    for example in names() {
        let mut program = program(&example);
        program.env("GOFIVE_BASE_URL", sandbox.base_url()).env("GOFIVE_CLIENT_ID", sandbox.client_id());
        program.env("GOFIVE_CLIENT_SECRET", sandbox.client_secret());
        program.env("GOFIVE_SUBSCRIPTION_KEY", sandbox.subscription_key()).current_dir(&folder);
        let printed = run(&example, &mut program);
        assert!(
            printed.contains(&format!("This runs on the sandbox at {}.", sandbox.base_url())),
            "{example}: {printed}"
        );
    }
}
