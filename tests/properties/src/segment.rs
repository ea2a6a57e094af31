//! Reading the segments of Trino's spooled rows: types, then a line of the encoding and
//! the length that is declared, then the bytes.

use lakequery::fuzzing::trino::{self, Named, Rows};

use crate::answer::{recorded, told};
use crate::batch::{MEMORY, sound};
use crate::{Property, columns};

pub(crate) const PROPERTY: Property = Property { name: "segment", holds, seeds, memory: MEMORY };

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for text in recorded() {
        let Some(answer) = trino::answer(text.as_bytes()) else { continue };
        let Some(named) = answer.columns else { continue };
        match answer.data {
            Rows::Segments(encoding, segments) => {
                for (unpacked, bytes) in segments {
                    seeds.push(joined(&named, &encoding, unpacked, &bytes));
                }
            }
            // The rows of answers, packed as they would be in segments.
            Rows::Json(Some(_)) => {
                let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                let rows = answer["data"].to_string();
                let length = Some(rows.len() as u64);
                seeds.push(joined(&named, "json", None, rows.as_bytes()));
                let packed = lz4_flex::block::compress(rows.as_bytes());
                seeds.push(joined(&named, "json+lz4", length, &packed));
                let packed = zstd::bulk::compress(rows.as_bytes(), 3).expect("it is packed");
                seeds.push(joined(&named, "json+zstd", length, &packed));
            }
            _ => {}
        }
    }
    seeds
}

fn joined(named: &Named, encoding: &str, unpacked: Option<u64>, bytes: &[u8]) -> Vec<u8> {
    let unpacked = unpacked.map_or_else(|| "-".to_owned(), |length| length.to_string());
    let behind = [format!("{encoding} {unpacked}\n").as_bytes(), bytes].concat();
    columns::joined(named.iter().map(|(_, ty)| ty.clone()), &behind)
}

fn holds(input: &[u8]) {
    let Some((types, rest)) = columns::split(input) else { return };
    let Some((head, packed)) = columns::line(rest) else { return };
    let Some((encoding, unpacked)) = head.split_once(' ') else { return };
    let named = columns::named(&types);
    match trino::segment(&named, encoding, unpacked.parse().ok(), packed) {
        Ok(batches) => batches.iter().for_each(sound),
        Err(error) => told(&error),
    }
}
