//! Lists that come in pages: a stream of pages, a stream of items, and how to go on after an error.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_util::Stream;
use futures_util::future::BoxFuture;
use tokio::runtime::{Handle, Id};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::error::{Error, ErrorKind};

/// Items a page where neither the request nor the caller says how many. The most that the integration of Employees
/// Enquiry asks for; no operation is known to grant less.
const PAGE_SIZE: u32 = 50;

/// A list, page by page: a [`Stream`] of `Result<Vec<T>, PagingError>`.
///
/// It comes from the methods whose names end in `_pages`, owns what it needs, sends nothing before it is polled, and
/// holds one page at a time: two with [`prefetch`](Self::prefetch).
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
/// The API sends no total: a page shorter than asked for is the last one. An empty one is not handed on. So a server
/// that grants fewer items than it is asked for seems to be at its end at once: ask for a
/// [`page_size`](Self::page_size) that it grants. And a server that heeds no paging, but sends full pages whatever it
/// is asked for, never comes to an end: `take` bounds the stream.
///
/// # After an error
///
/// An error ends the stream, and says how far it came. From there another stream goes on, in the same run of the program
/// or in the next, and nothing is lost or comes twice, unless the list has changed meanwhile:
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
    on_its_way: Option<OnItsWay<T>>,
}

/// A list, item by item: a [`Stream`] of `Result<T, PagingError>`. See [`Pages`], from which it comes.
#[must_use = "nothing is sent before the stream is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    page: vec::IntoIter<T>,
}

/// Why a list ended early, and where: what a stream of [`Pages`] or [`Items`] fails with.
///
/// It is more than an [`Error`], because whatever consumes the stream (`try_collect`, `try_for_each`) leaves nothing but
/// the error, and the way back is in it. Where the position is of no interest, `?` makes an [`Error`] of it.
#[derive(Clone, Debug)]
pub struct PagingError {
    position: u64,
    error: Error,
}

impl PagingError {
    /// Where to go on, by [`Pages::start_at`]: everything before it has been handed on.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// What kind of failure it was; the same as [`Error::kind`].
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// What went wrong there.
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
    /// The error itself stands in the text already.
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
    /// The list item by item.
    pub fn items(self) -> Items<T> {
        Items { pages: self, page: Vec::new().into_iter() }
    }

    /// How many items to ask for at once, at least 1. Otherwise as many as the request itself says, or 50 if it says
    /// nothing, or 0.
    pub fn page_size(mut self, items: u32) -> Self {
        self.on_its_way = None;
        self.size = items.max(1);
        self
    }

