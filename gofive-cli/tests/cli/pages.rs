//! Lists that come in pages.

use gofive_sandbox::{RecordKind, Sandbox};
use serde_json::json;

use crate::gofive::{gofive, on};

/// A sandbox with so many more products.
async fn sandbox(products: usize) -> Sandbox {
    let sandbox = Sandbox::builder().max_records(200_000).start().await.expect("it starts");
    for number in 0..products {
        let code = format!("P{number:06}");
        sandbox
            .put_record(RecordKind::Products, json!({"productCode": code, "productName": "ปากกา"}))
            .expect("it is a product");
    }
    sandbox
}

const PRODUCTS: &str = "venio get-products-by-filter --product-type product --status 1 --fields productCode -o ndjson";

fn codes(lines: &str) -> Vec<&str> {
    lines.lines().map(|line| line.split('"').nth(3).expect("a code")).collect()
}

#[test]
fn a_list_without_pages_has_no_all() {
    assert_eq!(gofive("venio get-product A001 --all").code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_resumed_where_it_was_interrupted() {
    let sandbox = sandbox(120).await;
    let folder = tempfile::tempdir().unwrap();
    let (out, position) = (folder.path().join("out.ndjson"), folder.path().join("position"));
    let line = format!("{PRODUCTS} --page-size 10 --out {} --resume {}", out.display(), position.display());
    on(&sandbox, &format!("{line} --limit 35")).payload();
    let first = std::fs::read_to_string(&out).unwrap();
    assert_eq!(codes(&first).len(), 35);

    // As if the command had been killed after it wrote a part of the next page.
    std::fs::write(&out, format!("{first}{{\"productCo")).unwrap();
    on(&sandbox, &format!("{line} --all")).payload();
    let all = std::fs::read_to_string(&out).unwrap();
    let mut unique = codes(&all);
    assert_eq!(unique.len(), on(&sandbox, &format!("{PRODUCTS} --all")).payload().lines().count());
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), all.lines().count(), "nothing comes twice");

    let fields = on(&sandbox, &format!("{line} --all").replace("productCode", "productName"));
    assert!(
        fields.code == 2 && fields.stderr.contains("another request"),
        "a file has the same fields to its end: {fields:?}"
    );
    let other = on(&sandbox, &format!("venio enquire-employees --all -o ndjson --resume {}", position.display()));
    assert_eq!(other.code, 2, "{other:?}");
    assert!(other.stderr.contains("another request"), "{other:?}");
}
