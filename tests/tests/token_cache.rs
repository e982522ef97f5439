//! Sessions that share a token by a cache.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gofive_api::jiff::{SignedDuration, Timestamp};
use gofive_api::{CachedToken, TokenCache, TokenCacheError};
use gofive_tests::scripted::{Reply, Scripted, granted, grants, product, products};
use gofive_tests::wire::response;

/// What a fleet would keep in a database.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    token: Option<CachedToken>,
    calls: Vec<&'static str>,
}

impl Shared {
    fn holding(token: &str, age: SignedDuration, life: SignedDuration) -> Self {
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
        let mut kept = self.0.lock().unwrap();
        kept.calls.push("load");
        Ok(kept.token.clone())
    }
    async fn store(&self, token: CachedToken) -> Result<(), TokenCacheError> {
        let mut kept = self.0.lock().unwrap();
        kept.calls.push("store");
        kept.token = Some(token);
        Ok(())
    }
    async fn clear(&self, refused: CachedToken) -> Result<(), TokenCacheError> {
        let mut kept = self.0.lock().unwrap();
        kept.calls.push("clear");
        kept.token.take_if(|token| token.expose() == refused.expose());
        Ok(())
    }
}

#[tokio::test]
async fn processes_that_live_for_a_moment_share_one_token() {
    let server = Scripted::start(grants, products);
    let shared = Shared::default();
    for _ in 0..20 {
        let gofive = server.client().token_cache(shared.clone()).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap();
        gofive.venio().get_product("A001").await.unwrap();
    }
    assert_eq!(server.token_requests(), 1);
    assert_eq!(shared.calls()[..3], ["load", "store", "load"], "asked only when a token is needed");
}

#[tokio::test]
async fn a_token_near_its_end_is_not_taken_from_the_cache() {
    let server = Scripted::start(|_, n| Reply::Now(granted(n, 3600)), products);
    for age in [SignedDuration::from_mins(59), SignedDuration::from_hours(24)] {
        let shared = Shared::holding("old", age, SignedDuration::from_hours(1));
        let gofive = server.client().token_cache(shared.clone()).build().unwrap();
        gofive.venio().get_product("A001").await.unwrap();
        assert!(shared.token().unwrap().starts_with("token-"), "{age}");
    }
    assert_eq!(server.token_requests(), 2);
}

/// Another process has renewed it meanwhile, or nobody has.
#[tokio::test]
async fn a_token_that_was_refused_is_cleared_unless_another_took_its_place() {
    let refused = |request: &gofive_tests::wire::Received, _| match request.header("authorization") {
        Some("Bearer revoked") => Reply::Now(response(401, "application/json", "{}")),
        _ => Reply::Now(product()),
    };
    let server = Scripted::start(grants, refused);
    let hour = SignedDuration::from_hours(1);
    let shared = Shared::holding("revoked", SignedDuration::from_mins(30), hour);
    let gofive = server.client().token_cache(shared.clone()).build().unwrap();
    gofive.venio().get_product("A001").await.unwrap();
    assert_eq!((shared.token().as_deref(), server.token_requests()), (Some("token-1"), 1));
    assert_eq!(shared.calls(), ["load", "load", "clear", "store"]);

    // The same where another process was faster.
    let shared = Shared::holding("revoked", SignedDuration::from_mins(30), hour);
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
async fn a_cache_that_fails_or_hangs_costs_no_call() {
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
async fn a_cache_that_panics_costs_no_call() {
    let server = Scripted::start(grants, products);
    server.client().token_cache(Panicking).build().unwrap().venio().get_product("A001").await.unwrap();
    assert_eq!(server.token_requests(), 1);
}

#[test]
fn a_cached_token_is_not_printed() {
    let token = CachedToken::new("do not tell", Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    assert!(!format!("{token:?}").contains("do not tell"));
}
