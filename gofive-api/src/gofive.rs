//! The entry point of the crate.

use reqwest::Method;

use crate::call::options::CallOptions;
use crate::call::session::Session;
use crate::custom_request::CustomRequest;
#[cfg(any(feature = "blocking", feature = "recorder"))]
use crate::errors::Error;

/// A session with the Gofive API: connections, credentials and settings.
///
/// Cheap to clone; all clones share connections and the bearer token, which is fetched on first use and renewed before
/// it expires. Each product has its own client, behind a feature of the same name: `venio`, `empeo`, `etaxgo`.
///
/// ```no_run
/// # #[cfg(feature = "venio")]
/// # async fn run() -> Result<(), gofive_api::Error> {
/// let gofive = gofive_api::Gofive::from_env()?;
/// let types = gofive.venio().get_customer_event_types().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Gofive {
    session: Session,
    #[cfg(feature = "blocking")]
    blocking: crate::blocking::Blocking,
}

impl Gofive {
    pub(crate) fn new(session: Session) -> Self {
        Self {
            session,
            #[cfg(feature = "blocking")]
            blocking: crate::blocking::Blocking::default(),
        }
    }

    /// Returns the same session with options for the calls made through it. Cheap: connections and token are shared.
    ///
    /// Existing options of the session remain unless these options set the same; a header remains unless these options
    /// have one of its name.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn quickly(gofive: &gofive_api::Gofive) -> gofive_api::Gofive {
    /// gofive.with_options(gofive_api::CallOptions::new().attempt_timeout(Duration::from_secs(2)))
    /// # }
    /// ```
    #[must_use = "the session itself keeps its options"]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            session: self.session.with_options(options),
            #[cfg(feature = "blocking")]
            blocking: self.blocking.clone(),
        }
    }

    /// Returns the URL of the API that the session calls.
    pub fn base_url(&self) -> &str {
        self.session.base_url().as_str()
    }

    /// Calls an endpoint that is not in the spec yet, with the same session, envelope and errors.
    ///
    /// The path is sent unchanged, below the path of the base URL: percent-encode what needs it. A path that would lead
    /// elsewhere (dot segments, encoded or not, a backslash, two slashes at the start) fails with
    /// [`Validation`](crate::ErrorKind::Validation). By default the request is not retried; set
    /// [`idempotency`](CustomRequest::idempotency) if it may be.
    ///
    /// ```no_run
    /// # async fn run(gofive: gofive_api::Gofive) -> Result<(), gofive_api::Error> {
    /// use gofive_api::{Method, Idempotency};
    ///
    /// let units = gofive.request(Method::GET, "/v1/products/units").idempotency(Idempotency::Safe).send().await?;
    /// # Ok(()) }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> CustomRequest {
        CustomRequest::new(self.session.clone(), method, path)
    }

    /// Waits for a future on the calling thread: a call, a page of a list, or an `async` block with several.
    ///
    /// The session creates a small multi-thread tokio runtime on first use: two threads, shared by all clones. They
    /// keep connections alive and renew the token between calls, and end with the last clone. The future itself runs on
    /// the calling thread, so it may borrow, and need not be `Send`.
    ///
    /// It works on any thread, also within another runtime or another `block_on`; even there it blocks the thread and
    /// all other work on it. In `async` code, prefer `await`.
    ///
    /// # Errors
    /// The outer `Result` covers the runtime alone: [`Configuration`](crate::ErrorKind::Configuration) if the system
    /// has no thread or file descriptor left for it. Nothing was sent in that case. It is separate from the future's
    /// own output, because that can be of any type. Only the first use can fail this way, so `??` after a call handles
    /// both.
    ///
    /// ```no_run
    /// # #[cfg(feature = "venio")]
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let gofive = gofive_api::Gofive::from_env()?;
    /// let code = String::from("A001");
    /// let product = gofive.block_on(gofive.venio().get_product(&code))??;
    /// println!("{:?}", product.product_code);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "blocking")]
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        self.blocking.block_on(future)
    }

    /// Writes the shapes that were recorded and are not in their files yet; see
    /// [`GofiveBuilder::record_shapes`](crate::GofiveBuilder::record_shapes). Does nothing in a session that records none.
    ///
    /// A session that is a static of the program never ends: call this before the program does. The files then say that the
    /// program has ended in order.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration) if a file cannot be written. What was recorded is not lost: the next
    /// write tries again.
    #[cfg(feature = "recorder")]
    pub fn write_shapes(&self) -> Result<(), Error> {
        self.session.recording().map_or(Ok(()), crate::call::recording::Recording::write)
    }

    /// Returns the client of empeo, the HR system.
    #[cfg(feature = "empeo")]
    pub fn empeo(&self) -> crate::empeo::Empeo {
        crate::empeo::Empeo::new(self.session.clone())
    }

    /// Returns the client of eTaxGo, the electronic tax documents.
    #[cfg(feature = "etaxgo")]
    pub fn etaxgo(&self) -> crate::etaxgo::Etaxgo {
        crate::etaxgo::Etaxgo::new(self.session.clone())
    }

    /// Returns the client of Venio, the CRM.
    #[cfg(feature = "venio")]
    pub fn venio(&self) -> crate::venio::Venio {
        crate::venio::Venio::new(self.session.clone())
    }
}
