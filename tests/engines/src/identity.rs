//! Who a client may be besides a user with a password: a certificate of an
//! authority that the server trusts, or a token that it can check. Made anew for
//! every server, with OpenSSL's program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::download::run;

/// How long all of it is good for.
const DAYS: u32 = 2;

/// The files of the authority.
const AUTHORITY: &str = "authority";

/// A client's certificate with its key, as PEM files.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// What a server is given to know clients by, and what clients then have.
pub(crate) struct Identities {
    /// The certificate of the authority to trust.
    pub(crate) authority: PathBuf,
    /// One that the authority signed.
    pub(crate) known: Identity,
    /// One of the same name that it did not.
    pub(crate) stranger: Identity,
    /// The public key that tokens are checked with.
    pub(crate) public_key: PathBuf,
    /// A token.
    pub(crate) token: String,
}

impl Identities {
    /// Makes them for a user, in a folder.
    pub(crate) fn make(folder: &Path, user: &str) -> Result<Identities> {
        fs::create_dir_all(folder)?;
        let authority = self_signed(folder, AUTHORITY, "lakequery-live")?.certificate;
        let known = signed(folder, "known", user)?;
        let stranger = self_signed(folder, "stranger", user)?;
        openssl(folder, "genrsa -out token.key 2048")?;
        openssl(folder, "rsa -in token.key -pubout -out token.pem")?;
        let (public_key, token) = (folder.join("token.pem"), token(folder, user)?);
        Ok(Identities { authority, known, stranger, public_key, token })
    }
}

/// Runs OpenSSL's program in a folder, in which all files are named.
fn openssl(folder: &Path, arguments: &str) -> Result<()> {
    run(Command::new("openssl").current_dir(folder).args(arguments.split(' ')))
}

/// A certificate that vouches for itself.
fn self_signed(folder: &Path, file: &str, name: &str) -> Result<Identity> {
    let new = format!("req -x509 -newkey rsa:2048 -nodes -days {DAYS} -subj /CN={name}");
    openssl(folder, &format!("{new} -keyout {file}.key -out {file}.pem"))?;
    Ok(identity(folder, file))
}

/// A certificate that the authority vouches for.
fn signed(folder: &Path, file: &str, name: &str) -> Result<Identity> {
    let new = format!("req -x509 -newkey rsa:2048 -nodes -days {DAYS} -subj /CN={name}");
    let by = format!("-CA {AUTHORITY}.pem -CAkey {AUTHORITY}.key");
    openssl(folder, &format!("{new} -keyout {file}.key -out {file}.pem {by}"))?;
    Ok(identity(folder, file))
}

fn identity(folder: &Path, file: &str) -> Identity {
    let [certificate, key] = ["pem", "key"].map(|end| folder.join(file).with_extension(end));
    Identity { certificate, key }
}

/// A JSON web token that names a user.
fn token(folder: &Path, user: &str) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let end = now + Duration::from_secs(u64::from(DAYS) * 86_400);
    let head = json!({ "alg": "RS256", "typ": "JWT" });
    let claims = json!({ "sub": user, "exp": end.as_secs() });
    let [head, claims] = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    fs::write(folder.join("token.txt"), format!("{head}.{claims}"))?;
    openssl(folder, "dgst -sha256 -sign token.key -out token.sig token.txt")?;
    let signature = fs::read(folder.join("token.sig"))?;
    Ok(format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
