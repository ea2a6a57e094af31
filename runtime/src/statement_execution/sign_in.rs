//! How a client signs in: with a token that it has, or with one that it gets for its own id and
//! secret (OAuth's client credentials).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};

use crate::error::Result;
use crate::http::client::{Http, Request};
use crate::http::secrets::Secrets;
use crate::http::tokens::{Tokens, secret_header, token_request};
use crate::http::url::encode;

/// Who the client is.
#[derive(Clone)]
pub(crate) enum Credentials {
    /// A token, such as a personal access token.
    Token(String),
    /// An id and a secret, for which there are tokens.
    Client(Client),
}

/// A client that gets tokens for its id and secret.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) issuer: Issuer,
}

/// Who gives tokens.
#[derive(Clone)]
pub(crate) enum Issuer {
    /// The workspace itself.
    Workspace(Url),
    /// Entra ID, at the URL of a tenant.
    Entra(Url),
}

/// The resource that Databricks is in Entra ID.
const RESOURCE: &str = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";

impl Client {
    /// Whether the workspace itself gives the tokens.
    pub(super) fn is_of_workspace(&self) -> bool {
        matches!(self.issuer, Issuer::Workspace(_))
    }

    /// The request for a token.
    fn request(&self) -> Request {
        match &self.issuer {
            Issuer::Workspace(base) => {
                let pair = STANDARD.encode(format!("{}:{}", self.id, self.secret));
                let mut url = base.clone();
                url.set_path("/oidc/v1/token");
                let form = "grant_type=client_credentials&scope=all-apis".to_owned();
                let mut request = token_request(url, form);
                request.headers.insert(AUTHORIZATION, secret_header(&format!("Basic {pair}")));
                request
            }
            Issuer::Entra(url) => {
                let [id, secret] = [&self.id, &self.secret].map(|text| encode(text));
                let form = format!(
                    "grant_type=client_credentials&client_id={id}&client_secret={secret}\
                     &resource={RESOURCE}"
                );
                token_request(url.clone(), form)
            }
        }
    }
}

/// Gives the header that signs requests in.
pub(super) enum SignIn {
    Token(HeaderValue),
    Client(Box<Tokens>),
}

impl SignIn {
    /// `http` is to who gives tokens.
    pub(super) fn new(credentials: Credentials, http: Http) -> SignIn {
        match credentials {
            Credentials::Token(token) => SignIn::Token(secret_header(&format!("Bearer {token}"))),
            Credentials::Client(client) => {
                SignIn::Client(Box::new(Tokens::new(client.request(), http)))
            }
        }
    }

    /// The header `Authorization`.
    pub(super) async fn header(&self, secrets: &Secrets) -> Result<HeaderValue> {
        match self {
            SignIn::Token(header) => Ok(header.clone()),
            SignIn::Client(tokens) => tokens.header(secrets).await,
        }
    }

    /// Forgets a token that the server refused; says whether there can be another one.
    pub(super) async fn refused(&self, header: &HeaderValue) -> bool {
        let SignIn::Client(tokens) = self else { return false };
        tokens.refused(header).await;
        true
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn")
    }
}
