//! The property `type_name` of tests/properties, for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lakequery_properties::check("type_name", bytes));
