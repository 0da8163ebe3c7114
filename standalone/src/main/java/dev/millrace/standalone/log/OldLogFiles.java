package dev.millrace.standalone.log;

import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.RolloverFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps two old files of the log, {@code .1} and {@code .2}. Logback's own policies read the name
 * of a file as a pattern, in which a percent sign has a meaning.
 */
final class OldLogFiles extends RollingPolicyBase {
    private final Path file;

    OldLogFiles(Path file) {
        this.file = file;
    }

    @Override
    public void rollover() {
        try {
            if (Files.exists(old(1))) {
                Files.move(old(1), old(2), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(file, old(1), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RolloverFailure("cannot rename " + file, e);
        }
    }

    private Path old(int number) {
        return Path.of(file + "." + number);
    }

    @Override
    public String getActiveFileName() {
        return file.toString();
    }
}
