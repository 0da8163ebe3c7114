package dev.millrace.router.classify;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.language.LanguageDetector;
import dev.millrace.router.classify.token.TokenCounter;
import java.time.Instant;

/** Classifier with rules on words, scripts and structure; see {@code docs/classification.md}. */
public final class RuleBasedClassifier implements Classifier {
    private final LanguageDetector languages = new LanguageDetector();
    private final TokenCounter tokens = new TokenCounter();

    @Override
    public Profile classify(RequestLine line, Instant now) {
        return new LazyProfile(line, now, languages, tokens);
    }
}
