//! What was seen of each page, `openapi/<product>/portal.lock`: its number, the day, and a fingerprint. Nothing of its text.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use sha2::{Digest as _, Sha256};

use super::page::Page;
use crate::sources::Sources;

const HEAD: &str = "# What was seen of each page of the portal: its number, the form of the file, the day, and the SHA-256 of \
                    what the page says beside its title, group and number.\n# Written by `cargo xtask portal`; do not edit.\n";

/// The day and the fingerprint of each page of a product that was seen, by its number and the form of its file: a saved text says
/// less than a document, so that only pages of one form can be compared.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Lock(BTreeMap<String, (String, String)>);

/// What a look at a page shows.
pub(super) enum Look {
    /// The page was not seen before, or in another form.
    First,
    Same,
    /// The page says something else than on this day.
    Changed(String),
}

impl Lock {
    /// Reads the file of a product; empty if there is none.
    ///
    /// # Errors
    /// If a line of it is not one that [`Self::text`] writes.
    pub(super) fn read(sources: &Sources, product: &str) -> Result<Self> {
        let file = file(product);
        let mut lock = Self::default();
        if !sources.below("openapi").any(|path| path == file) {
            return Ok(lock);
        }
        let lines = sources.text(&file)?.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        for (index, line) in lines {
            let [number, form, day, fingerprint] = line.split(' ').collect::<Vec<_>>()[..] else {
                bail!("{file}:{}: not a page that was seen: restore the file, or delete the line", index + 1);
            };
            lock.0.insert(format!("{number} {form}"), (day.to_owned(), fingerprint.to_owned()));
        }
        Ok(lock)
    }

    /// Compares a page with what was seen of it, and notes it as seen today unless it says the same.
    pub(super) fn look(&mut self, page: &Page, today: &str) -> Look {
        let number = page.number.clone().unwrap_or_else(|| format!("{}:{}", page.method, page.path));
        let key = format!("{number} {}", if page.is_text { "text" } else { "document" });
        // The ledger has the rest.
        let content = Page { title: String::new(), folder: Vec::new(), number: None, ..page.clone() };
        let says = format!("{} {}", page.method, serde_json::to_string(&content).unwrap_or_default());
        let fingerprint = Sha256::digest(says).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        if self.0.get(&key).is_some_and(|(_, known)| *known == fingerprint) {
            return Look::Same;
        }
        match self.0.insert(key, (today.to_owned(), fingerprint)) {
            Some((since, _)) => Look::Changed(since),
            None => Look::First,
        }
    }

    /// The text of the file.
    pub(super) fn text(&self) -> String {
        let lines = self.0.iter().map(|(page, (day, fingerprint))| format!("{page} {day} {fingerprint}\n"));
        HEAD.to_owned() + &lines.collect::<String>()
    }
}

/// The file of a product's lock.
pub(super) fn file(product: &str) -> String {
    format!("openapi/{product}/portal.lock")
}
