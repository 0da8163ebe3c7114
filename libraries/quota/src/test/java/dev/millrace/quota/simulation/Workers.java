package dev.millrace.quota.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The participants of a history: they join, become busy and idle, pause, crash and end. Times are
 * true times in nanoseconds.
 *
 * @param <P> kind of permits
 */
final class Workers<P> {
    static final long MILLI = 1_000_000;
    static final long STEP = 10 * MILLI;

    private final SplittableRandom random;
    private final SimulatedLog log;
    private final Fault fault;
    private final Participant.Factory<P> factory;
    final List<Participant<P>> all = new ArrayList<>();
    long now;

    Workers(SplittableRandom random, Fault fault, Participant.Factory<P> factory) {
        this.random = random;
        this.fault = fault;
        this.factory = factory;
        log = new SimulatedLog(random.split());
    }

    Participant<P> join() {
        var participant = new Participant<>(log, random.split(), fault, factory, now);
        participant.isBusy = true;
        all.add(participant);
        return participant;
    }

    List<Participant<P>> running() {
        return all.stream().filter(it -> it.isRunning(now)).toList();
    }

    List<Participant<P>> present() {
        return all.stream().filter(it -> !it.hasEnded()).toList();
    }

    void step() {
        now += STEP;
        log.append(now);
        running().forEach(it -> it.exchange(now));
    }

    void setFaulty(boolean faulty) {
        log.setFaulty(faulty);
    }

    /** Lets something happen to a participant, every few seconds. */
    void disturb() {
        if (random.nextInt(300) > 0) {
            return;
        }
        List<Participant<P>> present = present();
        if (present.isEmpty() || (present.size() < 5 && random.nextInt(4) == 0)) {
            join();
            return;
        }
        Participant<P> one = present.get(random.nextInt(present.size()));
        switch (random.nextInt(7)) {
            case 0 -> one.crash();
            case 1 -> one.close(now);
            case 2 -> one.pause(now + random.nextLong(10_000 * MILLI));
            case 3 -> one.pause(now + random.nextLong(100_000 * MILLI));
            case 4 -> one.delayReads(now + random.nextLong(5_000 * MILLI));
            default -> one.isBusy = !one.isBusy;
        }
    }

    /** Pauses all participants for longer than this time. */
    void freeze(Duration time) {
        for (Participant<P> one : present()) {
            one.pause(now + time.toNanos() + random.nextLong(60_000 * MILLI));
        }
    }

    /** Ends all disturbances, with at least two busy participants. */
    void calm() {
        log.setFaulty(false);
        while (present().size() < 2) {
            join();
        }
        for (Participant<P> one : present()) {
            one.pause(now);
            one.delayReads(now);
            one.isBusy = true;
        }
    }
}
