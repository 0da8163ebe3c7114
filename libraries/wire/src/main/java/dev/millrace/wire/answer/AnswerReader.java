package dev.millrace.wire.answer;

import dev.millrace.contracts.job.AnswerForm;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.usage.ReportedCounts;
import dev.millrace.contracts.usage.ReportedUsage;
import dev.millrace.contracts.usage.UsageDoubt;
import dev.millrace.contracts.usage.UsageFinder;
import dev.millrace.contracts.usage.UsageRules;
import dev.millrace.wire.error.ImpliedStatus;
import dev.millrace.wire.stream.AnswerBody;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the body of a 200, or of an assembled stream, once, from front to back, without building a
 * tree. Used once, by one thread.
 */
public final class AnswerReader {
    private static final String ERROR = "error";

    /** Longest reason that messages quote. */
    private static final int MAX_REASON_CHARS = 40;

    private final Endpoint endpoint;
    private final AnswerForm form;
    private final String endKey;
    private @Nullable ReportedCounts counts;
    private boolean hasContent;
    private @Nullable String problem;

    /** Why a choice is unfinished; null while all are finished. */
    private @Nullable String unfinished;

    private AnswerReader(Endpoint endpoint) {
        this.endpoint = endpoint;
        form = endpoint.answer();
        endKey = form.endKey();
    }

    /**
     * The content of a 200 response.
     *
     * @param problem why the body is not an answer; null for an answer
     * @param usage the tokens that the body reports, even if it is not an answer
     */
    public record Found(@Nullable String problem, ReportedUsage usage) {}

    /** Reads the body of a 200 from the given endpoint. */
    public static Found read(Endpoint endpoint, byte[] body) {
        var reader = new AnswerReader(endpoint);
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            reader.readDocument(json);
        } catch (JacksonException e) {
            reader.problem = "it is not JSON";
        }
        if (reader.problem == null && !reader.hasContent) {
            reader.problem =
                    reader.unfinished == null
                            ? "it has no " + reader.form.content()
                            : reader.unfinished;
        }
        return new Found(reader.problem, reader.usage(body));
    }

    private void readDocument(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            problem = "it is not a JSON object";
            return;
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("usage") && value == JsonToken.START_OBJECT) {
                counts = ReportedCounts.read(json);
            } else {
                readField(json, name, value);
            }
        }
        if (json.nextToken() != null) {
            problem = "it has more than one JSON value";
        }
    }

    private void readField(JsonParser json, String name, JsonToken value) {
        if (name.equals(ERROR) && isError(json, value)) {
            problem = "it holds an error";
        }
        if (form.ends().contains(name)) {
            problem = unfinished(json, name, value).orElse(problem);
            return;
        }
        boolean isContent = name.equals(form.content()) && value == JsonToken.START_ARRAY;
        if (isContent && !endKey.isEmpty()) {
            readChoices(json);
        } else {
            hasContent |= isContent;
            json.skipChildren();
        }
    }

    /**
     * Reads a reason why an answer ended, up to its end: a text, or an object that holds it.
     * Returns a description if the answer is unfinished.
     *
     * <p>An answer with null for a reason is finished: OpenAI and Azure have sent whole and billed
     * answers with it. LMDeploy also sends it for an aborted call, which looks the same.
     *
     * @see <a href="https://github.com/openai/openai-openapi/pull/20">OpenAI</a>
     * @see <a href="https://github.com/MicrosoftDocs/azure-docs/issues/109589">Azure</a>
     * @see <a href="https://github.com/InternLM/xtuner/pull/1755">LMDeploy</a>
     */
    private static Optional<String> unfinished(JsonParser json, String name, JsonToken value) {
        String reason = value == JsonToken.START_OBJECT ? typeWithin(json) : text(json, value);
        json.skipChildren();
        return ImpliedStatus.isUnfinished(reason)
                ? Optional.of("its " + name + " is " + shortened(reason))
                : Optional.empty();
    }

    private static String typeWithin(JsonParser json) {
        String type = "";
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isType = AnswerForm.REASON_KEYS.contains(json.currentName());
            JsonToken value = json.nextToken();
            type = isType ? text(json, value) : type;
            json.skipChildren();
        }
        return type;
    }

    private static String shortened(String reason) {
        return reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARS));
    }

    /**
     * Reads a value up to its end. OpenAI's responses carry {@code "error": null}; some servers
     * write it in another way, such as an error with empty fields.
     */
    private static boolean isError(JsonParser json, JsonToken value) {
        return switch (value) {
            case VALUE_NULL, VALUE_FALSE -> false;
            case VALUE_STRING -> !json.getString().isBlank();
            case VALUE_NUMBER_INT -> !json.getString().equals("0");
            case START_OBJECT, START_ARRAY -> isErrorWithin(json);
            default -> true;
        };
    }

    private static boolean isErrorWithin(JsonParser json) {
        boolean isError = false;
        for (JsonToken next = json.nextToken();
                next != null && !next.isStructEnd();
                next = json.nextToken()) {
            isError |= next != JsonToken.PROPERTY_NAME && isError(json, next);
        }
        return isError;
    }

    /** Reads the choices, which are an answer if at least one of them is an answer. */
    private void readChoices(JsonParser json) {
        for (JsonToken item = json.nextToken();
                item != JsonToken.END_ARRAY && item != null;
                item = json.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                hasContent |= !isFailedChoice(json);
            } else {
                json.skipChildren();
            }
        }
    }

    private boolean isFailedChoice(JsonParser json) {
        boolean isFailed = false;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals(endKey)) {
                Optional<String> reason = unfinished(json, name, value);
                isFailed |= reason.isPresent();
                unfinished = reason.orElse(unfinished);
            } else {
                isFailed |= name.equals(ERROR) && isError(json, value);
                json.skipChildren();
            }
        }
        return isFailed;
    }

    private static String text(JsonParser json, JsonToken value) {
        return value == JsonToken.VALUE_STRING ? json.getString() : "";
    }

    /**
     * Returns the usage of the body. Counts of an answer without input tokens, or with content but
     * without output tokens, are impossible and count as unknown. A failed answer possibly used no
     * tokens.
     */
    private ReportedUsage usage(byte[] body) {
        ReportedCounts read = counts;
        ReportedUsage usage =
                (read != null && read.hasPositive() ? Optional.of(read) : UsageFinder.find(body))
                        .map(it -> UsageRules.ofRequest(it, endpoint))
                        .orElse(ReportedUsage.NONE);
        if (!usage.doubts().contains(UsageDoubt.NO_INPUT)) {
            return lacksOutput(usage, body)
                    ? new ReportedUsage(Optional.empty(), with(usage, UsageDoubt.NO_OUTPUT))
                    : usage;
        }
        return problem != null && usage.isZero()
                ? new ReportedUsage(usage.usage(), Set.of())
                : new ReportedUsage(Optional.empty(), usage.doubts());
    }

    private boolean lacksOutput(ReportedUsage usage, byte[] body) {
        return endpoint.generates()
                && usage.usage().filter(it -> it.outputTokens() == 0).isPresent()
                && AnswerBody.hasText(endpoint, body);
    }

    private static Set<UsageDoubt> with(ReportedUsage usage, UsageDoubt doubt) {
        Set<UsageDoubt> doubts = EnumSet.of(doubt);
        doubts.addAll(usage.doubts());
        return doubts;
    }
}
