//! What the benches share: the two-world comparison, dice, and what the machine says of itself.
//!
//! Nothing of this is part of the program. The benches stand on the same public verbs that the
//! console and the command line call.

pub mod dice;
pub mod fanout;
pub mod leak;
pub mod machine;
pub mod real;
pub mod screening;
pub mod taxii;
pub mod train;
