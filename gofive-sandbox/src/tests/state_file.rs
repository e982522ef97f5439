//! The file that keeps the records while a sandbox does not run.

use std::path::Path;

use super::*;
use crate::RecordKind;

async fn start(path: &Path) -> Sandbox {
    Sandbox::builder().state_file(path).start().await.unwrap()
}

#[tokio::test]
async fn records_outlive_a_sandbox_but_not_a_reset() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let sandbox = start(&path).await;
    let initial = sandbox.snapshot();
    User::of(&sandbox).await.post("/v1/case", example("add_case")).await;
    let user_gone = sandbox.snapshot();
    sandbox.shutdown().await.unwrap();

    let again = start(&path).await;
    assert_eq!((again.records(RecordKind::Cases).len(), again.snapshot()), (2, user_gone));
    again.reset();
    assert_eq!(again.snapshot(), initial);
    again.shutdown().await.unwrap();
    assert_eq!(start(&path).await.snapshot(), initial);
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["state.json"], "nothing else is left");
}

#[tokio::test]
async fn a_sandbox_starts_only_if_its_state_can_be_read_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    std::fs::write(&path, "{}").unwrap();
    let problem = |path: &Path| {
        let builder = Sandbox::builder().state_file(path);
        async { builder.start().await.unwrap_err().to_string() }
    };
    let wrong = problem(&path).await;
    assert!(
        wrong.starts_with("cannot use the state file: ") && wrong.contains("state.json: it is not a snapshot"),
        "{wrong}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}", "it is not replaced");
    let missing = problem(&folder.path().join("missing/state.json")).await;
    assert!(missing.contains("missing/state.json: No such file or directory"), "{missing}");
    assert!(problem(folder.path()).await.starts_with("cannot use the state file: cannot access "));
}

#[tokio::test]
async fn a_state_that_cannot_be_written_is_an_error_of_the_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = start(&folder.path().join("state.json")).await;
    folder.close().unwrap();
    assert!(sandbox.shutdown().await.unwrap_err().to_string().starts_with("cannot access "));
}