    /// Whether to fetch the next page in the background while the present one is worked on; not, by default. Costs the
    /// memory of a second page, and a request more than needed if the stream is left early.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.prefetch = prefetch;
        self
    }

    /// Where to start, as [`position`](Self::position) and [`PagingError::position`] tell it; whatever the request
    /// itself says about it does not count then. A stream that has ended goes on from there.
    pub fn start_at(mut self, position: u64) -> Self {
        self.on_its_way = None;
        self.ended = false;
        self.position = position;
        self
    }

    /// How far the stream has come: the number of items before the next one, counted from the beginning of the list,
    /// and not from where the stream started.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next page, for those who have no `StreamExt` at hand.
    pub async fn next(&mut self) -> Option<Result<Vec<T>, PagingError>>
    where
        T: Send + 'static,
    {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T> Items<T> {
    /// How far the stream has come; see [`Pages::position`].
    pub fn position(&self) -> u64 {
        self.pages.position.saturating_sub(self.page.len() as u64)
    }

    /// The next item, for those who have no `StreamExt` at hand.
    pub async fn next(&mut self) -> Option<Result<T, PagingError>>
    where
        T: Send + 'static,
    {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

/// Calls the operation for one page.
type Fetch<T> = Box<dyn Fn(Page) -> Fetching<T> + Send + Sync>;
type Fetching<T> = BoxFuture<'static, Result<Vec<T>, Error>>;

/// Which page: what the generated methods put into their requests.
pub(crate) struct Page {
    /// Items before it.
    pub(crate) skip: i64,
    /// Pages of this size before it.
    pub(crate) index: i64,
    pub(crate) size: i64,
}

/// What the API counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Items: a page begins anywhere.
    Skip,
    /// Pages: one begins at the multiples of its size only.
    Index,
}

enum OnItsWay<T> {
    /// Comes closer when the stream is polled.
    Polled(Fetching<T>),
    /// Comes closer by itself, on that runtime. A set of one, because a set ends its tasks when it is dropped.
    Task(Id, JoinSet<Result<Vec<T>, Error>>),
}

impl<T> Pages<T> {
    /// Of an operation that takes a number of items to skip, and how many to take. Both as the request says.
    pub(crate) fn by_skip(
        skip: impl Into<Option<i64>>,
        size: impl Into<Option<i64>>,
        fetch: impl Fn(Page) -> Fetching<T> + Send + Sync + 'static,
    ) -> Self {
        let pages = Self::new(By::Skip, size.into(), Box::new(fetch));
        Self { position: at_least_zero(skip.into()), ..pages }
    }

    /// Of an operation that takes the number of a page, counted from 0, and its size. Both as the request says.
    pub(crate) fn by_index(
        index: impl Into<Option<i64>>,
        size: impl Into<Option<i64>>,
        fetch: impl Fn(Page) -> Fetching<T> + Send + Sync + 'static,
    ) -> Self {
        let pages = Self::new(By::Index, size.into(), Box::new(fetch));
        Self { position: at_least_zero(index.into()).saturating_mul(pages.size.into()), ..pages }
    }

    fn new(by: By, size: Option<i64>, fetch: Fetch<T>) -> Self {
        // A size that is required, but of no interest, is given as 0; it is not meant for pages of nothing.
        let size = size.filter(|size| *size > 0).map_or(PAGE_SIZE, |size| u32::try_from(size).unwrap_or(u32::MAX));
        Self { fetch, by, size, position: 0, prefetch: false, ended: false, on_its_way: None }
    }

    /// Items of the page at `position` that lie before it.
    fn known(&self) -> u64 {
        if self.by == By::Index { self.position % u64::from(self.size) } else { 0 }
    }

    /// Begins to fetch the page at `position`.
    fn begin(&self) -> Fetching<T> {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        (self.fetch)(Page {
            skip: number(self.position - self.known()),
            index: number(self.position / u64::from(self.size)),
            size: self.size.into(),
        })
    }

    /// Moves behind a page that has come, and takes off what was handed on before.
    fn advance(&mut self, mut page: Vec<T>) -> Vec<T> {
        let (known, length, size) = (self.known(), page.len() as u64, u64::from(self.size));
        // By number, the next page is the next one, even if this one is longer than asked for.
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
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Result<Vec<T>, Error>> {
        loop {
            let on_its_way = self.on_its_way.take();
            match on_its_way.unwrap_or_else(|| OnItsWay::Polled(self.begin())) {
                OnItsWay::Polled(mut fetching) => {
                    let polled = fetching.as_mut().poll(context);
                    if polled.is_pending() {
                        self.on_its_way = Some(OnItsWay::Polled(fetching));
                    }
                    return polled;
                }
                OnItsWay::Task(runtime, mut task) => match task.poll_join_next(context) {
                    // Perhaps nobody drives the runtime of the task any more.
                    Poll::Pending if Handle::try_current().is_ok_and(|current| current.id() != runtime) => {}
                    Poll::Pending => {
                        self.on_its_way = Some(OnItsWay::Task(runtime, task));
                        return Poll::Pending;
                    }
                    Poll::Ready(Some(Ok(fetched))) => return Poll::Ready(fetched),
                    // The task came to nothing, because its runtime is gone or it panicked: without one, then.
                    Poll::Ready(_) => {}
                },
            }
        }
    }

    /// The next page, in the background.
    fn begin_ahead(&mut self) {
        // Outside of tokio there is no background.
        if let Ok(runtime) = Handle::try_current() {
            let mut task = JoinSet::new();
            task.spawn_on(self.begin().in_current_span(), &runtime);
            self.on_its_way = Some(OnItsWay::Task(runtime.id(), task));
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
                this.ended = true;
                return Poll::Ready(Some(Err(PagingError { position: this.position, error })));
            }
        };
        if this.prefetch && !this.ended {
            this.begin_ahead();
        }
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

/// Nothing in it stays where it is: pages and items are held on the heap.
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
