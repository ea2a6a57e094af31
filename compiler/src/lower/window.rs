//! Windows: `OVER (…)` and the WINDOW clause, whose names are spelled out.

use lakequery_types::{Type, same_name};

use super::column::list;
use super::scope::NamedWindow;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::function::Function;
use crate::reference::Target;
use crate::token::Span;
use crate::tree::{
    Expr, ExprKind, Frame, FrameBound, FrameUnits, Literal, SortKey, SortTarget, Window,
};

impl Lowerer<'_> {
    /// The WINDOW clause: each definition sees those before it.
    pub(super) fn define_windows(&mut self, windows: &[ast::NamedWindow]) {
        for ast::NamedWindow { name, window, span: _ } in windows {
            let ast::Name { text: name, quoted: _, span } = name;
            if self.defined_windows().any(|other| same_name(&other.name, name)) {
                let message = format!("two windows are called `{name}`");
                self.error(Code::DuplicateName, *span, message);
            }
            let window = self.within(
                |context| (context.in_window, context.clause) = (true, Clause::Select),
                |this| this.window_of(window),
            );
            self.declares(*span, Target::Window { declared: *span });
            if let Some(defined) = self.windows.last_mut() {
                defined.push(NamedWindow { name: name.clone(), span: *span, window });
            }
        }
    }

    fn defined_windows(&self) -> impl Iterator<Item = &NamedWindow> {
        self.windows.last().into_iter().flatten()
    }

    /// The window of a call; named ones come from the select being lowered.
    pub(super) fn window(&mut self, function: &Function, over: &ast::Over) -> Window {
        let ast::Over { kind, span } = over;
        let window = self.window_of(kind);
        let name = function.name;
        if window.frame.is_some() && !function.takes_frame() {
            let span = frame_span(kind).unwrap_or(*span);
            let message = format!("`{name}` takes no frame: it looks at the whole window");
            self.error(Code::MisplacedWindow, span, message);
        }
        if window.order_by.is_empty() && function.needs_order() {
            let message = format!("`{name}` needs a window with ORDER BY");
            self.report(
                Diagnostic::new(Code::MisplacedWindow, *span, message)
                    .help(format!("such as `{name}(…) OVER (ORDER BY …)`")),
            );
        }
        window
    }

    fn window_of(&mut self, kind: &ast::OverKind) -> Window {
        match kind {
            ast::OverKind::Spec(spec) => self.window_spec(spec),
            ast::OverKind::Name(name) => self.named_window(name).unwrap_or_else(empty_window),
        }
    }

    /// The window of this name; `None` after a diagnostic.
    fn named_window(&mut self, name: &ast::Name) -> Option<Window> {
        let ast::Name { text: name, quoted: _, span } = name;
        let found = self.defined_windows().find(|window| same_name(&window.name, name));
        if let Some((declared, window)) = found.map(|found| (found.span, found.window.clone())) {
            self.refers(*span, Target::Window { declared });
            return Some(window);
        }
        let message = format!("window `{name}` does not exist");
        let diagnostic = Diagnostic::new(Code::UnknownWindow, *span, message);
        let names = || self.defined_windows().map(|window| window.name.as_str());
        let diagnostic = match nearest(name, names()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if names().next().is_none() => {
                diagnostic.help(format!("define it: `WINDOW {name} AS (…)`"))
            }
            None => diagnostic.help(list("the windows are", names())),
        };
        self.report(diagnostic);
        None
    }

    fn window_spec(&mut self, spec: &ast::WindowSpec) -> Window {
        let ast::WindowSpec { base, partition_by, order_by, frame, span: _ } = spec;
        let named = base.as_ref().and_then(|name| Some((name, self.named_window(name)?)));
        let mut window = match named {
            Some((name, window)) => {
                self.check_extension(name, &window, partition_by, order_by);
                Window { frame: None, ..window }
            }
            None => empty_window(),
        };
        for key in partition_by {
            let key = self.expr(key);
            if !key.is_error() && !key.ty.is_comparable() {
                let message = format!("values of type `{}` can't be grouped", key.ty);
                self.error(Code::TypeMismatch, key.span, message);
            }
            window.partition_by.push(key);
        }
        window.order_by.extend(self.sort_keys(order_by));
        if let Some(frame) = frame {
            window.frame = self.frame(frame, &window);
        }
        window
    }

    /// What a window that begins with another one may add to it.
    fn check_extension(
        &mut self,
        base: &ast::Name,
        window: &Window,
        partition_by: &[ast::Expr],
        order_by: &[ast::SortKey],
    ) {
        let ast::Name { text: name, quoted: _, span } = base;
        let spans = |spans: &mut dyn Iterator<Item = Span>| spans.reduce(Span::to);
        let partitioned = spans(&mut partition_by.iter().map(|key| key.span));
        let ordered = spans(&mut order_by.iter().map(|key| key.span));
        let problem = if window.frame.is_some() {
            Some((*span, format!("`{name}` has a frame: no window can begin with it")))
        } else if let Some(span) = partitioned {
            Some((span, format!("a window that begins with `{name}` has its partitions")))
        } else if let (Some(span), false) = (ordered, window.order_by.is_empty()) {
            Some((span, format!("`{name}` is ordered already")))
        } else {
            None
        };
        if let Some((span, message)) = problem {
            self.report(
                Diagnostic::new(Code::Syntax, span, message).help("write the window out in full"),
            );
        }
    }

    fn frame(&mut self, frame: &ast::Frame, window: &Window) -> Option<Frame> {
        let ast::Frame { units, start, end, span } = frame;
        let units = match units {
            ast::FrameUnits::Rows => FrameUnits::Rows,
            ast::FrameUnits::Range => FrameUnits::Range,
            ast::FrameUnits::Groups => FrameUnits::Groups,
        };
        let start = self.frame_bound(start, units, window);
        let end = match end {
            Some(bound) => self.frame_bound(bound, units, window),
            None => FrameBound::CurrentRow,
        };
        if ends_before_it_starts(&start, &end) {
            self.error(Code::Syntax, *span, "the frame of this window ends before it starts");
            return None;
        }
        if window.order_by.is_empty() && units != FrameUnits::Rows {
            self.report(
                Diagnostic::new(Code::Syntax, *span, "a RANGE or GROUPS frame needs ORDER BY")
                    .help("order the window, or count ROWS"),
            );
            return None;
        }
        Some(Frame { units, start, end })
    }

    fn frame_bound(
        &mut self,
        bound: &ast::FrameBound,
        units: FrameUnits,
        window: &Window,
    ) -> FrameBound {
        let ast::FrameBound { kind, span: _ } = bound;
        match kind {
            ast::FrameBoundKind::CurrentRow => FrameBound::CurrentRow,
            ast::FrameBoundKind::UnboundedPreceding => FrameBound::UnboundedPreceding,
            ast::FrameBoundKind::UnboundedFollowing => FrameBound::UnboundedFollowing,
            ast::FrameBoundKind::Preceding(expr) => {
                FrameBound::Preceding(Box::new(self.frame_offset(expr, units, window)))
            }
            ast::FrameBoundKind::Following(expr) => {
                FrameBound::Following(Box::new(self.frame_offset(expr, units, window)))
            }
        }
    }

    fn frame_offset(&mut self, expr: &ast::Expr, units: FrameUnits, window: &Window) -> Expr {
        let span = expr.span;
        let offset = self.in_clause(Clause::Limit, |this| this.expr(expr));
        let key = match &window.order_by[..] {
            [SortKey { target: SortTarget::Expr(key), .. }] => Some(key),
            _ => None,
        };
        let is_null = matches!(offset.kind, ExprKind::Literal(Literal::Null));
        let fits = match (units, key) {
            _ if is_null => false,
            (FrameUnits::Rows | FrameUnits::Groups, _) => {
                offset.is_open() || offset.ty.is_integer()
            }
            (FrameUnits::Range, Some(key)) => {
                let of_numbers =
                    key.ty.is_numeric() && (offset.is_open() || offset.ty.is_numeric());
                let of_times = key.ty.is_date_or_timestamp() && offset.ty.is_interval();
                of_numbers || of_times || key.is_error() || offset.is_error()
            }
            // That there is no key has a diagnostic of its own.
            (FrameUnits::Range, None) => window.order_by.is_empty(),
        };
        let hours = |key: &&Expr| key.ty == Type::Date && !is_of_days(&offset);
        let problem = if !fits {
            let found = if is_null { "NULL".to_owned() } else { format!("`{}`", offset.ty) };
            let help = match units {
                FrameUnits::Range => "RANGE takes a distance in the one ORDER BY key's type",
                _ => "ROWS and GROUPS count with whole numbers",
            };
            Some((Code::TypeMismatch, format!("a frame can't be bounded by {found} here"), help))
        } else if distance(&offset).is_some_and(|distance| distance < 0.0) {
            let help = "PRECEDING and FOLLOWING say which way it goes";
            Some((Code::BadLiteral, "the bound of a frame can't be negative".to_owned(), help))
        } else if key.filter(hours).is_some() {
            let help = "cast the key to a timestamp";
            Some((Code::TypeMismatch, "dates are bounded by whole days or months".to_owned(), help))
        } else {
            None
        };
        if let Some((code, message, help)) = problem {
            self.excuse(std::slice::from_ref(&offset));
            if !offset.is_error() {
                self.report(Diagnostic::new(code, span, message).help(help));
            }
            return Expr::error(span);
        }
        if offset.is_open() {
            let ty = key.map_or(Type::BigInt, |key| key.ty.clone());
            let ty = if units == FrameUnits::Range { ty } else { Type::BigInt };
            return self.coerce(offset, &ty);
        }
        offset
    }
}

