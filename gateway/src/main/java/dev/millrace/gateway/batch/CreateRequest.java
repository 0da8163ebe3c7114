package dev.millrace.gateway.batch;

import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.gateway.submission.Submission.InputFile;
import dev.millrace.gateway.submission.Submission.Spending;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request that creates a batch.
 *
 * @param window the completion window as written
 * @param spending what the batch may cost, and how its calls are bought
 * @param mustFit true if the batch is refused when limits of models do not allow its window
 */
public record CreateRequest(
        InputFile input,
        Endpoint endpoint,
        String window,
        Duration duration,
        Map<String, String> metadata,
        Spending spending,
        boolean mustFit) {
    private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,5})([smhd])");
    private static final Duration LONGEST_WINDOW = Duration.ofDays(30);
    private static final int MAX_PAIRS = 16;
    private static final int MAX_KEY_CHARS = 64;
    private static final int MAX_VALUE_CHARS = 512;
    private static final BigDecimal MOST_USD = new BigDecimal("1000000000");
    private static final String MAX_COST = "millrace.max_cost_usd";
    private static final String BUY = "millrace.buy";
    private static final String ADMISSION = "millrace.admission";

    /**
     * Reads a body.
     *
     * @throws ApiError that names the wrong field
     */
    static CreateRequest read(byte[] body) {
        JsonFields json;
        try {
            json = JsonFields.read(body, "the body");
        } catch (IllegalArgumentException e) {
            throw ApiError.invalid("body", String.valueOf(e.getMessage()));
        }
        String window = text(json, "completion_window");
        return new CreateRequest(
                new InputFile(text(json, "input_file_id"), Optional.empty()),
                endpoint(text(json, "endpoint")),
                window,
                duration(window),
                metadata(json.node().path("metadata")),
                spending(json.node().path("millrace")),
                mustFit(json.node().path("millrace").path("admission")));
    }

    /** Returns the id of the uploaded file. */
    public String inputFile() {
        return input.id();
    }

    /** Returns this request with the name of its file. */
    CreateRequest withFileName(String name) {
        return new CreateRequest(
                new InputFile(input.id(), Optional.of(name)),
                endpoint,
                window,
                duration,
                metadata,
                spending,
                mustFit);
    }

    /** Returns the request that repeats the failed lines of a batch with its settings. */
    static CreateRequest retryOf(Submission batch) {
        return new CreateRequest(
                batch.input(),
                batch.endpoint(),
                batch.window(),
                duration(batch.window()),
                batch.metadata(),
                batch.spending(),
                false);
    }

    /**
     * Returns the request for a batch of Anthropic's API, which always ends within 24 hours.
     *
     * @param inputFile id of a file with a line for each request
     */
    public static CreateRequest messages(String inputFile, Spending spending) {
        return new CreateRequest(
                new InputFile(inputFile, Optional.empty()),
                Endpoint.MESSAGES,
                "24h",
                Duration.ofHours(24),
                Map.of(),
                spending,
                false);
    }

    private static String text(JsonFields json, String key) {
        JsonNode value = json.node().path(key);
        if (!value.isString()) {
            throw ApiError.invalid(key, key + " is required and must be text");
        }
        return value.stringValue();
    }

    private static Endpoint endpoint(String url) {
        return Endpoints.known()
                .ofRequest(url)
                .orElseThrow(
                        () ->
                                ApiError.invalid(
                                        "endpoint",
                                        "endpoint must be one of " + Endpoints.known().allUrls()));
    }

    private static Duration duration(String window) {
        Matcher matcher = WINDOW.matcher(window);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration =
                    switch (matcher.group(2)) {
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    };
            if (duration.compareTo(LONGEST_WINDOW) <= 0) {
                return duration;
            }
        }
        throw ApiError.invalid(
                "completion_window",
                "completion_window must be a time of at most 30 days, such as 24h, 90m or 7d");
    }

    private static boolean mustFit(JsonNode admission) {
        if (admission.isMissingNode() || admission.isNull()) {
            return false;
        }
        return switch (admission.asString("")) {
            case "refuse" -> true;
            case "warn" -> false;
            default -> throw ApiError.invalid(ADMISSION, ADMISSION + " must be refuse or warn");
        };
    }

    private static Map<String, String> metadata(JsonNode node) {
        var pairs = new LinkedHashMap<String, String>();
        if (node.isMissingNode() || node.isNull()) {
            return pairs;
        }
        boolean isLegal = node.isObject() && node.size() <= MAX_PAIRS;
        for (Map.Entry<String, JsonNode> pair : node.properties()) {
            isLegal =
                    isLegal
                            && pair.getKey().length() <= MAX_KEY_CHARS
                            && pair.getValue().isString()
                            && pair.getValue().stringValue().length() <= MAX_VALUE_CHARS;
            pairs.put(pair.getKey(), pair.getValue().asString(""));
        }
        if (!isLegal) {
            throw ApiError.invalid(
                    "metadata",
                    "metadata must be an object of at most 16 texts, with keys of at most 64 and"
                            + " values of at most 512 characters");
        }
        return pairs;
    }

    /**
     * Returns what a batch may cost, and how its calls are bought.
     *
     * @param millrace the object {@code millrace} of the body; missing or null for none
     * @throws ApiError that names the wrong field
     */
    public static Spending spending(JsonNode millrace) {
        return new Spending(maxCost(millrace), buy(millrace));
    }

    private static Optional<Buy> buy(JsonNode millrace) {
        JsonNode node = millrace.path("buy");
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        return Buy.of(node.asString(""))
                .or(
                        () -> {
                            throw ApiError.invalid(BUY, BUY + " must be " + Buy.FORM);
                        });
    }

    private static Optional<BigDecimal> maxCost(JsonNode millrace) {
        JsonNode node = millrace.path("max_cost_usd");
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (node.isNumber()) {
            BigDecimal amount = node.decimalValue();
            int maxScale = 18;
            if (amount.signum() > 0
                    && amount.compareTo(MOST_USD) <= 0
                    && amount.scale() <= maxScale) {
                return Optional.of(Usd.normalised(amount));
            }
        }
        throw ApiError.invalid(
                MAX_COST, MAX_COST + " must be an amount in US dollars above 0, such as 2.50");
    }
}
