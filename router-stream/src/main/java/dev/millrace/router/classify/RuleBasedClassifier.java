package dev.millrace.router.classify;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.language.LanguageDetection;
import dev.millrace.router.classify.token.TokenCounter;
import java.time.Instant;

/** Classifies by rules on words, scripts and structure: see {@code docs/classification.md}. */
public final class RuleBasedClassifier implements Classifier {
    private final LanguageDetection languages = new LanguageDetection();
    private final TokenCounter tokens = new TokenCounter();

    @Override
    public Profile classify(RequestLine line, Instant now) {
        return new LazyProfile(line, now, languages, tokens);
    }
}
