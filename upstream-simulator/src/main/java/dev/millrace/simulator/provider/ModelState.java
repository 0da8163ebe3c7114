package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.ledger.KeyCounts;
import dev.millrace.simulator.settings.ModelSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one model's settings have to remember between calls. Thread-safe. */
final class ModelState {
    /** Idempotency keys whose failures are counted, about 20 bytes each. */
    private static final int MAX_KEYS = 4_000_000;

    private static final Duration CONCURRENCY_WAIT = Duration.ofSeconds(1);

    private final ModelSettings settings;
    private final ModelLimits limits;
    private KeyCounts failed = new KeyCounts(MAX_KEYS);
    private int underWay;

    ModelState(ModelSettings settings, long nowNanos) {
        this.settings = settings;
        this.limits = new ModelLimits(settings.limits(), nowNanos);
    }

    ModelSettings settings() {
        return settings;
    }

    /** Whether this call is one of those that fail without chance. */
    synchronized boolean failsFirst(@Nullable String idempotencyKey) {
        int calls = settings.failFirst().calls();
        if (calls == 0 || idempotencyKey == null) {
            return false;
        }
        int seen = failed.add(idempotencyKey, 0);
        if (seen < 0 || seen >= calls) {
            return false;
        }
        failed.add(idempotencyKey, 1);
        return true;
    }

    /** Counts a call against all limits; when granted, {@link #end} must follow. */
    synchronized Admission begin(Usage usage, long nowNanos) {
        int concurrency = settings.limits().concurrency();
        if (concurrency > 0 && underWay >= concurrency) {
            return new Admission.Refused("concurrent requests", CONCURRENCY_WAIT, List.of());
        }
        Admission admission = limits.admit(usage.input(), usage.output(), nowNanos);
        if (admission instanceof Admission.Granted) {
            underWay++;
        }
        return admission;
    }

    synchronized void end() {
        underWay--;
    }

    synchronized void forgetKeys() {
        failed = new KeyCounts(MAX_KEYS);
    }
}
