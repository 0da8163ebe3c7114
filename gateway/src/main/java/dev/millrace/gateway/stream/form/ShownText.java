package dev.millrace.gateway.stream.form;

import java.util.HashMap;
import java.util.Map;

/** The lengths of the texts that a client has been sent, by name. */
final class ShownText {
    private final Map<String, Integer> lengths = new HashMap<>();

    /** Records that a part of a text was sent; an empty part shows that the text has begun. */
    void add(String name, String part) {
        lengths.merge(name, part.length(), Integer::sum);
    }

    boolean has(String name) {
        return lengths.containsKey(name);
    }

    /** Returns true if nothing was sent. */
    boolean isEmpty() {
        return lengths.isEmpty();
    }

    /** Returns the part of a whole text that was not sent. */
    String rest(String name, String whole) {
        return whole.substring(Math.min(whole.length(), lengths.getOrDefault(name, 0)));
    }
}
