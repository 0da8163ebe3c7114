package dev.millrace.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.config.BatchConfig;
import dev.millrace.contracts.config.TenantConfig;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobOptions;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A line of a batch file, read as the pipeline will read it.
 *
 * @param value what is published: the line's bytes; for one over the limit a stand-in that holds
 *     the custom_id, if it was found, so that the pipeline can account for it
 */
public record ParsedLine(BatchLine source, byte[] value, ParseResult parsed) {
    private static final String DEFAULT_TENANT = TenantConfig.DEFAULT_NAME;
    private static final String DEFAULT_BATCH = BatchConfig.DEFAULT_NAME;

    public static ParsedLine of(BatchLine source) {
        byte[] value = source.isOversize() ? standIn(source.bytes()) : source.bytes();
        return new ParsedLine(source, value, RequestParser.parse(value));
    }

    /** Null when the line does not say whose it is: it becomes a dead letter. */
    public @Nullable String customId() {
        return switch (parsed) {
            case ParseResult.Accepted(var line) -> line.customId();
            case ParseResult.Unacceptable unacceptable -> unacceptable.customId();
            case ParseResult.Malformed _ -> null;
        };
    }

    /** What the line's {@code millrace} object says, as far as it could be read. */
    public JobOptions options() {
        return switch (parsed) {
            case ParseResult.Accepted(var line) -> line.options();
            case ParseResult.Unacceptable unacceptable -> unacceptable.options();
            case ParseResult.Malformed _ -> JobOptions.NONE;
        };
    }

    /**
     * The id that the router will give the job.
     *
     * @param boundTenant whose all jobs of the request topic are; null when lines say so themselves
     * @param batch the batch that the line is submitted in; null for the one that the line names,
     *     or the default one
     * @return null when the line has no usable custom_id
     */
    public @Nullable JobId jobId(@Nullable String boundTenant, @Nullable String batch) {
        String customId = customId();
        if (customId == null) {
            return null;
        }
        return JobId.of(
                first(boundTenant, options().tenant(), DEFAULT_TENANT),
                first(batch, options().batch(), DEFAULT_BATCH),
                customId);
    }

    private static String first(@Nullable String bound, @Nullable String said, String otherwise) {
        if (bound != null) {
            return bound;
        }
        return said == null ? otherwise : said;
    }

    private static byte[] standIn(byte[] beginning) {
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
                if (json.nextToken() == JsonToken.VALUE_STRING && found) {
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
