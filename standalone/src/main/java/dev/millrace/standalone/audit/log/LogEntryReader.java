package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.job.AnswerForm;
import dev.millrace.contracts.job.AnswerForm.CachedTokens;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.usage.ReportedUsage;
import dev.millrace.contracts.usage.UsageDoubt;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads an entry with token counts: its model, time, cost and usage. */
final class LogEntryReader {
    /** Longest accepted name of a model, in characters. */
    private static final int MAX_NAME = 256;

    /** More input than one request can have; the largest context windows are of this size. */
    private static final long MAX_INPUT = 10_000_000;

    /** Longest repeated text of a log, in characters. */
    private static final int MAX_SHOWN = 40;

    /** Names of the day of a sum. */
    private static final List<String> DAYS = List.of("date", "day", "usage_date", "usage_date_utc");

    private static final List<String> MODELS =
            List.of(
                    "model",
                    "model_name",
                    "model_id",
                    "response_model",
                    "request_model",
                    "provided_model_name",
                    "snapshot_id",
                    "model_version",
                    "model_permaslug");

    private static final List<String> COSTS =
            List.of(
                    "spend",
                    "response_cost",
                    "cost_usd",
                    "total_cost",
                    "cost_total",
                    "calculated_total_cost");

    /** Names of the id of a request, which a sum does not have. */
    private static final List<String> IDS =
            List.of("id", "request_id", "generation_id", "trace_id", "custom_id");

    private final JsonNode root;
    private final LogFields fields;
    private final JsonNode answer;
    private final LogFields answerFields;
    private final LoggedUsage counts;
    private final Optional<LogLine.Period> bucket;
    private final List<String> doubts = new ArrayList<>();

    LogEntryReader(
            JsonNode root,
            LogFields fields,
            JsonNode answer,
            LoggedUsage counts,
            Optional<LogLine.Period> bucket) {
        this.root = root;
        this.fields = fields;
        this.answer = answer;
        this.answerFields = answer.equals(root) ? fields : new LogFields(answer);
        this.counts = counts;
        this.bucket = bucket;
    }

    /**
     * Interprets the entry.
     *
     * @throws IllegalArgumentException with the reason if the entry cannot be interpreted
     */
    LogLine read() {
        Optional<LogTime.Read> start = LogTime.start(fields, answerFields);
        boolean isDay = start.isPresent() && start.get().isDay() && isByDay();
        boolean isSum = counts.isSum() || bucket.isPresent() || isDay;
        TokenUsage usage = usage(isSum);
        if (usage.equals(TokenUsage.NONE) && (isSum || named().isEmpty())) {
            return new LogLine.NotBilled("entries without tokens");
        }
        long requests = isSum ? counts.requests(root).orElse(0) : 1;
        if (LoggedService.hasToolCalls(fields, answerFields)) {
            doubts.add("calls tools that the provider runs, whose cost is not included");
        }
        return new LogLine.Billed(
                model(isSum),
                requests,
                usage,
                isSum ? mean(usage, requests) : usage,
                LoggedService.tier(root, fields, answerFields),
                spentUsd(),
                period(start, isSum),
                Optional.empty(),
                doubts);
    }

    /** Returns true if only a sum of a day looks like the entry: no id, and a date as its time. */
    private boolean isByDay() {
        return fields.first(IDS).isEmpty() && fields.first(DAYS).isPresent();
    }

    private TokenUsage usage(boolean isSum) {
        ReportedUsage reported = counts.usage(endpoint(), isSum);
        reported.doubts().stream()
                .filter(UsageDoubt::isOfOneValue)
                .findFirst()
                .ifPresent(
                        it -> {
                            throw new IllegalArgumentException(
                                    "has wrong token counts: " + it.text());
                        });
        reported.doubts().stream().sorted().forEach(it -> doubts.add("is unclear: " + it.text()));
        TokenUsage usage =
                reported.usage()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "has only a total of tokens, not input and output"));
        if (!isSum && usage.inputTokens() > MAX_INPUT) {
            throw new IllegalArgumentException(
                    "has more input tokens than one request can have; a sum of many requests needs"
                            + " their number, such as num_model_requests");
        }
        return usage;
    }

    /** Returns the entry's endpoint, which decides what the counts include; null if unknown. */
    private @Nullable Endpoint endpoint() {
        return fields.get("call_type").asString("").contains("embedding")
                ? Endpoint.EMBEDDINGS
                : Endpoints.known().all().stream()
                        .filter(it -> isOwnForm(it.answer()))
                        .findFirst()
                        .orElse(null);
    }

    /** Returns true if the entry has an answer of the form, whose counts have own rules. */
    private boolean isOwnForm(AnswerForm form) {
        return form.vector().isEmpty()
                ? form.cachedTokens() == CachedTokens.BESIDE_INPUT
                        && answer.path("type").asString("").equals(form.type())
                : answer.path(form.content()).path(0).has(form.vector());
    }

    /**
     * Returns the tokens of a mean request of a sum, which decide its rates; without the number of
     * requests, the usual rates apply, unless the sum is one of long requests.
     */
    private TokenUsage mean(TokenUsage usage, long requests) {
        String window = fields.get("context_window").asString("");
        if (window.matches("200k-.*|>\\s*200k")) {
            return TokenUsage.of(200_001, 0);
        }
        return requests == 0
                ? TokenUsage.NONE
                : TokenUsage.of(usage.inputTokens() / requests, usage.outputTokens() / requests);
    }

    private Optional<String> named() {
        return new LogFields(root.path("millrace"))
                .first(MODELS)
                .or(() -> answerFields.first(MODELS))
                .or(() -> fields.first(MODELS))
                .map(it -> it.asString(""));
    }

    private String model(boolean isSum) {
        Optional<String> named = named();
        if (named.isEmpty() && isSum) {
            throw new IllegalArgumentException(
                    "is a sum of many requests without a model; export it by model");
        }
        return name(named.orElse(null));
    }

    /**
     * Returns the name of a model.
     *
     * @throws IllegalArgumentException without a name, or if it is too long
     */
    static String name(@Nullable String model) {
        if (model == null) {
            throw new IllegalArgumentException("has no model");
        }
        if (model.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "has a model name of more than " + MAX_NAME + " characters");
        }
        return model.strip();
    }

    private Optional<BigDecimal> spentUsd() {
        String currency = fields.get("currency").asString("usd");
        if (!currency.isBlank() && !currency.strip().equalsIgnoreCase("usd")) {
            throw new IllegalArgumentException(
                    "has its cost in " + shown(currency) + ", not in US dollars");
        }
        return fields.first(COSTS)
                .or(() -> new LogFields(root.path("millrace")).first(COSTS))
                .flatMap(NumberText::usd);
    }

    private Optional<LogLine.Period> period(Optional<LogTime.Read> start, boolean isSum) {
        if (start.isEmpty()) {
            LogTime.notUnderstood(fields, answerFields)
                    .ifPresent(it -> doubts.add("has a time that is not understood: " + shown(it)));
            return bucket;
        }
        LogTime.Read from = start.get();
        var end =
                isSum ? LogTime.end(fields).map(LogTime.Read::end).orElse(from.end()) : from.time();
        return Optional.of(new LogLine.Period(from.time(), end));
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }
}
