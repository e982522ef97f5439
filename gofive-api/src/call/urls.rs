//! The URLs of the operations without path parameters: each is made once for a session.

use std::ptr;
use std::sync::{Arc, PoisonError, RwLock};

use reqwest::Url;

/// The URLs that were made, with their paths.
#[derive(Default)]
pub(crate) struct Urls(RwLock<Vec<(&'static str, Arc<Url>)>>);

impl Urls {
    /// Returns the URL of a path, which `make` makes for the first call.
    pub(crate) fn of(&self, path: &'static str, make: impl FnOnce() -> Url) -> Arc<Url> {
        // A URL is stored as a whole, so a panic elsewhere leaves the list usable.
        let urls = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // The path of an operation is one constant: to compare where it is takes less time than a map would.
        if let Some((_, url)) = urls.iter().find(|(known, _)| ptr::eq(*known, path)) {
            return url.clone();
        }
        drop(urls);
        let url = Arc::new(make());
        self.0.write().unwrap_or_else(PoisonError::into_inner).push((path, url.clone()));
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_made_once_for_each_path() {
        let urls = Urls::default();
        let url = |path| urls.of(path, || Url::parse(&format!("http://localhost{path}")).unwrap());
        let (a, b) = ("/v1/a", "/v1/b");
        for _ in 0..3 {
            assert_eq!((url(a).path(), url(b).path()), (a, b));
        }
        assert_eq!(urls.0.read().unwrap().len(), 2);
    }
}
