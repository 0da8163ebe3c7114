package dev.millrace.similarity.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

/** Reads the vocabulary from a tokenizer's file in the format of Hugging Face. */
final class Vocabulary {
    private static final JsonFactory JSON = new JsonFactory();

    private Vocabulary() {}

    /**
     * Returns the ids by piece.
     *
     * @param resource path of the file on the class path
     */
    static Map<String, Integer> read(String resource) {
        try (InputStream file = Resources.open(resource);
                JsonParser json =
                        JSON.createParser(tools.jackson.core.ObjectReadContext.empty(), file)) {
            enter(json, "model");
            enter(json, "vocab");
            var ids = HashMap.<String, Integer>newHashMap(1 << 15);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String piece = json.currentName();
                json.nextToken();
                ids.put(piece, json.getIntValue());
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    /** Moves into the object of a key. */
    private static void enter(JsonParser json, String key) {
        if (json.nextToken() == JsonToken.START_OBJECT) {
            json.nextToken();
        }
        while (json.currentToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals(key)) {
                return;
            }
            json.skipChildren();
            json.nextToken();
        }
        throw new IllegalArgumentException("the tokenizer's file has no " + key);
    }
}
