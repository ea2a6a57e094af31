//! Windows: `OVER (…)` and the WINDOW clause, whose names are spelled out.

use lakequery_types::Type;

use super::column::list;
use super::scope::same_name;
use super::{Clause, Lowerer};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::Span;
use crate::tree::{Expr, Frame, FrameBound, FrameUnits, Window};

impl Lowerer<'_> {
    /// The window of a call; named ones come from the select being lowered.
    pub(super) fn window(&mut self, over: &ast::Over, call: Span) -> Window {
        let ast::Over { kind, span: _ } = over;
        match kind {
            ast::OverKind::Spec(spec) => self.window_spec(spec, call, 0),
            ast::OverKind::Name(name) => self.named_window(name, call, 0),
        }
    }

    fn named_window(&mut self, name: &ast::Name, call: Span, depth: usize) -> Window {
        let ast::Name { text: name, quoted: _, span } = name;
        let definitions = self.context_windows();
        let found = definitions.iter().find(|window| same_name(name_of(window), name));
        match found {
            Some(ast::NamedWindow { name: _, window, span: _ }) if depth <= definitions.len() => {
                match window {
                    ast::OverKind::Name(other) => self.named_window(other, call, depth + 1),
                    ast::OverKind::Spec(spec) => self.window_spec(spec, call, depth + 1),
                }
            }
            Some(_) => {
                let message = format!("the window `{name}` refers to itself");
                self.error(Code::UnknownWindow, *span, message);
                empty_window()
            }
            None => {
                let message = format!("there is no window `{name}`");
                let diagnostic = Diagnostic::new(Code::UnknownWindow, *span, message);
                let names = || definitions.iter().map(name_of);
                let diagnostic = match nearest(name, names()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None if definitions.is_empty() => {
                        diagnostic.help(format!("define it: `WINDOW {name} AS (…)`"))
                    }
                    None => diagnostic.help(list("the windows are", names())),
                };
                self.report(diagnostic);
                empty_window()
            }
        }
    }

    fn window_spec(&mut self, spec: &ast::WindowSpec, call: Span, depth: usize) -> Window {
        let ast::WindowSpec { base, partition_by, order_by, frame, span: _ } = spec;
        let base = base.as_ref().map(|name| self.named_window(name, call, depth));
        let mut window = base.unwrap_or_else(empty_window);
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
            window.frame = self.frame(frame, &window, call);
        }
        window
    }

    fn frame(&mut self, frame: &ast::Frame, window: &Window, call: Span) -> Option<Frame> {
        let ast::Frame { units, start, end, span: _ } = frame;
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
        let (from, to) = (rank(&start), rank(&end));
        if from > to
            || matches!(start, FrameBound::UnboundedFollowing)
            || matches!(end, FrameBound::UnboundedPreceding)
        {
            self.error(Code::Syntax, call, "the frame of this window ends before it starts");
            return None;
        }
        if window.order_by.is_empty() && units != FrameUnits::Rows {
            self.report(
                Diagnostic::new(Code::Syntax, call, "a RANGE or GROUPS frame needs ORDER BY")
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
        let fits = offset.is_open()
            || match units {
                FrameUnits::Rows | FrameUnits::Groups => offset.ty.is_integer(),
                FrameUnits::Range => match &window.order_by[..] {
                    [key] => match &key.target {
                        crate::tree::SortTarget::Expr(key) => {
                            (key.ty.is_numeric() && offset.ty.is_numeric())
                                || (key.ty.is_date_or_timestamp() && offset.ty.is_interval())
                                || key.is_error()
                        }
                        crate::tree::SortTarget::Output(_) => false,
                    },
                    _ => false,
                },
            };
        if !fits {
            let message = format!("a frame can't be bounded by `{}` here", offset.ty);
            let help = match units {
                FrameUnits::Range => "RANGE takes a distance in the one ORDER BY key's type",
                _ => "ROWS and GROUPS count with whole numbers",
            };
            self.report(Diagnostic::new(Code::TypeMismatch, span, message).help(help));
            return Expr::error(span);
        }
        let of_dates = matches!(&window.order_by[..], [key]
            if matches!(&key.target, crate::tree::SortTarget::Expr(key) if key.ty == Type::Date));
        if of_dates && offset.ty.is_interval() && !self.moves_dates(&offset, span) {
            return Expr::error(span);
        }
        if offset.is_open() { self.coerce(offset, &Type::BigInt) } else { offset }
    }

    /// The WINDOW clause of the select being lowered.
    fn context_windows(&self) -> Vec<ast::NamedWindow> {
        self.windows.last().cloned().unwrap_or_default()
    }
}

/// The name that the WINDOW clause gives to a window.
fn name_of(window: &ast::NamedWindow) -> &str {
    let ast::NamedWindow { name, window: _, span: _ } = window;
    let ast::Name { text, quoted: _, span: _ } = name;
    text
}

const fn empty_window() -> Window {
    Window { partition_by: Vec::new(), order_by: Vec::new(), frame: None }
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
