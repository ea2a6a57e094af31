//! Expressions.

use lakequery_types::Type;
use sqlparser::ast::{self, Spanned};

use super::scope::{ColumnKey, Found, Merged, ScopeRelation, same_name};
use super::{Lowerer, MAX_DEPTH};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::function;
use crate::token::Span;
use crate::tree::{
    BinaryOperator, Body, Call, Column, ColumnRef, DateField, Expr, ExprKind, Literal, Projection,
    Query,
};

impl Lowerer<'_> {
    pub(super) fn expr(&mut self, expr: &ast::Expr) -> Expr {
        if self.depth >= MAX_DEPTH {
            if self.depth == MAX_DEPTH {
                // Once is enough; the depth is left behind on the way up.
                self.depth += 1;
                let span = Span { start: 0, end: self.tokens.len() as u32 };
                self.report(
                    Diagnostic::new(
                        Code::TooLarge,
                        span,
                        format!("expressions are nested more than {MAX_DEPTH} levels deep"),
                    )
                    .help("join long chains with a list or a WITH clause"),
                );
            }
            return Expr::error(Span::default());
        }
        self.depth += 1;
        let lowered = self.expr_kind(expr);
        self.depth = self.depth.saturating_sub(1);
        lowered
    }

    fn expr_kind(&mut self, expr: &ast::Expr) -> Expr {
        use ast::Expr as Sql;
        match expr {
            Sql::Identifier(ident) => self.unqualified(ident),
            Sql::CompoundIdentifier(parts) => self.qualified(parts),
            Sql::Value(value) => self.value(value),
            Sql::TypedString(typed) => self.typed_string(typed),
            Sql::Interval(interval) => self.interval(interval),
            Sql::Nested(inner) => {
                let inner = self.expr(inner);
                Expr { span: self.with_parentheses(inner.span), ..inner }
            }
            Sql::UnaryOp { op, expr: operand } => self.unary(*op, operand, expr),
            Sql::BinaryOp { left, op, right } => self.binary(left, op, right),
            Sql::IsNull(operand) => self.is_null(operand, false),
            Sql::IsNotNull(operand) => self.is_null(operand, true),
            Sql::IsDistinctFrom(left, right) => {
                self.distinct_from(BinaryOperator::IsDistinctFrom, left, right)
            }
            Sql::IsNotDistinctFrom(left, right) => {
                self.distinct_from(BinaryOperator::IsNotDistinctFrom, left, right)
            }
            Sql::Between { expr, negated, low, high } => self.between(expr, *negated, low, high),
            Sql::Like { negated, any, expr: operand, pattern, escape_char } => {
                if *any {
                    return self.unsupported(self.span_of(expr), "LIKE ANY");
                }
                self.like(operand, pattern, escape_char.as_ref(), *negated)
            }
            Sql::InList { expr, list, negated } => self.in_list(expr, list, *negated),
            Sql::InSubquery { expr, subquery, negated } => {
                self.in_subquery(expr, subquery, *negated)
            }
            Sql::Exists { subquery, negated } => {
                let span = self.enclosing_form(crate::parse::span(subquery.span()));
                let query = existence_only(self.subquery(subquery));
                Expr {
                    kind: ExprKind::Exists { query: query.into(), negated: *negated },
                    ty: Type::Boolean,
                    nullable: false,
                    span,
                }
            }
            Sql::Subquery(query) => self.scalar_subquery(query),
            Sql::Case { case_token: _, end_token: _, operand, conditions, else_result } => {
                let span = self.balanced(crate::parse::span(expr.span()));
                self.case(operand.as_deref(), conditions, else_result.as_deref(), span)
            }
            Sql::Cast { kind, expr: operand, data_type, array, format } => {
                let span = self.enclosing_form(self.span_of(operand));
                if *array || format.is_some() || *kind == ast::CastKind::SafeCast {
                    return self.unsupported(span, "this form of CAST");
                }
                self.cast(operand, data_type, *kind == ast::CastKind::TryCast, span)
            }
            Sql::Extract { field, syntax: _, expr: operand } => {
                let span = self.enclosing_form(self.span_of(operand));
                self.extract(field, operand, span)
            }
            Sql::Ceil { expr: operand, field } => self.round_up_or_down("ceil", operand, field),
            Sql::Floor { expr: operand, field } => self.round_up_or_down("floor", operand, field),
            Sql::Position { expr: needle, r#in: text } => {
                let span = self.enclosing_form(self.span_of(needle));
                self.named_call("strpos", &[text, needle], span)
            }
            Sql::Substring { expr, substring_from, substring_for, special: _, shorthand: _ } => {
                let span = self.enclosing_form(self.span_of(expr));
                let one = ast::Expr::value(ast::Value::Number("1".into(), false));
                let mut args = vec![&**expr];
                match (substring_from, substring_for) {
                    (Some(from), length) => {
                        args.push(from);
                        args.extend(length.as_deref());
                    }
                    (None, Some(length)) => args.extend([&one, length]),
                    (None, None) => {}
                }
                self.named_call("substr", &args, span)
            }
            Sql::Trim { trim_where, trim_what, expr: text, trim_characters } => {
                let span = self.enclosing_form(self.span_of(text));
                if trim_characters.is_some() {
                    return self.unsupported(span, "TRIM with a comma");
                }
                let name = match trim_where {
                    Some(ast::TrimWhereField::Leading) => "ltrim",
                    Some(ast::TrimWhereField::Trailing) => "rtrim",
                    Some(ast::TrimWhereField::Both) | None => "trim",
                };
                let args: Vec<&ast::Expr> =
                    std::iter::once(&**text).chain(trim_what.as_deref()).collect();
                self.named_call(name, &args, span)
            }
            Sql::Function(function) => self.call(function),
            other => {
                let span = self.span_of(other);
                let what = super::unsupported::expression_name(other);
                self.unsupported(span, &what)
            }
        }
    }

    /// Where an expression stands. Costs as much as the expression is large.
    pub(super) fn span_of(&self, expr: &ast::Expr) -> Span {
        self.balanced(crate::parse::span(expr.span()))
    }

    /// The span with the parentheses directly around it, if there are any.
    fn with_parentheses(&self, inner: Span) -> Span {
        use crate::token::TokenKind::Punct;
        let (start, end) = (inner.start as usize, inner.end as usize);
        let opened = start > 0 && self.tokens[start - 1].kind == Punct('(');
        let closed = self.tokens.get(end).is_some_and(|token| token.kind == Punct(')'));
        if opened && closed { Span { start: inner.start - 1, end: inner.end + 1 } } else { inner }
    }

    pub(super) fn parameter(&mut self, name: &str, span: Span) -> Expr {
        let index = name.trim_start_matches('$').parse::<usize>().unwrap_or(usize::MAX);
        let nullable = self.context.clause.is_filter() || self.context.null_welcome;
        let Some(slot) = self.parameters.get_mut(index) else {
            return self.unsupported(span, "a placeholder in the text of the query");
        };
        if slot.list {
            self.report(
                Diagnostic::new(Code::Syntax, span, "a list can only stand after IN")
                    .help("a list is bound as `x IN {list}`"),
            );
            return Expr::error(span);
        }
        slot.nullable = nullable;
        Expr { kind: ExprKind::Parameter(index), ty: Type::Unknown, nullable, span }
    }

    // ---- columns ----

    fn unqualified(&mut self, ident: &ast::Ident) -> Expr {
        let span = crate::parse::span(ident.span);
        let name = ident.value.as_str();
        for depth in (0..self.scopes.len()).rev() {
            let scope = &self.scopes[depth];
            let found = match scope.find(name) {
                Found::Nothing if !scope.is_known() => return Expr::error(span),
                Found::Nothing => continue,
                Found::Column(relation, index) => column(relation, index, None, span),
                Found::Merged(merged) => {
                    let merged = merged.clone();
                    return self.merged_column(depth, &merged, span);
                }
                Found::Several(relations) => {
                    let names: Vec<String> = relations
                        .iter()
                        .filter_map(|relation| relation.name.as_ref())
                        .map(|relation| format!("`{relation}.{name}`"))
                        .collect();
                    self.report(
                        Diagnostic::new(
                            Code::AmbiguousColumn,
                            span,
                            format!("`{name}` could be a column of several tables"),
                        )
                        .label("ambiguous")
                        .help(format!("say which: {}", names.join(" or "))),
                    );
                    return Expr::error(span);
                }
            };
            return found;
        }
        // Functions that are written without parentheses.
        if let Some(function) = function::lookup(name)
            && function.signatures.iter().any(|signature| signature.starts_with("()"))
            && name.to_ascii_lowercase().starts_with("current_")
        {
            return self.named_call(function.name, &[], span);
        }
        let diagnostic = self.unknown_column(name, ident.quote_style.is_some(), span);
        self.report(diagnostic);
        Expr::error(span)
    }

    fn unknown_column(&self, name: &str, quoted: bool, span: Span) -> Diagnostic {
        let relations: Vec<&ScopeRelation> =
            self.scopes.iter().rev().flat_map(|scope| &scope.relations).collect();
        let place = match &relations[..] {
            [] => {
                return Diagnostic::new(
                    Code::UnknownColumn,
                    span,
                    format!("there is no column `{name}`: the query has no FROM"),
                );
            }
            [relation] => match &relation.name {
                Some(table) => format!(" in `{table}`"),
                None => String::new(),
            },
            _ => String::new(),
        };
        let message = format!("there is no column `{name}`{place}");
        let diagnostic =
            Diagnostic::new(Code::UnknownColumn, span, message).label("unknown column");
        let names =
            || relations.iter().flat_map(|relation| &relation.columns).map(|c| c.name.as_str());
        if let Some(near) = nearest(name, names()) {
            return diagnostic.help(format!("did you mean `{near}`?"));
        }
        if let Some(relation) = relations.iter().find(|relation| {
            relation.name.as_deref().is_some_and(|relation| same_name(relation, name))
        }) {
            let first = relation.columns.first().map_or("column", |c| c.name.as_str());
            return diagnostic
                .help(format!("`{name}` is a table; a column of it is `{name}.{first}`"));
        }
        let diagnostic = if quoted && self.is_text_form() {
            diagnostic.help(format!("a string takes single quotes: '{name}'"))
        } else {
            diagnostic
        };
        diagnostic.help(list("the columns are", names()))
    }

    /// In the text form names are quoted with `"`; in Rust tokens that is a string.
    fn is_text_form(&self) -> bool {
        // A raw identifier is the only quoted token of the other form, and it
        // never has characters that a bare name could not have.
        self.tokens.iter().any(|token| {
            matches!(&token.kind, crate::token::TokenKind::Quoted(name)
                if !name.chars().all(|c| c.is_alphanumeric() || c == '_'))
        })
    }

    fn qualified(&mut self, parts: &[ast::Ident]) -> Expr {
        let span =
            parts.iter().fold(Span::default(), |span, part| span.to(crate::parse::span(part.span)));
        let (schema, table, name) = match parts {
            [table, column] => (None, table, column),
            [schema, table, column] => (Some(schema), table, column),
            _ => {
                self.report(
                    Diagnostic::new(
                        Code::NotSupported,
                        span,
                        "names of more than three parts are not supported",
                    )
                    .help(
                        "a column is written as `column`, `table.column` or `schema.table.column`",
                    ),
                );
                return Expr::error(span);
            }
        };
        let column_span = crate::parse::span(name.span);
        for depth in (0..self.scopes.len()).rev() {
            let scope = &self.scopes[depth];
            let named = scope.named(schema.map(|s| s.value.as_str()), &table.value);
            let relation = match &named[..] {
                [] => continue,
                [relation] => *relation,
                _ => {
                    let message = format!("several tables are called `{}`", table.value);
                    self.report(
                        Diagnostic::new(Code::AmbiguousColumn, span, message)
                            .help("give each its own alias"),
                    );
                    return Expr::error(span);
                }
            };
            return match relation.find(&name.value)[..] {
                [index] => column(relation, index, relation.name.clone(), span),
                [] if !relation.known => Expr::error(span),
                [] => {
                    let names = || relation.columns.iter().map(|column| column.name.as_str());
                    let message =
                        format!("there is no column `{}` in `{}`", name.value, table.value);
                    let diagnostic = Diagnostic::new(Code::UnknownColumn, column_span, message)
                        .label("unknown column");
                    let diagnostic = match nearest(&name.value, names()) {
                        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                        None => diagnostic.help(list("the columns are", names())),
                    };
                    self.report(diagnostic);
                    Expr::error(span)
                }
                _ => {
                    let message = format!("`{}` has several columns `{}`", table.value, name.value);
                    self.report(
                        Diagnostic::new(Code::AmbiguousColumn, span, message)
                            .help("give them different names in the subquery"),
                    );
                    Expr::error(span)
                }
            };
        }
        let diagnostic = self.unknown_relation(&table.value, crate::parse::span(table.span));
        self.report(diagnostic);
        Expr::error(span)
    }

    /// No relation in scope has this name.
    pub(super) fn unknown_relation(&self, name: &str, span: Span) -> Diagnostic {
        let message = format!("no table or alias `{name}` is in scope");
        let diagnostic = Diagnostic::new(Code::UnknownRelation, span, message).label("not in FROM");
        let names = || {
            self.scopes
                .iter()
                .rev()
                .flat_map(|scope| &scope.relations)
                .filter_map(|relation| relation.name.as_deref())
        };
        match nearest(name, names()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if names().next().is_none() => diagnostic.help("the query has no FROM"),
            None => diagnostic.help(list("in scope are", names())),
        }
    }

    /// A column merged by USING.
    pub(super) fn merged_column(&mut self, depth: usize, merged: &Merged, span: Span) -> Expr {
        let source = |key: &ColumnKey| {
            let relation = self.scopes[depth].relation(key.relation)?;
            let mut expr = column(relation, key.index, relation.name.clone(), span);
            if let Some(join) = merged.full_join {
                expr.nullable = relation.is_nullable_but_for(key.index, join);
            }
            Some(expr)
        };
        let sources: Vec<Expr> = merged.sources.iter().filter_map(source).collect();
        let nullable = match merged.full_join {
            // One side is always there, but it can't be told which.
            Some(_) => sources.iter().any(|expr| expr.nullable),
            None => sources.iter().all(|expr| expr.nullable),
        };
        let (mut sources, ty) = self.unify(sources, "the columns that USING joins");
        match (sources.len(), function::lookup("coalesce")) {
            (1, _) => sources.swap_remove(0),
            (_, Some(function)) => Expr {
                kind: ExprKind::Call(Box::new(plain_call(function, sources))),
                ty,
                nullable,
                span,
            },
            (_, None) => Expr::error(span),
        }
    }

    // ---- operators ----

    fn unary(&mut self, op: ast::UnaryOperator, operand: &ast::Expr, whole: &ast::Expr) -> Expr {
        match op {
            ast::UnaryOperator::Minus => {
                if let ast::Expr::Value(ast::ValueWithSpan {
                    value: ast::Value::Number(text, _),
                    span,
                }) = operand
                {
                    let span = crate::parse::span(*span);
                    let span = Span { start: span.start.saturating_sub(1), end: span.end };
                    return self.number(&format!("-{text}"), span);
                }
                let operand = self.expr(operand);
                let span =
                    Span { start: operand.span.start.saturating_sub(1), end: operand.span.end };
                if operand.is_error() {
                    return Expr::error(span);
                }
                if operand.is_open() {
                    self.untyped(&operand);
                    return Expr::error(span);
                }
                if !operand.ty.is_numeric() && !operand.ty.is_interval() {
                    let message =
                        format!("`-` takes a number or an interval, found `{}`", operand.ty);
                    self.error(Code::TypeMismatch, operand.span, message);
                    return Expr::error(span);
                }
                Expr {
                    ty: operand.ty.clone(),
                    nullable: operand.nullable,
                    span,
                    kind: ExprKind::Negate(operand.into()),
                }
            }
            ast::UnaryOperator::Plus => self.expr(operand),
            ast::UnaryOperator::Not => {
                let operand = self.expr(operand);
                let operand = self.require(operand, &Type::Boolean, "NOT");
                let span =
                    Span { start: operand.span.start.saturating_sub(1), end: operand.span.end };
                Expr {
                    ty: Type::Boolean,
                    nullable: operand.nullable,
                    span,
                    kind: ExprKind::Not(operand.into()),
                }
            }
            other => {
                let span = self.span_of(whole);
                self.unsupported(span, &format!("the operator `{other}`"))
            }
        }
    }

    fn is_null(&mut self, operand: &ast::Expr, negated: bool) -> Expr {
        let operand = self.within(|context| context.null_welcome = true, |this| this.expr(operand));
        let words = if negated { 3 } else { 2 };
        let span = Span { start: operand.span.start, end: operand.span.end + words };
        if let ExprKind::Parameter(index) = operand.kind
            && self.parameters[index].ty.is_none()
        {
            // Often the other half of `{x} IS NULL OR c = {x}`, but that is
            // another parameter, with a type of its own.
            self.untyped(&operand);
            return Expr::error(span);
        }
        Expr {
            kind: ExprKind::IsNull { expr: operand.into(), negated },
            ty: Type::Boolean,
            nullable: false,
            span,
        }
    }

    fn distinct_from(
        &mut self,
        operator: BinaryOperator,
        left: &ast::Expr,
        right: &ast::Expr,
    ) -> Expr {
        self.within(
            |context| context.null_welcome = true,
            |this| {
                let left = this.expr(left);
                let right = this.expr(right);
                this.binary_of(operator, left, right)
            },
        )
    }

    fn between(
        &mut self,
        expr: &ast::Expr,
        negated: bool,
        low: &ast::Expr,
        high: &ast::Expr,
    ) -> Expr {
        let expr = self.expr(expr);
        let low = self.expr(low);
        let high = self.expr(high);
        let span = self.balanced(expr.span.to(high.span));
        let Ok((expr, low)) = self.compared(expr, low, "BETWEEN") else {
            return Expr::error(span);
        };
        let Ok((expr, high)) = self.compared(expr, high, "BETWEEN") else {
            return Expr::error(span);
        };
        let common = expr.ty.clone();
        let low = self.coerce(low, &common);
        Expr {
            nullable: expr.nullable || low.nullable || high.nullable,
            kind: ExprKind::Between {
                expr: expr.into(),
                low: low.into(),
                high: high.into(),
                negated,
            },
            ty: Type::Boolean,
            span,
        }
    }

    fn like(
        &mut self,
        expr: &ast::Expr,
        pattern: &ast::Expr,
        escape: Option<&ast::ValueWithSpan>,
        negated: bool,
    ) -> Expr {
        let expr = self.expr(expr);
        let pattern = self.expr(pattern);
        let escape = escape.map(|escape| self.value(escape));
        let mut span = self.balanced(expr.span.to(pattern.span));
        if let Some(escape) = &escape {
            span = span.to(escape.span);
        }
        let expr = self.require(expr, &Type::VARCHAR, "LIKE");
        let pattern = self.require(pattern, &Type::VARCHAR, "LIKE");
        let escape = escape.map(|escape| self.require(escape, &Type::VARCHAR, "ESCAPE"));
        if let Some(escape) = &escape {
            let character = match &escape.kind {
                ExprKind::Literal(Literal::Text(text)) => {
                    let mut chars = text.chars();
                    chars.next().filter(|_| chars.next().is_none())
                }
                _ => None,
            };
            let Some(character) = character else {
                if !escape.is_error() {
                    let message = "ESCAPE takes a string of one character";
                    self.error(Code::BadLiteral, escape.span, message);
                }
                return Expr::error(span);
            };
            if let ExprKind::Literal(Literal::Text(text)) = &pattern.kind
                && !escapes_well(text, character)
            {
                let message = format!(
                    "in a LIKE pattern, `{character}` must be followed by `%`, `_` or itself"
                );
                self.error(Code::BadLiteral, pattern.span, message);
                return Expr::error(span);
            }
        }
        Expr {
            nullable: expr.nullable || pattern.nullable,
            kind: ExprKind::Like {
                expr: expr.into(),
                pattern: pattern.into(),
                escape: escape.map(Box::new),
                negated,
            },
            ty: Type::Boolean,
            span,
        }
    }

    fn in_list(&mut self, expr: &ast::Expr, list: &[ast::Expr], negated: bool) -> Expr {
        let expr = self.expr(expr);
        if let [
            ast::Expr::Value(ast::ValueWithSpan { value: ast::Value::Placeholder(name), span }),
        ] = list
        {
            let index = name.trim_start_matches('$').parse::<usize>().unwrap_or(usize::MAX);
            if self.parameters.get(index).is_some_and(|slot| slot.list) {
                let span = expr.span.to(crate::parse::span(*span));
                return self.in_parameter(expr, index, negated, span);
            }
        }
        if list.is_empty() {
            let span = Span { start: expr.span.start, end: expr.span.end + 3 };
            self.report(
                Diagnostic::new(Code::Syntax, self.balanced(span), "IN takes at least one value")
                    .help("a bound list may be empty: `IN {list}`"),
            );
            return Expr::error(span);
        }
        let mut items = Vec::with_capacity(list.len());
        for item in list {
            items.push(self.expr(item));
        }
        let mut span = expr.span.to(items[items.len() - 1].span);
        span = self.balanced(span);
        if expr.is_error() || items.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        let mut common = expr.ty.clone();
        for item in &items {
            match function::common_type(&common, &item.ty) {
                Some(ty) => common = ty,
                None => {
                    let message = format!(
                        "can't compare `{}` with `{}`: the values of an IN list are of the type \
                         of what stands before it",
                        expr.ty, item.ty
                    );
                    let mut diagnostic = Diagnostic::new(Code::TypeMismatch, item.span, message)
                        .label(format!("expected `{}`, found `{}`", expr.ty, item.ty));
                    let help = super::coerce::conversion_help(&item.ty, &common, item);
                    if let Some(help) = help {
                        diagnostic = diagnostic.help(help);
                    }
                    self.report(diagnostic);
                    return Expr::error(span);
                }
            }
        }
        let expr = self.coerce(expr, &common);
        let list: Vec<Expr> = items.into_iter().map(|item| self.coerce(item, &common)).collect();
        Expr {
            nullable: expr.nullable || list.iter().any(|item| item.nullable),
            kind: ExprKind::InList { expr: expr.into(), list, negated },
            ty: Type::Boolean,
            span,
        }
    }

    fn in_parameter(&mut self, expr: Expr, index: usize, negated: bool, span: Span) -> Expr {
        if expr.is_error() {
            self.parameters[index].excused = true;
            return Expr::error(span);
        }
        if expr.is_open() {
            self.parameters[index].excused = true;
            self.untyped(&expr);
            return Expr::error(span);
        }
        let ty = match &expr.ty {
            Type::Varchar(_) | Type::Char(_) => Type::VARCHAR,
            ty => ty.clone(),
        };
        self.parameters[index].ty = Some(ty);
        Expr {
            nullable: expr.nullable,
            kind: ExprKind::InParameter { expr: expr.into(), parameter: index, negated },
            ty: Type::Boolean,
            span,
        }
    }

    fn in_subquery(&mut self, expr: &ast::Expr, subquery: &ast::Query, negated: bool) -> Expr {
        let expr = self.expr(expr);
        let subquery_span = self.enclosing_parentheses(crate::parse::span(subquery.span()));
        let query = self.subquery(subquery);
        let span = self.balanced(expr.span.to(subquery_span));
        let [column] = &query.columns[..] else {
            self.one_column(query.columns.len(), "IN", subquery_span);
            return Expr::error(span);
        };
        if expr.is_error() || (column.ty == Type::Unknown && !column.nullable) {
            return Expr::error(span);
        }
        if function::common_type(&expr.ty, &column.ty).is_none() {
            let message = format!("can't compare `{}` with `{}`", expr.ty, column.ty);
            self.report(
                Diagnostic::new(Code::TypeMismatch, span, message)
                    .related(expr.span, format!("this is `{}`", expr.ty))
                    .related(column.span, format!("this is `{}`", column.ty)),
            );
            return Expr::error(span);
        }
        let nullable = expr.nullable || column.nullable;
        let ty = column.ty.clone();
        let expr = if expr.is_open() { self.coerce(expr, &ty) } else { expr };
        Expr {
            kind: ExprKind::InSubquery { expr: expr.into(), query: query.into(), negated },
            ty: Type::Boolean,
            nullable,
            span,
        }
    }

    fn scalar_subquery(&mut self, subquery: &ast::Query) -> Expr {
        let span = self.enclosing_parentheses(crate::parse::span(subquery.span()));
        let query = self.subquery(subquery);
        let [column] = &query.columns[..] else {
            self.one_column(query.columns.len(), "a subquery that stands for a value", span);
            return Expr::error(span);
        };
        let ty = column.ty.clone();
        // No row is NULL, unless there always is one: an aggregate without groups.
        let nullable = column.nullable || !always_one_row(&query);
        Expr { kind: ExprKind::Subquery(query.into()), ty, nullable, span }
    }

    fn one_column(&mut self, columns: usize, what: &str, span: Span) {
        if columns == 0 {
            return; // An error was reported inside.
        }
        let message = format!("{what} takes one column, found {columns}");
        self.report(Diagnostic::new(Code::ColumnCount, span, message).label("expected one column"));
    }

    /// A subquery in an expression: it sees the columns around it.
    fn subquery(&mut self, query: &ast::Query) -> Query {
        self.within(|context| *context = super::Context::default(), |this| this.query(query))
    }

    fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        let mut operand = operand.map(|operand| self.expr(operand));
        let mut whens = Vec::with_capacity(conditions.len());
        let mut thens = Vec::with_capacity(conditions.len() + 1);
        for ast::CaseWhen { condition, result } in conditions {
            let condition_expr = self.expr(condition);
            let when = match &operand {
                None => self.require(condition_expr, &Type::Boolean, "WHEN"),
                Some(_) => condition_expr,
            };
            // Within THEN the condition is TRUE.
            let proven = match operand {
                None => super::nullability::proven_by(&when),
                Some(_) => Default::default(),
            };
            let saved = self.scopes.last().cloned();
            if let Some(scope) = self.scopes.last_mut() {
                scope.prove(&proven);
            }
            thens.push(self.expr(result));
            if let (Some(scope), Some(saved)) = (self.scopes.last_mut(), saved) {
                *scope = saved;
            }
            whens.push(when);
        }
        if let Some(value) = operand.take() {
            let mut all = vec![value];
            all.append(&mut whens);
            let (mut all, _) = self.unify(all, "the values that CASE compares");
            whens = all.split_off(1);
            operand = all.pop();
        }
        let has_otherwise = otherwise.is_some();
        if let Some(otherwise) = otherwise {
            thens.push(self.expr(otherwise));
        }
        if thens.iter().any(Expr::is_error) {
            return Expr::error(span);
        }
        let (mut thens, ty) = self.unify(thens, "the results of CASE");
        if ty == Type::Unknown && thens.iter().any(|then| !then.is_open()) {
            return Expr::error(span);
        }
        let otherwise = if has_otherwise { thens.pop() } else { None };
        let nullable = otherwise.as_ref().is_none_or(|expr| expr.nullable)
            || thens.iter().any(|then| then.nullable);
        Expr {
            kind: ExprKind::Case {
                operand: operand.map(Box::new),
                branches: whens.into_iter().zip(thens).collect(),
                otherwise: otherwise.map(Box::new),
            },
            ty,
            nullable,
            span,
        }
    }

    fn cast(
        &mut self,
        operand: &ast::Expr,
        data_type: &ast::DataType,
        fallible: bool,
        span: Span,
    ) -> Expr {
        let operand = self.expr(operand);
        let Some(ty) = self.data_type(data_type, span) else { return Expr::error(span) };
        if operand.is_error() {
            return Expr::error(span);
        }
        if operand.is_open() {
            // CAST is how a parameter or NULL is given a type.
            let typed = self.coerce(operand, &ty);
            let exact = typed.ty == ty;
            return if exact {
                Expr { span, ..typed }
            } else {
                wrap_cast(typed, ty, fallible, span)
            };
        }
        if !castable(&operand.ty, &ty) {
            let message = format!("`{}` can't be cast to `{ty}`", operand.ty);
            self.error(Code::TypeMismatch, span, message);
            return Expr::error(span);
        }
        wrap_cast(operand, ty, fallible, span)
    }

    /// The type that sqlparser read, or a diagnostic.
    pub(super) fn data_type(&mut self, data_type: &ast::DataType, span: Span) -> Option<Type> {
        let name = data_type.to_string();
        match Type::parse(&name) {
            Ok(ty) => Some(ty),
            Err(error) => {
                const NAMES: [&str; 16] = [
                    "boolean",
                    "tinyint",
                    "smallint",
                    "integer",
                    "bigint",
                    "real",
                    "double",
                    "decimal",
                    "varchar",
                    "char",
                    "varbinary",
                    "date",
                    "time",
                    "timestamp",
                    "json",
                    "uuid",
                ];
                let base: String =
                    name.to_lowercase().chars().take_while(|c| c.is_alphanumeric()).collect();
                let near = match base.as_str() {
                    "text" | "string" | "nvarchar" | "clob" => Some("varchar"),
                    "float" | "float4" | "float8" => Some("double` or `real"),
                    "datetime" => Some("timestamp"),
                    "binary" | "blob" | "bytea" | "bytes" => Some("varbinary"),
                    "long" | "int8" => Some("bigint"),
                    base => nearest(base, NAMES),
                };
                let mut diagnostic = Diagnostic::new(Code::UnknownType, span, error.to_string());
                diagnostic = match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(list("the types are", NAMES)),
                };
                self.report(diagnostic);
                None
            }
        }
    }

    fn extract(&mut self, field: &ast::DateTimeField, operand: &ast::Expr, span: Span) -> Expr {
        let operand = self.expr(operand);
        let Some(part) = date_field(field) else {
            self.report(
                Diagnostic::new(
                    Code::BadLiteral,
                    span,
                    format!("`{field}` is not a part that EXTRACT knows"),
                )
                .help(
                    "the parts are YEAR, QUARTER, MONTH, WEEK, DAY, DAY_OF_WEEK, DAY_OF_YEAR, \
                     YEAR_OF_WEEK, HOUR, MINUTE, SECOND, TIMEZONE_HOUR and TIMEZONE_MINUTE",
                ),
            );
            return Expr::error(span);
        };
        if operand.is_error() {
            return Expr::error(span);
        }
        if operand.is_open() {
            self.untyped(&operand);
            return Expr::error(span);
        }
        if !has_field(&operand.ty, part) {
            let message = format!("a `{}` has no {field}", operand.ty);
            self.error(Code::TypeMismatch, operand.span, message);
            return Expr::error(span);
        }
        Expr {
            nullable: operand.nullable,
            kind: ExprKind::Extract { field: part, expr: operand.into() },
            ty: Type::BigInt,
            span,
        }
    }

    fn round_up_or_down(
        &mut self,
        name: &str,
        operand: &ast::Expr,
        field: &ast::CeilFloorKind,
    ) -> Expr {
        let span = self.enclosing_form(self.span_of(operand));
        match field {
            ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) => {
                self.named_call(name, &[operand], span)
            }
            _ => self.unsupported(span, &format!("a second argument of `{name}`")),
        }
    }
}

