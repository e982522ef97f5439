//! A first pass over the body of a webhook: which event it is, and how many values it has. Nothing else is kept.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::values::name::Name;

/// What a first pass finds in a body.
#[derive(Default)]
pub(super) struct Glance {
    /// The text of `Topic`, if it is a text.
    pub(super) topic: Option<String>,
    /// The text of `Event`, if it is a text.
    pub(super) event: Option<String>,
    /// Whether `Data.SaleOrderNo` is a text.
    pub(super) has_order_number: bool,
    /// The total number of values.
    pub(super) values: usize,
}

/// The position of a value in the body.
#[derive(Clone, Copy)]
pub(super) enum Position {
    Top,
    Topic,
    Event,
    Data,
    OrderNumber,
    Elsewhere,
}

/// Visits one value and the values in it.
pub(super) struct GlanceVisitor<'a> {
    pub(super) glance: &'a mut Glance,
    pub(super) at: Position,
}

impl Position {
    fn property(self, name: &str) -> Self {
        match (self, name) {
            (Self::Top, "Topic") => Self::Topic,
            (Self::Top, "Event") => Self::Event,
            (Self::Top, "Data") => Self::Data,
            (Self::Data, "SaleOrderNo") => Self::OrderNumber,
            _ => Self::Elsewhere,
        }
    }
}

impl GlanceVisitor<'_> {
    /// Notes a value, if it is a text. Of two properties of the same name, the last counts.
    fn note(self, text: Option<&str>) {
        self.glance.values += 1;
        match self.at {
            Position::Topic => self.glance.topic = text.map(str::to_owned),
            Position::Event => self.glance.event = text.map(str::to_owned),
            Position::Data => self.glance.has_order_number = false,
            Position::OrderNumber => self.glance.has_order_number = text.is_some(),
            Position::Top | Position::Elsewhere => {}
        }
    }
}

impl<'de> DeserializeSeed<'de> for GlanceVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GlanceVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { glance, at } = self;
        GlanceVisitor { glance: &mut *glance, at }.note(None);
        while let Some(Name(name)) = map.next_key()? {
            map.next_value_seed(GlanceVisitor { glance: &mut *glance, at: at.property(&name) })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { glance, at } = self;
        GlanceVisitor { glance: &mut *glance, at }.note(None);
        while seq.next_element_seed(GlanceVisitor { glance: &mut *glance, at: Position::Elsewhere })?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.note(Some(text));
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.note(None);
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.note(None);
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.note(None);
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.note(None);
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        self.note(None);
        Ok(())
    }
}
