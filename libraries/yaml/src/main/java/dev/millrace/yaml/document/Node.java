package dev.millrace.yaml.document;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A node of a YAML document with its line number, counted from 1. */
public sealed interface Node {
    /** Returns the line on which the node begins. */
    int line();

    /** Describes the kind of node for a message, never its content. */
    String kind();

    /** Returns true if a value in the node contains a reference, and so can be a secret. */
    boolean interpolated();

    /** Returns true for a key without a value. */
    default boolean isNothing() {
        return false;
    }

    /**
     * A mapping of keys to nodes, in file order.
     *
     * @param entries by key
     */
    record Mapping(int line, Map<String, Entry> entries) implements Node {
        /** Returns the value of a key, if present. */
        public Optional<Node> find(String key) {
            return Optional.ofNullable(entries.get(key)).map(Entry::value);
        }

        @Override
        public String kind() {
            return "a section with keys";
        }

        @Override
        public boolean interpolated() {
            return entries.values().stream().anyMatch(it -> it.value().interpolated());
        }
    }

    /**
     * The value of a key, with the line of the key.
     *
     * @param line of the key
     * @param value the value of the key
     */
    record Entry(int line, Node value) {}

    /**
     * A list.
     *
     * @param items in file order
     */
    record Sequence(int line, List<Node> items) implements Node {
        @Override
        public String kind() {
            return "a list";
        }

        @Override
        public boolean interpolated() {
            return items.stream().anyMatch(Node::interpolated);
        }
    }

    /** The type that YAML syntax gives to a scalar. */
    enum ScalarType {
        TEXT,
        NUMBER,
        BOOLEAN,
        NOTHING
    }

    /**
     * A single value.
     *
     * @param type type by YAML syntax
     * @param text text with every reference replaced; empty if a reference could not be resolved
     * @param interpolated true if the value contained a reference, and so can be a secret
     * @param missing why a reference could not be resolved
     * @param again reads the scalar again, with the present content of the files that it refers to;
     *     empty if it refers to no file
     */
    record Scalar(
            int line,
            ScalarType type,
            String text,
            boolean interpolated,
            Optional<String> missing,
            Optional<Supplier<Scalar>> again)
            implements Node {
        private static final int MAX_SHOWN_CHARS = 40;

        /** Creates a scalar without a value. */
        public static Scalar nothing(int line) {
            return new Scalar(
                    line, ScalarType.NOTHING, "", false, Optional.empty(), Optional.empty());
        }

        /** Creates a scalar with the given text, which is not a secret. */
        public static Scalar text(int line, String text) {
            return new Scalar(
                    line, ScalarType.TEXT, text, false, Optional.empty(), Optional.empty());
        }

        @Override
        public boolean isNothing() {
            return type == ScalarType.NOTHING;
        }

        @Override
        public String kind() {
            return switch (type) {
                case TEXT -> "text";
                case NUMBER -> "a number";
                case BOOLEAN -> "true or false";
                case NOTHING -> "nothing";
            };
        }

        /**
         * Returns the truncated text; for an interpolated value, only the fact that it was
         * interpolated.
         */
        public String shown() {
            if (interpolated) {
                return "a value from the environment or a file";
            }
            return isNothing() || text.isEmpty() ? "nothing" : cut(text);
        }

        /** Omits the text, which can be a secret. */
        @Override
        public String toString() {
            return "Scalar[line=" + line + ", type=" + type + "]";
        }

        private static String cut(String text) {
            return text.length() <= MAX_SHOWN_CHARS
                    ? text
                    : text.substring(0, MAX_SHOWN_CHARS) + "…";
        }
    }
}
