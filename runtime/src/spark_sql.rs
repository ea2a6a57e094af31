//! What the backends share whose engines speak Spark's SQL: statements with their parameters
//! written into them, the kinds of statements, and the names of types.

pub(crate) mod literal;
pub(crate) mod rendered;
pub(crate) mod spark_type;
pub(crate) mod statement;
