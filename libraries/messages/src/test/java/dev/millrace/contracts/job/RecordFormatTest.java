package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads lines to which a producer's serializer has added a frame or a wrapper. */
class RecordFormatTest {
    private static final String LINE =
            "{\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"}}";

    private static String malformed(byte[] record) {
        return assertThat(RequestParser.parse(record))
                .asInstanceOf(type(ParseResult.Malformed.class))
                .actual()
                .reason();
    }

    private static String malformed(String record) {
        return malformed(record.getBytes(UTF_8));
    }

    private static void assertAccepted(String latin1) {
        assertThat(RequestParser.parse(latin1.getBytes(ISO_8859_1)))
                .isInstanceOf(ParseResult.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "  \n", "\t", "\u00ef\u00bb\u00bf", "\0\0\0\0*"})
    void certainFrameIsReadOver(String frame) {
        assertAccepted(frame + LINE);
    }

    @Nested
    class Bytes {
        @ParameterizedTest
        @CsvSource({
            "28b52ffd24, zstd",
            "04224d18, lz4",
            "82534e4150505900, snappy",
            "ff060000734e61507059, snappy",
            "425a6839, bzip2",
            "fd377a585a00, xz",
            "504b0304, ZIP",
            "4f626a01, Avro",
            "c301, Avro",
            "3a290a, Smile",
            "d9d9f7a1, CBOR",
            "000000002a0212ff, schema registry",
            "000000002a000a0161, schema registry",
            "00000000000000002a7b7d, schema registry",
            "0300b7b4a7f09c964e4a, AWS Glue",
            "0305b7b4a7f09c964e4a, AWS Glue",
            "85a9637573746f6d, 'bytes 85 a9 63 75 73 74 6f 6d'"
        })
        void formatIsNamed(String hex, String name) {
            assertThat(malformed(HexFormat.of().parseHex(hex))).contains(name);
        }

        @Test
        void compressedLineIsNamed() throws IOException {
            var gzip = new ByteArrayOutputStream();
            try (var out = new GZIPOutputStream(gzip)) {
                out.write(LINE.getBytes(UTF_8));
            }
            var zlib = new ByteArrayOutputStream();
            try (var out = new DeflaterOutputStream(zlib)) {
                out.write(LINE.getBytes(UTF_8));
            }

            assertThat(malformed(gzip.toByteArray())).contains("gzip", "compression.type");
            assertThat(malformed(zlib.toByteArray())).contains("zlib");
        }

        @Test
        void serializedJavaTextIsNamed() throws IOException {
            var bytes = new ByteArrayOutputStream();
            try (var out = new ObjectOutputStream(bytes)) {
                out.writeObject(LINE);
            }

            assertThat(malformed(bytes.toByteArray())).contains("serialized by Java");
        }

        @Test
        void otherCharsetIsNamed() {
            assertThat(malformed(LINE.getBytes(UTF_16))).contains("UTF-16");
            assertThat(malformed(LINE.getBytes(UTF_16BE))).contains("UTF-16");
            assertThat(malformed(LINE.getBytes(UTF_16LE))).contains("UTF-16");
        }

        @Test
        void base64IsNamed() {
            String base64 = Base64.getEncoder().encodeToString(LINE.getBytes(UTF_8));

            assertThat(malformed(base64)).contains("base64");
            assertThat(malformed('"' + base64 + '"')).contains("base64");
        }

        @Test
        void wrongJsonAfterAFrameIsNamed() {
            assertThat(malformed("\0\0\0\0*{\"custom_id\":")).contains("not valid JSON");
        }
    }

    @Nested
    class Wrappers {
        @Test
        void envelopeOfConnectIsNamed() {
            assertThat(malformed("{\"schema\":{\"type\":\"struct\"},\"payload\":" + LINE + "}"))
                    .contains("Kafka Connect", "payload", "schemas.enable=false");
            assertThat(malformed("{\"schema\":null,\"payload\":null}")).contains("Kafka Connect");
        }

        @Test
        void cloudEventIsNamed() {
            assertThat(malformed("{\"specversion\":\"1.0\",\"id\":\"1\",\"data\":" + LINE + "}"))
                    .contains("CloudEvent", "data");
        }

        @Test
        void changeEventIsNamed() {
            assertThat(malformed("{\"before\":null,\"after\":" + LINE + ",\"op\":\"c\"}"))
                    .contains("Debezium", "after");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"value\":%s}|value",
                    "{\"id\":1,\"detail\":%s,\"x\":[{}]}|detail",
                    "{\"Message\":\"{\\\"custom_id\\\":\\\"a\\\"}\"}|Message"
                })
        void otherWrapperIsNamedByItsField(String wrapper, String field) {
            assertThat(malformed(wrapper.formatted(LINE)))
                    .contains("has no custom_id", "field " + field + " has one");
        }

        @Test
        void lineWithFieldsOfAWrapperIsAccepted() {
            assertAccepted(LINE.replace("{\"cu", "{\"schema\":{},\"payload\":{},\"cu"));
        }

        @Test
        void objectThatIsNoWrapperHasNoCustomId() {
            assertThat(malformed("{\"schema\":{},\"x\":{\"id\":1}}")).isEqualTo("has no custom_id");
        }
    }
}
