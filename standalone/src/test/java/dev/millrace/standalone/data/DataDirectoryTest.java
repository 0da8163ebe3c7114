package dev.millrace.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.standalone.data.DataDirectoryException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        void forgettingItDoesNothing() {
            DataDirectory.forget(folder());

            assertThat(parent).isEmptyDirectory();
        }
    }

    @Nested
    class WhileItIsOpen {
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
        void itIsNotForgotten() throws IOException {
            try (var held = DataDirectory.open(folder())) {
                Files.writeString(held.database(), "rows");

                var refusal =
                        catchThrowableOfType(
                                DataDirectoryException.class,
                                () -> DataDirectory.forget(held.root()));

                assertThat(refusal.problem()).isEqualTo(Problem.IN_USE);
                assertThat(held.database()).hasContent("rows");
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
        void forgettingItLeavesNothing() throws IOException {
            try (var data = DataDirectory.open(folder())) {
                Files.writeString(data.database(), "rows");
                Files.writeString(data.root().resolve("millrace.db-wal"), "log");
                Files.createDirectories(data.broker().resolve("topic-0"));
            }

            DataDirectory.forget(folder());

            assertThat(folder()).doesNotExist();
        }

        @Test
        void forgettingItLeavesWhatOthersHavePutThere() throws IOException {
            DataDirectory.open(folder()).close();
            var notes = Files.writeString(folder().resolve("notes.txt"), "mine");

            DataDirectory.forget(folder());

            assertThat(folder()).isDirectoryContaining(path -> path.equals(notes));
            assertThat(folder().resolve("broker")).doesNotExist();
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
        void aFolderOfSomebodyElseIsNeitherUsedNorForgotten() throws IOException {
            var thesis = Files.writeString(parent.resolve("thesis.tex"), "years of work");

            assertThat(refusal(parent).problem()).isEqualTo(Problem.NOT_OURS);
            assertThat(
                            catchThrowableOfType(
                                            DataDirectoryException.class,
                                            () -> DataDirectory.forget(parent))
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
        void itIsFreeAgainAfterItWasForgotten() {
            try (var data = DataDirectory.open(folder())) {
                data.claim(Answering.SIMULATOR);
            }
            DataDirectory.forget(folder());
            assertThat(folder()).doesNotExist();

            try (var data = DataDirectory.open(folder())) {
                data.claim(Answering.PROVIDERS);
            }
        }
    }
}
