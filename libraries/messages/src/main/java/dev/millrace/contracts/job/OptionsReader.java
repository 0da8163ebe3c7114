package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.KnownKeys;
import dev.millrace.contracts.retrieval.RetrievalOptions;
import dev.millrace.contracts.retrieval.RetrievalOptionsReader;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the {@code millrace} object of a line and reports all its problems. */
final class OptionsReader {
    static final KnownKeys KEYS =
            KnownKeys.of(
                    "tenant",
                    "batch",
                    "priority",
                    "deadline",
                    "cache",
                    "max_cost_usd",
                    "buy",
                    "fallback",
                    "request_id",
                    "metadata",
                    "split",
                    "retrieval",
                    "headers",
                    "on_unavailable");
    private static final int MAX_FALLBACKS = 16;
    private static final int MAX_METADATA_BYTES = 16 * 1024;
    private static final BigDecimal MAX_COST_USD = BigDecimal.valueOf(1_000_000);
    private static final int MAX_COST_DECIMALS = 18;

    /** An amount as text, which many programs write to keep it exact. */
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,18})?");

    private final JsonParser json;
    private final byte[] record;
    private final int offset;
    private final LineProblems problems;

    private @Nullable String tenant;
    private @Nullable String batch;
    private @Nullable Priority priority;
    private @Nullable Instant deadline;
    private @Nullable CacheMode cache;
    private @Nullable BigDecimal maxCostUsd;
    private @Nullable Buy buy;
    private @Nullable List<String> fallback;
    private @Nullable String requestId;
    private @Nullable String metadata;
    private @Nullable SplitOptions split;
    private @Nullable RetrievalOptions retrieval;
    private @Nullable OnUnavailable onUnavailable;
    private final Map<ProviderHeader, String> headers = new EnumMap<>(ProviderHeader.class);

    private OptionsReader(JsonParser json, byte[] record, int offset, LineProblems problems) {
        this.json = json;
        this.record = record;
        this.offset = offset;
        this.problems = problems;
    }

    /** Reads the object that starts at the parser's current token, to its end. */
    static JobOptions read(JsonParser json, byte[] record, int offset, LineProblems problems) {
        var reader = new OptionsReader(json, record, offset, problems);
        KEYS.read(json, reader::readValue, reader::problem);
        return new JobOptions(
                reader.tenant,
                reader.batch,
                reader.priority,
                reader.deadline,
                reader.cache,
                new JobOptions.Spending(reader.maxCostUsd, reader.buy),
                reader.fallback,
                new JobLabels(reader.requestId, reader.metadata),
                reader.split,
                reader.retrieval,
                reader.headers,
                reader.onUnavailable);
    }

    private void readValue(String name, JsonToken value) {
        switch (name) {
            case "tenant" -> tenant = name(name, value, Names.MAX_TENANT_CHARS);
            case "batch" -> batch = name(name, value, Names.MAX_BATCH_CHARS);
            case "priority" -> {
                priority = Priority.of(word(value)).orElse(null);
                require(priority, name, "must be critical, high, normal or low");
            }
            case "deadline" -> {
                deadline = instant(text(value));
                require(deadline, name, "must be a time such as 2026-11-21T06:00:00Z");
            }
            case "cache" -> {
                cache = CacheMode.ofRequest(word(value)).orElse(null);
                require(cache, name, "must be none, exact or semantic");
            }
            case "max_cost_usd" -> {
                maxCostUsd = money(value);
                require(maxCostUsd, name, "must be a number of USD from 0 to " + MAX_COST_USD);
            }
            case "buy" -> {
                buy = Buy.of(word(value)).orElse(null);
                require(buy, name, "must be " + Buy.FORM);
            }
            case "fallback" -> fallback = models(name, value);
            case "request_id" -> {
                requestId = JobLabels.isRequestId(text(value)) ? text(value) : null;
                require(requestId, name, JobLabels.REQUEST_ID_RULE);
            }
            case "metadata" -> metadata = object(name, value);
            case "split" -> split = SplitReader.read(json, value, problems::add);
            case "retrieval" -> retrieval = retrieval(value);
            case "headers" -> readHeaders(value);
            case "on_unavailable" -> {
                onUnavailable = OnUnavailable.of(word(value)).orElse(null);
                require(onUnavailable, name, "must be " + OnUnavailable.FORM);
            }
            default -> problem(name, KEYS.unknown());
        }
    }

    private @Nullable String name(String key, JsonToken value, int maxChars) {
        String text = text(value);
        String problem =
                value == JsonToken.VALUE_STRING
                        ? Names.problem(text, maxChars, "")
                        : "must be a string, was " + JsonBytes.describe(value);
        if (problem != null) {
            problem(key, problem);
            return null;
        }
        return text;
    }

    private String text(JsonToken value) {
        return value == JsonToken.VALUE_STRING ? json.getString() : "";
    }

    private String word(JsonToken value) {
        return text(value).toLowerCase(Locale.ROOT);
    }

    private static @Nullable Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private @Nullable BigDecimal money(JsonToken value) {
        BigDecimal amount = null;
        if (value.isNumeric()) {
            amount = JsonBytes.decimal(json);
        } else if (AMOUNT.matcher(text(value)).matches()) {
            amount = new BigDecimal(text(value));
        }
        if (amount == null) {
            return null;
        }
        // Checks the scale first, because comparing 1e-999999999 would expand its digits.
        boolean plausible = Math.abs((long) amount.scale()) <= MAX_COST_DECIMALS;
        return plausible && amount.signum() >= 0 && amount.compareTo(MAX_COST_USD) <= 0
                ? amount
                : null;
    }

    private @Nullable List<String> models(String key, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            return List.of(json.getString());
        }
        var models = new ArrayList<String>();
        boolean valid = value == JsonToken.START_ARRAY;
        while (valid && json.nextToken() != JsonToken.END_ARRAY) {
            valid = json.currentToken() == JsonToken.VALUE_STRING && models.size() < MAX_FALLBACKS;
            if (valid) {
                models.add(json.getString());
            } else {
                skipRestOfArray();
            }
        }
        if (!valid) {
            problem(key, "must be a list of at most " + MAX_FALLBACKS + " model names");
            return null;
        }
        return models;
    }

    private void skipRestOfArray() {
        json.skipChildren();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            json.skipChildren();
        }
    }

    private @Nullable String object(String key, JsonToken value) {
        int start = offset + (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        int length = offset + (int) json.currentLocation().getByteOffset() - start;
        if (value != JsonToken.START_OBJECT || length > MAX_METADATA_BYTES) {
            problem(key, "must be an object of at most " + MAX_METADATA_BYTES + " bytes");
            return null;
        }
        // Line breaks can occur only between tokens here, and a result must be one line.
        return new String(record, start, length, UTF_8).replace('\n', ' ').replace('\r', ' ');
    }

    private @Nullable RetrievalOptions retrieval(JsonToken value) {
        if (value == JsonToken.START_OBJECT) {
            return RetrievalOptionsReader.read(json, this::problem);
        }
        problem("retrieval", "must be an object, was " + JsonBytes.describe(value));
        return null;
    }

    private void readHeaders(JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            problem("headers", "must be an object, was " + JsonBytes.describe(value));
            json.skipChildren();
            return;
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            String text = text(json.nextToken());
            Optional<ProviderHeader> header = ProviderHeader.of(name);
            if (header.isEmpty()) {
                problem("headers", "must be one of " + ProviderHeader.all());
            } else if (!header.get().isValue(text)) {
                problem("headers", name + " " + header.get().expected());
            } else {
                headers.put(header.get(), text);
            }
            json.skipChildren();
        }
    }

    private void require(@Nullable Object value, String key, String expected) {
        if (value == null) {
            problem(key, expected);
        }
    }

    private void problem(String key, String expected) {
        problems.add("millrace." + key, expected);
    }
}
