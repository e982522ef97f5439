//! The reader as serde sees it.

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::decoding::reader::refused::Refused;
use crate::decoding::reader::tokens::{Content, MAX_DEPTH};
use crate::decoding::reader::{Name, Reader};
use crate::values::scalar;

/// How many names are remembered of one object.
const MAX_NAMES: usize = 128;

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Refused;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.tokens.peek() {
            Some(b'"') => match self.tokens.string()? {
                Content::Sent(text) => visitor.visit_borrowed_str(text),
                Content::Unescaped(text) => visitor.visit_str(text),
            },
            Some(b'{') => {
                let mut object = Object::enter(self)?;
                let value = visitor.visit_map(&mut object)?;
                object.end()?;
                Ok(value)
            }
            Some(b'[') => {
                let mut list = List::enter(self)?;
                let value = visitor.visit_seq(&mut list)?;
                list.end()?;
                Ok(value)
            }
            Some(b'n') => {
                self.tokens.word("null")?;
                visitor.visit_unit()
            }
            Some(b't') => {
                self.tokens.word("true")?;
                visitor.visit_bool(true)
            }
            Some(b'f') => {
                self.tokens.word("false")?;
                visitor.visit_bool(false)
            }
            _ => visitor.visit_map(Number(Some(self.tokens.number()?))),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if self.tokens.peek() == Some(b'n') {
            self.tokens.word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Refused> {
        if name == scalar::RAW {
            return visitor.visit_map(Requested { text: false, reader: self });
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.tokens.peek();
        match self.tokens.number()? {
            // A float for `serde_json`.
            "-0" => Err(Refused),
            digits => visitor.visit_i64(digits.parse().map_err(|_| Refused)?),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.tokens.value()?;
        visitor.visit_unit()
    }

    /// Enumerations of this crate are read from their texts.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Refused> {
        Err(Refused)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

impl Reader<'_> {
    /// Reads the `{` or `[` that was seen.
    fn enter(&mut self) -> Result<(), Refused> {
        self.tokens.advance();
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Refused) } else { Ok(()) }
    }
}

/// The properties of an object.
struct Object<'a, 'de> {
    reader: &'a mut Reader<'de>,
    /// The names of the object before it, on the same depth.
    names: Vec<Name<'de>>,
    /// The index of the likely next name.
    next: usize,
    is_first: bool,
}

impl<'a, 'de> Object<'a, 'de> {
    /// Reads the `{`.
    fn enter(reader: &'a mut Reader<'de>) -> Result<Self, Refused> {
        reader.enter()?;
        if reader.remembers {
            reader.names.resize_with(reader.names.len().max(reader.depth + 1), Vec::new);
        }
        let names = reader.names.get_mut(reader.depth).map(std::mem::take).unwrap_or_default();
        Ok(Self { reader, names, next: 0, is_first: true })
    }

    /// Reads the `}`.
    fn end(self) -> Result<(), Refused> {
        if let Some(names) = self.reader.names.get_mut(self.reader.depth) {
            *names = self.names;
        }
        self.reader.depth -= 1;
        self.reader.tokens.expect(b'}')
    }

    /// Reads a name that is not the likely one, and its colon.
    fn other_name(&mut self) -> Result<Key<'de>, Refused> {
        let tokens = &mut self.reader.tokens;
        let start = tokens.position();
        if tokens.peek() != Some(b'"') {
            return Err(Refused);
        }
        let name = match tokens.string()? {
            Content::Sent(name) => name,
            Content::Unescaped(name) => {
                let name = name.to_owned();
                tokens.expect(b':')?;
                return Ok(Key::Unescaped(name));
            }
        };
        tokens.expect(b':')?;
        if !self.reader.remembers {
            return Ok(Key::Sent(name));
        }
        let known = Name { sent: tokens.since(start)?, name };
        let further = self.names.iter().skip(self.next).position(|other| other.sent == known.sent);
        match further {
            Some(passed) => self.next += passed + 1,
            None if self.names.len() < MAX_NAMES => {
                self.names.insert(self.next, known);
                self.next += 1;
            }
            None => {}
        }
        Ok(Key::Sent(name))
    }
}

