package dev.millrace.similarity.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Decides which hits of a namespace are verified, and how the results change its threshold.
 *
 * @param threshold least similarity of a hit before any raise, above 0, at most 1
 * @param topThreshold highest threshold; a namespace that needs a higher one is switched off
 * @param share part of the hits that are verified, from 0 to 1
 */
public record VerificationPolicy(double threshold, double topThreshold, double share) {
    /** Step by which the threshold is raised. */
    public static final double STEP = 0.01;

    /** Part of the hits that must be right. */
    public static final double LEAST_PRECISION = 0.98;

    /** Number of hits at a threshold that are verified with {@link #EARLY_SHARE}. */
    public static final int EARLY = 50;

    /** Part of the hits that are verified until {@link #EARLY} are. */
    public static final double EARLY_SHARE = 0.2;

    private static final double TOP_THRESHOLD = 0.99;

    /** Precision of raised thresholds, so that errors of floating point do not add up. */
    private static final double ROUNDED_TO = 10_000;

    public VerificationPolicy {
        require(threshold > 0 && threshold <= 1, "threshold", threshold);
        require(topThreshold >= threshold && topThreshold <= 1, "topThreshold", topThreshold);
        require(share >= 0 && share <= 1, "share", share);
    }

    private static void require(boolean isGood, String name, double value) {
        if (!isGood) {
            throw new IllegalArgumentException(name + " is out of range: " + value);
        }
    }

    /**
     * Returns the policy of a cache, with 0.99 as the highest threshold unless the given one is
     * higher.
     *
     * @param threshold least similarity of a hit, above 0, at most 1
     * @param share part of the hits that are verified, from 0 to 1; with 0, no namespace ever
     *     changes its threshold
     */
    public static VerificationPolicy of(double threshold, double share) {
        return new VerificationPolicy(threshold, Math.max(TOP_THRESHOLD, threshold), share);
    }

    /** Returns the state of a new namespace. */
    public VerificationState start() {
        return new VerificationState.Measuring(threshold, 0, 0);
    }

    /**
     * Returns true if the hit of a job should be verified. Depends only on the parameters, so that
     * a repeated step makes an identical decision.
     *
     * @param underWay hits of the namespace under verification and not counted yet, so that a burst
     *     of hits verifies little more than {@link #EARLY} of them with the early share
     */
    public boolean verifies(VerificationState state, int underWay, String jobId) {
        return switch (state) {
            case VerificationState.SwitchedOff _ -> false;
            case VerificationState.Measuring it ->
                    chance(jobId) < (it.verified() + underWay < EARLY ? earlyShare() : share);
        };
    }

    private double earlyShare() {
        return share == 0 ? 0 : Math.max(EARLY_SHARE, share);
    }

    /** Returns a number from 0 to 1, below 1, that is evenly distributed over job ids. */
    private static double chance(String jobId) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            byte[] digest = sha256.digest(("verify " + jobId).getBytes(UTF_8));
            return (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1p-53;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns the next higher threshold, which can exceed the highest allowed threshold. */
    static double raised(double threshold) {
        return Math.round((threshold + STEP) * ROUNDED_TO) / ROUNDED_TO;
    }
}
