//! What `cargo xtask lint` and `codegen` do with what is not a file: nothing is followed, nothing is waited for, and nothing
//! outside of the workspace changes.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use spec_tools::Sources;
use tempfile::TempDir;

/// Far more than a command takes, and far less than one that waits for a pipe.
const LIMIT: Duration = Duration::from_secs(60);

const CASE: &str = "openapi/venio/case.yaml";
const BUNDLED: &str = "gofive-spec/bundled";
const GENERATED: &str = "gofive-api/src/generated";
const CLIENT: &str = "gofive-api/src/generated/venio/client.rs";

/// The frozen spec with what is built from it in one folder, and a file outside of it in another.
struct Workspace {
    folder: TempDir,
    outside: TempDir,
}

impl Workspace {
    fn new() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = Sources::read(&here.join("../spec-tools/tests/spec")).unwrap();
        let workspace = Sources::read(&here.join("..")).unwrap();
        for schema in workspace.below("openapi/schema") {
            sources.write(schema, workspace.text(schema).unwrap());
        }
        let this = Self { folder: tempfile::tempdir().unwrap(), outside: tempfile::tempdir().unwrap() };
        for folder in ["openapi"] {
            for path in sources.below(folder) {
                let file = this.path(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, sources.text(path).unwrap()).unwrap();
            }
        }
        fs::write(this.path("README.md"), sources.text("README.md").unwrap()).unwrap();
        let (code, text) = this.xtask(&["codegen"]);
        assert_eq!(code, Some(0), "{text}");
        fs::write(this.outside("kept.rs"), "kept").unwrap();
        this
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn outside(&self, path: &str) -> PathBuf {
        self.outside.path().join(path)
    }

    /// Moves a file or folder out of the workspace, and puts a link to it where it was.
    fn link_to_outside(&self, path: &str) {
        fs::rename(self.path(path), self.outside("moved")).unwrap();
        symlink(self.outside("moved"), self.path(path)).unwrap();
    }

    /// The exit code and the output. A command that takes too long is killed.
    fn xtask(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("--workspace").arg(self.folder.path()).args(arguments).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if started.elapsed() > LIMIT {
                child.kill().unwrap();
                panic!("{arguments:?} does not end");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let output = child.wait_with_output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        (output.status.code(), text)
    }

    /// The content of everything outside of the workspace.
    fn everything_outside(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut found, mut pending) = (Vec::new(), vec![self.outside.path().to_owned()]);
        while let Some(folder) = pending.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { pending.push(path) } else { found.push((path.clone(), fs::read(path).unwrap())) }
            }
        }
        found.sort();
        found
    }

    /// Runs lint and codegen, which refuse the path for that reason, and change nothing outside.
    #[track_caller]
    fn is_refused(&self, path: &str, why: &str) {
        // Something to write, and something to delete.
        fs::write(self.path("openapi/COVERAGE.md"), "old").unwrap();
        let before = self.everything_outside();
        for command in ["lint", "codegen"] {
            let (code, text) = self.xtask(&[command]);
            if command == "lint" && code == Some(0) {
                continue; // it reads no file that codegen writes
            }
            assert_eq!(code, Some(2), "{command}: {text}");
            assert!(text.contains(path) && text.contains(why), "{command}: {text}");
        }
        assert_eq!(self.everything_outside(), before, "{path}");
        assert_eq!(fs::read_to_string(self.path("openapi/COVERAGE.md")).unwrap(), "old", "something was written");
    }
}

#[test]
fn a_link_is_not_followed() {
    const LINK: &str = "is a symbolic link, which is not followed";
    for path in [
        CASE,
        "openapi/venio",
        "gofive-spec/bundled/venio.json",
        BUNDLED,
        GENERATED,
        "gofive-api/src/generated/venio",
        CLIENT,
        "gofive-api/src",
        "gofive-api",
        "tests",
        "README.md",
    ] {
        let workspace = Workspace::new();
        workspace.link_to_outside(path);
        workspace.is_refused(path, LINK);
    }
}

#[test]
fn a_link_among_the_files_is_neither_followed_nor_deleted() {
    let workspace = Workspace::new();
    for (path, target) in [
        ("gofive-api/src/generated/venio/more", workspace.outside.path().to_owned()),
        ("gofive-api/src/generated/kept.rs", workspace.outside("kept.rs")),
        ("gofive-spec/bundled/dangling.json", workspace.outside("nothing")),
        ("openapi/venio/loop", workspace.path("openapi")),
        ("openapi/venio/endless.yaml", "/dev/zero".into()),
    ] {
        symlink(target, workspace.path(path)).unwrap();
        workspace.is_refused(path, "is a symbolic link");
        fs::remove_file(workspace.path(path)).unwrap();
    }
    assert_eq!(workspace.xtask(&["codegen"]).0, Some(0));
}

