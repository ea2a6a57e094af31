//! Arrays, rows and their subscripts.

use crate::ast::{Expr, ExprKind, Lambda, Name, Subscript};
use crate::diagnostic::{Code, Diagnostic};

use super::parser::Parser;

impl Parser<'_> {
    /// `ARRAY[…]`; the word comes next.
    pub(super) fn array(&mut self) -> ExprKind {
        self.at += 1;
        ExprKind::Array(self.values_in_group())
    }

    /// `ROW(…)`; the word comes next.
    pub(super) fn row_of_values(&mut self) -> ExprKind {
        let start = self.at;
        self.at += 1;
        let values = self.values_in_group();
        if values.is_empty() {
            let message = "ROW takes at least one value";
            self.report(Diagnostic::new(Code::Syntax, self.since(start), message));
            return ExprKind::Error;
        }
        ExprKind::Row(values)
    }

    /// What stands between the commas of the group that opens next; nothing, maybe.
    fn values_in_group(&mut self) -> Vec<Expr> {
        self.group("`,` or ", |this| match this.is_end() {
            true => Vec::new(),
            false => this.list_in_group(|this| {
                let value = this.expr();
                this.check_no_name();
                value
            }),
        })
    }

    /// Reports a name that is given to a value of an array or a row.
    fn check_no_name(&mut self) {
        if self.is(super::keyword::Keyword::As) && self.is_name(1) && !self.lost {
            let start = self.at;
            self.at += 2;
            let help = "give the fields their names in a type: `CAST(ROW(…) AS row(name type))`";
            self.instead(self.since(start), "a name in a row", help);
        }
    }

    /// The lambda that comes next, where one does: as an argument, its body may be a literal,
    /// too, behind which `->` is taken for an operator elsewhere.
    pub(super) fn lambda_argument(&mut self) -> Option<Expr> {
        let start = self.at;
        let parameters = if self.is_name(0) && self.is_pair_at(1, '-', '>') {
            vec![self.any_name()]
        } else if self.is_punct('(')
            && self.is_pair_at(self.after_group(0), '-', '>')
            && (self.is_punct_at(1, ')') || self.is_name(1))
        {
            self.lambda_parameters()
        } else {
            return None;
        };
        let kind = self.lambda(parameters, start);
        Some(Expr::new(kind, self.since(start)))
    }

    /// `(x, y)` before `->`.
    pub(super) fn lambda_parameters(&mut self) -> Vec<Name> {
        match self.partner_is(0, 1) {
            true => {
                self.at += 2;
                Vec::new()
            }
            false => self.names("the name of a lambda's parameter"),
        }
    }

    /// `-> body`, the parameters being read.
    pub(super) fn lambda(&mut self, parameters: Vec<Name>, start: usize) -> ExprKind {
        let head = self.since(start);
        self.at += 2;
        let body = self.operand_after("`->`");
        ExprKind::Lambda(Box::new(Lambda { parameters, head, body }))
    }

    /// `[index]` behind an operand.
    pub(super) fn subscript(&mut self, base: Expr) -> ExprKind {
        let open = self.at;
        if self.partner_is(0, 1) {
            self.at += 2;
            let message = "a subscript takes an index";
            let diagnostic = Diagnostic::new(Code::Syntax, self.since(open), message)
                .help("the first element of an array is `x[1]`");
            self.report(diagnostic);
            return ExprKind::Error;
        }
        let index = self.group("an operator or ", |this| {
            let index = this.expr();
            if this.is_punct(':') && !this.lost {
                this.at = this.group_end();
                let help = "write `slice(x, start, length)`";
                this.instead(this.since(open + 1), "a slice in brackets", help);
                return Expr::error(index.span);
            }
            index
        });
        ExprKind::Subscript(Box::new(Subscript { base, index }))
    }
}
