package dev.millrace.router.classify;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.router.classify.language.SharedScriptDetector;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Classifies requests. A classifier on the class path that is named in {@code
 * META-INF/services/dev.millrace.router.classify.Classifier} replaces {@link RuleBasedClassifier}.
 *
 * <p>Several threads call it concurrently. A job that is planned again after a crash is classified
 * again, so results must depend only on the arguments.
 */
public interface Classifier {

    /**
     * Returns the request's profile, which computes its values on demand. If this method or the
     * profile throws, the job ends as {@code internal_error}.
     *
     * @param now time for judging deadlines
     */
    Profile classify(RequestLine line, Instant now);

    /**
     * Returns why the conditions of a policy cannot be decided; empty if they can. Jobs of such a
     * policy are refused.
     */
    default Optional<String> refusal(Policy policy) {
        return Optional.empty();
    }

    /**
     * Returns the classifier that the class path provides, or else the rule-based one.
     *
     * @param libraries distinguish the languages of one script for the rule-based classifier
     * @throws IllegalStateException if the class path provides several
     */
    static Classifier load(List<SharedScriptDetector> libraries) {
        List<Classifier> provided =
                ServiceLoader.load(Classifier.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        if (provided.size() > 1) {
            throw new IllegalStateException(
                    "several classifiers are on the class path: "
                            + provided.stream().map(it -> it.getClass().getName()).toList());
        }
        return provided.isEmpty() ? new RuleBasedClassifier(libraries) : provided.getFirst();
    }
}
