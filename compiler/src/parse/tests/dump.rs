//! A syntax tree in one line.

use crate::ast::{
    Alias, Argument, Arguments, AtTimeZone, Between, Binary, BinaryOperator, Body, Call, Case,
    Cast, Corresponding, Cte, DistinctFrom, Expr, ExprKind, Extract, FieldOf, Filter, Frame,
    FrameBound, FrameBoundKind, FromItem, GroupBy, GroupElement, Grouping, GroupingKind,
    GroupingSet, GroupingSets, InList, InParameter, InSubquery, Interval, IsNull, IsTruth, Join,
    JoinCondition, Json, JsonArgument, JsonArray, JsonBehavior, JsonBehaviorKind, JsonInput,
    JsonObject, JsonPath, JsonReturning, Lambda, Like, Name, NamedWindow, OrderBy, Over, OverKind,
    Overflow, Path, Position, QualifiedWildcard, Quantified, Query, Relation, RowCount, Sample,
    Select, SelectExpr, SelectItem, SetOperation, SortKey, Subquery, Subscript, Substring,
    TableName, Trim, Truncate, TypedLiteral, Unnest, Using, Wildcard, WindowSpec,
};
use crate::parse::Parsed;

/// The tree, then the overrides and lists that were found beside it.
pub(super) fn dump(parsed: &Parsed) -> String {
    let mut out = query(&parsed.query);
    for said in &parsed.overrides {
        out += &format!(" override({:?} {})", said.nullability, said.rust_type.is_some());
    }
    out
}

