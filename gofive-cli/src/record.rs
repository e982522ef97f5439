//! `gofive record`: the shapes of the responses in the archive of a browser.

mod archive;
mod server;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};
use gofive_api::reqwest::Url;
use gofive_api::shapes::Recorder;

use self::archive::{Archive, Entry};
use self::server::Server;
use crate::failure::Failure;
use crate::output::Sink;
use crate::routes::Routes;
use crate::shapes::known_names;

/// The command.
pub(crate) fn command() -> Command {
    Command::new("record")
        .about("Records the shapes of the responses in an archive of a browser (HAR)")
        .long_about(
            "Records the shapes of the responses in an archive of a browser (HAR): which properties they have, of which types, \
             how often null, without any value. There is one file for each operation; `gofive shapes show` explains it.\n\n\
             The archive itself has all values and the credentials of the browser: it stays on this machine. Only responses of \
             the API are read; other hosts, and paths that the spec does not have, are counted and ignored.\n\n\
             The option --record of any call records its responses without an archive.",
        )
        .arg(
            Arg::new("har")
                .long("har")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The archive; the network tab of a browser's developer tools saves it, with content"),
        )
        .arg(
            Arg::new("folder")
                .value_name("FOLDER")
                .default_value("shapes")
                .value_parser(value_parser!(PathBuf))
                .help("Where the files are written"),
        )
        .arg(
            Arg::new("base-url")
                .long("base-url")
                .value_name("URL")
                .default_value("https://api.gofive.co.th")
                .help("The URL of the API, if it is another one"),
        )
}

/// Records the archive.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let path = |id: &str| matches.get_one::<PathBuf>(id).map_or(Path::new(""), PathBuf::as_path);
    let base_url = matches.get_one::<String>("base-url").map_or("", String::as_str);
    let base_url = Url::parse(base_url).ok().filter(Url::has_host).ok_or_else(|| {
        Failure::usage(format!("--base-url: {base_url:?} is not a URL")).hint("--base-url https://api.gofive.co.th")
    })?;
    let archive = Archive::open(path("har"))?;
    let recorder = Recorder::open(path("folder"), known_names()).map_err(|error| Failure::io(error.to_string()))?;
    let mut counts = Counts { server: Server::new(&base_url), ..Counts::default() };
    let read = archive.each(&mut |entry| counts.add(&entry, &recorder));
    // What was read before an error is recorded, too.
    recorder.write().map_err(|error| Failure::io(error.to_string()))?;
    drop(recorder);
    read?;
    Sink::new(None)?.bytes(counts.to_text(path("folder")).as_bytes())
}

/// What an archive had.
#[derive(Default)]
struct Counts {
    server: Server,
    routes: Routes,
    recorded: usize,
    operations: BTreeSet<&'static str>,
    of_other_hosts: usize,
    of_no_operation: usize,
    without_body: usize,
    undecodable: usize,
}

impl Counts {
    fn add(&mut self, entry: &Entry, recorder: &Recorder) {
        let Some(path) = self.server.path(&entry.url) else {
            self.of_other_hosts += 1;
            return;
        };
        let Some(operation) = self.routes.operation(&entry.method, &path) else {
            self.of_no_operation += 1;
            return;
        };
        // A browser keeps no body of a response that it has not shown, and none of a 304.
        match entry.body() {
            None => self.without_body += 1,
            Some(Err(())) => self.undecodable += 1,
            Some(Ok(body)) => {
                self.recorded += 1;
                self.operations.insert(operation);
                recorder.record(operation, entry.status, &body);
            }
        }
    }

    fn to_text(&self, folder: &Path) -> String {
        let mut text = match self.recorded {
            0 => "No response was recorded.\n".to_owned(),
            _ => format!(
                "{} of {} recorded in {}\n",
                counted(self.recorded, "response", "responses"),
                counted(self.operations.len(), "operation", "operations"),
                folder.display()
            ),
        };
        for (count, reason) in [
            (self.of_other_hosts, "of other hosts"),
            (self.of_no_operation, "of paths that the spec does not have, or of the exchange of tokens"),
            (self.without_body, "whose body the browser has not saved"),
            (self.undecodable, "whose body is not valid base64"),
        ] {
            if count > 0 {
                let _ = writeln!(text, "{} {reason} ignored", counted(count, "response", "responses"));
            }
        }
        text
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
