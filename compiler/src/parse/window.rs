//! Windows: what stands behind OVER and in the WINDOW clause.

use crate::ast::{Frame, FrameBound, FrameBoundKind, FrameUnits, Name, Over, OverKind, WindowSpec};
use crate::token::TokenKind;

use super::keyword::Keyword;
use super::parser::Parser;

impl Parser<'_> {
    /// `OVER …`; the word comes next.
    pub(super) fn over(&mut self) -> Over {
        let start = self.at;
        self.at += 1;
        let kind = self.window();
        Over { kind, span: self.since(start) }
    }

    /// `(…)`, or the name of a window.
    pub(super) fn window(&mut self) -> OverKind {
        if !self.is_punct('(') || self.lost {
            return OverKind::Name(self.name("`(` or the name of a window"));
        }
        let start = self.at;
        let mut spec = self.group("", Self::window_spec);
        spec.span = self.since(start);
        OverKind::Spec(spec)
    }

    fn window_spec(&mut self) -> WindowSpec {
        let spec = self.window_clauses();
        if !self.is_end() && !self.lost {
            self.expected("PARTITION BY, ORDER BY, a frame or `)`");
        }
        spec
    }

    /// What stands in the parentheses of a window.
    pub(super) fn window_clauses(&mut self) -> WindowSpec {
        let start = self.at;
        let base = self.base_window();
        let mut partition_by = Vec::new();
        let mut order_by = Vec::new();
        if self.is(Keyword::Partition) && !self.lost {
            self.at += 1;
            self.expect_by("PARTITION");
            partition_by = self.list(|this| this.operand_after("PARTITION BY"));
        }
        if self.is(Keyword::Order) && !self.lost {
            order_by = self.order_by().keys;
        }
        let frame = self.frame();
        WindowSpec { base, partition_by, order_by, frame, span: self.since(start) }
    }

    /// The name of the window that this one extends.
    fn base_window(&mut self) -> Option<Name> {
        let next = self.kind(1);
        let is_alone = match self.keyword(0) {
            Some(Keyword::Partition) => self.keyword(1) != Some(Keyword::By) && next.is_none(),
            Some(Keyword::Rows | Keyword::Range | Keyword::Groups) => next.is_none(),
            _ => true,
        };
        (self.is_name(0) && is_alone).then(|| self.any_name())
    }

    fn frame(&mut self) -> Option<Frame> {
        let start = self.at;
        let units = match self.keyword(0)? {
            _ if self.lost => return None,
            Keyword::Rows => FrameUnits::Rows,
            Keyword::Range => FrameUnits::Range,
            Keyword::Groups => FrameUnits::Groups,
            _ => return None,
        };
        self.at += 1;
        let frame = if self.eat(Keyword::Between) {
            let first = self.bound();
            self.expect(Keyword::And, "the first bound of the frame");
            let last = self.bound();
            Frame { units, start: first, end: Some(last), span: self.since(start) }
        } else {
            let first = self.bound();
            Frame { units, start: first, end: None, span: self.since(start) }
        };
        if self.is(Keyword::Exclude) && !self.lost {
            let start = self.at;
            self.at = self.group_end();
            self.instead(self.since(start), "EXCLUDE in a frame", "remove it");
        }
        Some(frame)
    }

    fn bound(&mut self) -> FrameBound {
        use Keyword as K;
        let start = self.at;
        let kind = match (self.keyword(0), self.keyword(1)) {
            _ if self.lost => FrameBoundKind::CurrentRow,
            (Some(K::Unbounded), Some(K::Preceding)) => FrameBoundKind::UnboundedPreceding,
            (Some(K::Unbounded), Some(K::Following)) => FrameBoundKind::UnboundedFollowing,
            (Some(K::Current), Some(K::Row)) => FrameBoundKind::CurrentRow,
            _ => return self.bound_by_distance(start),
        };
        self.at += if self.lost { 0 } else { 2 };
        FrameBound { kind, span: self.since(start) }
    }

    fn bound_by_distance(&mut self, start: usize) -> FrameBound {
        let words = "UNBOUNDED PRECEDING, CURRENT ROW, `n PRECEDING` or `n FOLLOWING`";
        if !self.starts_expr() {
            self.expected(words);
            return FrameBound { kind: FrameBoundKind::CurrentRow, span: self.since(start) };
        }
        let is_word = matches!(self.kind(0), Some(TokenKind::Word(_)));
        let distance = self.expr_of_value();
        let kind = if self.eat(Keyword::Preceding) {
            FrameBoundKind::Preceding(distance)
        } else if self.eat(Keyword::Following) {
            FrameBoundKind::Following(distance)
        } else {
            let what = if is_word { words } else { "PRECEDING or FOLLOWING" };
            self.expected(what);
            FrameBoundKind::CurrentRow
        };
        FrameBound { kind, span: self.since(start) }
    }
}
