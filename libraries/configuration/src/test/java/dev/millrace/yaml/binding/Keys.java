package dev.millrace.yaml.binding;

import static dev.millrace.yaml.binding.Component.elementType;
import static dev.millrace.yaml.binding.Component.rawType;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Lists every key path that a record reads; {@code *} matches any name, {@code []} a list item. */
public final class Keys {
    private final Conversions conversions;
    private final SortedSet<String> paths = new TreeSet<>();

    private Keys(Conversions conversions) {
        this.conversions = conversions;
    }

    /** Returns every key path below the given record type, in alphabetical order. */
    public static SortedSet<String> of(Class<? extends Record> type, Conversions conversions) {
        var keys = new Keys(conversions);
        keys.walk(type, "", "");
        return keys.paths;
    }

    private void walk(Type type, String path, String key) {
        var raw = rawType(type);
        if (raw == Optional.class) {
            walk(elementType(type), path, key);
        } else if (raw == Map.class) {
            walk(elementType(type), RecordMaker.join(path, "*"), "");
        } else if (raw == List.class || raw == Set.class) {
            walk(elementType(type), path + "[]", key);
        } else if (raw.isRecord() && isSection(raw, key)) {
            walkRecord(conversions.formTypeOf(raw), path);
        } else if (!path.endsWith("[]")) {
            paths.add(path);
        }
        if (!path.isEmpty() && !path.endsWith("[]") && !path.endsWith("*")) {
            paths.add(path);
        }
    }

    private void walkRecord(Class<?> shape, String path) {
        for (var component : Component.of(shape)) {
            var unwrapped = shape.isAnnotationPresent(Unwrapped.class);
            walk(
                    component.type(),
                    unwrapped ? path : RecordMaker.join(path, component.key()),
                    component.key());
        }
    }

    private boolean isSection(Class<?> raw, String key) {
        return conversions.scalarOf(raw) == null && conversions.parserOf(raw, key) == null;
    }
}
