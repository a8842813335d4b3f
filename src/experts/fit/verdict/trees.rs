//! Boosted trees over binned features, grown leaf by leaf from histograms of slopes and curves.

/// A table of features by column, each value as the number of its bin. Bin 0 is for what is unknown.
pub struct Binned {
    columns: Vec<Vec<u8>>,
    cuts: Cuts,
}

/// Where the bins of each feature begin.
#[derive(Debug, Clone)]
pub struct Cuts(Vec<Vec<f32>>);

/// The most bins of a feature.
const BINS: usize = 64;

/// How trees are grown.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    pub leaves: usize,
    /// The smallest sum of curves in a leaf.
    pub min_curve: f32,
    /// How strongly a leaf's value is drawn to zero.
    pub ridge: f32,
    pub rate: f32,
}

/// A binary tree as a list: inner nodes know their two children, leaves their value.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
enum Node {
    /// Values below the cut go left. What is unknown goes where `unknown_left` says.
    Split {
        feature: u16,
        bin: u8,
        cut: f32,
        unknown_left: bool,
        left: u32,
        right: u32,
    },
    Leaf(f32),
}

impl Binned {
    /// `rows` of equal length, one after the other.
    pub fn new(rows: &[f32], width: usize) -> Self {
        let count = rows.len() / width;
        let mut cuts = Vec::with_capacity(width);
        let mut columns = Vec::with_capacity(width);
        // A sample is enough to find quantiles.
        let stride = (count / 20_000).max(1);
        for feature in 0..width {
            let sampled = (0..count).step_by(stride).map(|row| rows[row * width + feature]);
            let mut values: Vec<f32> = sampled.filter(|value| !value.is_nan()).collect();
            values.sort_by(f32::total_cmp);
            let mut of_feature: Vec<f32> =
                (1..BINS - 1).filter_map(|bin| values.get(bin * values.len() / (BINS - 1)).copied()).collect();
            of_feature.dedup();
            let column = (0..count).map(|row| bin_of(&of_feature, rows[row * width + feature])).collect();
            cuts.push(of_feature);
            columns.push(column);
        }
        Self { columns, cuts: Cuts(cuts) }
    }
}

fn bin_of(cuts: &[f32], value: f32) -> u8 {
    if value.is_nan() { 0 } else { 1 + cuts.partition_point(|cut| *cut <= value) as u8 }
}

/// Slope and curve of a row's loss.
pub type Pull = [f32; 2];

/// Rows of a node, its sums, and the best way to part them.
struct Open {
    node: usize,
    start: usize,
    end: usize,
    bins: Vec<Pull>,
    best: Option<Best>,
}

#[derive(Clone, Copy)]
struct Best {
    gain: f32,
    feature: usize,
    bin: u8,
    unknown_left: bool,
}

impl Tree {
    /// Grows a tree on the rows of `order`, which is put in the order of the leaves; looks at the given features only.
    pub fn grow(binned: &Binned, pulls: &[Pull], order: &mut [u32], features: &[usize], growth: &Growth) -> Self {
        let mut tree = Self { nodes: vec![Node::Leaf(0.0)] };
        let bins = histogram(binned, pulls, order, features);
        let mut open = vec![Open { node: 0, start: 0, end: order.len(), best: best(&bins, features, growth), bins }];
        let mut spare = vec![0; order.len()];
        while open.len() < growth.leaves {
            let gains = open.iter().enumerate().filter_map(|(at, leaf)| leaf.best.map(|best| (at, best)));
            let Some((at, chosen)) = gains.max_by(|a, b| a.1.gain.total_cmp(&b.1.gain)) else { break };
            let parent = open.swap_remove(at);
            let column = &binned.columns[chosen.feature];
            let rows = &mut order[parent.start..parent.end];
            let left = part(rows, &mut spare, |row| goes_left(column[row as usize], chosen.bin, chosen.unknown_left));
            let middle = parent.start + left;
            let (first, second) = (tree.nodes.len(), tree.nodes.len() + 1);
            tree.nodes.extend([Node::Leaf(0.0), Node::Leaf(0.0)]);
            tree.nodes[parent.node] = Node::Split {
                feature: chosen.feature as u16,
                bin: chosen.bin,
                // After the last bin only what is unknown remains for the right.
                cut: binned.cuts.0[chosen.feature].get(chosen.bin as usize - 1).copied().unwrap_or(f32::INFINITY),
                unknown_left: chosen.unknown_left,
                left: first as u32,
                right: second as u32,
            };
            // The smaller half is counted, the larger is what remains.
            let is_left_smaller = left * 2 <= parent.end - parent.start;
            let (from, to) = if is_left_smaller { (parent.start, middle) } else { (middle, parent.end) };
            let counted = histogram(binned, pulls, &order[from..to], features);
            let mut rest = parent.bins;
            rest.iter_mut().zip(&counted).for_each(|(all, part)| {
                all[0] -= part[0];
                all[1] -= part[1];
            });
            let (left_bins, right_bins) = if is_left_smaller { (counted, rest) } else { (rest, counted) };
            for (node, start, end, bins) in
                [(first, parent.start, middle, left_bins), (second, middle, parent.end, right_bins)]
            {
                open.push(Open { node, start, end, best: best(&bins, features, growth), bins });
            }
        }
        for leaf in open {
            let rows = &order[leaf.start..leaf.end];
            let sum = rows.iter().fold([0.0f64; 2], |sum, row| {
                let pull = pulls[*row as usize];
                [sum[0] + f64::from(pull[0]), sum[1] + f64::from(pull[1])]
            });
            tree.nodes[leaf.node] = Node::Leaf((-sum[0] / (sum[1] + f64::from(growth.ridge))) as f32 * growth.rate);
        }
        tree
    }

