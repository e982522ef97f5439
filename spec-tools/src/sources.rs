//! The files that every stage reads, in memory: those of a folder, of a git revision, or edited by a test.

mod edits;
pub(crate) mod folder;
pub mod git;
pub mod yaml;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result, anyhow};

pub use self::edits::{Edited, Edits};
pub use self::folder::saved;
use self::yaml::Source;
use crate::finding::{Finding, report};

/// What is read of a workspace: folders with everything below them, and single files.
pub const READ: [&str; 16] = [
    "openapi",
    "docs",
    "gofive-api/README.md",
    "gofive-api/src/generated",
    "gofive-sandbox/src/generated",
    "gofive-spec/bundled",
    "tests/src/generated",
    "Cargo.toml",
    "README.md",
    "ARCHITECTURE.md",
    "BENCHMARKS.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "gofive-cli/README.md",
    "gofive-sandbox/README.md",
];

/// The files of a workspace by their paths, with forward slashes: `openapi/venio/case.yaml`.
///
/// A clone is cheap: it shares the files, and what has been parsed of them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<String, Arc<File>>,
}

#[derive(Debug)]
struct File {
    bytes: Vec<u8>,
    parsed: OnceLock<Result<Source, Vec<Finding>>>,
}

impl Sources {
    /// Replaces or adds a file.
    pub fn write(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        let file = File { bytes: content.into(), parsed: OnceLock::new() };
        self.files.insert(path.to_owned(), Arc::new(file));
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// The paths of all files below a folder, in order.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let inside = move |path: &&str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.files.keys().map(String::as_str).filter(inside)
    }

    /// The products: every folder of `openapi/` that has an `openapi.yaml`, in alphabetical order.
    pub fn products(&self) -> Vec<String> {
        let roots = self.below("openapi").filter_map(|path| path.strip_suffix("/openapi.yaml"));
        let names = roots.filter_map(|folder| folder.strip_prefix("openapi/"));
        names.filter(|name| !name.contains('/')).map(str::to_owned).collect()
    }

    /// The text of a file.
    ///
    /// # Errors
    /// If the file does not exist, or if it is not UTF-8.
    pub fn text(&self, path: &str) -> Result<&str> {
        let file = self.files.get(path).ok_or_else(|| anyhow!("{path} cannot be read: there is no such file"))?;
        std::str::from_utf8(&file.bytes).with_context(|| format!("{path} cannot be read: it is not UTF-8"))
    }

    /// A YAML file, parsed once; `None` if it does not exist.
    pub fn yaml(&self, path: &str) -> Option<&Result<Source, Vec<Finding>>> {
        let file = self.files.get(path)?;
        Some(file.parsed.get_or_init(|| Source::parse_bytes(path, &file.bytes)))
    }

    /// A YAML file that has to be valid.
    ///
    /// # Errors
    /// If the file does not exist, or if it has findings.
    pub fn valid_yaml(&self, path: &str) -> Result<&Source> {
        let parsed = self.yaml(path).ok_or_else(|| anyhow!("{path} cannot be read: there is no such file"))?;
        parsed.as_ref().map_err(|findings| anyhow!("{}", report(findings)))
    }
}