/// The name of a property: as it was sent, or without its escapes.
enum Key<'de> {
    Sent(&'de str),
    Unescaped(String),
}

impl<'de> MapAccess<'de> for &mut Object<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        match self.reader.tokens.peek() {
            Some(b'}') => return Ok(None),
            Some(b',') if !self.is_first => self.reader.tokens.advance(),
            _ if self.is_first => self.is_first = false,
            _ => return Err(Refused),
        }
        if let Some(likely) = self.names.get(self.next)
            && self.reader.tokens.take(likely.sent)
        {
            self.next += 1;
            return seed.deserialize(BorrowedStrDeserializer::new(likely.name)).map(Some);
        }
        match self.other_name()? {
            Key::Sent(name) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            Key::Unescaped(name) => seed.deserialize(StrDeserializer::new(&name)).map(Some),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        seed.deserialize(&mut *self.reader)
    }
}

/// The items of a list.
struct List<'a, 'de> {
    reader: &'a mut Reader<'de>,
    /// How many items have begun.
    begun: usize,
    /// How much text was left before the first item.
    text: usize,
    /// Whether this list is in another.
    is_inner: bool,
    /// Whether names are remembered outside of this list.
    remembers: bool,
}

impl<'a, 'de> List<'a, 'de> {
    /// Reads the `[`.
    fn enter(reader: &'a mut Reader<'de>) -> Result<Self, Refused> {
        reader.enter()?;
        let is_inner = std::mem::replace(&mut reader.in_list, true);
        let (text, remembers) = (reader.tokens.left(), reader.remembers);
        Ok(Self { reader, begun: 0, text, is_inner, remembers })
    }

    /// Reads the `]`.
    fn end(self) -> Result<(), Refused> {
        self.reader.in_list = self.is_inner;
        self.reader.remembers = self.remembers;
        self.reader.depth -= 1;
        self.reader.tokens.expect(b']')
    }
}

impl<'de> SeqAccess<'de> for &mut List<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        match self.reader.tokens.peek() {
            Some(b']') => return Ok(None),
            Some(b',') if self.begun > 0 => {
                self.reader.tokens.advance();
                if self.reader.tokens.peek() == Some(b']') {
                    return Err(Refused);
                }
                self.reader.remembers = true;
            }
            _ if self.begun == 0 => {}
            _ => return Err(Refused),
        }
        self.begun += 1;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    /// Returns how many items follow, if all are about as long as the ones before, and nothing else follows. That may be
    /// so for an outer list only.
    fn size_hint(&self) -> Option<usize> {
        let left = self.reader.tokens.left();
        if self.is_inner { None } else { self.begun.saturating_mul(left).checked_div(self.text - left) }
    }
}

/// A number, as `serde_json` passes it with its feature `arbitrary_precision`.
struct Number<'de>(Option<&'de str>);

impl<'de> MapAccess<'de> for Number<'de> {
    type Error = Refused;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        match self.0 {
            Some(_) => seed.deserialize(BorrowedStrDeserializer::new(scalar::NUMBER)).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        seed.deserialize(BorrowedStrDeserializer::new(self.0.take().ok_or(Refused)?))
    }
}

/// A value whose text is requested, as `serde_json` passes it; or the value itself, for a scalar of this crate, which
/// asks for the name as a text.
struct Requested<'a, 'de> {
    reader: &'a mut Reader<'de>,
    text: bool,
}

impl<'de> MapAccess<'de> for Requested<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        seed.deserialize(RequestedName(&mut self.text)).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        if self.text {
            seed.deserialize(BorrowedStrDeserializer::new(self.reader.tokens.value()?))
        } else {
            seed.deserialize(&mut *self.reader)
        }
    }
}

struct RequestedName<'a>(&'a mut bool);

impl<'de> Deserializer<'de> for RequestedName<'_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refused> {
        Err(Refused::custom("is not a name"))
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        *self.0 = true;
        visitor.visit_borrowed_str(scalar::RAW)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_borrowed_str(scalar::AS_IT_IS)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum ignored_any
    }
}
