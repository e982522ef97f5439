//! The frozen spec of `tests/spec/` in memory, and edits of it. Files are named by their path below `openapi/`.

use std::sync::LazyLock;

use spec_tools::Sources;

use crate::workspace;

/// The frozen spec, with the JSON schemas of the workspace.
pub(crate) fn frozen() -> Sources {
    static FROZEN: LazyLock<Sources> = LazyLock::new(|| {
        let mut frozen = Sources::read(&workspace().join("spec-tools/tests/spec")).unwrap();
        let committed = committed();
        for schema in committed.below("openapi/schema") {
            frozen.write(schema, committed.text(schema).unwrap());
        }
        frozen
    });
    FROZEN.clone()
}

/// The frozen spec with everything that is built from it, as if it had been committed.
pub(crate) fn frozen_and_built() -> Sources {
    static BUILT: LazyLock<Sources> = LazyLock::new(|| {
        let mut sources = frozen();
        for (path, text) in spec_tools::build(&sources).unwrap().files {
            sources.write(path.to_str().unwrap(), text);
        }
        sources
    });
    BUILT.clone()
}

/// The frozen spec of one product, which is quicker to check than all of it.
pub(crate) fn frozen_product(product: &str) -> Sources {
    only(frozen(), product)
}

/// The sources without the specs and bundles of other products.
pub(crate) fn only(mut sources: Sources, product: &str) -> Sources {
    for other in sources.products().iter().filter(|other| *other != product) {
        remove_below(&mut sources, other, |_| true);
        sources.remove(&format!("gofive-spec/bundled/{other}.json"));
    }
    sources
}

/// The frozen spec of one group, which is quicker still: its file, and a root with its paths only. The ledger has more.
pub(crate) fn frozen_group(file: &str) -> Sources {
    let (product, name) = file.split_once('/').unwrap();
    let mut sources = frozen_product(product);
    remove_below(&mut sources, product, |other| ![name, "openapi.yaml", "portal.yaml"].contains(&other));
    let root_file = format!("{product}/openapi.yaml");
    let root = text(&sources, &root_file);
    // A path is a line, and the next one refers to it in the file of its group.
    let of_another = |line: &&str| {
        let target = line.strip_prefix("    $ref: '");
        target.is_some_and(|target| !target.starts_with(&format!("{name}#")))
    };
    let mut kept: Vec<&str> = Vec::new();
    for line in root.lines() {
        if of_another(&line) {
            kept.pop();
        } else {
            kept.push(line);
        }
    }
    assert!(kept.len() < root.lines().count(), "{file}: the root has no other paths: fix the test");
    // A section without lines would be null.
    let kept = kept.join("\n").replace("x-webhooks:\ncomponents:", "components:");
    write(&mut sources, &root_file, kept);
    sources
}

fn remove_below(sources: &mut Sources, product: &str, remove: impl Fn(&str) -> bool) {
    let folder = format!("openapi/{product}");
    let files: Vec<_> = sources.below(&folder).map(str::to_owned).collect();
    for file in files.iter().filter(|file| remove(&file[folder.len() + 1..])) {
        sources.remove(file);
    }
}

/// The files that the workspace has.
pub(crate) fn committed() -> Sources {
    static COMMITTED: LazyLock<Sources> = LazyLock::new(|| Sources::read(&workspace()).unwrap());
    COMMITTED.clone()
}

/// The frozen spec with one edit: the first `from` becomes `to`.
#[track_caller]
pub(crate) fn edited(file: &str, from: &str, to: &str) -> Sources {
    let mut sources = frozen();
    edit(&mut sources, file, from, to);
    sources
}

/// Replaces the first `from` by `to`. Fails if the file does not contain `from`.
#[track_caller]
pub(crate) fn edit(sources: &mut Sources, file: &str, from: &str, to: &str) {
    edit_behind(sources, file, "", from, to);
}

/// Replaces the first `from` behind `anchor` by `to`. Fails if the file does not contain `from` there, or several anchors.
#[track_caller]
pub(crate) fn edit_behind(sources: &mut Sources, file: &str, anchor: &str, from: &str, to: &str) {
    let text = text(sources, file);
    let start = match text.match_indices(anchor).collect::<Vec<_>>().as_slice() {
        _ if anchor.is_empty() => 0,
        [(at, _)] => *at,
        found => panic!("{file}: the anchor {anchor:?} occurs {} times: fix the test", found.len()),
    };
    let Some(at) = text[start..].find(from).map(|at| start + at) else {
        panic!("{file}: {from:?} is not behind {anchor:?}: fix the test");
    };
    assert!(from != to, "{file}: the edit of {from:?} changes nothing: fix the test");
    write(sources, file, format!("{}{to}{}", &text[..at], &text[at + from.len()..]));
}

/// Replaces every `from` by `to`. Fails if the file does not contain `from`.
#[track_caller]
pub(crate) fn edit_everywhere(sources: &mut Sources, file: &str, from: &str, to: &str) {
    let text = text(sources, file);
    assert!(from != to && text.contains(from), "{file}: the edit of {from:?} changes nothing: fix the test");
    write(sources, file, text.replace(from, to));
}

/// Removes the text between the first `from` and the next `until`. Fails if the file does not contain them.
#[track_caller]
pub(crate) fn cut(sources: &mut Sources, file: &str, from: &str, until: &str) {
    let text = text(sources, file);
    let ends = text.find(from).and_then(|start| Some((start, start + text[start..].find(until)?)));
    let Some((start, end)) = ends else { panic!("{file}: {from:?} is not before {until:?}: fix the test") };
    write(sources, file, format!("{}{}", &text[..start], &text[end..]));
}

/// The text of a file.
#[track_caller]
pub(crate) fn text(sources: &Sources, file: &str) -> String {
    sources.text(&format!("openapi/{file}")).unwrap_or_else(|error| panic!("{error:#}")).to_owned()
}

/// Replaces or adds a file.
pub(crate) fn write(sources: &mut Sources, file: &str, text: impl Into<Vec<u8>>) {
    sources.write(&format!("openapi/{file}"), text);
}
