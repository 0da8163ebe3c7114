package dev.millrace.contracts.yaml;

import dev.millrace.contracts.Violation;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes records whose constructors may object. After an objection the value in question is replaced
 * by a harmless one and the record is made again, so that one reading finds everything that is
 * wrong.
 */
final class RecordMaker {
    private final Problems problems;

    RecordMaker(Problems problems) {
        this.problems = problems;
    }

    /**
     * What a record is made of.
     *
     * @param type the record
     * @param components its keys
     * @param defaults to replace a value with, or null
     * @param node where it stands in the file
     * @param path its key path
     */
    record Parts(
            Class<?> type,
            List<Component> components,
            @Nullable Object defaults,
            Node node,
            String path) {
        /** The line of a key, or of the whole if the file is silent about it. */
        int lineOf(String key) {
            return node instanceof Node.Mapping mapping && mapping.entries().containsKey(key)
                    ? mapping.entries().get(key).line()
                    : node.line();
        }
    }

    @Nullable Object make(Parts parts, @Nullable Object[] values, Function<Object, Object> finish) {
        for (var i = 0; i < values.length; i++) {
            if (values[i] == null && !replace(parts, values, i)) {
                return null;
            }
        }
        return tryToMake(parts, values, finish);
    }

    private @Nullable Object tryToMake(
            Parts parts, @Nullable Object[] values, Function<Object, Object> finish) {
        var blamed = new HashSet<String>();
        while (true) {
            try {
                return finish.apply(construct(parts.type, values));
            } catch (Violation violation) {
                var key = violation.key();
                report(parts, key, violation.expected());
                if (!blamed.add(key) || !withdraw(parts, values, key)) {
                    return null;
                }
            }
        }
    }

    /** What could not be read is not blamed again for what stands in for it. */
    private void report(Parts parts, String key, String expected) {
        var path = join(parts.path, key);
        if (!problems.mention(path)) {
            problems.add(parts.lineOf(key), path, expected);
        }
    }

    /** Takes the blamed value out of the game; false if nothing harmless can stand in for it. */
    private static boolean withdraw(Parts parts, @Nullable Object[] values, String key) {
        for (var i = 0; i < values.length; i++) {
            if (parts.components.get(i).key().equals(key)) {
                return replace(parts, values, i);
            }
            if (values[i] instanceof Map<?, ?> map && map.containsKey(key)) {
                var others = new LinkedHashMap<Object, Object>(map);
                others.remove(key);
                values[i] = others;
                return true;
            }
        }
        return false;
    }

    private static boolean replace(Parts parts, @Nullable Object[] values, int i) {
        var component = parts.components.get(i);
        values[i] = parts.defaults == null ? component.standIn() : component.in(parts.defaults);
        return values[i] != null;
    }

    /**
     * What a record says of itself where a file is silent, its constant {@code DEFAULT}; or null.
     */
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

    /** A record of which a file says nothing at all; null if it cannot be made of nothing. */
    static @Nullable Object silent(Class<?> type) {
        var known = defaultOf(type);
        if (known != null) {
            return known;
        }
        var values = Component.of(type).stream().map(Component::nothing).toArray();
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
            throw new IllegalStateException(type + " cannot be made", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }
}
