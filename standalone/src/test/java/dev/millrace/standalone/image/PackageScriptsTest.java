package dev.millrace.standalone.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Running;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What {@code millrace package} says before it builds. The test command tries the packages
 * themselves, with {@code --containers}.
 */
class PackageScriptsTest {
    private static final Path SCRIPT =
            Path.of("..", "deploy", "package", "make").toAbsolutePath().normalize();

    private static Finished make(String... arguments) {
        var builder = new ProcessBuilder(SCRIPT.toString());
        builder.command().addAll(List.of(arguments));
        // Without /usr/sbin, where debootstrap is.
        builder.environment().put("PATH", "/usr/bin:/bin");
        return Running.start(builder, "make").await();
    }

    @Test
    void unknownPackageIsWrongUsage() {
        assertThat(make("--possible", "zip", "rpm").exitsWith(2).err())
                .contains("there is no package 'rpm', only zip, deb and image");
    }

    @Test
    void missingToolOrRightIsNamed() {
        assertThat(make("--possible", "image").exitsWith(1).err())
                .containsPattern("image needs (root|debootstrap)");
    }

    @Test
    void zipNeedsNothing() {
        assertThat(make("--possible", "zip").exitsWith(0).err()).isEmpty();
    }

    @Test
    void helpExplainsEachPackage() {
        assertThat(make("--help").exitsWith(0).out()).contains("zip  ", "deb  ", "image  ");
    }
}