#[test]
fn a_pipe_is_not_waited_for() {
    for path in ["openapi/venio/pipe.yaml", "openapi/common.yaml", CLIENT, "gofive-spec/bundled/pipe.json", "README.md"]
    {
        let workspace = Workspace::new();
        let _ = fs::remove_file(workspace.path(path));
        assert!(Command::new("mkfifo").arg(workspace.path(path)).status().unwrap().success());
        workspace.is_refused(path, "is neither a file nor a folder");
    }
    let workspace = Workspace::new();
    let _socket = UnixListener::bind(workspace.path("openapi/venio/socket.yaml")).unwrap();
    workspace.is_refused("openapi/venio/socket.yaml", "is neither a file nor a folder");
}

#[test]
fn a_folder_with_the_name_of_a_file_hides_nothing() {
    let workspace = Workspace::new();
    fs::remove_file(workspace.path("openapi/venio/openapi.yaml")).unwrap();
    fs::create_dir(workspace.path("openapi/venio/openapi.yaml")).unwrap();
    workspace.is_refused("openapi/venio/openapi.yaml", "is a folder with the name of a file");
    assert!(workspace.path(CLIENT).exists(), "the client of a product is not deleted with its root");

    let workspace = Workspace::new();
    fs::remove_file(workspace.path(CLIENT)).unwrap();
    fs::create_dir(workspace.path(CLIENT)).unwrap();
    workspace.is_refused(CLIENT, "is a folder, not a file");
}

#[test]
fn a_file_that_shares_its_content_keeps_it() {
    let workspace = Workspace::new();
    let client = workspace.path(CLIENT);
    let current = fs::read(&client).unwrap();
    fs::remove_file(&client).unwrap();
    fs::hard_link(workspace.outside("kept.rs"), &client).unwrap();
    // Links that an interrupted run, or somebody else, has left.
    symlink(workspace.outside("kept.rs"), workspace.path(&format!("{CLIENT}.new"))).unwrap();
    let before = workspace.everything_outside();
    let (code, text) = workspace.xtask(&["codegen"]);
    assert_eq!((code, workspace.everything_outside()), (Some(2), before.clone()), "{text}");
    fs::remove_file(workspace.path(&format!("{CLIENT}.new"))).unwrap();
    let (code, text) = workspace.xtask(&["codegen"]);
    assert_eq!((code, workspace.everything_outside()), (Some(0), before), "{text}");
    assert_eq!(fs::read(&client).unwrap(), current);
}

#[test]
fn files_of_editors_are_left_alone() {
    let workspace = Workspace::new();
    // An editor's lock is a link to nothing.
    symlink("me@host.1234:1", workspace.path("openapi/venio/.#case.yaml")).unwrap();
    fs::write(workspace.path("gofive-api/src/generated/.swap"), "kept").unwrap();
    fs::write(workspace.path("gofive-api/src/generated/old.rs"), "").unwrap();
    for arguments in [["lint"].as_slice(), &["codegen"], &["codegen", "--check"]] {
        let (code, text) = workspace.xtask(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {text}");
    }
    assert!(workspace.path("gofive-api/src/generated/.swap").exists());
    assert!(!workspace.path("gofive-api/src/generated/old.rs").exists());
}

#[test]
fn a_name_or_a_file_that_cannot_be_read_is_named() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let workspace = Workspace::new();
    let name = workspace.path("openapi/venio").join(OsStr::from_bytes(b"\xFF.yaml"));
    fs::write(&name, "a: 1").unwrap();
    workspace.is_refused("openapi/venio/", "its name is not UTF-8");
    fs::remove_file(name).unwrap();

    // It takes no space on the disk.
    let huge = fs::File::create(workspace.path("openapi/venio/huge.yaml")).unwrap();
    huge.set_len(1 << 40).unwrap();
    workspace.is_refused("openapi/venio/huge.yaml", "it has more than 64 MiB");
    fs::remove_file(workspace.path("openapi/venio/huge.yaml")).unwrap();

    for (content, problem) in [
        (b"a: 1\nb: \xFF".as_slice(), "case.yaml:2:4: not UTF-8"),
        (b"\xEF\xBB\xBFpaths: {}", "case.yaml:1:1: a byte-order mark of UTF-8"),
    ] {
        fs::write(workspace.path(CASE), content).unwrap();
        let (code, text) = workspace.xtask(&["lint"]);
        assert!(code == Some(1) && text.contains(problem), "{text}");
    }
}
