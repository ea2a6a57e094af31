//! Lambdas: `x -> body`, an argument of a function.
//!
//! What a lambda is called with follows from the other arguments of the call, and what other
//! lambdas give may be among that: `reduce` calls its first one with what it gave before.
//! There, types are found out by trial first.

use std::collections::HashSet;

use lakequery_types::{Item, Type, same_name};

use super::Lowerer;
use super::call::argument;
use super::nullability::proven_by;
use super::scope::{ColumnKey, ScopeColumn, ScopeRelation};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::function::{self, Argument, Function, Mismatch};
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{Expr, ExprKind, Lambda, Variable};

/// So many lambdas may be one in the other. Each trial of one is a trial of those in it.
const MOST_NESTED: usize = 10;

/// So often types may change by what lambdas give, as in Trino.
const MOST_TRIALS: usize = 4;

impl Lowerer<'_> {
    /// A lambda that is not an argument.
    pub(super) fn misplaced_lambda(&mut self, lambda: &ast::Lambda, span: Span) -> Expr {
        let ast::Lambda { parameters: _, head: _, body: _ } = lambda;
        let message = "a lambda stands only as an argument of a function";
        self.report(
            Diagnostic::new(Code::Syntax, span, message)
                .help("such as `transform(list, x -> x + 1)`"),
        );
        Expr::error(span)
    }

    /// Lowers the lambdas among the arguments, of which the others are lowered. One that
    /// has a diagnostic stays an error.
    pub(super) fn lambdas(
        &mut self,
        function: &'static Function,
        args: &[ast::Argument],
        lowered: &mut [Expr],
        name_span: Span,
        whole: Span,
    ) {
        let lambda = |arg: &ast::Argument| match arg {
            ast::Argument::Expr(ast::Expr { kind: ast::ExprKind::Lambda(lambda), span }) => {
                Some(((**lambda).clone(), *span))
            }
            ast::Argument::Expr(_) | ast::Argument::Star(_) => None,
        };
        let lambdas: Vec<(usize, ast::Lambda, Span)> = args
            .iter()
            .enumerate()
            .filter_map(|(i, arg)| lambda(arg).map(|(lambda, span)| (i, lambda, span)))
            .collect();
        let is_lambda = |index: usize| lambdas.iter().any(|(i, _, _)| *i == index);
        let has_error = lowered.iter().enumerate().any(|(i, arg)| arg.is_error() && !is_lambda(i));
        if lambdas.is_empty() || has_error || lowered.len() != args.len() {
            return;
        }
        if self.context.lambdas >= MOST_NESTED {
            let message = format!("lambdas are nested more than {MOST_NESTED} deep");
            self.report(
                Diagnostic::new(Code::TooLarge, lambdas[0].2, message)
                    .help("compute the inner ones in a subquery"),
            );
            return;
        }
        // Before it is lowered, nothing is known of a lambda but how many parameters it has.
        for (i, lambda, span) in &lambdas {
            lowered[*i] = unknown(lambda, *span);
        }
        if lambdas.len() > 1 && !self.try_lambdas(function, &lambdas, lowered) {
            for (i, _, span) in &lambdas {
                lowered[*i] = Expr::error(*span);
            }
            let state = &lambdas[0];
            let message = "what this lambda gives has another type each time it is called";
            self.report(
                Diagnostic::new(Code::TypeMismatch, state.2, message)
                    .help("give the initial value its type: `CAST(… AS double)`"),
            );
            return;
        }
        for (i, lambda, span) in &lambdas {
            lowered[*i] = match parameters(function, lowered, *i) {
                Ok(parameters) => self.lambda(lambda, &parameters, *span),
                Err(mismatch) => {
                    // How many parameters there are is said at these.
                    let at = match mismatch {
                        Mismatch::Parameters { index, .. } => index,
                        _ => usize::MAX,
                    };
                    if let Some((_, lambda, _)) = lambdas.iter().find(|(i, _, _)| *i == at) {
                        let ast::Lambda { parameters: _, head, body: _ } = lambda;
                        lowered[at].span = *head;
                    }
                    self.mismatched(function, lowered, mismatch, name_span, whole);
                    Expr::error(*span)
                }
            };
            if lowered[*i].is_error() {
                // The others would be misunderstood.
                for (i, _, span) in &lambdas {
                    lowered[*i] = Expr::error(*span);
                }
                return;
            }
        }
    }

    /// Lowers lambdas until their types don't change any more, and keeps only these; `false`
    /// where they don't stop to.
    fn try_lambdas(
        &mut self,
        function: &'static Function,
        lambdas: &[(usize, ast::Lambda, Span)],
        lowered: &mut [Expr],
    ) -> bool {
        let mut called: Vec<Option<Vec<Item>>> = vec![None; lowered.len()];
        for _ in 0..=MOST_TRIALS {
            let mut changed = false;
            for (i, lambda, span) in lambdas {
                // What is wrong is said when it is lowered for good.
                let Ok(parameters) = parameters(function, lowered, *i) else { return true };
                if called[*i].as_ref().is_some_and(|before| is_same(before, &parameters)) {
                    continue;
                }
                changed = true;
                let trial = self.on_trial(|this| this.lambda(lambda, &parameters, *span));
                if trial.is_error() {
                    return true;
                }
                called[*i] = Some(parameters);
                lowered[*i] = trial;
            }
            if !changed {
                return true;
            }
        }
        false
    }

    /// Lowers something, and forgets all that was said and found out.
    fn on_trial<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        let (references, relations) = (self.references.len(), self.relations.len());
        let mut result = None;
        self.only_refers(|this| result = Some(lower(this)));
        self.references.truncate(references);
        self.relations.truncate(relations);
        match result {
            Some(result) => result,
            None => unreachable!("it was lowered"),
        }
    }

    /// A lambda that is called with these.
    fn lambda(&mut self, lambda: &ast::Lambda, called_with: &[Item], span: Span) -> Expr {
        let ast::Lambda { parameters, head, body } = lambda;
        let id = self.fresh_id();
        let column = |(name, item): (&ast::Name, &Item)| ScopeColumn {
            name: Some(name.text.clone()),
            emitted: name.text.clone(),
            ty: item.ty.clone(),
            nullable: item.nullable,
        };
        let relation = ScopeRelation {
            id,
            name: None,
            emitted: String::new(),
            schema: None,
            columns: parameters.iter().zip(called_with).map(column).collect(),
            known: true,
            span: *head,
            filled_by: Vec::new(),
            proven: HashSet::new(),
            is_lambda: true,
        };
        for (i, name) in parameters.iter().enumerate() {
            if parameters[..i].iter().any(|other| same_name(&other.text, &name.text)) {
                let message = format!("two parameters of the lambda are called `{}`", name.text);
                self.error(Code::DuplicateName, name.span, message);
                return Expr::error(span);
            }
        }
        self.declares_each(parameters, |index, _| Target::Column { relation: id, index });
        let scope = self.scope_of(relation, None);
        self.enter(scope);
        let body = self.within(
            |context| {
                context.lambdas += 1;
                context.null_welcome = false;
            },
            |this| this.expr(body),
        );
        self.scopes.pop();
        if body.is_error() {
            return Expr::error(span);
        }
        let variable = |(index, name): (usize, &ast::Name)| Variable {
            lambda: id,
            index,
            name: name.text.clone(),
        };
        let parameters = parameters.iter().enumerate().map(variable).collect();
        of_body(Lambda { parameters, body }, span)
    }
}

