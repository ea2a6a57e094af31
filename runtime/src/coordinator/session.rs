//! [`Session`]: what the server wants to be told with every statement, kept by
//! the client and changed by the headers of answers. All clones of a connection
//! share it, as all statements of a console do.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::{HeaderMap, HeaderValue};

use super::protocol::Protocol;
use crate::error::{Error, Kind, Result};
use crate::http::url::{decode_form, encode};

/// The most bytes that a session may come to: they are sent with every statement,
/// and a server adds to them as it likes.
const LARGEST: usize = 1 << 20;

/// The session of a connection.
#[derive(Debug)]
pub(crate) struct Session {
    /// What the URL says.
    first: State,
    state: Mutex<State>,
}

/// What it holds, decoded.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) catalog: Option<String>,
    pub(crate) schema: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) properties: BTreeMap<String, String>,
    /// By catalog: `ALL`, `NONE` or `ROLE{name}`.
    pub(crate) roles: BTreeMap<String, String>,
    pub(crate) prepared: BTreeMap<String, String>,
    /// Presto's functions of the session, by signature.
    pub(crate) functions: BTreeMap<String, String>,
    pub(crate) transaction: Option<String>,
    pub(crate) authorization_user: Option<String>,
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
    pub(crate) fn new(first: State) -> Session {
        Session { state: Mutex::new(first.clone()), first }
    }

    /// Another session, as this one began.
    pub(crate) fn anew(&self) -> Session {
        Session::new(self.first.clone())
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the headers of a statement.
    pub(crate) fn write(&self, protocol: &Protocol, headers: &mut HeaderMap) {
        let state = self.state();
        let mut add = |name: &str, text: String| {
            if let Ok(mut value) = HeaderValue::from_bytes(text.as_bytes()) {
                value.set_sensitive(name == "session" || name == "prepared-statement");
                headers.append(protocol.header(name), value);
            }
        };
        for (name, value) in state.plain() {
            match value {
                Some(value) => add(name, value.clone()),
                None if name == "transaction-id" => add(name, "NONE".to_owned()),
                None => {}
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
    }

    /// Takes up what an answer changes.
    ///
    /// # Errors
    ///
    /// When the session would become too large, or hold what can't be sent. It is as
    /// before then.
    pub(crate) fn read(&self, protocol: &Protocol, headers: &HeaderMap) -> Result<()> {
        let before = &mut *self.state();
        let mut state = before.clone();
        let all = |name: &str| {
            headers.get_all(protocol.header(name)).iter().filter_map(|value| {
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
        if state.size() > LARGEST {
            return Err(Error::new(
                Kind::BrokenData,
                "the server adds more to the session than can be sent with every statement",
            )
            .help("deallocate prepared statements that are not needed"));
        }
        if let Some(name) = state.unfit() {
            return Err(Error::new(
                Kind::BrokenData,
                format!("the server sets the session's {name} to a text with control characters"),
            ));
        }
        *before = state;
        Ok(())
    }
}

impl State {
    /// What is sent as it is, by the names of its headers.
    fn plain(&self) -> [(&'static str, Option<&String>); 5] {
        [
            ("catalog", self.catalog.as_ref()),
            ("schema", self.schema.as_ref()),
            ("path", self.path.as_ref()),
            ("authorization-user", self.authorization_user.as_ref()),
            ("transaction-id", self.transaction.as_ref()),
        ]
    }

    /// The name of what can't be sent in a header.
    pub(crate) fn unfit(&self) -> Option<&'static str> {
        let fits = |text: &String| HeaderValue::from_bytes(text.as_bytes()).is_ok();
        let unfit = |(_, text): &(_, Option<&String>)| !text.is_none_or(fits);
        self.plain().into_iter().find(unfit).map(|(name, _)| name)
    }

    /// How many bytes all of it has.
    fn size(&self) -> usize {
        let maps = [&self.properties, &self.roles, &self.prepared, &self.functions];
        let entries = maps.into_iter().flatten().map(|(key, value)| key.len() + value.len());
        let plain = self.plain().into_iter().filter_map(|(_, text)| text.map(String::len));
        entries.chain(plain).sum()
    }
}

/// Names of properties have points, and stand as they are.
fn encode_key(key: &str) -> String {
    key.split('.').map(encode).collect::<Vec<_>>().join(".")
}
