package dev.millrace.yaml.binding;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record component, mapped to a key of a file.
 *
 * @param key in snake case
 * @param type generic type of the component
 * @param component the component itself, whose accessor reads defaults
 */
record Component(String key, Type type, RecordComponent component) {
    static List<Component> of(Class<?> record) {
        return Arrays.stream(record.getRecordComponents()).map(Component::of).toList();
    }

    private static Component of(RecordComponent component) {
        var key = component.getAnnotation(Key.class);
        return new Component(
                key == null ? snakeCase(component.getName()) : key.value(),
                component.getGenericType(),
                component);
    }

    /** Returns the value of this component in the given record. */
    Object valueIn(Object record) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    /**
     * Returns the value for a key that is missing in the file and has no default; null if the key
     * is required.
     */
    @Nullable Object emptyValue() {
        var raw = rawType(type);
        if (raw == Optional.class) {
            return Optional.empty();
        } else if (raw == OptionalInt.class) {
            return OptionalInt.empty();
        } else if (raw == OptionalLong.class) {
            return OptionalLong.empty();
        } else if (raw == List.class) {
            return List.of();
        } else if (raw == Set.class) {
            return Set.of();
        } else if (raw == Map.class) {
            return Map.of();
        }
        return raw == boolean.class ? false : null;
    }

    /**
     * Returns a valid placeholder for an unreadable value, so that reading can continue and find
     * more problems.
     */
    @Nullable Object placeholder() {
        var raw = rawType(type);
        if (raw == BigDecimal.class) {
            return BigDecimal.ONE;
        } else if (raw == int.class) {
            return 1;
        } else if (raw == long.class) {
            return 1L;
        } else if (raw == double.class) {
            return 1.0;
        } else if (raw == String.class) {
            return "-";
        } else if (raw == URI.class) {
            return URI.create("https://stand.in");
        }
        return raw.isEnum() ? raw.getEnumConstants()[0] : emptyValue();
    }

    static Class<?> rawType(Type type) {
        if (type instanceof Class<?> raw) {
            return raw;
        }
        if (type instanceof ParameterizedType generic) {
            return rawType(generic.getRawType());
        }
        throw new IllegalStateException(type + " cannot be read from a file");
    }

    /** Returns the element type of an optional, list or set, or the value type of a map. */
    static Type elementType(Type type) {
        return ((ParameterizedType) type)
                .getActualTypeArguments()[rawType(type) == Map.class ? 1 : 0];
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
