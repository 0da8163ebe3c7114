package dev.millrace.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    class WhenThereIsNone {
        @Test
        void itIsMadeWithAPlaceForEachPart() {
            try (var data = DataDirectory.open(folder())) {
                assertThat(data.broker()).isEmptyDirectory().hasParentRaw(data.root());
                assertThat(data.streams()).isEmptyDirectory();
                assertThat(data.database()).hasParentRaw(data.root());
            }
        }

        @Test
        void gitDoesNotSeeIt() {
            try (var data = DataDirectory.open(folder())) {
                assertThat(data.root().resolve(".gitignore")).hasContent("*");
            }
        }

        @Test
        void clearingItMakesIt() {
            clear();

            assertThat(folder().resolve("broker")).isEmptyDirectory();
        }
    }

    @Nested
    class WhileItIsOpen {
        @Test
        void announcesTheBrokerOfItsHolder() {
            try (var held = DataDirectory.open(folder())) {
                held.announce(Optional.of("127.0.0.1:9092"));

                assertThat(DataDirectory.announced(folder())).contains("127.0.0.1:9092");
            }
        }

        @Test
        void aSecondOneIsRefusedAndTheHolderNamed() {
            try (var held = DataDirectory.open(folder())) {
                var refusal = refusal(held.root());

                assertThat(refusal.problem()).isEqualTo(Problem.IN_USE);
                assertThat(refusal)
                        .hasMessageContaining(held.root().toString())
                        .hasMessageContaining("process " + ProcessHandle.current().pid());
            }
        }

        @Test
        void itIsNotCleared() throws IOException {
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
    class WhenItsHolderWasKilled {
        @BeforeEach
        void leaveAnAddress() throws IOException {
            DataDirectory.open(folder()).close();
            Files.writeString(folder().resolve("address"), "127.0.0.1:9092\n");
        }

        @Test
        void announcesNoBroker() {
            assertThat(DataDirectory.announced(folder())).isEmpty();
        }

        @Test
        void theNextHolderAnnouncesNoBrokerBeforeItsOwn() {
            try (var _ = DataDirectory.open(folder())) {
                assertThat(DataDirectory.announced(folder())).isEmpty();
            }
        }
    }

    @Nested
    class AfterItWasClosed {
        @Test
        void itOpensAgainWithWhatItHeld() throws IOException {
            try (var data = DataDirectory.open(folder())) {
                Files.writeString(data.database(), "rows");
            }

            try (var again = DataDirectory.open(folder())) {
                assertThat(again.database()).hasContent("rows");
            }
        }

        @Test
        void clearingItLeavesNothingButTheCopyOfTheStandardInput() throws IOException {
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
        void clearingItLeavesWhatOthersHavePutThere() throws IOException {
            DataDirectory.open(folder()).close();
            var notes = Files.writeString(folder().resolve("notes.txt"), "mine");

            clear();

            assertThat(folder()).isDirectoryContaining(path -> path.equals(notes));
        }

        @Test
        void clearingItLeavesCopiesOfItsFiles() throws IOException {
            DataDirectory.open(folder()).close();
            var results = Files.createFile(folder().resolve("millrace.db.2026-11-20.bak"));
            var journal = Files.createFile(folder().resolve("runs.db_copy"));

            clear();

            assertThat(results).exists();
            assertThat(journal).exists();
        }

        @Test
        void itMayBeClearedWhateverVersionHasWrittenIt() throws IOException {
            DataDirectory.open(folder()).close();
            Files.writeString(folder().resolve("layout"), "7\n");

            clear();

            DataDirectory.open(folder()).close();
        }

        @Test
        void nothingIsForgottenBeforeItIsCleared() throws IOException {
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
        void aFileInItsPlaceIsNamed() throws IOException {
            var file = Files.createFile(parent.resolve("file"));

            assertThat(refusal(file).problem()).isEqualTo(Problem.NOT_WRITABLE);
            assertThat(refusal(file))
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("file");
        }

        @Test
        void aFileOnTheWayToItIsNamed() throws IOException {
            var file = Files.createFile(parent.resolve("file"));

            assertThat(refusal(file.resolve("below")).problem()).isEqualTo(Problem.NOT_WRITABLE);
        }

        @Test
        void aFolderOfSomebodyElseIsNeitherUsedNorCleared() throws IOException {
            var thesis = Files.writeString(parent.resolve("thesis.tex"), "years of work");

            assertThat(refusal(parent).problem()).isEqualTo(Problem.NOT_OURS);
            assertThat(
                            catchThrowableOfType(
                                            DataDirectoryException.class,
                                            () -> DataDirectory.openToClear(parent))
                                    .problem())
                    .isEqualTo(Problem.NOT_OURS);
            assertThat(parent).isDirectoryContaining(thesis::equals);
        }

        @Test
        void aNewerLayoutIsLeftAlone() throws IOException {
            DataDirectory.open(folder()).close();
            Files.writeString(folder().resolve("layout"), "7\n");

            assertThat(refusal(folder()).problem()).isEqualTo(Problem.TOO_NEW);
            assertThat(folder().resolve("layout")).hasContent("7");
        }
    }

    @Nested
    class WithSimulatedAnswers {
        @Test
        void itIsNotUsedForProviders() {
            try (var data = DataDirectory.open(folder())) {
                data.claim(Answering.SIMULATOR);
                data.claim(Answering.SIMULATOR);

                var refusal =
                        catchThrowableOfType(
                                DataDirectoryException.class,
                                () -> data.claim(Answering.PROVIDERS));
                assertThat(refusal.problem()).isEqualTo(Problem.OTHER_ANSWERS);
                assertThat(refusal).hasMessageContaining("--simulate");
            }
        }

        @Test
        void itIsFreeAgainAfterItWasCleared() {
            try (var data = DataDirectory.open(folder())) {
                data.claim(Answering.SIMULATOR);
            }
            clear();

            try (var data = DataDirectory.open(folder())) {
                data.claim(Answering.PROVIDERS);
            }
        }
    }
}
