package dev.millrace.simulator.provider;

import dev.millrace.simulator.calllog.KeyCounts;
import dev.millrace.simulator.limit.AccountLimits;
import dev.millrace.simulator.settings.ModelSettings;
import org.jspecify.annotations.Nullable;

/**
 * The state of one model between calls: limits, prompt cache and failed keys. Thread-safe, but
 * limits and prompt cache are guarded by the lock of {@link Provider}.
 */
final class ModelState {
    /** Idempotency keys whose failures are counted, about 20 bytes each. */
    private static final int MAX_KEYS = 4_000_000;

    private final ModelSettings settings;
    private final AccountLimits limits;
    private final PromptCache promptCache;
    private KeyCounts failed = new KeyCounts(MAX_KEYS);

    ModelState(ModelSettings settings, long nowNanos) {
        this.settings = settings;
        this.limits = new AccountLimits(settings.limits(), nowNanos);
        this.promptCache = new PromptCache(settings.promptCache());
    }

    ModelSettings settings() {
        return settings;
    }

    AccountLimits limits() {
        return limits;
    }

    PromptCache promptCache() {
        return promptCache;
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

    synchronized void resetFailFirst() {
        failed = new KeyCounts(MAX_KEYS);
    }
}
