//! A first look at the body of a webhook: which event it is, and how much is in it. Nothing of the rest is kept.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::answer::Name;

/// What a body is about.
#[derive(Default)]
pub(super) struct Glance {
    /// The text of `Topic`, if it is one.
    pub(super) topic: Option<String>,
    /// The text of `Event`, if it is one.
    pub(super) event: Option<String>,
    /// Whether `Data.SaleOrderNo` is a text.
    pub(super) has_order_number: bool,
    /// How many values there are in all.
    pub(super) values: usize,
}

/// Where in the body a value is.
#[derive(Clone, Copy)]
pub(super) enum At {
    Top,
    Topic,
    Event,
    Data,
    OrderNumber,
    Elsewhere,
}

/// Looks at one value and what is in it.
pub(super) struct Look<'a> {
    pub(super) glance: &'a mut Glance,
    pub(super) at: At,
}

impl At {
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

impl Look<'_> {
    /// A value that is a text, or is none. Of two properties of one name, the last counts.
    fn note(self, text: Option<&str>) {
        self.glance.values += 1;
        match self.at {
            At::Topic => self.glance.topic = text.map(str::to_owned),
            At::Event => self.glance.event = text.map(str::to_owned),
            At::Data => self.glance.has_order_number = false,
            At::OrderNumber => self.glance.has_order_number = text.is_some(),
            At::Top | At::Elsewhere => {}
        }
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { glance, at } = self;
        Look { glance: &mut *glance, at }.note(None);
        while let Some(Name(name)) = map.next_key()? {
            map.next_value_seed(Look { glance: &mut *glance, at: at.property(&name) })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { glance, at } = self;
        Look { glance: &mut *glance, at }.note(None);
        while seq.next_element_seed(Look { glance: &mut *glance, at: At::Elsewhere })?.is_some() {}
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
