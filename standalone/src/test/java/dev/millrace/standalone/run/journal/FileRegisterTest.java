package dev.millrace.standalone.run.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that an earlier run has read, as a later run finds it. */
class FileRegisterTest {
    private final RunJournal journal;

    FileRegisterTest(@TempDir Path folder) {
        journal = RunJournal.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private static FileIdentity identity(String path, String content) {
        return new FileIdentity(
                path, Path.of(path).getFileName().toString(), content.getBytes(UTF_8));
    }

    private final FileIdentity before = identity("/data/a.jsonl", "content");
    private long id;

    @BeforeEach
    void readIt() {
        id = runOf(before).getFirst().id();
    }

    private List<PlannedFile> runOf(FileIdentity... identities) {
        try (RunPlan plan =
                journal.newPlan(
                        Instant.parse("2026-11-20T06:00:00Z"), Duration.ofHours(24), _ -> false)) {
            List<PlannedFile> files = plan.files(List.of(identities));
            for (PlannedFile file : files) {
                plan.submit(file.id(), new byte[16], null, 1, null, _ -> null);
            }
            plan.commit();
            return files;
        }
    }

    @Test
    void isKnownWhereverItIsNow() {
        assertThat(runOf(identity("/moved/to/a.jsonl", "content")))
                .containsExactly(new PlannedFile(id, false));
    }

    @Test
    void isKnownByItsPathWhenItsContentHasChanged() {
        runOf(identity("/moved/to/a.jsonl", "content"));

        assertThat(runOf(identity("/moved/to/a.jsonl", "changed")))
                .containsExactly(new PlannedFile(id, false));
    }

    @Test
    void isKnownByItsOldPathWhenItChangesThereAfterItsCopyWasRun() {
        runOf(identity("/copy/a.jsonl", "content"));

        assertThat(runOf(identity("/data/a.jsonl", "changed")))
                .containsExactly(new PlannedFile(id, false));
    }

    @Test
    void isKnownByAContentThatItHadEarlier() {
        runOf(identity("/data/a.jsonl", "changed"));

        assertThat(runOf(identity("/copy/a.jsonl", "content")))
                .containsExactly(new PlannedFile(id, false));
    }

    @Test
    void isAnotherOneUnderAnotherName() {
        assertThat(runOf(identity("/data/b.jsonl", "content")).getFirst().isNew()).isTrue();
    }

    @Test
    void isAnotherOneWithAnotherContentAtAnotherPath() {
        assertThat(runOf(identity("/other/a.jsonl", "other")).getFirst().isNew()).isTrue();
    }

    @Test
    void leavesItsPathToTheOneThatIsThereNow() {
        long other = runOf(identity("/other/a.jsonl", "other")).getFirst().id();
        runOf(identity("/data/a.jsonl", "other"));

        assertThat(runOf(identity("/data/a.jsonl", "other changed")))
                .containsExactly(new PlannedFile(other, false));
    }

    @Test
    void isFoundOnceInARun() {
        FileIdentity copy = identity("/copy/a.jsonl", "content");

        var first = runOf(copy, before);
        assertThat(first.getLast()).isEqualTo(new PlannedFile(id, false));
        assertThat(first.getFirst().isNew()).isTrue();

        var moved = runOf(identity("/x/a.jsonl", "content"), identity("/y/a.jsonl", "content"));
        assertThat(moved).extracting(PlannedFile::isNew).containsOnly(false);
        assertThat(moved).extracting(PlannedFile::id).doesNotHaveDuplicates();
    }
}