/// Where the frame of a window stands that is written out.
const fn frame_span(kind: &ast::OverKind) -> Option<Span> {
    let ast::OverKind::Spec(spec) = kind else { return None };
    let ast::WindowSpec { base: _, partition_by: _, order_by: _, frame, span: _ } = spec;
    match frame {
        Some(ast::Frame { units: _, start: _, end: _, span }) => Some(*span),
        None => None,
    }
}

const fn empty_window() -> Window {
    Window { partition_by: Vec::new(), order_by: Vec::new(), frame: None }
}

/// The distance that a literal says, in whichever unit.
fn distance(offset: &Expr) -> Option<f64> {
    match &offset.written().kind {
        ExprKind::Literal(
            Literal::Integer(value) | Literal::Milliseconds(value) | Literal::Months(value),
        ) => Some(*value as f64),
        ExprKind::Literal(Literal::Decimal(text)) => text.parse().ok(),
        ExprKind::Literal(Literal::Double(value)) => Some(*value),
        ExprKind::Negate(operand) => distance(operand).map(|distance| -distance),
        _ => None,
    }
}

/// Whether a literal is a whole number of days or months; others are not judged.
fn is_of_days(offset: &Expr) -> bool {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    match offset.written().kind {
        ExprKind::Literal(Literal::Milliseconds(value)) => value % DAY == 0,
        _ => true,
    }
}

fn ends_before_it_starts(start: &FrameBound, end: &FrameBound) -> bool {
    let (from, to) = (rank(start), rank(end));
    let apart = |near: &Expr, far: &Expr| {
        distance(near).zip(distance(far)).is_some_and(|(near, far)| near > far)
    };
    match (start, end) {
        (FrameBound::UnboundedFollowing, _) | (_, FrameBound::UnboundedPreceding) => true,
        (FrameBound::Preceding(start), FrameBound::Preceding(end)) => apart(end, start),
        (FrameBound::Following(start), FrameBound::Following(end)) => apart(start, end),
        _ => from > to,
    }
}

const fn rank(bound: &FrameBound) -> u8 {
    match bound {
        FrameBound::UnboundedPreceding => 0,
        FrameBound::Preceding(_) => 1,
        FrameBound::CurrentRow => 2,
        FrameBound::Following(_) => 3,
        FrameBound::UnboundedFollowing => 4,
    }
}
