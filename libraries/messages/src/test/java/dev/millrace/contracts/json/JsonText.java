package dev.millrace.contracts.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** A JSON value that can be written in many ways. */
sealed interface JsonText {
    /** Writes the value with random white space, escapes and orders of keys. */
    String write(RandomGenerator random);

    record Scalar(String text) implements JsonText {
        @Override
        public String write(RandomGenerator random) {
            return space(random) + text + space(random);
        }
    }

    record Text(String text) implements JsonText {
        @Override
        public String write(RandomGenerator random) {
            return space(random) + quoted(text, random) + space(random);
        }
    }

    record Items(List<JsonText> items) implements JsonText {
        @Override
        public String write(RandomGenerator random) {
            return items.stream()
                    .map(it -> it.write(random))
                    .collect(Collectors.joining(",", "[" + space(random), "]" + space(random)));
        }
    }

    record Fields(Map<String, JsonText> fields) implements JsonText {
        public Fields {
            fields = new TreeMap<>(fields);
        }

        @Override
        public String write(RandomGenerator random) {
            List<String> keys = new ArrayList<>(fields.keySet());
            Collections.shuffle(keys, Random.from(random));
            return keys.stream()
                    .map(
                            it ->
                                    space(random)
                                            + quoted(it, random)
                                            + space(random)
                                            + ":"
                                            + value(it).write(random))
                    .collect(Collectors.joining(",", "{" + space(random), "}" + space(random)));
        }

        private JsonText value(String key) {
            return Objects.requireNonNull(fields.get(key));
        }
    }

    private static String space(RandomGenerator random) {
        return List.of("", "", " ", "\n", "\t ", "\r\n").get(random.nextInt(6));
    }

    private static String quoted(String text, RandomGenerator random) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean mustEscape = c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c);
            out.append(mustEscape || random.nextInt(4) == 0 ? escaped(c, random) : c);
        }
        return out.append('"').toString();
    }

    private static String escaped(char c, RandomGenerator random) {
        String brief =
                switch (c) {
                    case '"', '\\', '/' -> "\\" + c;
                    case '\b' -> "\\b";
                    case '\f' -> "\\f";
                    case '\n' -> "\\n";
                    case '\r' -> "\\r";
                    case '\t' -> "\\t";
                    default -> "";
                };
        String format = random.nextBoolean() ? "\\u%04x" : "\\u%04X";
        return brief.isEmpty() || random.nextBoolean() ? String.format(format, (int) c) : brief;
    }
}
