package dev.millrace.similarity.evaluation;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads labelled pairs, one JSON object in a line: {@code {"a":"…","b":"…","same":true}}. Other
 * keys are ignored, and so are blank lines.
 */
public final class PairReader {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private PairReader() {}

    /**
     * Reads all pairs.
     *
     * @throws IllegalArgumentException if a line is no pair; the message names the line
     */
    public static List<LabelledPair> read(BufferedReader file) throws IOException {
        var pairs = new ArrayList<LabelledPair>();
        long number = 0;
        for (String line = file.readLine(); line != null; line = file.readLine()) {
            number++;
            if (!line.isBlank()) {
                pairs.add(pair(number, line));
            }
        }
        return pairs;
    }

    private static LabelledPair pair(long number, String line) {
        String a = "";
        String b = "";
        Boolean isSame = null;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("line " + number + ": must be a JSON object");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "a" -> a = text(json, number, name);
                    case "b" -> b = text(json, number, name);
                    case "same" -> {
                        if (!value.isBoolean()) {
                            throw wrong(number, name, "true or false");
                        }
                        isSame = json.getBooleanValue();
                    }
                    default -> json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw new IllegalArgumentException(
                        "line " + number + ": has text after the object");
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "line " + number + ": is not JSON: " + e.getOriginalMessage(), e);
        }
        if (a.isBlank() || b.isBlank()) {
            throw wrong(number, a.isBlank() ? "a" : "b", "a text that is not blank");
        }
        if (isSame == null) {
            throw wrong(number, "same", "true or false");
        }
        return new LabelledPair(number, a, b, isSame);
    }

    private static String text(JsonParser json, long line, String name) {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(line, name, "a text that is not blank");
        }
        return json.getString();
    }

    private static IllegalArgumentException wrong(long line, String name, String expected) {
        return new IllegalArgumentException(
                "line %d: \"%s\" must be %s".formatted(line, name, expected));
    }
}
