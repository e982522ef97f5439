use super::*;
use crate::arm::Arm;
use crate::file::{ShapeFile, Total};
use crate::folder::read_shapes;
use crate::recorded::MAX_BODY;

const KNOWN: KnownNames = KnownNames::sorted(&["code", "data", "status"]);
const BODY: &[u8] = br#"{"status": {"code": "1000"}, "data": []}"#;

fn open(folder: &Path) -> Recorder {
    Recorder::open(folder, KNOWN).unwrap()
}

fn file(folder: &Path) -> ShapeFile {
    read_shapes(&folder.join("get_units.json")).unwrap()
}

fn total(folder: &Path) -> Total {
    file(folder).total()
}

/// How many responses of a kind a folder has.
fn seen(folder: &Path, arm: Arm) -> u64 {
    total(folder).responses.iter().filter(|(kind, _)| kind.arm == arm).map(|(_, shape)| shape.seen).sum()
}

#[test]
fn the_end_writes_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("a/b");
    let recorder = open(&folder);
    let clone = recorder.clone();
    recorder.record("get_units", 200, BODY);
    drop(recorder);
    clone.record("get_units", 200, BODY);
    drop(clone);
    assert_eq!(seen(&folder, Arm::Success), 2);
    assert_eq!(total(&folder).interrupted, 0);
}

#[test]
fn a_folder_is_one_session_however_many_programs_run_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..100 {
        open(folder.path()).record("get_units", 200, BODY);
    }
    let total = total(folder.path());
    assert_eq!((total.sessions, total.months.len()), (1, 1));
    let seen = seen(folder.path(), Arm::Success);
    assert!((32..=256).contains(&seen), "{seen}");
}

#[test]
fn programs_that_run_concurrently_have_sessions_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let recorders: Vec<_> = (0..4).map(|_| open(folder.path())).collect();
    std::thread::scope(|scope| {
        for recorder in recorders {
            scope.spawn(move || {
                (0..16).for_each(|_| recorder.record("get_units", 200, BODY));
                recorder.write().unwrap();
            });
        }
    });
    assert_eq!((total(folder.path()).sessions, seen(folder.path(), Arm::Success)), (4, 64));
    // Later programs continue them.
    open(folder.path()).record("get_units", 200, BODY);
    assert_eq!(total(folder.path()).sessions, 4);
}

#[test]
fn a_run_that_was_killed_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = open(folder.path());
    recorder.record("get_units", 200, BODY);
    // As the thread does.
    recorder.inner.write(false).unwrap();
    recorder.record("get_units", 200, BODY);
    std::mem::forget(recorder);
    let total = total(folder.path());
    assert_eq!((total.interrupted, seen(folder.path(), Arm::Success)), (1, 1));
}

#[test]
fn a_run_that_has_written_everything_has_ended_and_does_not_write_it_twice() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = open(folder.path());
    recorder.record("get_units", 200, BODY);
    recorder.write().unwrap();
    assert_eq!((total(folder.path()).interrupted, seen(folder.path(), Arm::Success)), (0, 1));
    std::fs::remove_file(folder.path().join("get_units.json")).unwrap();
    recorder.write().unwrap();
    drop(recorder);
    assert!(!folder.path().join("get_units.json").exists());
}

#[test]
fn what_is_recorded_after_the_last_write_is_written_by_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = open(folder.path());
    recorder.record("get_units", 200, BODY);
    recorder.write().unwrap();
    recorder.record("get_units", 200, BODY);
    drop(recorder);
    assert_eq!((total(folder.path()).interrupted, seen(folder.path(), Arm::Success)), (0, 2));
}

#[test]
fn bodies_without_a_shape_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = open(folder.path());
    let deep = "[".repeat(65) + &"]".repeat(65);
    for body in ["", " \n", "<html>", "{\"a\": 1", "\u{feff}{}", &deep, "\"text\""] {
        recorder.record("get_units", 200, body.as_bytes());
    }
    recorder.record("get_units", 200, b"\"\xFF\"");
    recorder.record("get_units", 200, &vec![b' '; MAX_BODY + 1]);
    recorder.record("get_units", 200, br#"{"status": {"code": "4001", "description": "no"}}"#);
    recorder.record("get_units", 200, br#"{"statusCode": 200, "data": null}"#);
    drop(recorder);
    let counts = [Arm::Empty, Arm::Unreadable, Arm::NoCode, Arm::TooLong, Arm::Failure, Arm::Success];
    assert_eq!(counts.map(|arm| seen(folder.path(), arm)), [2, 4, 2, 1, 1, 1]);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Recorder::open(&file, KNOWN).unwrap_err().to_string();
    assert!(error.contains("file cannot be created: "), "{error}");
}

#[test]
fn a_file_that_is_not_a_file_of_shapes_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("get_units.json");
    std::fs::write(&path, "{\"mine\": 1}").unwrap();
    let errors = Arc::new(Mutex::new(Vec::new()));
    let of_recorder = errors.clone();
    let on_error = move |error: &RecordError| locked(&of_recorder).push(error.to_string());
    let recorder = Recorder::open_with(folder.path(), KNOWN, on_error).unwrap();
    recorder.record("get_units", 200, BODY);
    recorder.record("get_others", 200, BODY);
    let error = recorder.write().unwrap_err().to_string();
    assert!(error.contains("get_units.json cannot be read: not a file of shapes: unknown field `mine`"), "{error}");
    assert!(error.ends_with("correct it, or move it away"), "{error}");
    drop(recorder);
    assert_eq!(*locked(&errors), [error]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"mine\": 1}");
    assert!(folder.path().join("get_others.json").exists(), "other files are written");
}

#[test]
fn what_could_not_be_written_is_written_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("get_units.json");
    std::fs::create_dir(&path).unwrap();
    let recorder = open(folder.path());
    recorder.record("get_units", 200, BODY);
    recorder.write().unwrap_err();
    std::fs::remove_dir(&path).unwrap();
    recorder.write().unwrap();
    assert_eq!(seen(folder.path(), Arm::Success), 1);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn what_is_not_a_response_to_an_operation_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = open(folder.path());
    recorder.record("../get_units", 200, BODY);
    recorder.record("get_units", 0, BODY);
    recorder.record("get_units", 600, BODY);
    drop(recorder);
    let files =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(files.into_iter().all(|name| name.starts_with('.')));
}

#[test]
fn recording_sparingly_passes_over_most_bodies_of_a_busy_program() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = open(folder.path());
    let body = format!(r#"{{"data": "{}"}}"#, "x".repeat(100_000));
    (0..128).for_each(|_| recorder.record_sparingly("get_units", 200, body.as_bytes()));
    // A rare status has a budget of its own.
    recorder.record_sparingly("get_units", 500, b"");
    drop(recorder);
    let [looked_at, passed_over] = [Arm::NoCode, Arm::PassedOver].map(|arm| seen(folder.path(), arm));
    assert_eq!((looked_at, passed_over, seen(folder.path(), Arm::Empty)), (16, 128, 1));
}
