//! Which schema of an operation a shape is compared with, and the schema of a response that is not documented.

use std::collections::BTreeMap;

use gofive_shapes::{Arm, ResponseKind, Shape, ShapeFile, Total};
use gofive_spec::{Api, Grade, Operation, PayloadKind, Pointer, Response, Schema};
use heck::ToPascalCase;
use serde_json::{Value, json};

use super::edit::{COMMON, Change};
use super::fresh::{Fresh, Refused};
use super::kind::{Simple, kinds, simple};
use super::report::{Lesson, Line};
use super::walk::Walk;
use crate::bundle::Bundle;
use crate::finding::Location;
use crate::rust::names;

const STATUS: &str = "../common.yaml#/components/schemas/Status";

/// What the shapes of an operation say that its spec does not.
pub(super) fn learn(bundle: &Bundle, shapes: &ShapeFile, refused: &Refused) -> Lesson {
    let total = shapes.total();
    let api = &bundle.written.api;
    let Some(operation) = api.operation(shapes.operation.as_str()) else { return Lesson::default() };
    let taken = names::types(&bundle.product).into_iter().map(|reserved| reserved.name);
    let fresh = Fresh {
        taken: taken.chain(api.schemas.keys().cloned()).collect(),
        names: BTreeMap::new(),
        references: BTreeMap::new(),
        refused,
        schemas: Vec::new(),
        origins: Vec::new(),
        learnt: Vec::new(),
        left: Vec::new(),
    };
    let (changes, oddities, confirmed) = Default::default();
    let mut learner = Learner { operation, walk: Walk { bundle, fresh, changes, oddities, confirmed, known: 0 } };
    let responses = learner.responses(&total);
    learner.lesson(total, responses)
}

struct Learner<'a> {
    operation: &'a Operation,
    walk: Walk<'a>,
}

