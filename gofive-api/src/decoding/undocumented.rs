//! Undocumented payloads, each in its own type.

/// Defines the type of one payload. Properties that are documented later become fields of the type, which breaks no
/// caller.
macro_rules! undocumented {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        #[non_exhaustive]
        pub struct $name {
            json: crate::RawJson,
        }

        impl $name {
            /// Returns the whole payload as it was sent, of any JSON type; null if there is none.
            pub fn json(&self) -> &crate::RawJson {
                &self.json
            }
        }
    };
}

pub(crate) use undocumented;