/// A reference to a column of a relation.
pub(super) fn column(
    relation: &ScopeRelation,
    index: usize,
    qualifier: Option<String>,
    span: Span,
) -> Expr {
    let column = &relation.columns[index];
    Expr {
        kind: ExprKind::Column(ColumnRef {
            relation: relation.id,
            index,
            qualifier,
            name: column.name.clone(),
        }),
        ty: column.ty.clone(),
        nullable: relation.is_nullable(index),
        span,
    }
}

/// A call with nothing but arguments.
pub(super) const fn plain_call(function: &'static function::Function, args: Vec<Expr>) -> Call {
    Call {
        function,
        args,
        distinct: false,
        order_by: Vec::new(),
        filter: None,
        ignore_nulls: false,
        over: None,
    }
}

/// "the columns are a, b and c", cut where it gets long.
pub(super) fn list<'n>(intro: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    const MOST: usize = 16;
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let shown: Vec<String> = all.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match all.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{intro} {} and {more} more", shown.join(", ")),
        _ => format!("{intro} {}", shown.join(", ")),
    }
}

fn wrap_cast(operand: Expr, ty: Type, fallible: bool, span: Span) -> Expr {
    Expr {
        nullable: operand.nullable || fallible,
        kind: ExprKind::Cast { expr: operand.into(), fallible },
        ty,
        span,
    }
}

