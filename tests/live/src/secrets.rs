//! Secrets that are planted in URLs and parameters of the suite, and must appear
//! in nothing that is said.

/// A password that no server knows.
pub(crate) const PLANTED_PASSWORD: &str = "planted-password-5k2";

/// A token that no server knows.
pub(crate) const PLANTED_TOKEN: &str = "planted-token-7q9";

/// A value that goes to servers as a parameter of statements that fail.
pub(crate) const PLANTED_VALUE: &str = "planted-value-3w8";

/// All of them, and other ways of writing them.
pub(crate) const ALL: [&str; 5] = [
    PLANTED_PASSWORD,
    PLANTED_TOKEN,
    PLANTED_VALUE,
    // `tester:planted-password-5k2` as basic authentication writes it, and its end.
    "dGVzdGVyOnBsYW50ZWQtcGFzc3dvcmQtNWsy",
    "cGxhbnRlZC1wYXNzd29yZC01azI",
];
