package dev.millrace.standalone.kubernetes;

import static org.junit.jupiter.api.Assumptions.abort;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The chart in {@code deploy/helm}. */
final class Chart {
    static final Path FOLDER = Path.of("..", "deploy", "helm", "millrace").toAbsolutePath();
    static final Path EXAMPLES = FOLDER.resolveSibling("examples");

    /** The oldest version of Kubernetes that the chart accepts. */
    private static final String KUBERNETES = "1.29.0";

    private static final Path IMAGE =
            Path.of("src", "test", "resources", "kubernetes", "image.yaml");

    /** As {@code helm install NAME} names the release. */
    private static final String RELEASE = "millrace";

    private Chart() {}

    static Path example(String name) {
        return EXAMPLES.resolve(name + ".yaml");
    }

    /**
     * Renders the chart with the name of an image and values of files. Skips the test if Helm's
     * library does not run on this machine.
     *
     * @throws IllegalStateException if Helm refuses the values
     */
    static List<Manifest> render(Path... valuesFiles) {
        Helm helm = helm();
        var command =
                helm.template().withName(RELEASE).withKubeVersion(KUBERNETES).withValuesFile(IMAGE);
        Arrays.stream(valuesFiles).forEach(command::withValuesFile);
        return Manifest.all(command.call());
    }

    /** Renders the chart. The given values override the values of the files. */
    static List<Manifest> render(String values, Path... valuesFiles) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                Files.writeString(file, values);
                Path[] files = Arrays.copyOf(valuesFiles, valuesFiles.length + 1);
                files[valuesFiles.length] = file;
                return render(files);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Helm helm() {
        try {
            var _ = Helm.version().call();
            return new Helm(FOLDER);
        } catch (LinkageError | IllegalStateException e) {
            return abort("the library of Helm does not run on this machine: " + e.getMessage());
        }
    }
}
