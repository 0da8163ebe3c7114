package dev.millrace.standalone.compose;

import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A Compose file. A mapping inherits ({@code <<: *name}) from the extension that has the name of
 * the anchor: {@code x-name: &name}.
 */
final class ComposeFile {
    private final Node.Mapping top;

    private ComposeFile(Node.Mapping top) {
        this.top = top;
    }

    /** Reads a file of the project. */
    static ComposeFile read(String file) {
        try {
            // Variables of Compose are text here. The reader reports aliases, and returns them.
            String text = Files.readString(ComposeProject.ROOT.resolve(file)).replace("${", "$${");
            return new ComposeFile(
                    YamlDocument.read(text, new Interpolation(Map.of()), new Problems(file))
                            .orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the names of the services that match, in file order. */
    List<String> services(Predicate<String> matching) {
        return mapping(top.find("services").orElseThrow()).entries().keySet().stream()
                .filter(matching)
                .toList();
    }

    /** Returns true if the service has the property, its own or an inherited one. */
    boolean has(String service, String property) {
        return find(service, property).isPresent();
    }

    /** Returns the named volumes that the service mounts. */
    List<String> namedVolumes(String service) {
        return find(service, "volumes").stream()
                .flatMap(volumes -> ((Node.Sequence) volumes).items().stream())
                .map(volume -> text(volume).split(":", -1)[0])
                .filter(source -> !source.startsWith("."))
                .toList();
    }

    /** Returns the services that the service waits for, each with the condition. */
    Map<String, String> dependencies(String service) {
        return find(service, "depends_on").map(this::mapping).stream()
                .flatMap(services -> services.entries().entrySet().stream())
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                it ->
                                        text(
                                                find(mapping(it.getValue().value()), "condition")
                                                        .orElseThrow())));
    }

    /** Returns a variable of the service's environment, unless that is an alias. */
    Optional<String> variable(String service, String name) {
        return find(service, "environment")
                .filter(Node.Mapping.class::isInstance)
                .flatMap(environment -> find(mapping(environment), name))
                .map(ComposeFile::text);
    }

    private Optional<Node> find(String service, String property) {
        var services = mapping(top.find("services").orElseThrow());
        return find(mapping(services.find(service).orElseThrow()), property);
    }

    private Optional<Node> find(Node.Mapping mapping, String key) {
        return mapping.find(key)
                .or(() -> mapping.find("<<").flatMap(alias -> find(extension(alias), key)));
    }

    private Node.Mapping mapping(Node node) {
        return node instanceof Node.Mapping mapping ? mapping : extension(node);
    }

    private Node.Mapping extension(Node alias) {
        String name = "x-" + text(alias);
        return top.find(name)
                .map(Node.Mapping.class::cast)
                .orElseThrow(() -> new IllegalStateException("there is no extension " + name));
    }

    private static String text(Node node) {
        return ((Node.Scalar) node).text();
    }
}
