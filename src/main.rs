//! The program: reads the command line and runs one command.

use std::process::ExitCode;

use clap::Parser;
use xiaoer::cli::{Cli, run};

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Once, before anything speaks TLS. It fails only when it was done before.
    drop(rustls::crypto::ring::default_provider().install_default());
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => {
            eprintln!("cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}
