//! `cargo xtask learn`, and docs/learning-from-shapes.md.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod command;

use std::fs;
use std::path::Path;
use std::process::Command;

use spec_tools::Sources;
use spec_tools::sources::READ;
use tempfile::TempDir;

const GUIDE: &str = include_str!("../../docs/learning-from-shapes.md");
/// The guide of the other side, which shows a file.
const SHARING: &str = include_str!("../../docs/sharing-shapes.md");
const FILE: &str = "get_products_by_filter.json";

/// A repository with the spec of the workspace, committed on `main`, and a folder beside it with the file of the guide.
struct Setup {
    folder: TempDir,
}

impl Setup {
    fn new() -> Self {
        let sources = Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap();
        let setup = Self { folder: tempfile::tempdir().unwrap() };
        for path in READ.into_iter().flat_map(|path| sources.below(path)).chain(["README.md", "Cargo.toml"]) {
            setup.write(path, sources.text(path).unwrap());
        }
        setup.git(&["init", "--quiet", "--initial-branch=main"]);
        setup.git(&["add", "--all"]);
        setup.git(&["commit", "--quiet", "--message", "The spec"]);
        setup.write(&format!("shapes/{FILE}"), file_of_the_guide());
        setup
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let person = ["-c", "user.name=Tests", "-c", "user.email=tests@example.invalid", "-c", "commit.gpgsign=false"];
        let mut command = Command::new("git");
        command.current_dir(self.folder.path()).args(person).args(["-c", "core.abbrev=9"]).args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The exit code, standard output and standard error.
    fn xtask(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        command::xtask(self.folder.path(), arguments)
    }
}

fn file_of_the_guide() -> &'static str {
    let block = SHARING.split_once(&format!("$ cat shapes/{FILE}\n")).unwrap().1;
    block.split_once("```").unwrap().0
}

/// A text without what changes with any other edit of the spec: hashes, and the numbers of lines.
fn without_positions(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("index ") && !line.starts_with("@@ "));
    let lines = lines.map(|line| match line.rsplit_once(".yaml:") {
        Some((file, number)) if number.parse::<u32>().is_ok() => file,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_guide_can_be_followed_word_by_word() {
    let setup = Setup::new();
    let mut blocks = 0;
    for block in GUIDE.split("```console\n").skip(1) {
        let (line, expected) = block.split("```").next().unwrap().split_once('\n').unwrap();
        let words: Vec<_> = line.strip_prefix("$ ").unwrap().split(' ').collect();
        let printed = match words.as_slice() {
            ["cargo", "xtask", arguments @ ..] => {
                let (code, printed, errors) = setup.xtask(arguments);
                assert_eq!((code, errors.as_str()), (Some(0), ""), "{line}");
                printed
            }
            ["git", arguments @ ..] => setup.git(arguments),
            _ => panic!("{line}"),
        };
        let of_base = setup.git(&["rev-parse", "--short=9", "HEAD"]);
        let printed = printed.replace(of_base.trim(), "0a1b2c3d4");
        // Texts that drafts lack are warnings before it.
        let printed = if words.ends_with(&["lint"]) { printed.lines().last().unwrap() } else { &printed };
        assert_eq!(without_positions(printed), without_positions(expected), "{line}");
        blocks += 1;
    }
    assert_eq!(blocks, 3);
    assert_eq!(setup.git(&["status", "--short"]), " M openapi/venio/product.yaml\n?? shapes/\n");

    let (code, again, _) = setup.xtask(&["learn", "shapes"]);
    assert!(code == Some(0) && again.ends_with("Nothing is new: no file was edited.\n"), "{again}");
}

#[test]
fn files_that_cannot_be_read_are_named_and_the_others_are_learnt() {
    let setup = Setup::new();
    let good = file_of_the_guide();
    for (name, text) in [
        ("shapes/truncated.json", &good[..good.len() / 2]),
        ("shapes/version.json", &good.replace("\"format\": 1", "\"format\": 2")),
        ("shapes/count.json", &good.replace("\"seen\": 32", "\"seen\": 33")),
        ("shapes/value.json", &good.replace("\"runs\": 2", "\"runs\": 2, \"value\": \"x\"")),
        ("shapes/other.json", "[]"),
        ("shapes/empty.json", ""),
        ("shapes/operation.json", &good.replace("get_products_by_filter", "get_nothing")),
        ("shapes/.lock", "hidden files belong to the recorder"),
    ] {
        setup.write(name, text);
    }
    fs::write(setup.folder.path().join("shapes/binary.json"), [0xff, 0xfe]).unwrap();
    let (code, printed, errors) = setup.xtask(&["learn", "shapes", "missing.json"]);
    assert_eq!(code, Some(1), "{errors}");
    for expected in [
        "truncated.json cannot be read: not a file of shapes: EOF while parsing",
        "version.json cannot be read: not a file of shapes: the format 2 is not known: use a newer version of this program at line 3",
        "count.json cannot be read: not a file of shapes: the count 33 is not a power of two at line",
        "value.json cannot be read: not a file of shapes: unknown field `value`",
        "other.json cannot be read: not a file of shapes: ",
        "empty.json cannot be read: not a file of shapes: EOF while parsing a value at line 1 column 0",
        "binary.json cannot be read: it is not UTF-8",
        "missing.json cannot be read: No such file",
    ] {
        assert!(errors.contains(expected), "{expected}: {errors}");
    }
    assert_eq!(errors.lines().count(), 8, "{errors}");
    assert!(printed.contains("get_nothing: the spec does not have this operation"), "{printed}");
    assert!(setup.git(&["diff", "openapi"]).contains("GetProductsByFilterEnvelope"));

    let (code, _, errors) = setup.xtask(&["learn", "shapes/empty.json"]);
    assert!(code == Some(2) && errors.contains("none of these is a file of shapes"), "{errors}");
}
