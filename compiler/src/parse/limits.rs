//! How large and how deep a query may be.

/// The limits of a compilation, which bound the stack that it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The tokens it may have.
    pub(crate) tokens: usize,
    /// How deep queries and expressions may nest.
    pub(crate) nesting: usize,
    /// How deep the typed tree may be.
    pub(crate) depth: usize,
}

impl Limits {
    /// What queries may be at most.
    pub(crate) const MOST: Limits = Limits { tokens: 200_000, nesting: 100, depth: 1000 };

    /// What nearly all queries keep within.
    pub(crate) const EVERYDAY: Limits = Limits { tokens: 400, nesting: 12, depth: 32 };
}
