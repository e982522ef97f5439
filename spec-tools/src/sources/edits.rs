//! Edits of the files of a workspace in memory: single properties of YAML, and whole new files.

use std::collections::BTreeSet;

use anyhow::Result;
use gofive_spec::Pointer;
use serde_json::Value;

use super::Sources;
use super::yaml::edit;

/// A file that was edited, and not written yet.
#[derive(Debug)]
pub struct Edited {
    /// Relative to the workspace.
    pub file: String,
    pub text: String,
    /// What was edited.
    pub what: String,
}

/// The files of a workspace while they are edited.
#[derive(Clone, Debug)]
pub struct Edits {
    pub sources: Sources,
    touched: BTreeSet<String>,
}

impl Edits {
    pub fn new(sources: &Sources) -> Self {
        Self { sources: sources.clone(), touched: BTreeSet::new() }
    }

    /// Replaces a file, or adds it.
    pub fn write(&mut self, file: &str, text: String) {
        self.sources.write(file, text);
        self.touched.insert(file.to_owned());
    }

    /// Sets a property of a node, or removes it, as [`edit::set`] does.
    ///
    /// # Errors
    /// If the file is missing, or is not YAML.
    pub fn set(
        &mut self,
        file: &str,
        node: &Pointer,
        name: &str,
        value: Option<Value>,
        behind: &[String],
    ) -> Result<()> {
        let text = edit::set(self.sources.valid_yaml(file)?, self.sources.text(file)?, node, name, value, behind);
        self.write(file, text);
        Ok(())
    }

    /// Adds properties to a node, which may be missing.
    ///
    /// # Errors
    /// If the file is missing, or is not YAML.
    pub fn add(&mut self, file: &str, node: &Pointer, added: &[(String, Value)]) -> Result<()> {
        let Some(((name, first), rest)) = added.split_first() else { return Ok(()) };
        let properties = node.find(&self.sources.valid_yaml(file)?.root).and_then(Value::as_object);
        let Some(known) = properties.filter(|properties| !properties.is_empty()) else {
            self.set(file, node, name, Some(first.clone()), &[])?;
            return self.add(file, node, rest);
        };
        // Behind all others, whatever their names are.
        let known: Vec<_> = known.keys().cloned().collect();
        let added = added.iter().map(|(name, value)| (name.as_str(), value));
        let text = edit::add(self.sources.valid_yaml(file)?, self.sources.text(file)?, node, added, &known);
        self.write(file, text);
        Ok(())
    }

    /// Appends texts to a list of texts, which has some already.
    ///
    /// # Errors
    /// If the file is missing, or is not YAML.
    pub fn append(&mut self, file: &str, list: &Pointer, known: &[Value], added: &[String]) -> Result<()> {
        let source = self.sources.valid_yaml(file)?;
        if let Some(text) = edit::append(source, self.sources.text(file)?, list, added) {
            self.write(file, text);
            return Ok(());
        }
        // A list on one line is written anew.
        let Some((node, name)) = list.split_last() else { return Ok(()) };
        let all = known.iter().cloned().chain(added.iter().map(|text| text.as_str().into()));
        self.set(file, &node, &name, Some(all.collect()), &[])
    }

    /// The edited files, by their names. `what` says what was edited in each.
    ///
    /// # Errors
    /// If a file is not UTF-8.
    pub fn files(&self, what: impl Fn(&str) -> String) -> Result<Vec<Edited>> {
        let edited = |file: &String| {
            Ok(Edited { file: file.clone(), text: self.sources.text(file)?.to_owned(), what: what(file) })
        };
        self.touched.iter().map(edited).collect()
    }
}
