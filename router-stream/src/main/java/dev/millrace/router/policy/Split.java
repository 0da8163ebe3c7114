package dev.millrace.router.policy;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Which arm of a split a job goes to.
 *
 * <p>Each job has a place in [0, 1), a hash of its id and the policy's name, whatever the version.
 * A ramped arm has the places from 0 up to its share, so that a growing ramp keeps the jobs it has;
 * the others divide the rest by their weights, in the order of the file.
 */
public final class Split {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int DIGITS_OF_LONG = 16;
    private static final int HEX = 16;
    private static final int SPARE_BITS = 11;
    private static final double UNIT = 0x1p-53;
    private static final double PERCENT = 100;

    private Split() {}

    /**
     * The models that a job may get, the one that it does get first, and then those with a share,
     * in the order of the file. Empty when no arm has a share.
     *
     * @param number of the rule, from 1
     */
    public static List<String> choose(Rule rule, int number, LivePolicy live, JobId job) {
        List<Share> shares = shares(rule, number, live);
        List<String> models = new ArrayList<>(shares.stream().map(Share::model).toList());
        double place = place(job, live.name());
        for (Share share : shares) {
            if (place < share.end()) {
                models.remove(share.model());
                models.addFirst(share.model());
                return models;
            }
        }
        return models;
    }

    /**
     * A part of [0, 1).
     *
     * @param end where it ends, and the next one begins
     */
    record Share(String model, double end) {}

    /** The arms with a share, the ramped one first; the last one ends at 1. */
    static List<Share> shares(Rule rule, int number, LivePolicy live) {
        List<Share> shares = new ArrayList<>();
        String ramped = rule.ramp().map(Ramp::arm).orElse("");
        double begin = 0;
        if (!ramped.isEmpty() && !isTripped(rule, ramped, live)) {
            double first = rule.ramp().orElseThrow().steps().getFirst();
            begin = live.rampShares().getOrDefault(number, first) / PERCENT;
            shares.add(new Share(ramped, begin));
        }
        List<Arm> others =
                rule.split().stream()
                        .filter(arm -> arm.weight() > 0 && !arm.model().equals(ramped))
                        .filter(arm -> !isTripped(rule, arm.model(), live))
                        .toList();
        long all = others.stream().mapToLong(Arm::weight).sum();
        long sum = 0;
        for (Arm arm : others) {
            sum += arm.weight();
            shares.add(new Share(arm.model(), begin + (1 - begin) * sum / all));
        }
        return shares;
    }

    private static boolean isTripped(Rule rule, String arm, LivePolicy live) {
        return live.trippedArms().contains(arm)
                && rule.guard().map(guard -> guard.arm().equals(arm)).orElse(false);
    }

    /** In [0, 1); evenly spread, and different for every policy. */
    static double place(JobId job, String policy) {
        long id = Long.parseUnsignedLong(job.value(), 0, DIGITS_OF_LONG, HEX);
        return (mix(id ^ hash(policy)) >>> SPARE_BITS) * UNIT;
    }

    /** FNV-1a. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long seed) {
        long mixed = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
