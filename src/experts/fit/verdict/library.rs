//! The try-ons themselves, by garment and by buyer: rates, and averages over those that were most like the one asked
//! about.

use super::case::{Case, NOBODY};
use super::hierarchy::Logits;
use super::try_on::Verdict;

/// How many kernels there are; each gives a share of small and one of large.
pub const KERNELS: usize = 5;
/// Numbers that a library gives for one case.
pub const NUMBERS: usize = 2 * (KERNELS + 3) + 16;

/// How many try-ons the garment's rate, the size's rate and a kernel's share are drawn by towards what lies above them.
const RATE_WEIGHT: f32 = 10.0;
const SIZE_WEIGHT: f32 = 6.0;
const KERNEL_WEIGHT: f32 = 4.0;
const USER_WEIGHT: f32 = 2.0;
/// How near in time (days) try-ons are that speak for how a garment runs now.
const LATELY: f32 = 250.0;

/// A try-on as the library keeps it.
#[derive(Debug, Clone, Copy)]
struct Kept {
    garment_size: u32,
    z: f32,
    height: f32,
    bust: f32,
    weight: f32,
    code: f32,
    day: f32,
    verdict: Verdict,
    /// What the hierarchical model says of it without the garment's own numbers, as chances of small and of large.
    foreseen: [f32; 2],
}

/// All try-ons, found by garment and by buyer.
#[derive(Debug, Clone, Default)]
pub struct Library {
    kept: Vec<Kept>,
    by_garment: Vec<Vec<u32>>,
    by_user: Vec<Vec<u32>>,
    /// How many said small, fit and large.
    said: [f32; 3],
}

impl Library {
    /// `foreseen` as in the hierarchical model, without garment and buyer.
    pub fn add(&mut self, case: &Case, foreseen: Logits) {
        let Some(verdict) = case.verdict else { return };
        let number = self.kept.len() as u32;
        file(&mut self.by_garment, case.garment, number);
        file(&mut self.by_user, case.user, number);
        self.said[verdict as usize] += 1.0;
        let [small, _, large] = super::hierarchy::chances(foreseen);
        let [height, bust, weight] = body(case);
        self.kept.push(Kept {
            garment_size: case.garment_size,
            z: case.z,
            height,
            bust,
            weight,
            code: case.code,
            day: case.day,
            verdict,
            foreseen: [small as f32, large as f32],
        });
    }

    /// The numbers of try-ons of one garment, as they were added.
    pub fn of_garment(&self, garment: u32) -> &[u32] {
        self.by_garment.get(garment as usize).map_or(&[], Vec::as_slice)
    }

    /// The numbers of try-ons of one buyer.
    pub fn of_buyer(&self, user: u32) -> &[u32] {
        self.by_user.get(user as usize).map_or(&[], Vec::as_slice)
    }

    /// What the try-ons that `counts` lets pass (by number) say of a case.
    pub fn numbers(&self, case: &Case, counts: impl Fn(usize) -> bool, into: &mut Vec<f32>) {
        let all: f32 = self.said.iter().sum::<f32>().max(1.0);
        let base = [self.said[0] / all, self.said[2] / all];
        let mut garment = Tally::default();
        let mut size = Tally::default();
        let mut kernels = [Tally::default(); KERNELS];
        let (mut z, mut z_fit, mut code, mut residual) = (Mean::default(), Mean::default(), Mean::default(), [0.0; 2]);
        let (mut near_z, mut near) = (0.0, 0.0);
        let (mut day, mut lately) = (Mean::default(), Tally::default());
        let [height, bust, weight] = body(case);
        for kept in self.of_garment(case.garment).iter().filter(|at| counts(**at as usize)) {
            let kept = &self.kept[*kept as usize];
            garment.add(kept.verdict, 1.0);
            if kept.garment_size == case.garment_size {
                size.add(kept.verdict, 1.0);
            }
            z.add(kept.z);
            code.add(kept.code);
            if kept.verdict == Verdict::Fit {
                z_fit.add(kept.z);
            }
            residual[0] += said(kept.verdict, Verdict::Small) - kept.foreseen[0];
            residual[1] += said(kept.verdict, Verdict::Large) - kept.foreseen[1];
            let square = |a: f32, b: f32, width: f32| ((a - b) / width).powi(2);
            let (dz, dh) = (square(case.z, kept.z, 4.0), square(height, kept.height, 12.0));
            let (db, ds) = (square(bust, kept.bust, 8.0), square(case.code, kept.code, 4.0));
            let dw = square(weight, kept.weight, 0.12);
            let distances = [dz, dz + dh + db + ds, 2.0 * (dz + dh + db + ds + dw), dh + db + dw, 4.0 * ds + dw];
            for (kernel, distance) in kernels.iter_mut().zip(distances) {
                kernel.add(kept.verdict, (-distance / 2.0).exp());
            }
            day.add(kept.day);
            lately.add(kept.verdict, (-square(case.day, kept.day, LATELY) / 2.0).exp());
            let weight = (-distances[3] / 2.0).exp();
            near_z += weight * kept.code;
            near += weight;
        }
        let garment_rate = garment.shares(base, RATE_WEIGHT);
        into.extend(garment_rate);
        into.extend(size.shares(garment_rate, SIZE_WEIGHT));
        for kernel in &kernels {
            into.extend(kernel.shares(garment_rate, KERNEL_WEIGHT));
        }
        let n = garment.sum();
        into.extend([n, size.sum(), kernels[1].sum(), kernels[3].sum()]);
        into.extend([z.get(), case.z - z_fit.get(), case.code - code.get()]);
        into.push(if near > 0.3 { case.code - near_z / near } else { f32::NAN });
        into.extend(residual.map(|sum| sum / (n + RATE_WEIGHT)));
        into.extend(lately.shares(garment_rate, KERNEL_WEIGHT));
        into.push(case.day - day.get());
        self.of_user(case, base, counts, into);
    }

