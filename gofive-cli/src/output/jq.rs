//! `--jq`: an expression of jq, carried out by jaq.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read};

use super::Sink;
use crate::failure::Failure;

/// A compiled expression.
pub(super) struct Filter(jaq_core::compile::Filter<jaq_core::Native<data::JustLut<Val>>>);

impl Filter {
    pub(super) fn new(expression: &str) -> Result<Self, Failure> {
        let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        let invalid =
            |problem: String| Failure::usage(format!("--jq: {expression:?} is not an expression of jq: {problem}"));
        let modules = Loader::new(defs)
            .load(&arena, File { code: expression, path: () })
            .map_err(|_| invalid("it cannot be parsed".to_owned()))?;
        let compiled = Compiler::default().with_funs(funs).compile(modules).map_err(|errors| {
            let names: Vec<_> =
                errors.iter().flat_map(|(_, unknown)| unknown.iter().map(|(name, _)| (*name).to_owned())).collect();
            invalid(format!("{} is not defined", names.join(", ")))
        })?;
        Ok(Self(compiled))
    }

    /// Prints the values that the expression makes of a JSON text, each in a line; texts without quotes.
    pub(super) fn print(&self, json: &str, sink: &mut Sink) -> Result<(), Failure> {
        let input = read::parse_single(json.as_bytes())
            .map_err(|error| Failure::output(format!("--jq cannot read the payload: {error}")))?;
        let context = Ctx::<data::JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        for value in self.0.id.run((context, input)).map(unwrap_valr) {
            match value {
                Ok(Val::TStr(text)) => sink.line(&String::from_utf8_lossy(&text))?,
                Ok(value) => sink.line(&value.to_string())?,
                Err(error) => return Err(Failure::output(format!("--jq: {error}"))),
            }
        }
        Ok(())
    }
}
