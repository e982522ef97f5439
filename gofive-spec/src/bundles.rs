//! The committed bundles. Behind a feature, so that the command that builds them needs none of them.

/// `openapi/bundled/venio.json`
pub const VENIO: &str = include_str!("../../openapi/bundled/venio.json");
/// `openapi/bundled/empeo.json`
pub const EMPEO: &str = include_str!("../../openapi/bundled/empeo.json");
/// `openapi/bundled/etaxgo.json`
pub const ETAXGO: &str = include_str!("../../openapi/bundled/etaxgo.json");
/// All of them, by product.
pub const BUNDLES: [(&str, &str); 3] = [("venio", VENIO), ("empeo", EMPEO), ("etaxgo", ETAXGO)];
