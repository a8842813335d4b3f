//! What was acknowledged survives a power cut (guarantee G2).
//!
//! `kill -9` cannot show this, because the kernel still writes what the process gave it. So a run is recorded at the
//! system calls, and for many moments of it we build what the disk may have held, had the power gone then: every
//! write that a completed sync covers, and a random half of the others, whole or torn between sectors. SQLite must
//! recover each image, and it must hold every message whose acknowledgement had left.

mod image;
mod recording;
mod server;
mod stand_in;
mod trace;
mod verdict;
