package dev.millrace.yaml.document;

import dev.millrace.yaml.problem.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads one document in YAML or JSON into nodes with line numbers. */
public final class YamlDocument {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonParser parser;
    private final Interpolation interpolation;
    private final Problems problems;

    private YamlDocument(JsonParser parser, Interpolation interpolation, Problems problems) {
        this.parser = parser;
        this.interpolation = interpolation;
        this.problems = problems;
    }

    /**
     * Reads the top-level mapping of a document; an empty document gives an empty mapping. Reports
     * problems to {@code problems} and returns empty if the text cannot be used at all.
     */
    public static Optional<Node.Mapping> read(
            String text, Interpolation interpolation, Problems problems) {
        var content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try (var parser = YAML.createParser(content)) {
            return new YamlDocument(parser, interpolation, problems).top();
        } catch (JacksonException e) {
            problems.add(SyntaxProblem.lineOf(e), "", "is not YAML: " + SyntaxProblem.reason(e));
            return Optional.empty();
        }
    }

    /**
     * Like {@link #read}, for a document in JSON from another process, which must not contain
     * references.
     */
    public static Optional<Node.Mapping> readJson(String text, Problems problems) {
        try (var parser = JSON.createParser(text)) {
            return new YamlDocument(parser, Interpolation.rejectingReferences(), problems).top();
        } catch (JacksonException e) {
            problems.add(SyntaxProblem.lineOf(e), "", "is not JSON: " + SyntaxProblem.reason(e));
            return Optional.empty();
        }
    }

    private Optional<Node.Mapping> top() {
        if (parser.nextToken() == null) {
            return Optional.of(empty(1));
        }
        var top = node("");
        if (parser.nextToken() != null) {
            problems.add(line(), "", "must contain one YAML document, but there is a second one");
        }
        if (top instanceof Node.Mapping mapping) {
            return Optional.of(mapping);
        }
        if (top.isNothing()) {
            return Optional.of(empty(1));
        }
        problems.add(top.line(), "", "must have keys at the top, not " + top.kind());
        return Optional.empty();
    }

    private Node node(String path) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(path);
            case START_ARRAY -> sequence(path);
            default -> scalar(path);
        };
    }

    private Node mapping(String path) {
        var start = line();
        var entries = new LinkedHashMap<String, Node.Entry>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var key = parser.currentName();
            var line = line();
            var keyPath = path.isEmpty() ? key : path + "." + key;
            parser.nextToken();
            var earlier = entries.putIfAbsent(key, new Node.Entry(line, node(keyPath)));
            if (earlier != null) {
                problems.add(
                        line,
                        keyPath,
                        "must appear only once, but is already on line " + earlier.line());
            }
        }
        return new Node.Mapping(start, entries);
    }

    private Node sequence(String path) {
        var start = line();
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]"));
        }
        return new Node.Sequence(start, List.copyOf(items));
    }

    private Node scalar(String path) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            problems.add(line(), path, "must be written out, aliases (*name) are not supported");
        }
        var type =
                switch (parser.currentToken()) {
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Node.ScalarType.NUMBER;
                    case VALUE_TRUE, VALUE_FALSE -> Node.ScalarType.BOOLEAN;
                    case VALUE_NULL -> Node.ScalarType.NOTHING;
                    default ->
                            parser.getString().equals("~")
                                    ? Node.ScalarType.NOTHING
                                    : Node.ScalarType.TEXT;
                };
        var written = type == Node.ScalarType.NOTHING ? "" : parser.getString();
        var outcome = interpolation.resolve(written);
        outcome.malformed().ifPresent(message -> problems.add(line(), path, message));
        return scalar(line(), type, written, outcome, interpolation);
    }

    private static Node.Scalar scalar(
            int line,
            Node.ScalarType type,
            String written,
            Interpolation.Outcome outcome,
            Interpolation interpolation) {
        Supplier<Node.Scalar> again =
                () -> scalar(line, type, written, interpolation.resolve(written), interpolation);
        return new Node.Scalar(
                line,
                type,
                outcome.text(),
                outcome.interpolated(),
                outcome.missing(),
                outcome.isFromFile() ? Optional.of(again) : Optional.empty());
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private static Node.Mapping empty(int line) {
        return new Node.Mapping(line, new LinkedHashMap<>());
    }
}
