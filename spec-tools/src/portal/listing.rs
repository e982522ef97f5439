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
        let entries = self.indexes.iter().flat_map(|index| &index.entries).filter(|entry| entry.is_endpoint);
        let mut listed: Vec<Listed<'_>> = Vec::new();
        for entry in entries {
            let number = entry.number.as_deref();
            if number.is_none() || !listed.iter().any(|other| other.number == number) {
                let (folder, title) = (entry.folder.as_slice(), entry.title.as_str());
                listed.push(Listed { folder, title, number, in_index: true, ..Listed::default() });
            }
        }
        for page in &self.pages {
            let is_same = |other: &&mut Listed<'_>| match (other.number, page.number.as_deref()) {
                (Some(one), Some(another)) => one == another,
                _ => other.title == page.title && (page.folder.is_empty() || other.folder == page.folder),
            };
            match listed.iter_mut().find(is_same) {
                Some(known) => known.page = Some(page),
                None => listed.push(Listed {
                    folder: &page.folder,
                    title: &page.title,
                    number: page.number.as_deref(),
                    page: Some(page),
                    ..Listed::default()
                }),
            }
        }
        listed
    }
}

/// Whether a row of a product's ledger is that of an endpoint.
type Step<'a> = dyn Fn(&Listed<'_>, &str, &Title) -> bool + 'a;

/// Finds the row of each endpoint: by its number, else by its title in its group, else by the route of its page, else by its
/// title alone. An endpoint without a row has the product of its group, or that of its path.
pub(super) fn find<'a>(listed: &mut [Listed<'a>], ledgers: &'a [Ledger<'a>], routes: &[Route<'_>]) {
    let rows: Vec<(&str, &Title)> = ledgers
        .iter()
        .flat_map(|ledger| ledger.titles.iter().map(|title| (ledger.product(), title)))
        .filter(|(_, title)| !title.only_2021 && !title.not_an_endpoint)
        .collect();
    let mut taken = vec![false; rows.len()];
    let is_in_group = |listed: &Listed<'_>, title: &Title| listed.folder.contains(&title.group);
    let has_title = |listed: &Listed<'_>, title: &Title| title.title.trim() == listed.title;
    let has_method = |listed: &Listed<'_>, title: &Title| {
        listed.page.is_some_and(|page| title.method.as_deref() == Some(page.method.as_str()))
    };
    let has_route = |listed: &Listed<'_>, product: &str, title: &Title| {
        let is_own = |route: &&Route<'_>| (route.0, Some(route.1)) == (product, title.operation.as_deref());
        let route = routes.iter().find(is_own).map(|(.., method, path)| (*method, *path));
        route.is_some_and(|route| listed.page.is_some_and(|page| route == (page.method, page.path.as_str())))
    };
    let steps: [&Step<'_>; 5] = [
        &|listed, _, title| listed.number.is_some() && title.page.as_deref() == listed.number,
        // A group may have a title twice, for two methods.
        &|listed, _, title| has_title(listed, title) && is_in_group(listed, title) && has_method(listed, title),
        &|listed, _, title| has_title(listed, title) && is_in_group(listed, title),
        &|listed, product, title| has_route(listed, product, title),
        &|listed, _, title| has_title(listed, title),
    ];
    for (step, fits) in steps.into_iter().enumerate() {
        for found in listed.iter_mut().filter(|listed| listed.row.is_none()) {
            let is_fitting = |index: &usize| !taken[*index] && fits(found, rows[*index].0, rows[*index].1);
            let mut fitting = (0..rows.len()).filter(is_fitting);
            let Some(index) = fitting.next() else { continue };
            // In one group, the ledger has the order of the portal. Of rows in several groups, none is more likely.
            if step == 4 && fitting.next().is_some() {
                continue;
            }
            taken[index] = true;
            (found.product, found.row) = (Some(rows[index].0), Some(rows[index].1));
        }
    }
    for found in listed.iter_mut().filter(|listed| listed.row.is_none()) {
        let has_group = |ledger: &&Ledger<'_>| ledger.titles.iter().any(|title| is_in_group(found, title));
        let of_group: Vec<_> = ledgers.iter().filter(has_group).map(Ledger::product).collect();
        let of_path = found.page.and_then(|page| page.path.split('/').nth(1));
        found.product = match of_group[..] {
            [product] => Some(product),
            _ => ledgers.iter().map(Ledger::product).find(|product| of_path == Some(product)),
        };
    }
}
