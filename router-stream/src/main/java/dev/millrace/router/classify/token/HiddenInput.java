package dev.millrace.router.classify.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.router.classify.body.RequestBody;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Upper bounds of the input tokens that providers bill although no text of the body contains them,
 * by the lines of {@code hidden-input.tsv}. Any thread.
 */
final class HiddenInput {
    private static final String FILE = "hidden-input.tsv";
    private static final String ALL = "*";

    private static final List<Row> ROWS = rows();

    /** What a provider adds to the texts of the body. */
    enum Addition {
        /** A system prompt of the provider or of the chat template. */
        PROMPT,
        /** Instructions for tools. */
        TOOLS,
        /** Instructions for the answer's format. */
        FORMAT,
        /** Bytes that the text gains by NFC normalization. */
        NORMALIZED
    }

    /**
     * A line of the file.
     *
     * @param models searched in the names of a model
     */
    record Row(
            Addition adds,
            long tokens,
            Set<TokenFamily> families,
            Pattern models,
            String example,
            String because,
            String source,
            LocalDate read) {
        private static final int FIELDS = 8;

        static Row of(String line) {
            String[] fields = line.split("\t", -1);
            if (fields.length != FIELDS) {
                throw new IllegalStateException(FILE + ": not " + FIELDS + " fields: " + line);
            }
            return new Row(
                    Addition.valueOf(fields[0].toUpperCase(Locale.ROOT)),
                    Long.parseLong(fields[1]),
                    families(fields[2]),
                    Pattern.compile(
                            fields[3].equals(ALL) ? "" : fields[3], Pattern.CASE_INSENSITIVE),
                    fields[4],
                    fields[5],
                    fields[6],
                    LocalDate.parse(fields[7]));
        }

        private static Set<TokenFamily> families(String names) {
            var families = EnumSet.noneOf(TokenFamily.class);
            if (names.equals(ALL)) {
                families.addAll(List.of(TokenFamily.values()));
            } else {
                Arrays.stream(names.split(",")).map(TokenFamily::valueOf).forEach(families::add);
            }
            return families;
        }

        boolean fits(Model model, TokenFamily family) {
            return families.contains(family)
                    && (models.matcher(model.upstreamModel()).find()
                            || models.matcher(model.name()).find());
        }
    }

    private HiddenInput() {}

    /** Returns the lines of the file. */
    static List<Row> rows() {
        try (var in = Objects.requireNonNull(HiddenInput.class.getResourceAsStream(FILE), FILE);
                var reader = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).map(Row::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the most hidden input tokens of one call. */
    static long atMost(RequestLine line, RequestBody body, Model model) {
        TokenFamily family = TokenFamily.of(model);
        long perByte = most(Addition.NORMALIZED, model, family);
        long normalized = perByte == 0 ? 0 : perByte * addedBytes(line);
        if (!line.endpoint().hasMessages()) {
            return normalized;
        }
        long tools = body.toolCount() > 0 ? most(Addition.TOOLS, model, family) : 0;
        long format = body.declaredBytes() > 0 ? most(Addition.FORMAT, model, family) : 0;
        return normalized + most(Addition.PROMPT, model, family) + Math.max(tools, format);
    }

    private static long most(Addition adds, Model model, TokenFamily family) {
        return ROWS.stream()
                .filter(row -> row.adds == adds && row.fits(model, family))
                .mapToLong(Row::tokens)
                .max()
                .orElse(0);
    }

    /**
     * Returns the bytes that the body gains by NFC normalization. Escaped characters gain none: an
     * escape is as long as the longest normalized form of its character.
     */
    private static long addedBytes(RequestLine line) {
        Span body = line.body();
        String text = new String(line.bytes(), body.start(), body.length(), UTF_8);
        boolean isAscii = text.length() == body.length();
        if (isAscii || Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
            return 0;
        }
        String normalized = Normalizer.normalize(text, Normalizer.Form.NFC);
        return Math.max(0, normalized.getBytes(UTF_8).length - body.length());
    }
}
