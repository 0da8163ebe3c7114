package dev.millrace.contracts.yaml;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A piece of a YAML document that knows its line, counted from 1. */
public sealed interface Node {
    /** The line on which it begins. */
    int line();

    /** What it is, for a message: never its content. */
    String kind();

    /**
     * Keys and what they stand for, in the order of the file.
     *
     * @param entries by key
     */
    record Mapping(int line, Map<String, Entry> entries) implements Node {
        /** What a key stands for, if it is there. */
        public Optional<Node> find(String key) {
            return Optional.ofNullable(entries.get(key)).map(Entry::value);
        }

        @Override
        public String kind() {
            return "a section with keys";
        }
    }

    /**
     * What a key of a mapping stands for.
     *
     * @param line of the key
     * @param value what it stands for
     */
    record Entry(int line, Node value) {}

    /**
     * A list.
     *
     * @param items in the order of the file
     */
    record Sequence(int line, List<Node> items) implements Node {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** What a scalar looks like in the file. */
    enum Look {
        TEXT,
        NUMBER,
        BOOLEAN,
        NOTHING
    }

    /**
     * A single value.
     *
     * @param look what it looks like
     * @param text its text as it is spelled, with every reference replaced; empty if one could not
     *     be
     * @param interpolated whether there was a reference in it; then it may be a secret
     * @param missing why a reference could not be replaced
     */
    record Scalar(int line, Look look, String text, boolean interpolated, Optional<String> missing)
            implements Node {
        private static final int LONGEST_SHOWN = 40;

        /** A value that is not there. */
        static Scalar nothing(int line) {
            return new Scalar(line, Look.NOTHING, "", false, Optional.empty());
        }

        @Override
        public String kind() {
            return switch (look) {
                case TEXT -> "text";
                case NUMBER -> "a number";
                case BOOLEAN -> "true or false";
                case NOTHING -> "nothing";
            };
        }

        /**
         * The text if it may be shown, cut to a handy length; else only that it came from
         * elsewhere.
         */
        String shown() {
            if (interpolated) {
                return "something else, from the environment or a file";
            }
            return look == Look.NOTHING || text.isEmpty() ? "nothing" : cut(text);
        }

        /** Never the text, which may be a secret. */
        @Override
        public String toString() {
            return "Scalar[line=" + line + ", look=" + look + "]";
        }

        private static String cut(String text) {
            return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
        }
    }
}
