package dev.millrace.router.semantic;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.configuration.RouterConfig.SemanticCache.Guard;
import dev.millrace.similarity.verification.VerificationPolicy;
import java.time.Duration;

/**
 * Limits for answers to similar questions, in one task.
 *
 * @param policy similarity and verification
 * @param guard permitted differences in wording
 * @param maxQuestions number of questions that are kept, 1 or more
 * @param ttl time for which a question is kept
 */
record SimilarLimits(VerificationPolicy policy, Guard guard, long maxQuestions, Duration ttl) {
    private static final double PERCENT = 100;

    /** Returns one task's part of the configured limits. */
    static SimilarLimits of(RouterConfig.SemanticCache config, int partitions) {
        return new SimilarLimits(
                VerificationPolicy.of(config.threshold(), config.verify() / PERCENT),
                config.guard(),
                Math.ceilDiv(config.maxEntries(), (long) partitions),
                config.ttl());
    }
}
