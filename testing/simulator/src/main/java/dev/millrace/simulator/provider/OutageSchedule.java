package dev.millrace.simulator.provider;

import dev.millrace.simulator.settings.Outage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The times in which the provider is down. Of overlapping outages, the first added one applies.
 * Thread-safe.
 */
public final class OutageSchedule {
    private final LongSupplier ticker;
    private final List<Scheduled> outages = new ArrayList<>();
    private Runnable onChange = () -> {};

    /** An outage on the ticker. */
    private record Scheduled(Outage outage, long startNanos, long endNanos) {
        boolean isActive(long nowNanos) {
            return nowNanos - startNanos >= 0 && nowNanos - endNanos < 0;
        }
    }

    /**
     * The outage at a moment.
     *
     * @param outage the outage
     * @param left time until its end
     */
    public record Active(Outage outage, Duration left) {}

    OutageSchedule(List<Outage> outages, LongSupplier ticker) {
        this.ticker = ticker;
        outages.forEach(this::add);
    }

    /** Adds an outage, whose start counts from now. */
    public synchronized void add(Outage outage) {
        long now = ticker.getAsLong();
        outages.removeIf(it -> now - it.endNanos() >= 0);
        long start = now + outage.after().toNanos();
        outages.add(new Scheduled(outage, start, start + outage.lasts().toNanos()));
        onChange.run();
    }

    /** Ends the current outage and cancels later outages. */
    public synchronized void clear() {
        outages.clear();
        onChange.run();
    }

    /** Returns the current outage; empty when the provider is up. */
    public synchronized Optional<Active> active() {
        long now = ticker.getAsLong();
        return outages.stream()
                .filter(it -> it.isActive(now))
                .findFirst()
                .map(it -> new Active(it.outage(), Duration.ofNanos(it.endNanos() - now)));
    }

    /** Returns the time until an outage begins or ends; empty when nothing is scheduled. */
    public synchronized Optional<Duration> untilChange() {
        long now = ticker.getAsLong();
        return outages.stream()
                .filter(it -> now - it.endNanos() < 0)
                .map(it -> (now - it.startNanos() < 0 ? it.startNanos() : it.endNanos()) - now)
                .map(Duration::ofNanos)
                .min(Duration::compareTo);
    }

    /** Sets the action to run after each change of the schedule, on the changing thread. */
    public synchronized void onChange(Runnable action) {
        onChange = action;
    }
}
