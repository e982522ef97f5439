//! The head of a page, above its sections: title, method and address. All three are required.

use anyhow::{Result, bail};
use gofive_spec::Method;

use super::document::HOST;
use super::page::{Page, Unread};
use super::text::{Line, unread};

/// The host of the predecessor of the API, on the 2021 portal.
const HOST_2021: &str = "api.veniocrm.com";

/// Reads the head of a page. Also returns its number of lines.
pub fn read(lines: &[Line]) -> Result<(Page, usize)> {
    let address = address(lines)?;
    let (title, unread, status) = title(&lines[..address - 1])?;
    let path = path(&lines[address])?;
    let Some(method) = method(&lines[address - 1]) else { bail!("no method above the address") };
    Ok((Page { status, is_text: true, unread, ..Page::new(title, method, path) }, address + 1))
}

/// The index of the address below the method.
fn address(lines: &[Line]) -> Result<usize> {
    let is_address = |line: &Line| line.text.starts_with("http://") || line.text.starts_with("https://");
    let is_method = |line: &Line| method(line).is_some();
    if let Some(line) = lines.iter().find(|line| line.text.contains(HOST_2021)) {
        bail!(
            "line {}: this is a page of the 2021 portal (`{}`). The current API has other paths: write this one as \
             `legacy:` into the ledger, openapi/<product>/portal.yaml",
            line.number,
            line.text
        );
    }
    let pair = lines.windows(2).position(|pair| is_method(&pair[0]) && is_address(&pair[1]));
    match (pair, lines.iter().find(|line| is_method(line)), lines.iter().find(|line| is_address(line))) {
        (Some(index), ..) => Ok(index + 1),
        (None, Some(method), _) => {
            let below = lines.iter().find(|line| line.number > method.number);
            let below = below.map_or("nothing".to_owned(), |line| format!("`{}`", line.text));
            bail!(
                "line {}: no address below the method {}, but {below}: an operation needs an address, {HOST}/…",
                method.number,
                method.text
            )
        }
        (None, None, Some(address)) => {
            bail!("line {}: no method above the address `{}`: POST, GET, PUT, …", address.number, address.text)
        }
        (None, None, None) => bail!(
            "neither a method nor an address: this is not the page of an endpoint, or the page was saved before it had loaded"
        ),
    }
}

/// Reads the title: the line above the method, without a badge. Above it is the sidebar.
fn title(lines: &[Line]) -> Result<(String, Vec<Unread>, Option<String>)> {
    let badge = lines.last().is_some_and(|line| line.text == "Developing");
    let lines = &lines[..lines.len() - usize::from(badge)];
    let is_sidebar = |line: &&Line| line.text.starts_with("- ");
    let Some((title, above)) = lines.split_last().filter(|(title, _)| !is_sidebar(title)) else {
        bail!("no title above the method: the ledger's row and the operation's name are found by it");
    };
    let above = above.iter().filter(|line| !is_sidebar(line));
    let unread = above.map(|line| unread(line, "it is above the title, and not in the sidebar")).collect();
    Ok((title.text.clone(), unread, badge.then(|| "developing".to_owned())))
}

fn method(line: &Line) -> Option<Method> {
    Method::ALL.into_iter().find(|method| method.as_str() == line.text)
}

fn path(line: &Line) -> Result<String> {
    match line.text.strip_prefix(HOST) {
        Some(path) if path.starts_with('/') && !path.contains(char::is_whitespace) => {
            Ok(path.split(['?', '#']).next().unwrap_or(path).to_owned())
        }
        _ => bail!("line {}: `{}` is not an address of {HOST}", line.number, line.text),
    }
}
