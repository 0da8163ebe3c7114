package dev.millrace.simulator.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The results of a script's cases.
 *
 * @param byName the result of each case, or the fields of the error that the case threw
 */
record SdkResults(JsonNode byName) {
    /** Returns the result of a case that threw nothing. */
    JsonNode result(String name) {
        JsonNode result = byName.path(name);
        assertThat(result.isMissingNode() || result.has("thrown"))
                .as("%s: %s", name, result)
                .isFalse();
        return result;
    }

    /** Returns the error that a case threw. */
    JsonNode error(String name) {
        JsonNode error = byName.path(name);
        assertThat(error.has("thrown")).as("%s: %s", name, error).isTrue();
        return error;
    }

    /** Returns the text at a pointer in each element of an array; empty where there is none. */
    static List<String> texts(JsonNode array, String pointer) {
        return array.valueStream().map(element -> element.at(pointer).asString("")).toList();
    }
}
