//! The bodies of the responses, each of about the requested length.

/// A token, which a server may echo any number of times.
pub(crate) const TOKEN: &str = "bench-token+0123456789/abcdef";

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Success,
    Error,
    LongDescription,
    Secrets,
    EscapedSecrets,
    WrongType,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Success, Self::Error, Self::LongDescription, Self::Secrets, Self::EscapedSecrets, Self::WrongType];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Success => "success: a list of records",
            Self::Error => "error: 400 with many records beside the code",
            Self::LongDescription => "error: 400 with a long description",
            Self::Secrets => "error: 400 that echoes the token many times",
            Self::EscapedSecrets => "the same, escaped",
            Self::WrongType => "200 with a payload of the wrong type",
        }
    }

    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Success | Self::WrongType => 200,
            _ => 400,
        }
    }

    pub(crate) fn body(self, length: usize) -> String {
        let failure = |data: String| format!(r#"{{"data":{data},"status":{{"code":"4001","description":"no"}}}}"#);
        match self {
            Self::Success => format!(
                r#"{{"status":{{"code":"1000","description":"Success"}},"data":{{"value":{}}}}}"#,
                records(length)
            ),
            Self::Error => failure(records(length)),
            Self::LongDescription => {
                format!(r#"{{"status":{{"code":"4001","description":"{}"}}}}"#, "no such case, ".repeat(length / 14))
            }
            Self::Secrets => failure(list(length, |_| format!("\"{TOKEN}\""))),
            Self::EscapedSecrets => {
                let escaped = TOKEN.replace('+', r"\u002B").replace('/', r"\/");
                failure(list(length, |_| format!("\"{escaped}\"")))
            }
            Self::WrongType => {
                format!(r#"{{"status":{{"code":"1000","description":"Success"}},"data":{}}}"#, records(length))
            }
        }
    }
}

fn records(length: usize) -> String {
    list(length, |number| {
        format!(
            r#"{{"userId":"6d473b8f-a6b3-4536-b1e6-{number:012}","fullname":"Employee number {number}","staffCode":"UAT{number:06}","role":"string","pictureUrl":"https://localhost/pictures/{number}.png"}}"#
        )
    })
}

fn list(length: usize, item: impl Fn(usize) -> String) -> String {
    let mut list = String::with_capacity(length + 1024);
    list.push('[');
    for number in 0.. {
        list += &item(number);
        if list.len() >= length {
            break;
        }
        list.push(',');
    }
    list + "]"
}
