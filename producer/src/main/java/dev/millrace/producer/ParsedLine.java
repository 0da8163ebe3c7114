package dev.millrace.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobOptions;
import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A line of a batch file, parsed exactly as the pipeline parses it.
 *
 * @param value bytes to publish: the line itself or, for an oversize line, a placeholder with the
 *     custom_id if found, so that the pipeline can account for the line
 */
public record ParsedLine(BatchLine source, byte[] value, ParseResult parsed) {
    public static ParsedLine of(BatchLine source) {
        byte[] value = source.isOversize() ? placeholder(source.bytes()) : source.bytes();
        return new ParsedLine(source, value, RequestParser.parse(value));
    }

    /** Returns the custom_id; null if it cannot be read, so that the line becomes a dead letter. */
    public @Nullable String customId() {
        if (parsed instanceof ParseResult.Accepted accepted) {
            return accepted.line().customId();
        }
        return parsed instanceof ParseResult.Unacceptable unacceptable
                ? unacceptable.customId()
                : null;
    }

    /** Returns the model that the line names; null if the line is no job. */
    public @Nullable String model() {
        return parsed instanceof ParseResult.Accepted accepted ? accepted.line().model() : null;
    }

    /**
     * Returns why the line is no job; empty if it is one.
     *
     * @param maxLineBytes limit that an oversize line exceeds
     */
    public Optional<String> problem(int maxLineBytes) {
        if (source.isOversize()) {
            return Optional.of(
                    String.format(
                            Locale.ROOT,
                            "has %,d bytes, but the limit is %,d",
                            source.size(),
                            maxLineBytes));
        }
        if (parsed instanceof ParseResult.Unacceptable unacceptable) {
            return Optional.of(unacceptable.message());
        }
        return parsed instanceof ParseResult.Malformed malformed
                ? Optional.of(malformed.reason())
                : Optional.empty();
    }

    /** Returns the readable options of the line's {@code millrace} object. */
    public JobOptions options() {
        if (parsed instanceof ParseResult.Accepted accepted) {
            return accepted.line().options();
        }
        return parsed instanceof ParseResult.Unacceptable unacceptable
                ? unacceptable.options()
                : JobOptions.NONE;
    }

    /**
     * Returns the id that the router will assign to the job.
     *
     * @param boundTenant tenant that the request topic is bound to; null if lines name their own
     *     tenant
     * @param batch batch of the submission; null for the batch that the line names, or the default
     *     batch
     * @return the id; null if the line has no valid custom_id
     */
    public @Nullable JobId jobId(@Nullable String boundTenant, @Nullable String batch) {
        String customId = customId();
        if (customId == null) {
            return null;
        }
        return JobId.of(tenant(boundTenant), batch(batch), customId);
    }

    /**
     * Returns the tenant that the router will assign to the job.
     *
     * @param boundTenant tenant that the request topic is bound to; null if lines name their own
     *     tenant
     */
    public String tenant(@Nullable String boundTenant) {
        return first(boundTenant, options().tenant());
    }

    /**
     * Returns the batch that the router will assign to the job.
     *
     * @param batch batch of the submission; null for the batch that the line names, or the default
     *     batch
     */
    public String batch(@Nullable String batch) {
        return first(batch, options().batch());
    }

    private static String first(@Nullable String bound, @Nullable String own) {
        if (bound != null) {
            return bound;
        }
        return own == null ? Names.DEFAULT : own;
    }

    private static byte[] placeholder(byte[] beginning) {
        String customId = findCustomId(beginning);
        return (customId == null ? "{}" : "{\"custom_id\":" + JsonBytes.quoted(customId) + "}")
                .getBytes(UTF_8);
    }

    private static @Nullable String findCustomId(byte[] beginning) {
        try (JsonParser json = JsonBytes.parser(beginning, 0, beginning.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = json.currentName().equals("custom_id");
                JsonToken value = json.nextToken();
                if (found
                        && (value == JsonToken.VALUE_STRING
                                || value == JsonToken.VALUE_NUMBER_INT)) {
                    return json.getString();
                }
                json.skipChildren();
            }
            return null;
        } catch (JacksonException e) {
            return null;
        }
    }
}
