package dev.millrace.router.plan;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Counts the prompts of a completions call: each of them is answered, and billed. */
final class CompletionPrompts {
    private CompletionPrompts() {}

    /** At least 1; 1 for every other endpoint. */
    static long countOf(RequestLine line) {
        if (line.endpoint() != Endpoint.COMPLETIONS) {
            return 1;
        }
        long most = 1;
        try (JsonParser json =
                JsonBytes.parser(line.bytes(), line.body().start(), line.body().length())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isPrompt = json.currentName().equals("prompt");
                if (json.nextToken() == JsonToken.START_ARRAY && isPrompt) {
                    most = Math.max(most, countElements(json));
                } else {
                    json.skipChildren();
                }
            }
        }
        return most;
    }

    /** Numbers are the tokens of one prompt; anything else is a prompt of its own. */
    private static long countElements(JsonParser json) {
        long count = 0;
        for (var next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
            count += next == JsonToken.VALUE_NUMBER_INT ? 0 : 1;
            json.skipChildren();
        }
        return count;
    }
}
