package dev.millrace.router.classify;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.router.classify.language.LanguageDetector;
import dev.millrace.router.classify.language.SharedScriptDetector;
import dev.millrace.router.classify.token.TokenCounter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Classifier with rules on words, scripts and structure; see {@code docs/classification.md}. */
public final class RuleBasedClassifier implements Classifier {
    private final LanguageDetector languages;
    private final TokenCounter tokens = new TokenCounter();

    /** Creates a classifier that knows only the languages which have a script of their own. */
    public RuleBasedClassifier() {
        this(List.of());
    }

    RuleBasedClassifier(List<SharedScriptDetector> libraries) {
        languages = new LanguageDetector(libraries);
    }

    @Override
    public Profile classify(RequestLine line, Instant now) {
        return new LazyProfile(line, now, languages, tokens);
    }

    @Override
    public Optional<String> refusal(Policy policy) {
        return policy.rules().stream()
                .flatMap(rule -> rule.when().stream())
                .flatMap(when -> when.language().stream().sorted())
                .filter(it -> !languages.detects(it))
                .findFirst()
                .map(
                        it ->
                                "the language "
                                        + it
                                        + " needs the feature \"language\", which this router does"
                                        + " not have");
    }
}
