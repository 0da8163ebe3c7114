package dev.millrace.contracts.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyTest {
    @TempDir Path folder;

    @BeforeEach
    void needPermissions() {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "this file system has no POSIX permissions");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void missingParentsAreForTheOwnerOnlyToo() throws IOException {
        Path created = OwnerOnly.createFolders(folder.resolve("a/b"));

        assertThat(permissions(created)).isEqualTo("rwx------");
        assertThat(permissions(folder.resolve("a"))).isEqualTo("rwx------");
    }

    @Test
    void existingFolderKeepsItsPermissions() throws IOException {
        Path existing = Files.createDirectory(folder.resolve("shared"));
        Files.setPosixFilePermissions(existing, PosixFilePermissions.fromString("rwxrwx---"));

        OwnerOnly.createFolders(existing);

        assertThat(permissions(existing)).isEqualTo("rwxrwx---");
    }

    @Test
    void linkToAFolderIsAFolder() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);

        assertThat(OwnerOnly.createFolders(link)).isEqualTo(link);
    }

    @Test
    void filesAreForTheOwnerOnly() throws IOException {
        Path empty = folder.resolve("empty");
        OwnerOnly.createFile(empty);
        OwnerOnly.createFile(empty);
        Path opened = folder.resolve("opened");
        OwnerOnly.open(opened, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
                .close();

        assertThat(permissions(empty)).isEqualTo("rw-------");
        assertThat(permissions(opened)).isEqualTo("rw-------");
    }

    @Test
    void folderIsTakenFromTheOthers() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

        OwnerOnly.restrict(open);

        assertThat(permissions(open)).isEqualTo("rwx------");
    }
}
