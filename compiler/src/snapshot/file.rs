//! Reading and writing snapshot files.
