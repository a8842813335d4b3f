#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Policy { pub answer: Answer, pub service: Service }
#[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Answer { pub burst_ms: i64, pub burst_max_ms: i64, pub turn_deadline_s: i64 }
impl Default for Answer { fn default() -> Self { Self { burst_ms: 1200, burst_max_ms: 4000, turn_deadline_s: 15 } } }
#[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Service { pub timezone: String }
impl Default for Service { fn default() -> Self { Self { timezone: "Asia/Shanghai".into() } } }
impl Service { pub fn is_open(&self, _: i64) -> bool { true } pub fn next_open(&self, _: i64) -> Option<i64> { None } }
