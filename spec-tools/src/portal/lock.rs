//! What was seen of each page, `openapi/<product>/portal.lock`: its number, the day, and a fingerprint. Nothing of its text.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use sha2::{Digest as _, Sha256};

use super::page::Page;
use crate::sources::Sources;

const HEAD: &str = "# What was seen of each page of the portal: its number, the day, the form of the file, and the SHA-256 of \
                    what the page says beside its title, group and number.\n# Written by `cargo xtask portal`; do not edit.\n";

/// The pages of a product that were seen, by their numbers.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Lock(BTreeMap<String, Seen>);

/// What a look at a page shows.
pub(super) enum Look {
    /// The page was not seen before, or in another form.
    First,
    Same,
    /// The page says something else than on that day.
    Changed {
        since: String,
    },
}

/// One page, as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The day: `2026-11-27`.
    pub(super) on: String,
    /// A saved text says less than a document, so that only pages of one form can be compared.
    form: String,
    fingerprint: String,
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
            let [number, on, form, fingerprint] = line.split(' ').collect::<Vec<_>>()[..] else {
                bail!("{file}:{}: not a page that was seen: restore the file, or delete the line", index + 1);
            };
            let [on, form, fingerprint] = [on, form, fingerprint].map(str::to_owned);
            lock.0.insert(number.to_owned(), Seen { on, form, fingerprint });
        }
        Ok(lock)
    }

    /// Compares a page with what was seen of it, and notes it as seen today unless it says the same.
    pub(super) fn look(&mut self, page: &Page, today: &str) -> Look {
        let key = page.number.clone().unwrap_or_else(|| format!("{}:{}", page.method, page.path));
        let now = Seen::now(page, today);
        let look = match self.0.get(&key).filter(|seen| seen.form == now.form) {
            Some(seen) if seen.fingerprint == now.fingerprint => return Look::Same,
            Some(seen) => Look::Changed { since: seen.on.clone() },
            None => Look::First,
        };
        self.0.insert(key, now);
        look
    }

    /// The text of the file.
    pub(super) fn text(&self) -> String {
        let line = |(number, Seen { on, form, fingerprint }): (&String, &Seen)| {
            format!("{number} {on} {form} {fingerprint}\n")
        };
        HEAD.to_owned() + &self.0.iter().map(line).collect::<String>()
    }
}

impl Seen {
    fn now(page: &Page, on: &str) -> Self {
        // The ledger has the rest.
        let content = Page { title: String::new(), folder: Vec::new(), number: None, ..page.clone() };
        let says = serde_json::to_string(&content).unwrap_or_default();
        let hexadecimal = |byte: &u8| format!("{byte:02x}");
        let fingerprint = Sha256::digest(says).iter().map(hexadecimal).collect();
        let form = if page.is_text { "text" } else { "document" };
        Self { on: on.to_owned(), form: form.to_owned(), fingerprint }
    }
}

/// The file of a product's lock.
pub(super) fn file(product: &str) -> String {
    format!("openapi/{product}/portal.lock")
}
