//! Presto's answers in binary pages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::child::Outcome::{Refused, Rows, TooLarge};
use crate::http::Seen;
use crate::{Case, case};

fn url(address: &str) -> String {
    format!("presto://me@{address}?binary_results=true")
}

/// Answers a statement with its column and then with pages.
fn pages(ty: &str, pages: &[Vec<u8>]) -> impl Fn(&Seen) -> Vec<u8> + Send + Sync + use<> {
    let columns = format!(r#""columns":[{{"name":"n","type":"{ty}"}}],"stats":{{}}"#);
    let pages: Vec<String> =
        pages.iter().map(|page| format!("\"{}\"", STANDARD.encode(page))).collect();
    let pages = pages.join(",");
    move |seen| match (seen.method.as_str(), seen.path.as_str()) {
        (_, "/v1/info") => br#"{"nodeVersion":{"version":"0.287"}}"#.to_vec(),
        ("POST", _) => format!(r#"{{"id":"q","nextUri":"{{base}}/1",{columns}}}"#).into_bytes(),
        _ => format!(r#"{{"id":"q","binaryData":[{pages}],{columns}}}"#).into_bytes(),
    }
}

fn ints(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A block: its name, and what is behind it.
fn block(name: &str, rest: &[&[u8]]) -> Vec<u8> {
    [&ints(&[name.len() as u32])[..], name.as_bytes(), &rest.concat()].concat()
}

/// The same value again and again.
fn run(count: u32, value: &[u8]) -> Vec<u8> {
    block("RLE", &[&ints(&[count]), value])
}

/// A page of so many rows with one block.
fn page(rows: u32, block: &[u8]) -> Vec<u8> {
    let data = [&ints(&[1]), block].concat();
    let size = data.len() as u32;
    [&ints(&[rows])[..], &[0], &ints(&[size, size]), &[0; 8], &data].concat()
}

/// One that is packed, and unpacks to so many bytes.
fn packed(length: usize) -> Vec<u8> {
    let data = lz4_flex::block::compress(&vec![0; length]);
    let sizes = ints(&[length as u32, data.len() as u32]);
    [&ints(&[1])[..], &[1], &sizes, &[0; 8], &data].concat()
}

pub(crate) fn cases() -> Vec<Case> {
    const MANY: u32 = 1_000_000;
    let empty = block("VARIABLE_WIDTH", &[&ints(&[1, 0]), &[0], &ints(&[0])]);
    let long = block("LONG_ARRAY", &[&ints(&[1]), &[0], &[7; 8]]);
    let uuid = block("INT128_ARRAY", &[&ints(&[1]), &[0], &[7; 16]]);
    let fields: Vec<u8> = vec![block("LONG_ARRAY", &[&ints(&[0]), &[0]]); 1_000].concat();
    let null = block("ROW", &[&ints(&[1_000]), &fields, &ints(&[1, 0, 0]), &[1, 0x80]]);
    let row = format!("row({})", vec!["a bigint"; 1_000].join(","));
    let of = |name, outcome, ty: &str, all: &[Vec<u8>]| case(name, url, outcome, pages(ty, all));
    let char = "char(65536)";
    vec![
        of("a run of padded texts", TooLarge, char, &[page(20_000, &run(20_000, &empty))]),
        of("a long one", TooLarge, char, &[page(MANY, &run(MANY, &empty))]),
        of("the same in many pages", TooLarge, char, &vec![page(1_000, &run(1_000, &empty)); 20]),
        of("a char longer than the longest", Refused, "char(4294967295)", &[page(1, &empty)]),
        of("rows that are NULL", TooLarge, &row, &[page(MANY, &run(MANY, &null))]),
        of("a run of uuids", TooLarge, "uuid", &[page(60 * MANY, &run(60 * MANY, &uuid))]),
        of("pages of nothing", TooLarge, "bigint", &vec![Vec::new(); 4_000_000]),
        of("a page that unpacks to much", TooLarge, "bigint", &[packed(500 << 20)]),
        // What is only long.
        of("padded texts", Rows(10_000), "char(255)", &[page(10_000, &run(10_000, &empty))]),
        of("a run of numbers", Rows(500_000), "bigint", &[page(500_000, &run(500_000, &long))]),
        of("NULL rows", Rows(5_000), &row, &[page(5_000, &run(5_000, &null))]),
    ]
}
