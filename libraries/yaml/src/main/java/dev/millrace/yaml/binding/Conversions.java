package dev.millrace.yaml.binding;

import dev.millrace.yaml.document.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The readers of types that are not plain records. A type is read from text, from a scalar, or from
 * the keys of another record.
 */
public final class Conversions {
    private final Map<Class<?>, ScalarParser> texts = new HashMap<>();
    private final Map<Class<?>, Function<Node.Scalar, Object>> scalars = new HashMap<>();
    private final Map<Class<?>, Form<?>> forms = new HashMap<>();
    private final Map<Class<?>, Object> placeholders = new HashMap<>();

    /**
     * A record with the keys of a file, and the function that converts it to the target type.
     *
     * @param type record whose components are the keys
     * @param conversion converts the record to the target type
     */
    record Form<F>(Class<F> type, Function<F, Object> conversion) {
        Object convert(Object form) {
            return conversion.apply(type.cast(form));
        }
    }

    /**
     * Reads a type from text. The parser reports invalid text with a {@link
     * dev.millrace.yaml.problem.Violation}.
     */
    public <T> Conversions text(Class<T> type, Function<String, T> parse) {
        texts.put(type, new ScalarParser("is not valid", parse::apply));
        return this;
    }

    /**
     * Reads a type from the name of one of its values, like the constants of an enum.
     *
     * @param values in the order of messages; at least one
     */
    public <T> Conversions choice(Class<T> type, Map<String, T> values) {
        texts.put(type, ScalarParser.ofNames(values));
        placeholders.put(type, values.values().iterator().next());
        return this;
    }

    /** Reads a type from a scalar, even if a reference in the scalar could not be resolved. */
    public <T> Conversions scalar(Class<T> type, Function<Node.Scalar, T> parse) {
        scalars.put(type, parse::apply);
        return this;
    }

    /** Reads a type from the keys of another record. */
    public <T, F extends Record> Conversions form(
            Class<T> type, Class<F> form, Function<F, T> conversion) {
        forms.put(type, new Form<>(form, conversion::apply));
        return this;
    }

    /** Returns the registered parser of a type; null if there is none. */
    @Nullable ScalarParser textOf(Class<?> type) {
        return texts.get(type);
    }

    /** Returns any value of a type with a choice; null for another type. */
    @Nullable Object placeholderOf(Class<?> type) {
        return placeholders.get(type);
    }

    @Nullable ScalarParser parserOf(Class<?> type, String key) {
        var parser = texts.get(type);
        return parser != null ? parser : ScalarParser.of(type, key);
    }

    @Nullable Function<Node.Scalar, Object> scalarOf(Class<?> type) {
        return scalars.get(type);
    }

    @Nullable Form<?> formOf(Class<?> type) {
        return forms.get(type);
    }

    /** Returns the record type whose components are the keys of the given type. */
    Class<?> formTypeOf(Class<?> type) {
        var form = forms.get(type);
        return form == null ? type : form.type();
    }
}
