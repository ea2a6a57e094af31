//! What does not compile, and what rustc says to it: each case in `fail/` is a
//! program whose errors, with all that they underline, are in the `.stderr` file
//! beside it. `TRYBUILD=overwrite` writes those files.

mod project;

#[test]
fn errors() {
    project::prepare();
    trybuild::TestCases::new().compile_fail("fail/*/*.rs");
}
