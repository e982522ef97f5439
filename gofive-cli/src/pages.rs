//! Lists that come in pages: all of them, in constant memory, and how to continue after an interruption.

mod position;

use std::time::Duration;

use gofive_api::{Gofive, Pages, Paging, RawJson};
use gofive_spec::PagingStyle;
use indicatif::{ProgressBar, ProgressStyle};

use self::position::Position;
use crate::failure::Failure;
use crate::options::Options;
use crate::output::{Printer, Sink, format_of};
use crate::request::Request;
use crate::session;

/// The pages of a list.
pub(crate) fn of(request: &Request, gofive: &Gofive) -> Result<Pages<RawJson>, Failure> {
    let Some(paging) = &request.operation.paging else { return Err(Failure::usage("the payload has no pages")) };
    let style = match paging.style {
        PagingStyle::SkipTake | PagingStyle::SkipPageLength => Paging::by_skip(&paging.position, &paging.size),
        PagingStyle::PageIndex => Paging::by_index(&paging.position, &paging.size),
    };
    Ok(request.of_session(gofive)?.pages(style))
}

/// Fetches the pages of a list and prints each when it has arrived.
pub(crate) async fn print(request: &Request, columns: Vec<String>, options: &Options) -> Result<(), Failure> {
    let identity = format!("{} {}", request.identity(), printed_as(options).trim_start());
    let found = options.resume.as_deref().map(|file| Position::read(file, &identity)).transpose()?.flatten();
    if options.resume.is_some() && !(options.jq.is_some() || format_of(options).can_be_continued()) {
        return Err(Failure::usage("--resume can continue a list in ndjson and csv only").hint("add -o ndjson"));
    }
    let sink = match (&found, options.out.as_deref()) {
        (Some(position), Some(out)) => Sink::continued(out, position.length)?,
        (_, out) => Sink::new(out)?,
    };
    let mut printer = Printer::new(options, columns, sink)?;
    let session = session::open(options).await?;
    let mut pages = of(request, &session.gofive)?;
    if let Some(size) = page_size(options.page_size, options.limit) {
        pages = pages.page_size(size);
    }
    if let Some(position) = found {
        pages = pages.start_at(position.records);
        printer.continue_at(position.records, position.columns);
    }
    pages = pages.prefetch(options.limit.is_none());
    let progress = progress(options);
    let result = print_all(&mut printer, &mut pages, &progress, options, &identity).await;
    progress.finish_and_clear();
    result.and_then(|()| printer.finish())
}

/// How the list is printed: a file has one format and the same fields to its end, and a pipe cannot be cut.
fn printed_as(options: &Options) -> String {
    let to = if options.out.is_some() { "--out" } else { "" };
    match &options.jq {
        Some(expression) => format!("{to} --jq {expression}"),
        None if options.fields.is_empty() => format!("{to} -o {}", format_of(options).name()),
        None => format!("{to} -o {} --fields {}", format_of(options).name(), options.fields.join(",")),
    }
}

async fn print_all(
    printer: &mut Printer,
    pages: &mut Pages<RawJson>,
    progress: &ProgressBar,
    options: &Options,
    identity: &str,
) -> Result<(), Failure> {
    let (start, mut remaining) = (pages.position(), options.limit);
    while remaining != Some(0) {
        let Some(page) = pages.next().await else { break };
        let mut page = page?;
        if let Some(remaining) = &mut remaining {
            page.truncate(usize::try_from(*remaining).unwrap_or(usize::MAX));
            *remaining -= page.len() as u64;
        }
        printer.records(&page)?;
        progress.inc(page.len() as u64);
        if let Some(file) = &options.resume {
            printer.flush()?;
            let (records, length) = (start + progress.position(), printer.length());
            let columns = printer.columns().to_vec();
            Position { request: identity.to_owned(), records, length, columns }.write(file)?;
        }
    }
    Ok(())
}

/// The size of a page: no more than the limit.
pub(crate) fn page_size(size: Option<u32>, limit: Option<u64>) -> Option<u32> {
    let limit = limit.and_then(|limit| u32::try_from(limit).ok());
    match (size, limit) {
        (Some(size), Some(limit)) => Some(size.min(limit)),
        (Some(size), None) => Some(size),
        // A page that is shorter than requested would be the last one, so the usual size stays the maximum.
        (None, Some(limit)) => (limit < 50).then_some(limit),
        (None, None) => None,
    }
}

/// Shows how many records have arrived, if a person looks at the terminal and the payload is printed elsewhere.
fn progress(options: &Options) -> ProgressBar {
    use std::io::IsTerminal as _;
    if options.out.is_none() && std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let progress = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} records, {per_sec}, {elapsed}") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(200));
    progress
}
