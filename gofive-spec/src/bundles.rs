//! The committed bundles. Behind a feature, so that the command that builds them needs none of them.
//!
//! `cargo xtask codegen` writes them here too: what a published crate includes has to be in its folder.

/// `openapi/bundled/venio.json`
pub const VENIO: &str = include_str!("../bundled/venio.json");
/// `openapi/bundled/empeo.json`
pub const EMPEO: &str = include_str!("../bundled/empeo.json");
/// `openapi/bundled/etaxgo.json`
pub const ETAXGO: &str = include_str!("../bundled/etaxgo.json");
/// All of them, by product.
pub const BUNDLES: [(&str, &str); 3] = [("venio", VENIO), ("empeo", EMPEO), ("etaxgo", ETAXGO)];
