//! The hand-written files use one word for one thing: none of the words that have been replaced.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gofive_tests::workspace;

/// What is not written, and what is written instead. A word is matched whatever its case, in prose and in identifiers.
const RETIRED: [(&[&str], &str); 19] = [
    (&["answer", "answers", "answered", "answering"], "response, payload or value; to respond"),
    (&["reply", "replies", "replied", "replying"], "response; to respond"),
    (&["verdict", "verdicts"], "result"),
    (&["stands", "stood", "stand"], "is, appears"),
    (&["mend", "mends", "mended", "mending"], "fix"),
    (&["tell", "tells", "told", "telling"], "set, print, say, distinguish"),
    (&["reckon", "reckons", "reckoned"], "compute"),
    (&["befall", "befalls", "befell", "befallen"], "apply to, affect"),
    (&["lest", "whereof", "thereof", "therein", "whence"], "unless, so that, of which"),
    (&["hand on", "hands on", "handed on", "hand over", "hands over", "handed over"], "pass, return"),
    (&["take off", "takes off", "took off", "taken off"], "remove, discard"),
    (&["at once"], "immediately, in one pass, concurrently"),
    (&["member", "members"], "property of a schema or of JSON, field of a struct"),
    (&["place", "places"], "location, position, JSON pointer"),
    (&["retry class", "repeatable"], "idempotency"),
    (&["in excess", "left out", "leaves out", "leave out"], "unknown; omitted, missing"),
    (&["longest body", "longest wait"], "max_response_size, max_retry_after"),
    (&["is no", "are no", "was no", "were no"], "is not a"),
    (&["said"], "what the server sent"),
];

/// Phrases with a retired word that are plain English, or a name that is not ours.
const REMAINS: [&str; 14] = [
    "in place",
    "decimal places",
    "family member",
    "family members",
    "there is no",
    "there are no",
    "there was no",
    "there were no",
    "is no longer",
    "are no longer",
    // A property on the wire.
    "answer by",
    // A schema's name in a test.
    "answer from",
    // The key of Cargo.toml and the first of its values.
    "members gofive",
    // An extension in older bundles.
    "member evidence",
];

/// Folders of files that are generated, recorded or vendored; and this list.
const NOT_WRITTEN: [&str; 11] = [
    "target",
    "node_modules",
    ".git",
    "gofive-api/src/generated",
    "gofive-sandbox/src/generated",
    "gofive-spec/bundled",
    "tests/src/generated",
    "tests/snapshots",
    "spec-tools/tests/snapshots",
    "spec-tools/tests/pages",
    "tests/tests/words.rs",
];

#[test]
fn no_retired_word_is_written() {
    let root = workspace();
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.len() > 200, "only {} files were found", files.len());
    let mut found = String::new();
    for file in &files {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            for (retired, instead) in retired_in(line) {
                writeln!(found, "{}:{number}: \"{retired}\"; write {instead}: {}", file.display(), line.trim())
                    .unwrap();
            }
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn a_retired_word_is_found_in_prose_and_in_identifiers() {
    let found = |line: &str| retired_in(line).into_iter().map(|(retired, _)| retired).collect::<Vec<_>>();
    assert_eq!(found("/// Answers at once."), ["answers", "at once"]);
    assert_eq!(found("fn left_out(reply: MemberKind)"), ["reply", "member", "left out"]);
    assert_eq!(found("This is no answer; there is no standard place, sorted in place."), ["answer", "place", "is no"]);
    assert!(found("fn understand(placeholder: Remembered) -> AnswerBy; // is no longer").is_empty());
}

/// These once had several meanings each.
#[test]
fn one_type_has_a_name() {
    let root = workspace();
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    let source: String = files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .map(|file| std::fs::read_to_string(root.join(file)).unwrap())
        .collect();
    for name in ["Answer", "Fault", "Form", "Ledger", "Place", "Reader", "Reply", "Shape", "Side"] {
        let is_declaration = |line: &&str| {
            let mut words = line.split(|c: char| !c.is_alphanumeric());
            words.any(|word| ["enum", "struct", "trait"].contains(&word)) && words.next() == Some(name)
        };
        let declarations: Vec<_> = source.lines().filter(is_declaration).collect();
        assert!(declarations.len() <= 1, "{declarations:?}");
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let relative = path.strip_prefix(root).unwrap();
        if NOT_WRITTEN
            .iter()
            .any(|known| relative == Path::new(known) || relative.file_name().is_some_and(|name| name == *known))
        {
            continue;
        }
        let is_text = |extension: &std::ffi::OsStr| {
            ["rs", "md", "yaml", "yml", "toml", "sh", "mjs"].iter().any(|known| extension == *known)
        };
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(is_text) {
            files.push(relative.to_owned());
        }
    }
}

/// The retired words of a line, each with what is written instead.
fn retired_in(line: &str) -> Vec<(&'static str, &'static str)> {
    let mut words = words(line);
    for phrase in REMAINS {
        let parts: Vec<_> = phrase.split(' ').collect();
        while let Some(start) = words.windows(parts.len()).position(|window| window == parts) {
            words.splice(start..start + parts.len(), [String::new()]);
        }
    }
    let phrases = RETIRED.iter().flat_map(|(phrases, instead)| phrases.iter().map(move |phrase| (*phrase, *instead)));
    phrases
        .flat_map(|(phrase, instead)| {
            let parts: Vec<_> = phrase.split(' ').collect();
            let count = words.windows(parts.len()).filter(|window| *window == parts).count();
            std::iter::repeat_n((phrase, instead), count)
        })
        .collect()
}

/// The words of a line in lower case, also those of an identifier: `leftOut` and `left_out` are two.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in line.chars() {
        if !c.is_ascii_alphabetic() || (after_lower && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        if c.is_ascii_alphabetic() {
            words.last_mut().unwrap().push(c.to_ascii_lowercase());
        }
        after_lower = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}
