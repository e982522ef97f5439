//! Checks that must hold for any bytes: six functions that both `cargo fuzz` (`fuzz/`) and the ordinary tests call.

mod pages;
mod responses;
mod scalars;
mod shapes;
mod spec;
mod webhooks;

use std::path::PathBuf;

use fastrand::Rng;

pub use self::pages::page;
pub use self::responses::response;
pub use self::scalars::scalar;
pub use self::shapes::shape;
pub use self::spec::{findings, group, spec};
pub use self::webhooks::webhook;

/// A fuzz target: its name, its function, and its corpus of documented examples.
pub struct Target {
    /// The name of its file in `fuzz/fuzz_targets/`.
    pub name: &'static str,
    /// Panics if a check fails for these bytes.
    pub run: fn(&[u8]),
    /// The inputs, by name, made of the documented examples.
    pub corpus: fn() -> Vec<(String, Vec<u8>)>,
}

/// All targets.
pub const TARGETS: [Target; 6] = [
    Target { name: "pages", run: page, corpus: pages::corpus },
    Target { name: "responses", run: response, corpus: responses::corpus },
    Target { name: "scalars", run: scalar, corpus: scalars::corpus },
    Target { name: "shapes", run: shape, corpus: shapes::corpus },
    Target { name: "spec", run: spec, corpus: spec::corpus },
    Target { name: "webhooks", run: webhook, corpus: webhooks::corpus },
];

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Target {
    /// The target of this name.
    pub fn named(name: &str) -> Self {
        TARGETS.into_iter().find(|target| target.name == name).expect("there is a target of this name")
    }

    /// The committed inputs that failed once, by name, so that they do not fail again.
    pub fn regressions(&self) -> Vec<(String, Vec<u8>)> {
        let folder: PathBuf = crate::workspace().join("fuzz/regressions").join(self.name);
        let files = std::fs::read_dir(folder).into_iter().flatten();
        let files = files.map(|file| file.expect("the folder can be listed"));
        let read = |path: PathBuf| std::fs::read(path).expect("the file can be read");
        files.map(|file| (file.file_name().to_string_lossy().into_owned(), read(file.path()))).collect()
    }
}

/// The input with a few bytes changed, removed, duplicated, or replaced by hostile ones.
pub fn mutated(input: &[u8], rng: &mut Rng) -> Vec<u8> {
    const HOSTILE: [&[u8]; 20] = [
        b"",
        b"null",
        b"{",
        b"}",
        b"[",
        b"[]",
        b"\"",
        b",",
        b": ",
        b"\n",
        b"\0",
        b"\xFF",
        b"\\ud800",
        b"-1e999",
        b"99999999999999999999",
        b"0.1",
        b"&a *a",
        b"$ref",
        b"- ",
        b"\xEF\xBB\xBF",
    ];
    let mut bytes = input.to_vec();
    for _ in 0..rng.usize(1..4) {
        let (from, to) = (rng.usize(..=bytes.len()), rng.usize(..=bytes.len()));
        let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 40));
        match rng.u8(..6) {
            0 if !bytes.is_empty() => {
                let at = rng.usize(..bytes.len());
                bytes[at] ^= 1 << rng.u8(..8);
            }
            1 => bytes.truncate(to),
            2 => drop(bytes.drain(from..to)),
            3 => {
                let slice = bytes[from..to].to_vec();
                bytes.splice(to..to, slice);
            }
            _ => drop(bytes.splice(from..to, rng.choice(HOSTILE).unwrap_or_default().iter().copied())),
        }
    }
    bytes
}
