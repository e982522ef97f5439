//! Every operation, with its documented example.

use gofive_sandbox::Sandbox;
use gofive_spec::{Api, BUNDLES};

use crate::gofive::{Run, command, gofive, of_sandbox, run, words};

/// The example that the help of an operation has, as a command line.
fn example(help: &str) -> String {
    let (_, example) = help.split_once("Example:\n  gofive ").expect("the help has an example");
    example.replace('\\', "")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_called_by_the_example_of_its_help() {
    let secret = tempfile::tempdir().unwrap();
    let mut failures = Vec::new();
    for (product, text) in BUNDLES {
        for operation in Api::parse(text).unwrap().operations {
            // Each has its own, because an example may delete what another one needs.
            let sandbox = Sandbox::start().await.unwrap();
            std::fs::write(secret.path().join("secret.txt"), sandbox.client_secret()).unwrap();
            let name = operation.id.replace('_', "-");
            let help = gofive(&format!("{product} {name} --help")).payload();
            // The page of one operation shows no value.
            let line = example(&help)
                .replace("<id>", "1")
                .replace("--client-id string", &format!("--client-id {}", sandbox.client_id()));
            let mut command = command();
            let run: Run = run(of_sandbox(&mut command, &sandbox).args(words(&line)).current_dir(secret.path()), "");
            if run.code != 0 || !run.stderr.is_empty() {
                failures.push(format!("{line}{}", run.stderr));
            } else if serde_json::from_str::<serde_json::Value>(&run.stdout).is_err() {
                failures.push(format!("{line}prints {}", run.stdout));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
