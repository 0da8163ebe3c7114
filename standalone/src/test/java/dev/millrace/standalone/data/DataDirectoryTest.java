package dev.millrace.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataDirectoryTest {
    @TempDir Path parent;

    private Path folder() {
        return parent.resolve("deep").resolve(".millrace");
    }

    private static DataDirectoryException refusal(Path folder) {
        return catchThrowableOfType(
                DataDirectoryException.class, () -> DataDirectory.open(folder).close());
    }

    private void clear() {
        try (var data = DataDirectory.openToClear(folder())) {
            data.clear();
        }
    }

    @Nested
    class WhenItDoesNotExist {
        @Test
        void openCreatesItWithAFolderForEachPart() {
            try (var data = DataDirectory.open(folder())) {
                assertThat(data.broker()).isEmptyDirectory().hasParentRaw(data.root());
                assertThat(data.streams()).isEmptyDirectory();
                assertThat(data.database()).hasParentRaw(data.root());
            }
        }

        @Test
        void onlyItsOwnerMayReadIt() throws IOException {
            DataDirectory.open(folder()).close();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                    .isEqualTo("rwx------");
        }

        @Test
        void openHidesItFromGit() {
            try (var data = DataDirectory.open(folder())) {
                assertThat(data.root().resolve(".gitignore")).hasContent("*");
            }
        }

        @Test
        void clearCreatesIt() {
            clear();

            assertThat(folder().resolve("broker")).isEmptyDirectory();
        }
    }

    @Test
    void emptyFolderBecomesItsOwnersOnly() throws IOException {
        Files.createDirectories(folder());
        Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxr-xr-x"));

        DataDirectory.open(folder()).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
    }

    @Nested
    class WhileItIsOpen {
        @ParameterizedTest
        @CsvSource({
            "'', ''",
            "/a folder/millrace.yaml, ''",
            "'', off: p (K is not set)",
            "/a folder/millrace.yaml, off: p (K is not set)"
        })
        void pipelineOfTheHolderIsAnnounced(String file, String off) {
            var pipeline =
                    new AnnouncedPipeline(
                            "127.0.0.1:9092",
                            Optional.of(file).filter(it -> !it.isEmpty()).map(Path::of),
                            Optional.of(off).filter(it -> !it.isEmpty()));
            try (var held = DataDirectory.open(folder())) {
                held.announce(pipeline);

                assertThat(DataDirectory.announced(folder())).contains(pipeline);
            }
        }

        @Test
        void secondOpenFailsAndNamesTheHolder() {
            try (var held = DataDirectory.open(folder())) {
                var refusal = refusal(held.root());

                assertThat(refusal.problem()).isEqualTo(Problem.IN_USE);
                assertThat(refusal)
                        .hasMessageContaining(held.root().toString())
                        .hasMessageContaining("process " + ProcessHandle.current().pid());
            }
        }

        @Test
        void openToClearFailsAndDeletesNothing() throws IOException {
            try (var held = DataDirectory.open(folder())) {
                Files.writeString(held.database(), "rows");

                var refusal =
                        catchThrowableOfType(
                                DataDirectoryException.class,
                                () -> DataDirectory.openToClear(held.root()));

                assertThat(refusal.problem()).isEqualTo(Problem.IN_USE);
                assertThat(held.database()).hasContent("rows");
            }
        }
    }

    @Nested
    class AfterItsHolderWasKilled {
        @BeforeEach
        void leaveAnAddress() throws IOException {
            DataDirectory.open(folder()).close();
            Files.writeString(folder().resolve("address"), "127.0.0.1:9092\n");
        }

        @Test
        void noBrokerIsAnnounced() {
            assertThat(DataDirectory.announced(folder())).isEmpty();
        }

        @Test
        void nextHolderAnnouncesNoBrokerBeforeItsOwn() {
            try (var _ = DataDirectory.open(folder())) {
                assertThat(DataDirectory.announced(folder())).isEmpty();
            }
        }
    }

    @Nested
    class AfterItWasClosed {
        @Test
        void reopenKeepsItsFiles() throws IOException {
            try (var data = DataDirectory.open(folder())) {
                Files.writeString(data.database(), "rows");
            }

            try (var again = DataDirectory.open(folder())) {
                assertThat(again.database()).hasContent("rows");
            }
        }

        @Test
        void clearKeepsOnlyTheCopyOfStandardInput() throws IOException {
            try (var data = DataDirectory.open(folder())) {
                Files.writeString(data.database(), "rows");
                Files.writeString(data.root().resolve("millrace.db-wal"), "log");
                Files.createDirectories(data.broker().resolve("topic-0"));
                Files.writeString(data.standardInput(), "lines");
            }

            clear();

            assertThat(folder().resolve("broker")).isEmptyDirectory();
            assertThat(folder().resolve("millrace.db")).doesNotExist();
            assertThat(folder().resolve("millrace.db-wal")).doesNotExist();
            assertThat(folder().resolve("stdin.jsonl")).hasContent("lines");
        }

        @Test
        void clearKeepsForeignFiles() throws IOException {
            DataDirectory.open(folder()).close();
            var notes = Files.writeString(folder().resolve("notes.txt"), "mine");

            clear();

            assertThat(folder()).isDirectoryContaining(path -> path.equals(notes));
        }

        @Test
        void clearKeepsCopiesOfItsFiles() throws IOException {
            DataDirectory.open(folder()).close();
            var results = Files.createFile(folder().resolve("millrace.db.2026-11-20.bak"));
            var journal = Files.createFile(folder().resolve("runs.db_copy"));

            clear();

            assertThat(results).exists();
            assertThat(journal).exists();
        }

        @Test
        void clearAcceptsANewerLayout() throws IOException {
            DataDirectory.open(folder()).close();
            Files.writeString(folder().resolve("layout"), "7\n");

            clear();

            DataDirectory.open(folder()).close();
        }

        @Test
        void openToClearDeletesNothing() throws IOException {
            try (var data = DataDirectory.open(folder())) {
                Files.writeString(data.database(), "rows");
            }

            DataDirectory.openToClear(folder()).close();

            assertThat(folder().resolve("millrace.db")).hasContent("rows");
        }
    }

    @Nested
    class WhenItCannotBeUsed {
        @Test
        void fileInItsPlaceIsNamed() throws IOException {
            var file = Files.createFile(parent.resolve("file"));

            assertThat(refusal(file).problem()).isEqualTo(Problem.NOT_WRITABLE);
            assertThat(refusal(file))
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("file");
        }

        @Test
        void fileInItsParentPathIsRejected() throws IOException {
            var file = Files.createFile(parent.resolve("file"));

            assertThat(refusal(file.resolve("below")).problem()).isEqualTo(Problem.NOT_WRITABLE);
        }

        @Test
        void folderWithIndexesAloneIsUsed() throws IOException {
            for (String name : List.of("index", "index-2", "index-search", "index-search-2")) {
                Files.createDirectories(folder().resolve(name));
            }

            DataDirectory.open(folder()).close();

            assertThat(folder().resolve("index-search")).isDirectory();
            clear();
            assertThat(folder().resolve("index-search")).doesNotExist();
        }

        @Test
        void folderWithForeignFilesIsNeitherUsedNorCleared() throws IOException {
            var thesis = Files.writeString(parent.resolve("thesis.tex"), "years of work");

            assertThat(refusal(parent).problem()).isEqualTo(Problem.FOREIGN_FILES);
            assertThat(
                            catchThrowableOfType(
                                            DataDirectoryException.class,
                                            () -> DataDirectory.openToClear(parent))
                                    .problem())
                    .isEqualTo(Problem.FOREIGN_FILES);
            assertThat(parent).isDirectoryContaining(thesis::equals);
        }

        @Test
        void newerLayoutIsRejectedAndKept() throws IOException {
            DataDirectory.open(folder()).close();
            Files.writeString(folder().resolve("layout"), "7\n");

            assertThat(refusal(folder()).problem()).isEqualTo(Problem.NEWER_LAYOUT);
            assertThat(folder().resolve("layout")).hasContent("7");
        }
    }

    @Nested
    class WithSimulatedAnswers {
        @Test
        void itRejectsAnswersOfProviders() {
            try (var data = DataDirectory.open(folder())) {
                data.claim(AnswerSource.SIMULATOR);
                data.claim(AnswerSource.SIMULATOR);

                var refusal =
                        catchThrowableOfType(
                                DataDirectoryException.class,
                                () -> data.claim(AnswerSource.PROVIDERS));
                assertThat(refusal.problem()).isEqualTo(Problem.OTHER_ANSWER_SOURCE);
                assertThat(refusal).hasMessageContaining("--simulate");
            }
        }

        @Test
        void itAcceptsAnswersOfProvidersAfterAClear() {
            try (var data = DataDirectory.open(folder())) {
                data.claim(AnswerSource.SIMULATOR);
            }
            clear();

            try (var data = DataDirectory.open(folder())) {
                data.claim(AnswerSource.PROVIDERS);
            }
        }
    }
}
