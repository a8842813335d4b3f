//! A linear model over hashed runs of characters.

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;

use super::grams::{BITS, buckets};

/// The weights of the buckets. Positive weights speak for a content buyer.
///
/// The file is gzip of: `XMOOD1`, the table's bits (u8), scale and bias (f32, little-endian), one i8 for each bucket.
/// It holds weights alone, none of the texts that they were learned from.
pub struct Model {
    scale: f32,
    bias: f32,
    weights: Vec<i8>,
}

const MAGIC: &[u8; 6] = b"XMOOD1";

impl Model {
    /// The model that is part of the program; unpacked once, at the first use.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Model> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "the file is part of the program, and every test here reads it")]
            Model::read(include_bytes!("weights.bin.gz")).expect("mood/weights.bin.gz")
        });
        &SHIPPED
    }

    /// # Errors
    /// A file that is not such a model, or for another number of buckets.
    pub fn read(packed: &[u8]) -> std::io::Result<Self> {
        let wrong = || std::io::Error::new(std::io::ErrorKind::InvalidData, "no model of the mood");
        let most = HEADER + (1 << BITS) + 1;
        let mut bytes = Vec::new();
        GzDecoder::new(packed).take(most as u64).read_to_end(&mut bytes)?;
        let header = bytes.get(..HEADER).filter(|_| bytes.len() == HEADER + (1 << BITS)).ok_or_else(wrong)?;
        if &header[..6] != MAGIC || u32::from(header[6]) != BITS {
            return Err(wrong());
        }
        let float = |at: usize| f32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let weights = bytes[HEADER..].iter().map(|byte| byte.cast_signed()).collect();
        Ok(Self { scale: float(7), bias: float(11), weights })
    }

    /// The bytes that [`Model::read`] reads, not yet packed. One weight for each bucket.
    pub fn bytes(weights: &[f32], bias: f32) -> Vec<u8> {
        let scale = weights.iter().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs())) / 127.0;
        let mut bytes = Vec::with_capacity(HEADER + weights.len());
        bytes.extend_from_slice(MAGIC);
        bytes.push(BITS as u8);
        bytes.extend(scale.to_le_bytes());
        bytes.extend(bias.to_le_bytes());
        bytes.extend(weights.iter().map(|weight| ((weight / scale).round() as i8).cast_unsigned()));
        bytes
    }

    /// How probable it is that the text is content and not discontent, 0 to 1. 0.5 for a text without a word.
    pub fn positive(&self, text: &str) -> f32 {
        let buckets = buckets(text);
        if buckets.is_empty() {
            return 0.5;
        }
        let sum: i32 = buckets.iter().map(|bucket| i32::from(self.weights[*bucket as usize])).sum();
        let score = self.bias + self.scale * sum as f32 / (buckets.len() as f32).sqrt();
        1.0 / (1.0 + (-score).exp())
    }
}

const HEADER: usize = 15;
