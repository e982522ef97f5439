//! What the portal has, page by page, and which row of the ledgers each page belongs to.

use gofive_spec::Method;

use super::page::Page;
use super::read::Portal;
use crate::ledger::{Ledger, Title};

/// An endpoint of the portal: from an index, from its page, or from both.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listed<'a> {
    pub(super) folder: &'a [String],
    pub(super) title: &'a str,
    pub(super) number: Option<&'a str>,
    pub(super) page: Option<&'a Page>,
    pub(super) in_index: bool,
    /// Its product, and its row in the product's ledger, once they are found.
    pub(super) product: Option<&'a str>,
    pub(super) row: Option<&'a Title>,
}

/// The route of an operation that the spec has: product, operation, method and path.
pub(super) type Route<'a> = (&'a str, &'a str, Method, &'a str);

impl Portal {
    /// The endpoints, in the order of the indexes. Pages that no index lists come last.
    pub(super) fn listed(&self) -> Vec<Listed<'_>> {
        let mut listed: Vec<Listed<'_>> = Vec::new();
        for entry in self.indexes.iter().flatten() {
            let number = entry.number.as_deref();
            if number.is_none() || !listed.iter().any(|other| other.number == number) {
                let (folder, title) = (entry.folder.as_slice(), entry.title.as_str());
                listed.push(Listed { folder, title, number, in_index: true, ..Listed::default() });
            }
        }
        for page in &self.pages {
            let (folder, title, number) = (page.folder.as_slice(), page.title.as_str(), page.number.as_deref());
            let is_same = |other: &&mut Listed<'_>| match (other.number, number) {
                (Some(one), Some(another)) => one == another,
                _ => other.title == title && (folder.is_empty() || other.folder == folder),
            };
            match listed.iter_mut().find(is_same) {
                Some(known) => known.page = Some(page),
                None => listed.push(Listed { folder, title, number, page: Some(page), ..Listed::default() }),
            }
        }
        listed
    }
}

/// The last way to find a row: by its title alone.
const BY_TITLE: usize = 4;

/// How a row of a product's ledger is found to be that of an endpoint, the surest way first; `None` if it is not.
fn rank(listed: &Listed<'_>, (product, title): (&str, &Title), routes: &[Route<'_>]) -> Option<usize> {
    let has_title = title.title.trim() == listed.title;
    let is_in_group = has_title && listed.folder.contains(&title.group);
    let has_method = listed.page.is_some_and(|page| title.method.as_deref() == Some(page.method.as_str()));
    let has_route = |(of, operation, method, path): &Route<'_>| {
        (*of, Some(*operation)) == (product, title.operation.as_deref())
            && listed.page.is_some_and(|page| (page.method, page.path.as_str()) == (*method, *path))
    };
    let ways = [
        listed.number.is_some() && title.page.as_deref() == listed.number,
        // A group may have a title twice, for two methods.
        is_in_group && has_method,
        is_in_group,
        routes.iter().any(has_route),
        has_title,
    ];
    ways.into_iter().position(|fits| fits)
}

/// Finds the row of each endpoint: by its number, else by its title in its group, else by the route of its page, else by its
/// title alone. An endpoint without a row has the product of its group, or that of its path.
pub(super) fn find<'a>(listed: &mut [Listed<'a>], ledgers: &'a [Ledger<'a>], routes: &[Route<'_>]) {
    let rows = ledgers.iter().flat_map(|ledger| ledger.titles.iter().map(|title| (ledger.product(), title)));
    let mut rows: Vec<_> = rows.filter(|(_, title)| !title.only_2021 && !title.not_an_endpoint).collect();
    for way in 0..=BY_TITLE {
        for found in listed.iter_mut().filter(|listed| listed.row.is_none()) {
            let mut fitting = (0..rows.len()).filter(|index| rank(found, rows[*index], routes) == Some(way));
            let Some(index) = fitting.next() else { continue };
            // In one group, the ledger has the order of the portal. Of rows in several groups, none is more likely.
            if way < BY_TITLE || fitting.next().is_none() {
                let (product, row) = rows.remove(index);
                (found.product, found.row) = (Some(product), Some(row));
            }
        }
    }
    for found in listed.iter_mut().filter(|listed| listed.row.is_none()) {
        let has_group = |ledger: &&Ledger<'_>| ledger.titles.iter().any(|title| found.folder.contains(&title.group));
        let of_group: Vec<_> = ledgers.iter().filter(has_group).map(Ledger::product).collect();
        let of_path = found.page.and_then(|page| page.path.split('/').nth(1));
        found.product = match of_group[..] {
            [product] => Some(product),
            _ => ledgers.iter().map(Ledger::product).find(|product| of_path == Some(product)),
        };
    }
}
