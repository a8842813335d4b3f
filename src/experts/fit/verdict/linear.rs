//! Symmetric linear equations, small and dense.

/// A symmetric positive definite matrix, of which the lower half is kept, row by row.
#[derive(Debug, Clone)]
pub struct Symmetric {
    size: usize,
    rows: Vec<f64>,
}

impl Symmetric {
    pub fn zero(size: usize) -> Self {
        Self { size, rows: vec![0.0; size * size] }
    }

    /// The element of row `i` and column `j`, `j <= i`.
    pub fn at(&mut self, i: usize, j: usize) -> &mut f64 {
        &mut self.rows[i * self.size + j]
    }

    /// The row `i` up to the diagonal.
    pub fn row(&mut self, i: usize) -> &mut [f64] {
        &mut self.rows[i * self.size..=i * self.size + i]
    }

    /// Solves `self · x = y` by Cholesky's method. A pivot that is not positive, which only rounding can bring about
    /// here, is taken as one that leaves its unknown at zero.
    pub fn solve(mut self, mut y: Vec<f64>) -> Vec<f64> {
        let n = self.size;
        for i in 0..n {
            let (above, below) = self.rows.split_at_mut(i * n);
            let row = &mut below[..n];
            for j in 0..i {
                let other = &above[j * n..j * n + n];
                let sum: f64 = row[..j].iter().zip(&other[..j]).map(|(a, b)| a * b).sum();
                row[j] = (row[j] - sum) / other[j];
            }
            let sum: f64 = row[..i].iter().map(|a| a * a).sum();
            let pivot = row[i] - sum;
            row[i] = if pivot > 1e-12 { pivot.sqrt() } else { 1e12 };
        }
        for i in 0..n {
            let row = &self.rows[i * n..=i * n + i];
            let sum: f64 = row[..i].iter().zip(&y).map(|(a, b)| a * b).sum();
            y[i] = (y[i] - sum) / row[i];
        }
        for i in (0..n).rev() {
            let sum: f64 = (i + 1..n).map(|k| self.rows[k * n + i] * y[k]).sum();
            y[i] = (y[i] - sum) / self.rows[i * n + i];
        }
        y
    }
}

/// Solves the two equations `[[a, b], [b, c]] · x = y`.
pub fn solve_two([a, b, c]: [f64; 3], y: [f64; 2]) -> [f64; 2] {
    let determinant = a * c - b * b;
    [(c * y[0] - b * y[1]) / determinant, (a * y[1] - b * y[0]) / determinant]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved() {
        let mut matrix = Symmetric::zero(3);
        for (i, row) in [&[4.0][..], &[2.0, 5.0], &[1.0, -1.0, 3.0]].iter().enumerate() {
            matrix.row(i).copy_from_slice(row);
        }
        let x = matrix.solve(vec![4.0 + 4.0 + 3.0, 2.0 + 10.0 - 3.0, 1.0 - 2.0 + 9.0]);
        for (got, expected) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((got - expected).abs() < 1e-12, "{x:?}");
        }
        assert_eq!(solve_two([2.0, 1.0, 3.0], [4.0, 7.0]), [1.0, 2.0]);
    }
}
