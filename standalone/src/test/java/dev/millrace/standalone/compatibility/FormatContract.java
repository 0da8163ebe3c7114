package dev.millrace.standalone.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testclusters.FormatFixture;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Tests that a kind of record keeps its format.
 *
 * @param <T> content of a record
 */
abstract class FormatContract<T> {
    /** Returns the name of the file with the records of version 0.1. */
    abstract String file();

    /** Returns the content of the file's records, by name. */
    abstract Map<String, T> content();

    abstract String write(T content) throws Exception;

    abstract T read(String text) throws Exception;

    /** Returns the text as a later version may write it, with keys that this version ignores. */
    abstract String ofALaterVersion(String text);

    /** Adds a key to a JSON object. */
    static String withLaterKey(String json) {
        return json.replaceFirst("\\{", "{\"of_a_later_version\":{\"list\":[1,\"a\"]},");
    }

    @Test
    final void isWrittenAsVersion01WroteIt() throws Exception {
        var written = new LinkedHashMap<String, String>();
        for (var each : content().entrySet()) {
            written.put(each.getKey(), write(each.getValue()));
        }
        FormatFixture.compare(file(), written);
    }

    @Test
    final void isReadAsVersion01WroteIt() throws Exception {
        var read = new LinkedHashMap<String, T>();
        for (var each : FormatFixture.read(file()).entrySet()) {
            read.put(each.getKey(), read(each.getValue()));
        }
        assertThat(read).isEqualTo(content());
    }

    @Test
    final void isReadAsALaterVersionMayWriteIt() throws Exception {
        var read = new LinkedHashMap<String, T>();
        for (var each : FormatFixture.read(file()).entrySet()) {
            read.put(each.getKey(), read(ofALaterVersion(each.getValue())));
        }
        assertThat(read).isEqualTo(content());
    }
}
