//! Pages of a custom request.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{CustomRequest, invalid, query_pairs};
use crate::errors::Error;
use crate::paging::{By, Page, Pages};
use crate::values::RawJson;

/// The paging parameters of an endpoint that is not in the spec.
#[derive(Clone, Debug)]
pub struct Paging {
    by: By,
    position: String,
    size: String,
}

impl Paging {
    /// By the number of items to skip, and the number of items to return: `Paging::by_skip("skip", "take")`.
    pub fn by_skip(skip: impl Into<String>, size: impl Into<String>) -> Self {
        Self { by: By::Skip, position: skip.into(), size: size.into() }
    }

    /// By the index of the page, counted from 0, and the number of items of a page:
    /// `Paging::by_index("pageIndex", "pageSize")`.
    pub fn by_index(index: impl Into<String>, size: impl Into<String>) -> Self {
        Self { by: By::Index, position: index.into(), size: size.into() }
    }
}

/// Pages.
impl CustomRequest {
    /// Returns the pages of a list, each fetched by sending the request with other paging parameters.
    ///
    /// The parameters of `paging` are set in the body if the request has one, which must be an object, and otherwise in
    /// the query. Their values in the request itself are the start and the page size. A payload that is missing or null
    /// is an empty list, which is the end.
    pub fn pages<T: DeserializeOwned + Send + 'static>(self, paging: Paging) -> Pages<T> {
        let template = Template::new(self, &paging);
        let (position, size) = match &template {
            Ok(template) => (template.position, template.size),
            Err(_) => (None, None),
        };
        let by = paging.by;
        let fetch = move |page: Page| {
            let request = template.as_ref().map(|template| template.request(&paging, &page)).map_err(Clone::clone);
            Box::pin(async move { Ok(request?.send_as::<Option<Vec<T>>>().await?.unwrap_or_default()) }) as _
        };
        match by {
            By::Skip => Pages::by_skip(position, size, fetch),
            By::Index => Pages::by_index(position, size, fetch),
        }
    }
}

/// A request without its paging parameters.
struct Template {
    request: CustomRequest,
    /// The properties of the body.
    body: Option<BTreeMap<String, RawJson>>,
    /// The start that the request itself sets.
    position: Option<i64>,
    size: Option<i64>,
}

impl Template {
    fn new(mut request: CustomRequest, paging: &Paging) -> Result<Self, Error> {
        if let Some(end) = request.path.find('?') {
            let query = request.path.split_off(end);
            request.query.splice(..0, query_pairs(&query[1..]));
        }
        let Paging { position, size, .. } = paging;
        let Some(body) = &request.body else {
            let mut take = |parameter: &str| {
                let given = request.query.iter().find(|(name, _)| name == parameter).map(|(_, value)| value.clone());
                request.query.retain(|(name, _)| name != parameter);
                given.map(|given| whole_number(&request.name, parameter, &given)).transpose()
            };
            let (position, size) = (take(position)?, take(size)?);
            return Ok(Self { request, body: None, position, size });
        };
        let properties: Result<BTreeMap<String, RawJson>, _> = serde_json::from_slice(body);
        let mut properties = properties.map_err(|_| {
            let message = format!("pages need a body that is an object, to set {position:?} and {size:?} in it");
            invalid(&request.name, message)
        })?;
        let mut take = |property: &str| {
            let given = properties.remove(property).filter(|given| !given.is_null());
            given.map(|given| whole_number(&request.name, property, given.as_str())).transpose()
        };
        let (position, size) = (take(position)?, take(size)?);
        Ok(Self { request, body: Some(properties), position, size })
    }

    /// The request for one page.
    fn request(&self, Paging { by, position, size }: &Paging, page: &Page) -> CustomRequest {
        let start = if *by == By::Skip { page.skip } else { page.index };
        let set = [(position, start), (size, page.size)];
        let mut request = self.request.clone();
        request.session = request.session.announcing(&page.arrival);
        match &self.body {
            None => request.query.extend(set.map(|(name, number)| (name.clone(), number.to_string()))),
            Some(properties) => {
                let mut body = properties.clone();
                // A number can always be serialized.
                body.extend(set.iter().filter_map(|(name, number)| Some(((*name).clone(), RawJson::of(number).ok()?))));
                request.body = serde_json::to_vec(&body).ok().map(Bytes::from);
            }
        }
        request
    }
}

/// Reads a paging parameter that the request itself sets.
fn whole_number(name: &str, parameter: &str, given: &str) -> Result<i64, Error> {
    given.parse().map_err(|_| {
        invalid(
            name,
            format!("the paging parameter {parameter:?} is not a whole number: set one, or leave it to the pages"),
        )
    })
}
