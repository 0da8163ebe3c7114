package dev.millrace.router.cache;

import dev.millrace.configuration.RouterConfig.SemanticCache.Guard;
import dev.millrace.router.cache.similar.SimilarLimits;
import dev.millrace.similarity.verification.VerificationPolicy;
import java.util.List;

/** Three jobs with identical requests. */
class CacheScene {
    final CacheWorld world = new CacheWorld();
    final Job first = world.job("first", 1);
    final Job second = world.job("second", 1);
    final Job third = world.job("third", 1);

    void lookUp(Job... jobs) {
        List.of(jobs).forEach(world::lookUp);
    }

    /** Two jobs whose questions have one meaning. */
    static class Similar {
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
                    VerificationPolicy.of(0.95, share), Guard.STRICT, maxQuestions, CacheWorld.TTL);
        }
    }
}
