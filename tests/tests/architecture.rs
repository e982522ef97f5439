//! What ARCHITECTURE.md says about files: which of them touch the disk, which exist, which decisions are listed.

use std::path::{Path, PathBuf};

use gofive_tests::workspace;

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// What reads or writes a file, or runs a program that does.
const ACCESS: [&str; 3] = ["std::fs", "fs::", "std::process"];
/// The parts of spec-tools that may.
const EDGES: [&str; 3] = ["sources/folder.rs", "sources/git.rs", "output.rs"];

#[test]
fn only_the_edges_of_the_tools_touch_files() {
    let source = workspace().join("spec-tools/src");
    let mut touching: Vec<_> = files(&source)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| ACCESS.iter().any(|access| std::fs::read_to_string(path).unwrap().contains(access)))
        .map(|path| path.strip_prefix(&source).unwrap().display().to_string().replace('\\', "/"))
        .collect();
    touching.sort();
    let mut edges = EDGES.to_vec();
    edges.sort_unstable();
    assert_eq!(touching, edges);
}

#[test]
fn every_decision_is_listed_by_its_title() {
    let page = std::fs::read_to_string(workspace().join("ARCHITECTURE.md")).unwrap();
    let mut decisions = files(&workspace().join("docs/decisions"));
    decisions.sort();
    let lines = decisions.iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let title = text.lines().next().unwrap().strip_prefix("# ").unwrap().to_owned();
        format!("- [{}](docs/decisions/{name}) {title}", &name[..3])
    });
    let listed: Vec<_> = page.lines().filter(|line| line.contains("](docs/decisions/")).collect();
    assert_eq!(listed, lines.collect::<Vec<_>>());
}

/// The paths in code font, such as `call/` or `docs/promises.md`.
#[test]
fn every_path_of_the_code_map_exists() {
    let page = std::fs::read_to_string(workspace().join("ARCHITECTURE.md")).unwrap();
    let (_, map) = page.split_once("## Code map").unwrap();
    let (map, _) = map.split_once("## Invariants").unwrap();
    let mut checked = 0;
    for section in map.split("\n### `").skip(1) {
        let (root, text) = section.split_once("`\n").unwrap();
        // The diagram is not in Markdown.
        let text: Vec<_> = text.split("```").step_by(2).collect();
        let below: Vec<_> = files(&workspace().join(root)).iter().map(|path| path.display().to_string()).collect();
        for path in text.concat().split('`').skip(1).step_by(2) {
            let is_path = ["/", ".rs", ".md"].iter().any(|end| path.ends_with(end));
            if is_path {
                let exists =
                    workspace().join(path).exists() || below.iter().any(|file| file.contains(&format!("/{path}")));
                assert!(exists, "{root}: {path}");
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "{checked}");
}
