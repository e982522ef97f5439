//! `cargo xtask portal` with a local portal in place of the real one.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

#[path = "../../spec-tools/tests/local_portal/mod.rs"]
#[allow(unreachable_pub, reason = "another program's modules")]
mod local_portal;

mod command;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use spec_tools::Sources;
use spec_tools::sources::READ;
use tempfile::TempDir;

use self::local_portal::LocalPortal;
use self::local_portal::server::{Instead, Server};

/// A copy of the spec, and a server of the whole portal.
struct Setup {
    folder: TempDir,
    portal: LocalPortal,
    server: Server,
}

impl Setup {
    fn new() -> Self {
        let sources = Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap();
        let (folder, server) = (tempfile::tempdir().unwrap(), Server::start(0).unwrap());
        let folders = READ.into_iter().flat_map(|path| sources.below(path)).chain(["README.md", "Cargo.toml"]);
        for path in folders {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, sources.text(path).unwrap()).unwrap();
        }
        let setup = Self { folder, portal: LocalPortal::whole(&sources), server };
        setup.serve();
        setup
    }

    fn serve(&self) {
        self.server.set_files(self.portal.files(&self.server.base()));
    }

    /// The exit code, standard output and standard error.
    fn status(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        self.xtask(&[&["portal", "status"], arguments].concat())
    }

    fn xtask(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        command::xtask(self.folder.path(), arguments)
    }

    fn json(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let (code, text, errors) = self.status(&[&["--format", "json"], arguments].concat());
        (code, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{errors}")))
    }
}

/// The kinds of the differences beside numbers that the ledgers do not have, with the titles.
fn differences(status: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = status["differences"].as_array().unwrap().iter();
    all.map(|one| (text(one, "what"), text(one, "title"))).filter(|(what, _)| what != "number-learnt").collect()
}

#[test]
fn the_site_is_fetched_once_and_a_second_look_reports_what_changed() {
    let mut setup = Setup::new();
    let site = setup.server.base();
    let (code, text, errors) = setup.status(&["--record", &site]);
    let count = setup.portal.pages.len();
    assert_eq!(code, Some(1), "{text}{errors}");
    let seen = format!("{count} endpoints listed, {count} pages read, {count} of them not seen before");
    assert!(text.starts_with(&seen), "{text}");
    assert!(errors.contains("openapi/venio/portal.lock: the pages that were seen\n"), "{errors}");
    // Standard error is not a terminal here, as in a job: it has no progress bar, and every line is about a file.
    let is_plain = |line: &str| line.starts_with("openapi/") && !line.contains(['\r', '\u{1b}']);
    assert!(errors.lines().all(is_plain), "{errors:?}");
    assert_eq!(setup.server.received().len(), count + 1);

    let (_, status) = setup.json(&[&site]);
    assert_eq!((status["unseen"].as_u64(), differences(&status)), (Some(0), Vec::new()));
    let not_conditional = |received: &local_portal::server::Received| {
        !received.headers.iter().any(|line| line.starts_with("if-none-match"))
    };
    assert!(!setup.server.received().iter().any(not_conditional));

    setup.portal.page("Add Case").operation["description"] = "More words.".into();
    setup.portal.page("Create Deal").title = "Create a Deal".into();
    setup.portal.pages.retain(|page| page.title != "Get Contract Types");
    setup.serve();
    let (code, status) = setup.json(&[&site]);
    let expected = [("changed", "Add Case"), ("renamed", "Create a Deal"), ("gone", "Get Contract Types")]
        .map(|(a, b)| (a.into(), b.into()));
    assert_eq!((code, differences(&status)), (Some(1), expected.to_vec()));

    setup.server.received();
    let (_, offline) = setup.json(&["--offline", &site]);
    assert_eq!(differences(&offline), differences(&status));
    assert!(setup.server.received().is_empty());
}

#[test]
fn pages_that_cannot_be_fetched_are_listed_and_the_others_compared() {
    let setup = Setup::new();
    let sites =
        [("401 Unauthorized", "Add Case"), ("404 Not Found", "Create Deal"), ("400 Bad Request", "Update Deal")];
    for (status, title) in sites {
        let number = setup.portal.clone().page(title).number.clone();
        let instead = Instead { status, headers: Vec::new(), body: String::new(), times: 9 };
        setup.server.send_instead(&format!("/{number}.md"), instead);
    }
    let (code, status) = setup.json(&[&setup.server.base()]);
    let why: Vec<_> = status["missing"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap()).collect();
    let expected = [
        "needs a login (401 Unauthorized): save the page in a browser, and pass the file",
        "is gone (404 Not Found)",
        "failed: 400 Bad Request",
    ];
    assert_eq!((code, why), (Some(1), expected.to_vec()));
    assert_eq!(status["pages"], setup.portal.pages.len() - 3);
}

