//! The ledger of a product, `openapi/<product>/portal.yaml`: every title of the portal's sidebar, kept by hand.

use anyhow::{Context as _, Result};
use gofive_spec::Pointer;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::sources::Sources;
use crate::sources::yaml::Source;

/// A product's ledger.
#[derive(Debug)]
pub struct Ledger<'a> {
    pub source: &'a Source,
    /// The titles of all groups, in the order of the sidebar.
    pub titles: Vec<Title>,
    pub unattributed: Vec<UnattributedPage>,
}

/// A title of the sidebar.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    #[serde(skip)]
    pub group: String,
    /// The location in the file; the root for a title that the file does not have yet.
    #[serde(skip)]
    pub pointer: Pointer,
    pub title: String,
    pub method: Option<String>,
    pub page: Option<String>,
    pub operation: Option<String>,
    /// The other product whose document has the operation.
    pub counted_under: Option<String>,
    /// What is not known, so that the title has no operation.
    #[serde(default)]
    pub missing: Vec<String>,
    /// In what the operation differs from its page on purpose, as `cargo xtask portal verify` prints it, with the reasons.
    #[serde(default)]
    pub differences: Map<String, Value>,
    /// What the portal of 2021 had instead.
    pub legacy: Option<String>,
    #[serde(default)]
    pub only_2021: bool,
    #[serde(default)]
    pub not_an_endpoint: bool,
}

/// A page of the portal whose operation is not known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnattributedPage {
    pub group: String,
    pub page: String,
    /// What is known about the page, in words.
    pub known: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "product")]
    _product: String,
    groups: Vec<Group>,
    #[serde(default)]
    unattributed_pages: Vec<UnattributedPage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    group: String,
    titles: Vec<Title>,
}

impl<'a> Ledger<'a> {
    /// Reads the ledgers of all products.
    ///
    /// # Errors
    /// If one is missing, or does not match `openapi/schema/ledger.json`.
    pub fn all(sources: &'a Sources) -> Result<Vec<Self>> {
        sources.products().iter().map(|product| Self::of(sources, product)).collect()
    }

    /// Reads the ledger of one product.
    ///
    /// # Errors
    /// If it is missing, or does not match `openapi/schema/ledger.json`.
    pub fn of(sources: &'a Sources, product: &str) -> Result<Self> {
        let file = format!("openapi/{product}/portal.yaml");
        Self::read(sources.valid_yaml(&file)?)
            .with_context(|| format!("{file} is not a ledger: `cargo xtask lint` shows where"))
    }

    /// Reads the file of a ledger.
    ///
    /// # Errors
    /// If the file does not match `openapi/schema/ledger.json`. `cargo xtask lint` then shows where.
    pub fn read(source: &'a Source) -> Result<Self, serde_json::Error> {
        let File { groups, unattributed_pages, .. } = File::deserialize(&source.root)?;
        let mut titles = Vec::new();
        for (group_index, Group { group, titles: of_group }) in groups.into_iter().enumerate() {
            let list = Pointer::root().join("groups").item(group_index).join("titles");
            let of_group = of_group.into_iter().enumerate();
            titles.extend(of_group.map(|(index, title)| Title {
                group: group.clone(),
                pointer: list.item(index),
                ..title
            }));
        }
        Ok(Self { source, titles, unattributed: unattributed_pages })
    }

    /// The product, by the folder of the file.
    pub fn product(&self) -> &'a str {
        self.source.file.split('/').nth(1).unwrap_or_default()
    }
}
