//! Expressions written with as few parentheses as possible, and read back.

use lakequery_types::{Engine, Type};
use sqlparser::ast;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::build::*;
use super::sql_of;
use crate::tree::{BinaryOperator, Expr, ExprKind};

/// Random numbers, always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn number(&mut self, depth: u32) -> Expr {
        use BinaryOperator::*;
        if depth == 0 {
            return match self.roll(3) {
                0 => integer(self.roll(9) as i64 - 4),
                _ => column(0, "", ["a", "b", "c"][self.roll(3) as usize], Type::Integer),
            };
        }
        match self.roll(7) {
            0 => expr(ExprKind::Negate(self.number(depth - 1).into()), Type::Integer),
            1 => binary(Concat, self.number(depth - 1), self.number(depth - 1)),
            2 => {
                let branches = vec![(self.condition(depth - 1), self.number(depth - 1))];
                expr(ExprKind::Case { operand: None, branches, otherwise: None }, Type::Integer)
            }
            n => {
                let operator = [Add, Subtract, Multiply, Divide][n as usize - 3];
                binary(operator, self.number(depth - 1), self.number(depth - 1))
            }
        }
    }

    fn condition(&mut self, depth: u32) -> Expr {
        use BinaryOperator::*;
        if depth == 0 {
            return column(0, "", ["p", "q"][self.roll(2) as usize], Type::Boolean);
        }
        let down = depth - 1;
        let negated = self.roll(2) == 0;
        let kind = match self.roll(10) {
            0 => ExprKind::And((0..2 + self.roll(2)).map(|_| self.condition(down)).collect()),
            1 => ExprKind::Or((0..2 + self.roll(2)).map(|_| self.condition(down)).collect()),
            2 | 3 => ExprKind::Not(self.condition(down).into()),
            4 => ExprKind::IsNull { expr: self.any(down).into(), negated },
            5 => ExprKind::Between {
                expr: self.any(down).into(),
                low: self.any(down).into(),
                high: self.any(down).into(),
                negated,
            },
            6 => ExprKind::InList {
                expr: self.any(down).into(),
                list: vec![self.any(down), self.any(down)],
                negated,
            },
            7 => ExprKind::Binary {
                operator: [Eq, Lt][self.roll(2) as usize],
                left: self.any(down).into(),
                right: self.any(down).into(),
            },
            8 => ExprKind::Binary {
                operator: [IsDistinctFrom, IsNotDistinctFrom][self.roll(2) as usize],
                left: self.any(down).into(),
                right: self.any(down).into(),
            },
            _ => ExprKind::Like {
                expr: self.any(down).into(),
                pattern: text("a%").into(),
                escape: None,
                negated,
            },
        };
        expr(kind, Type::Boolean)
    }

    fn any(&mut self, depth: u32) -> Expr {
        if self.roll(3) == 0 { self.condition(depth) } else { self.number(depth) }
    }
}

#[test]
fn what_is_written_is_what_is_read() {
    let mut dice = Dice(7);
    for round in 0..3000 {
        let expr = dice.condition(1 + round % 5);
        let text = sql_of(Engine::DataFusion, &expr);
        let parsed = Parser::new(&GenericDialect {})
            .try_with_sql(&text)
            .and_then(|mut parser| parser.parse_expr())
            .unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read(&parsed), meant(&expr), "{text}");
    }
}

/// An expression with all its parentheses.
fn meant(expr: &Expr) -> String {
    let not = |negated: &bool| if *negated { "not-" } else { "" };
    match &expr.kind {
        ExprKind::Column(column) => column.name.clone(),
        ExprKind::Literal(_) => sql_of(Engine::Trino, expr),
        ExprKind::Negate(operand) => match meant(operand) {
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => format!("-{digits}"),
            operand => format!("(- {operand})"),
        },
        ExprKind::Not(operand) => format!("(NOT {})", meant(operand)),
        ExprKind::Binary { operator, left, right } => {
            format!("({} {} {})", meant(left), operator.symbol(), meant(right))
        }
        // They read from the left.
        ExprKind::And(operands) => chain(operands, "AND"),
        ExprKind::Or(operands) => chain(operands, "OR"),
        ExprKind::IsNull { expr, negated } => format!("({}null {})", not(negated), meant(expr)),
        ExprKind::Between { expr, low, high, negated } => {
            format!("({}between {} {} {})", not(negated), meant(expr), meant(low), meant(high))
        }
        ExprKind::InList { expr, list, negated } => {
            let list: Vec<String> = list.iter().map(meant).collect();
            format!("({}in {} {})", not(negated), meant(expr), list.join(" "))
        }
        ExprKind::Like { expr, pattern, negated, .. } => {
            format!("({}like {} {})", not(negated), meant(expr), meant(pattern))
        }
        ExprKind::Case { branches, .. } => {
            format!("(case {} {})", meant(&branches[0].0), meant(&branches[0].1))
        }
        other => panic!("{other:?}"),
    }
}

fn chain(operands: &[Expr], word: &str) -> String {
    let mut operands = operands.iter();
    let first = meant(operands.next().expect("operands"));
    operands.fold(first, |left, right| {
        // AND within AND needs no parentheses and is read as one chain.
        let (same, inner) = match (&right.kind, word) {
            (ExprKind::And(inner), "AND") | (ExprKind::Or(inner), "OR") => (true, &inner[..]),
            _ => (false, &[][..]),
        };
        if same && word == "AND" {
            return flatten(inner, word)
                .fold(left, |left, right| format!("({left} {word} {right})"));
        }
        format!("({left} {word} {})", meant(right))
    })
}

fn flatten<'e>(operands: &'e [Expr], word: &'e str) -> Box<dyn Iterator<Item = String> + 'e> {
    Box::new(operands.iter().flat_map(move |operand| match &operand.kind {
        ExprKind::And(inner) if word == "AND" => flatten(inner, word),
        _ => Box::new(std::iter::once(meant(operand))),
    }))
}

/// The same of sqlparser's tree.
fn read(expr: &ast::Expr) -> String {
    let not = |negated: &bool| if *negated { "not-" } else { "" };
    match expr {
        ast::Expr::Nested(inner) => read(inner),
        ast::Expr::UnaryOp { op, expr } => match (op, &**expr) {
            (ast::UnaryOperator::Minus, ast::Expr::Value(value)) => format!("-{value}"),
            _ => format!("({op} {})", read(expr)),
        },
        ast::Expr::BinaryOp { left, op, right } => format!("({} {op} {})", read(left), read(right)),
        ast::Expr::IsDistinctFrom(left, right) => {
            format!("({} IS DISTINCT FROM {})", read(left), read(right))
        }
        ast::Expr::IsNotDistinctFrom(left, right) => {
            format!("({} IS NOT DISTINCT FROM {})", read(left), read(right))
        }
        ast::Expr::IsNull(expr) => format!("(null {})", read(expr)),
        ast::Expr::IsNotNull(expr) => format!("(not-null {})", read(expr)),
        ast::Expr::Between { expr, negated, low, high } => {
            format!("({}between {} {} {})", not(negated), read(expr), read(low), read(high))
        }
        ast::Expr::InList { expr, list, negated } => {
            let list: Vec<String> = list.iter().map(read).collect();
            format!("({}in {} {})", not(negated), read(expr), list.join(" "))
        }
        ast::Expr::Like { negated, expr, pattern, .. } => {
            format!("({}like {} {})", not(negated), read(expr), read(pattern))
        }
        ast::Expr::Case { conditions, .. } => {
            format!("(case {} {})", read(&conditions[0].condition), read(&conditions[0].result))
        }
        other => other.to_string(),
    }
}
