//! The functions of SQL/JSON, for engines that have them.

use crate::token::Span;
use crate::tree::{
    Expr, ExprKind, Json, JsonBehavior, JsonForm, JsonFormat, JsonNulls, JsonPath,
    JsonPathFunction, JsonWrapper,
};

use super::{Support, Writer};

impl JsonForm {
    /// The function's name.
    const fn name(&self) -> &'static str {
        match self {
            JsonForm::Path(path) => match path.function {
                JsonPathFunction::Exists => "JSON_EXISTS",
                JsonPathFunction::Value => "JSON_VALUE",
                JsonPathFunction::Query => "JSON_QUERY",
            },
            JsonForm::Array { .. } => "JSON_ARRAY",
            JsonForm::Object { .. } => "JSON_OBJECT",
        }
    }
}

impl Writer<'_> {
    /// Writes a function of SQL/JSON, or refuses it.
    pub(super) fn json(&mut self, json: &Json, span: Span) {
        let Json { operands, form, returning, format } = json;
        if let Support::No(reason) = self.dialect.sql_json {
            return self.refuse(span, &format!("`{}`", form.name()), reason);
        }
        self.push(form.name());
        self.push("(");
        let is_empty = operands.is_empty();
        let mut operands = operands.iter();
        let mut rest = Vec::new();
        match form {
            JsonForm::Path(path) => {
                if let Some(input) = operands.next() {
                    self.value(input);
                    self.json_format(path.format);
                }
                self.push(", ");
                let text = self.dialect.quoted(&path.path);
                self.push(&text);
                for (i, (name, format)) in path.passing.iter().enumerate() {
                    self.push(if i == 0 { " PASSING " } else { ", " });
                    self.json_item(operands.next(), *format);
                    // The path knows it by the case that it has in quotes.
                    self.push(&format!(" AS \"{}\"", name.replace('"', "\"\"")));
                }
                rest.extend(operands);
            }
            JsonForm::Array { formats, nulls } => {
                self.list(operands.zip(formats), |writer, (element, format)| {
                    writer.json_item(Some(element), *format);
                });
                self.json_nulls(*nulls);
            }
            JsonForm::Object { formats, nulls, unique } => {
                for (i, format) in formats.iter().enumerate() {
                    self.push(if i == 0 { "" } else { ", " });
                    if let Some(key) = operands.next() {
                        self.value(key);
                    }
                    self.push(" : ");
                    self.json_item(operands.next(), *format);
                }
                self.json_nulls(*nulls);
                if *unique {
                    self.push(" WITH UNIQUE KEYS");
                }
            }
        }
        if let Some(ty) = returning {
            match self.dialect.type_name(ty) {
                Ok(name) => {
                    self.push(if is_empty { "RETURNING " } else { " RETURNING " });
                    self.push(&name);
                    self.json_format(*format);
                }
                Err(reason) => self.refuse(span, &format!("the type `{ty}`"), reason),
            }
        }
        if let JsonForm::Path(path) = form {
            self.json_clauses(path, rest);
        }
        self.push(")");
    }

    fn json_clauses(&mut self, path: &JsonPath, defaults: Vec<&Expr>) {
        if let Some(wrapper) = path.wrapper {
            self.push(match wrapper {
                JsonWrapper::Without => " WITHOUT ARRAY WRAPPER",
                JsonWrapper::Conditional => " WITH CONDITIONAL ARRAY WRAPPER",
                JsonWrapper::Unconditional => " WITH UNCONDITIONAL ARRAY WRAPPER",
            });
        }
        if let Some(keeps) = path.keeps_quotes {
            self.push(if keeps { " KEEP QUOTES" } else { " OMIT QUOTES" });
        }
        let mut defaults = defaults.into_iter();
        for (behavior, event) in [(path.on_empty, " ON EMPTY"), (path.on_error, " ON ERROR")] {
            let Some(behavior) = behavior else { continue };
            self.push(match behavior {
                JsonBehavior::Error => " ERROR",
                JsonBehavior::Null => " NULL",
                JsonBehavior::True => " TRUE",
                JsonBehavior::False => " FALSE",
                JsonBehavior::Unknown => " UNKNOWN",
                JsonBehavior::EmptyArray => " EMPTY ARRAY",
                JsonBehavior::EmptyObject => " EMPTY OBJECT",
                JsonBehavior::Default => " DEFAULT ",
            });
            if behavior == JsonBehavior::Default
                && let Some(default) = defaults.next()
            {
                self.value(default);
            }
            self.push(event);
        }
    }

    fn json_item(&mut self, input: Option<&Expr>, format: Option<JsonFormat>) {
        let Some(input) = input else { return };
        match &input.kind {
            // It would be read as JSON here, though a name stood for it.
            ExprKind::Json(json) if format.is_none() && json.makes_json() => {
                self.push("CAST(");
                self.value(input);
                self.push(" AS VARCHAR)");
            }
            _ => self.value(input),
        }
        self.json_format(format);
    }

    fn json_format(&mut self, format: Option<JsonFormat>) {
        self.push(match format {
            None => "",
            Some(JsonFormat::Plain) => " FORMAT JSON",
            Some(JsonFormat::Utf8) => " FORMAT JSON ENCODING UTF8",
            Some(JsonFormat::Utf16) => " FORMAT JSON ENCODING UTF16",
            Some(JsonFormat::Utf32) => " FORMAT JSON ENCODING UTF32",
        });
    }

    fn json_nulls(&mut self, nulls: Option<JsonNulls>) {
        self.push(match nulls {
            None => "",
            Some(JsonNulls::Null) => " NULL ON NULL",
            Some(JsonNulls::Absent) => " ABSENT ON NULL",
        });
    }
}
