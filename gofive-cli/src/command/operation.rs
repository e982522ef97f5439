//! The command of an operation: its path parameters, its flags, its help.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Write as _;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command};
use gofive_api::RawJson;
use gofive_spec::{Operation, ParameterLocation};
use heck::ToShoutySnakeCase as _;

use crate::flags::{Flag, flag_id, flags, path_id};
use crate::idempotency::sent_twice;
use crate::moment;
use crate::options;
use crate::product::{Product, command_name};
use crate::value::{Kind, enum_name, plain};

/// The command of an operation.
pub(crate) fn command(product: &'static Product, operation: &'static Operation) -> Command {
    let mut flags = flags(&product.api, operation);
    flags.sort_by_key(|flag| !flag.is_required);
    let taken: BTreeSet<_> = flags.iter().map(|flag| flag.name.as_str()).collect();
    let options = options::of_operations().into_iter().filter(|option| applies(option, operation));
    let options: Vec<_> =
        options.filter(|option| !option.get_long().is_some_and(|name| taken.contains(name))).collect();
    let has_skeleton = options.iter().any(|option| option.get_id() == options::id("skeleton").as_str());
    let parameters = operation.parameters_in(ParameterLocation::Path).map(|parameter| {
        let argument = Arg::new(path_id(&parameter.name))
            .value_name(parameter.name.to_shouty_snake_case())
            .help(parameter.description.as_str());
        if has_skeleton { argument.required_unless_present(options::id("skeleton")) } else { argument.required(true) }
    });
    let mark = if operation.is_reviewed { "" } else { "[unreviewed] " };
    Command::new(command_name(operation))
        .about(format!("{mark}{}", operation.summary))
        .long_about(long_about(operation))
        .after_help(after_help(&flags))
        .disable_help_flag(taken.contains("help"))
        .args(parameters)
        .args(flags.iter().map(argument))
        .args(options)
}

fn after_help(flags: &[Flag]) -> String {
    let options = "`gofive --help` lists the options of any call: -o, --fields, --sandbox, \u{2026}";
    if flags.iter().any(|flag| matches!(flag.kind, Kind::Moment(_))) {
        format!("DATE and TIME have any of these forms: {}\n\n{options}", moment::FORMS)
    } else {
        options.to_owned()
    }
}

/// Whether an option has a meaning for an operation.
fn applies(option: &Arg, operation: &Operation) -> bool {
    match option.get_long().unwrap_or_default() {
        "body" | "skeleton" => operation.body.is_some(),
        "all" | "limit" | "page-size" | "resume" => operation.paging.is_some(),
        "unreviewed" => !operation.is_reviewed,
        _ => true,
    }
}

fn argument(flag: &Flag) -> Arg {
    let mut help = flag.description.to_owned();
    let mut note = |text: &str| {
        let separator = if help.is_empty() { "" } else { " " };
        let _ = write!(help, "{separator}[{text}]");
    };
    if flag.is_required {
        note("required");
    }
    if flag.is_null_if_unset {
        note("null if it is not set");
    }
    if flag.is_list {
        note("can be given several times, or as a list of JSON");
    }
    if let Kind::Enumeration(enumeration) = flag.kind
        && enumeration.is_open
    {
        note("or another value");
    }
    let argument = Arg::new(flag_id(&flag.name))
        .long(flag.name.clone())
        .value_name(flag.kind.placeholder())
        .help(help)
        .help_heading("Request")
        .allow_negative_numbers(true)
        .value_parser(ValueParser { kind: flag.kind, is_list: flag.is_list })
        .action(if flag.is_list { ArgAction::Append } else { ArgAction::Set });
    match flag.kind {
        Kind::Boolean if !flag.is_list => argument.num_args(0..=1).default_missing_value("true"),
        _ => argument,
    }
}

/// Reads the value of a flag, and has the names of an enumeration for the help, for suggestions and for completion.
#[derive(Clone)]
struct ValueParser {
    kind: Kind,
    is_list: bool,
}

