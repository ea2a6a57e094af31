//! What a server knows a client by, from one call to the next: a token, cookies, and settings that
//! each call carries.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};

use crate::http::cookies::Cookies;
use crate::http::tokens::secret_header;

/// Who the client is.
#[derive(Clone)]
pub(crate) enum Credentials {
    /// A user, whom the server gives a token.
    User { name: String, password: String },
    /// A token of the user's.
    Token(String),
    /// An id and a secret, for which tokens are given at a URL, by this form.
    Client { url: reqwest::Url, form: String },
}

/// User and password as a header has them.
pub(super) fn basic(name: &str, password: &str) -> String {
    STANDARD.encode(format!("{name}:{password}"))
}

/// What is said of a session, by the name of a header.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) name: HeaderName,
    pub(crate) value: HeaderValue,
    /// Whether each call says it, and not only what begins a session: what is said once more
    /// undoes what statements have set.
    pub(crate) always: bool,
}

/// What a server knows a client by.
#[derive(Default)]
pub(super) struct Session {
    settings: Vec<Setting>,
    /// Whether the connection has TLS.
    secure: bool,
    token: Option<HeaderValue>,
    cookies: Cookies,
    /// How often it was begun anew.
    generation: u64,
}

impl Session {
    pub(super) fn new(settings: Vec<Setting>, secure: bool) -> Session {
        Session { settings, secure, ..Session::default() }
    }

    /// The same before its first call.
    pub(super) fn anew(&self) -> Session {
        Session::new(self.settings.clone(), self.secure)
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// The token that the server gave.
    pub(super) fn token(&self) -> Option<&HeaderValue> {
        self.token.as_ref()
    }

    /// The headers of the next call.
    pub(super) fn headers(&self, authorization: Option<HeaderValue>) -> HeaderMap {
        let cookies = self.cookies.header();
        let said = self.settings.iter().filter(|it| it.always || cookies.is_none());
        let mut headers: HeaderMap =
            said.map(|setting| (setting.name.clone(), setting.value.clone())).collect();
        headers.extend(authorization.map(|value| (AUTHORIZATION, value)));
        headers.extend(cookies.map(|value| (COOKIE, value)));
        headers
    }

    /// Takes in the headers of an answer.
    pub(super) fn learn(&mut self, headers: &HeaderMap) {
        for cookies in headers.get_all(SET_COOKIE) {
            self.cookies.set_joined(cookies.as_bytes(), self.secure);
        }
        let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some(token) = token.filter(|text| is_bearer(text)) {
            self.token = Some(secret_header(token));
        }
    }

    /// Begins it anew, where the server does not know it any more. Who asks says which one he
    /// knew: another one may have begun a new one meanwhile.
    pub(super) fn lost(&mut self, generation: u64) {
        if self.generation == generation {
            self.token = None;
            self.cookies.clear();
            self.generation += 1;
        }
    }
}

fn is_bearer(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        headers.iter().map(pair).collect()
    }

    #[test]
    fn calls_carry_what_answers_gave() {
        let setting = |name, always| Setting {
            name: HeaderName::from_static(name),
            value: HeaderValue::from_static(name),
            always,
        };
        let mut session = Session::new(vec![setting("once", false), setting("each", true)], false);
        let sent = |session: &Session| {
            let headers = session.headers(session.token().cloned());
            let text = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            let all = ["once", "each", "authorization", "cookie"].map(text);
            all.into_iter().flatten().collect::<Vec<_>>().join(" | ")
        };
        assert_eq!(sent(&session), "once | each");
        session.learn(&answer(&[("authorization", "Bearer t1")]));
        assert_eq!(sent(&session), "once | each | Bearer t1");
        session.learn(&answer(&[("set-cookie", "S=1;p=2")]));
        assert_eq!(sent(&session), "each | Bearer t1 | S=1; p=2");
        session.learn(&answer(&[("authorization", "Basic x"), ("set-cookie", "p=3")]));
        session.learn(&answer(&[("authorization", "Bearer ")]));
        assert_eq!(sent(&session), "each | Bearer t1 | S=1; p=3");
        session.lost(1);
        assert_eq!(sent(&session), "each | Bearer t1 | S=1; p=3");
        session.lost(0);
        assert_eq!((sent(&session).as_str(), session.generation()), ("once | each", 1));
    }
}
