package dev.millrace.contracts.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares names in the reference pages with the code that has them. */
class ReferencePagesTest {
    private static final Path ROOT = Path.of("..", "..");

    /** What an item of a list explains, before its colon. */
    private static final Pattern ITEM = Pattern.compile("(?m)^- (`.*?)(?:: |$)");

    private static final Pattern KEY = Pattern.compile("`([a-z][a-z0-9_]*)`");
    private static final Pattern PATH = Pattern.compile("`(/[^`?]*)[^`]*`");

    @Test
    void codeHasEachKeyOfJson() throws IOException {
        List<String> keys = names("json.md", KEY);
        String code = code();

        assertThat(keys)
                .hasSizeGreaterThan(30)
                .allMatch(key -> code.contains('"' + key + '"') || code.contains(camelCase(key)));
    }

    @Test
    void theUsageApiHasEachPathOfItsPage() throws IOException {
        String description =
                Files.readString(
                        ROOT.resolve("gateway/src/main/resources/dev/millrace/gateway")
                                .resolve("usage/openapi.json"));

        assertThat(names("api.md", PATH))
                .hasSizeGreaterThan(10)
                .allMatch(path -> description.contains(path + "\":"));
    }

    /** Returns what the items of a page explain. */
    private static List<String> names(String page, Pattern name) throws IOException {
        return ITEM.matcher(Files.readString(ROOT.resolve("docs").resolve(page)))
                .results()
                .map(item -> item.group(1))
                .flatMap(item -> name.matcher(item).results())
                .map(it -> it.group(1))
                .toList();
    }

    private static String code() throws IOException {
        var code = new StringBuilder();
        for (Path file : MavenModule.sources()) {
            code.append(Files.readString(file));
        }
        return code.toString();
    }

    /** Returns the name of the record component that is written as the key. */
    private static String camelCase(String key) {
        return Pattern.compile("_(.)")
                .matcher(key)
                .replaceAll(it -> it.group(1).toUpperCase(Locale.ROOT));
    }
}
