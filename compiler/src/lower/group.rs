//! GROUP BY, and that a grouped select uses only what it grouped by.

use std::collections::{BTreeSet, HashSet};

use lakequery_types::{Type, same_name};

use super::scope::{ColumnKey, Found, Scope};
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function;
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{
    BinaryOperator, Call, Column, Expr, ExprKind, GroupBy, GroupKey, Literal, Projection,
};

/// The most grouping sets of a query, as Trino has it.
const MOST_SETS: usize = 2048;

/// The most keys that grouping sets choose from, as Spark has it.
const MOST_KEYS: usize = 64;

/// A lowered GROUP BY.
pub(super) struct Groups {
    pub(super) by: GroupBy,
    /// Whether no key has a diagnostic.
    pub(super) are_complete: bool,
}

impl Groups {
    /// GROUP BY and HAVING as the tree has them. `GROUP BY ()` is a group of all rows, as is
    /// what aggregates without GROUP BY.
    pub(super) fn finish(self, having: Option<Expr>, aggregates: bool) -> Grouped {
        let GroupBy { keys, sets, of_nothing: _ } = &self.by;
        let is_total = keys.is_empty() && sets.as_ref().is_none_or(|sets| sets.len() == 1);
        if !is_total || !self.are_complete {
            return (Some(self.by), having);
        }
        (None, having.or_else(|| if aggregates { None } else { aggregates_all() }))
    }
}

/// GROUP BY and HAVING.
type Grouped = (Option<GroupBy>, Option<Expr>);

