//! What the backends share whose engines speak Spark's SQL: literals, and the names of types.

pub(crate) mod literal;
pub(crate) mod spark_type;
