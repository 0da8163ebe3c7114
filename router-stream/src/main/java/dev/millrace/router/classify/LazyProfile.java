package dev.millrace.router.classify;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;
import dev.millrace.router.classify.body.RequestBody;
import dev.millrace.router.classify.language.LanguageDetection;
import dev.millrace.router.classify.language.WritingSystem;
import dev.millrace.router.classify.token.QuickTokens;
import dev.millrace.router.classify.token.TokenCount;
import dev.millrace.router.classify.token.TokenCounter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Finds each answer when it is first asked for, and reads the body once for all of them. */
final class LazyProfile implements Profile {
    /** A question of fewer words is simple, unless it has a reasoning word. */
    private static final long MODERATE_WORDS = 15;

    /** A question of at least this many words is complex. */
    private static final long COMPLEX_WORDS = 50;

    /** Whoever gives no more time waits for the answer. */
    private static final Duration NEAR_DEADLINE = Duration.ofMinutes(5);

    /** Of the beginning, and of the end, of a question: instructions stand there. */
    private static final int OUTLINE_BYTES = 16 * 1024;

    private final RequestLine line;
    private final Instant now;
    private final TokenCounter tokens;
    private final Map<String, TokenCount> inputTokens = new HashMap<>();
    private final Once<RequestBody> body;
    private final Once<QuestionScan> scan;
    private final Once<WritingSystem> writingSystem;
    private final Once<Optional<String>> language;

    LazyProfile(RequestLine line, Instant now, LanguageDetection languages, TokenCounter tokens) {
        this.line = line;
        this.now = now;
        this.tokens = tokens;
        body = new Once<>(() -> RequestBody.of(line));
        var outline = new Once<>(() -> body.get().question().outline(OUTLINE_BYTES));
        scan = new Once<>(() -> QuestionScan.of(outline.get()));
        writingSystem = new Once<>(() -> languages.writingSystem(outline.get()));
        language = new Once<>(() -> languages.language(outline.get(), writingSystem.get()));
    }

    @Override
    public Complexity complexity() {
        long words = scan.get().words();
        if (words >= COMPLEX_WORDS) {
            return Complexity.COMPLEX;
        }
        return words < MODERATE_WORDS && !needsReasoning()
                ? Complexity.SIMPLE
                : Complexity.MODERATE;
    }

    @Override
    public boolean needsReasoning() {
        return scan.get().has(Keyword.REASONING);
    }

    @Override
    public TaskType task() {
        if (line.endpoint() == Endpoint.EMBEDDINGS) {
            return TaskType.EMBEDDING;
        }
        Keyword named = scan.get().firstTask();
        return named == null ? taskByStructure() : taskOf(named);
    }

    private TaskType taskByStructure() {
        if (scan.get().hasFence()) {
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

    /** Asks the library only when it could answer with one of these. */
    @Override
    public boolean languageIsOneOf(Set<String> codes) {
        Set<String> possible = writingSystem.get().languages();
        return codes.stream().anyMatch(possible::contains)
                && language().filter(codes::contains).isPresent();
    }

    @Override
    public boolean isLatencySensitive() {
        return line.options().priority() == Priority.CRITICAL
                || isDeadlineNear()
                || scan.get().has(Keyword.URGENCY);
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
        return QuickTokens.ofInput(line);
    }

    @Override
    public TokenCount inputTokens(Model model) {
        return inputTokens.computeIfAbsent(
                model.name(), _ -> tokens.ofInput(line, body.get(), model));
    }

    @Override
    public OptionalLong mostInputTokens(Model model) {
        return TokenCounter.mostOfInput(line, body.get(), model);
    }

    @Override
    public TokenCount outputTokens(Model model) {
        long expected = OutputGuess.tokens(task(), complexity(), questionTokens());
        return tokens.ofOutput(line, body.get(), model, expected);
    }

    /** Some four bytes a token; good enough for a guess. */
    private long questionTokens() {
        return body.get().question().bytes() / 4;
    }
}
