//! Payloads of which nothing is documented, each in a type of its own.

/// Writes the type of one payload. What is learnt of it later becomes fields of the type, and breaks no caller.
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
            /// The whole payload as it was sent, of any JSON type; null if there is none.
            pub fn json(&self) -> &crate::RawJson {
                &self.json
            }
        }
    };
}

pub(crate) use undocumented;