    /// The value for a row of the table.
    pub fn at(&self, binned: &Binned, row: usize) -> f32 {
        self.walk(|feature, bin, _, unknown_left| goes_left(binned.columns[feature][row], bin, unknown_left))
    }

    /// The value for features as they come.
    pub fn of(&self, features: &[f32]) -> f32 {
        self.walk(|feature, _, cut, unknown_left| {
            let value = features[feature];
            if value.is_nan() { unknown_left } else { value < cut }
        })
    }

    fn walk(&self, is_left: impl Fn(usize, u8, f32, bool) -> bool) -> f32 {
        let mut at = 0;
        loop {
            match self.nodes[at] {
                Node::Leaf(value) => return value,
                Node::Split { feature, bin, cut, unknown_left, left, right } => {
                    at = if is_left(feature as usize, bin, cut, unknown_left) { left } else { right } as usize;
                }
            }
        }
    }
}

fn goes_left(bin: u8, cut: u8, unknown_left: bool) -> bool {
    if bin == 0 { unknown_left } else { bin <= cut }
}

/// Puts the rows that go left first, each half in its old order; gives how many they are.
fn part(rows: &mut [u32], spare: &mut [u32], is_left: impl Fn(u32) -> bool) -> usize {
    let (mut left, mut right) = (0, 0);
    for at in 0..rows.len() {
        let row = rows[at];
        if is_left(row) {
            rows[left] = row;
            left += 1;
        } else {
            spare[right] = row;
            right += 1;
        }
    }
    rows[left..].copy_from_slice(&spare[..right]);
    left
}

/// Sums of slope and curve for each bin of each of the features.
fn histogram(binned: &Binned, pulls: &[Pull], rows: &[u32], features: &[usize]) -> Vec<Pull> {
    let mut sums = vec![[0.0; 2]; features.len() * BINS];
    let gathered: Vec<Pull> = rows.iter().map(|row| pulls[*row as usize]).collect();
    for (feature, sums) in features.iter().zip(sums.chunks_exact_mut(BINS)) {
        let column = &binned.columns[*feature];
        for (row, pull) in rows.iter().zip(&gathered) {
            let sum = &mut sums[column[*row as usize] as usize % BINS];
            sum[0] += pull[0];
            sum[1] += pull[1];
        }
    }
    sums
}

/// The cut that gains most; `None` when none gains.
fn best(bins: &[Pull], features: &[usize], growth: &Growth) -> Option<Best> {
    let worth = |sum: Pull| sum[0] * sum[0] / (sum[1] + growth.ridge);
    let mut found: Option<Best> = None;
    for (feature, sums) in features.iter().zip(bins.chunks_exact(BINS)) {
        let all = sums.iter().fold([0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
        for unknown_left in [false, true] {
            if unknown_left && sums[0][1] == 0.0 {
                continue;
            }
            let mut left = if unknown_left { sums[0] } else { [0.0; 2] };
            for (bin, sum) in sums.iter().enumerate().take(BINS - 1).skip(1) {
                left = [left[0] + sum[0], left[1] + sum[1]];
                let right = [all[0] - left[0], all[1] - left[1]];
                if left[1] < growth.min_curve || right[1] < growth.min_curve {
                    continue;
                }
                let gain = worth(left) + worth(right) - worth(all);
                if gain > found.map_or(1e-3, |best| best.gain) {
                    found = Some(Best { gain, feature: *feature, bin: bin as u8, unknown_left });
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWTH: Growth = Growth { leaves: 4, min_curve: 1.0, ridge: 0.0, rate: 1.0 };

    #[test]
    fn a_tree_finds_the_cut_and_what_to_do_with_the_unknown() {
        // The first feature says nothing. Of the second, values from 3 on and unknown ones are pulled up.
        let values = [0.0, 1.0, 2.0, 3.0, 4.0, f32::NAN];
        let rows: Vec<f32> = (0..60).flat_map(|n| [(n % 7) as f32, values[n % 6]]).collect();
        let pulls: Vec<Pull> = (0..60).map(|n| [if n % 6 >= 3 { -1.0 } else { 1.0 }, 1.0]).collect();
        let binned = Binned::new(&rows, 2);
        let mut order: Vec<u32> = (0..60).collect();
        let tree = Tree::grow(&binned, &pulls, &mut order, &[0, 1], &GROWTH);
        for (row, features) in rows.chunks(2).enumerate() {
            let expected = -pulls[row][0];
            assert_eq!((tree.at(&binned, row), tree.of(features)), (expected, expected), "{features:?}");
        }
        assert_eq!(tree.of(&[0.0, 100.0]), 1.0);
        assert_eq!(tree.of(&[0.0, 2.9]), -1.0);
    }

    #[test]
    fn a_tree_of_nothing_is_a_leaf() {
        let binned = Binned::new(&[1.0, 1.0], 1);
        let tree = Tree::grow(&binned, &[[0.5, 1.0], [-0.5, 1.0]], &mut [0, 1], &[0], &GROWTH);
        assert_eq!(tree.of(&[1.0]), 0.0);
    }
}
