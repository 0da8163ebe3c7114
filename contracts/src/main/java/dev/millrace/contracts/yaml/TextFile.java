package dev.millrace.contracts.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a file that someone wrote by hand, or says why it cannot be read. */
public final class TextFile {
    private static final long LARGEST = 1 << 20;

    private TextFile() {}

    /** The text of a file in UTF-8 of at most 1 MiB. */
    public static Optional<String> read(Path file, Problems problems) {
        try {
            if (Files.size(file) > LARGEST) {
                problems.add(
                        "must be a configuration of at most 1MiB, is "
                                + Files.size(file)
                                + " bytes long");
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
                            + (Files.isDirectory(file) ? "it is a folder" : e.getMessage()));
        }
        return Optional.empty();
    }
}
