package dev.millrace.router.plan;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.policy.ActivePolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the arm of a split for each job.
 *
 * <p>A job's position in [0, 1) is a hash of its id and the policy's name; the policy's version has
 * no influence. A ramped arm gets the positions from 0 to its share, so a growing arm keeps its
 * jobs. The other arms divide the rest by their weights, in policy order.
 */
final class TrafficSplit {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int DIGITS_OF_LONG = 16;
    private static final int HEX = 16;
    private static final int SPARE_BITS = 11;
    private static final double UNIT = 0x1p-53;
    private static final double PERCENT = 100;

    private TrafficSplit() {}

    /**
     * Returns the models of all arms with a share: the job's own arm first, the others in policy
     * order.
     *
     * @param number position of the rule in its policy, from 1
     */
    static List<String> choose(Rule rule, int number, ActivePolicy policy, JobId job) {
        List<Share> shares = shares(rule, number, policy);
        List<String> models = new ArrayList<>(shares.stream().map(Share::model).toList());
        double position = position(job, policy.name());
        for (Share share : shares) {
            if (position < share.end()) {
                models.remove(share.model());
                models.addFirst(share.model());
                return models;
            }
        }
        return models;
    }

    /**
     * An arm's part of [0, 1).
     *
     * @param end end of the part, exclusive; the next part begins there
     */
    record Share(String model, double end) {}

    /** Returns the arms with a share, the ramped one first. The last part ends at 1. */
    static List<Share> shares(Rule rule, int number, ActivePolicy policy) {
        List<Share> shares = new ArrayList<>();
        String ramped = rule.ramp().map(Ramp::arm).orElse("");
        double begin = 0;
        if (!ramped.isEmpty() && !isTripped(rule, ramped, policy)) {
            double first = rule.ramp().orElseThrow().steps().getFirst();
            begin = policy.rampShares().getOrDefault(number, first) / PERCENT;
            shares.add(new Share(ramped, begin));
        }
        List<Arm> others =
                rule.split().stream()
                        .filter(arm -> arm.weight() > 0 && !arm.model().equals(ramped))
                        .filter(arm -> !isTripped(rule, arm.model(), policy))
                        .toList();
        long all = others.stream().mapToLong(Arm::weight).sum();
        long sum = 0;
        for (Arm arm : others) {
            sum += arm.weight();
            shares.add(new Share(arm.model(), begin + (1 - begin) * sum / all));
        }
        return shares;
    }

    private static boolean isTripped(Rule rule, String arm, ActivePolicy policy) {
        return policy.trippedArms().contains(arm)
                && rule.guard().map(guard -> guard.arm().equals(arm)).orElse(false);
    }

    /** Returns a job's position: uniform in [0, 1), and independent for each policy. */
    static double position(JobId job, String policy) {
        long id = Long.parseUnsignedLong(job.value(), 0, DIGITS_OF_LONG, HEX);
        return (mix(id ^ hash(policy)) >>> SPARE_BITS) * UNIT;
    }

    /** Computes FNV-1a. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /** Applies the finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long seed) {
        long mixed = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
