//! Lists that come in pages: a stream of pages, a stream of items, and how to resume after an error.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_util::Stream;
use tokio::runtime::Handle;

use crate::call::arrival::Arrival;
use crate::errors::{Error, ErrorKind};
use pending::{Ahead, Fetching, PendingPage, Polled};

mod pending;

/// The page size if neither the request nor the caller sets one. It is the most that the integration of Employees
/// Enquiry requests; no operation is known to return fewer.
const PAGE_SIZE: u32 = 50;

/// A list, page by page: a [`Stream`] of `Result<Vec<T>, PagingError>`.
///
/// The methods whose names end in `_pages` return it. It owns its data, sends nothing before it is polled, and stores
/// one page at a time: two with [`prefetch`](Self::prefetch).
///
/// ```no_run
/// # #[cfg(feature = "venio")]
/// # async fn run() -> Result<(), gofive_api::Error> {
/// use futures_util::{StreamExt as _, TryStreamExt as _};
/// use gofive_api::venio::EnquireEmployeesRequest;
///
/// let venio = gofive_api::Gofive::from_env()?.venio();
/// let everybody = EnquireEmployeesRequest::default();
///
/// let mut pages = venio.enquire_employees_pages(&everybody).page_size(20).prefetch(true);
/// while let Some(page) = pages.try_next().await? {
///     println!("{} more employees, {} so far", page.len(), pages.position());
/// }
///
/// let employees = venio.enquire_employees_pages(&everybody).items();
/// let first_thousand: Vec<_> = employees.take(1000).try_collect().await?;
/// # Ok(()) }
/// ```
///
/// # The end
///
/// The API sends no total: a page shorter than requested is the last one. An empty one is not returned. So if a server
/// returns fewer items than requested, the list seems to end there: request a [`page_size`](Self::page_size) that the
/// server supports. And if a server ignores the paging parameters and always sends full pages, the list never ends:
/// `take` bounds the stream.
///
/// # After an error
///
/// An error ends the stream and has its position. Another stream can start at this position, in the same run of the
/// program or in the next. Nothing is lost or returned twice, unless the list has changed in the meantime:
///
/// ```no_run
/// # #[cfg(feature = "venio")]
/// # async fn run(venio: gofive_api::venio::Venio, enquiry: gofive_api::venio::EnquireEmployeesRequest) {
/// # fn keep(_: gofive_api::venio::Employee) {}
/// let mut employees = venio.enquire_employees_pages(&enquiry).items();
/// let failure = loop {
///     match employees.next().await {
///         Some(Ok(employee)) => keep(employee),
///         Some(Err(failure)) => break failure,
///         None => return,
///     }
/// };
/// eprintln!("{failure}");
/// let rest = venio.enquire_employees_pages(&enquiry).start_at(failure.position()).items();
/// # let _ = rest; }
/// ```
#[must_use = "nothing is sent before the stream is polled"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    by: By,
    size: u32,
    position: u64,
    prefetch: bool,
    ended: bool,
    /// The page at `position`.
    on_its_way: Option<PendingPage<T>>,
    /// The page behind that one, if that one is as long as requested.
    ahead: Option<Ahead<T>>,
}

/// A list, item by item: a [`Stream`] of `Result<T, PagingError>`. [`Pages::items`] returns it.
#[must_use = "nothing is sent before the stream is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    page: vec::IntoIter<T>,
}

/// Why a list ended early, and where: the error of a stream of [`Pages`] or [`Items`].
///
/// It contains the position in addition to the [`Error`], because functions that consume the stream (`try_collect`,
/// `try_for_each`) return only the error. If you do not need the position, `?` converts it to an [`Error`].
#[derive(Clone, Debug)]
pub struct PagingError {
    position: u64,
    error: Error,
}

impl PagingError {
    /// Returns where to resume, by [`Pages::start_at`]: everything before this position has been returned.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns the kind of failure; the same as [`Error::kind`].
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Returns the error of the call that failed.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Display for PagingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the list broke off at position {}: {}", self.position, self.error)
    }
}

