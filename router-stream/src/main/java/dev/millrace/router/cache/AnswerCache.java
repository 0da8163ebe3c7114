package dev.millrace.router.cache;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.router.cache.store.AnswerInfo;
import dev.millrace.router.cache.store.AnswerStore;
import dev.millrace.router.cache.store.CacheTotals;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.result.ResultLineReader;
import java.util.Objects;
import java.util.Optional;

/** Decides which stored answers are valid, and which ones are kept. */
public final class AnswerCache {
    private final CacheServices services;
    private final CacheLimits limits;
    private final AnswerStore answers;
    private final CacheTotals totals;

    /**
     * An answer that a job may get.
     *
     * @param word {@code hit} or {@code stale}, as in results
     */
    public record Hit(ResultLine line, String word) {}

    AnswerCache(CacheServices services, AnswerStore answers, CacheTotals totals) {
        this.services = services;
        this.limits = services.cache().limits();
        this.answers = answers;
        this.totals = totals;
    }

    /** Returns the answer that a job with this key may get. */
    Optional<Hit> find(String cacheKey) {
        Optional<AnswerInfo> found = answers.find(cacheKey);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        AnswerInfo info = found.get();
        boolean isExpired = info.isOlderThan(limits.ttl(), services.clock().millis());
        if (isPurged(cacheKey, info) || (isExpired && !mayServeStale(info))) {
            return Optional.empty();
        }
        byte[] line = answers.use(cacheKey, info, services.clock().millis());
        return ResultLineReader.read(line)
                .map(it -> new Hit(it, isExpired ? Provenance.CACHE_STALE : Provenance.CACHE_HIT));
    }

    /** Returns true if the answer has expired recently, and its model cannot be called now. */
    private boolean mayServeStale(AnswerInfo info) {
        return !info.isOlderThan(limits.maxAge(), services.clock().millis())
                && isBreakerOpen(info.model(), info.provider());
    }

    /** Returns true if a worker reports an open breaker of the model or its provider. */
    boolean isBreakerOpen(String model, String provider) {
        return services.control().get().workers().values().stream()
                .filter(worker -> worker.isValid(services.now()))
                .flatMap(worker -> worker.open().stream())
                .map(WorkerReport.Open::breaker)
                .anyMatch(
                        open ->
                                open.equals("model " + model)
                                        || open.equals("provider " + provider));
    }

    private boolean isPurged(String cacheKey, AnswerInfo info) {
        ControlState control = services.control().get();
        return control.cache().purges().values().stream()
                .anyMatch(purge -> purge.covers(info.forPurge(cacheKey)));
    }

    /**
     * Keeps an answer if it is new, small and still usable.
     *
     * @param writtenMillis timestamp of the answer's record, by the worker's clock
     */
    void keep(String cacheKey, ResultLine line, long writtenMillis) {
        long now = services.clock().millis();
        if (!line.isCacheable() || line.bytes().length > limits.maxEntryBytes()) {
            return;
        }
        var info =
                new AnswerInfo(
                        Math.min(writtenMillis, now),
                        AnswerInfo.minute(now),
                        line.bytes().length,
                        line.model(),
                        Objects.requireNonNullElse(line.provider(), ""),
                        line.tenant(),
                        line.routedBy());
        boolean isOutdated =
                answers.find(cacheKey)
                        .filter(it -> it.createdMillis() > info.createdMillis())
                        .isPresent();
        if (isOutdated || isUnusable(cacheKey, info)) {
            return;
        }
        answers.put(cacheKey, info, line.bytes());
        answers.evict(limits.maxEntries(), limits.maxBytes());
    }

    /** Deletes unusable answers, a few in each turn; returns true if there were any. */
    boolean sweep() {
        return totals.stats().entries() > 0 && answers.sweep(this::isUnusable) > 0;
    }

    private boolean isUnusable(String cacheKey, AnswerInfo info) {
        return info.isOlderThan(limits.maxAge(), services.clock().millis())
                || isPurged(cacheKey, info);
    }
}
