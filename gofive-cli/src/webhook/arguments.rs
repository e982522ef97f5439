//! What both commands take: options, and the secret that distinguishes events of Venio from those of others.

use clap::Arg;

/// An option of the command.
pub(super) fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// The option that names the header with the secret.
pub(super) fn header() -> Arg {
    option("secret-header", "NAME", "Name of the header that has the secret of GOFIVE_WEBHOOK_SECRET")
}

/// The secret of the environment, because other programs can see arguments.
pub(super) fn secret() -> Option<String> {
    std::env::var("GOFIVE_WEBHOOK_SECRET").ok().filter(|secret| !secret.is_empty())
}
