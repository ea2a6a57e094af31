//! Tables by name: common table expressions, then snapshots.

use std::sync::Arc;

use lakequery_types::same_name;

use super::Lowerer;
use super::column::list;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::reference::Target;
use crate::snapshot::Table;
use crate::token::Span;

/// What the name of a table means.
pub(super) enum Named {
    Cte(usize),
    Table(Arc<Table>),
    /// It has a diagnostic; the name it goes by.
    Unusable(String),
}

impl Lowerer<'_> {
    pub(super) fn named_table(&mut self, name: &ast::Path) -> Named {
        let ast::Path { parts, span } = name;
        let span = *span;
        match &parts[..] {
            [ast::Name { text: table, quoted: _, span: _ }] => {
                let cte = self.ctes.iter().rposition(|cte| same_name(&cte.name, table));
                if let Some(index) = cte {
                    self.refers(span, Target::Cte { declared: self.ctes[index].span });
                    return Named::Cte(index);
                }
                match &self.config.default_schema {
                    Some(schema) => self.snapshot(schema, None, table, span),
                    None => {
                        let diagnostic = self.table_without_schema(table, span);
                        self.report_table(table, diagnostic);
                        Named::Unusable(table.clone())
                    }
                }
            }
            [
                ast::Name { text: schema, quoted: _, span: schema_span },
                ast::Name { text: table, quoted: _, span: table_span },
            ] => self.snapshot(schema, Some(*schema_span), table, *table_span),
            _ => {
                self.report(
                    Diagnostic::new(
                        Code::NotSupported,
                        span,
                        "a table is named by its logical schema and its name only",
                    )
                    .help("`lake.toml` says under [schema.…] which catalog that is on each engine"),
                );
                Named::Unusable(parts.last().map_or_else(String::new, |last| last.text.clone()))
            }
        }
    }

    fn snapshot(
        &mut self,
        schema: &str,
        schema_span: Option<Span>,
        table: &str,
        span: Span,
    ) -> Named {
        let key = (schema.to_lowercase(), table.to_lowercase());
        if let Some(known) = self.tables.get(&key).cloned() {
            self.refers_to_table(schema_span, span, &known);
            return Named::Table(known);
        }
        let unusable = Named::Unusable(table.to_owned());
        match self.snapshots.table(schema, table) {
            Ok(Some(found)) => {
                self.tables.insert(key, Arc::clone(&found));
                self.refers_to_table(schema_span, span, &found);
                Named::Table(found)
            }
            Ok(None) => {
                let diagnostic = self.unknown_table(schema, schema_span, table, span);
                self.report_table(&format!("{}.{}", key.0, key.1), diagnostic);
                unusable
            }
            Err(text) => {
                let diagnostic = Diagnostic::new(Code::BadSnapshot, span, text);
                self.report_table(&format!("{}.{}", key.0, key.1), diagnostic);
                unusable
            }
        }
    }

    /// Each table is reported once, however often it is named.
    fn report_table(&mut self, key: &str, diagnostic: Diagnostic) {
        if self.unusable_tables.insert(key.to_lowercase()) {
            self.report(diagnostic);
        }
    }

    fn unknown_table(
        &self,
        schema: &str,
        schema_span: Option<Span>,
        table: &str,
        span: Span,
    ) -> Diagnostic {
        let schemas = self.snapshots.schemas();
        if !schemas.iter().any(|known| same_name(known, schema)) {
            let message = format!("schema `{schema}` does not exist");
            let diagnostic =
                Diagnostic::new(Code::UnknownSchema, schema_span.unwrap_or(span), message)
                    .label("no snapshots of this schema");
            let names = || schemas.iter().map(String::as_str);
            return match nearest(schema, names()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None if schemas.is_empty() => {
                    diagnostic.help("there are no snapshots yet: run `cargo lake refresh`")
                }
                None => diagnostic.help(list("the schemas are", names())),
            };
        }
        let tables = self.snapshots.tables(schema);
        let message = format!("table `{table}` does not exist in `{schema}`");
        let diagnostic =
            Diagnostic::new(Code::UnknownTable, span, message).label("no snapshot of this table");
        let names = || tables.iter().map(String::as_str);
        let diagnostic = match nearest(table, names()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if tables.is_empty() => diagnostic,
            None => diagnostic.help(list("the tables are", names())),
        };
        diagnostic.help("if the table is new, run `cargo lake refresh`")
    }

    fn table_without_schema(&self, table: &str, span: Span) -> Diagnostic {
        let message = format!("the table `{table}` is named without its schema");
        let diagnostic = Diagnostic::new(Code::UnknownTable, span, message);
        let holding: Vec<String> = self
            .snapshots
            .schemas()
            .into_iter()
            .filter(|schema| self.snapshots.tables(schema).iter().any(|t| same_name(t, table)))
            .collect();
        let ctes = || self.ctes.iter().map(|cte| cte.name.as_str());
        match (&holding[..], nearest(table, ctes())) {
            ([], Some(near)) => diagnostic.help(format!("did you mean `{near}`?")),
            ([], None) => {
                diagnostic.help("write `schema.table`, or set `default_schema` in lake.toml")
            }
            ([schema, ..], _) => diagnostic.help(format!("did you mean `{schema}.{table}`?")),
        }
    }
}
