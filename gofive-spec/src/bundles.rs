//! The committed bundles, behind a feature, so that `cargo xtask codegen` can build them without needing them.
//!
//! `cargo xtask codegen` writes a copy into this crate, because a published crate can include only files of its own folder.

/// `bundled/venio.json`
pub const VENIO: &str = include_str!("../bundled/venio.json");
/// `bundled/empeo.json`
pub const EMPEO: &str = include_str!("../bundled/empeo.json");
/// `bundled/etaxgo.json`
pub const ETAXGO: &str = include_str!("../bundled/etaxgo.json");
/// All bundles, with the names of their products.
pub const BUNDLES: [(&str, &str); 3] = [("venio", VENIO), ("empeo", EMPEO), ("etaxgo", ETAXGO)];
