//! [`Session`]: what the server wants to be told with every statement, kept by
//! the client and changed by the headers of answers. All clones of a connection
//! share it, as all statements of a console do.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::{HeaderMap, HeaderValue};

use super::wire::Wire;
use crate::transport::url::{decode_form, encode};

/// The session of a connection.
#[derive(Debug)]
pub(super) struct Session(Mutex<State>);

/// What it holds, decoded.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) catalog: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) path: Option<String>,
    pub(super) properties: BTreeMap<String, String>,
    /// By catalog: `ALL`, `NONE` or `ROLE{name}`.
    pub(super) roles: BTreeMap<String, String>,
    pub(super) prepared: BTreeMap<String, String>,
    /// Presto's functions of the session, by signature.
    pub(super) functions: BTreeMap<String, String>,
    pub(super) transaction: Option<String>,
    pub(super) authorization_user: Option<String>,
}

impl std::fmt::Debug for State {
    /// Properties may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("catalog", &self.catalog)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(state: State) -> Session {
        Session(Mutex::new(state))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the headers of a statement.
    pub(super) fn write(&self, wire: &Wire, headers: &mut HeaderMap) {
        let state = self.state();
        let mut add = |name: &str, text: String| {
            if let Ok(mut value) = HeaderValue::from_bytes(text.as_bytes()) {
                value.set_sensitive(name == "session" || name == "prepared-statement");
                headers.append(wire.header(name), value);
            }
        };
        for (name, value) in [
            ("catalog", &state.catalog),
            ("schema", &state.schema),
            ("path", &state.path),
            ("authorization-user", &state.authorization_user),
        ] {
            if let Some(value) = value {
                add(name, value.clone());
            }
        }
        for (name, map) in [
            ("session", &state.properties),
            ("role", &state.roles),
            ("prepared-statement", &state.prepared),
        ] {
            for (key, value) in map {
                add(name, format!("{}={}", encode_key(key), encode(value)));
            }
        }
        for (signature, function) in &state.functions {
            add("session-function", format!("{}={}", encode(signature), encode(function)));
        }
        add("transaction-id", state.transaction.clone().unwrap_or_else(|| "NONE".to_owned()));
    }

    /// Takes up what an answer changes.
    pub(super) fn read(&self, wire: &Wire, headers: &HeaderMap) {
        let mut state = self.state();
        let all = |name: &str| {
            headers.get_all(wire.header(name)).iter().filter_map(|value| {
                // UTF-8, where it is not plain ASCII.
                std::str::from_utf8(value.as_bytes()).ok()
            })
        };
        let last = |name: &str| all(name).next_back().and_then(decode_form);
        let pair = |text: &str| {
            let (key, value) = text.split_once('=')?;
            Some((decode_form(key.trim())?, decode_form(value.trim())?))
        };
        if let Some(catalog) = last("set-catalog") {
            state.catalog = Some(catalog);
        }
        if let Some(schema) = last("set-schema") {
            state.schema = Some(schema);
        }
        if let Some(path) = last("set-path") {
            state.path = Some(path);
        }
        state.properties.extend(all("set-session").filter_map(pair));
        for name in all("clear-session").filter_map(decode_form) {
            state.properties.remove(&name);
        }
        state.roles.extend(all("set-role").filter_map(pair));
        state.prepared.extend(all("added-prepare").filter_map(pair));
        for name in all("deallocated-prepare").filter_map(decode_form) {
            state.prepared.remove(&name);
        }
        state.functions.extend(all("added-session-functions").filter_map(pair));
        for name in all("removed-session-function").filter_map(decode_form) {
            state.functions.remove(&name);
        }
        if let Some(id) = last("started-transaction-id") {
            state.transaction = Some(id);
        }
        if all("clear-transaction-id").next().is_some() {
            state.transaction = None;
        }
        if let Some(user) = last("set-authorization-user") {
            state.authorization_user = Some(user);
        }
        if all("reset-authorization-user").next().is_some() {
            state.authorization_user = None;
        }
    }
}

/// Names of properties have points, and stand as they are.
fn encode_key(key: &str) -> String {
    key.split('.').map(encode).collect::<Vec<_>>().join(".")
}
