package dev.millrace.worker.quota;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.LoopClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.ObjLongConsumer;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The limits of requests, tokens and concurrent calls: of each model, key and provider, and of all
 * calls together. A call takes permits of all its limits or of none. Belongs to the loop's thread.
 */
public final class Quota {
    private final Map<String, ModelQuota> models = new HashMap<>();
    private final Map<String, PermitSet> providers = new HashMap<>();

    /** The configured limits of the API keys, by provider. */
    private final Map<String, List<PermitSet>> keySets = new HashMap<>();

    private final PermitSet all;

    /** Configured limits of models with several keys; the quota of other models reports theirs. */
    private final List<PermitSet> ofModelsWithKeys = new ArrayList<>();

    /**
     * @param served the served models, and their cheaper tiers
     * @param keys number of API keys by provider; less than 1 counts as 1
     * @param searches starts the search of the limit of a model and key, at the given nanosecond
     *     time
     */
    public Quota(
            Collection<Model> served,
            ConfiguredLimits limits,
            ToIntFunction<String> keys,
            LongFunction<LimitSearch> searches,
            PermitSource source,
            LoopClock clock) {
        all = new PermitSet("limits", limits.all(), source, clock.nanos());
        for (Model model : served) {
            int count = Math.max(1, keys.applyAsInt(model.provider()));
            models.put(model.name(), modelQuota(model, limits, count, searches, source, clock));
        }
    }

    private ModelQuota modelQuota(
            Model model,
            ConfiguredLimits limits,
            int keys,
            LongFunction<LimitSearch> searches,
            PermitSource source,
            LoopClock clock) {
        long now = clock.nanos();
        var ofModel = new PermitSet(path(model), model.limits(), source, now);
        PermitSet ofProvider =
                providers.computeIfAbsent(
                        model.provider(),
                        name -> ofProvider(name, limits.ofProvider(name), source, now));
        List<PermitSet> ofKeys =
                keySets.computeIfAbsent(
                        model.provider(),
                        name -> ofKeys(name, limits.ofKey(name), keys, source, now));
        var quotas = new ArrayList<KeyQuota>();
        for (int key = 0; key < keys; key++) {
            PermitSet own = keys == 1 ? ofModel : ownOfKey(model, key, source, now);
            PermitSet ofKey = ofKeys.get(key);
            boolean isLimited = ofModel.rateCount() > 0 || ofKey.rateCount() > 0;
            LimitSearch search = searches.apply(now);
            quotas.add(new KeyQuota(search, own, withoutEmpty(ofKey), isLimited, now));
        }
        if (keys == 1) {
            return new ModelQuota(quotas, withoutEmpty(ofProvider, all), clock);
        }
        ofModelsWithKeys.add(ofModel);
        return new ModelQuota(quotas, withoutEmpty(ofModel, ofProvider, all), clock);
    }

    private static List<PermitSet> withoutEmpty(PermitSet... sets) {
        return Stream.of(sets).filter(set -> !set.isEmpty()).toList();
    }

    private static String path(Model model) {
        return "models." + model.name() + ".limits";
    }

    /** Returns the limits that a provider will name for one of several keys. */
    private static PermitSet ownOfKey(Model model, int key, PermitSource source, long nowNanos) {
        Limits burst = Limits.NONE.withBurst(model.limits().burst());
        return new PermitSet(path(model) + ".key_" + (key + 1), burst, source, nowNanos);
    }

    private static List<PermitSet> ofKeys(
            String provider, Limits limits, int count, PermitSource source, long nowNanos) {
        String path = "providers." + provider + ".key_limits.key_";
        return IntStream.rangeClosed(1, count)
                .mapToObj(key -> new PermitSet(path + key, limits, source, nowNanos))
                .toList();
    }

    private static PermitSet ofProvider(
            String name, Limits limits, PermitSource source, long nowNanos) {
        return new PermitSet("providers." + name + ".limits", limits, source, nowNanos);
    }

    /** Returns the limits of the job's model at the tier of its call. */
    public ModelQuota of(Job job) {
        return of(job.called().name());
    }

    /** Returns the limits of the job's model at the standard tier. */
    public ModelQuota standard(Job job) {
        return of(job.model().name());
    }

    private ModelQuota of(String model) {
        ModelQuota quota = models.get(model);
        if (quota == null) {
            throw new IllegalStateException("the model " + model + " is not served");
        }
        return quota;
    }

    /** Returns the nanoseconds until a waiting model may start a call; a far time for none. */
    public long untilDueNanos(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (ModelQuota quota : models.values()) {
            least = Math.min(least, quota.untilDueNanos(nowNanos));
        }
        return least;
    }

    /** Receives a limit and its use by this worker. */
    public interface LimitReader {
        /**
         * Reads a limit.
         *
         * @param key the limit's path in the configuration
         * @param leased permits that the worker holds and does not use
         * @param used permits that the worker uses
         */
        void onLimit(String key, long limit, long leased, long used);
    }

    /** Reports the current limits, configured and learned. */
    public void forEachLimit(LimitReader reader, long nowNanos) {
        all.forEachLimit(reader, nowNanos);
        providers.values().forEach(it -> it.forEachLimit(reader, nowNanos));
        keySets.values().forEach(sets -> sets.forEach(it -> it.forEachLimit(reader, nowNanos)));
        ofModelsWithKeys.forEach(it -> it.forEachLimit(reader, nowNanos));
        models.values().forEach(it -> it.forEachLimit(reader, nowNanos));
    }

    /** Returns the limits that providers named or refusals showed, sorted by path. */
    public List<WorkerReport.Learned> learned(long nowNanos) {
        var found = new ArrayList<WorkerReport.Learned>();
        models.values().forEach(it -> it.addLearned(found, nowNanos));
        found.sort(Comparator.comparing(WorkerReport.Learned::path));
        return found;
    }

    /** Reports the found rate of each model, in calls per minute; 0 without one. */
    public void forEachFoundRate(ObjLongConsumer<String> reader) {
        models.forEach(
                (name, quota) -> reader.accept(name, Math.round(60 * quota.foundPerSecond())));
    }
}
