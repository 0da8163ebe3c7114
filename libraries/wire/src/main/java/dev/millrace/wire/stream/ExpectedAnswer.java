package dev.millrace.wire.stream;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The answer that a call asks for, by which its stream is assembled.
 *
 * @param endpoint the endpoint that was called
 * @param hasOneChoice true if the call asks for one choice. All pieces then belong to it, because
 *     some servers number the pieces of a single choice, or number nothing
 */
public record ExpectedAnswer(Endpoint endpoint, boolean hasOneChoice) {
    /**
     * Returns the expected answer to a job's request.
     *
     * @param called the endpoint that is called for the job
     */
    public static ExpectedAnswer of(RequestLine line, Endpoint called) {
        boolean hasOnePrompt =
                line.endpoint().hasMessages() || !line.endpoint().generates() || prompts(line) <= 1;
        return new ExpectedAnswer(called, line.choices() == 1 && hasOnePrompt);
    }

    /**
     * Returns the number of prompts of a request without messages, each of which has its choices.
     */
    private static int prompts(RequestLine line) {
        int prompts = 0;
        var body = line.body();
        try (JsonParser json = JsonBytes.parser(line.bytes(), body.start(), body.length())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isPrompt = json.currentName().equals(line.endpoint().promptKey());
                if (json.nextToken() == JsonToken.START_ARRAY && isPrompt) {
                    prompts = Math.max(prompts, items(json));
                }
                json.skipChildren();
            }
        }
        return prompts;
    }

    /** Returns the number of prompts in an array; an array of numbers is one prompt as tokens. */
    private static int items(JsonParser json) {
        int items = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items += json.currentToken().isNumeric() ? 0 : 1;
            json.skipChildren();
        }
        return items;
    }
}
