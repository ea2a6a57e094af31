//! The functions of SQL/JSON.

use lakequery_types::Type;

use super::Lowerer;
use super::cast::castable;
use super::json_path::{ItemKind, JsonPathText, PathError};
use crate::ast::{self, JsonBehaviorKind as Behavior};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::token::Span;
use crate::tree::{
    Expr, ExprKind, Json, JsonBehavior, JsonForm, JsonFormat, JsonNulls, JsonPath,
    JsonPathFunction, JsonWrapper,
};

impl Lowerer<'_> {
    /// `JSON_VALUE(…)` and its like.
    pub(super) fn json(&mut self, json: &ast::Json, span: Span) -> Expr {
        match json {
            ast::Json::Path(path) => self.json_path(path, span),
            ast::Json::Array(array) => self.json_array(array, span),
            ast::Json::Object(object) => self.json_object(object, span),
        }
    }

    fn json_path(&mut self, json: &ast::JsonPath, span: Span) -> Expr {
        let ast::JsonPath {
            function,
            input,
            path,
            path_span,
            passing,
            returning,
            wrapper,
            keeps_quotes,
            on_empty,
            on_error,
        } = json;
        let function = match function {
            ast::JsonPathFunction::Exists => JsonPathFunction::Exists,
            ast::JsonPathFunction::Value => JsonPathFunction::Value,
            ast::JsonPathFunction::Query => JsonPathFunction::Query,
        };
        let ast::JsonInput { expr: input, format } = input;
        let format = format.map(json_format);
        let input = self.expr(input);
        let mut operands = vec![self.json_text(input, format)];
        let mut names = Vec::new();
        for argument in passing {
            let (value, name) = self.json_argument(argument, &names);
            operands.push(value);
            names.push(name);
        }
        let found = self.json_path_text(path, *path_span, &names);
        let usual = match function {
            JsonPathFunction::Exists => Type::Boolean,
            JsonPathFunction::Value | JsonPathFunction::Query => Type::Varchar(None),
        };
        let (returning, output) = self.json_returning(returning.as_ref(), function);
        let ty = returning.clone().unwrap_or(usual);
        if function == JsonPathFunction::Value && !found.is_castable(&ty) {
            let message =
                format!("the path gives {}, which does not become a `{ty}`", found.text());
            self.error(Code::TypeMismatch, *path_span, message);
        }
        self.check_quotes(*wrapper, *keeps_quotes);
        let mut behavior = |behavior: &Option<ast::JsonBehavior>, event: &str| {
            let ast::JsonBehavior { kind, span } = behavior.as_ref()?;
            if let Behavior::Default(value) = kind {
                let value = self.expr(value);
                operands.push(match function {
                    JsonPathFunction::Value => self.require(value, &ty, "DEFAULT"),
                    JsonPathFunction::Exists | JsonPathFunction::Query => value,
                });
            }
            let behavior = json_behavior(kind);
            self.check_json_behavior(function, behavior, event, *span);
            Some(behavior)
        };
        let on_empty = match function {
            // It has a diagnostic.
            JsonPathFunction::Exists => None,
            JsonPathFunction::Value | JsonPathFunction::Query => behavior(on_empty, "ON EMPTY"),
        };
        let on_error = behavior(on_error, "ON ERROR");
        let is_null = |behavior: Option<JsonBehavior>| {
            matches!(behavior, None | Some(JsonBehavior::Null | JsonBehavior::Default))
        };
        let nullable = match function {
            JsonPathFunction::Exists => {
                operands[0].nullable || on_error == Some(JsonBehavior::Unknown)
            }
            // The value may be JSON's null, which becomes NULL.
            JsonPathFunction::Value => true,
            JsonPathFunction::Query => {
                operands[0].nullable || is_null(on_empty) || is_null(on_error)
            }
        };
        let form = JsonForm::Path(JsonPath {
            function,
            format,
            path: path.clone(),
            passing: names,
            wrapper: wrapper.map(|wrapper| match wrapper {
                ast::JsonWrapper::Without => JsonWrapper::Without,
                ast::JsonWrapper::Conditional => JsonWrapper::Conditional,
                ast::JsonWrapper::Unconditional => JsonWrapper::Unconditional,
            }),
            keeps_quotes: keeps_quotes.map(|(keeps, _)| keeps),
            on_empty,
            on_error,
        });
        let kind = ExprKind::Json(Box::new(Json { operands, form, returning, format: output }));
        Expr { kind, ty, nullable, span }
    }

    fn json_argument(
        &mut self,
        argument: &ast::JsonArgument,
        others: &[(String, Option<JsonFormat>)],
    ) -> (Expr, (String, Option<JsonFormat>)) {
        let ast::JsonArgument { value, name } = argument;
        let ast::Name { text, quoted, span } = name;
        // A name without quotes is in capitals, and the path minds the case.
        let name = if *quoted { text.clone() } else { text.to_uppercase() };
        if others.iter().any(|(other, _)| *other == name) {
            let message = format!("two values are passed as `{name}`");
            self.error(Code::DuplicateName, *span, message);
        }
        let (value, format) = self.json_item(value, |ty| {
            ty.is_date_or_timestamp() || matches!(ty, Type::Time(_) | Type::TimeTz(_))
        });
        (value, (name, format))
    }

    fn json_array(&mut self, array: &ast::JsonArray, span: Span) -> Expr {
        let ast::JsonArray { elements, nulls, returning } = array;
        let items = elements.iter().map(|element| self.json_item(element, |_| false));
        let (operands, formats) = items.unzip();
        let form = JsonForm::Array { formats, nulls: nulls.map(json_nulls) };
        self.json_made(operands, form, returning.as_ref(), span)
    }

    fn json_object(&mut self, object: &ast::JsonObject, span: Span) -> Expr {
        let ast::JsonObject { members, nulls, unique, returning } = object;
        let (mut operands, mut formats) = (Vec::new(), Vec::new());
        for (key, value) in members {
            let key = self.expr(key);
            operands.push(self.json_key(key));
            let (value, format) = self.json_item(value, |_| false);
            operands.push(value);
            formats.push(format);
        }
        let nulls = nulls.map(json_nulls);
        let form = JsonForm::Object { formats, nulls, unique: *unique };
        self.json_made(operands, form, returning.as_ref(), span)
    }

    fn json_made(
        &mut self,
        operands: Vec<Expr>,
        form: JsonForm,
        returning: Option<&ast::JsonReturning>,
        span: Span,
    ) -> Expr {
        let (returning, format) = self.json_returning(returning, JsonPathFunction::Query);
        let ty = returning.clone().unwrap_or(Type::Varchar(None));
        let kind = ExprKind::Json(Box::new(Json { operands, form, returning, format }));
        Expr { kind, ty, nullable: false, span }
    }

    /// A value that becomes JSON, or JSON that is read, and how it is read. Types that `is_kept`
    /// names are not written as texts.
    fn json_item(
        &mut self,
        input: &ast::JsonInput,
        is_kept: impl Fn(&Type) -> bool,
    ) -> (Expr, Option<JsonFormat>) {
        let ast::JsonInput { expr, format } = input;
        let value = self.expr(expr);
        let format = match format {
            // What gives JSON is read as JSON.
            None if makes_json(expr) => Some(JsonFormat::Plain),
            format => format.map(json_format),
        };
        if format.is_some() {
            return (self.json_text(value, format), format);
        }
        let ty = &value.ty;
        let becomes_json = ty.is_text()
            || ty.is_numeric()
            || *ty == Type::Boolean
            || is_kept(ty)
            || castable(ty, &Type::Varchar(None));
        if !becomes_json && !value.is_error() {
            let message = format!("a value of type `{ty}` does not become JSON here");
            let diagnostic = Diagnostic::new(Code::TypeMismatch, value.span, message);
            self.report(match castable(ty, &Type::Json) {
                true => diagnostic.help("write `json_format(CAST(x AS json)) FORMAT JSON`"),
                false => diagnostic,
            });
        }
        (value, None)
    }

    fn json_key(&mut self, key: Expr) -> Expr {
        if matches!(key.kind, ExprKind::Parameter(_)) {
            return self.require(key, &Type::Varchar(None), "the key of a member");
        }
        if !key.is_error() && !key.ty.is_text() {
            let message = format!("the key of a member is a text, found `{}`", key.ty);
            self.error(Code::TypeMismatch, key.span, message);
        }
        key
    }

    /// JSON that is read: a text, or the bytes of one.
    fn json_text(&mut self, input: Expr, format: Option<JsonFormat>) -> Expr {
        let is_encoded = !matches!(format, None | Some(JsonFormat::Plain));
        if input.is_open() {
            let ty = if is_encoded { Type::Varbinary } else { Type::Varchar(None) };
            return self.require(input, &ty, "JSON");
        }
        let fits = match input.ty {
            Type::Varchar(_) => !is_encoded,
            Type::Varbinary => true,
            _ => false,
        };
        if !fits && !input.is_error() {
            let from =
                if is_encoded { "with ENCODING from `varbinary`" } else { "from a `varchar`" };
            let message = format!("JSON is read {from}, found `{}`", input.ty);
            let diagnostic = Diagnostic::new(Code::TypeMismatch, input.span, message);
            self.report(match input.ty {
                Type::Json => diagnostic.help("write `json_format(x)`"),
                Type::Varchar(_) => diagnostic.help("remove ENCODING"),
                Type::Char(_) => diagnostic.help("write `CAST(x AS varchar)`"),
                _ => diagnostic,
            });
        }
        input
    }

    fn json_returning(
        &mut self,
        returning: Option<&ast::JsonReturning>,
        function: JsonPathFunction,
    ) -> (Option<Type>, Option<JsonFormat>) {
        let Some(ast::JsonReturning { ty, format }) = returning else { return (None, None) };
        let format = format.map(json_format);
        let Some(found) = self.data_type(ty) else { return (None, format) };
        if function == JsonPathFunction::Value {
            if format.is_some() {
                let message = "JSON_VALUE returns a value, which has no FORMAT";
                self.report(Diagnostic::new(Code::Syntax, ty.span, message).help("remove FORMAT"));
            }
            let fits = found.is_text()
                || found.is_numeric()
                || found.is_date_or_timestamp()
                || matches!(found, Type::Boolean | Type::Time(_) | Type::TimeTz(_));
            if !fits {
                let message = format!("JSON_VALUE does not return `{found}`");
                let help = "JSON_QUERY returns what is not a number, a text or a date, as a text";
                self.report(Diagnostic::new(Code::TypeMismatch, ty.span, message).help(help));
                return (None, None);
            }
            return (Some(found), None);
        }
        let is_encoded = !matches!(format, None | Some(JsonFormat::Plain));
        if found == Type::Varbinary || found.is_text() && !is_encoded {
            return (Some(found), format);
        }
        let how = if is_encoded { "with ENCODING as `varbinary`" } else { "as a `varchar`" };
        let message = format!("JSON is returned {how}, not as `{found}`");
        let diagnostic = Diagnostic::new(Code::TypeMismatch, ty.span, message);
        self.report(match found.is_text() {
            true => diagnostic.help("write `RETURNING varbinary`, or remove ENCODING"),
            false => diagnostic.help("write `CAST(json_parse(…) AS type)` around the function"),
        });
        (None, format)
    }

    /// What a path gives; names that it uses must be passed.
    fn json_path_text(
        &mut self,
        path: &str,
        span: Span,
        names: &[(String, Option<JsonFormat>)],
    ) -> ItemKind {
        let JsonPathText { gives, variables } = match JsonPathText::read(path) {
            Ok(read) => read,
            Err(PathError { message, at, help }) => {
                let message = format!("'{path}' is not a path: {message} (character {at})");
                let diagnostic = Diagnostic::new(Code::BadLiteral, span, message);
                self.report(match help {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic,
                });
                return ItemKind::Any;
            }
        };
        for variable in variables {
            if names.iter().any(|(name, _)| *name == variable) {
                continue;
            }
            let message = format!("no value is passed for `${variable}`");
            let same = names.iter().any(|(name, _)| name.eq_ignore_ascii_case(&variable));
            let near = nearest(&variable, names.iter().map(|(name, _)| name.as_str()));
            let help = match near {
                _ if same => {
                    format!("a name without quotes is in capitals: write `AS \"{variable}\"`")
                }
                Some(near) => format!("did you mean `${near}`?"),
                None => format!("add `PASSING value AS \"{variable}\"`"),
            };
            self.report(Diagnostic::new(Code::BadLiteral, span, message).help(help));
        }
        gives
    }

    fn check_quotes(&mut self, wrapper: Option<ast::JsonWrapper>, quotes: Option<(bool, Span)>) {
        let wraps = matches!(
            wrapper,
            Some(ast::JsonWrapper::Conditional | ast::JsonWrapper::Unconditional)
        );
        if let (true, Some((_, span))) = (wraps, quotes) {
            let message = "quotes are kept or omitted only where no array is made";
            let diagnostic = Diagnostic::new(Code::Syntax, span, message);
            self.report(diagnostic.help("remove QUOTES, or write WITHOUT ARRAY WRAPPER"));
        }
    }

    fn check_json_behavior(
        &mut self,
        function: JsonPathFunction,
        behavior: JsonBehavior,
        event: &str,
        span: Span,
    ) {
        use JsonBehavior as B;
        let (name, fits, those) = match function {
            JsonPathFunction::Exists => (
                "JSON_EXISTS",
                matches!(behavior, B::Error | B::True | B::False | B::Unknown),
                "TRUE, FALSE, UNKNOWN or ERROR",
            ),
            JsonPathFunction::Value => (
                "JSON_VALUE",
                matches!(behavior, B::Error | B::Null | B::Default),
                "NULL, ERROR or DEFAULT",
            ),
            JsonPathFunction::Query => (
                "JSON_QUERY",
                matches!(behavior, B::Error | B::Null | B::EmptyArray | B::EmptyObject),
                "NULL, ERROR, EMPTY ARRAY or EMPTY OBJECT",
            ),
        };
        if !fits {
            let message = format!("{name} takes {those} before {event}");
            self.error(Code::Syntax, span, message);
        }
    }
}

