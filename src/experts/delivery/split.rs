//! How goods go into parcels: as few as possible, and among those the heaviest as light as possible.

/// Up to so many pieces all ways are weighed; above, a rule of thumb does it.
const EXACT: usize = 12;

/// Parcels, each a list of places in `weights_g`. No parcel is heavier than `limit_g`, but for a piece that is alone in
/// its parcel because it is heavier by itself.
pub fn split(weights_g: &[i64], limit_g: i64) -> Vec<Vec<usize>> {
    let (heavy, rest): (Vec<usize>, Vec<usize>) =
        (0..weights_g.len()).partition(|piece| weights_g.get(*piece).is_some_and(|weight| *weight > limit_g));
    let mut rest: Vec<(usize, i64)> = rest.into_iter().map(|piece| (piece, weights_g[piece])).collect();
    // The heaviest first, and equal ones in their order, so that the same goods always give the same parcels.
    rest.sort_by_key(|(piece, weight)| (-weight, *piece));
    let packed =
        if rest.len() <= EXACT { best(&rest, limit_g) } else { rebalanced(first_fit(&rest, limit_g), limit_g) };
    let mut parcels: Vec<Vec<usize>> = heavy.into_iter().map(|piece| vec![piece]).collect();
    parcels.extend(packed.into_iter().map(|parcel| parcel.pieces.into_iter().map(|(piece, _)| piece).collect()));
    parcels
}

#[derive(Debug, Clone, Default)]
struct Parcel {
    weight: i64,
    pieces: Vec<(usize, i64)>,
}

impl Parcel {
    fn add(&mut self, piece: (usize, i64)) {
        self.weight += piece.1;
        self.pieces.push(piece);
    }

    fn take(&mut self, at: usize) -> (usize, i64) {
        let piece = self.pieces.swap_remove(at);
        self.weight -= piece.1;
        piece
    }
}

/// First fit: each piece into the first parcel with room. At most 11/9 of the best, and 6/9 of a parcel more.
fn first_fit(pieces: &[(usize, i64)], limit: i64) -> Vec<Parcel> {
    let mut parcels: Vec<Parcel> = Vec::new();
    for piece in pieces {
        match parcels.iter_mut().find(|parcel| parcel.weight + piece.1 <= limit) {
            Some(parcel) => parcel.add(*piece),
            None => parcels.push(Parcel { weight: piece.1, pieces: vec![*piece] }),
        }
    }
    parcels
}

/// Branch and bound, beginning with what first fit finds.
fn best(pieces: &[(usize, i64)], limit: i64) -> Vec<Parcel> {
    let first = rebalanced(first_fit(pieces, limit), limit);
    let total: i64 = pieces.iter().map(|(_, weight)| weight).sum();
    let mut search = Search { pieces, limit, total, best: score(&first), found: first };
    search.place(0, &mut Vec::new());
    search.found
}

/// How many parcels, and the weight of the heaviest; the smaller the better.
fn score(parcels: &[Parcel]) -> (usize, i64) {
    (parcels.len(), parcels.iter().map(|parcel| parcel.weight).max().unwrap_or(0))
}

struct Search<'a> {
    pieces: &'a [(usize, i64)],
    limit: i64,
    total: i64,
    best: (usize, i64),
    found: Vec<Parcel>,
}

impl Search<'_> {
    fn place(&mut self, at: usize, parcels: &mut Vec<Parcel>) {
        if self.bound(parcels) >= self.best {
            return;
        }
        let Some(piece) = self.pieces.get(at) else {
            self.best = score(parcels);
            self.found = parcels.clone();
            return;
        };
        let mut tried: Vec<i64> = Vec::new();
        for to in 0..parcels.len() {
            let weight = parcels[to].weight;
            // Parcels of the same weight are the same to what comes.
            if weight + piece.1 > self.limit || tried.contains(&weight) {
                continue;
            }
            tried.push(weight);
            parcels[to].add(*piece);
            self.place(at + 1, parcels);
            let last = parcels[to].pieces.len() - 1;
            parcels[to].take(last);
        }
        parcels.push(Parcel { weight: piece.1, pieces: vec![*piece] });
        self.place(at + 1, parcels);
        parcels.pop();
    }

    /// No way of going on is better than this.
    fn bound(&self, parcels: &[Parcel]) -> (usize, i64) {
        let (so_far, heaviest) = score(parcels);
        let count = so_far.max(div_up(self.total, self.limit) as usize);
        // With more parcels the heaviest may be lighter, but then there are more parcels.
        let fewest = if count == 0 { 0 } else { div_up(self.total, count as i64) };
        (count, heaviest.max(fewest.min(self.limit)))
    }
}

