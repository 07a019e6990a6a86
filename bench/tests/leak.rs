//! A few pairs of worlds in every test run; the bench of the same name asks a million times.

use aldis_bench::leak;

#[test]
fn worlds_that_differ_above_a_viewer_answer_him_alike() {
    for seed in [1, 3, 10] {
        let tally = leak::pair(seed).unwrap();
        assert!(tally.differences.is_empty(), "{:#?}", tally.differences);
        assert_eq!(tally.told_apart, 1, "pair {seed}: the two worlds do not differ at all");
        assert!(tally.answered > 500, "pair {seed}: nothing was answered");
    }
}
