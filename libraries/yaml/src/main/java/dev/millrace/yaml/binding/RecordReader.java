package dev.millrace.yaml.binding;

import static dev.millrace.yaml.binding.Component.elementType;
import static dev.millrace.yaml.binding.Component.rawType;

import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.problem.Problems;
import dev.millrace.yaml.problem.Suggestion;
import dev.millrace.yaml.problem.Violation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads nodes into records: each component is a key in snake case. A missing key takes its default,
 * if it has one. Collects problems: after a problem, the result is unusable, but reading continues
 * to find more problems.
 */
public final class RecordReader {
    private final Conversions conversions;
    private final Problems problems;
    private final RecordMaker maker;

    /** Creates a reader that uses the given conversions and reports to {@code problems}. */
    public RecordReader(Conversions conversions, Problems problems) {
        this.conversions = conversions;
        this.problems = problems;
        this.maker = new RecordMaker(problems);
    }

    /**
     * Reads a record.
     *
     * @param defaults values for missing keys; null if the record has no defaults or declares them
     *     as a constant {@code DEFAULT}
     * @return the record; empty if it could not be created even with placeholders
     */
    public <R extends Record> Optional<R> read(
            Node node, String path, Class<R> type, @Nullable R defaults) {
        return Optional.ofNullable(type.cast(value(type, node, path, "", defaults)));
    }

    private @Nullable Object value(
            Type type, Node node, String path, String key, @Nullable Object defaults) {
        var raw = rawType(type);
        if (raw == Optional.class) {
            var inner = defaults instanceof Optional<?> optional ? optional.orElse(null) : null;
            return Optional.ofNullable(value(elementType(type), node, path, key, inner));
        } else if (raw == OptionalInt.class) {
            return value(int.class, node, path, key, null) instanceof Integer number
                    ? OptionalInt.of(number)
                    : OptionalInt.empty();
        } else if (raw == OptionalLong.class) {
            return value(long.class, node, path, key, null) instanceof Long number
                    ? OptionalLong.of(number)
                    : OptionalLong.empty();
        } else if (raw == List.class) {
            return List.copyOf(items(elementType(type), node, path, key, false));
        } else if (raw == Set.class) {
            return new LinkedHashSet<>(items(elementType(type), node, path, key, true));
        } else if (raw == Map.class) {
            return entries((ParameterizedType) type, node, path, defaults);
        } else if (raw == Node.class) {
            return node;
        }
        var scalar = conversions.scalarOf(raw);
        var parser = conversions.parserOf(raw, key);
        boolean isForm = node instanceof Node.Mapping && conversions.formOf(raw) != null;
        if (scalar != null && !isForm) {
            return node instanceof Node.Scalar it
                    ? scalar.apply(it)
                    : wrongType(node, path, "must be text");
        } else if (parser != null && !isForm) {
            return parse(parser, node, path);
        }
        return record(raw, node, path, defaults);
    }

    private @Nullable Object parse(ScalarParser parser, Node node, String path) {
        if (!(node instanceof Node.Scalar scalar)) {
            return wrongType(node, path, parser.expected());
        }
        if (scalar.missing().isPresent()) {
            problems.add(scalar.line(), path, scalar.missing().get());
            return null;
        }
        if (scalar.isNothing()) {
            return wrongType(node, path, parser.expected());
        }
        try {
            return parser.parse().apply(scalar.text());
        } catch (Violation violation) {
            problems.add(scalar.line(), path, violation.expected() + ", was " + scalar.shown());
        } catch (RuntimeException unreadable) {
            problems.add(scalar.line(), path, parser.expected() + ", was " + scalar.shown());
        }
        return null;
    }

    private List<Object> items(
            Type type, Node node, String path, String key, boolean acceptsSingle) {
        var items = new ArrayList<Object>();
        if (node instanceof Node.Sequence sequence) {
            for (var i = 0; i < sequence.items().size(); i++) {
                add(items, value(type, sequence.items().get(i), path + "[" + i + "]", key, null));
            }
        } else if (acceptsSingle && node instanceof Node.Scalar && !node.isNothing()) {
            add(items, value(type, node, path, key, null));
        } else if (!node.isNothing()) {
            wrongType(node, path, "must be a list");
        }
        return items;
    }

    /**
     * Reads a map. Its keys are any names, values of a type with a registered parser, or the
     * constants of an enum; in the last case a missing key takes its default.
     */
    private Map<Object, Object> entries(
            ParameterizedType type, Node node, String path, @Nullable Object defaults) {
        var keyParser = conversions.textOf(rawType(type.getActualTypeArguments()[0]));
        var constants =
                keyParser == null ? constantsOf(rawType(type.getActualTypeArguments()[0])) : null;
        var entries = new LinkedHashMap<Object, Object>();
        if (constants != null && defaults instanceof Map<?, ?> map) {
            entries.putAll(map);
        }
        var section = section(node, path);
        if (section == null) {
            return entries;
        }
        if (constants != null) {
            rejectUnknownKeys(section, List.copyOf(constants.keySet()), path);
        }
        section.entries()
                .forEach(
                        (key, entry) -> {
                            var at = RecordMaker.join(path, key);
                            var value = value(elementType(type), entry.value(), at, "", null);
                            var mapKey =
                                    keyParser != null
                                            ? parse(
                                                    keyParser,
                                                    Node.Scalar.text(entry.line(), key),
                                                    at)
                                            : constants == null ? key : constants.get(key);
                            if (value != null && mapKey != null) {
                                entries.put(mapKey, value);
                            }
                        });
        return entries;
    }

