//! Counts a short message as the network does, and writes the one that says a message waits.
//!
//! A short message is read by whoever holds the telephone and by every network on the way: it says
//! that something waits and where, and never what. It is one part, because parts arrive in any order
//! or not at all.
//!
//! Source: 3GPP TS 23.038, section 6.2.1 (GSM 7 bit default alphabet and its extension table);
//! 3GPP TS 23.040, section 9.2.3.24.

/// The alphabet a text is sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Seven bits a letter; a letter of the extension table takes two places.
    Gsm7,
    /// Sixteen bits a unit; a letter outside the basic plane takes two.
    Ucs2,
}

/// How long a text is on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// The alphabet it needs.
    pub alphabet: Alphabet,
    /// Places it takes: septets or 16-bit units.
    pub used: usize,
    /// Places one message has: 160 or 70.
    pub most: usize,
}

impl Length {
    /// Counts a text. One letter outside the seven-bit alphabet makes all of it sixteen-bit.
    pub fn of(text: &str) -> Self {
        let septets = text.chars().map(septets).sum::<Option<usize>>();
        match septets {
            Some(used) => Self { alphabet: Alphabet::Gsm7, used, most: GSM7_MAX },
            None => Self { alphabet: Alphabet::Ucs2, used: text.encode_utf16().count(), most: UCS2_MAX },
        }
    }

    /// Says whether the text goes in one message.
    pub const fn fits(self) -> bool {
        self.used <= self.most
    }
}

/// Writes "message waiting" and where, in one message: the words if they fit beside the place, else the
/// place alone. `None` if the place alone does not fit.
///
/// `place` is a link or a number to call.
pub fn waiting(words: &str, place: &str) -> Option<String> {
    [format!("{words} {place}"), place.to_owned()].into_iter().find(|text| Length::of(text).fits())
}

/// How many septets a letter takes; `None` if the alphabet does not have it.
fn septets(letter: char) -> Option<usize> {
    if BASIC.contains(letter) {
        Some(1)
    } else if EXTENSION.contains(letter) {
        Some(2)
    } else {
        None
    }
}

const GSM7_MAX: usize = 160;
const UCS2_MAX: usize = 70;

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
                     ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

const EXTENSION: &str = "\u{c}^{}\\[~]|€";

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Alphabet, usize) {
        let length = Length::of(text);
        (length.alphabet, length.used)
    }

    #[test]
    fn letters_are_counted_as_the_network_counts_them() {
        assert_eq!(of("hello"), (Alphabet::Gsm7, 5));
        assert_eq!(of("5 €"), (Alphabet::Gsm7, 4), "the euro sign takes two septets");
        assert_eq!(of("[a]"), (Alphabet::Gsm7, 5));
        assert_eq!(of("é"), (Alphabet::Gsm7, 1));
        assert_eq!(of("ê"), (Alphabet::Ucs2, 1), "this one is not in the alphabet");
        assert_eq!(of("`"), (Alphabet::Ucs2, 1));
        assert_eq!(of("привет"), (Alphabet::Ucs2, 6));
        assert_eq!(of("a😀"), (Alphabet::Ucs2, 3), "a surrogate pair is two units");
        assert_eq!((BASIC.chars().count(), EXTENSION.chars().count()), (127, 10), "128 less the escape");
    }

    #[test]
    fn one_message_holds_160_septets_or_70_units() {
        assert!(Length::of(&"a".repeat(160)).fits());
        assert!(!Length::of(&"a".repeat(161)).fits());
        assert!(!Length::of(&format!("{}€", "a".repeat(159))).fits());
        assert!(Length::of(&"я".repeat(70)).fits());
        assert!(!Length::of(&"я".repeat(71)).fits());
    }

    #[test]
    fn words_that_do_not_fit_beside_the_place_are_left_out() {
        let link = format!("https://post.example/a/{}", "x".repeat(32));
        assert_eq!(waiting("Message waiting:", &link), Some(format!("Message waiting: {link}")));
        // 61 letters beside 55 of a link are 117 units, but the link alone is seven-bit.
        assert_eq!(waiting(&"я".repeat(61), &link), Some(link.clone()));
        assert_eq!(waiting("Message waiting:", &"x".repeat(161)), None);
    }
}
