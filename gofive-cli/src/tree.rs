//! The tree of all commands, for programs: what `gofive --help --json` prints, and `gofive venio --help --json`.

use clap::{Arg, ArgAction, Command};
use gofive_spec::Operation;
use serde_json::{Value, json};

use crate::failure::EXIT_CODES;
use crate::idempotency;
use crate::product;

/// The tree of the commands that the arguments name, if the arguments ask for it. The command has to be built.
pub(crate) fn of(arguments: &[String], command: impl FnOnce() -> Command) -> Option<Value> {
    let is_asked_for = |option: &str| arguments.iter().any(|argument| argument == option);
    if !is_asked_for("--help") || !is_asked_for("--json") {
        return None;
    }
    let mut root = command();
    root.build();
    let (mut found, mut path) = (&root, Vec::new());
    let mut words = arguments.iter().skip(1);
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            if takes_next_word(word, [found, &root]) {
                words.next();
            }
        } else if let Some(inner) = found.find_subcommand(word) {
            found = inner;
            path.push(inner.get_name());
        } else if found.has_subcommands() {
            // The usual error has suggestions.
            return None;
        }
    }
    let mut tree = tree(found, &path);
    let codes = EXIT_CODES.iter().map(|(code, meaning)| json!({"code": code, "meaning": meaning}));
    tree["exitCodes"] = codes.collect();
    if !path.is_empty() {
        // What an inner command takes as well.
        tree["optionsOfAnyCall"] = arguments_of(&root);
    }
    Some(tree)
}

/// Whether the word after an option is its value.
fn takes_next_word(option: &str, commands: [&Command; 2]) -> bool {
    let is_named = |argument: &&Arg| match option.strip_prefix("--") {
        Some(long) => argument.get_long() == Some(long),
        None => argument.get_short().is_some_and(|short| option == format!("-{short}")),
    };
    let found = commands.iter().find_map(|command| command.get_arguments().find(is_named));
    found.is_some_and(|argument| argument.get_action().takes_values())
}

fn tree(command: &Command, path: &[&str]) -> Value {
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string);
    let mut tree = json!({"name": command.get_name(), "about": about});
    if let Some(operation) = operation(path) {
        tree["summary"] = operation.summary.as_str().into();
        tree["idempotency"] = idempotency::name(&operation.idempotency).into();
        if let gofive_spec::Idempotency::With(keys) = &operation.idempotency {
            tree["idempotentWith"] = json!(keys);
        }
        tree["isReviewed"] = operation.is_reviewed.into();
    }
    tree["arguments"] = arguments_of(command);
    let inner = command.get_subcommands().filter(|inner| inner.get_name() != "help");
    let commands: Vec<_> = inner.map(|inner| self::tree(inner, &[path, &[inner.get_name()]].concat())).collect();
    if !commands.is_empty() {
        tree["commands"] = commands.into();
    }
    tree
}

/// The operation of a command.
fn operation(path: &[&str]) -> Option<&'static Operation> {
    let [product, operation] = path else { return None };
    product::product(product)?.operation(operation)
}

/// The arguments of a command, without those that its help does not repeat.
fn arguments_of(command: &Command) -> Value {
    command.get_arguments().filter(|argument| !argument.is_hide_long_help_set()).map(argument).collect()
}

fn argument(argument: &Arg) -> Value {
    let is_list = matches!(argument.get_action(), ArgAction::Append);
    let values = argument.get_possible_values();
    let takes_value = argument.get_action().takes_values();
    let value_name = argument.get_value_names().and_then(<[_]>::first).map(ToString::to_string);
    let name = argument.get_long().map(|long| format!("--{long}"));
    let name = name.or_else(|| argument.get_short().map(|short| format!("-{short}")));
    let mut json = json!({
        "name": name.clone().or_else(|| value_name.clone()),
        "help": argument.get_help().map(ToString::to_string),
    });
    if name.is_none() {
        json["isPositional"] = true.into();
    }
    if let Some(short) = argument.get_short().filter(|_| argument.get_long().is_some()) {
        json["short"] = format!("-{short}").into();
    }
    if takes_value {
        json["value"] = value_name.into();
    }
    // Path parameters are not required beside `--skeleton`, which clap does not say.
    if argument.is_required_set() || argument.get_id().as_str().starts_with("path:") {
        json["isRequired"] = true.into();
    }
    if is_list {
        json["isList"] = true.into();
    }
    if takes_value && !values.is_empty() {
        let value = |value: &clap::builder::PossibleValue| {
            let help = value.get_help().map(ToString::to_string);
            json!({"name": value.get_name(), "help": help})
        };
        let has_help = values.iter().any(|value| value.get_help().is_some());
        json["values"] = values.iter().map(|value| value.get_name().to_owned()).collect();
        if has_help {
            json["valueHelp"] = values.iter().map(value).collect();
        }
    }
    let defaults: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() && takes_value {
        json["default"] = defaults.join(",").into();
    }
    json
}
