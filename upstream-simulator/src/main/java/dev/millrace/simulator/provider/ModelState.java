package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.ledger.KeyCounts;
import dev.millrace.simulator.settings.ModelSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of one model between calls: limits, calls in flight, failed keys. Thread-safe. */
final class ModelState {
    /** Idempotency keys whose failures are counted, about 20 bytes each. */
    private static final int MAX_KEYS = 4_000_000;

    private static final Duration CONCURRENCY_WAIT = Duration.ofSeconds(1);

    private final ModelSettings settings;
    private final ModelLimits limits;
    private KeyCounts failed = new KeyCounts(MAX_KEYS);
    private int inFlight;

    ModelState(ModelSettings settings, long nowNanos) {
        this.settings = settings;
        this.limits = new ModelLimits(settings.limits(), nowNanos);
    }

    ModelSettings settings() {
        return settings;
    }

    /** Returns true when {@code fail_first} fails this call, and counts the failure. */
    synchronized boolean failsFirst(@Nullable String idempotencyKey) {
        int calls = settings.failFirst().calls();
        if (calls == 0 || idempotencyKey == null) {
            return false;
        }
        int failures = failed.add(idempotencyKey, 0);
        if (failures < 0 || failures >= calls) {
            return false;
        }
        failed.add(idempotencyKey, 1);
        return true;
    }

    /** Counts a call against all limits. A granted call must be followed by {@link #end}. */
    synchronized Admission begin(Usage usage, long nowNanos) {
        int concurrency = settings.limits().concurrency();
        if (concurrency > 0 && inFlight >= concurrency) {
            return new Admission.Refused("concurrent requests", CONCURRENCY_WAIT, List.of());
        }
        Admission admission = limits.admit(usage.input(), usage.output(), nowNanos);
        if (admission instanceof Admission.Granted) {
            inFlight++;
        }
        return admission;
    }

    synchronized void end() {
        inFlight--;
    }

    synchronized void resetFailFirst() {
        failed = new KeyCounts(MAX_KEYS);
    }
}