#[test]
fn saved_files_and_folders_are_read_like_what_is_fetched() {
    let setup = Setup::new();
    let saved = tempfile::tempdir().unwrap();
    let file = |name: &str| -> PathBuf { saved.path().join(name) };
    fs::create_dir(file("more")).unwrap();
    for (path, text) in setup.portal.files("https://developer.gofive.co.th") {
        let name = if path.contains("api-8") { format!("more{path}") } else { path[1..].to_owned() };
        fs::write(file(&name), text).unwrap();
    }
    fs::write(file("more/notes.bin"), [0xff, 0xfe]).unwrap();
    let (code, status) = setup.json(&[saved.path().to_str().unwrap()]);
    assert_eq!((code, differences(&status)), (Some(1), Vec::new()));
    assert_eq!(status["pages"], setup.portal.pages.len());
    let missing = status["missing"].as_array().unwrap();
    assert!(missing.len() == 1 && missing[0]["why"].as_str().unwrap().starts_with("this is not UTF-8"), "{missing:?}");
    assert!(setup.server.received().is_empty(), "the addresses in a saved index are not fetched");
}

#[test]
fn what_cannot_be_looked_at_is_an_error_that_says_what_to_do() {
    let setup = Setup::new();
    fs::create_dir(setup.folder.path().join("target")).unwrap();
    for (source, message) in [
        ("http://developer.gofive.co.th/llms.txt", "is not an address of https"),
        ("https://name:word@developer.gofive.co.th", "the address contains credentials: remove them"),
        ("https://", "`https://` is not an address"),
        ("no/such/file.md", "`no/such/file.md` is neither a file, nor a folder, nor an address"),
        (&format!("{}/other.md", setup.server.base()), "/other.md: is gone (404 Not Found)"),
        (setup.folder.path().join("target").to_str().unwrap(), "the sources list no endpoint"),
    ] {
        let (code, text, errors) = setup.status(&[source]);
        assert_eq!((code, text.as_str()), (Some(2), ""), "{errors}");
        assert!(errors.contains(message) && !errors.contains("word@"), "{errors}");
    }
}

/// A `gh` that prints the number of the open issue, and notes what is written.
#[cfg(unix)]
const GH: &str = r#"#!/usr/bin/env bash
for argument in "$@"; do
    case $argument in
        body=@*) cp "${argument#body=@}" "$NOTED/body.md" ;;
    esac
done
echo "$*" | sed 's/body=@[^ ]*/body=@FILE/' >> "$NOTED/calls"
if [[ $2 == --paginate ]]; then printf '%s' "$ISSUE"; fi
"#;

#[cfg(unix)]
impl Setup {
    /// Runs the script of the workflow. Returns its exit code, what it asked of `gh`, and the issue's text.
    fn watch(&self, site: &str, issue: &str) -> (Option<i32>, Vec<String>, String) {
        use std::os::unix::fs::PermissionsExt as _;
        let noted = tempfile::tempdir().unwrap();
        let gh = noted.path().join("gh");
        fs::write(&gh, GH).unwrap();
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", noted.path().display(), std::env::var("PATH").unwrap());
        let xtask = format!("{} --workspace {}", env!("CARGO_BIN_EXE_xtask"), self.folder.path().display());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/portal-watch");
        let mut command = Command::new(script);
        command.env("PATH", path).env("XTASK", xtask).env("PORTAL", site).env("ISSUE", issue);
        let noted_folder = noted.path();
        let status =
            command.env("NOTED", noted_folder).env("GITHUB_REPOSITORY", "gofive/client").output().unwrap().status;
        let read = |name: &str| fs::read_to_string(noted_folder.join(name)).unwrap_or_default();
        (status.code(), read("calls").lines().map(str::to_owned).collect(), read("body.md"))
    }
}