    /** Returns the constants of an enum by their spelling, in order; null for other types. */
    private static @Nullable Map<String, Object> constantsOf(Class<?> type) {
        if (!type.isEnum()) {
            return null;
        }
        var constants = new LinkedHashMap<String, Object>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(ScalarParser.spelling(constant), constant);
        }
        return constants;
    }

    private @Nullable Object record(
            Class<?> type, Node node, String path, @Nullable Object defaults) {
        var form = conversions.formOf(type);
        var shape = conversions.formTypeOf(type);
        Function<Object, Object> conversion = form == null ? it -> it : form::convert;
        if (shape.isAnnotationPresent(Unwrapped.class)) {
            var only = Component.of(shape).get(0);
            var onlyDefault = defaults == null ? null : only.valueIn(defaults);
            return maker.make(
                    new RecordMaker.Parts(shape, List.of(only), null, node, path),
                    new @Nullable Object[] {
                        value(only.type(), node, path, only.key(), onlyDefault)
                    },
                    conversion);
        }
        var section = section(node, path);
        if (section == null) {
            return null;
        }
        var components = Component.of(shape);
        rejectUnknownKeys(section, components.stream().map(Component::key).toList(), path);
        // The defaults have the target type, so they have no values for the keys of a form.
        var usedDefaults =
                defaults != null && form == null ? defaults : RecordMaker.defaultOf(shape);
        return maker.make(
                new RecordMaker.Parts(shape, components, usedDefaults, section, path),
                values(components, section, path, usedDefaults),
                conversion);
    }

    private @Nullable Object[] values(
            List<Component> components,
            Node.Mapping section,
            String path,
            @Nullable Object defaults) {
        @Nullable Object[] values = new @Nullable Object[components.size()];
        for (var i = 0; i < values.length; i++) {
            var component = components.get(i);
            var fallback = defaults == null ? null : component.valueIn(defaults);
            var node = section.find(component.key());
            if (node.isPresent()) {
                var at = RecordMaker.join(path, component.key());
                values[i] = value(component.type(), node.get(), at, component.key(), fallback);
            } else {
                values[i] = fallback != null ? fallback : missing(component, section, path);
            }
            if (values[i] == null) {
                values[i] = conversions.placeholderOf(rawType(component.type()));
            }
        }
        return values;
    }

    /**
     * Returns the value for a missing key: an empty value or the record's own defaults. Reports a
     * problem if the key is required.
     */
    private @Nullable Object missing(Component component, Node.Mapping section, String path) {
        var emptyValue = component.emptyValue();
        var raw = rawType(component.type());
        if (emptyValue == null && raw.isRecord() && conversions.textOf(raw) == null) {
            emptyValue = RecordMaker.ofMissingSection(conversions.formTypeOf(raw));
        }
        if (emptyValue == null) {
            problems.add(
                    section.line(),
                    RecordMaker.join(path, component.key()),
                    "is missing" + choices(raw, component.key()));
            var scalar = conversions.scalarOf(raw);
            return scalar == null ? null : scalar.apply(Node.Scalar.nothing(section.line()));
        }
        return emptyValue;
    }

    /**
     * Returns the values of an enum or a choice, as the end of a sentence; empty for another type.
     */
    private String choices(Class<?> type, String key) {
        var parser =
                type.isEnum() || conversions.placeholderOf(type) != null
                        ? conversions.parserOf(type, key)
                        : null;
        return parser == null ? "" : ", " + parser.expected();
    }

    private void rejectUnknownKeys(Node.Mapping section, List<String> knownKeys, String path) {
        section.entries()
                .forEach(
                        (key, entry) -> {
                            if (!knownKeys.contains(key)) {
                                var hint = Suggestion.hint(key, knownKeys);
                                problems.add(
                                        entry.line(),
                                        RecordMaker.join(path, key),
                                        "is not a known key"
                                                + (hint.isEmpty()
                                                        ? ", known keys are "
                                                                + String.join(", ", knownKeys)
                                                        : hint));
                            }
                        });
    }

    private Node.@Nullable Mapping section(Node node, String path) {
        if (node instanceof Node.Mapping mapping) {
            return mapping;
        }
        if (node.isNothing()) {
            return new Node.Mapping(node.line(), Map.of());
        }
        wrongType(node, path, "must be a section with keys");
        return null;
    }

    private @Nullable Object wrongType(Node node, String path, String expected) {
        problems.add(node.line(), path, expected + ", was " + node.kind());
        return null;
    }

    private static void add(List<Object> items, @Nullable Object item) {
        if (item != null) {
            items.add(item);
        }
    }
}
