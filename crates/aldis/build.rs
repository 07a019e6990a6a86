//! Packs the addresses that are set when the program starts: a megabyte of them becomes some kilobytes.
//!
//! Source: ELF gABI, DT_RELR (glibc 2.36, binutils 2.38); an older linker says that it passes it over.
#![allow(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by the environment what it builds for"
)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
