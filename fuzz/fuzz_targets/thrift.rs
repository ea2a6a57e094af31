//! The property `thrift` of tests/properties, for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lakequery_properties::check("thrift", bytes));
