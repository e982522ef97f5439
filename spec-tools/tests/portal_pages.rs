//! The pages of the local portal are read like those of the real one.

use spec_tools::portal::Portal;

use crate::frozen::committed;
use crate::local_portal::LocalPortal;

fn read(portal: &LocalPortal) -> Portal {
    let mut read = Portal::default();
    for (name, text) in portal.files("https://developer.gofive.co.th") {
        read.read(&name, text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error:#}\n{text}"));
    }
    read
}

#[test]
fn every_operation_of_the_spec_has_a_page_of_which_everything_is_read() {
    let portal = LocalPortal::of_spec(&committed());
    let read = read(&portal);
    assert_eq!(read.unread, []);
    let [index] = read.indexes.as_slice() else { panic!("{:?}", read.indexes) };
    let listed: Vec<_> = index.iter().map(|entry| &entry.number).collect();
    assert_eq!(
        listed,
        portal.pages.iter().map(|page| Some(page.number.clone())).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
    assert_eq!(read.pages.len(), portal.pages.len());
    for (page, local) in read.pages.iter().zip(&portal.pages) {
        assert_eq!(page.unread, [], "{}", local.markdown());
        assert_eq!(
            (&page.title, &page.path, page.number.as_deref()),
            (&local.title, &local.path, Some(&*local.number))
        );
        assert_eq!((page.method.key(), page.folder.join("/")), (local.method.as_str(), local.folder.clone()));
    }
}

#[test]
fn the_whole_portal_has_a_page_for_every_title_of_the_ledgers() {
    let portal = LocalPortal::whole(&committed());
    assert!(portal.pages.len() > LocalPortal::of_spec(&committed()).pages.len());
    assert_eq!(read(&portal).pages.len(), portal.pages.len());
}
