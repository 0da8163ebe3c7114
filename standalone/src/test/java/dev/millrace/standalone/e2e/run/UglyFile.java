package dev.millrace.standalone.e2e.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a batch file with the oddities of other systems: a byte order mark, CRLF line ends,
 * invalid UTF-8, huge lines.
 */
final class UglyFile {
    private static final int MIB = 1024 * 1024;
    private static final String LINE =
            """
            {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
            "body":{"model":"unbounded","messages":[{"role":"user","content":"%s"}],"max_tokens":20}}""";

    /** A model without a context window, for 15 MiB of text. */
    private static final String CONFIG =
            """
            providers:
              local: { wire: openai, base_url: "http://127.0.0.1:9/v1" }
            models:
              unbounded: { provider: local, price: { input: 1, output: 1 } }
            """;

    private UglyFile() {}

    /** Writes the file, and the configuration with its model beside it. */
    static void write(Path file) throws IOException {
        Files.writeString(file.resolveSibling("millrace.yaml"), CONFIG);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
            out.write((LINE.formatted("after-a-mark", "Hello") + "\r\n").getBytes(UTF_8));
            out.write(" \t\r\n\r\n".getBytes(UTF_8));
            out.write((LINE.formatted("nul", "A\0B") + "\r\n").getBytes(UTF_8));
            out.write((LINE.formatted("latin-1", "Grüße") + "\n").getBytes(ISO_8859_1));
            out.write(("   " + LINE.formatted("indented", "你好") + "   \n").getBytes(UTF_8));
            writeHuge(out, "huge", 15 * MIB);
            writeHuge(out, "too-huge", 17 * MIB);
            out.write(LINE.formatted("without-an-end", "Last").getBytes(UTF_8));
        }
    }

    /** Writes a line of the given number of bytes, without its line feed. */
    private static void writeHuge(OutputStream out, String customId, int bytes) throws IOException {
        byte[] envelope = LINE.formatted(customId, "|").getBytes(UTF_8);
        int cut = new String(envelope, UTF_8).indexOf('|');
        byte[] words = "word ".repeat(MIB / 5).getBytes(UTF_8);
        out.write(envelope, 0, cut);
        int left = bytes - (envelope.length - 1);
        while (left > 0) {
            int next = Math.min(left, words.length);
            out.write(words, 0, next);
            left -= next;
        }
        out.write(envelope, cut + 1, envelope.length - cut - 1);
        out.write('\n');
    }
}
