//! Which operations an agent may call.

use std::collections::BTreeSet;

use gofive_spec::{Idempotency, Operation};
use rmcp::model::ToolAnnotations;

use super::catalog;
use crate::failure::Failure;

/// Which operations an agent may call: those that only read, and those that the person who runs the server allows.
#[derive(Debug)]
pub(super) struct Permission {
    writes: Writes,
    unreviewed: bool,
}

#[derive(Debug)]
enum Writes {
    All,
    /// The operations with these ids.
    These(BTreeSet<&'static str>),
}

impl Permission {
    /// Reads the values of `--allow-writes`.
    pub(super) fn new<'a>(writes: impl Iterator<Item = &'a str>, unreviewed: bool) -> Result<Self, Failure> {
        let mut these = BTreeSet::new();
        for name in writes.map(str::trim).filter(|name| !name.is_empty()) {
            if name == "all" {
                return Ok(Self { writes: Writes::All, unreviewed });
            }
            let (_, operation) = catalog::find(name)
                .map_err(|failure| Failure::usage(format!("--allow-writes: {failure}")).hint("gofive venio --help"))?;
            these.insert(operation.id.as_str());
        }
        Ok(Self { writes: Writes::These(these), unreviewed })
    }

    /// Why an agent may not call an operation; `None` if it may.
    pub(super) fn refusal(&self, operation: &Operation) -> Option<Failure> {
        let id = &operation.id;
        if !operation.needs_token {
            let cause = format!("{id} returns a token, which is a secret: an agent cannot call it");
            return Some(Failure::usage(cause).hint("call other operations: the server has a token for them"));
        }
        if !operation.is_reviewed && !self.unreviewed {
            let cause =
                format!("{id}: nobody has compared this operation with its page yet, so it is not allowed here");
            return Some(Failure::usage(cause).hint("ask the person to start the server with --unreviewed"));
        }
        if !self.allows(operation) {
            let cause = format!("{id} does not only read, and is not allowed here; nothing was sent");
            let hint = format!("ask the person to start the server with --allow-writes {id}");
            return Some(Failure::usage(cause).hint(hint));
        }
        None
    }

    fn allows(&self, operation: &Operation) -> bool {
        match &self.writes {
            _ if operation.idempotency == Idempotency::Safe => true,
            Writes::All => true,
            Writes::These(these) => these.contains(operation.id.as_str()),
        }
    }

    /// What `call_operation` may do.
    pub(super) fn summary(&self) -> String {
        let calls = "Calls an operation with the credentials of the server, and returns its payload. The request is checked against \
                     the spec before it is sent.";
        let hints = "The hints of this tool are those of all operations that it may call: describe_operation has those of each.";
        match &self.writes {
            Writes::These(these) if these.is_empty() => {
                format!("{calls} This server allows operations that only read.")
            }
            Writes::These(these) => {
                let these: Vec<_> = these.iter().copied().collect();
                format!("{calls} This server allows operations that only read, and {}. {hints}", these.join(", "))
            }
            Writes::All => format!("{calls} This server allows all operations, also those that change data. {hints}"),
        }
    }

    /// The hints of all operations that an agent may call.
    pub(super) fn hints(&self) -> ToolAnnotations {
        let callable = catalog::operations().map(|(_, operation)| operation);
        let callable: Vec<_> = callable.filter(|operation| self.refusal(operation).is_none()).map(hints).collect();
        ToolAnnotations::new()
            .read_only(callable.iter().all(|one| one.read_only_hint == Some(true)))
            .destructive(callable.iter().any(|one| one.destructive_hint == Some(true)))
            .idempotent(callable.iter().all(|one| one.idempotent_hint == Some(true)))
    }
}

/// The hints of one operation. The spec does not say of a write that it only adds, so each write may be destructive. An upsert is
/// idempotent only if the request has its key.
pub(super) fn hints(operation: &Operation) -> ToolAnnotations {
    let is_safe = operation.idempotency == Idempotency::Safe;
    let is_idempotent = is_safe || operation.idempotency == Idempotency::Idempotent;
    ToolAnnotations::new().read_only(is_safe).destructive(!is_safe).idempotent(is_idempotent).open_world(true)
}
