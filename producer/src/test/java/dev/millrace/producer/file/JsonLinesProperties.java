package dev.millrace.producer.file;

import static dev.millrace.producer.file.FileFixture.ids;
import static dev.millrace.producer.file.FileFixture.indented;
import static dev.millrace.producer.file.FileFixture.lines;
import static dev.millrace.producer.file.FileFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class JsonLinesProperties {
    /** How a file is written. */
    enum Form {
        LINES,
        LINES_WITH_CARRIAGE_RETURNS,
        CONCATENATED,
        INDENTED,
        ARRAY,
        INDENTED_ARRAY,
        COMMAS;

        String write(int requests) {
            List<String> ids = IntStream.range(0, requests).mapToObj(it -> "r" + it).toList();
            List<String> compact = ids.stream().map(FileFixture::request).toList();
            List<String> wide = ids.stream().map(FileFixture::indented).toList();
            return switch (this) {
                case LINES -> String.join("\n", compact);
                case LINES_WITH_CARRIAGE_RETURNS -> String.join("\r\n", compact) + "\r\n";
                case CONCATENATED -> String.join("", compact);
                case INDENTED -> String.join("\n", wide);
                case ARRAY -> "[" + String.join(",", compact) + "]";
                case INDENTED_ARRAY -> "[\n" + String.join(",\n", wide).indent(2) + "]\n";
                case COMMAS -> String.join(",\n", compact) + ",\n";
            };
        }
    }

    enum Compression {
        NONE,
        GZIP,
        ZSTD
    }

    record Encoding(Charset charset, Compression compression) {
        byte[] encode(String text) throws IOException {
            byte[] encoded = text.getBytes(charset);
            return switch (compression) {
                case NONE -> encoded;
                case GZIP -> FileFixture.gzip(encoded);
                case ZSTD -> FileFixture.zstd(encoded);
            };
        }
    }

    @Provide
    Arbitrary<Encoding> encodings() {
        return Combinators.combine(
                        Arbitraries.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE")
                                .map(Charset::forName),
                        Arbitraries.of(Compression.values()))
                .as(Encoding::new);
    }

    @Property
    void everyRequestIsReadInItsOrder(
            @ForAll Form form,
            @ForAll("encodings") Encoding encoding,
            @ForAll @IntRange(min = 1, max = 30) int requests)
            throws IOException {
        List<String> expected =
                IntStream.range(0, requests).mapToObj(it -> (it + 1) + ":r" + it).toList();

        assertThat(ids(encoding.encode(form.write(requests)))).isEqualTo(expected);
    }

    @Property
    void damagedFileIsReadToItsEndOrRefusedOnce(
            @ForAll Form form,
            @ForAll("encodings") Encoding encoding,
            @ForAll @IntRange(min = 1, max = 12) int requests,
            @ForAll int place,
            @ForAll byte[] damage)
            throws IOException {
        byte[] file = encoding.encode(form.write(requests));
        for (int i = 0; i < damage.length; i++) {
            file[Math.floorMod(place + i * i * i, file.length)] = damage[i];
        }

        assertThat(outcomes(file)).isLessThanOrEqualTo(file.length * 100);
    }

    @Property
    void anyBytesAreReadToTheirEndOrRefusedOnce(@ForAll byte[] file) throws IOException {
        assertThat(outcomes(file)).isLessThanOrEqualTo(file.length);
    }

    @Property
    void splicedFileLosesNoWholeLine(
            @ForAll @IntRange(min = 1, max = 12) int before,
            @ForAll("garbage") String garbage,
            @ForAll @IntRange(min = 1, max = 12) int after)
            throws IOException {
        String file = Form.LINES.write(before) + "\n" + garbage + "\n" + Form.LINES.write(after);

        List<String> found = ids(file).stream().map(it -> it.replaceFirst(".*:", "")).toList();

        assertThat(found).filteredOn(it -> it.startsWith("r")).hasSize(before + after);
    }

    @Provide
    Arbitrary<String> garbage() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars("ab{}[]\",:\\ ").ofMaxLength(20),
                Arbitraries.of(request("x"), indented("x"))
                        .flatMap(
                                it ->
                                        Arbitraries.integers()
                                                .between(1, it.length() - 1)
                                                .map(
                                                        end ->
                                                                it.substring(0, end)
                                                                        .replace('\n', ' '))));
    }

    /** Returns the number of lines, each of which has an outcome; 1 for a refused file. */
    private static int outcomes(byte[] file) throws IOException {
        try {
            List<BatchLine> lines = lines(file);
            long number = 0;
            for (BatchLine line : lines) {
                assertThat(line.number()).isGreaterThan(number);
                number = line.number();
                assertThat(ParsedLine.of(line).parsed()).isNotNull();
            }
            return lines.size();
        } catch (UnusableFileException e) {
            assertThat(e).hasMessageContaining("batch.jsonl ");
            return file.length == 0 ? 0 : 1;
        }
    }
}
