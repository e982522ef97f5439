//! A function of the program that is called with each request.

use std::fmt;
use std::sync::Arc;

use crate::log::record::RequestRecord;

/// Called with each request when its outcome is known.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&RequestRecord) + Send + Sync>);

impl Observer {
    pub(crate) fn new(observe: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    pub(crate) fn observe(&self, request: &RequestRecord) {
        self.0(request);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
