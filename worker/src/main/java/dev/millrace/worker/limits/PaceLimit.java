package dev.millrace.worker.limits;

import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Providers;
import java.util.HashMap;
import java.util.Map;

/** Spreads the calls of each model over time, with a {@link CallPacer} for each. */
final class PaceLimit implements AdmissionLimit {
    private final int slots;
    private final Map<String, CallPacer> pacers = new HashMap<>();

    /**
     * @param slots limit of calls in flight
     */
    PaceLimit(int slots) {
        this.slots = slots;
    }

    private CallPacer pacer(Job job, long nowNanos) {
        String model = job.queue();
        CallPacer pacer = pacers.get(model);
        if (pacer == null) {
            pacer = new CallPacer(slots, nowNanos);
            pacers.put(model, pacer);
        }
        return pacer;
    }

    @Override
    public Hold hold(Job job, long nowNanos) {
        return new Hold(WaitingReason.PACE, "worker.max_in_flight: " + slots);
    }

    @Override
    public long waitNanos(Job job, long nowNanos) {
        return pacer(job, nowNanos).waitNanos(nowNanos);
    }

    @Override
    public boolean reserve(Job job, long nowNanos) {
        pacer(job, nowNanos).onStarted(nowNanos);
        return true;
    }

    @Override
    public void cancel(Job job, long nowNanos) {
        pacer(job, nowNanos).onWithdrawn();
    }

    @Override
    public void complete(Job job, Providers.CallReport report, long nowNanos) {
        if (report.called()) {
            pacer(job, nowNanos).onEnded(report.took().toNanos());
        }
    }

    /** Returns the nanoseconds until a paced model may start a call; {@link #UNKNOWN} for none. */
    long untilNextNanos(long nowNanos) {
        long least = UNKNOWN;
        for (CallPacer pacer : pacers.values()) {
            long wait = pacer.waitNanos(nowNanos);
            least = wait > 0 ? Math.min(least, wait) : least;
        }
        return least;
    }
}
