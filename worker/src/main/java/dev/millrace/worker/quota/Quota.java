package dev.millrace.worker.quota;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.worker.adaptive.AdaptiveLimit;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.SharedLimits;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallReport;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;

/**
 * The limits of requests, tokens and concurrent calls: of each model, of each provider, and of all
 * calls. A call takes permits of all its limits or of none. Belongs to the loop's thread.
 */
public final class Quota {
    private final Map<String, ModelQuota> models = new HashMap<>();
    private final Map<String, PermitSet> providers = new HashMap<>();
    private final PermitSet all;

    /**
     * @param maxInFlight calls in flight that the worker allows
     */
    public Quota(
            Collection<Model> served,
            SharedLimits limits,
            int maxInFlight,
            PermitSource source,
            LoopClock clock) {
        long now = clock.nanos();
        all = new PermitSet("limits", limits.all(), source, now);
        for (Model model : served) {
            PermitSet provider =
                    providers.computeIfAbsent(
                            model.provider(),
                            name -> ofProvider(name, limits.ofProvider(name), source, now));
            models.put(
                    model.name(),
                    new ModelQuota(
                            model.name(),
                            new AdaptiveLimit(maxInFlight, now),
                            new PermitSet(
                                    "models." + model.name() + ".limits",
                                    model.limits(),
                                    source,
                                    now),
                            Stream.of(provider, all).filter(set -> !set.isEmpty()).toList(),
                            clock));
        }
    }

    private static PermitSet ofProvider(
            String name, Limits limits, PermitSource source, long nowNanos) {
        return new PermitSet("providers." + name + ".limits", limits, source, nowNanos);
    }

    private ModelQuota of(Job job) {
        ModelQuota quota = models.get(job.model().name());
        if (quota == null) {
            throw new IllegalStateException("the model " + job.model().name() + " is not served");
        }
        return quota;
    }

    /** Returns the nanoseconds until the job's call may start, or a far time; 0 for now. */
    public long waitNanos(Job job, long nowNanos) {
        return of(job).waitNanos(job, nowNanos);
    }

    /** Takes the permits of a call that {@link #waitNanos} permits now. */
    public void reserve(Job job, long nowNanos) {
        of(job).reserve(job, nowNanos);
    }

    /** Gives the permits of a call back that is not made. */
    public void cancel(Job job, long nowNanos) {
        of(job).cancel(job, nowNanos);
    }

    /** Ends a call: corrects its tokens, and learns from its response. */
    public void complete(Job job, CallReport report, long nowNanos) {
        of(job).complete(job, report, nowNanos);
    }

    /** Returns the nanoseconds until a waiting model may start a call; a far time for none. */
    public long untilDueNanos(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (ModelQuota quota : models.values()) {
            least = Math.min(least, quota.untilDueNanos(nowNanos));
        }
        return least;
    }

    /** Reports the current limits, configured and learned, by their paths in the configuration. */
    public void forEachLimit(ObjLongConsumer<String> reader) {
        all.forEachLimit(reader);
        providers.values().forEach(it -> it.forEachLimit(reader));
        models.values().forEach(it -> it.own().forEachLimit(reader));
    }

    /**
     * Reports the rate of each model, in calls per minute, that was found by trying; 0 for a model
     * without refused calls.
     */
    public void forEachFoundRate(ObjLongConsumer<String> reader) {
        models.forEach(
                (name, quota) ->
                        reader.accept(name, Math.round(60 * quota.adaptive().perSecond())));
    }
}
