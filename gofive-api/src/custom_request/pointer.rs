//! JSON pointers to the payload of a custom request.

/// The possible locations of the payload, innermost first: a list of property names each.
#[derive(Clone)]
pub(super) struct Pointers(Vec<Vec<String>>);

impl Default for Pointers {
    /// The documented envelope, `{status, data}`, or else the whole body.
    fn default() -> Self {
        Self(vec![vec!["data".to_owned()], Vec::new()])
    }
}

impl Pointers {
    pub(super) fn new<'a>(pointers: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let pointers = pointers.into_iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = pointers.first() else {
            return Err(
                "`payload` has no JSON pointer: give one, like \"/data\", or \"\" for the whole body".to_owned()
            );
        };
        if let Some(other) = pointers.windows(2).find(|pair| !pair[0].starts_with(&pair[1])).map(|pair| &pair[1]) {
            return Err(format!(
                "the JSON pointer {:?} is not a prefix of {:?}: list the innermost first, like [\"/data/value\", \"/data\"]",
                written(other),
                written(first),
            ));
        }
        Ok(Self(pointers))
    }

    /// The property names that each pointer goes through.
    pub(super) fn steps(&self) -> Vec<Vec<&str>> {
        self.0.iter().map(|steps| steps.iter().map(String::as_str).collect()).collect()
    }
}

/// Parses a pointer by RFC 6901.
fn parse(pointer: &str) -> Result<Vec<String>, String> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    let steps = pointer.strip_prefix('/').ok_or_else(|| {
        format!("{pointer:?} is not a JSON pointer: write one like \"/data/value\", or \"\" for the whole body")
    })?;
    Ok(steps.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect())
}

fn written(steps: &[String]) -> String {
    steps.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect::<Vec<_>>().concat()
}
