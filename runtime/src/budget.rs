//! [`Budget`]: how much memory an answer of a server may come to. A few bytes can
//! name a million columns, or a million rows that are NULL: what takes more memory
//! than it takes bytes on the wire is charged here before it is made.

use arrow_schema::DataType;

use crate::error::{Error, Kind};

/// What an answer may come to whatever its size.
const BASE: usize = 160 << 20;

/// What it may come to for each of its bytes. A digit and a comma become eight
/// bytes, and nothing becomes more; what is beyond that comes out of [`BASE`].
const EACH: usize = 3;

/// What all that a server tells about itself may come to: the texts of a million
/// columns.
const TOLD: usize = 512 << 20;

/// How many columns no more work is expected of than their bytes make.
const FEW: usize = 8;

/// What a column takes without its values, and each type in that of a column.
pub(crate) const LEAF: usize = 1 << 10;

/// What a byte of a type's name takes while it is read.
#[cfg(any(feature = "_coordinator", feature = "databricks", feature = "spark"))]
pub(crate) const TYPE_BYTE: usize = 64;

/// What an entry of a list takes that is not a column.
#[cfg(any(feature = "_coordinator", feature = "spark"))]
pub(crate) const ENTRY: usize = 128;

/// What a text takes besides its bytes.
pub(crate) const TEXT: usize = 64;

/// What is left of the memory that an answer may take.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
}

/// The answer would take more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Budget {
    /// That of an answer of so many bytes.
    pub(crate) fn of(received: usize) -> Budget {
        Budget::part(received, 1)
    }

    /// That of one of several parts of an answer, which has so many bytes.
    pub(crate) fn part(received: usize, parts: usize) -> Budget {
        Budget { left: (BASE / parts.max(1)).saturating_add(received.saturating_mul(EACH)) }
    }

    /// That of the answers to a question about tables, all together: nobody who asks
    /// it can stop early.
    pub(crate) fn of_texts() -> Budget {
        Budget { left: TOLD }
    }

    /// Takes what so many things of a size need.
    #[inline]
    pub(crate) fn charge(&mut self, count: usize, each: usize) -> Result<(), TooLarge> {
        let needed = count.saturating_mul(each);
        let enough = needed <= self.left;
        self.left = self.left.saturating_sub(needed);
        if enough { Ok(()) } else { Err(TooLarge) }
    }
}

impl TooLarge {
    /// What is said of such an answer.
    pub(crate) const TOLD: &str = "takes more memory than an answer of its size may";
}

impl From<TooLarge> for Error {
    #[cold]
    fn from(_: TooLarge) -> Error {
        Error::new(Kind::BrokenData, format!("an answer of the server {}", TooLarge::TOLD))
            .help("ask for fewer columns or rows, or for less in each of them")
    }
}

/// What a value of a type takes at least, NULL or not: with all fields of rows,
/// without elements of lists and what texts hold.
#[cfg(any(test, feature = "_coordinator", feature = "dremio", feature = "spark"))]
pub(crate) fn cost(ty: &DataType) -> usize {
    1 + match ty {
        DataType::Struct(fields) => fields.iter().map(|field| cost(field.data_type())).sum(),
        DataType::List(_) | DataType::Map(..) | DataType::Utf8 | DataType::Binary => 4,
        ty => ty.primitive_width().unwrap_or(0),
    }
}

/// How much work it is to decode so many bytes into columns that have so many
/// types in all: of a wide row or a nested one, a few bytes may be many values.
pub(crate) fn effort(bytes: usize, leaves: usize) -> usize {
    bytes.saturating_mul(leaves.div_ceil(FEW))
}

/// How many types a type is made of, itself among them.
pub(crate) fn leaves(ty: &DataType) -> usize {
    1 + match ty {
        DataType::Struct(fields) => fields.iter().map(|field| leaves(field.data_type())).sum(),
        DataType::List(field) | DataType::Map(field, _) => leaves(field.data_type()),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends() {
        let mut budget = Budget::of(10);
        assert_eq!(budget.charge(BASE, 1), Ok(()));
        assert_eq!(budget.charge(3, 10), Ok(()));
        assert_eq!(budget.charge(1, 1), Err(TooLarge));
        assert_eq!(Budget::of(0).charge(usize::MAX, usize::MAX), Err(TooLarge));
        assert_eq!(Budget::part(0, 2).charge(BASE / 2 + 1, 1), Err(TooLarge));
    }

    #[test]
    fn rows_cost_what_their_fields_cost() {
        use arrow_schema::Field;
        let field = |ty| Field::new("f", ty, true);
        let row = DataType::Struct(
            vec![field(DataType::Int64), field(DataType::Utf8), field(DataType::Null)].into(),
        );
        assert_eq!((cost(&row), leaves(&row)), (1 + 9 + 5 + 1, 4));
        let list = DataType::List(field(row).into());
        assert_eq!((cost(&list), leaves(&list)), (5, 5));
    }
}
