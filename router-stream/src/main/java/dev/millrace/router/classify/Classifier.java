package dev.millrace.router.classify;

import dev.millrace.contracts.job.RequestLine;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Says what kind of job a request is. Another one takes the place of {@link RuleBasedClassifier}
 * when it is on the class path and named in {@code
 * META-INF/services/dev.millrace.router.classify.Classifier}.
 *
 * <p>Called by several threads at once. A job that is planned again, after a crash, is classified
 * again: the answers must depend on nothing but the arguments.
 */
public interface Classifier {

    /**
     * Returns the request's profile. Costs little by itself; what is asked of the profile costs. A
     * request for which this or the profile throws ends as {@code internal_error}.
     *
     * @param now for deadlines
     */
    Profile classify(RequestLine line, Instant now);

    /**
     * The one that the class path provides, else the rule-based one.
     *
     * @throws IllegalStateException when there are several to choose from
     */
    static Classifier load() {
        List<Classifier> provided =
                ServiceLoader.load(Classifier.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        if (provided.size() > 1) {
            throw new IllegalStateException(
                    "several classifiers are on the class path: "
                            + provided.stream().map(it -> it.getClass().getName()).toList());
        }
        return provided.isEmpty() ? new RuleBasedClassifier() : provided.getFirst();
    }
}
