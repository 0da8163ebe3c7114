package dev.millrace.client;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.output.Output;
import dev.millrace.contracts.result.ResultView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of a call: a provider's answer, or an error.
 *
 * @param endpoint endpoint of the request, which determines the form of the answer
 * @param result the whole result
 */
public record Answer(Endpoint endpoint, Output.Result result) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Returns what Millrace says about the job: its model, cost, attempts and times. */
    public ResultView job() {
        return result.view();
    }

    /** Returns true if a provider gave an answer that is no error. */
    public boolean isSuccess() {
        return result.isSuccess();
    }

    /** Returns the error code; empty if the job succeeded. */
    public Optional<String> errorCode() {
        return Optional.ofNullable(job().errorCode());
    }

    /** Returns what the error says; empty if the job succeeded, or the error says nothing. */
    public Optional<String> errorMessage() {
        if (isSuccess()) {
            return Optional.empty();
        }
        JsonNode line = JSON.readTree(result.value());
        JsonNode own = line.at("/error/message");
        JsonNode message = own.isString() ? own : line.at("/response/body/error/message");
        return message.stringValueOpt();
    }

    /**
     * Returns the body of the provider's answer, which may describe an error.
     *
     * @throws IllegalStateException if no provider answered
     */
    public JsonNode body() {
        byte[] body = result.responseBody();
        if (body == null) {
            throw new IllegalStateException("no provider answered: " + job().errorCode());
        }
        return JSON.readTree(body);
    }

    /**
     * Returns the generated texts of all choices or items, in the order of the answer.
     *
     * @throws IllegalStateException if the job failed
     */
    public List<String> texts() {
        if (!isSuccess()) {
            throw new IllegalStateException("the job failed: " + job().errorCode());
        }
        var texts = new ArrayList<String>();
        collect(body(), "", texts);
        return texts;
    }

    /**
     * Returns the generated text: all {@link #texts}, joined.
     *
     * @throws IllegalStateException if the job failed
     */
    public String text() {
        return String.join("", texts());
    }

    /** Adds the texts in a value that has the given path in the answer. */
    private void collect(JsonNode value, String path, List<String> texts) {
        if (value.isArray()) {
            value.forEach(it -> collect(it, path, texts));
        } else if (value.isObject()) {
            String start = path.isEmpty() ? "" : path + ".";
            value.properties().forEach(it -> collect(it.getValue(), start + it.getKey(), texts));
        } else if (value.isString() && endpoint.answer().texts().contains(path)) {
            texts.add(value.stringValue());
        }
    }
}
