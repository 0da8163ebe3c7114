package dev.millrace.worker;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.worker.adaptive.AdaptiveLimit;
import dev.millrace.worker.call.ExpiringKey;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.loop.LoopFeatures;
import dev.millrace.worker.prompt.WarmPrompts;
import dev.millrace.worker.quota.LimitSearch;
import dev.millrace.worker.token.TokenKey;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * Composes the worker: the one class that names its features. Without its element here, a feature's
 * folder can be deleted.
 */
public final class WorkerFeatures {
    private WorkerFeatures() {}

    /**
     * Returns the features of a worker.
     *
     * @param served the models that the worker serves
     * @param follower follows the calls of jobs
     */
    static LoopFeatures of(MillraceConfig config, Collection<Model> served, CallFollower follower) {
        var prompts = Stream.<Prompts>of(WarmPrompts.of(config, served));
        return new LoopFeatures(prompts.findFirst().orElse(Prompts.NONE), searches(), follower);
    }

    /** Returns what searches limits that nobody configured. */
    public static LimitSearch.Factory searches() {
        var searches = Stream.<LimitSearch.Factory>of(AdaptiveLimit::new);
        return searches.findFirst().orElse(LimitSearch.NONE);
    }

    /** Returns what creates the keys that commands print. */
    public static ExpiringKey.Factory expiringKeys() {
        var keys = Stream.<ExpiringKey.Factory>of(TokenKey::new);
        return keys.findFirst().orElse(ExpiringKey.MISSING);
    }
}
