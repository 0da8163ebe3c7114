package dev.millrace.contracts.yaml;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the types are read that are no plain records: from a text, from a scalar, or from another
 * record.
 */
public final class Conversions {
    private final Map<Class<?>, Leaf> texts = new HashMap<>();
    private final Map<Class<?>, Function<Node.Scalar, Object>> scalars = new HashMap<>();
    private final Map<Class<?>, Form<?>> forms = new HashMap<>();

    /**
     * A record that a file spells, and what becomes of it.
     *
     * @param type the record whose components are the keys
     * @param finish makes the value of it
     */
    record Form<F>(Class<F> type, Function<F, Object> finish) {
        Object finish(Object form) {
            return finish.apply(type.cast(form));
        }
    }

    /**
     * Reads a type from its text; a {@link dev.millrace.contracts.Violation} says what was
     * expected.
     */
    public <T> Conversions text(Class<T> type, Function<String, T> parse) {
        texts.put(type, new Leaf("cannot be read", parse::apply));
        return this;
    }

    /** Reads a type from a scalar, also from one whose reference could not be replaced. */
    public <T> Conversions scalar(Class<T> type, Function<Node.Scalar, T> parse) {
        scalars.put(type, parse::apply);
        return this;
    }

    /** Reads a type from the keys of another record. */
    public <T, F extends Record> Conversions form(
            Class<T> type, Class<F> form, Function<F, T> finish) {
        forms.put(type, new Form<>(form, finish::apply));
        return this;
    }

    @Nullable Leaf leafOf(Class<?> type, String key) {
        var leaf = texts.get(type);
        return leaf != null ? leaf : Leaf.of(type, key);
    }

    @Nullable Function<Node.Scalar, Object> scalarOf(Class<?> type) {
        return scalars.get(type);
    }

    @Nullable Form<?> formOf(Class<?> type) {
        return forms.get(type);
    }

    /** The record whose components are the keys of that type. */
    Class<?> formTypeOf(Class<?> type) {
        var form = forms.get(type);
        return form == null ? type : form.type();
    }
}
