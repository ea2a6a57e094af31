//! The HTTP transport: each call is the body of a POST request, and its reply
//! the body of the answer.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE,
};
use reqwest::{Method, Url};

use super::error::{busy, idle};
use super::message::Call;
use super::target::Target;
use crate::error::{Error, Kind, Result};
use crate::http::client::{Http, Request, Response, place};
use crate::http::cookies::Cookies;
use crate::http::secrets::Secrets;
use crate::http::url::unfit;
use crate::task::{Task, runtime};

const THRIFT: HeaderValue = HeaderValue::from_static("application/x-thrift");

/// The most characters of a server's words in an error.
const SAID: usize = 200;

/// What all calls to a server share.
pub(crate) struct Door {
    http: Http,
    url: Url,
    headers: HeaderMap,
    cookies: Mutex<Cookies>,
    /// What must not be repeated of what the server says.
    secrets: Secrets,
}

impl Door {
    pub(crate) fn new(
        target: &Target,
        path: &str,
        tls: Option<rustls::ClientConfig>,
    ) -> Result<Arc<Door>> {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = Url::parse(&format!("{scheme}://{}:{}/{path}", target.host, target.port))
            .map_err(|_| unfit("http_path", "a path such as `cliservice`"))?;
        let authorization = match &target.token {
            Some(token) => format!("Bearer {token}"),
            None => format!("Basic {}", target.basic()),
        };
        let mut authorization = HeaderValue::from_str(&authorization)
            .map_err(|_| unfit("access_token", "without control characters"))?;
        authorization.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (CONTENT_TYPE, THRIFT),
            (ACCEPT, THRIFT),
            (AUTHORIZATION, authorization),
        ]);
        Ok(Arc::new(Door {
            http: Http::patient(tls, target.timeout)?,
            url,
            headers,
            cookies: Mutex::default(),
            secrets: target.secrets(),
        }))
    }

    /// The reply to a call.
    async fn answer(&self, call: Call) -> Result<Vec<u8>> {
        let mut headers = self.headers.clone();
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).header();
        if let Some(cookies) = cookies {
            headers.insert(COOKIE, cookies);
        }
        let request = Request {
            method: Method::POST,
            url: self.url.clone(),
            headers,
            body: call.bytes,
            repeat: call.repeat,
        };
        let response = self.http.send(&request).await?;
        let secure = self.url.scheme() == "https";
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in response.headers.get_all(SET_COOKIE) {
            cookies.set(cookie.as_bytes(), secure);
        }
        drop(cookies);
        if response.status.as_u16() != 200 {
            return Err(self.refused(&response));
        }
        Ok(response.body)
    }

    #[cold]
    fn refused(&self, response: &Response) -> Error {
        let place = place(&self.url);
        let status = response.status;
        let said = self.said(response);
        let path = self.url.path();
        match status.as_u16() {
            401 => Error::new(
                Kind::SignIn,
                format!("{place} refused to sign the user in ({status}){said}"),
            )
            .help("check user and password, or `access_token`, in the URL"),
            403 => Error::new(
                Kind::SignIn,
                format!("{place} does not let the user in ({status}){said}"),
            )
            .help("the user needs the right to use this server"),
            404 | 405 => Error::new(
                Kind::Connection,
                format!("{place} has no Thrift Server at {path} ({status}){said}"),
            )
            .help("check `http_path` in the URL; Spark's own is `cliservice`"),
            300..=399 => {
                let to = response.headers.get(LOCATION).and_then(|to| to.to_str().ok());
                let to = to.and_then(|to| self.url.join(to).ok());
                let to = to.map(|to| format!(", to {}", self::place(&to))).unwrap_or_default();
                Error::new(Kind::Connection, format!("{place} redirects the client{to} ({status})"))
                    .help("name the place in the URL; credentials are not sent elsewhere")
            }
            429 | 502..=504 => Error::new(
                Kind::Connection,
                format!("{place} is not able to answer at the moment ({status}){said}"),
            )
            .help("try later; the query may have run or not"),
            _ => Error::new(
                Kind::Connection,
                format!("{place} refused the request ({status}){said}"),
            )
            .help("look into the server's log; the query may have run or not"),
        }
    }

    /// What the server says in plain text, without secrets.
    fn said(&self, response: &Response) -> String {
        let plain = response
            .headers
            .get(CONTENT_TYPE)
            .is_none_or(|kind| kind == THRIFT || kind.as_bytes().starts_with(b"text/plain"));
        let text = String::from_utf8_lossy(&response.body);
        let line = text.lines().next().unwrap_or_default();
        if !plain || line.is_empty() || line.contains(char::is_control) {
            return String::new();
        }
        format!(": {}", self.secrets.scrub(line).chars().take(SAID).collect::<String>())
    }
}

/// One call after the other.
pub(crate) struct Post {
    door: Arc<Door>,
    /// The call that is on its way. It goes on while nobody waits for it, and
    /// ends with this.
    task: Option<Task<Vec<u8>>>,
}

impl Post {
    pub(crate) fn new(door: Arc<Door>) -> Post {
        Post { door, task: None }
    }

    pub(crate) fn usable(&self) -> bool {
        self.task.is_none()
    }

    pub(crate) fn waiting(&self) -> bool {
        self.task.is_some()
    }

    pub(crate) fn send(&mut self, call: Call) -> Result<()> {
        if self.task.is_some() {
            return Err(busy());
        }
        let door = Arc::clone(&self.door);
        self.task = Some(Task::spawn(&runtime()?, async move { door.answer(call).await }));
        Ok(())
    }

    /// Waits for the reply. May be dropped and called again.
    pub(crate) async fn receive(&mut self) -> Result<Vec<u8>> {
        let Some(task) = &mut self.task else { return Err(idle()) };
        let reply = std::future::poll_fn(|cx| task.poll_end(cx)).await;
        self.task = None;
        reply
    }
}
