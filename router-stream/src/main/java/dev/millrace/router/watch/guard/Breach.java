package dev.millrace.router.watch.guard;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;

/** By what a guard is breached, with the numbers. */
public sealed interface Breach {
    /**
     * The arm gave more jobs no answer than it may.
     *
     * @param of the size of the window
     * @param percent how many points above the others it may have
     * @param othersPercent what the others have
     */
    record Errors(int errors, int jobs, int of, BigDecimal percent, BigDecimal othersPercent)
            implements Breach {}

    /**
     * More than one call in twenty took longer than it may.
     *
     * @param of the size of the window
     * @param percent how many of it may: 5, and as many as of the others since the oldest
     * @param limitMillis what a call may take
     * @param othersP95Millis of the other arms
     */
    record Slow(
            int slow, int jobs, int of, BigDecimal percent, long limitMillis, int othersP95Millis)
            implements Breach {}

    /**
     * The jobs cost more than a whole window may.
     *
     * @param limitNanoUsd what a whole window may cost
     * @param othersMeanNanoUsd of a job of the other arms
     */
    record Dear(long costNanoUsd, int jobs, int of, long limitNanoUsd, long othersMeanNanoUsd)
            implements Breach {}

    /** For a person, in one sentence. */
    default String reason() {
        return switch (this) {
            case Errors it ->
                    it.errors
                            + " errors in the last "
                            + it.jobs
                            + " jobs, more than "
                            + plain(it.percent)
                            + " % of "
                            + it.of
                            + " above the others' "
                            + plain(it.othersPercent)
                            + " %";
            case Slow it ->
                    it.slow
                            + " of the last "
                            + it.jobs
                            + " jobs took more than "
                            + it.limitMillis
                            + " ms, more than "
                            + plain(it.percent)
                            + " % of "
                            + it.of
                            + "; the P95 of the others is "
                            + it.othersP95Millis
                            + " ms";
            case Dear it ->
                    "the last "
                            + it.jobs
                            + " jobs cost "
                            + usd(it.costNanoUsd)
                            + " USD, more than the "
                            + usd(it.limitNanoUsd)
                            + " that "
                            + it.of
                            + " may cost; one of the others costs "
                            + usd(it.othersMeanNanoUsd);
        };
    }

    private static String plain(BigDecimal percent) {
        return percent.stripTrailingZeros().toPlainString();
    }

    private static String usd(long nanoUsd) {
        return Usd.text(Outcome.usd(nanoUsd));
    }
}
