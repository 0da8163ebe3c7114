package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The position after a page: the values of its last row as opaque text. Each value ends with a NUL,
 * which no stored text contains; a missing value is the single character U+0001.
 */
final class Cursor {
    private static final char END = '\0';
    private static final String MISSING = "\u0001";

    private Cursor() {}

    static String of(List<? extends @Nullable Object> values) {
        var text = new StringBuilder();
        values.forEach(value -> text.append(value == null ? MISSING : value).append(END));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.toString().getBytes(UTF_8));
    }

    /**
     * Returns the values of a cursor.
     *
     * @throws IllegalArgumentException if the text is not a cursor of the given number of values
     */
    static List<@Nullable String> parse(String cursor, int size) {
        String text = new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
        var values = new ArrayList<@Nullable String>();
        int start = 0;
        for (int end = text.indexOf(END); end >= 0; end = text.indexOf(END, start)) {
            String value = text.substring(start, end);
            values.add(value.equals(MISSING) ? null : value);
            start = end + 1;
        }
        if (values.size() != size || start != text.length()) {
            throw new IllegalArgumentException("not a cursor");
        }
        return values;
    }
}