fn list<T>(items: &[T], one: impl Fn(&T) -> String) -> String {
    items.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn name(name: &Name) -> String {
    if name.quoted { format!("{:?}", name.text) } else { name.text.clone() }
}

fn path(path: &Path) -> String {
    path.parts.iter().map(name).collect::<Vec<_>>().join(".")
}

fn query(query: &Query) -> String {
    let Query { with, body, order_by, offset, limit, span: _ } = query;
    let mut out = String::new();
    for Cte { name: cte, columns, query, span: _ } in with.iter().flat_map(|with| &with.ctes) {
        out += &format!("(with {} [{}] {}) ", name(cte), list(columns, name), self::query(query));
    }
    out += &self::body(body);
    if let Some(order_by) = order_by {
        out += &format!(" (order {})", keys(order_by));
    }
    for RowCount { clause, count, ties, span: _ } in offset.iter().chain(limit) {
        let ties = if ties.is_some() { "-ties" } else { "" };
        out += &format!(" ({clause:?}{ties} {})", expr(count));
    }
    out
}

fn body(body: &Body) -> String {
    match body {
        Body::Select(select) => self::select(select),
        Body::Query(query, _) => format!("(query {})", self::query(query)),
        Body::SetOperation(operation) => {
            let SetOperation { operator, all, corresponding, left, right, span: _ } = &**operation;
            let corresponding = match corresponding {
                Some(Corresponding { columns: Some(columns), span: _ }) => {
                    format!("-corresponding-by [{}]", list(columns, name))
                }
                Some(Corresponding { columns: None, span: _ }) => "-corresponding".to_owned(),
                None => String::new(),
            };
            let all = if *all { " all" } else { "" };
            format!("({operator:?}{all}{corresponding} {} {})", self::body(left), self::body(right))
        }
        Body::Values(values) => {
            format!("(values {})", list(&values.rows, |row| format!("[{}]", exprs(&row.values))))
        }
        Body::Error(_) => "error".to_owned(),
    }
}

fn select(select: &Select) -> String {
    let Select { distinct, items, from, filter, group_by, having, windows, qualify, span: _ } =
        select;
    let mut out = format!("(select{}", if *distinct { " distinct" } else { "" });
    for item in items {
        out += &match item {
            SelectItem::Expr(SelectExpr { expr: value, alias: None, span: _ }) => {
                format!(" {}", expr(value))
            }
            SelectItem::Expr(SelectExpr { expr: value, alias: Some(alias), span: _ }) => {
                format!(" (as {} {})", expr(value), name(alias))
            }
            SelectItem::Wildcard(Wildcard { except, span: _ }) => format!(" *{}", left_out(except)),
            SelectItem::QualifiedWildcard(QualifiedWildcard { of, except, aliases, span: _ }) => {
                let of = expr(of);
                match &aliases[..] {
                    [] => format!(" {of}.*{}", left_out(except)),
                    _ => format!(" {of}.*{} as [{}]", left_out(except), list(aliases, name)),
                }
            }
            SelectItem::Error(_) => " error".to_owned(),
        };
    }
    if !from.is_empty() {
        out += &format!(" (from {})", list(from, from_item));
    }
    for (word, condition) in [("where", filter), ("having", having)] {
        if let Some(condition) = condition {
            out += &format!(" ({word} {})", expr(condition));
        }
    }
    if let Some(GroupBy { grouping, span: _ }) = group_by {
        out += &match grouping {
            Grouping::All => " (group all)".to_owned(),
            Grouping::Elements { elements, distinct } => {
                let distinct = if *distinct { "distinct " } else { "" };
                format!(" (group {distinct}{})", group_elements(elements))
            }
        };
    }
    for NamedWindow { name: window, window: spec, span: _ } in windows {
        out += &format!(" (window {} {})", name(window), over(spec));
    }
    if let Some(condition) = qualify {
        out += &format!(" (qualify {})", expr(condition));
    }
    out + ")"
}

fn left_out(names: &[Name]) -> String {
    match names {
        [] => String::new(),
        names => format!(" except [{}]", list(names, name)),
    }
}

fn group_elements(elements: &[GroupElement]) -> String {
    let element = |element: &GroupElement| match element {
        GroupElement::Set(GroupingSet { keys, span: _ }) => match &keys[..] {
            [key] => expr(key),
            keys => format!("({})", exprs(keys)),
        },
        GroupElement::Sets(GroupingSets { kind, elements, span: _ }) => {
            let kind = match kind {
                GroupingKind::Sets => "sets",
                GroupingKind::Rollup => "rollup",
                GroupingKind::Cube => "cube",
            };
            format!("({kind} {})", group_elements(elements))
        }
    };
    elements.iter().map(element).collect::<Vec<_>>().join(" ")
}

fn from_item(item: &FromItem) -> String {
    let FromItem { relation, joins, span: _ } = item;
    let mut out = self::relation(relation);
    for Join { kind, relation, condition, span: _ } in joins {
        let condition = match condition {
            JoinCondition::On(condition) => format!(" on {}", expr(condition)),
            JoinCondition::Using(Using { columns, span: _ }) => {
                format!(" using [{}]", list(columns, name))
            }
            JoinCondition::None => String::new(),
        };
        out = format!("({kind:?} {out} {}{condition})", self::relation(relation));
    }
    out
}

fn relation(relation: &Relation) -> String {
    let (what, alias) = match relation {
        Relation::Table(TableName { name, alias }) => (path(name), alias),
        Relation::Subquery(Subquery { lateral, query, alias, span: _ }) => {
            let query = self::query(query);
            (if lateral.is_some() { format!("(lateral {query})") } else { query }, alias)
        }
        Relation::Unnest(Unnest { values, ordinality, alias, span: _ }) => {
            let ordinality = if *ordinality { "-ordinality" } else { "" };
            (format!("(unnest{ordinality} {})", exprs(values)), alias)
        }
        Relation::Sample(sample) => {
            let Sample { relation: of, method, percentage, span: _ } = &**sample;
            let of = self::relation(of);
            return format!("(sample {of} {method:?} {})", expr(percentage));
        }
        Relation::Joined(item, _) => (format!("({})", from_item(item)), &None),
        Relation::Unknown(unknown) => ("unknown".to_owned(), &unknown.alias),
    };
    match alias {
        Some(Alias { name: alias, columns, span: _ }) if columns.is_empty() => {
            format!("(as {what} {})", name(alias))
        }
        Some(Alias { name: alias, columns, span: _ }) => {
            format!("(as {what} {} [{}])", name(alias), list(columns, name))
        }
        None => what,
    }
}

fn keys(order_by: &OrderBy) -> String {
    list(&order_by.keys, sort_key)
}

fn sort_key(key: &SortKey) -> String {
    let SortKey { expr: key, descending, nulls_first, span: _ } = key;
    let mut out = expr(key);
    if *descending {
        out = format!("(desc {out})");
    }
    match nulls_first {
        Some(true) => format!("(nulls-first {out})"),
        Some(false) => format!("(nulls-last {out})"),
        None => out,
    }
}

fn exprs(exprs: &[Expr]) -> String {
    list(exprs, expr)
}

fn expr(expr: &Expr) -> String {
    let e = self::expr;
    let not = |negated: bool| if negated { "not-" } else { "" };
    match &expr.kind {
        ExprKind::Name(name) => self::name(name),
        ExprKind::Path(path) => self::path(path),
        ExprKind::Null => "NULL".to_owned(),
        ExprKind::Boolean(value) => value.to_string().to_uppercase(),
        ExprKind::Number(text) => text.clone(),
        ExprKind::Text(text) => format!("'{text}'"),
        ExprKind::Binary(bytes) => format!("x{bytes:?}"),
        ExprKind::Parameter(index) => format!("{{{index}}}"),
        ExprKind::TypedLiteral(literal) => {
            let TypedLiteral { ty, text, text_span: _ } = &**literal;
            format!("({}'{text}')", ty.text())
        }
        ExprKind::Interval(interval) => {
            let Interval { negative, text, text_span: _, units } = &**interval;
            let sign = if *negative { "-" } else { "" };
            format!("(interval {sign}'{text}' {:?} {:?})", units.first, units.last)
        }
        ExprKind::Nested(inner) => format!("({})", e(inner)),
        ExprKind::Negate(operand) => format!("(neg {})", e(operand)),
        ExprKind::Plus(operand) => format!("(plus {})", e(operand)),
        ExprKind::Not(operand) => format!("(not {})", e(operand)),
        ExprKind::Operation(binary) => {
            let Binary { operator, left, right } = &**binary;
            format!("({} {} {})", symbol(*operator), e(left), e(right))
        }
        ExprKind::And(operands) => format!("(and {})", exprs(operands)),
        ExprKind::Or(operands) => format!("(or {})", exprs(operands)),
        ExprKind::IsNull(predicate) => {
            let IsNull { operand, negated } = &**predicate;
            format!("({}null {})", not(*negated), e(operand))
        }
        ExprKind::IsTruth(is) => {
            let IsTruth { operand, value, negated } = &**is;
            format!("({}is {} {value:?})", not(*negated), e(operand))
        }
        ExprKind::Quantified(quantified) => {
            let Quantified { operand, operator, all, query: of, query_span: _ } = &**quantified;
            let quantifier = if *all { "all" } else { "any" };
            format!("({operator:?} {} {quantifier} {})", e(operand), query(of))
        }
        ExprKind::DistinctFrom(predicate) => {
            let DistinctFrom { left, right, negated } = &**predicate;
            format!("({}distinct {} {})", not(*negated), e(left), e(right))
        }
        ExprKind::Between(predicate) => {
            let Between { operand, low, high, negated } = &**predicate;
            format!("({}between {} {} {})", not(*negated), e(operand), e(low), e(high))
        }
        ExprKind::Like(predicate) => {
            let Like { operand, pattern, escape, ignores_case, negated } = &**predicate;
            let escape = escape.as_ref().map_or(String::new(), |escape| format!(" {}", e(escape)));
            let like = if *ignores_case { "ilike" } else { "like" };
            format!("({}{like} {} {}{escape})", not(*negated), e(operand), e(pattern))
        }
        ExprKind::InList(predicate) => {
            let InList { operand, items, negated } = &**predicate;
            format!("({}in {} [{}])", not(*negated), e(operand), exprs(items))
        }
        ExprKind::InParameter(predicate) => {
            let InParameter { operand, parameter, negated } = &**predicate;
            format!("({}in {} {{{parameter}}})", not(*negated), e(operand))
        }
        ExprKind::InSubquery(predicate) => {
            let InSubquery { operand, query, query_span: _, negated } = &**predicate;
            format!("({}in {} {})", not(*negated), e(operand), self::query(query))
        }
        ExprKind::Exists(query) => format!("(exists {})", self::query(query)),
        ExprKind::Subquery(query) => format!("(subquery {})", self::query(query)),
        ExprKind::Case(case) => {
            let Case { operand, branches, otherwise } = &**case;
            let operand = operand.as_ref().map_or(String::new(), |operand| e(operand) + " ");
            let whens =
                list(branches, |when| format!("({} {})", e(&when.condition), e(&when.result)));
            let otherwise =
                otherwise.as_ref().map_or(String::new(), |expr| format!(" {}", e(expr)));
            format!("(case {operand}{whens}{otherwise})")
        }
        ExprKind::Cast(cast) => {
            let Cast { operand, ty, fallible } = &**cast;
            format!("({}cast {} {})", if *fallible { "try-" } else { "" }, e(operand), ty.text())
        }
        ExprKind::Extract(extract) => {
            let Extract { field, operand } = &**extract;
            format!("(extract {} {})", name(field), e(operand))
        }
        ExprKind::AtTimeZone(at) => {
            let AtTimeZone { operand, zone } = &**at;
            format!("(at-time-zone {} {})", e(operand), e(zone))
        }
        ExprKind::Position(position) => {
            let Position { needle, text } = &**position;
            format!("(position {} {})", e(needle), e(text))
        }
        ExprKind::Substring(substring) => {
            let Substring { text, start, length } = &**substring;
            let part = |part: &Option<Expr>| part.as_ref().map_or("-".to_owned(), self::expr);
            format!("(substring {} {} {})", e(text), part(start), part(length))
        }
        ExprKind::Trim(trim) => {
            let Trim { side, characters, text } = &**trim;
            let characters = characters.as_ref().map_or("-".to_owned(), self::expr);
            format!("(trim {side:?} {characters} {})", e(text))
        }
        ExprKind::Call(call) => self::call(call),
        ExprKind::Array(values) => format!("[{}]", exprs(values)),
        ExprKind::Row(values) => format!("(row {})", exprs(values)),
        ExprKind::Subscript(subscript) => {
            let Subscript { base, index } = &**subscript;
            format!("(at {} {})", e(base), e(index))
        }
        ExprKind::Field(access) => {
            let FieldOf { base, field } = &**access;
            format!("(field {} {})", e(base), name(field))
        }
        ExprKind::Lambda(lambda) => {
            let Lambda { parameters, head: _, body } = &**lambda;
            format!("(lambda [{}] {})", list(parameters, name), e(body))
        }
        ExprKind::Json(json) => self::json(json),
        ExprKind::Error => "error".to_owned(),
    }
}

fn json(json: &Json) -> String {
    let input = |JsonInput { expr, format }: &JsonInput| match format {
        None => self::expr(expr),
        Some(format) => format!("(format {} {format:?})", self::expr(expr)),
    };
    let returning = |returning: &Option<JsonReturning>| match returning {
        None => "-".to_owned(),
        Some(JsonReturning { ty, format }) => format!("({} {format:?})", ty.text()),
    };
    let argument = |JsonArgument { value, name }: &JsonArgument| {
        format!("(as {} {})", input(value), self::name(name))
    };
    let behavior = |behavior: &Option<JsonBehavior>| match behavior {
        None => "-".to_owned(),
        Some(JsonBehavior { kind: JsonBehaviorKind::Default(value), span: _ }) => {
            format!("(default {})", self::expr(value))
        }
        Some(JsonBehavior { kind, span: _ }) => format!("{kind:?}"),
    };
    match json {
        Json::Path(path) => {
            let JsonPath {
                function,
                input: of,
                path,
                path_span: _,
                passing,
                returning: ty,
                wrapper,
                keeps_quotes,
                on_empty,
                on_error,
            } = &**path;
            let keeps = keeps_quotes.as_ref().map(|(keeps, _)| keeps);
            format!(
                "(json {function:?} {} '{path}' [{}] {} {wrapper:?} {keeps:?} {} {})",
                input(of),
                list(passing, argument),
                returning(ty),
                behavior(on_empty),
                behavior(on_error),
            )
        }
        Json::Array(JsonArray { elements, nulls, returning: ty }) => {
            format!("(json-array [{}] {nulls:?} {})", list(elements, input), returning(ty))
        }
        Json::Object(JsonObject { members, nulls, unique, returning: ty }) => {
            let member = |(key, value): &_| format!("({} {})", self::expr(key), input(value));
            format!(
                "(json-object [{}] {nulls:?} {unique} {})",
                list(members, member),
                returning(ty)
            )
        }
    }
}

fn call(call: &Call) -> String {
    let Call { name, arguments, within_group, filter, nulls, over, span: _ } = call;
    let Arguments { quantifier, args, order_by, nulls: inside, overflow } = arguments;
    let mut out = format!("({}()", path(name));
    if let Some(quantifier) = quantifier {
        out += if quantifier.distinct { " distinct" } else { " all" };
    }
    for arg in args {
        out += &match arg {
            Argument::Expr(arg) => format!(" {}", expr(arg)),
            Argument::Star(_) => " *".to_owned(),
        };
    }
    if let Some(Overflow { truncate, span: _ }) = overflow {
        out += &match truncate {
            Some(Truncate { filler, counts }) => format!(" (truncate {filler:?} {counts})"),
            None => " (overflow error)".to_owned(),
        };
    }
    for (word, order) in [("order", order_by), ("within", within_group)] {
        if let Some(order) = order {
            out += &format!(" ({word} {})", keys(order));
        }
    }
    if let Some(Filter { condition, span: _ }) = filter {
        out += &format!(" (filter {})", expr(condition));
    }
    for treatment in inside.iter().chain(nulls) {
        out += if treatment.ignore { " ignore-nulls" } else { " respect-nulls" };
    }
    if let Some(Over { kind, span: _ }) = over {
        out += &format!(" (over {})", self::over(kind));
    }
    out + ")"
}

fn over(kind: &OverKind) -> String {
    let WindowSpec { base, partition_by, order_by, frame, span: _ } = match kind {
        OverKind::Name(window) => return name(window),
        OverKind::Spec(spec) => spec,
    };
    let mut parts = Vec::new();
    parts.extend(base.as_ref().map(name));
    if !partition_by.is_empty() {
        parts.push(format!("(partition {})", exprs(partition_by)));
    }
    if !order_by.is_empty() {
        parts.push(format!("(order {})", list(order_by, sort_key)));
    }
    if let Some(Frame { units, start, end, span: _ }) = frame {
        let end = end.as_ref().map_or(String::new(), |end| format!(" {}", bound(end)));
        parts.push(format!("({units:?} {}{end})", bound(start)));
    }
    format!("[{}]", parts.join(" "))
}

fn bound(bound: &FrameBound) -> String {
    match &bound.kind {
        FrameBoundKind::UnboundedPreceding => "<<".to_owned(),
        FrameBoundKind::Preceding(distance) => format!("-{}", expr(distance)),
        FrameBoundKind::CurrentRow => "current".to_owned(),
        FrameBoundKind::Following(distance) => format!("+{}", expr(distance)),
        FrameBoundKind::UnboundedFollowing => ">>".to_owned(),
    }
}

const fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Modulo => "%",
        BinaryOperator::Concat => "||",
        BinaryOperator::Eq => "=",
        BinaryOperator::NotEq => "<>",
        BinaryOperator::Lt => "<",
        BinaryOperator::LtEq => "<=",
        BinaryOperator::Gt => ">",
        BinaryOperator::GtEq => ">=",
    }
}
