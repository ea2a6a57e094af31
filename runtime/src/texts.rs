//! [`Texts`]: rows of texts, as servers tell about themselves: names of tables,
//! columns and types.

use arrow_array::{Array, StringArray};

use crate::budget::{Budget, TEXT, TooLarge};
use crate::error::Result;
use crate::task::aside;

/// Rows of `N` texts each. They stay in their columns until they are read: a million
/// small texts take a worker long to free.
#[derive(Debug)]
pub(crate) struct Texts<const N: usize> {
    columns: Vec<[StringArray; N]>,
    size: usize,
    budget: Budget,
}

impl<const N: usize> Default for Texts<N> {
    fn default() -> Texts<N> {
        Texts { columns: Vec::new(), size: 0, budget: Budget::of_texts() }
    }
}

impl<const N: usize> Texts<N> {
    /// What further rows may take.
    #[cfg_attr(not(feature = "spark"), expect(dead_code, reason = "others push what is charged"))]
    pub(crate) fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }

    /// Adds rows: columns of one length.
    pub(crate) fn push(&mut self, columns: [StringArray; N]) -> Result<(), TooLarge> {
        for column in &columns {
            self.budget.charge(1, column.get_array_memory_size())?;
            self.budget.charge(column.len(), TEXT)?;
            self.size += column.get_array_memory_size();
        }
        self.columns.push(columns);
        Ok(())
    }

    /// The rows, one after the other.
    pub(crate) fn rows(&self) -> impl Iterator<Item = [Option<&str>; N]> {
        self.columns.iter().flat_map(|columns| {
            let count = columns.iter().map(|column| column.len()).min().unwrap_or(0);
            (0..count).map(|row| {
                columns.each_ref().map(|column| column.is_valid(row).then(|| column.value(row)))
            })
        })
    }

    /// Makes something of the rows, aside where they are many.
    pub(crate) async fn read<T: Send + 'static>(
        self,
        read: impl FnOnce(&Texts<N>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        aside(self.size, move || read(&self)).await
    }
}
