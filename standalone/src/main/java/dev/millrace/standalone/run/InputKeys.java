package dev.millrace.standalone.run;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.run.journal.LineKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Reads the keys of the lines of input files, see {@link LineKey}. Used by one thread. */
final class InputKeys {
    private final RunSettings settings;
    private final Map<Integer, byte[]> digests = new HashMap<>();

    InputKeys(RunSettings settings) {
        this.settings = settings;
    }

    /** Returns the digest of the keys of all lines of a file. */
    byte[] digest(int index) {
        byte[] known = digests.get(index);
        return known == null ? read(index, (_, _) -> {}) : known;
    }

    /**
     * Reads all lines of a file in their order, and returns their {@link #digest}.
     *
     * @param index of the file in the settings
     * @param onLine receives each line and its key
     */
    byte[] read(int index, BiConsumer<ParsedLine, byte[]> onLine) {
        InputFile file = settings.files().get(index);
        MessageDigest digest = Sha256.create();
        try (var reader =
                BatchFileReader.open(
                        file.name(),
                        Files.newInputStream(file.content()),
                        settings.maxLineBytes())) {
            BatchLine line = reader.next();
            while (line != null) {
                ParsedLine parsed = ParsedLine.of(line);
                byte[] key = LineKey.of(parsed);
                digest.update(key);
                onLine.accept(parsed, key);
                line = reader.next();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] all = digest.digest();
        digests.put(index, all);
        return all;
    }
}
