//! How a list is requested page by page: `x-gofive-paging`.

use std::fmt;

use crate::SpecError;
use crate::node::Node;

/// How an operation pages: the names of the parameters or properties of the body for the position and size of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paging {
    /// The meaning of the position and of the size.
    pub style: PagingStyle,
    /// The name of the parameter or property that says where the page begins.
    pub position: String,
    /// The name of the parameter or property that says how many items the page has.
    pub size: String,
}

/// The meaning of a page's position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagingStyle {
    /// The number of items before the page; the size is called `take`.
    SkipTake,
    /// The number of items before the page; the size is called `pageLength`.
    SkipPageLength,
    /// The number of the page, counted from 0.
    PageIndex,
}

impl PagingStyle {
    /// The name of the style in the spec.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SkipTake => "skip-take",
            Self::SkipPageLength => "skip-page-length",
            Self::PageIndex => "page-index",
        }
    }

    /// The names of position and size in the extension.
    pub const fn roles(self) -> [&'static str; 2] {
        match self {
            Self::SkipTake | Self::SkipPageLength => ["skip", "take"],
            Self::PageIndex => ["index", "size"],
        }
    }
}

impl Paging {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, SpecError> {
        let mut object = node.object()?;
        let style = object.required("style")?;
        let named = style.text()?;
        let all = [PagingStyle::SkipTake, PagingStyle::SkipPageLength, PagingStyle::PageIndex];
        let Some(style) = all.into_iter().find(|style| style.name() == named) else {
            let known = all.map(PagingStyle::name).join(", ");
            return Err(style.error(format!("`{named}` is not one of {known}")));
        };
        let [position, size] = style.roles();
        let paging = Self { style, position: object.required(position)?.text()?, size: object.required(size)?.text()? };
        object.finish()?;
        Ok(paging)
    }
}

/// The name of the style in the spec.
impl fmt::Display for PagingStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
