//! Sessions that share a token through a cache.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gofive_api::jiff::{SignedDuration, Timestamp};
use gofive_api::{CachedToken, TokenCache, TokenCacheError};
use gofive_tests::scripted::{Action, Scripted, granted, grants, product, products};
use gofive_tests::wire::response;

/// A cache that several processes share, such as a database.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<CacheState>>);

#[derive(Default)]
struct CacheState {
    token: Option<CachedToken>,
    calls: Vec<&'static str>,
}

impl Shared {
    fn with_token(token: &str, age: SignedDuration, life: SignedDuration) -> Self {
        let issued_at = Timestamp::now() - age;
        let shared = Self::default();
        shared.0.lock().unwrap().token = Some(CachedToken::new(token, issued_at, issued_at + life));
        shared
    }

    fn token(&self) -> Option<String> {
        self.0.lock().unwrap().token.as_ref().map(|token| token.expose().to_owned())
    }

    fn calls(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().calls.clone()
    }
}

impl TokenCache for Shared {
    async fn load(&self) -> Result<Option<CachedToken>, TokenCacheError> {
        let mut state = self.0.lock().unwrap();
        state.calls.push("load");
        Ok(state.token.clone())
    }
    async fn store(&self, token: CachedToken) -> Result<(), TokenCacheError> {
        let mut state = self.0.lock().unwrap();
        state.calls.push("store");
        state.token = Some(token);
        Ok(())
    }
    async fn clear(&self, refused: CachedToken) -> Result<(), TokenCacheError> {
        let mut state = self.0.lock().unwrap();
        state.calls.push("clear");
        state.token.take_if(|token| token.expose() == refused.expose());
        Ok(())
    }
}

#[tokio::test]
async fn short_lived_processes_share_one_token() {
    let server = Scripted::start(grants, products);
    let shared = Shared::default();
    for _ in 0..20 {
        let gofive = server.client().token_cache(shared.clone()).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap();
        gofive.venio().get_product("A001").await.unwrap();
    }
    assert_eq!(server.token_requests(), 1);
    assert_eq!(shared.calls()[..3], ["load", "store", "load"], "`load` is called only when a token is needed");
}

#[tokio::test]
async fn a_token_about_to_expire_is_not_taken_from_the_cache() {
    let server = Scripted::start(|_, n| Action::Respond(granted(n, 3600)), products);
    for age in [SignedDuration::from_mins(59), SignedDuration::from_hours(24)] {
        let shared = Shared::with_token("old", age, SignedDuration::from_hours(1));
        let gofive = server.client().token_cache(shared.clone()).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap();
        assert!(shared.token().unwrap().starts_with("token-"), "{age}");
    }
    assert_eq!(server.token_requests(), 2);
}

/// The cache may have the refused token, or a newer one of another process.
#[tokio::test]
async fn a_refused_token_is_cleared_unless_another_replaced_it() {
    let refused = |request: &gofive_tests::wire::Received, _| match request.header("authorization") {
        Some("Bearer revoked") => Action::Respond(response(401, "application/json", "{}")),
        _ => Action::Respond(product()),
    };
    let server = Scripted::start(grants, refused);
    let hour = SignedDuration::from_hours(1);
    let shared = Shared::with_token("revoked", SignedDuration::from_mins(30), hour);
    let gofive = server.client().token_cache(shared.clone()).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!((shared.token().as_deref(), server.token_requests()), (Some("token-1"), 1));
    assert_eq!(shared.calls(), ["load", "load", "clear", "store"]);

    // Another process was faster.
    let shared = Shared::with_token("revoked", SignedDuration::from_mins(30), hour);
    let (other, newer) = (shared.clone(), CachedToken::new("newer", Timestamp::now(), Timestamp::now() + hour));
    let observer = move |attempt: &gofive_api::Attempt| {
        if attempt.http_status == Some(401) {
            other.0.lock().unwrap().token = Some(newer.clone());
        }
    };
    let gofive = server.client().token_cache(shared.clone()).observer(observer).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!((shared.token().as_deref(), server.token_requests()), (Some("newer"), 1), "no token was fetched");
    assert_eq!(shared.calls(), ["load", "load"]);
}

struct Broken;

impl TokenCache for Broken {
    async fn load(&self) -> Result<Option<CachedToken>, TokenCacheError> {
        Err("the database is down".into())
    }
    async fn store(&self, _: CachedToken) -> Result<(), TokenCacheError> {
        pending().await
    }
    async fn clear(&self, _: CachedToken) -> Result<(), TokenCacheError> {
        panic!("nothing was refused")
    }
}

#[tokio::test]
async fn a_cache_that_fails_or_hangs_fails_no_call() {
    let server = Scripted::start(grants, products);
    let client = server.client().token_cache(Broken).attempt_timeout(Duration::from_millis(200));
    client.build().unwrap().venio().get_product("A001").await.unwrap();
    assert_eq!(server.token_requests(), 1);
}

struct Panicking;

impl TokenCache for Panicking {
    async fn load(&self) -> Result<Option<CachedToken>, TokenCacheError> {
        panic!("on purpose")
    }
    async fn store(&self, _: CachedToken) -> Result<(), TokenCacheError> {
        panic!("on purpose")
    }
    async fn clear(&self, _: CachedToken) -> Result<(), TokenCacheError> {
        panic!("on purpose")
    }
}

#[tokio::test]
async fn a_cache_that_panics_fails_no_call() {
    let server = Scripted::start(grants, products);
    server.client().token_cache(Panicking).build().unwrap().venio().get_product("A001").await.unwrap();
    assert_eq!(server.token_requests(), 1);
}

#[test]
fn a_cached_token_is_not_printed() {
    let token = CachedToken::new("secret token", Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    assert!(!format!("{token:?}").contains("secret token"));
}
