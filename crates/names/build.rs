//! Packs the largest model for the program; `models/` keeps it as training wrote it.
#![allow(clippy::disallowed_methods, reason = "cargo tells a build script by the environment where to write")]

use std::io::Error;
use std::path::Path;

fn main() -> Result<(), Error> {
    println!("cargo::rerun-if-changed=models/background.bin");
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| Error::other("cargo names no OUT_DIR"))?;
    let model = std::fs::read("models/background.bin")?;
    std::fs::write(Path::new(&out).join("background.z"), miniz_oxide::deflate::compress_to_vec(&model, 9))
}