impl std::error::Error for PagingError {
    /// The text already includes the error itself.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.error)
    }
}

impl From<PagingError> for Error {
    fn from(failure: PagingError) -> Self {
        failure.error
    }
}

impl<T> Pages<T> {
    /// Returns the list item by item.
    pub fn items(self) -> Items<T> {
        Items { pages: self, page: Vec::new().into_iter() }
    }

    /// Sets how many items to request per page, at least 1. The default is the number in the request itself, or 50 if
    /// that is missing or 0.
    pub fn page_size(mut self, items: u32) -> Self {
        (self.on_its_way, self.ahead) = (None, None);
        self.size = items.max(1);
        self
    }

    /// Sets whether to fetch the next page in the background while the current one is decoded and processed; off by
    /// default. Takes the memory of a second page. The next page is requested before it is known whether there is one, so
    /// one request is unnecessary: past the end of the list, or if the stream is dropped early. It is aborted, which
    /// closes its connection.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.prefetch = prefetch;
        self
    }

    /// Sets where to start, as returned by [`position`](Self::position) and [`PagingError::position`]; the start in the
    /// request itself is then ignored. A stream that has ended resumes there.
    pub fn start_at(mut self, position: u64) -> Self {
        (self.on_its_way, self.ahead) = (None, None);
        self.ended = false;
        self.position = position;
        self
    }

    /// Returns the current position: the number of items before the next one, counted from the beginning of the list,
    /// not from the start of the stream.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Fetches the next page, without `StreamExt`.
    pub async fn next(&mut self) -> Option<Result<Vec<T>, PagingError>>
    where
        T: Send + 'static,
    {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T> Items<T> {
    /// Returns the current position; see [`Pages::position`].
    pub fn position(&self) -> u64 {
        self.pages.position.saturating_sub(self.page.len() as u64)
    }

    /// Returns the next item, without `StreamExt`.
    pub async fn next(&mut self) -> Option<Result<T, PagingError>>
    where
        T: Send + 'static,
    {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

/// Calls the operation for one page.
type Fetch<T> = Box<dyn Fn(Page) -> Fetching<T> + Send + Sync>;

/// Which page to fetch: the generated methods put these values into their requests.
pub(crate) struct Page {
    /// The number of items before it.
    pub(crate) skip: i64,
    /// The number of pages of this size before it.
    pub(crate) index: i64,
    pub(crate) size: i64,
    /// Announces that the response has arrived, before it is decoded.
    pub(crate) arrival: Arrival,
}

/// The unit of the API's paging parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Items: a page may begin anywhere.
    Skip,
    /// Pages: one begins only at a multiple of its size.
    Index,
}

impl<T> Pages<T> {
    /// Pages an operation that takes a number of items to skip and a number of items to return, both with the values of
    /// the request.
    pub(crate) fn by_skip(
        skip: impl Into<Option<i64>>,
        size: impl Into<Option<i64>>,
        fetch: impl Fn(Page) -> Fetching<T> + Send + Sync + 'static,
    ) -> Self {
        let pages = Self::new(By::Skip, size.into(), Box::new(fetch));
        Self { position: at_least_zero(skip.into()), ..pages }
    }

    /// Pages an operation that takes the index of a page, counted from 0, and its size, both with the values of the
    /// request.
    pub(crate) fn by_index(
        index: impl Into<Option<i64>>,
        size: impl Into<Option<i64>>,
        fetch: impl Fn(Page) -> Fetching<T> + Send + Sync + 'static,
    ) -> Self {
        let pages = Self::new(By::Index, size.into(), Box::new(fetch));
        Self { position: at_least_zero(index.into()).saturating_mul(pages.size.into()), ..pages }
    }

    fn new(by: By, size: Option<i64>, fetch: Fetch<T>) -> Self {
        // A size of 0 is a placeholder for a required property, not a page size.
        let size = size.filter(|size| *size > 0).map_or(PAGE_SIZE, |size| u32::try_from(size).unwrap_or(u32::MAX));
        Self { fetch, by, size, position: 0, prefetch: false, ended: false, on_its_way: None, ahead: None }
    }

    /// The number of items that lie before a position in its page.
    fn known(&self, position: u64) -> u64 {
        if self.by == By::Index { position % u64::from(self.size) } else { 0 }
    }

    /// Advances past the page and drops items already returned.
    fn advance(&mut self, mut page: Vec<T>) -> Vec<T> {
        let (known, length, size) = (self.known(self.position), page.len() as u64, u64::from(self.size));
        // By index, the next page is the next one, even if this one is longer than requested.
        let reached = if self.by == By::Index { length.min(size) } else { length };
        self.ended = length < size;
        self.position = self.position.saturating_add(reached.saturating_sub(known));
        page.drain(..page.len().min(usize::try_from(known).unwrap_or(usize::MAX)));
        page
    }
}

fn at_least_zero(number: Option<i64>) -> u64 {
    number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

impl<T: Send + 'static> Pages<T> {
    /// The page at a position, which is not requested yet.
    fn page_at(&self, position: u64) -> PendingPage<T> {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let arrival = Arrival::default();
        let fetching = (self.fetch)(Page {
            skip: number(position - self.known(position)),
            index: number(position / u64::from(self.size)),
            size: self.size.into(),
            arrival: arrival.clone(),
        });
        PendingPage::new(position, fetching, arrival)
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Result<Vec<T>, Error>> {
        loop {
            let mut page = self.on_its_way.take().unwrap_or_else(|| self.page_at(self.position));
            match page.poll(context) {
                Polled::Ready(fetched) => return Poll::Ready(fetched),
                // So is the page behind it: it would begin with this one, on the same runtime.
                Polled::Lost => self.ahead = None,
                Polled::Pending => {
                    if self.prefetch && self.ahead.is_none() {
                        self.ahead = self.behind(&page);
                    }
                    self.on_its_way = Some(page);
                    return Poll::Pending;
                }
            }
        }
    }

    /// The page behind the current one, if that is as long as requested. Outside of tokio there is none.
    fn behind(&self, page: &PendingPage<T>) -> Option<Ahead<T>> {
        let runtime = Handle::try_current().ok()?;
        let next = (self.position - self.known(self.position)).saturating_add(self.size.into());
        Some(Ahead::behind(page, self.page_at(next), runtime))
    }

    /// Takes the page that was requested ahead if the last one was as long as expected, or requests one.
    fn prepare_next(&mut self) {
        let ahead = self.ahead.take().and_then(Ahead::take).filter(|page| page.position == self.position);
        if self.prefetch && !self.ended {
            let page = ahead.unwrap_or_else(|| self.page_at(self.position));
            self.on_its_way = Some(match Handle::try_current() {
                Ok(runtime) => page.in_background(&runtime),
                Err(_) => page,
            });
        }
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Vec<T>, PagingError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        let page = match ready!(this.poll_page(context)) {
            Ok(page) => this.advance(page),
            Err(error) => {
                (this.ended, this.ahead) = (true, None);
                return Poll::Ready(Some(Err(PagingError { position: this.position, error })));
            }
        };
        this.prepare_next();
        Poll::Ready((!page.is_empty()).then_some(Ok(page)))
    }
}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = Result<T, PagingError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                Some(Ok(page)) => this.page = page.into_iter(),
                Some(Err(failure)) => return Poll::Ready(Some(Err(failure))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Not self-referential: pages and items are on the heap.
impl<T> Unpin for Pages<T> {}
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("by", &self.by)
            .field("size", &self.size)
            .field("position", &self.position)
            .field("prefetch", &self.prefetch)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("position", &self.position()).field("pages", &self.pages).finish_non_exhaustive()
    }
}
