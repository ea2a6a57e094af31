//! [`Links`] and [`Order`]: which chunks of a result there are, where each is, and whether all
//! of its rows have come. They have no socket.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::message::{Chunks, Extent, Link, Manifest, Place};
use crate::error::{Error, Kind, Result};

/// How long before its end a link is not used any more.
const BEFORE_END: Duration = Duration::from_secs(60);

/// The links to chunks that are known and not used yet.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<HashMap<u64, Link>>);

impl Links {
    /// Takes in those that came, the latest for each chunk.
    pub(super) fn add(&self, chunks: Chunks) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(chunks.links.into_iter().map(|link| (link.extent.index, link)));
    }

    /// The link to a chunk.
    pub(super) fn take(&self, index: u64) -> Option<Link> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&index)
    }
}

impl Link {
    /// Whether it can still be used.
    pub(super) fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        match &self.place {
            Place::Storage { until: Some(until), .. } => now + BEFORE_END < *until,
            _ => true,
        }
    }
}

/// The order of a result's chunks, and how far they have come.
#[derive(Debug)]
pub(super) struct Order {
    chunks: u64,
    rows: u64,
    declared: HashMap<u64, Extent>,
    /// The chunks and rows that have come.
    next: u64,
    came: u64,
}

impl Order {
    /// That of a result.
    pub(super) fn new(manifest: &Manifest) -> Order {
        Order {
            chunks: manifest.chunk_count,
            rows: manifest.row_count,
            declared: manifest.chunks.iter().map(|extent| (extent.index, *extent)).collect(),
            next: 0,
            came: 0,
        }
    }

    /// How many chunks there are.
    pub(super) fn chunks(&self) -> u64 {
        self.chunks
    }

    /// How many bytes a chunk has, as far as the server tells.
    pub(super) fn size(&self, index: u64) -> u64 {
        self.declared.get(&index).map_or(0, |extent| extent.byte_count)
    }

    /// Takes in that the next chunk has come, and says how many rows it has to have.
    pub(super) fn advance(&mut self, extent: &Extent) -> Result<u64> {
        let declared = self.declared.get(&self.next);
        let count = extent.row_count.or(declared.and_then(|declared| declared.row_count));
        let agrees = |declared: &Extent| {
            declared.row_offset == self.came && declared.row_count.is_none_or(|n| count == Some(n))
        };
        let (Some(count), true) = (count, extent.row_offset == self.came) else {
            return Err(astray());
        };
        if extent.index != self.next || !declared.is_none_or(agrees) {
            return Err(astray());
        }
        self.next += 1;
        self.came = self.came.checked_add(count).ok_or_else(astray)?;
        Ok(count)
    }

    /// Whether all rows have come.
    pub(super) fn end(&self) -> Result<()> {
        if self.came == self.rows {
            return Ok(());
        }
        let (came, rows) = (self.came, self.rows);
        let message = format!("the result has {came} rows, and the server declares {rows}");
        Err(Error::new(Kind::BrokenData, message).help("run the query again"))
    }
}

#[cold]
fn astray() -> Error {
    let message = "the server's chunks of the result do not follow one another";
    Error::new(Kind::BrokenData, message).help("run the query again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(index: u64, row_offset: u64, row_count: Option<u64>) -> Extent {
        Extent { index, row_offset, row_count, byte_count: 0 }
    }

    /// Whether chunks are taken for all of a result of two chunks with 10 and 5 rows.
    fn is_whole(declared: bool, chunks: &[Extent]) -> bool {
        let all = [extent(0, 0, Some(10)), extent(1, 10, Some(5))];
        let chunks_declared = if declared { all.to_vec() } else { Vec::new() };
        let manifest = Manifest {
            chunk_count: 2,
            row_count: 15,
            chunks: chunks_declared,
            ..Manifest::default()
        };
        let mut order = Order::new(&manifest);
        chunks.iter().all(|chunk| order.advance(chunk).is_ok()) && order.end().is_ok()
    }

    #[test]
    fn every_row_is_accounted_for() {
        for (whole, declared, chunks) in [
            (true, true, [extent(0, 0, Some(10)), extent(1, 10, Some(5))]),
            (true, false, [extent(0, 0, Some(10)), extent(1, 10, Some(5))]),
            (true, true, [extent(0, 0, None), extent(1, 10, None)]),
            (false, false, [extent(0, 0, None), extent(1, 10, Some(5))]),
            (false, true, [extent(0, 0, Some(9)), extent(1, 9, Some(6))]),
            (false, false, [extent(0, 0, Some(10)), extent(1, 10, Some(4))]),
            (false, false, [extent(0, 0, Some(10)), extent(1, 9, Some(6))]),
            (false, true, [extent(1, 0, Some(10)), extent(1, 10, Some(5))]),
            (false, true, [extent(0, 0, Some(10)), extent(0, 10, Some(5))]),
            (false, false, [extent(0, 0, Some(10)), extent(1, 10, Some(u64::MAX))]),
        ] {
            assert_eq!(is_whole(declared, &chunks), whole, "{declared} {chunks:?}");
        }
    }
}