#[cfg(unix)]
#[test]
fn the_watch_keeps_one_issue_current_and_fails_only_if_it_can_look_at_nothing() {
    let setup = Setup::new();
    let site = setup.server.base();
    let (code, calls, body) = setup.watch(&site, "");
    let opened = "api --method POST repos/gofive/client/issues --field title=The developer portal has changed --field \
                  body=@FILE --silent";
    assert_eq!((code, calls.len(), calls[1].as_str()), (Some(0), 2, opened), "{body}");
    assert!(body.starts_with("<!-- gofive-portal-watch -->\n") && body.len() < 65_536, "{body}");
    let listed = format!("{} endpoints listed, ", setup.portal.pages.len());
    for part in [listed.as_str(), "| product | group | title | page | what |", "```text\n"] {
        assert!(body.contains(part), "{part}: {body}");
    }
    let (code, calls, _) = setup.watch(&site, "7\n");
    let renewed = "api --method PATCH repos/gofive/client/issues/7 --field body=@FILE --silent";
    assert_eq!((code, calls[1].as_str()), (Some(0), renewed));

    // A page that says what the spec says.
    let (code, calls, body) = setup.watch(&format!("{site}/api-13759273.md"), "7\n");
    let closed = "api --method PATCH repos/gofive/client/issues/7 --field body=@FILE --field state=closed --silent";
    assert_eq!((code, calls.last().map(String::as_str)), (Some(0), Some(closed)), "{body}");

    let (code, calls, _) = setup.watch(&format!("{site}/nothing.txt"), "");
    assert_eq!((code, calls), (Some(1), Vec::new()));
}

/// The commands of the guide with their outputs; `…` is in place of lines that the guide omits.
fn commands(guide: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let mut commands: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for block in guide.split("```console\n").skip(1).map(|block| block.split("```").next().unwrap()) {
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => {
                    // A title is between quotes.
                    let parts = command.split('"').enumerate();
                    let words = parts.flat_map(|(index, part)| match index % 2 {
                        0 => part.split_whitespace().map(str::to_owned).collect(),
                        _ => vec![part.to_owned()],
                    });
                    commands.push((words.collect(), Vec::new()));
                }
                None => commands.last_mut().unwrap().1.push(line.to_owned()),
            }
        }
    }
    commands
}

/// Whether the lines are those of the pattern, in which `…` is any number of lines.
fn is_as_shown(pattern: &[String], lines: &[String]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "…" => (0..=lines.len()).any(|skipped| is_as_shown(rest, &lines[skipped..])),
        Some((first, rest)) => lines.first() == Some(first) && is_as_shown(rest, &lines[1..]),
    }
}

/// A line without its numbers, which a new operation changes.
fn without_numbers(line: &str) -> String {
    let mut text: String = line.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    while text.contains("00") {
        text = text.replace("00", "0");
    }
    text
}

#[test]
fn the_guide_can_be_followed_word_by_word() {
    let setup = Setup::new();
    let is_drafted =
        |page: &&local_portal::LocalPage| page.title == "Get Case Categories" && page.path.contains("made-up");
    if !setup.portal.pages.iter().any(|page| is_drafted(&page)) {
        // The spec has the operation that the guide drafts: what it shows is history.
        return;
    }
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/portal.md");
    let saved = setup.folder.path().join("saved");
    fs::create_dir(&saved).unwrap();
    for title in ["Add Case", "Edit Case by CaseNo"] {
        let page = setup.portal.clone().page(title).clone();
        fs::write(saved.join(format!("{}.md", page.number)), page.markdown()).unwrap();
    }
    let mut followed = 0;
    for (command, shown) in commands(&fs::read_to_string(guide).unwrap()) {
        let [cargo, xtask, arguments @ ..] = command.as_slice() else { panic!("{command:?}") };
        if xtask == "run" {
            let port = format!("{} pages: http://127.0.0.1:4020/llms.txt", setup.portal.pages.len());
            assert_eq!(shown.iter().map(|line| without_numbers(line)).collect::<Vec<_>>(), [without_numbers(&port)]);
            continue;
        }
        assert_eq!([cargo, xtask], ["cargo", "xtask"]);
        let arguments: Vec<_> =
            arguments.iter().map(|own| own.replace("http://127.0.0.1:4020", &setup.server.base())).collect();
        let (_, text, errors) = setup.xtask(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let text = format!("{errors}{text}");
        let lines: Vec<_> = text.trim_end().lines().map(without_numbers).collect();
        let shown: Vec<_> = shown.iter().map(|line| without_numbers(line)).collect();
        assert!(is_as_shown(&shown, &lines), "{command:?}:\n{text}\nin the guide:\n{}", shown.join("\n"));
        followed += 1;
    }
    assert!(followed > 6, "{followed}");
}