impl TypedValueParser for ValueParser {
    type Value = RawJson;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<RawJson, clap::Error> {
        let Self { kind, is_list } = *self;
        if let (Kind::Secret, Err(problem)) = (kind, kind.parse(value.to_string_lossy().as_ref())) {
            // The usual error would show the value.
            let name = argument.map(ToString::to_string).unwrap_or_default();
            return Err(clap::Error::raw(ErrorKind::ValueValidation, format!("{name}: {problem}\n")).with_cmd(command));
        }
        let parse = move |text: &str| match text.parse::<RawJson>() {
            Ok(list) if is_list && text.starts_with('[') => Ok(list),
            _ => kind.parse(text),
        };
        parse.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        match self.kind {
            Kind::Enumeration(enumeration) => Some(Box::new(enumeration.entries().map(|entry| {
                let value = PossibleValue::new(enum_name(&entry)).alias(plain(entry.value));
                if entry.description.is_empty() { value } else { value.help(entry.description.to_owned()) }
            }))),
            Kind::Boolean => Some(Box::new(["true", "false"].map(PossibleValue::new).into_iter())),
            _ => None,
        }
    }
}

fn long_about(operation: &Operation) -> String {
    let mut text = format!("{}\n\n", operation.summary);
    if !operation.is_reviewed {
        text += "Nobody has compared this operation with its page of the portal yet: it is called only with --unreviewed.\n\n";
    }
    if !operation.description.is_empty() {
        let _ = write!(text, "{}\n\n", operation.description);
    }
    let source = match (&operation.page, &operation.source) {
        (Some(page), _) => format!("portal page {page}, \u{201c}{}\u{201d}", operation.title),
        (None, Some(source)) => source.clone(),
        (None, None) => "unknown".to_owned(),
    };
    let grades: Vec<_> = operation.evidence.parts().map(|(part, grade)| format!("{part} {grade}")).into();
    let _ = write!(
        text,
        "{} {}\nSource: {source}\nEvidence: {}\nSent twice: {}",
        operation.method.as_str(),
        operation.path,
        grades.join(", "),
        sent_twice(&operation.idempotency)
    );
    if !operation.oddities.is_empty() {
        text += "\n\nOddities:";
        for oddity in &operation.oddities {
            let _ = write!(text, "\n- {oddity}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use gofive_spec::{Api, BUNDLES};
    use serde_json::Value;

    use super::*;
    use crate::call;
    use crate::options::Options;

    /// Venio, with one operation as `cargo xtask portal draft` writes it: nobody has reviewed it.
    fn venio_with_a_draft() -> &'static Product {
        let (_, bundle) = BUNDLES.iter().find(|(name, _)| *name == "venio").unwrap();
        let mut bundle: Value = serde_json::from_str(bundle).unwrap();
        bundle["paths"]["/v2/products/{productCode}"]["get"]["x-gofive-reviewed"] = false.into();
        let api = Api::parse(&bundle.to_string()).unwrap();
        Box::leak(Box::new(Product { name: "venio", api }))
    }

    #[test]
    fn an_operation_that_nobody_has_reviewed_has_a_mark() {
        let venio = venio_with_a_draft();
        let of = |name: &str| command(venio, venio.operation(name).unwrap());
        let about = |command: &Command| command.get_about().unwrap().to_string();
        let (draft, reviewed) = (of("get-product"), of("add-case"));
        assert!(about(&draft).starts_with("[unreviewed] ") && !about(&reviewed).contains("unreviewed"));
        let help = draft.clone().render_long_help().to_string();
        assert!(help.contains("Nobody has compared this operation with its page"), "{help}");
        let example = crate::example::text(venio, venio.operation("get-product").unwrap());
        assert!(example.contains("\n  gofive --unreviewed venio get-product"), "{example}");
    }

    #[tokio::test]
    async fn an_operation_that_nobody_has_reviewed_is_called_on_request_only() {
        let venio = venio_with_a_draft();
        let operation = venio.operation("get-product").unwrap();
        let call = async |arguments: &[&str]| {
            let matches = command(venio, operation)
                .get_matches_from(["get-product", "A001", "--sandbox"].iter().chain(arguments));
            let options = Options::read(&[&matches]).unwrap();
            call::operation(venio, operation, &matches, &options).await
        };
        for arguments in [&["--dry-run"][..], &[]] {
            let refused = call(arguments).await.unwrap_err();
            assert_eq!(refused.code(), 2, "{refused}");
            assert!(refused.to_string().contains("nobody has compared this operation with its page"), "{refused}");
        }
        call(&["--unreviewed"]).await.unwrap();
    }
}
