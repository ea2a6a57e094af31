//! [`Draft`]: a query that is being changed.

use std::ops::Range;

use super::places::{self, Place};
use super::pools::Pools;
use super::words::{Kind, Word, cut, join};
use crate::random::Random;

/// A query that is being changed.
pub(in crate::promise) struct Draft<'a> {
    pub(super) words: Vec<Word>,
    pub(super) pools: &'a Pools,
    random: &'a mut Random,
}

impl<'a> Draft<'a> {
    /// Of a query; `None` where it can't be cut into words.
    pub(super) fn new(sql: &str, pools: &'a Pools, random: &'a mut Random) -> Option<Draft<'a>> {
        Some(Draft { words: cut(sql)?, pools, random })
    }

    pub(super) fn text(&self) -> String {
        join(&self.words)
    }

    /// A number below a limit.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.random.below(limit)
    }

    /// One of several.
    pub(super) fn one<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { Some(all[self.below(all.len())].clone()) }
    }

    /// The place of one of the words of which something is true.
    pub(super) fn find(&mut self, wanted: impl Fn(&[Word], usize) -> bool) -> Option<usize> {
        let found: Vec<usize> =
            (0..self.words.len()).filter(|at| wanted(&self.words, *at)).collect();
        self.one(&found)
    }

    /// One of the operands of expressions, of which something is true.
    pub(super) fn operand(&mut self, wanted: impl Fn(&[Word]) -> bool) -> Option<Range<usize>> {
        let places = places::places(&self.words);
        let mut found = Vec::new();
        for (at, place) in places.iter().enumerate() {
            let after = at.checked_sub(1).map(|before| &self.words[before]);
            let inside = after.is_some_and(|word| {
                word.is(".") || word.is("interval") || word.is("to") || word.is("over")
            });
            if *place != Place::Expression || inside {
                continue;
            }
            if let Some(range) = places::operand(&self.words, at)
                && wanted(&self.words[range.clone()])
            {
                found.push(range);
            }
        }
        self.one(&found)
    }

    /// A column that stands in an expression.
    pub(super) fn column(&mut self) -> Option<Range<usize>> {
        self.operand(|words| words.iter().all(|word| word.is_name() || word.is(".")))
    }

    /// A literal that stands in an expression.
    pub(super) fn literal(&mut self) -> Option<Range<usize>> {
        self.operand(|words| {
            words[0].kind == Kind::Literal
                || words.get(1).is_some_and(|word| word.kind == Kind::Literal)
        })
    }

    /// A call: the place of its name.
    pub(super) fn call(&mut self) -> Option<usize> {
        let range = self
            .operand(|words| words[0].is_name() && words.get(1).is_some_and(|word| word.is("(")))?;
        Some(range.start)
    }

    /// The text of a range.
    pub(super) fn said(&self, range: Range<usize>) -> String {
        join(&self.words[range])
    }

    /// Puts a text in the place of a range; `None` where it can't be cut.
    pub(super) fn put(&mut self, range: Range<usize>, text: &str) -> Option<()> {
        self.words.splice(range, cut(text)?);
        Some(())
    }

    /// The tables that the query names.
    fn tables(&self) -> Vec<usize> {
        let named = |name: &str| {
            let table = name.split('.').next_back().unwrap_or_default();
            self.words.iter().any(|word| word.text.eq_ignore_ascii_case(table))
        };
        let tables = self.pools.tables.iter().enumerate();
        tables.filter(|(_, (name, _))| named(name)).map(|(at, _)| at).collect()
    }

    /// One of the columns of the tables that the query names, most often one of
    /// the type of the column of this name.
    pub(super) fn other_column(&mut self, like: Option<&str>) -> Option<String> {
        let pools = self.pools;
        let columns: Vec<_> =
            self.tables().into_iter().flat_map(|table| &pools.tables[table].1).collect();
        let like = columns.iter().find(|(name, _)| Some(&**name) == like).map(|(_, ty)| ty);
        let alike: Vec<_> = columns.iter().filter(|(_, ty)| Some(ty) == like).collect();
        if !alike.is_empty() && self.below(4) > 0 {
            return self.one(&alike).map(|(name, _)| name.clone());
        }
        self.one(&columns).map(|(name, _)| name.clone())
    }

    /// One of the tables that the query names, or of all, with one of its columns.
    pub(super) fn table(&mut self) -> Option<(String, String)> {
        let named = self.tables();
        let at = match self.one(&named) {
            Some(at) if self.below(4) > 0 => at,
            _ => self.below(self.pools.tables.len()),
        };
        let (name, columns) = &self.pools.tables[at];
        let column = self.one(columns)?.0;
        Some((name.clone(), column))
    }
}
