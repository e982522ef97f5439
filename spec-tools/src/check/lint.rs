//! The linter: checks a bundle for the rules of `openapi/README.md` that a JSON schema cannot express. Every finding has its
//! location in the source file.

pub(crate) mod example;
mod linter;
pub(crate) mod name;
mod operation;
mod rust_name;
mod schema;
mod text;
mod usage;

use crate::bundle::Bundle;
use crate::finding::Finding;

use self::linter::Linter;

/// Checks one bundle. If there are no findings, lowering and progenitor accept it.
pub fn lint(bundle: &Bundle) -> Vec<Finding> {
    let mut linter = Linter::new(bundle);
    schema::check(&mut linter);
    usage::check(&mut linter);
    operation::check(&mut linter);
    name::check(&mut linter);
    rust_name::check(&mut linter);
    text::check(&mut linter);
    example::check(&mut linter);
    linter.findings
}
