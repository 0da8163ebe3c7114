package dev.millrace.bench.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The faults of a run, one after another: a pure function of the seed.
 *
 * @param faults in the order of their times
 */
record FaultPlan(List<Fault> faults) {
    private static final Duration MIN_PAUSE = Duration.ofSeconds(10);
    private static final int PAUSE_SPREAD_MILLIS = 5_000;

    /** Seeds with the same first round of kinds. */
    private static final int NEIGHBOURS = 16;

    private static final int KINDS_BETWEEN = 3;

    /**
     * One fault.
     *
     * @param victim number from 0 that selects the victim among all possible ones, modulo their
     *     number
     * @param after time from the start of the load
     */
    record Fault(FaultKind kind, int victim, Duration after, Duration lasts) {
        Duration end() {
            return after.plus(lasts);
        }
    }

    /**
     * Plans faults at least ten seconds apart. Each allowed kind occurs once before any occurs
     * again. Neighbouring seeds begin the same round at different kinds, so that a few short runs
     * have all kinds.
     *
     * @param length time in which all faults begin; a long kind is as likely as a short one, so the
     *     last fault may end later
     */
    static FaultPlan of(long seed, Duration length, Set<FaultKind> allowed) {
        var random = new SplittableRandom(seed);
        var faults = new ArrayList<Fault>();
        var left = new ArrayList<>(allowed);
        Collections.sort(left);
        Collections.shuffle(left, new SplittableRandom(seed / NEIGHBOURS));
        Collections.rotate(left, (int) (seed % NEIGHBOURS) * KINDS_BETWEEN);
        Duration free = Duration.ZERO;
        while (!allowed.isEmpty()) {
            if (left.isEmpty()) {
                left.addAll(EnumSet.copyOf(allowed));
                Collections.shuffle(left, random);
            }
            FaultKind kind = left.removeLast();
            Duration pause = MIN_PAUSE.plusMillis(random.nextInt(PAUSE_SPREAD_MILLIS));
            int victim = random.nextInt(Integer.MAX_VALUE);
            var fault = new Fault(kind, victim, free.plus(pause), kind.draw(random));
            if (fault.after().compareTo(length) >= 0) {
                break;
            }
            faults.add(fault);
            free = fault.end();
        }
        return new FaultPlan(List.copyOf(faults));
    }
}
