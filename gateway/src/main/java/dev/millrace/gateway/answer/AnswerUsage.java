package dev.millrace.gateway.answer;

import dev.millrace.contracts.json.JsonBytes;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the tokens that an answer of any endpoint reports. */
public final class AnswerUsage {
    private static final Set<String> PARTS =
            Set.of(
                    "input_tokens",
                    "cache_creation_input_tokens",
                    "cache_read_input_tokens",
                    "output_tokens");

    private AnswerUsage() {}

    /** Returns the tokens of input and output together; empty if the answer reports none. */
    public static OptionalLong tokens(byte[] body) {
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return OptionalLong.empty();
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = json.currentName().equals("usage");
                if (json.nextToken() == JsonToken.START_OBJECT && found) {
                    return total(json);
                }
                json.skipChildren();
            }
            return OptionalLong.empty();
        } catch (JacksonException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns OpenAI's total, or the sum of Anthropic's parts. */
    private static OptionalLong total(JsonParser json) {
        boolean isReported = false;
        long sum = 0;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                if (name.equals("total_tokens")) {
                    return OptionalLong.of(Math.max(0, json.getLongValue()));
                }
                if (PARTS.contains(name)) {
                    isReported = true;
                    sum += Math.max(0, json.getLongValue());
                }
            }
            json.skipChildren();
        }
        return isReported ? OptionalLong.of(sum) : OptionalLong.empty();
    }
}
