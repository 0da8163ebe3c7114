package dev.millrace.contracts.supply;

import dev.millrace.contracts.documentation.MavenModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A version that the project chooses.
 *
 * @param name the group of a Maven artifact, an npm package, or an image
 */
record Component(String name, String version) implements Comparable<Component> {
    static final Path ROOT = Path.of("..", "..");

    private static final String MAVEN_PLUGINS = "org.apache.maven.plugins";
    private static final Pattern PROPERTY = Pattern.compile("<([\\w.]+\\.version)>([^<]+)</\\1>");

    /** An element of a pom with a version; Maven's own plugins have no group. */
    private static final Pattern ARTIFACT =
            Pattern.compile(
                    "(?:<groupId>(?<group>[^<]+)</groupId>\\s*)?"
                            + "<artifactId>[^<]+</artifactId>\\s*<version>(?<version>[^<]+)<");

    private static final Pattern PACKAGE =
            Pattern.compile("\"(?<name>[^\"]+)\": \"(?<version>\\d[^\"]*)\"");
    private static final Pattern IMAGE_OF_COMPOSE =
            Pattern.compile("image: [^\\n]*:-(?<name>[^:}]+):(?<version>[^}]+)}");
    private static final Pattern IMAGE_OF_DOCKERFILE =
            Pattern.compile("ARG \\w+_IMAGE=(?<name>[^:\\n]+):(?<version>\\S+)");

    /** Returns what poms, the tests with npm packages, Compose and the Dockerfile name. */
    static Set<Component> all() {
        return Stream.of(
                        artifacts(),
                        matches("testing/simulator/src/test/sdk/package.json", PACKAGE),
                        matches("docker-compose.yml", IMAGE_OF_COMPOSE)
                                .filter(image -> !image.name().equals("millrace")),
                        matches("Dockerfile", IMAGE_OF_DOCKERFILE))
                .flatMap(Function.identity())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the Maven artifacts that poms name, with the group as their name. */
    static Stream<Component> artifacts() {
        String parent = text("pom.xml");
        var properties =
                PROPERTY.matcher(parent)
                        .results()
                        .collect(
                                Collectors.toMap(
                                        it -> "${" + it.group(1) + "}", it -> it.group(2)));
        Stream<String> modules = MavenModule.all().stream().map(it -> it.folder() + "/pom.xml");
        return Stream.concat(Stream.of("pom.xml"), modules)
                .flatMap(pom -> ARTIFACT.matcher(text(pom)).results())
                .map(
                        it ->
                                new Component(
                                        groupOf(it),
                                        properties.getOrDefault(
                                                it.group("version"), it.group("version"))))
                .filter(it -> !it.name().equals("dev.millrace"));
    }

    private static String groupOf(MatchResult artifact) {
        String group = artifact.group("group");
        return group == null ? MAVEN_PLUGINS : group;
    }

    private static Stream<Component> matches(String file, Pattern pattern) {
        return pattern.matcher(text(file))
                .results()
                .map(it -> new Component(it.group("name"), it.group("version")));
    }

    private static String text(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int compareTo(Component other) {
        return toString().compareTo(other.toString());
    }
}
