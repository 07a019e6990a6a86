//! Makes enums whose only outside form is one word of a closed list.
//!
//! Every such enum has `ALL`, `as_str`, `Display`, `FromStr` and serde as that
//! word. There is no "other": a word that is not on the list is refused at the
//! edge, so nothing inside has to wonder what it meant.

/// Says which word was not understood, and on which list it was looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a known {list}")]
pub struct UnknownWord {
    /// Name of the list, for example `State`.
    pub list: &'static str,
    /// The word as given.
    pub word: String,
}

/// Declares one closed list of words.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Lists every word in the order of its table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Gives the word as it is stored and shown.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::duty::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::duty::UnknownWord {
                        list: stringify!($name),
                        word: word.to_owned(),
                    }),
                }
            }
        }
    };
}
pub(crate) use words;
