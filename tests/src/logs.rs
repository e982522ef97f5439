//! Records what the client writes to `tracing`: spans with their parents, events, and the formatted text.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// The names and values of a span or an event.
pub type Fields = BTreeMap<&'static str, String>;

/// A span as recorded so far.
#[derive(Clone, Debug)]
pub struct Span {
    /// Its index among all spans.
    pub index: usize,
    /// Its name.
    pub name: &'static str,
    /// The index of its parent among all spans.
    pub parent: Option<usize>,
    /// Its fields, including those recorded later.
    pub fields: Fields,
    /// Whether it has ended.
    pub closed: bool,
}

impl Span {
    /// The value of a field, if the field is recorded.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

/// An event.
#[derive(Clone, Debug)]
pub struct LogEvent {
    /// Its level.
    pub level: Level,
    /// Its fields and its message.
    pub fields: Fields,
    /// The index of its span among all spans.
    pub span: Option<usize>,
}

/// Records the spans and events of the client.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    spans: Vec<Span>,
    events: Vec<LogEvent>,
}

/// The index of a span, kept in the registry's entry of the span.
struct Index(usize);

impl Recorder {
    /// The subscriber that records.
    pub fn subscriber(&self) -> impl Subscriber + Send + Sync + 'static {
        Registry::default().with(self.clone())
    }

    /// The spans of this name, in the order in which they began.
    pub fn spans(&self, name: &str) -> Vec<Span> {
        self.recorded().spans.iter().filter(|span| span.name == name).cloned().collect()
    }

    /// The span of this index.
    pub fn span(&self, index: usize) -> Span {
        self.recorded().spans[index].clone()
    }

    /// The events of this level.
    pub fn events(&self, level: Level) -> Vec<LogEvent> {
        self.recorded().events.iter().filter(|event| event.level == level).cloned().collect()
    }

    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().expect("no test panics while it holds the lock")
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().target() != "gofive_api" {
            return;
        }
        let Some(span) = context.span(id) else { return };
        let parent = span.parent().and_then(|parent| Some(parent.extensions().get::<Index>()?.0));
        let mut fields = Visitor::default();
        attributes.record(&mut fields);
        let mut recorded = self.recorded();
        let index = recorded.spans.len();
        span.extensions_mut().insert(Index(index));
        recorded.spans.push(Span {
            index,
            name: attributes.metadata().name(),
            parent,
            fields: fields.0,
            closed: false,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let Some(Index(index)) = span.extensions().get::<Index>().map(|index| Index(index.0)) else { return };
        let mut fields = Visitor::default();
        values.record(&mut fields);
        self.recorded().spans[index].fields.append(&mut fields.0);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() != "gofive_api" {
            return;
        }
        let span = context.event_span(event).and_then(|span| Some(span.extensions().get::<Index>()?.0));
        let mut fields = Visitor::default();
        event.record(&mut fields);
        self.recorded().events.push(LogEvent { level: *event.metadata().level(), fields: fields.0, span });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let index = context.span(&id).and_then(|span| Some(span.extensions().get::<Index>()?.0));
        if let Some(index) = index {
            self.recorded().spans[index].closed = true;
        }
    }
}

#[derive(Default)]
struct Visitor(Fields);

impl Visit for Visitor {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

/// The formatted log.
#[derive(Clone, Debug, Default)]
pub struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    /// A subscriber that formats everything at every level, of every crate, including begin and end of spans.
    pub fn everything(&self) -> impl Subscriber + Send + Sync + 'static {
        let writer = self.clone();
        tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_writer(move || writer.clone())
            .finish()
    }

    /// The text so far.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().expect("no test panics while it holds the lock").clone();
        String::from_utf8(bytes).expect("logs are text")
    }
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no test panics while it holds the lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
