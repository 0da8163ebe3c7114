package dev.millrace.standalone.audit;

import dev.millrace.contracts.digest.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A script or style sheet that is embedded in the page.
 *
 * @param content the text between the tags
 */
record PageResource(String content) {
    /** The version is the one in the root pom.xml. */
    private static final String CHART_LIBRARY =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    private static final String SOURCE_MAP = "//# sourceMappingURL=";

    /** Returns a resource of this package. */
    static PageResource named(String name) {
        return new PageResource(read(name));
    }

    /** Returns the library that draws charts, without the reference to its sources. */
    static PageResource chartLibrary() {
        String script = read(CHART_LIBRARY);
        int map = script.lastIndexOf(SOURCE_MAP);
        return new PageResource(map < 0 ? script : script.substring(0, map));
    }

    /** Returns the source expression that lets a browser use exactly this content. */
    String policySource() {
        return "'sha256-" + Base64.getEncoder().encodeToString(Sha256.of(content)) + "'";
    }

    private static String read(String name) {
        try (var in = PageResource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing");
            }
            // A browser hashes the content after it has normalized the line ends.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
