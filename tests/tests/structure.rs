//! The files of a crate form layers: no two of them import each other, not even through others.

use gofive_tests::imports::{Files, cycles, describe, files, imports};
use gofive_tests::workspace;

/// The crates without import cycles.
const CRATES: [&str; 7] =
    ["gofive-api", "gofive-cli", "gofive-sandbox", "gofive-shapes", "gofive-spec", "spec-tools", "xtask"];

#[test]
fn no_files_import_each_other() {
    for name in CRATES {
        let files = files(&workspace().join(name).join("src"));
        let roots = ["lib.rs", "main.rs"].into_iter().filter(|root| files.contains_key(*root));
        let of_roots: Vec<_> = roots.map(|root| imports(&files, root)).collect();
        assert!(of_roots.iter().any(|imports| !imports.is_empty()), "no imports were found in {name}/src");
        for imports in of_roots {
            let cycles = cycles(&imports);
            assert!(cycles.is_empty(), "{name}: move what both need to a third file\n{}", describe(&cycles, &imports));
        }
    }
}

/// The folders of the client from the top down. ARCHITECTURE.md says what each is for.
const FOLDERS: [&str; 4] = ["call", "decoding", "values", "errors"];

#[test]
fn the_folders_of_the_client_use_only_those_below() {
    // The other files are above all folders.
    let level = |file: &str| {
        let folder = file.split(['/', '.']).next();
        FOLDERS.iter().position(|known| folder == Some(known)).map_or(0, |position| position + 1)
    };
    let imports = imports(&files(&workspace().join("gofive-api/src")), "lib.rs");
    let upward: Vec<_> = imports.iter().filter(|((from, to), _)| level(to) < level(from)).collect();
    assert!(upward.is_empty(), "{upward:#?}");
    let architecture = std::fs::read_to_string(workspace().join("ARCHITECTURE.md")).unwrap();
    for folder in FOLDERS {
        assert!(architecture.contains(&format!("`{folder}/` (")), "{folder}");
    }
}

/// Returns what the first test would print of a crate with these files.
fn found(sources: &[(&str, &str)]) -> String {
    let files: Files = sources.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    let imports = imports(&files, "lib.rs");
    describe(&cycles(&imports), &imports)
}

#[test]
fn a_cycle_is_found_in_imports_paths_and_macros() {
    let expected = "2 files import each other:\n  a.rs -> b.rs: B\n  b.rs -> a.rs: A\n";
    for back in [
        "use crate::a::A; pub struct B;",
        "use super::{a::{self, A as Other}}; pub struct B;",
        "pub struct B(crate::a::A);",
        "pub struct B; fn f() { vec![super::a::A]; }",
        "pub struct B; macro_rules! make { () => { $crate::a::A::new() } }",
        "pub struct B; fn f() { use crate::{a::{A}}; }",
        "pub struct B; fn f() -> A { A { ..A::new() } } use crate::*;",
    ] {
        let found = found(&[
            ("lib.rs", "mod a; mod b; pub use a::A;"),
            ("a.rs", "use crate::b::B; pub struct A; impl A { fn new() -> Self {} }"),
            ("b.rs", back),
        ]);
        assert_eq!(found.replace("A, a", "A"), expected, "{back}");
    }
}

#[test]
fn a_cycle_may_have_more_than_two_files() {
    let found = found(&[
        ("lib.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "use crate::b; fn f() { b::g() }"),
        ("b.rs", "pub fn g() { crate::c::h() }"),
        ("c.rs", "pub fn h() { crate::a::f(); crate::d::i() }"),
        ("d.rs", "pub fn i() {}"),
    ]);
    assert_eq!(
        found, "3 files import each other:\n  a.rs -> b.rs: b, g\n  b.rs -> c.rs: h\n  c.rs -> a.rs: f\n",
        "d.rs is not part of it"
    );
}

#[test]
fn a_parent_that_uses_its_child_must_not_be_used_by_it() {
    let parent = |code: &str| {
        found(&[
            ("lib.rs", "mod parent;"),
            ("parent.rs", &format!("mod child; pub(crate) use self::child::Child; pub struct Parent; {code}")),
            ("parent/child.rs", "use super::Parent; pub struct Child(Parent);"),
        ])
    };
    assert_eq!(parent(""), "", "it only declares and re-exports");
    let expected = "2 files import each other:\n  parent.rs -> parent/child.rs: Child\n  \
                    parent/child.rs -> parent.rs: Parent\n";
    assert_eq!(parent("fn f(_: Child) {}"), expected);
    assert_eq!(parent("fn f() { matches!(x, Child(_)) }"), expected);
}

#[test]
fn a_name_is_taken_from_the_file_that_defines_it() {
    let sources = [
        ("lib.rs", "mod parent; mod user; mod glob;"),
        ("parent.rs", "mod child; pub use child::Child; pub use crate::user::User;"),
        ("parent/child.rs", "pub struct Child;"),
        ("user.rs", "use crate::parent::Child; pub struct User(Child, crate::glob::Child);"),
        ("glob.rs", "pub use crate::parent::*;"),
    ];
    assert_eq!(found(&sources), "", "user.rs takes nothing from parent.rs itself");
}

#[test]
fn comments_tests_and_other_crates_do_not_count() {
    let found = found(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        (
            "b.rs",
            "/// Like [`A`](crate::a::A).\n\
             pub struct B { /** [`A`](crate::a::A) */ a: ::a::A, b: Result<String, std::a::A> }\n\
             impl B { pub(crate) fn a(&self) -> u8 { self.a.a() } #[cfg(test)] fn b() -> crate::a::A { todo!() } }\n\
             #[cfg(test)] mod tests { use crate::a::A; }\n\
             #[cfg(test)] use crate::a::A;",
        ),
    ]);
    assert_eq!(found, "");
}