/// Whether Trino has a cast from one type to the other.
fn castable(from: &Type, to: &Type) -> bool {
    use Type::{
        Array, Boolean, Char, Date, IntervalDayToSecond, IntervalYearToMonth, Json, Map, Row, Time,
        TimeTz, Timestamp, TimestampTz, Unknown, Uuid, Varbinary, Varchar,
    };
    if from == to {
        return true;
    }
    match (from, to) {
        (Unknown, _) => true,
        (Varchar(_) | Char(_), Varchar(_) | Char(_)) => true,
        (Varchar(_), to) => {
            to.is_numeric()
                || to.is_date_or_timestamp()
                || matches!(to, Boolean | Time(_) | TimeTz(_) | Json | Uuid | Type::IpAddress)
        }
        (Char(_), to) => to.is_numeric() || matches!(to, Date),
        (IntervalYearToMonth | IntervalDayToSecond, to) => matches!(to, Varchar(_)),
        (Varbinary, _) => false,
        (from, Varchar(_)) => !matches!(from, Array(_) | Map(..) | Row(_)),
        (Boolean, to) => to.is_numeric(),
        (from, Boolean) => from.is_numeric(),
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (Date, Timestamp(_) | TimestampTz(_)) => true,
        (Timestamp(_) | TimestampTz(_), to) => {
            to.is_date_or_timestamp() || matches!(to, Time(_) | TimeTz(_))
        }
        (Time(_) | TimeTz(_), to) => {
            matches!(to, Time(_) | TimeTz(_) | Timestamp(_) | TimestampTz(_))
        }
        (Array(a), Array(b)) => castable(a, b),
        (Map(a, b), Map(c, d)) => castable(a, c) && castable(b, d),
        (Row(a), Row(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| castable(&a.ty, &b.ty))
        }
        _ => false,
    }
}

