package dev.millrace.standalone.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads batch files and their results. */
public final class Batch {
    /** Reads decimals as {@link BigDecimal}, because tests compare exact amounts. */
    public static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private Batch() {}

    /** Returns the lines of a file, all of which must be JSON. */
    public static List<JsonNode> read(Path file) {
        try {
            return Files.readAllLines(file).stream().map(JSON::readTree).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<String> customIds(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("custom_id").asString()).toList();
    }

    /** Returns the total cost of the results. */
    public static BigDecimal costUsd(List<JsonNode> results) {
        return results.stream()
                .map(result -> result.path("millrace").path("cost_usd").decimalValue())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