impl Lowerer<'_> {
    /// Finds out, before the SELECT list is lowered, whether a group may have no rows and
    /// which keys are NULL in some groups: the keys may be of the SELECT list.
    pub(super) fn foresee_groups(
        &mut self,
        written: Option<&ast::GroupBy>,
        items: &[ast::SelectItem],
        distinct: bool,
    ) {
        self.context.grouped = written.is_some();
        let Some(written) = written.filter(|written| !is_plain(written)) else { return };
        if self.foresees {
            // What it is for only asks for the keys: once is enough at any depth.
            self.context.grouped = false;
            return;
        }
        let (ids, relations) = (self.next_id, self.relations.len());
        let references = self.references.len();
        let mut found = None;
        self.foresees = true;
        self.only_refers(|this| {
            let (items, columns) =
                this.in_clause(Clause::Select, |this| this.projection(items, distinct));
            found = Some(this.group_by(written, &items, &columns).by);
        });
        self.foresees = false;
        self.next_id = ids;
        self.relations.truncate(relations);
        self.references.truncate(references);
        let Some(by) = found else { return };
        self.context.grouped = !by.keys.is_empty() && by.totals() == 0;
        if let Some(scope) = self.scopes.last_mut() {
            scope.left_out = by
                .keys
                .iter()
                .enumerate()
                .filter(|(index, _)| by.leaves_out(*index))
                .map(|(_, key)| key.expr.clone())
                .collect();
        }
    }

    /// An expression over the rows of grouping sets, which may leave it out.
    pub(super) fn over_groups(&self, expr: Expr) -> Expr {
        let innermost = self.scopes.len().wrapping_sub(1);
        let is_left_out = |(depth, scope): (usize, &Scope)| {
            let sees_rows = depth == innermost && self.context.in_aggregate;
            !sees_rows && scope.left_out.iter().any(|key| key.same(&expr))
        };
        let nullable = expr.nullable || self.scopes.iter().enumerate().any(is_left_out);
        Expr { nullable, ..expr }
    }

    /// The keys of GROUP BY, and the sets of them.
    pub(super) fn group_by(
        &mut self,
        group_by: &ast::GroupBy,
        projection: &[Projection],
        columns: &[Column],
    ) -> Groups {
        let ast::GroupBy { grouping, span } = group_by;
        let mut keys = Keys {
            projection,
            columns,
            all: Vec::new(),
            are_once: !is_plain(group_by),
            are_complete: true,
        };
        let (elements, distinct) = match grouping {
            ast::Grouping::All => {
                self.all_keys(&mut keys);
                return Groups {
                    by: GroupBy { keys: keys.all, sets: None, of_nothing: true },
                    are_complete: keys.are_complete,
                };
            }
            ast::Grouping::Elements { elements, distinct } => (elements, *distinct),
        };
        let sets = self.in_clause(Clause::GroupBy, |this| {
            let each = elements.iter().map(|element| this.sets_of(element, &mut keys));
            let each: Option<Vec<Vec<Set>>> = each.collect();
            each
        });
        let mut sets = sets.map(|each| product(&each)).unwrap_or_default();
        if distinct {
            let mut seen = HashSet::new();
            sets.retain(|set| seen.insert(set.iter().copied().collect::<BTreeSet<_>>()));
        }
        if sets.len() > 1 && sets.len() > MOST_SETS {
            self.too_many_sets(*span);
            keys.are_complete = false;
            sets.clear();
        }
        if sets.len() > 1 && keys.all.len() > MOST_KEYS {
            let found = keys.all.len();
            let message =
                format!("grouping sets choose from at most {MOST_KEYS} keys, found {found}");
            self.error(Code::TooLarge, *span, message);
            keys.are_complete = false;
        }
        let sets = (sets.len() > 1).then_some(sets);
        Groups {
            by: GroupBy { keys: keys.all, sets, of_nothing: true },
            are_complete: keys.are_complete,
        }
    }

    fn too_many_sets(&mut self, span: Span) {
        let message = format!("GROUP BY has more than {MOST_SETS} grouping sets");
        self.error(Code::TooLarge, span, message);
    }

    /// The grouping sets of an element; `None` after an error where there are too many.
    fn sets_of(&mut self, element: &ast::GroupElement, keys: &mut Keys<'_>) -> Option<Vec<Set>> {
        let ast::GroupingSets { kind, elements, span } = match element {
            ast::GroupElement::Set(set) => return Some(vec![self.set_of(set, keys)]),
            ast::GroupElement::Sets(sets) => sets,
        };
        let parts: Option<Vec<Vec<Set>>> =
            elements.iter().map(|element| self.sets_of(element, keys)).collect();
        let parts: Vec<Set> = parts?.concat();
        let too_many = match kind {
            ast::GroupingKind::Sets => false,
            ast::GroupingKind::Rollup => parts.len() >= MOST_SETS,
            ast::GroupingKind::Cube => parts.len() > MOST_SETS.ilog2() as usize,
        };
        if too_many {
            self.too_many_sets(*span);
            keys.are_complete = false;
            return None;
        }
        Some(match kind {
            ast::GroupingKind::Sets => parts,
            ast::GroupingKind::Rollup => {
                (0..=parts.len()).rev().map(|length| union(&parts[..length])).collect()
            }
            ast::GroupingKind::Cube => {
                let chosen = |mask: usize| {
                    let is_chosen = |(i, _): &(usize, &Set)| mask >> (parts.len() - 1 - i) & 1 == 1;
                    union(parts.iter().enumerate().filter(is_chosen).map(|(_, set)| set))
                };
                (0..1 << parts.len()).rev().map(chosen).collect()
            }
        })
    }

    fn set_of(&mut self, set: &ast::GroupingSet, keys: &mut Keys<'_>) -> Set {
        let ast::GroupingSet { keys: written, span: _ } = set;
        let mut set = Set::new();
        for key in written {
            match self.group_key(key, keys.projection, keys.columns) {
                Some(key) => set.push(keys.index_of(key)),
                None => keys.are_complete = false,
            }
        }
        union([&set])
    }

    /// The keys of `GROUP BY ALL`: the output columns that are of a row, not of a group.
    fn all_keys(&mut self, keys: &mut Keys<'_>) {
        keys.are_complete = !keys.projection.is_empty();
        for (index, Projection { expr, alias: _ }) in keys.projection.iter().enumerate() {
            let is_computed = expr.has_aggregate() || expr.any(&|part| is_window(part));
            if expr.is_error() {
                keys.are_complete = false;
            } else if !is_computed && expr.uses(0).inner {
                match self.group_by_output(index, keys.projection, expr.span) {
                    Some(key) => drop(keys.index_of(key)),
                    None => keys.are_complete = false,
                }
            }
        }
    }

    /// Reports what `grouping` is asked about and GROUP BY does not have.
    pub(super) fn check_asked_about(&mut self, groups: Option<&Groups>) {
        let asked = self.scopes.last_mut().map(|scope| std::mem::take(&mut scope.asked_about));
        for key in asked.into_iter().flatten() {
            let message = match groups {
                None => {
                    "`grouping` tells the sets of GROUP BY apart, which the query does not have"
                }
                Some(groups) if !groups.are_complete => continue,
                Some(groups) if groups.by.keys.iter().any(|own| own.expr.same(&key)) => continue,
                Some(_) => "`grouping` takes what GROUP BY has, and this is not in it",
            };
            self.error(Code::NotGrouped, key.span, message);
        }
    }

    fn group_key(
        &mut self,
        key: &ast::Expr,
        projection: &[Projection],
        columns: &[Column],
    ) -> Option<GroupKey> {
        if projection.is_empty() {
            // The SELECT list has errors of its own.
            self.only_refers(|this| drop(this.expr(key)));
            return None;
        }
        if let Some(index) = self.ordinal(key, projection.len(), "GROUP BY")? {
            return self.group_by_output(index, projection, key.span);
        }
        // An input column's name comes before an output column's.
        if let ast::ExprKind::Name(ast::Name { text: name, quoted: _, span }) = &key.kind {
            let is_input =
                self.scopes.last().is_some_and(|scope| !matches!(scope.find(name), Found::Nothing));
            let output = columns.iter().position(|column| {
                column.name.as_deref().is_some_and(|output| same_name(output, name))
            });
            if let (false, Some(index)) = (is_input, output) {
                let declared = columns[index].span;
                self.refers(*span, Target::Output { index, declared });
                return self.group_by_output(index, projection, *span);
            }
        }
        let expr = self.expr(key);
        if expr.is_error() {
            return None;
        }
        self.check_groupable(&expr);
        let output = projection.iter().position(|item| item.expr.same(&expr));
        Some(GroupKey { expr, output, span: key.span })
    }

    fn group_by_output(
        &mut self,
        index: usize,
        projection: &[Projection],
        span: Span,
    ) -> Option<GroupKey> {
        let expr = projection[index].expr.clone();
        if expr.is_error() {
            return None;
        }
        if expr.has_aggregate() || expr.any(&|expr| is_window(expr)) {
            self.report(
                Diagnostic::new(
                    Code::MisplacedAggregate,
                    span,
                    "GROUP BY can't use an output column that is computed from the groups",
                )
                .related(expr.span, "computed here"),
            );
            return None;
        }
        self.check_groupable(&expr);
        Some(GroupKey { expr, output: Some(index), span })
    }

    fn check_groupable(&mut self, expr: &Expr) {
        if !expr.ty.is_comparable() {
            let message = format!("values of type `{}` can't be grouped", expr.ty);
            self.error(Code::TypeMismatch, expr.span, message);
        }
    }

    /// Reports the columns of `own` relations that stand neither in a key nor
    /// in an aggregate.
    pub(super) fn check_grouped<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e Expr>,
        keys: Option<&[GroupKey]>,
        own: &HashSet<usize>,
    ) {
        let mut reported = HashSet::new();
        for expr in exprs {
            let mut ungrouped = Vec::new();
            find_ungrouped(expr, keys.unwrap_or_default(), own, false, &mut ungrouped);
            for column in ungrouped {
                let ExprKind::Column(reference) = &column.kind else { continue };
                let key = ColumnKey { relation: reference.relation, index: reference.index };
                if !reported.insert(key) {
                    continue;
                }
                let name = &reference.name;
                let (message, help) = match keys {
                    Some(_) => (
                        format!("`{name}` is neither in GROUP BY nor in an aggregate"),
                        format!("add `{name}` to GROUP BY, or take one value: `any_value({name})`"),
                    ),
                    None => (
                        format!("`{name}` stands beside an aggregate without GROUP BY"),
                        format!("add `GROUP BY {name}`, or aggregate it: `any_value({name})`"),
                    ),
                };
                self.report(Diagnostic::new(Code::NotGrouped, column.span, message).help(help));
            }
        }
    }
}

