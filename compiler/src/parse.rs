//! Tokens to AST.
