//! One warning to many recipients: what the channels of the program do beside a plain loop over the same
//! client libraries, into receivers of this process.

pub mod plain;
pub mod sink;
pub mod warn;