impl<'a> Learner<'a> {
    fn api(&self) -> &'a Api {
        &self.walk.bundle.written.api
    }

    fn leave(&mut self, at: &str, what: impl Into<String>) {
        self.walk.fresh.left.push(Line::new(at, what.into()));
    }

    /// Learns from the bodies of each kind of response. Returns how many successes there were.
    fn responses(&mut self, total: &Total) -> u64 {
        let mut successes = 0;
        let documented = self.operation.successes().map(|(status, _)| status).next();
        let success = documented.and_then(|status| self.success(status, total));
        if let (Some(status), Some((arms, shape))) = (documented, &success) {
            successes = shape.seen;
            if let Some(why) = self.walk.fresh.refused.get("").cloned() {
                self.leave("", why);
            } else {
                self.success_body(status, shape, arms.contains(&Arm::Success));
            }
        }
        let arms = success.map(|(arms, _)| arms).unwrap_or_default();
        for (kind, shape) in &total.responses {
            if Some(kind.status) != documented || !arms.contains(&kind.arm) {
                self.other(*kind, shape, documented);
            }
        }
        successes
    }

    /// The shape of the successes, and which kinds of bodies are in it.
    fn success(&self, status: u16, total: &Total) -> Option<(Vec<Arm>, Shape<u64>)> {
        let of = |arm| total.responses.get(&ResponseKind { status, arm });
        let (with, without) = (of(Arm::Success), of(Arm::NoCode));
        let schema = self.operation.success_schema();
        let has_code = schema.is_some_and(|schema| has_code(self.api(), schema));
        let is_known = schema.is_some_and(|schema| self.api().resolve(schema).is_known());
        match (with, without) {
            // The envelope has a code, so a body without it is something else.
            (Some(with), _) if has_code || !is_known => Some((vec![Arm::Success], with.clone())),
            (None, Some(_)) if has_code => None,
            (Some(with), Some(without)) => {
                let mut both = with.clone();
                both.add(without);
                Some((vec![Arm::Success, Arm::NoCode], both))
            }
            (Some(one), None) => Some((vec![Arm::Success], one.clone())),
            (None, Some(one)) => Some((vec![Arm::NoCode], one.clone())),
            (None, None) => None,
        }
    }

    /// A response that is not a documented success.
    fn other(&mut self, kind: ResponseKind, shape: &Shape<u64>, documented: Option<u16>) {
        let at = format!("HTTP {kind}");
        let seen = shape.seen;
        match kind.arm {
            Arm::Empty | Arm::Unreadable | Arm::TooLong | Arm::PassedOver => {
                self.leave(&at, format!("about {seen}, which have no shape"));
            }
            _ if kind.status >= 300 => match failure(self.operation, kind.status) {
                Some(schema) => {
                    let (known, oddities) = (self.walk.known, self.walk.oddities.len());
                    self.walk.values(schema, shape, "", "Failure");
                    self.walk.known = known;
                    // How failures are written differs, and clients read them tolerantly.
                    for oddity in self.walk.oddities.split_off(oddities) {
                        self.leave(&at, oddity);
                    }
                }
                None => self.leave(&at, format!("about {seen}: the spec does not have this status")),
            },
            _ if Some(kind.status) != documented => {
                let expected = documented.map_or_else(|| "no success".to_owned(), |status| format!("HTTP {status}"));
                self.leave(&at, format!("about {seen}: the spec has {expected}"));
            }
            Arm::Failure => self.leave(&at, format!("about {seen}: the spec has no schema of business errors")),
            _ => self.leave(&at, format!("about {seen}: other responses of this operation have a business code")),
        }
    }

    fn success_body(&mut self, status: u16, shape: &Shape<u64>, has_code: bool) {
        let (operation, api) = (self.operation, self.api());
        let Some(schema) = operation.success_schema() else { return };
        let payload = operation.payload(api);
        let is_known = payload.as_ref().is_ok_and(|payload| payload.kind != PayloadKind::Any);
        let own = names::payload_type(&operation.id);
        if is_known {
            return self.walk.values(schema, shape, "", &own);
        }
        let Some(pointer) = self.payload(shape) else { return };
        // The names on the way need no escapes.
        let location = pointer.to_string();
        for at in [location.clone(), format!("{location}/*")] {
            self.walk.fresh.names.insert(at, own.clone());
        }
        if !pointer.is_root() {
            let name = format!("{}Envelope", operation.id.to_pascal_case());
            self.walk.fresh.names.insert(String::new(), name);
            let is_object = |name: &str| find(shape, &Pointer::root().join(name)).is_some_and(|one| one.objects > 0);
            if has_code && is_object("status") {
                self.walk.fresh.references.insert("/status".into(), STATUS.into());
            }
        }
        let changes = self.walk.changes.len();
        if self.is_common(schema) {
            self.envelope(status, schema, shape);
        } else {
            self.walk.values(schema, shape, "", &own);
        }
        let is_other = operation.payload_pointers.as_slice() != [pointer.clone()];
        if is_other && self.walk.changes.len() > changes {
            let (file, node) = self.node();
            let value = json!([pointer.as_str()]);
            self.walk.changes.push(Change::set(&file, &node, "x-gofive-payload", Some(value)));
        }
    }

    /// Whether the schema of the body is one of all operations.
    fn is_common(&self, schema: &Schema) -> bool {
        let target = self.api().resolve(schema);
        self.walk.bundle.locate(&target.pointer).file == COMMON
    }

    /// Where the payload of an undocumented response is, if it can be learnt.
    fn payload(&mut self, root: &Shape<u64>) -> Option<Pointer> {
        let operation = self.operation;
        let found = operation.payload_pointers.iter().find_map(|pointer| {
            let at = find(root, pointer)?;
            (!kinds(at).is_empty()).then_some((pointer, at))
        });
        let Some((pointer, payload)) = found else {
            self.leave("", "the payload was not seen, or was only null");
            return None;
        };
        let at = pointer.to_string();
        // On the way to the payload there are only objects.
        let mut outer = pointer.split_last();
        while let Some((around, _)) = outer {
            if find(root, &around).is_some_and(|around| !matches!(simple(around).0, Simple::Object)) {
                self.leave(&at, "the payload is here only in some responses: edit the spec by hand");
                return None;
            }
            outer = around.split_last();
        }
        let has_envelope =
            root.properties.keys().any(|name| name.as_str() == "status" || name.as_str() == "statusCode");
        if pointer.is_root() && operation.payload_pointers.len() > 1 && has_envelope {
            self.leave("", "the payload was not seen, only what is around it");
            return None;
        }
        let is_definite = match simple(payload).0 {
            Simple::Object => !payload.properties.is_empty(),
            Simple::List => payload.items.as_deref().is_some_and(|items| match simple(items).0 {
                Simple::Object => !items.properties.is_empty(),
                Simple::Unknown(_) | Simple::List | Simple::NumberOrText(_) => false,
                Simple::Scalar(..) => true,
            }),
            Simple::Scalar(..) => true,
            Simple::NumberOrText(_) | Simple::Unknown(_) => false,
        };
        if !is_definite {
            self.walk.fresh.note_others(payload, &at);
            if let Some(items) = payload.items.as_deref() {
                self.walk.fresh.note_others(items, &format!("{at}/*"));
            }
            self.leave(&at, "the payload stays undocumented: too little of it was seen");
            return None;
        }
        Some(pointer.clone())
    }

    /// Gives the operation a schema of its own in place of one of all operations.
    fn envelope(&mut self, status: u16, schema: &Schema, shape: &Shape<u64>) {
        let (file, node) = self.node();
        let line = self.walk.fresh.learnt.len();
        let found = self.walk.fresh.schema(shape, "", &names::payload_type(&self.operation.id), &file);
        self.walk.fresh.learnt.insert(line, Line::new("", super::fresh::words(&found, false)));
        // What the pages say of the envelope stays.
        if let Some((required, envelope)) = self.required(schema).zip(self.walk.fresh.schemas.first_mut()) {
            let Value::Object(keywords) = &mut envelope.2 else { return };
            let has = |name: &&String| keywords["properties"].get(name.as_str()).is_some();
            let required: Vec<_> = required.iter().filter(has).collect();
            let mut anew: serde_json::Map<String, Value> = serde_json::Map::new();
            for (name, value) in keywords.iter() {
                if name == "x-gofive-property-evidence" && !required.is_empty() {
                    anew.insert("required".into(), json!(required));
                }
                anew.insert(name.clone(), value.clone());
            }
            *keywords = anew;
        }
        let responses = node.join("responses");
        let at = self.walk.bundle.locate(schema.pointer.clone());
        let is_own = at.file == file && at.pointer.starts_with(responses.as_str());
        self.walk.changes.push(if is_own {
            let at: Pointer = at.pointer.parse().unwrap_or_default();
            match (found.get("$ref").cloned(), at.split_last()) {
                (Some(reference), _) if schema.reference().is_some() => {
                    Change::set(&file, &at, "$ref", Some(reference))
                }
                (_, Some((outer, own))) => Change::set(&file, &outer, &own, Some(found)),
                (_, None) => return,
            }
        } else {
            let description = "Success. The portal does not document the body; this is what was observed.";
            let response =
                json!({ "description": description, "content": { "application/json": { "schema": found } } });
            Change::set(&file, &responses, &status.to_string(), Some(response))
        });
    }

    fn required(&self, schema: &Schema) -> Option<&'a Vec<String>> {
        let target = &self.api().schemas.get(schema.reference()?)?;
        Some(&target.as_object()?.required)
    }

    /// The operation in its file.
    fn node(&self) -> (String, Pointer) {
        let Location { file, pointer, .. } = self.walk.bundle.locate(&self.operation.pointer);
        (file, pointer.parse().unwrap_or_default())
    }

    fn lesson(self, total: Total, responses: u64) -> Lesson {
        let (file, node) = self.node();
        let operation = self.operation;
        let Walk { fresh, mut changes, oddities, confirmed, known, .. } = self.walk;
        let mut files: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
        for (file, name, schema) in fresh.schemas {
            files.entry(file).or_default().push((name, schema));
        }
        let schemas = Pointer::from_steps(["components", "schemas"]);
        changes.extend(files.into_iter().map(|(file, entries)| Change::Add { file, node: schemas.clone(), entries }));
        let is_taught = !changes.is_empty();
        if is_taught && matches!(operation.evidence.response, Grade::Wire | Grade::Legacy | Grade::None) {
            let evidence = operation.evidence.parts().map(|(part, grade)| (part.to_owned(), json!(grade.name())));
            let mut evidence: serde_json::Map<_, _> = evidence.into_iter().collect();
            evidence.insert("response".into(), json!(Grade::Observed.name()));
            changes.push(Change::set(&file, &node, "x-gofive-evidence", Some(evidence.into())));
        }
        let before = operation.observed;
        let counts = [
            responses.max(before.map_or(0, |before| before.responses)),
            (total.sessions as u64).max(before.map_or(0, |before| before.sessions)),
            (total.months.len() as u64).max(before.map_or(0, |before| before.months)),
        ];
        let is_more = before.is_none_or(|before| counts != [before.responses, before.sessions, before.months]);
        if responses > 0 && (is_taught || before.is_some()) && is_more {
            let value = json!({ "responses": counts[0], "sessions": counts[1].max(1), "months": counts[2].max(1) });
            changes.push(Change::set_behind(&file, &node, "x-gofive-observed", Some(value), &["x-gofive-evidence"]));
        }
        let sentences: Vec<_> = oddities.iter().filter(|one| !operation.oddities.contains(one)).cloned().collect();
        if !sentences.is_empty() {
            changes.push(Change::Oddities { file, operation: node, sentences });
        }
        Lesson {
            operation: operation.id.clone(),
            responses,
            sessions: total.sessions,
            months: total.months,
            changes,
            origins: fresh.origins,
            learnt: fresh.learnt,
            oddities,
            confirmed,
            left: fresh.left,
            known,
        }
    }
}

/// The shape at a JSON pointer.
fn find<'a>(shape: &'a Shape<u64>, pointer: &Pointer) -> Option<&'a Shape<u64>> {
    pointer.steps().try_fold(shape, |shape, step| {
        shape.properties.iter().find(|(name, _)| name.as_str() == step).map(|(_, inner)| inner)
    })
}

/// Whether a body has a business code: `status.code` or `statusCode`.
fn has_code(api: &Api, schema: &Schema) -> bool {
    ["/status/code", "/statusCode"].iter().any(|pointer| {
        let pointer: Pointer = pointer.parse().unwrap_or_default();
        api.follow(schema, &pointer).iter().any(Option::is_some)
    })
}

/// The schema of a failure.
fn failure(operation: &Operation, status: u16) -> Option<&Schema> {
    let range = u8::try_from(status / 100).unwrap_or_default();
    let response: Option<&Response> =
        operation.responses.get(&status).or_else(|| operation.response_ranges.get(&range));
    Some(&response?.content.as_ref()?.schema)
}
