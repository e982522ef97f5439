//! What stands above the sections: title, method and address. Without them there is no operation.

use anyhow::{Result, bail};

use super::page::{Unread, unread};
use super::text::Line;

const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "PATCH"];
/// The hosts of the present API and of its predecessor, which the 2021 portal described.
const HOST: &str = "https://api.gofive.co.th";
const HOST_2021: &str = "api.veniocrm.com";

/// The head of a page.
#[derive(Debug)]
pub struct Head {
    pub title: String,
    pub method: String,
    /// As printed, without the host.
    pub path: String,
    /// The badge Developing.
    pub developing: bool,
    pub unread: Vec<Unread>,
}

/// Reads the head; gives the number of lines it takes.
pub fn read(lines: &[Line]) -> Result<(Head, usize)> {
    let address = address(lines)?;
    let (title, unread, developing) = title(&lines[..address - 1])?;
    let (method, path) = (lines[address - 1].text.clone(), path(&lines[address])?);
    Ok((Head { title, method, path, developing, unread }, address + 1))
}

/// The index of the address below the method.
fn address(lines: &[Line]) -> Result<usize> {
    let is_address = |line: &Line| line.text.starts_with("http://") || line.text.starts_with("https://");
    let is_method = |line: &Line| METHODS.contains(&line.text.as_str());
    if let Some(line) = lines.iter().find(|line| line.text.contains(HOST_2021)) {
        bail!(
            "line {}: this is a page of the 2021 portal (`{}`). Its path is not that of the present API: write it as \
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
                "line {}: no address below the method {}, but {below}: an operation needs its path, {HOST}/…",
                method.number,
                method.text
            )
        }
        (None, None, Some(address)) => {
            bail!("line {}: no method above the address `{}`: POST, GET, PUT, …", address.number, address.text)
        }
        (None, None, None) => bail!(
            "neither a method nor an address: this is no page of an endpoint, or the page was saved before it was shown"
        ),
    }
}

/// The title is the line above the method, but for a badge; above it stands the sidebar.
fn title(lines: &[Line]) -> Result<(String, Vec<Unread>, bool)> {
    let badge = lines.last().is_some_and(|line| line.text == "Developing");
    let lines = &lines[..lines.len() - usize::from(badge)];
    let is_sidebar = |line: &&Line| line.text.starts_with("- ");
    let Some((title, above)) = lines.split_last().filter(|(title, _)| !is_sidebar(title)) else {
        bail!("no title above the method: it is what the ledger and the operation's name go by");
    };
    let above = above.iter().filter(|line| !is_sidebar(line));
    let unread = above.map(|line| unread(line, "it stands above the title, and outside the sidebar")).collect();
    Ok((title.text.clone(), unread, badge))
}

fn path(line: &Line) -> Result<String> {
    match line.text.strip_prefix(HOST) {
        Some(path) if path.starts_with('/') && !path.contains(char::is_whitespace) => {
            Ok(path.split(['?', '#']).next().unwrap_or(path).to_owned())
        }
        _ => bail!("line {}: `{}` is no address of {HOST}", line.number, line.text),
    }
}
