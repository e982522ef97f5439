//! Values: the types of single values in requests and responses, which keep digits and texts as they were sent.
//!
//! [`scalar`] reads and writes all of them, from and to any format; [`raw`] reads the text of JSON without building
//! values.

pub(crate) mod date;
pub(crate) mod date_time;
pub(crate) mod decimal;
pub(crate) mod digits;
pub mod format;
pub(crate) mod id;
#[cfg(feature = "schemars")]
mod json_schema;
mod moment;
pub(crate) mod name;
pub(crate) mod nullable;
pub(crate) mod open_enum;
pub(crate) mod raw;
pub(crate) mod raw_json;
pub(crate) mod scalar;
pub(crate) mod secret;
pub(crate) mod sent;

pub use self::date::Date;
pub use self::date_time::DateTime;
pub use self::decimal::{Decimal, ParseDecimalError, TextDecimal};
pub use self::digits::DecimalRangeError;
pub use self::id::Id;
pub use self::moment::ParseDateTimeError;
pub use self::nullable::Nullable;
pub use self::open_enum::ParseEnumError;
pub use self::raw_json::RawJson;
pub use self::secret::Secret;
