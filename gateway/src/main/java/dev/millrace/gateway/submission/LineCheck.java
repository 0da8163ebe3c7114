package dev.millrace.gateway.submission;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the lines of one batch, one after another. Uses 32 to 64 bytes of memory for each line, to
 * find custom_ids that occur twice. Used by one thread.
 */
public final class LineCheck {
    /** The code of a line that is too large. */
    public static final String TOO_LARGE = "line_too_large";

    /** Models of a file that are remembered; a file seldom names more than one. */
    private static final int MAX_MODELS = 100;

    /**
     * More bytes than a deadline adds to a line. Lines that are this much below the limit need no
     * exact size.
     */
    private static final int DEADLINE_BYTES = 256;

    private final Rules rules;
    private final IdSet ids = new IdSet();
    private final List<LineError> errors = new ArrayList<>();
    private final Set<String> models = new HashSet<>();

    /**
     * Rules for the lines of a batch.
     *
     * @param tenant tenant of the batch, the only tenant that lines may name
     * @param endpoint URL that each line must have
     * @param expiresAt end of the completion window, added to each line
     * @param maxLineBytes maximum size of a line with the end of the window
     */
    public record Rules(String tenant, Endpoint endpoint, Instant expiresAt, int maxLineBytes) {}

    public LineCheck(Rules rules) {
        this.rules = rules;
    }

    /** Checks the next line and returns its errors; none if the line can be published. */
    public List<LineError> check(BatchLine line) {
        errors.clear();
        checkLine(line);
        return List.copyOf(errors);
    }

    /** Returns the models named by the lines; empty if there are too many. */
    public Set<String> models() {
        return models.size() > MAX_MODELS ? Set.of() : Set.copyOf(models);
    }

    private void checkLine(BatchLine line) {
        long number = line.number();
        if (line.isOversize()) {
            addTooLarge(number, "the line has", line.size());
            return;
        }
        switch (ParsedLine.of(line).parsed()) {
            case ParseResult.Accepted(var request) -> {
                check(number, request);
                checkSize(line, request);
            }
            case ParseResult.Unacceptable unacceptable ->
                    unacceptable
                            .problems()
                            .forEach(it -> add(number, code(it.key()), it.toString(), it.key()));
            case ParseResult.Malformed(String reason) ->
                    add(
                            number,
                            reason.contains("custom_id")
                                    ? "missing_required_parameter"
                                    : "invalid_json_line",
                            "the line " + reason,
                            reason.contains("custom_id") ? "custom_id" : "");
        }
    }

    /** Checks the size of the request that is made of the line. */
    private void checkSize(BatchLine line, RequestLine request) {
        if (line.size() <= rules.maxLineBytes() - DEADLINE_BYTES) {
            return;
        }
        int size = BatchRecords.value(line, request.options().deadline(), rules.expiresAt()).length;
        if (size > rules.maxLineBytes()) {
            addTooLarge(line.number(), "with the deadline of the batch, the line has", size);
        }
    }

    private void addTooLarge(long number, String subject, long size) {
        add(
                number,
                TOO_LARGE,
                String.format(
                        Locale.ROOT,
                        "%s %,d bytes, more than topics.max_request_bytes = %,d",
                        subject,
                        size,
                        rules.maxLineBytes()),
                "");
    }

    private static String code(String key) {
        return switch (key) {
            case "url" -> "invalid_url";
            case "method" -> "invalid_method";
            default -> "invalid_request";
        };
    }

    private void check(long number, RequestLine request) {
        if (models.size() <= MAX_MODELS) {
            models.add(request.model());
        }
        if (request.endpoint() != rules.endpoint()) {
            add(
                    number,
                    "mismatched_endpoint",
                    "url is %s, but the batch has the endpoint %s"
                            .formatted(request.endpoint().url(), rules.endpoint().url()),
                    "url");
        }
        String claimed = request.options().tenant();
        if (claimed != null && !claimed.equals(rules.tenant())) {
            add(
                    number,
                    "invalid_tenant",
                    "millrace.tenant must be absent or the tenant of the API key",
                    "millrace.tenant");
        }
        if (!ids.add(JobId.of(rules.tenant(), "", request.customId()))) {
            add(
                    number,
                    "duplicate_custom_id",
                    "the custom_id \"" + request.customId() + "\" occurs twice",
                    "custom_id");
        }
    }

    private void add(long number, String code, String message, String param) {
        errors.add(
                new LineError(
                        Optional.of(number),
                        code,
                        message,
                        Optional.of(param).filter(it -> !it.isEmpty())));
    }
}