fn date_field(field: &ast::DateTimeField) -> Option<DateField> {
    use ast::DateTimeField as Sql;
    Some(match field {
        Sql::Year => DateField::Year,
        Sql::Quarter => DateField::Quarter,
        Sql::Month => DateField::Month,
        Sql::Week(None) => DateField::Week,
        Sql::Day => DateField::Day,
        Sql::DayOfWeek | Sql::Dow => DateField::DayOfWeek,
        Sql::DayOfYear | Sql::Doy => DateField::DayOfYear,
        Sql::Hour => DateField::Hour,
        Sql::Minute => DateField::Minute,
        Sql::Second => DateField::Second,
        Sql::TimezoneHour => DateField::TimezoneHour,
        Sql::TimezoneMinute => DateField::TimezoneMinute,
        Sql::Custom(ident) => match ident.value.to_ascii_lowercase().as_str() {
            "day_of_month" => DateField::Day,
            "day_of_week" => DateField::DayOfWeek,
            "day_of_year" => DateField::DayOfYear,
            "year_of_week" | "yow" => DateField::YearOfWeek,
            _ => return None,
        },
        _ => return None,
    })
}

fn has_field(ty: &Type, field: DateField) -> bool {
    use DateField::{
        Day, DayOfWeek, DayOfYear, Hour, Minute, Month, Quarter, Second, TimezoneHour,
        TimezoneMinute, Week, Year, YearOfWeek,
    };
    let date =
        matches!(field, Year | Quarter | Month | Week | Day | DayOfWeek | DayOfYear | YearOfWeek);
    let time = matches!(field, Hour | Minute | Second);
    let zone = matches!(field, TimezoneHour | TimezoneMinute);
    match ty {
        Type::Date => date,
        Type::Time(_) => time,
        Type::TimeTz(_) => time || zone,
        Type::Timestamp(_) => date || time,
        Type::TimestampTz(_) => date || time || zone,
        Type::IntervalYearToMonth => matches!(field, Year | Month),
        Type::IntervalDayToSecond => matches!(field, Day | Hour | Minute | Second),
        _ => false,
    }
}

