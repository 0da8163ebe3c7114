package dev.millrace.yaml.document;

import dev.millrace.yaml.problem.Problems;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a hand-written text file, or reports why it cannot be read. */
public final class TextFile {
    private static final long MAX_BYTES = 1 << 20;

    private TextFile() {}

    /** Returns the text of a UTF-8 file of at most 1 MiB; empty after reporting a problem. */
    public static Optional<String> read(Path file, Problems problems) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                problems.add(
                        "must be a configuration of at most 1MiB, has "
                                + Files.size(file)
                                + " bytes");
                return Optional.empty();
            }
            var decoder = StandardCharsets.UTF_8.newDecoder();
            return Optional.of(
                    decoder.decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString());
        } catch (CharacterCodingException e) {
            problems.add("must be text in UTF-8");
        } catch (NoSuchFileException e) {
            problems.add("does not exist");
        } catch (AccessDeniedException e) {
            problems.add("cannot be read: permission denied");
        } catch (IOException e) {
            problems.add(
                    "cannot be read: "
                            + (Files.isDirectory(file) ? "it is a directory" : e.getMessage()));
        }
        return Optional.empty();
    }
}
