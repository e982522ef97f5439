//! An operation of the generated client, and its rustdoc.

use gofive_spec::{ParameterLocation, Payload, Segment};

use super::request::Request;
use crate::rust::names;
use crate::wording::{self, code, line};

#[derive(Debug)]
pub struct Operation<'a> {
    pub spec: &'a gofive_spec::Operation,
    /// The request argument; path parameters are separate arguments.
    pub request: Option<Request>,
    pub payload: Payload<'a>,
}

impl Operation<'_> {
    /// The names of the path parameters, in the order of the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &str> {
        self.spec.segments().filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name),
            Segment::Literal(_) => None,
        })
    }

    /// The rustdoc of the method, in Markdown: description, source, evidence, idempotency, paging, arguments and oddities.
    pub fn doc(&self) -> String {
        let spec = self.spec;
        let description = wording::markdown(&spec.description);
        let mut doc = format!("{}.\n\n{}\n\n", line(&spec.summary), description.trim());
        doc.push_str(&format!("- Request: {}\n", code(&format!("{} {}", spec.method, spec.path))));
        doc.push_str(&format!("- Source: {}\n", wording::source(spec)));
        let evidence = wording::evidence(spec.evidence);
        doc.push_str(&format!("- Evidence: {evidence} ([what this means](crate::evidence))\n"));
        if let Some(observed) = spec.observed {
            doc.push_str(&format!("- Observed: {observed}\n"));
        }
        doc.push_str(&format!("- Idempotency: {}\n", wording::idempotency(&spec.idempotency)));
        if spec.paging.is_some() {
            doc.push_str(&format!("- Pages: `{}` fetches them one after the other\n", names::pages(&spec.id)));
        }
        let arguments = spec
            .parameters_in(ParameterLocation::Path)
            .map(|parameter| format!("`{}`: {}", names::argument(&parameter.name), line(&parameter.description)));
        list(&mut doc, "Arguments", arguments);
        list(&mut doc, "Oddities", spec.oddities.iter().map(|oddity| line(oddity)));
        doc
    }
}

/// Adds a heading with a list below it, if the list has items.
fn list(doc: &mut String, heading: &str, items: impl Iterator<Item = String>) {
    for (index, item) in items.enumerate() {
        if index == 0 {
            doc.push_str(&format!("\n# {heading}\n\n"));
        }
        doc.push_str(&format!("- {item}\n"));
    }
}
