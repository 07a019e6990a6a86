//! Sixteen small costs at once: a register of SSE2, or an array elsewhere.
//!
//! Sums stop at 255, which is above every limit that is asked for. Both kinds
//! give the same; a test compares them.

#[cfg(target_arch = "x86_64")]
pub(super) use self::register::Lanes;

#[cfg(not(target_arch = "x86_64"))]
pub(super) use self::array::Lanes;

/// How many costs there are.
pub(super) const LANES: usize = 16;

#[cfg(target_arch = "x86_64")]
mod register {
    use safe_arch::{
        add_saturating_u8_m128i, byte_shl_imm_u128_m128i, cmp_eq_mask_i8_m128i, m128i, min_u8_m128i,
        move_mask_i8_m128i, set_splat_i8_m128i, sub_saturating_u8_m128i, zeroed_m128i,
    };

    use super::LANES;

    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Lanes(m128i);

    impl Lanes {
        #[inline]
        pub(crate) fn new(costs: [u8; LANES]) -> Self {
            Self(m128i::from(costs))
        }

        #[inline]
        pub(crate) fn all(cost: u8) -> Self {
            Self(set_splat_i8_m128i(cost.cast_signed()))
        }

        #[inline]
        pub(crate) fn plus(self, other: Self) -> Self {
            Self(add_saturating_u8_m128i(self.0, other.0))
        }

        #[inline]
        pub(crate) fn least(self, other: Self) -> Self {
            Self(min_u8_m128i(self.0, other.0))
        }

        /// Moves every cost up by so many lanes; the lowest become zero.
        #[inline]
        pub(crate) fn up<const BY: i32>(self) -> Self {
            Self(byte_shl_imm_u128_m128i::<BY>(self.0))
        }

        /// Tells whether every cost is above the limit.
        #[inline]
        pub(crate) fn exceed(self, limit: Self) -> bool {
            let beyond = sub_saturating_u8_m128i(self.0, limit.0);
            move_mask_i8_m128i(cmp_eq_mask_i8_m128i(beyond, zeroed_m128i())) == 0
        }

        /// Gives the cost in the highest lane.
        #[inline]
        pub(crate) fn last(self) -> u8 {
            let [.., last]: [u8; LANES] = self.0.into();
            last
        }

        #[cfg(test)]
        pub(crate) fn to_array(self) -> [u8; LANES] {
            self.0.into()
        }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) mod array {
    use super::LANES;

    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Lanes([u8; LANES]);

    impl Lanes {
        pub(crate) fn new(costs: [u8; LANES]) -> Self {
            Self(costs)
        }

        pub(crate) fn all(cost: u8) -> Self {
            Self([cost; LANES])
        }

        pub(crate) fn plus(mut self, other: Self) -> Self {
            self.0.iter_mut().zip(other.0).for_each(|(to, cost)| *to = to.saturating_add(cost));
            self
        }

        pub(crate) fn least(mut self, other: Self) -> Self {
            self.0.iter_mut().zip(other.0).for_each(|(to, cost)| *to = cost.min(*to));
            self
        }

        /// Moves every cost up by so many lanes; the lowest become zero.
        pub(crate) fn up<const BY: i32>(self) -> Self {
            let mut moved = [0; LANES];
            let by = usize::try_from(BY).unwrap_or(LANES);
            moved.iter_mut().skip(by).zip(self.0).for_each(|(to, cost)| *to = cost);
            Self(moved)
        }

        /// Tells whether every cost is above the limit.
        pub(crate) fn exceed(self, limit: Self) -> bool {
            self.0.iter().zip(limit.0).all(|(cost, limit)| *cost > limit)
        }

        /// Gives the cost in the highest lane.
        pub(crate) fn last(self) -> u8 {
            let [.., last] = self.0;
            last
        }

        #[cfg(test)]
        pub(crate) fn to_array(self) -> [u8; LANES] {
            self.0
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Lanes, array};

    proptest! {
        #[test]
        fn a_register_reckons_as_an_array_does(a: [u8; 16], b: [u8; 16], limit: u8) {
            let (x, y) = (Lanes::new(a), Lanes::new(b));
            let (p, q) = (array::Lanes::new(a), array::Lanes::new(b));
            prop_assert_eq!(x.plus(y).to_array(), p.plus(q).to_array());
            prop_assert_eq!(x.least(y).to_array(), p.least(q).to_array());
            prop_assert_eq!(x.up::<1>().to_array(), p.up::<1>().to_array());
            prop_assert_eq!(x.up::<8>().to_array(), p.up::<8>().to_array());
            prop_assert_eq!(x.plus(y).last(), p.plus(q).last());
            prop_assert_eq!(x.exceed(Lanes::all(limit)), p.exceed(array::Lanes::all(limit)));
        }
    }
}
