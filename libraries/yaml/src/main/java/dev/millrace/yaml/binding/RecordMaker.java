package dev.millrace.yaml.binding;

import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.problem.Problems;
import dev.millrace.yaml.problem.Violation;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Creates records whose constructors validate their values. After a {@link Violation} it replaces
 * the rejected value by a valid one and calls the constructor again, so that one pass finds all
 * problems.
 */
final class RecordMaker {
    private final Problems problems;

    RecordMaker(Problems problems) {
        this.problems = problems;
    }

    /**
     * The type, defaults and position of a record to create.
     *
     * @param type the record type
     * @param components its keys
     * @param defaults a record with replacement values, or null
     * @param node the record's node in the file
     * @param path its key path
     */
    record Parts(
            Class<?> type,
            List<Component> components,
            @Nullable Object defaults,
            Node node,
            String path) {
        /** Returns the line of a key, or of the whole section if the key is missing. */
        int lineOf(String key) {
            return node instanceof Node.Mapping mapping && mapping.entries().containsKey(key)
                    ? mapping.entries().get(key).line()
                    : node.line();
        }
    }

    /** Creates the record; returns null if a required value is missing or no valid value exists. */
    @Nullable Object make(
            Parts parts, @Nullable Object[] values, Function<Object, Object> conversion) {
        for (var i = 0; i < values.length; i++) {
            if (values[i] == null && !replace(parts, values, i)) {
                return null;
            }
        }
        return constructRepeatedly(parts, values, conversion);
    }

    private @Nullable Object constructRepeatedly(
            Parts parts, @Nullable Object[] values, Function<Object, Object> conversion) {
        var rejected = new HashSet<String>();
        while (true) {
            try {
                return conversion.apply(construct(parts.type, values));
            } catch (Violation violation) {
                var key = violation.key();
                report(parts, key, violation.expected());
                if (!rejected.add(key) || !replaceRejected(parts, values, key)) {
                    return null;
                }
            }
        }
    }

    /**
     * Reports a rejected value, unless the value could not be read and the constructor rejected its
     * placeholder.
     */
    private void report(Parts parts, String key, String expected) {
        var path = join(parts.path, key);
        if (!problems.contains(path)) {
            problems.add(parts.lineOf(key), path, expected);
        }
    }

    /** Replaces the rejected value by a default or placeholder; returns false if there is none. */
    private static boolean replaceRejected(Parts parts, @Nullable Object[] values, String key) {
        for (var i = 0; i < values.length; i++) {
            if (parts.components.get(i).key().equals(key)) {
                return replace(parts, values, i);
            }
            if (values[i] instanceof Map<?, ?> map) {
                var others = new LinkedHashMap<Object, Object>(map);
                if (others.keySet().removeIf(name -> isSpelled(name, key))) {
                    values[i] = others;
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSpelled(Object mapKey, String key) {
        return mapKey.equals(key)
                || (mapKey instanceof Enum && ScalarParser.spelling(mapKey).equals(key));
    }

    private static boolean replace(Parts parts, @Nullable Object[] values, int i) {
        var component = parts.components.get(i);
        values[i] =
                parts.defaults == null
                        ? component.placeholder()
                        : component.valueIn(parts.defaults);
        return values[i] != null;
    }

    /** Returns the constant {@code DEFAULT} of a record type, or null if there is none. */
    static @Nullable Object defaultOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> field.getName().equals("DEFAULT") && field.getType() == type)
                .findFirst()
                .map(
                        field -> {
                            try {
                                field.setAccessible(true);
                                return field.get(null);
                            } catch (IllegalAccessException e) {
                                throw new IllegalStateException(field + " cannot be read", e);
                            }
                        })
                .orElse(null);
    }

    /**
     * Returns the record for a section that is missing in the file; null if the record has required
     * keys.
     */
    static @Nullable Object ofMissingSection(Class<?> type) {
        var known = defaultOf(type);
        if (known != null) {
            return known;
        }
        var values = Component.of(type).stream().map(Component::emptyValue).toArray();
        return Arrays.asList(values).contains(null) ? null : construct(type, values);
    }

    static String join(String path, String key) {
        return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }

    private static Object construct(Class<?> type, @Nullable Object[] values) {
        var types =
                Arrays.stream(type.getRecordComponents())
                        .map(component -> component.getType())
                        .toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Violation violation) {
                throw violation;
            }
            throw new IllegalStateException(type + " cannot be created", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be created", e);
        }
    }
}