    /// What a buyer said of other garments.
    fn of_user(&self, case: &Case, base: [f32; 2], counts: impl Fn(usize) -> bool, into: &mut Vec<f32>) {
        let mut tally = Tally::default();
        let (mut z, mut residual) = (Mean::default(), [0.0; 2]);
        for kept in self.of_buyer(case.user).iter().filter(|at| counts(**at as usize)) {
            let kept = &self.kept[*kept as usize];
            tally.add(kept.verdict, 1.0);
            z.add(kept.z);
            residual[0] += said(kept.verdict, Verdict::Small) - kept.foreseen[0];
            residual[1] += said(kept.verdict, Verdict::Large) - kept.foreseen[1];
        }
        let n = tally.sum();
        if n == 0.0 {
            into.extend([f32::NAN; 5]);
        } else {
            into.extend(tally.shares(base, USER_WEIGHT));
            into.push(case.z - z.get());
            into.extend(residual.map(|sum| sum / (n + USER_WEIGHT)));
        }
    }
}

fn file(lists: &mut Vec<Vec<u32>>, name: u32, number: u32) {
    if name == NOBODY {
        return;
    }
    if lists.len() <= name as usize {
        lists.resize_with(name as usize + 1, Vec::new);
    }
    lists[name as usize].push(number);
}

fn said(verdict: Verdict, wanted: Verdict) -> f32 {
    if verdict == wanted { 1.0 } else { 0.0 }
}

/// Height (cm), bust (cm) and ln of weight for distances; what is unknown is taken from what is known, or the middle.
fn body(case: &Case) -> [f32; 3] {
    let or = |value: f32, other: f32| if value.is_nan() { other } else { value };
    let height = or(case.height, 165.5);
    // The expected size follows from whatever is known of the body.
    let weight = or(case.weight.ln(), 4.02 + 0.011 * case.expected);
    let bust = or(case.bust, 92.0 + 38.0 * (weight - 4.11));
    [height, bust, weight]
}

/// How many said small, and large, of how many.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    small: f32,
    large: f32,
    all: f32,
}

impl Tally {
    fn add(&mut self, verdict: Verdict, weight: f32) {
        self.all += weight;
        self.small += weight * said(verdict, Verdict::Small);
        self.large += weight * said(verdict, Verdict::Large);
    }

    fn sum(&self) -> f32 {
        self.all
    }

    /// The shares, drawn to `above` as if `weight` more had been seen there.
    fn shares(&self, above: [f32; 2], weight: f32) -> [f32; 2] {
        let all = self.all + weight;
        [(self.small + weight * above[0]) / all, (self.large + weight * above[1]) / all]
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    sum: f32,
    count: f32,
}

impl Mean {
    fn add(&mut self, value: f32) {
        self.sum += value;
        self.count += 1.0;
    }

    /// NaN of nothing.
    fn get(&self) -> f32 {
        self.sum / self.count
    }
}
