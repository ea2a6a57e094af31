//! AST to typed tree.
