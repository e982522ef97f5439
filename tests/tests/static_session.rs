//! One static session, as programs use it in their tests: each test has a runtime of its own, and all run concurrently.

use std::sync::LazyLock;

use gofive_api::Gofive;
use gofive_tests::scripted::{Scripted, grants, products};

static SERVER: LazyLock<Scripted> = LazyLock::new(|| Scripted::start(grants, products));
static GOFIVE: LazyLock<Gofive> = LazyLock::new(|| {
    let client = SERVER.client().max_concurrency(8).requests_per_second(10_000.0);
    client.build().unwrap()
});

/// Makes concurrent calls, sequential calls, and one call that is still running when the runtime ends.
async fn use_it() {
    let calls: Vec<_> = (0..10).map(|_| tokio::spawn(async { GOFIVE.venio().get_product("A001").await })).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    for _ in 0..3 {
        GOFIVE.venio().get_product("A001").await.unwrap();
    }
    drop(tokio::spawn(async { GOFIVE.venio().get_product("A001").await }));
    tokio::task::yield_now().await;
}

macro_rules! tests {
    ($($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            use_it().await;
        }
    )*};
}

tests! {
    a b c d e f g h i j k l m n o p q r s t
}
