//! The writer: it collects pieces and refusals.

use std::collections::{HashMap, HashSet};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::GroupBy;

use super::dialect::Dialect;
use super::place::{Clause, Place};
use super::shadows::Shadows;
use super::template::{Piece, Template};

/// Collects the pieces of a template, and what the engine can't do.
pub(crate) struct Writer<'a> {
    pub(crate) dialect: &'static Dialect,
    pub(super) config: &'a Config,
    /// Where in the query the writing is.
    pub(super) place: Place,
    /// What names mean something else in the ORDER BY being written.
    pub(super) shadows: Shadows,
    /// The names of the relations of the select being written, where its columns are written
    /// with them.
    pub(super) qualifiers: HashMap<usize, String>,
    /// The relations on the left of the join whose condition is written.
    pub(super) left_of_join: HashSet<usize>,
    /// What the rows of the select being written are grouped by.
    pub(super) groups: Option<GroupBy>,
    /// How many queries in parentheses are around what is written.
    pub(super) nesting: usize,
    /// The names of the queries in WITH that can be used here.
    pub(super) with_names: Vec<String>,
    pieces: Vec<Piece>,
    /// How much was written.
    length: usize,
    refusals: Vec<Diagnostic>,
}

/// Templates that need an argument twice may double a query again and again.
const MAX_LENGTH: usize = 8 << 20;

impl<'a> Writer<'a> {
    pub(super) fn new(dialect: &'static Dialect, config: &'a Config) -> Writer<'a> {
        Writer {
            dialect,
            config,
            place: Place::default(),
            shadows: Shadows::default(),
            qualifiers: HashMap::new(),
            left_of_join: HashSet::new(),
            groups: None,
            nesting: 0,
            with_names: Vec::new(),
            pieces: Vec::new(),
            length: 0,
            refusals: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Result<Template, Vec<Diagnostic>> {
        if self.refusals.is_empty() {
            return Ok(Template { engine: self.dialect.engine, pieces: self.pieces });
        }
        self.refusals.sort_by_key(|refusal| refusal.span);
        Err(self.refusals)
    }

    /// Writes text.
    pub(crate) fn push(&mut self, text: &str) {
        self.length = self.length.saturating_add(text.len());
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// Writes a name, quoted where it has to be.
    pub(crate) fn ident(&mut self, name: &str) {
        let ident = self.dialect.ident(name);
        self.push(&ident);
    }

    /// Leaves a gap for a parameter.
    pub(super) fn parameter(&mut self, index: usize) {
        self.pieces.push(Piece::Parameter(index));
    }

    /// Leaves a gap for `operand IN (…)` with a list parameter.
    pub(super) fn in_parameter(
        &mut self,
        parameter: usize,
        negated: bool,
        operand: impl FnOnce(&mut Self),
    ) {
        let operand = self.written_apart(operand);
        self.pieces.push(Piece::InList { operand, parameter, negated });
    }

    /// What `write` writes, which [`append`](Self::append) puts where it belongs.
    pub(super) fn written_apart(&mut self, write: impl FnOnce(&mut Self)) -> Vec<Piece> {
        let before = std::mem::take(&mut self.pieces);
        write(self);
        std::mem::replace(&mut self.pieces, before)
    }

    /// Writes what was written apart.
    pub(super) fn append(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            match (self.pieces.last_mut(), piece) {
                (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
                (_, piece) => self.pieces.push(piece),
            }
        }
    }

    /// Writes something of a clause.
    pub(super) fn in_clause(&mut self, clause: Clause, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place, Place { clause, ..Place::default() });
        write(self);
        self.place = outer;
    }

    /// Writes items with commas between them.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut item: impl FnMut(&mut Self, T),
    ) {
        for (i, one) in items.into_iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            item(self, one);
        }
    }

    /// Whether the text has become too long; the first time, this is refused.
    pub(super) fn overflows(&mut self, span: Span) -> bool {
        if self.length <= MAX_LENGTH {
            return false;
        }
        if self.length != usize::MAX {
            self.length = usize::MAX;
            self.refuse(
                span,
                "this query",
                "it becomes too long there; compute parts of it in subqueries",
            );
        }
        true
    }

    /// Records that the engine can't do `what`, for this reason.
    pub(crate) fn refuse(&mut self, span: Span, what: &str, reason: &str) {
        let message = format!("{what} can't be compiled for {}: {reason}", self.dialect.engine);
        self.refusals.push(Diagnostic::new(Code::Refused, span, message));
    }
}