/// Moves and swaps pieces between the heaviest parcel and others while that makes the heavier of the two lighter.
fn rebalanced(mut parcels: Vec<Parcel>, limit: i64) -> Vec<Parcel> {
    // Each step makes the heaviest lighter; the cap only bounds the time of very long orders.
    for _ in 0..1_000 {
        let Some(from) = (0..parcels.len()).max_by_key(|at| parcels[*at].weight) else { break };
        if !(0..parcels.len()).any(|to| to != from && lighten(&mut parcels, from, to, limit)) {
            break;
        }
    }
    parcels.sort_by_key(|parcel| -parcel.weight);
    parcels
}

fn lighten(parcels: &mut [Parcel], from: usize, to: usize, limit: i64) -> bool {
    let (heavy, light) = (parcels[from].weight, parcels[to].weight);
    let is_better = |moved: i64| moved > 0 && light + moved < heavy && light + moved <= limit;
    for give in 0..parcels[from].pieces.len() {
        let given = parcels[from].pieces[give].1;
        if is_better(given) && parcels[from].pieces.len() > 1 {
            let piece = parcels[from].take(give);
            parcels[to].add(piece);
            return true;
        }
        for back in 0..parcels[to].pieces.len() {
            if is_better(given - parcels[to].pieces[back].1) {
                let (one, other) = (parcels[from].take(give), parcels[to].take(back));
                parcels[to].add(one);
                parcels[from].add(other);
                return true;
            }
        }
    }
    false
}

fn div_up(number: i64, by: i64) -> i64 {
    if by <= 0 { 0 } else { number / by + i64::from(number % by != 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weights in 100 g.
    fn check(weights: &[i64], limit: i64, parcels: usize, first: usize) {
        let found = split(weights, limit);
        assert_eq!(found.len(), parcels, "{weights:?}: {found:?}");
        let mut sorted: Vec<(usize, i64)> = weights.iter().copied().enumerate().collect();
        sorted.sort_by_key(|(_, weight)| -weight);
        assert_eq!(first_fit(&sorted, limit).len(), first, "{weights:?}");
    }

    /// The table of the domain facts, C.4.
    #[test]
    fn the_published_table() {
        check(&[100, 100, 75, 25, 25, 25], 150, 3, 3);
        check(&[50, 40, 40, 30, 20, 20], 100, 2, 3);
        check(&[100, 60, 60, 40, 40], 150, 3, 3);
        check(&[120, 120, 120], 150, 3, 3);
        check(&[75, 75, 75, 75], 150, 2, 2);
        assert_eq!(split(&[200], 150), [[0]], "above the soft limit it goes alone");
        assert_eq!(split(&[], 150).len(), 0);
    }

    #[test]
    fn the_heaviest_parcel_is_as_light_as_it_can_be() {
        let weight = |parcels: &[Vec<usize>], weights: &[i64]| {
            parcels.iter().map(|parcel| parcel.iter().map(|piece| weights[*piece]).sum::<i64>()).max().unwrap()
        };
        let weights = [10, 9, 2, 1];
        assert_eq!(weight(&split(&weights, 20), &weights), 11);
        let many: Vec<i64> = (0..60).map(|_| 2_600).collect();
        let parcels = split(&many, 15_000);
        assert_eq!(parcels.len(), 12, "five pieces a parcel");
        assert_eq!(weight(&parcels, &many), 13_000);
        let uneven: Vec<i64> = (0..13).map(|_| 2_600).collect();
        assert_eq!(weight(&split(&uneven, 15_000), &uneven), 13_000);
    }
}