/// A lambda as an expression.
fn of_body(lambda: Lambda, span: Span) -> Expr {
    let (ty, nullable) = (lambda.body.ty.clone(), lambda.body.nullable);
    Expr { kind: ExprKind::Lambda(Box::new(lambda)), ty, nullable, span }
}

/// A lambda of whose body nothing is known.
fn unknown(lambda: &ast::Lambda, span: Span) -> Expr {
    let variable = |name: &ast::Name| Variable { lambda: 0, index: 0, name: name.text.clone() };
    let parameters = lambda.parameters.iter().map(variable).collect();
    let body = Expr { nullable: false, ..Expr::error(span) };
    of_body(Lambda { parameters, body }, span)
}

/// What the lambda of this index is called with.
fn parameters(
    function: &'static Function,
    args: &[Expr],
    index: usize,
) -> Result<Vec<Item>, Mismatch> {
    let arguments: Vec<Argument<'_>> = args.iter().map(|arg| argument(arg, &arg.ty)).collect();
    function::lambda_parameters(function, &arguments, index)
}

/// Whether types are the same, and what can be NULL of them.
fn is_same(a: &[Item], b: &[Item]) -> bool {
    let texts = |items: &[Item]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
    texts(a) == texts(b)
}

/// A lambda that gives this type. A conversion is written: engines convert no bodies.
pub(super) fn giving(lambda: Lambda, ty: &Type, span: Span) -> Expr {
    let Lambda { parameters, body } = lambda;
    let is_same = body.ty == *ty
        || *ty == Type::Unknown
        || matches!((&body.ty, ty), (Type::Varchar(_), Type::Varchar(_)));
    let body = match (is_same, &body.kind) {
        (true, _) => body,
        // Of an array of nothing, or NULL, no conversion is needed.
        (false, ExprKind::Literal(_)) if body.is_open() => Expr { ty: ty.clone(), ..body },
        (false, _) => body.cast(ty),
    };
    of_body(Lambda { parameters, body }, span)
}

/// The result of a call: what `filter` keeps is not NULL where its lambda says so.
pub(super) fn filtered(function: &Function, args: &[Expr], result: Type) -> Type {
    match (function.name, args, result) {
        ("filter", [_, Expr { kind: ExprKind::Lambda(lambda), .. }], Type::Array(mut item)) => {
            let proves = lambda.parameters.first().is_some_and(|variable| {
                let key = ColumnKey { relation: variable.lambda, index: variable.index };
                proven_by(&lambda.body).contains(&key)
            });
            item.nullable &= !proves;
            Type::Array(item)
        }
        (_, _, result) => result,
    }
}