/// Whether it is written as a function that gives JSON.
fn makes_json(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ast::ExprKind::Nested(inner) => makes_json(inner),
        ast::ExprKind::Json(json) => match &**json {
            ast::Json::Path(path) => path.function == ast::JsonPathFunction::Query,
            ast::Json::Array(_) | ast::Json::Object(_) => true,
        },
        _ => false,
    }
}

const fn json_format(format: ast::JsonFormat) -> JsonFormat {
    match format {
        ast::JsonFormat::Plain => JsonFormat::Plain,
        ast::JsonFormat::Utf8 => JsonFormat::Utf8,
        ast::JsonFormat::Utf16 => JsonFormat::Utf16,
        ast::JsonFormat::Utf32 => JsonFormat::Utf32,
    }
}

const fn json_nulls(nulls: ast::JsonNulls) -> JsonNulls {
    match nulls {
        ast::JsonNulls::Null => JsonNulls::Null,
        ast::JsonNulls::Absent => JsonNulls::Absent,
    }
}

const fn json_behavior(kind: &Behavior) -> JsonBehavior {
    match kind {
        Behavior::Error => JsonBehavior::Error,
        Behavior::Null => JsonBehavior::Null,
        Behavior::True => JsonBehavior::True,
        Behavior::False => JsonBehavior::False,
        Behavior::Unknown => JsonBehavior::Unknown,
        Behavior::EmptyArray => JsonBehavior::EmptyArray,
        Behavior::EmptyObject => JsonBehavior::EmptyObject,
        Behavior::Default(_) => JsonBehavior::Default,
    }
}