fn escapes_well(pattern: &str, escape: char) -> bool {
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == escape && !chars.next().is_some_and(|next| "%_".contains(next) || next == escape) {
            return false;
        }
    }
    true
}

/// The query for EXISTS: its rows count, not what they hold.
fn existence_only(mut query: Query) -> Query {
    if let Body::Select(select) = &mut query.body
        && !select.distinct
        && select.group_by.is_none()
        && select.having.is_none()
        && query.order_by.is_empty()
        && !select.projection.iter().any(|item| item.expr.has_aggregate())
    {
        let span = query.columns.first().map(|column| column.span).unwrap_or_default();
        let one = Expr {
            kind: ExprKind::Literal(Literal::Integer(1)),
            ty: Type::Integer,
            nullable: false,
            span,
        };
        query.columns = vec![Column { name: None, ty: Type::Integer, nullable: false, span }];
        select.projection = vec![Projection { expr: one, alias: None }];
    }
    query
}

/// Whether a query yields exactly one row whatever its tables hold: an
/// aggregate without GROUP BY, HAVING, LIMIT and OFFSET.
fn always_one_row(query: &Query) -> bool {
    match &query.body {
        Body::Select(select) => {
            let limited = query.limit.is_some() || query.offset.is_some();
            let filtered = select.having.is_some() || select.group_by.is_some() || limited;
            let bare = select.from.is_empty() && select.filter.is_none();
            let aggregates = select.projection.iter().any(|item| item.expr.has_aggregate());
            !filtered && (aggregates || bare)
        }
        _ => false,
    }
}
