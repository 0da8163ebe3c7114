package dev.millrace.similarity.verification;

import dev.millrace.similarity.evaluation.WilsonInterval;
import java.util.OptionalDouble;

/**
 * The state of verification of one namespace.
 *
 * <pre>
 *   Measuring(0.95) ──too imprecise──▶ Measuring(0.96) ──▶ … ──▶ Measuring(0.99) ──▶ SwitchedOff
 * </pre>
 *
 * <p>A namespace is too imprecise when the upper bound of its precision at 95 % is below {@link
 * VerificationPolicy#LEAST_PRECISION}: one wrong hit among the first 8, two among the first 27,
 * five among the first 107. The bound is checked after each hit, so occasionally a precise
 * namespace becomes stricter too: within 300 verified hits, 31 % of the namespaces with 98 % right
 * hits, and all with 90 %. No namespace becomes less strict by itself. A namespace stays switched
 * off until its state is deleted.
 */
public sealed interface VerificationState {
    /** Number of verified hits at which both counts are halved, so that old hits weigh less. */
    int MOST_VERIFIED = 1_000;

    /**
     * Hits are permitted.
     *
     * @param threshold least similarity of a hit, above 0, at most 1
     * @param right number of right hits at this threshold
     * @param wrong number of wrong hits at this threshold
     */
    record Measuring(double threshold, int right, int wrong) implements VerificationState {
        public Measuring {
            if (!(threshold > 0 && threshold <= 1)) {
                throw new IllegalArgumentException("threshold is out of range: " + threshold);
            }
            requireCounts(right, wrong);
        }
    }

    /**
     * No hit is permitted: even at the highest threshold, too many were wrong.
     *
     * @param right number of right hits at the highest threshold
     * @param wrong number of wrong hits at the highest threshold
     */
    record SwitchedOff(int right, int wrong) implements VerificationState {
        public SwitchedOff {
            requireCounts(right, wrong);
        }
    }

    private static void requireCounts(int right, int wrong) {
        if (right < 0 || wrong < 0 || (long) right + wrong > MOST_VERIFIED) {
            throw new IllegalArgumentException("counts are out of range: " + right + ", " + wrong);
        }
    }

    /** Returns the number of right hits at the present threshold. */
    int right();

    /** Returns the number of wrong hits at the present threshold. */
    int wrong();

    /** Returns the number of verified hits at the present threshold. */
    default int verified() {
        return right() + wrong();
    }

    /** Returns the precisions that are compatible with the counts, at 95 %. */
    default WilsonInterval precision() {
        return WilsonInterval.of(right(), wrong());
    }

    /**
     * Returns the least similarity of a hit; empty if none is permitted. A raised threshold stays
     * when a lower threshold is configured; a higher configured threshold applies at once.
     */
    default OptionalDouble threshold(VerificationPolicy policy) {
        return switch (this) {
            case SwitchedOff _ -> OptionalDouble.empty();
            case Measuring it -> OptionalDouble.of(Math.max(it.threshold, policy.threshold()));
        };
    }

    /** Returns the state after one more hit was verified. */
    default VerificationState toVerified(boolean isRight, VerificationPolicy policy) {
        return switch (this) {
            case SwitchedOff off -> off;
            case Measuring old -> {
                Measuring counted = counted(old, isRight, policy);
                yield counted.precision().high() < VerificationPolicy.LEAST_PRECISION
                        ? stricter(counted, policy)
                        : counted;
            }
        };
    }

    private static Measuring counted(Measuring old, boolean isRight, VerificationPolicy policy) {
        double threshold = Math.max(old.threshold, policy.threshold());
        int divisor = old.verified() == MOST_VERIFIED ? 2 : 1;
        return new Measuring(
                threshold,
                old.right / divisor + (isRight ? 1 : 0),
                old.wrong / divisor + (isRight ? 0 : 1));
    }

    private static VerificationState stricter(Measuring it, VerificationPolicy policy) {
        double raised = VerificationPolicy.raised(it.threshold);
        return raised > policy.topThreshold()
                ? new SwitchedOff(it.right, it.wrong)
                : new Measuring(raised, 0, 0);
    }
}
