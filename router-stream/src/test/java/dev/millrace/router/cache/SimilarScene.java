package dev.millrace.router.cache;

import dev.millrace.router.cache.similar.SimilarLimits;
import dev.millrace.semantic.paraphrase.GuardMode;
import dev.millrace.semantic.verification.VerificationPolicy;

/** Two jobs that ask questions of the same meaning. */
class SimilarScene {
    static final String RESET = "How do I reset my password?";
    static final String RESET_AGAIN = "how can i reset the password";

    CacheWorld world = new CacheWorld();
    final Job first = world.asking("first", RESET);
    final Job second = world.asking("second", RESET_AGAIN);

    /** Looks up a job, and lets the cache decide on it. */
    void ask(Job job) {
        world.lookUp(job);
        var _ = world.tick();
    }

    void answered(Job job, String text) {
        world.answer(
                job,
                CallResults.answered(
                        job,
                        "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"%s\"}}]}"
                                .formatted(text)));
    }

    void askAndAnswer(Job job) {
        ask(job);
        answered(job, "Click on forgotten.");
    }

    static SimilarLimits limits(double share, long maxQuestions) {
        return new SimilarLimits(
                VerificationPolicy.of(0.95, share), GuardMode.STRICT, maxQuestions, CacheWorld.TTL);
    }
}