pub(super) fn is_window(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(call) if call.over.is_some())
}

/// Collects the columns of `own` relations in `expr` that no key covers.
/// `inside` a subquery, aggregates belong to the subquery.
fn find_ungrouped<'e>(
    expr: &'e Expr,
    keys: &[GroupKey],
    own: &HashSet<usize>,
    inside: bool,
    found: &mut Vec<&'e Expr>,
) {
    // What `grouping` is asked about has a check of its own.
    let is_asked_about = matches!(expr.kind, ExprKind::Grouping(_));
    if is_asked_about || keys.iter().any(|key| key.expr.same(expr)) {
        return;
    }
    if !inside && expr.is_aggregate() {
        return;
    }
    if let ExprKind::Column(column) = &expr.kind
        && own.contains(&column.relation)
    {
        found.push(expr);
        return;
    }
    expr.for_each_operand(&mut |operand| find_ungrouped(operand, keys, own, inside, found));
    if let Some(query) = expr.subquery() {
        query.for_each_expr(0, &mut |expr, _| find_ungrouped(expr, keys, own, true, found));
    }
}

/// A grouping set: indices of keys, each once.
type Set = Vec<usize>;

/// The keys of a GROUP BY while it is lowered.
struct Keys<'p> {
    projection: &'p [Projection],
    columns: &'p [Column],
    all: Vec<GroupKey>,
    /// Whether each expression is a key once.
    are_once: bool,
    are_complete: bool,
}

