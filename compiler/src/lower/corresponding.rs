//! CORRESPONDING: the sides of a set operation meet by the names of their columns. Each becomes a
//! select of these columns in one order, so that engines need not know of it.

use lakequery_types::same_name;

use super::Lowerer;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::Span;
use crate::tree::{Body, Column};

type Side = (Body, Vec<Column>);

impl Lowerer<'_> {
    /// Both sides with the columns that correspond.
    pub(super) fn corresponding(
        &mut self,
        corresponding: &ast::Corresponding,
        left: Side,
        right: Side,
    ) -> (Body, Vec<Column>, Body, Vec<Column>) {
        let ast::Corresponding { columns, span } = corresponding;
        if left.1.is_empty() || right.1.is_empty() {
            return (left.0, left.1, right.0, right.1); // A side has errors of its own.
        }
        let places = match columns {
            Some(names) => self.named_places(names, &left.1, &right.1),
            None => self.common_places(&left.1, &right.1, *span),
        };
        let Some(places) = places else {
            return (left.0, Vec::new(), right.0, Vec::new());
        };
        let (of_left, of_right): (Vec<usize>, Vec<usize>) = places.into_iter().unzip();
        let (left, left_columns) = self.chosen(left, &of_left);
        let (right, right_columns) = self.chosen(right, &of_right);
        (left, left_columns, right, right_columns)
    }

    /// The columns of CORRESPONDING BY: where they are on each side.
    fn named_places(
        &mut self,
        names: &[ast::Name],
        left: &[Column],
        right: &[Column],
    ) -> Option<Vec<(usize, usize)>> {
        let mut places = Vec::with_capacity(names.len());
        for (i, ast::Name { text, quoted: _, span }) in names.iter().enumerate() {
            let twice = |other: &ast::Name| {
                let ast::Name { text: other, quoted: _, span: _ } = other;
                same_name(other, text)
            };
            if names[..i].iter().any(twice) {
                let message = format!("`{text}` is named twice");
                self.error(Code::DuplicateName, *span, message);
                return None;
            }
            let place = |this: &mut Self, side: &[Column], which: &str| match &found(side, text)[..]
            {
                [place] => Some(*place),
                [] => {
                    let message = format!("the {which} side has no column `{text}`");
                    this.error(Code::UnknownColumn, *span, message);
                    None
                }
                _ => {
                    let message = format!("the {which} side has several columns `{text}`");
                    this.error(Code::AmbiguousColumn, *span, message);
                    None
                }
            };
            let (a, b) = (place(self, left, "left"), place(self, right, "right"));
            places.extend(a.zip(b));
        }
        (places.len() == names.len()).then_some(places)
    }

    /// The columns that both sides have, in the order of the left one.
    fn common_places(
        &mut self,
        left: &[Column],
        right: &[Column],
        span: Span,
    ) -> Option<Vec<(usize, usize)>> {
        let problem = |message: String| Diagnostic::new(Code::ColumnCount, span, message);
        let mut places = Vec::new();
        for side in [left, right] {
            if let Some(column) = side.iter().find(|column| column.name.is_none()) {
                let message = "this column has no name that CORRESPONDING could go by";
                let diagnostic = Diagnostic::new(Code::ColumnCount, column.span, message);
                self.report(diagnostic.help("give it one: `… AS name`"));
                return None;
            }
            let names = || side.iter().filter_map(|column| column.name.as_deref());
            if let Some(name) = names().find(|name| found(side, name).len() > 1) {
                let message = format!("CORRESPONDING finds several columns `{name}` on one side");
                self.report(problem(message));
                return None;
            }
        }
        for (place, column) in left.iter().enumerate() {
            let name = column.name.as_deref().unwrap_or_default();
            places.extend(found(right, name).first().map(|other| (place, *other)));
        }
        if places.is_empty() {
            let message = "the sides have no column of the same name".to_owned();
            self.report(problem(message).help("name the columns alike: `… AS name`"));
            return None;
        }
        Some(places)
    }

    /// A side with these of its columns.
    fn chosen(&mut self, (body, columns): Side, places: &[usize]) -> Side {
        if places.iter().copied().eq(0..columns.len()) {
            return (body, columns);
        }
        let mut select = self.rows_of(body, &columns);
        select.projection = places.iter().map(|place| select.projection[*place].clone()).collect();
        let columns = places.iter().map(|place| columns[*place].clone()).collect();
        (Body::Select(select.into()), columns)
    }
}

/// The places of the columns with a name.
fn found(columns: &[Column], name: &str) -> Vec<usize> {
    let has_name = |column: &Column| column.name.as_deref().is_some_and(|own| same_name(own, name));
    (0..columns.len()).filter(|place| has_name(&columns[*place])).collect()
}
