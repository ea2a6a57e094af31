//! The way of rows out of a file.

use std::ops::ControlFlow;

use arrow_array::ArrayRef;

/// Whether more rows are wanted.
pub(super) type Flow = ControlFlow<()>;

/// The way of rows out of a file.
pub(super) struct Batches<'a> {
    rows: usize,
    send: &'a mut dyn FnMut(Vec<ArrayRef>, usize) -> Flow,
}

impl<'a> Batches<'a> {
    /// Of so many rows each.
    pub(super) fn new(
        rows: usize,
        send: &'a mut dyn FnMut(Vec<ArrayRef>, usize) -> Flow,
    ) -> Batches<'a> {
        Batches { rows, send }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Hands on the columns of so many rows.
    pub(super) fn send(&mut self, columns: Vec<ArrayRef>, rows: usize) -> Flow {
        if rows == 0 { Flow::Continue(()) } else { (self.send)(columns, rows) }
    }
}
