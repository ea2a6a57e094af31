//! Reading Presto's binary pages.

use lakequery::fuzzing::presto;
use lakequery::fuzzing::trino::{self, Rows};

use crate::answer::{recorded, told};
use crate::batch::{MEMORY, sound};
use crate::{Property, columns};

pub(crate) const PROPERTY: Property =
    Property { name: "presto_page", holds, seeds, memory: MEMORY };

/// Where a page has its markers, and the one that says that it has a checksum.
const MARKERS: usize = 4;
const CHECKED: u8 = 4;

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for answer in recorded() {
        let Some(answer) = trino::answer(answer.as_bytes()) else { continue };
        let (Some(named), Rows::Pages(pages)) = (answer.columns, answer.data) else { continue };
        for page in pages {
            let types = || named.iter().map(|(_, ty)| ty.clone());
            seeds.push(columns::joined(types(), &page));
            // Without a checksum, what is changed is read.
            let mut unchecked = page;
            unchecked[MARKERS] &= !CHECKED;
            seeds.push(columns::joined(types(), &unchecked));
        }
    }
    seeds
}

fn holds(input: &[u8]) {
    let Some((types, page)) = columns::split(input) else { return };
    match presto::page(&columns::named(&types), page) {
        Ok(batch) => {
            let rows = page.first_chunk().map(|rows| u32::from_le_bytes(*rows));
            assert_eq!(Some(batch.num_rows() as u32), rows, "the rows that the page declares");
            sound(&batch);
        }
        Err(error) => told(&error),
    }
}
