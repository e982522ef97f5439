//! The session of a server, which its first call opens.

use gofive_api::Gofive;
use tokio::sync::OnceCell;

use crate::failure::Failure;
use crate::options::Options;
use crate::session::{self, Session};

/// A session that is opened when it is needed: an agent reads about operations without credentials.
pub(super) struct Connection {
    options: Options,
    session: OnceCell<Session>,
}

impl Connection {
    pub(super) fn new(options: Options) -> Self {
        Self { options, session: OnceCell::new() }
    }

    /// The client. If it cannot be set up, the next call tries again: the person may have used `gofive login` by then.
    pub(super) async fn gofive(&self) -> Result<&Gofive, Failure> {
        let session = self.session.get_or_try_init(|| session::open(&self.options)).await?;
        Ok(&session.gofive)
    }
}
