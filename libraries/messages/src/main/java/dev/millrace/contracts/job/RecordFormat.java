package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Names the format of a record that is not JSON in UTF-8, by its first bytes. */
final class RecordFormat {
    private static final String UNCOMPRESSED =
            "; send the JSON itself, and let the producer compress (compression.type)";
    private static final String JSON = "; send the JSON itself as text in UTF-8";
    private static final String ENCODED = "is JSON in base64; send the JSON itself";

    private static final int SHOWN_BYTES = 8;

    /**
     * @param start the first bytes, one character each
     * @param problem the format, and what to do
     */
    private record Signature(String start, String problem) {}

    /**
     * From the specifications of the formats, 2026-11-28. The schema registries: Confluent and
     * Apicurio write a zero byte and an id of 4 or 8 bytes
     * (https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/),
     * AWS Glue writes 3, the compression (0 or 5) and an id of 16 bytes
     * (https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html).
     */
    private static final List<Signature> SIGNATURES =
            List.of(
                    of("\u001f\u008b", "is compressed with gzip" + UNCOMPRESSED),
                    of("(\u00b5/\u00fd", "is compressed with zstd" + UNCOMPRESSED),
                    of("\4\"M\u0018", "is compressed with lz4" + UNCOMPRESSED),
                    of("\u0082SNAPPY\0", "is compressed with snappy" + UNCOMPRESSED),
                    of("\u00ff\6\0\0sNaPpY", "is compressed with snappy" + UNCOMPRESSED),
                    of("BZh", "is compressed with bzip2" + UNCOMPRESSED),
                    of("\u00fd7zXZ\0", "is compressed with xz" + UNCOMPRESSED),
                    of("x\1", "is compressed with zlib" + UNCOMPRESSED),
                    of("x\u009c", "is compressed with zlib" + UNCOMPRESSED),
                    of("x\u00da", "is compressed with zlib" + UNCOMPRESSED),
                    of("PK\3\4", "is a compressed ZIP archive" + UNCOMPRESSED),
                    of("Obj\1", "is an Avro file" + JSON),
                    of("\u00c3\1", "is an object of Avro" + JSON),
                    of("\u00ac\u00ed\0\5", "is an object serialized by Java" + JSON),
                    of(":)\n", "is Smile" + JSON),
                    of("\u00d9\u00d9\u00f7", "is CBOR" + JSON),
                    of("\u00ff\u00fe", "is text in UTF-16" + JSON),
                    of("\u00fe\u00ff", "is text in UTF-16" + JSON),
                    of("{\0", "is text in UTF-16" + JSON),
                    of("\0{", "is text in UTF-16" + JSON),
                    of("\3\0", registry("AWS Glue")),
                    of("\3\5", registry("AWS Glue, perhaps compressed")),
                    of("\0", registry("Confluent or Apicurio")),
                    of("eyJ", ENCODED),
                    of("\"eyJ", ENCODED));

    private RecordFormat() {}

    private static Signature of(String start, String problem) {
        return new Signature(start, problem);
    }

    private static String registry(String name) {
        return "begins with the id of a schema registry ("
                + name
                + "), and no JSON object follows: it is Avro, Protobuf or another format; send JSON"
                + " as text in UTF-8, without the registry";
    }

    /** Returns the format and what to do; empty if the first bytes do not show it. */
    static Optional<String> problem(byte[] record) {
        return SIGNATURES.stream()
                .filter(it -> startsWith(record, it.start()))
                .findFirst()
                .map(Signature::problem);
    }

    /** Describes a record that is not text, by its first bytes if it is no JSON object either. */
    static String notUtf8(byte[] record) {
        String start =
                HexFormat.ofDelimiter(" ")
                        .formatHex(record, 0, Math.min(SHOWN_BYTES, record.length));
        return "is not valid UTF-8"
                + (record[0] == '{' ? "" : "; it begins with the bytes " + start);
    }

    private static boolean startsWith(byte[] bytes, String prefix) {
        byte[] wanted = prefix.getBytes(ISO_8859_1);
        return bytes.length >= wanted.length
                && Arrays.equals(bytes, 0, wanted.length, wanted, 0, wanted.length);
    }
}
