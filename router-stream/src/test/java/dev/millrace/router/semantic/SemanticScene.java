package dev.millrace.router.semantic;

import dev.millrace.router.cache.CallResults;
import dev.millrace.router.cache.Job;

/** Two jobs whose questions have one meaning. */
class SemanticScene {
    static final String RESET = "How do I reset my password?";
    static final String RESET_AGAIN = "how can i reset the password";

    SemanticWorld world = new SemanticWorld(limits(0, 100));
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
        return SemanticWorld.limits(share, maxQuestions);
    }
}
