package dev.millrace.producer.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.contracts.json.JsonBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Identifies, by its first bytes, a file that has no line with a JSON object. */
final class FileSignature {
    /** Describes the content of a batch file, for messages. */
    static final String WANTED =
            "; a batch file has a JSON object with custom_id, url and body in each line";

    private static final String GZIP = "\u001f\u008b";
    private static final String ZSTD = "(\u00b5/\u00fd";

    private static final String TWICE =
            "is compressed twice; decompress it once with gunzip or zstd -d";

    /** In the header of a tar archive, which begins with the name of the first file. */
    private static final String TAR = "ustar";

    private static final int TAR_OFFSET = 257;

    /** Offset of the first file's name in a ZIP archive. */
    private static final int ZIP_NAME_OFFSET = 30;

    /** Characters between the fields of a table. */
    private static final String SEPARATORS = ",;\t|";

    private static final String OFFICE = "is an Office document" + WANTED;

    /**
     * @param start the first bytes, one character each
     * @param problem the kind of the file, and what to do
     */
    private record Signature(String start, String problem) {}

    /**
     * From the specifications of the formats, and from the list of file signatures of the command
     * {@code file}.
     */
    private static final List<Signature> SIGNATURES =
            List.of(
                    of(GZIP, TWICE),
                    of("PK\3\4", "is a ZIP archive; unpack it, and name the file in it"),
                    of(ZSTD, TWICE),
                    of("BZh", "is compressed with bzip2; decompress it with bunzip2"),
                    of("\u00fd7zXZ\0", "is compressed with xz; decompress it with unxz"),
                    of("\4\"M\u0018", "is compressed with lz4; decompress it with unlz4"),
                    of("7z\u00bc\u00af", "is a 7-Zip archive; unpack it, and name the file in it"),
                    of("%PDF", "is a PDF document" + WANTED),
                    of("PAR1", "is a Parquet file" + WANTED),
                    of("ARROW1", "is an Arrow file" + WANTED),
                    of("Obj\1", "is an Avro file" + WANTED),
                    of("SQLite format 3", "is an SQLite database" + WANTED),
                    of("\u00d0\u00cf\u0011\u00e0", OFFICE),
                    of(
                            "version https://git-lfs",
                            "is a pointer of Git LFS instead of the file; run git lfs pull"));

    private FileSignature() {}

    private static Signature of(String start, String problem) {
        return new Signature(start, problem);
    }

    static boolean isGzip(byte[] start) {
        return startsWith(start, GZIP);
    }

    static boolean isZstd(byte[] start) {
        return startsWith(start, ZSTD);
    }

    /** Returns the problem of a file whose first bytes identify a known format. */
    static Optional<String> problem(byte[] start) {
        if (startsWith(start, TAR_OFFSET, TAR)) {
            return Optional.of("is a tar archive; unpack it, and name the file in it");
        }
        if (startsWith(start, ZIP_NAME_OFFSET, "[Content_Types].xml")) {
            return Optional.of(OFFICE);
        }
        return SIGNATURES.stream()
                .filter(it -> startsWith(start, it.start()))
                .map(Signature::problem)
                .findFirst();
    }

    private static boolean startsWith(byte[] bytes, String prefix) {
        return startsWith(bytes, 0, prefix);
    }

    private static boolean startsWith(byte[] bytes, int from, String prefix) {
        byte[] wanted = prefix.getBytes(ISO_8859_1);
        int end = from + wanted.length;
        return bytes.length >= end && Arrays.equals(bytes, from, end, wanted, 0, wanted.length);
    }

    /**
     * Returns the problem of a file without a line that begins with an object.
     *
     * @param first the first byte that is not blank
     */
    static String ofText(byte[] start, int first) {
        String text = new String(start, first, start.length - first, ISO_8859_1);
        String line = text.lines().findFirst().orElse("");
        if (text.indexOf('\0') >= 0) {
            return "is a binary file" + WANTED;
        }
        if (text.startsWith("[")) {
            return "is a JSON array, but its elements are not objects" + WANTED;
        }
        if (text.startsWith("\"") && JsonBytes.isJson(line.getBytes(ISO_8859_1))) {
            return "has JSON that is written as text, as if it were serialized twice; decode it"
                    + " with jq -c 'fromjson'";
        }
        if (text.startsWith("<")) {
            boolean isHtml = line.toLowerCase(Locale.ROOT).matches("(<!doctype )?<?html.*");
            return "is " + (isHtml ? "an HTML page" : "HTML or XML") + WANTED;
        }
        boolean isTable =
                line.chars().anyMatch(it -> SEPARATORS.indexOf(it) >= 0)
                        && text.lines().limit(2).count() > 1;
        return (isTable
                        ? "looks like a table (CSV): none of its first lines is a JSON object"
                        : "is not JSON Lines: none of its first lines is a JSON object")
                + WANTED;
    }
}
