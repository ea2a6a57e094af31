//! Windows: `OVER (…)` and the WINDOW clause, whose names are spelled out.

use lakequery_types::Type;
use sqlparser::ast::{self, Spanned};

use super::column::list;
use super::scope::same_name;
use super::{Clause, Lowerer};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::Span;
use crate::tree::{Expr, Frame, FrameBound, FrameUnits, Window};

impl Lowerer<'_> {
    /// The window of a call; named ones come from the select being lowered.
    pub(super) fn window(&mut self, over: &ast::WindowType, call: Span) -> Window {
        match over {
            ast::WindowType::WindowSpec(spec) => self.window_spec(spec, call, 0),
            ast::WindowType::NamedWindow(name) => self.named_window(name, call, 0),
        }
    }

    fn named_window(&mut self, name: &ast::Ident, call: Span, depth: usize) -> Window {
        let definitions = self.context_windows();
        let found = definitions.iter().find(|window| same_name(&window.0.value, &name.value));
        match found {
            Some(ast::NamedWindowDefinition(_, definition)) if depth <= definitions.len() => {
                match definition {
                    ast::NamedWindowExpr::NamedWindow(other) => {
                        self.named_window(other, call, depth + 1)
                    }
                    ast::NamedWindowExpr::WindowSpec(spec) => {
                        self.window_spec(spec, call, depth + 1)
                    }
                }
            }
            Some(_) => {
                let message = format!("the window `{}` refers to itself", name.value);
                self.error(Code::UnknownWindow, crate::parse::span(name.span), message);
                empty_window()
            }
            None => {
                let span = crate::parse::span(name.span);
                let message = format!("there is no window `{}`", name.value);
                let diagnostic = Diagnostic::new(Code::UnknownWindow, span, message);
                let names = || definitions.iter().map(|window| window.0.value.as_str());
                let diagnostic = match nearest(&name.value, names()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None if definitions.is_empty() => {
                        diagnostic.help(format!("define it: `WINDOW {} AS (…)`", name.value))
                    }
                    None => diagnostic.help(list("the windows are", names())),
                };
                self.report(diagnostic);
                empty_window()
            }
        }
    }

    fn window_spec(&mut self, spec: &ast::WindowSpec, call: Span, depth: usize) -> Window {
        let ast::WindowSpec { window_name, partition_by, order_by, window_frame } = spec;
        let base = window_name.as_ref().map(|name| self.named_window(name, call, depth));
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
        if let Some(frame) = window_frame {
            window.frame = self.frame(frame, &window, call);
        }
        window
    }

    fn frame(&mut self, frame: &ast::WindowFrame, window: &Window, call: Span) -> Option<Frame> {
        let ast::WindowFrame { units, start_bound, end_bound } = frame;
        let units = match units {
            ast::WindowFrameUnits::Rows => FrameUnits::Rows,
            ast::WindowFrameUnits::Range => FrameUnits::Range,
            ast::WindowFrameUnits::Groups => FrameUnits::Groups,
        };
        let start = self.frame_bound(start_bound, units, window);
        let end = match end_bound {
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
        bound: &ast::WindowFrameBound,
        units: FrameUnits,
        window: &Window,
    ) -> FrameBound {
        match bound {
            ast::WindowFrameBound::CurrentRow => FrameBound::CurrentRow,
            ast::WindowFrameBound::Preceding(None) => FrameBound::UnboundedPreceding,
            ast::WindowFrameBound::Following(None) => FrameBound::UnboundedFollowing,
            ast::WindowFrameBound::Preceding(Some(expr)) => {
                FrameBound::Preceding(Box::new(self.frame_offset(expr, units, window)))
            }
            ast::WindowFrameBound::Following(Some(expr)) => {
                FrameBound::Following(Box::new(self.frame_offset(expr, units, window)))
            }
        }
    }

    fn frame_offset(&mut self, expr: &ast::Expr, units: FrameUnits, window: &Window) -> Expr {
        let span = crate::parse::span(expr.span());
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
        if offset.is_open() { self.coerce(offset, &Type::BigInt) } else { offset }
    }

    /// The WINDOW clause of the select being lowered.
    fn context_windows(&self) -> Vec<ast::NamedWindowDefinition> {
        self.windows.last().cloned().unwrap_or_default()
    }
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
