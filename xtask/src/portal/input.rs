//! Reads what a person names on the command line: addresses, files, and folders of files.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Url;
use spec_tools::portal::{Missing, Portal};
use spec_tools::sources::saved;

use super::fetch::{Fetcher, Settings};

/// What was read, and what could not be.
#[derive(Default)]
pub(crate) struct Input {
    pub(crate) portal: Portal,
    pub(crate) missing: Vec<Missing>,
    /// The arguments that are neither addresses nor files nor folders.
    pub(crate) others: Vec<String>,
}

/// Reads all arguments that are addresses, files or folders. Addresses are fetched, or taken from the cache if `offline`.
pub(crate) fn read(workspace: &Path, arguments: &[String], offline: bool) -> Result<Input> {
    let (addresses, paths): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| argument.contains("://"));
    let (paths, others): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| Path::new(path).exists());
    let mut input = Input { others: others.into_iter().cloned().collect(), ..Input::default() };
    input.files(&paths.into_iter().map(|path| saved(Path::new(path))).collect::<Result<Vec<_>>>()?.concat())?;
    if !addresses.is_empty() {
        let addresses = addresses.into_iter().map(|address| self::address(address)).collect::<Result<Vec<_>>>()?;
        let mut settings = Settings { offline, ..Settings::new(workspace.join("target/portal")) };
        if addresses.iter().all(is_local) {
            settings.pause = Duration::ZERO;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let fetcher = Fetcher::new(settings)?;
            for address in &addresses {
                input.site(&fetcher, address).await?;
            }
            Ok::<_, anyhow::Error>(())
        })?;
    }
    Ok(input)
}

/// An address that may be fetched. The address of a site is that of its index.
fn address(text: &str) -> Result<Url> {
    let mut url: Url = text.parse().with_context(|| format!("`{text}` is not an address"))?;
    if url.scheme() != "https" && !(url.scheme() == "http" && is_local(&url)) {
        bail!("`{text}` is not an address of https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        bail!("the address contains credentials: remove them, as nothing secret is sent");
    }
    if matches!(url.path(), "" | "/") {
        url.set_path("/llms.txt");
    }
    Ok(url)
}

/// Whether it is the address of a server on this machine, which nobody has to spare.
fn is_local(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

impl Input {
    /// Reads files. One that cannot be read is an error if it is the only one.
    fn files(&mut self, files: &[(String, Vec<u8>)]) -> Result<()> {
        for (name, bytes) in files {
            match self.portal.read(name, bytes) {
                Err(error) if files.len() == 1 => return Err(error).with_context(|| format!("{name} cannot be read")),
                Err(error) => self.missing.push(Missing { location: name.clone(), why: format!("{error:#}") }),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Fetches an index and the pages that it lists, or a single page.
    async fn site(&mut self, fetcher: &Fetcher, address: &Url) -> Result<()> {
        let body = match fetcher.get(address).await {
            Ok(body) => body,
            Err(failure) => bail!("{address}: {failure}"),
        };
        let indexes = self.portal.indexes.len();
        self.portal.read(address.as_str(), &body).with_context(|| format!("{address} cannot be read"))?;
        let Some(pages) = self.portal.indexes.get(indexes).cloned() else { return Ok(()) };
        let progress = Fetcher::progress(pages.len());
        for page in pages {
            let missing = |why: String| Missing { location: page.address.clone(), why };
            progress.inc(1);
            let url = match page.address.parse::<Url>() {
                Ok(url) if url.origin() == address.origin() => url,
                Ok(_) => {
                    self.missing.push(missing("not fetched: it is on another host than the index".into()));
                    continue;
                }
                Err(error) => {
                    self.missing.push(missing(format!("not an address: {error}")));
                    continue;
                }
            };
            let read = match fetcher.get(&url).await {
                Ok(body) => self.portal.read(url.as_str(), &body).map_err(|error| format!("{error:#}")),
                Err(failure) => Err(failure.to_string()),
            };
            self.missing.extend(read.err().map(missing));
        }
        progress.finish_and_clear();
        Ok(())
    }
}
