//! Setting up a session: a missing or unusable setting is named in the error, and nothing is sent.

use gofive_api::{ErrorKind, Gofive, GofiveBuilder};
use gofive_tests::child;

fn builder() -> GofiveBuilder {
    Gofive::builder().credentials("id", "top-secret").subscription_key("key")
}

fn refusal(builder: GofiveBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.to_string()
}

#[test]
fn plain_http_goes_to_loopback_only() {
    for url in [
        "http://127.0.0.1:4010",
        "http://127.8.9.1",
        "http://[::1]:4010/",
        "http://localhost:1",
        "https://api.gofive.co.th",
    ] {
        builder().base_url(url).build().unwrap_or_else(|error| panic!("{url}: {error}"));
    }
    for url in ["http://api.gofive.co.th", "http://localhost.example", "http://10.0.0.1", "http://127.0.0.1.example"] {
        assert!(refusal(builder().base_url(url)).contains("loopback"), "{url}");
    }
}

#[test]
fn unusable_settings_are_named() {
    for (setting, named) in [
        (builder().base_url("api.gofive.co.th"), "GOFIVE_BASE_URL"),
        (builder().base_url("ftp://api.gofive.co.th"), "neither https nor http"),
        (builder().base_url("https://user:pass@api.gofive.co.th"), "user name"),
        (builder().base_url("https://api.gofive.co.th?a=b"), "query"),
        (builder().subscription_key(""), "GOFIVE_SUBSCRIPTION_KEY"),
        (builder().subscription_key("line\nbreak"), "GOFIVE_SUBSCRIPTION_KEY"),
        (builder().credentials("", "s"), "GOFIVE_CLIENT_ID"),
        (builder().access_token("line\nbreak"), "access token"),
        (builder().user_agent("line\nbreak"), "user agent"),
        (Gofive::builder(), "no credentials"),
        (Gofive::builder().credentials("id", "secret"), "no subscription key"),
    ] {
        let refusal = refusal(setting);
        assert!(refusal.contains(named), "{refusal}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let shown = format!("{:?} {:?}", builder(), builder().build().unwrap());
    assert!(!shown.contains("top-secret") && !shown.contains("key\""), "{shown}");
}

/// Runs in a process of its own, because the environment belongs to the whole process.
#[test]
fn all_missing_variables_are_named_together() {
    if child::is_child() {
        let error = Gofive::from_env().unwrap_err();
        println!("child: {error}");
        return;
    }
    let child = |variables: &[(&str, &str)]| {
        let mut command = child::command(module_path!(), "all_missing_variables_are_named_together");
        for name in ["GOFIVE_CLIENT_ID", "GOFIVE_CLIENT_SECRET", "GOFIVE_SUBSCRIPTION_KEY", "GOFIVE_BASE_URL"] {
            command.env_remove(name);
        }
        child::run(command.envs(variables.iter().copied()))
    };
    let none = child(&[]);
    assert!(none.contains("GOFIVE_CLIENT_ID, GOFIVE_CLIENT_SECRET, GOFIVE_SUBSCRIPTION_KEY"), "{none}");
    let one = child(&[("GOFIVE_CLIENT_ID", "i"), ("GOFIVE_SUBSCRIPTION_KEY", "k"), ("GOFIVE_CLIENT_SECRET", " ")]);
    assert!(one.contains("not Unicode: GOFIVE_CLIENT_SECRET\n"), "{one}");
    let url = [
        ("GOFIVE_CLIENT_ID", "i"),
        ("GOFIVE_SUBSCRIPTION_KEY", "k"),
        ("GOFIVE_CLIENT_SECRET", "s"),
        ("GOFIVE_BASE_URL", "nonsense"),
    ];
    assert!(child(&url).contains("GOFIVE_BASE_URL"));
}
