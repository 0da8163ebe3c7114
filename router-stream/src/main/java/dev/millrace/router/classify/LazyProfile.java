package dev.millrace.router.classify;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;
import dev.millrace.router.classify.body.RequestBody;
import dev.millrace.router.classify.language.LanguageDetector;
import dev.millrace.router.classify.language.WritingSystem;
import dev.millrace.router.classify.token.QuickTokenEstimate;
import dev.millrace.router.classify.token.TokenCount;
import dev.millrace.router.classify.token.TokenCounter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Profile that computes each value on first use, and reads the body at most once. */
final class LazyProfile implements Profile {
    /** A question with fewer words is simple, unless it has a reasoning word. */
    private static final long MIN_MODERATE_WORDS = 15;

    /** A question with at least this many words is complex. */
    private static final long MIN_COMPLEX_WORDS = 50;

    /** A job with at most this much time to its deadline is latency-sensitive. */
    private static final Duration NEAR_DEADLINE = Duration.ofMinutes(5);

    /** Bytes read of each end of a long question, where instructions usually are. */
    private static final int OUTLINE_BYTES = 16 * 1024;

    private final RequestLine line;
    private final Instant now;
    private final TokenCounter tokens;
    private final Map<String, TokenCount> inputTokens = new HashMap<>();
    private final LazyValue<RequestBody> body;
    private final LazyValue<QuestionScan> scan;
    private final LazyValue<WritingSystem> writingSystem;
    private final LazyValue<Optional<String>> language;

    LazyProfile(RequestLine line, Instant now, LanguageDetector languages, TokenCounter tokens) {
        this.line = line;
        this.now = now;
        this.tokens = tokens;
        body = new LazyValue<>(() -> RequestBody.of(line));
        var outline = new LazyValue<>(() -> body.get().question().outline(OUTLINE_BYTES));
        scan = new LazyValue<>(() -> QuestionScan.of(outline.get()));
        writingSystem = new LazyValue<>(() -> languages.writingSystem(outline.get()));
        language = new LazyValue<>(() -> languages.language(outline.get(), writingSystem.get()));
    }

    @Override
    public Complexity complexity() {
        long words = scan.get().words();
        if (words >= MIN_COMPLEX_WORDS) {
            return Complexity.COMPLEX;
        }
        return words < MIN_MODERATE_WORDS && !needsReasoning()
                ? Complexity.SIMPLE
                : Complexity.MODERATE;
    }

    @Override
    public boolean needsReasoning() {
        return scan.get().has(Keyword.REASONING);
    }

    @Override
    public TaskType task() {
        if (!line.endpoint().generates()) {
            return TaskType.EMBEDDING;
        }
        Keyword named = scan.get().firstTask();
        return named == null ? taskByStructure() : taskOf(named);
    }

    private TaskType taskByStructure() {
        if (scan.get().hasCodeBlock()) {
            return TaskType.CODE;
        }
        return capabilities().contains(Capability.JSON_SCHEMA)
                ? TaskType.EXTRACTION
                : TaskType.CHAT;
    }

    private static TaskType taskOf(Keyword keyword) {
        return switch (keyword) {
            case TRANSLATION -> TaskType.TRANSLATION;
            case SUMMARIZATION -> TaskType.SUMMARIZATION;
            case CLASSIFICATION -> TaskType.CLASSIFICATION;
            case EXTRACTION -> TaskType.EXTRACTION;
            case MATH -> TaskType.MATH;
            case CODE -> TaskType.CODE;
            case REASONING, URGENCY -> TaskType.CHAT;
        };
    }

    @Override
    public Optional<String> language() {
        return language.get();
    }

    /** Detects the language only if the question's script can be one of the given languages'. */
    @Override
    public boolean languageIsOneOf(Set<String> codes) {
        Set<String> possible = writingSystem.get().languages();
        return codes.stream().anyMatch(possible::contains)
                && language().filter(codes::contains).isPresent();
    }

    @Override
    public boolean isLatencySensitive() {
        return isDeadlineNear() || scan.get().has(Keyword.URGENCY);
    }

    private boolean isDeadlineNear() {
        Instant deadline = line.options().deadline();
        return deadline != null && !deadline.isAfter(now.plus(NEAR_DEADLINE));
    }

    @Override
    public Set<Capability> capabilities() {
        return body.get().capabilities();
    }

    @Override
    public long quickInputTokens() {
        return QuickTokenEstimate.inputTokens(line);
    }

    @Override
    public long inputs() {
        return body.get().prompts();
    }

    @Override
    public TokenCount inputTokens(Model model) {
        return inputTokens.computeIfAbsent(
                model.name(), _ -> tokens.countInput(line, body.get(), model));
    }

    @Override
    public OptionalLong maxInputTokens(Model model) {
        return TokenCounter.maxInput(line, body.get(), model);
    }

    @Override
    public TokenCount outputTokens(Model model, Endpoint called) {
        long expected = OutputEstimate.tokens(task(), complexity(), questionTokens());
        return tokens.countOutput(line, body.get(), model, called, expected);
    }

    @Override
    public OptionalLong maxOutputTokens(Model model, Endpoint called) {
        return TokenCounter.maxOutput(line, body.get(), model, called);
    }

    /** Estimates the tokens of the question at four bytes per token. */
    private long questionTokens() {
        return body.get().question().bytes() / 4;
    }
}
