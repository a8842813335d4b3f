//! `/healthz`, `/readyz`, `/metrics`: for whoever runs the server.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::Front;
use crate::app::App;

/// What was counted. No label is ever about a buyer.
#[derive(Clone)]
pub(super) struct Figures(PrometheusHandle);

impl Figures {
    /// Counting is one for the whole process, however many servers it runs.
    pub fn collect() -> Self {
        static ONE: OnceLock<PrometheusHandle> = OnceLock::new();
        let handle = ONE.get_or_init(|| {
            let recorder = PrometheusBuilder::new().build_recorder();
            let handle = recorder.handle();
            // A recorder that is there already goes on counting; ours then stays empty.
            drop(metrics::set_global_recorder(recorder));
            handle
        });
        Self(handle.clone())
    }
}

/// The process lives.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// It can serve.
pub(super) async fn ready(State(app): State<Arc<App>>) -> impl IntoResponse {
    if app.is_ready().await { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready\n") }
}

/// Prometheus text.
pub(super) async fn figures(State(front): State<Front>) -> impl IntoResponse {
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    metrics::gauge!("xiaoer_tasks").set(front.app.tasks.len() as f64);
    metrics::gauge!("xiaoer_ready").set(if front.app.is_ready().await { 1.0 } else { 0.0 });
    front.figures.0.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], front.figures.0.render())
}

/// What the process holds in memory; only Linux tells.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0)
}
