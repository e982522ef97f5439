//! The options of calls. Those of any call are before the product, and after the operation unless a property has the name.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::failure::{Failure, Report};
use crate::format::Format;

/// The options of a command.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Options {
    pub(crate) format: Option<Format>,
    pub(crate) fields: Vec<String>,
    pub(crate) jq: Option<String>,
    pub(crate) raw: bool,
    pub(crate) out: Option<PathBuf>,
    pub(crate) sandbox: bool,
    pub(crate) profile: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) record: Option<PathBuf>,
    pub(crate) unreviewed: bool,
    pub(crate) body: Option<String>,
    pub(crate) skeleton: bool,
    pub(crate) dry_run: bool,
    pub(crate) all: bool,
    pub(crate) limit: Option<u64>,
    pub(crate) page_size: Option<u32>,
    pub(crate) resume: Option<PathBuf>,
}

/// The prefix of the identifiers of options, which distinguishes them from the flags of an operation.
const PREFIX: &str = "option:";

/// The identifier of an option.
pub(crate) fn id(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// The options of any call.
pub(crate) fn of_any_call() -> Vec<Arg> {
    let option = |name, help| option(name, help).help_heading("Options of any call");
    let switch = |name, help| option(name, help).action(ArgAction::SetTrue);
    vec![
        option("output", "How the payload is printed; a table on a terminal, and json otherwise")
            .short('o')
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(Format::names())),
        option("fields", "Prints these fields only: name,address.city")
            .value_name("FIELDS")
            .value_delimiter(',')
            .value_parser(NonEmptyStringValueParser::new()),
        #[cfg(feature = "jq")]
        option("jq", "Prints what an expression of jq makes of the payload: '.[] | .name'; texts without quotes")
            .value_name("EXPRESSION"),
        switch("raw", "Prints the whole response with its envelope, as it was received"),
        option("out", "Writes the payload to a file; its extension decides about the format")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf)),
        switch(
            "sandbox",
            "Calls a sandbox with made-up data, which lives as long as the command; `gofive sandbox` runs one for many",
        ),
        option("profile", "Uses the credentials that `gofive login` has saved under a name").value_name("NAME"),
        option("timeout", "Time that one attempt may take")
            .value_name("SECONDS")
            .value_parser(value_parser!(u64).range(1..)),
        option("record", "Records the shapes of responses in a folder, without any value; see `gofive shapes`")
            .value_name("FOLDER")
            .value_parser(value_parser!(PathBuf)),
        switch("unreviewed", "Allows operations that nobody has compared with their page of the portal yet"),
        switch("verbose", "Prints everything that is known of a failure").short('v'),
        option("errors", "How failures are printed: text, or one JSON object for scripts")
            .value_name("FORMAT")
            .value_parser(["text", "json"]),
    ]
}

/// Some of the options of any call, for commands that call nothing else.
pub(crate) fn some(names: &[&str]) -> Vec<Arg> {
    let is_named = |option: &Arg| option.get_long().is_some_and(|name| names.contains(&name));
    of_any_call().into_iter().filter(is_named).collect()
}

/// The options of operations: those of any call, which the help of an operation does not repeat, and those that need one.
pub(crate) fn of_operations() -> Vec<Arg> {
    let switch = |name, help| option(name, help).action(ArgAction::SetTrue);
    let mut options: Vec<_> =
        of_any_call().into_iter().map(|option| option.hide_short_help(true).hide_long_help(true)).collect();
    options.extend([
        option("body", "Reads the body from a file; @- is the standard input. Flags replace its properties")
            .value_name("@FILE"),
        switch("skeleton", "Prints a body to fill in, and sends nothing"),
        switch("dry-run", "Checks the request against the spec, prints it, and sends nothing"),
        switch("all", "Fetches all pages of the list"),
        option("limit", "Fetches pages of the list until it has so many records")
            .value_name("N")
            .value_parser(value_parser!(u64).range(1..)),
        option("page-size", "Number of records in a page")
            .value_name("N")
            .value_parser(value_parser!(u32).range(1..)),
        option(
            "resume",
            "Keeps the position of the list in a file, and continues there. With --out the output is first cut back to that \
             position, so nothing is lost and nothing comes twice. Into a pipe nothing is lost, and at most one page comes \
             twice",
        )
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf)),
    ]);
    options
}

fn option(name: &'static str, help: &'static str) -> Arg {
    Arg::new(id(name)).long(name).help(help)
}

impl Options {
    /// Reads the options of the levels of a command; those of an inner level replace those of the outer ones.
    pub(crate) fn read(levels: &[&ArgMatches]) -> Result<Self, Failure> {
        let switch = |name: &str| levels.iter().any(|level| is_set(level, name));
        let options = Self {
            format: one::<String>(levels, "output").and_then(|name| Format::named(&name)),
            fields: many(levels, "fields"),
            jq: one(levels, "jq"),
            raw: switch("raw"),
            out: one(levels, "out"),
            sandbox: switch("sandbox"),
            profile: one(levels, "profile"),
            timeout: one(levels, "timeout").map(Duration::from_secs),
            record: one(levels, "record"),
            unreviewed: switch("unreviewed"),
            body: one(levels, "body"),
            skeleton: switch("skeleton"),
            dry_run: switch("dry-run"),
            all: switch("all"),
            limit: one(levels, "limit"),
            page_size: one(levels, "page-size"),
            resume: one(levels, "resume"),
        };
        let shapes = [options.jq.is_some(), options.format.is_some() || !options.fields.is_empty(), options.raw];
        if shapes.into_iter().filter(|is_set| *is_set).count() > 1 {
            let cause = "--jq, --raw, and --output with --fields exclude each other";
            return Err(Failure::usage(cause).hint("choose one of them"));
        }
        Ok(options)
    }
}

impl Report {
    /// Reads how failures are printed from the levels of a command.
    pub(crate) fn read(levels: &[&ArgMatches]) -> Self {
        Self {
            is_json: one::<String>(levels, "errors").is_some_and(|format| format == "json"),
            is_verbose: levels.iter().any(|level| is_set(level, "verbose")),
        }
    }

    /// Finds out how failures are printed from arguments that are not valid.
    pub(crate) fn guess(arguments: &[String]) -> Self {
        let pair = arguments.windows(2).any(|pair| pair[0] == "--errors" && pair[1] == "json");
        let is_json = pair || arguments.iter().any(|argument| argument == "--errors=json");
        Self { is_json, is_verbose: false }
    }
}

fn is_set(level: &ArgMatches, name: &str) -> bool {
    level.try_get_one::<bool>(&id(name)).ok().flatten().copied().unwrap_or(false)
}

fn one<T: Clone + Send + Sync + 'static>(levels: &[&ArgMatches], name: &str) -> Option<T> {
    levels.iter().rev().find_map(|level| level.try_get_one::<T>(&id(name)).ok().flatten().cloned())
}

fn many(levels: &[&ArgMatches], name: &str) -> Vec<String> {
    let values = levels.iter().rev().find_map(|level| level.try_get_many::<String>(&id(name)).ok().flatten());
    values.into_iter().flatten().cloned().collect()
}
