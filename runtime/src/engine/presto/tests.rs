//! Pages that are cut short, changed or made up: an error each time or other
//! values, never a panic and never more memory than a page may have.

use arrow_array::RecordBatch;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::page;
use crate::budget::{Budget, TooLarge};
use crate::coordinator::page::{Data, Page};
use crate::coordinator::rows::Columns;
use crate::error::Result;

/// The columns and the page in a recorded result, without what is behind it.
fn recorded(file: &str) -> (Columns, Vec<u8>) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/trino/recorded");
    let text = std::fs::read_to_string(format!("{folder}/{file}.pages")).unwrap();
    text.split("\n---\n")
        .find_map(|page| {
            let budget = &mut Budget::of(0);
            let page = Page::parse(page.as_bytes(), budget).unwrap();
            let Data::Binary(pages) = page.data else { return None };
            let mut bytes = STANDARD.decode(pages.first()?.as_bytes()).unwrap();
            bytes.truncate(HEAD + size(&bytes));
            Some((Columns::new(&page.columns?, budget).unwrap(), bytes))
        })
        .unwrap()
}

/// Decodes a page with the budget of its bytes.
fn decode_bytes(columns: &Columns, page: &[u8]) -> Result<RecordBatch> {
    page::decode_bytes(columns, page, &mut Budget::of(page.len()))
}

fn columns(ty: &str) -> Columns {
    Columns::new(&[("n".to_owned(), ty.to_owned())], &mut Budget::of(ty.len())).unwrap()
}

/// The bytes before the blocks.
const HEAD: usize = 21;

fn size(page: &[u8]) -> usize {
    u32::from_le_bytes(page[9..13].try_into().unwrap()) as usize
}

/// The page with only so many bytes of its blocks, and a head that agrees.
fn cut(page: &[u8], length: usize) -> Vec<u8> {
    let mut page = page[..HEAD + length].to_vec();
    let length = u32::try_from(length).unwrap().to_le_bytes();
    page[5..9].copy_from_slice(&length);
    page[9..13].copy_from_slice(&length);
    page
}

#[test]
fn a_page_cut_anywhere_is_an_error() {
    for (file, step) in [("presto-binary-types", 1), ("presto-binary-blocks", 61)] {
        let (columns, page) = recorded(file);
        decode_bytes(&columns, &page).unwrap();
        for end in (0..page.len()).step_by(step) {
            assert!(decode_bytes(&columns, &page[..end]).is_err(), "{file} ends at {end}");
        }
        for length in (0..size(&page)).step_by(step) {
            let error = decode_bytes(&columns, &cut(&page, length)).unwrap_err();
            assert!(error.is_broken_data(), "{file} has {length} bytes: {error}");
        }
    }
}

#[test]
fn a_page_changed_anywhere_is_no_panic() {
    let files = [
        ("presto-binary-types", 1),
        ("presto-binary-dictionaries", 3),
        ("presto-binary-blocks", 61),
    ];
    for (file, step) in files {
        let (columns, page) = recorded(file);
        for at in (0..page.len()).step_by(step) {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = page.clone();
                changed[at] ^= change;
                if let Err(error) = decode_bytes(&columns, &changed) {
                    assert!(!error.is_internal(), "{file}, byte {at} ^ {change}: {error}");
                }
            }
        }
    }
}

#[test]
fn a_checksum_holds_all_of_a_page() {
    let (columns, page) = recorded("presto-packed-blocks");
    assert_eq!(page[4], 5, "it is packed and has a checksum");
    for at in (0..page.len()).step_by(7) {
        // Without the marker of the checksum, nothing is held against it.
        let bit = if at == 4 { 0x01 } else { 0x10 };
        let mut changed = page.clone();
        changed[at] ^= bit;
        let error = decode_bytes(&columns, &changed).unwrap_err();
        assert!(error.is_broken_data(), "byte {at}: {error}");
    }
}

/// A block: its name, and numbers behind it.
fn block(name: &str, rest: &[&[u8]]) -> Vec<u8> {
    [&(name.len() as u32).to_le_bytes()[..], name.as_bytes(), &rest.concat()].concat()
}

/// A page of so many rows with one block.
fn page(rows: u32, markers: u8, unpacked: u32, data: &[u8]) -> Vec<u8> {
    let size = data.len() as u32;
    let ints = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>();
    [&ints(&[rows])[..], &[markers], &ints(&[unpacked, size]), &[0; 8], data].concat()
}

#[test]
fn a_declared_size_is_not_believed() {
    let many = i32::MAX as u32;
    let [one, huge] = [1u32, many].map(u32::to_le_bytes);
    let longs = |count: [u8; 4]| block("LONG_ARRAY", &[&count, &[0], &[7; 8]]);
    // Runs of runs, each of which says the same again.
    let mut runs = longs(one);
    for _ in 0..300 {
        runs = block("RLE", &[&one, &runs]);
    }
    // Lists of dictionaries of the same list: three bytes a level double it.
    let mut lists = longs(one);
    for _ in 0..60 {
        let ids = [0u8; 8];
        let both = block("DICTIONARY", &[&2u32.to_le_bytes(), &lists, &ids, &[0; 24]]);
        lists = block("ARRAY", &[&both, &one, &0u32.to_le_bytes(), &2u32.to_le_bytes(), &[0]]);
    }
    let nested = format!("{}bigint{}", "array(".repeat(60), ")".repeat(60));
    for (ty, rows, block, told) in [
        ("bigint", many, block("RLE", &[&huge, &longs(one)]), TooLarge::TOLD),
        ("bigint", many, longs(huge), TooLarge::TOLD),
        ("bigint", many >> 8, longs((many >> 8).to_le_bytes()), "the values of a block"),
        ("varchar", 1, block("VARIABLE_WIDTH", &[&one, &huge, &[0], &huge]), "the values of"),
        ("bigint", 1, runs, "fewer blocks in each other"),
        (&nested, 1, lists, TooLarge::TOLD),
        ("row(a bigint)", 1, block("ROW", &[&huge]), "the name of a block"),
        ("bigint", 1, block("TABLE", &[&one]), "a block of a known form"),
        ("bigint", 2, longs(one), "as many values as the page has rows"),
        ("integer", 1, longs(one), "not of its type, in column `n`"),
    ] {
        let columns = columns(ty);
        let data = [&one[..], &block].concat();
        let error = decode_bytes(&columns, &page(rows, 0, data.len() as u32, &data)).unwrap_err();
        assert!(error.is_broken_data() && error.to_string().contains(told), "{ty}: {error}");
    }
    let columns = columns("bigint");
    for (markers, told) in [(1, "a length that can't be"), (2, "are encrypted"), (0, "length")] {
        let error = decode_bytes(&columns, &page(1, markers, many, b"packed")).unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
    }
}
