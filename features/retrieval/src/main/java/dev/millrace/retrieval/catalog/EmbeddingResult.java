package dev.millrace.retrieval.catalog;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.AnswerForm;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.retrieval.catalog.EmbeddingAnswer.Failed;
import dev.millrace.retrieval.catalog.EmbeddingAnswer.Vectors;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the result of an embedding job. */
final class EmbeddingResult {
    /** Most components of a vector. */
    private static final int MAX_DIMENSIONS = 4096;

    /** Error codes of a model that no tenant can call now. */
    private static final Set<ErrorCode> OUTAGES =
            EnumSet.of(
                    ErrorCode.RATE_LIMIT_EXCEEDED,
                    ErrorCode.QUOTA_EXCEEDED,
                    ErrorCode.AUTHENTICATION_ERROR,
                    ErrorCode.MODEL_NOT_FOUND,
                    ErrorCode.SERVER_ERROR,
                    ErrorCode.TIMEOUT,
                    ErrorCode.CONNECTION_ERROR,
                    ErrorCode.UNKNOWN_MODEL);

    private static final AnswerForm FORM = Endpoint.EMBEDDINGS.answer();
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private EmbeddingResult() {}

    /**
     * Reads the value of a result.
     *
     * @param texts number of texts of the job
     */
    static EmbeddingAnswer read(byte[] result, int texts) {
        JsonNode json;
        try {
            json = MAPPER.readTree(result);
        } catch (JacksonException e) {
            return invalid("the result is not JSON");
        }
        String code = json.path("millrace").path("error_code").asString("");
        return code.isEmpty() ? vectors(json, texts) : failed(code, json);
    }

    private static EmbeddingAnswer failed(String code, JsonNode json) {
        JsonNode own = json.path("error").path("message");
        JsonNode provider = json.path("response").path("body").path("error").path("message");
        String message = own.isString() ? own.asString() : provider.asString("");
        boolean isOutage = OUTAGES.stream().anyMatch(it -> it.code().equals(code));
        return new Failed(code, message, isOutage);
    }

    private static EmbeddingAnswer vectors(JsonNode json, int texts) {
        JsonNode body = json.path("response").path("body");
        List<JsonNode> found = found(body, texts).orElse(List.of());
        if (found.isEmpty()) {
            return invalid("the answer does not have one embedding for each of its texts");
        }
        List<float[]> vectors = found.stream().flatMap(it -> vector(it).stream()).toList();
        if (vectors.size() != texts) {
            return invalid("an embedding is not a vector of 1 to " + MAX_DIMENSIONS + " numbers");
        }
        if (vectors.stream().anyMatch(it -> it.length != vectors.getFirst().length)) {
            return invalid("the embeddings have different numbers of dimensions");
        }
        return new Vectors(vectors);
    }

    /**
     * Returns the vectors in the order of the texts. Empty if a text has no vector, or more than
     * one.
     */
    private static Optional<List<JsonNode>> found(JsonNode body, int texts) {
        JsonNode items = body.path(FORM.content());
        var vectors = new TreeMap<Integer, JsonNode>();
        for (JsonNode item : items) {
            vectors.put(item.path("index").asInt(vectors.size()), item.path(FORM.vector()));
        }
        var expected = IntStream.range(0, texts).boxed().collect(Collectors.toSet());
        return items.size() == texts && vectors.keySet().equals(expected)
                ? Optional.of(List.copyOf(vectors.values()))
                : Optional.empty();
    }

    /** Returns a vector of length 1; empty if it has no direction. */
    private static Optional<float[]> vector(JsonNode numbers) {
        if (!numbers.isArray() || numbers.isEmpty() || numbers.size() > MAX_DIMENSIONS) {
            return Optional.empty();
        }
        double squares = 0;
        for (JsonNode it : numbers) {
            double number = it.isNumber() ? it.asDouble() : Double.NaN;
            squares += number * number;
        }
        if (!(squares > 0) || Double.isInfinite(squares)) {
            return Optional.empty();
        }
        double length = Math.sqrt(squares);
        var vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (numbers.get(i).asDouble() / length);
        }
        return Optional.of(vector);
    }

    private static EmbeddingAnswer invalid(String message) {
        return new Failed(ErrorCode.INVALID_RESPONSE.code(), message, false);
    }
}
