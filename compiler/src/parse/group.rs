//! GROUP BY: its keys, grouping sets, ROLLUP and CUBE.

use crate::ast::{GroupBy, GroupElement, Grouping, GroupingKind, GroupingSet, GroupingSets};

use super::keyword::Keyword;
use super::parser::Parser;

impl Parser<'_> {
    /// `GROUP BY …`; the first word comes next.
    pub(super) fn group_by(&mut self) -> GroupBy {
        let start = self.at;
        self.at += 1;
        self.expect_by("GROUP");
        if self.group_by_all() {
            return GroupBy { grouping: Grouping::All, span: self.since(start) };
        }
        let distinct = self.eat(Keyword::Distinct);
        if !distinct && self.is(Keyword::All) && self.is_operand(1) {
            self.at += 1;
        }
        let elements = self.list(Self::group_element);
        if self.is(Keyword::With)
            && let Some(word @ (Keyword::Rollup | Keyword::Cube)) = self.keyword(1)
        {
            let (start, word) = (self.at, word.text());
            self.at += 2;
            let help = format!("write `GROUP BY {word} (…)`");
            self.instead(self.since(start), &format!("WITH {word}"), help);
        }
        let grouping = Grouping::Elements { elements, distinct };
        GroupBy { grouping, span: self.since(start) }
    }

    /// Takes ALL where it is all that GROUP BY says.
    fn group_by_all(&mut self) -> bool {
        if !self.eat(Keyword::All) {
            return false;
        }
        let ends = self.is_end() || self.starts_clause();
        self.at -= usize::from(!ends);
        ends
    }

    fn group_element(&mut self) -> GroupElement {
        let element = self.deeper(Self::grouping_sets).flatten();
        element.unwrap_or_else(|| GroupElement::Set(self.grouping_set()))
    }

    /// GROUPING SETS, ROLLUP or CUBE with its parentheses, if it comes next.
    fn grouping_sets(&mut self) -> Option<GroupElement> {
        let (kind, words) = match self.keyword(0)? {
            Keyword::Rollup => (GroupingKind::Rollup, 1),
            Keyword::Cube => (GroupingKind::Cube, 1),
            Keyword::Grouping if self.keyword(1) == Some(Keyword::Sets) => (GroupingKind::Sets, 2),
            _ => return None,
        };
        if !self.is_punct_at(words, '(') || self.lost {
            return None;
        }
        let start = self.at;
        self.at += words;
        let span = self.since(start);
        let elements = self.group("`,` or ", |this| {
            if this.is_end() {
                let what = if kind == GroupingKind::Sets { "a grouping set" } else { "a column" };
                this.expected(what);
                return Vec::new();
            }
            this.list_in_group(|this| match kind {
                GroupingKind::Sets => this.group_element(),
                GroupingKind::Rollup | GroupingKind::Cube => GroupElement::Set(this.grouping_set()),
            })
        });
        Some(GroupElement::Sets(GroupingSets { kind, elements, span }))
    }

    /// `a`, `(a, b)` or `()`.
    fn grouping_set(&mut self) -> GroupingSet {
        let start = self.at;
        let keys = match self.opens_grouping_set() {
            true => self.group("`,` or ", |this| match this.is_end() {
                true => Vec::new(),
                false => this.list_in_group(Self::expr),
            }),
            false => vec![self.operand_after("GROUP BY")],
        };
        GroupingSet { keys, span: self.since(start) }
    }

    /// Whether the parentheses that open next hold all keys of a set, and do not
    /// begin a key.
    fn opens_grouping_set(&self) -> bool {
        if !self.is_punct('(') || self.lost || self.is_query(1) {
            return false;
        }
        let after = self.after_group(0);
        let next = self.keyword(after);
        self.kind(after).is_none()
            || self.is_punct_at(after, ',')
            || self.clause_at(after)
            || matches!(next, Some(Keyword::Window | Keyword::Qualify))
    }
}
