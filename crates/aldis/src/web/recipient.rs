//! recipient
/// Words of a mail that brings a link.
pub struct MailWords {
    /// subject
    pub subject: &'static str,
    /// message
    pub message: &'static str,
    /// answer
    pub answer: &'static str,
}
/// words
pub fn mail_words(_language: &str) -> MailWords {
    MailWords {
        subject: "A message for you",
        message: "There is a message for you.",
        answer: "Please read it and answer.",
    }
}
