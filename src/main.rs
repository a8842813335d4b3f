//! The program: reads the command line and runs one command.

use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::Builder;
use xiaoer::cli::{Cli, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Once, before anything speaks TLS. It fails only when it was done before.
    drop(rustls::crypto::ring::default_provider().install_default());
    match runtime().enable_all().build() {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => {
            eprintln!("cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Threads for sockets and turns: half of the processors, because the database works on threads of its own. On two
/// processors one thread takes a fifth to a quarter less time for a turn than two, which wake each other all the time; and
/// one that knows that it is alone takes a tenth less again.
fn runtime() -> Builder {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() / 2);
    if threads <= 1 {
        return Builder::new_current_thread();
    }
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(threads);
    builder
}