impl Keys<'_> {
    /// The index of a key among those that there are, or as a new one.
    fn index_of(&mut self, key: GroupKey) -> usize {
        let is_same = |own: &GroupKey| self.are_once && own.expr.same(&key.expr);
        let known = self.all.iter().position(is_same);
        known.unwrap_or_else(|| {
            self.all.push(key);
            self.all.len() - 1
        })
    }
}

/// Whether there is one grouping set, which has keys, and the text alone shows it.
fn is_plain(written: &ast::GroupBy) -> bool {
    let ast::GroupBy { grouping, span: _ } = written;
    let is_set = |element: &ast::GroupElement| matches!(element, ast::GroupElement::Set(_));
    let has_keys = |element: &ast::GroupElement| match element {
        ast::GroupElement::Set(ast::GroupingSet { keys, span: _ }) => !keys.is_empty(),
        ast::GroupElement::Sets(_) => false,
    };
    match grouping {
        ast::Grouping::All => false,
        ast::Grouping::Elements { elements, distinct: _ } => {
            elements.iter().all(is_set) && elements.iter().any(has_keys)
        }
    }
}

fn union<'s>(sets: impl IntoIterator<Item = &'s Set>) -> Set {
    let mut all = Set::new();
    for key in sets.into_iter().flatten() {
        if !all.contains(key) {
            all.push(*key);
        }
    }
    all
}

/// A set of each, in all combinations; no more than are too many.
fn product(each: &[Vec<Set>]) -> Vec<Set> {
    each.iter().fold(vec![Set::new()], |all, sets| {
        let pairs = all.iter().flat_map(|left| sets.iter().map(move |right| union([left, right])));
        pairs.take(MOST_SETS + 1).collect()
    })
}

/// A condition that aggregates and is always true.
fn aggregates_all() -> Option<Expr> {
    let made = |kind, ty| Expr { kind, ty, nullable: false, span: Span::default() };
    let count = Call::plain(function::lookup("count")?, Vec::new());
    let count = made(ExprKind::Call(Box::new(count)), Type::BigInt);
    let zero = made(ExprKind::Literal(Literal::Integer(0)), Type::BigInt);
    let kind =
        ExprKind::Binary { operator: BinaryOperator::GtEq, left: count.into(), right: zero.into() };
    Some(made(kind, Type::Boolean))
}
