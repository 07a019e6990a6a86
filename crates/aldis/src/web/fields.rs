//! What a form sent: names and values, in order, some of them more than once.

use super::Web;
use axum::extract::{FromRequest, Request};
use axum::response::Response;

/// The fields of one form. A name that was not sent reads as empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl FromRequest<Web> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let form = axum::extract::Form::<Vec<(String, String)>>::from_request(request, web).await;
        let unread = crate::error::Error::refused("the form could not be read: it is too long or not a form");
        form.map(|form| form.0.into_iter().collect()).map_err(|_| super::reply::refused(web, None, &unread))
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut fields = Self::default();
        pairs.into_iter().for_each(|(name, value)| fields.push(name, value));
        fields
    }
}

impl Fields {
    /// Adds a field. Line ends become those of Unix: what is typed twice must have the same hash.
    pub(crate) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value.replace("\r\n", "\n")));
    }

    /// Returns a field's text, trimmed.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Returns a field's text if it says anything.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    /// Returns every value of a field that says anything.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty()).collect()
    }

    /// Returns the lines of a field, or its parts between commas, that say anything.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let parts = self.get(name).split(['\n', ',']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Says whether a field was sent with this value.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(key, given)| key == name && given.trim() == value)
    }
}
