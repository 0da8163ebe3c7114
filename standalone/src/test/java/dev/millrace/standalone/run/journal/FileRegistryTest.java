package dev.millrace.standalone.run.journal;

import static dev.millrace.standalone.run.journal.JournalFixture.identity;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import dev.millrace.standalone.run.journal.RunPlan.PlannedFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registers a file that an earlier run has read. */
class FileRegistryTest {
    private final RunJournal journal;

    FileRegistryTest(@TempDir Path folder) {
        journal = RunJournal.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private final FileIdentity before = identity("/data/a.jsonl", "content");
    private long id;

    @BeforeEach
    void readTheFile() {
        id = runOf(before).getFirst().id();
    }

    /** Runs files whose canonical content is their content without spaces. */
    private List<PlannedFile> runOf(FileIdentity... identities) {
        try (RunPlan plan =
                journal.newPlan(
                        Instant.parse("2026-11-20T06:00:00Z"), Duration.ofHours(24), _ -> false)) {
            List<PlannedFile> files =
                    plan.registerFiles(List.of(identities), i -> canonical(identities[i]), null);
            for (int i = 0; i < identities.length; i++) {
                plan.submit(files.get(i).id(), new byte[16], null, 1, null, _ -> null);
                plan.recordCanonical(files.get(i).id(), canonical(identities[i]));
            }
            plan.commit();
            return files;
        }
    }

    private static byte[] canonical(FileIdentity file) {
        return ("canonical " + new String(file.digest(), UTF_8).replace(" ", "")).getBytes(UTF_8);
    }

    @Test
    void movedFileIsKnown() {
        assertThat(runOf(identity("/moved/to/a.jsonl", "content")))
                .containsExactly(new PlannedFile(id, false));
    }

    @Test
    void changedFileIsKnownByItsPath() {
        runOf(identity("/moved/to/a.jsonl", "content"));

        assertThat(runOf(identity("/moved/to/a.jsonl", "changed")))
                .containsExactly(new PlannedFile(id, false, true, null, null));
    }

    @Test
    void changedFileIsKnownByItsPathAfterARunOfItsCopy() {
        runOf(identity("/copy/a.jsonl", "content"));

        assertThat(runOf(identity("/data/a.jsonl", "changed")))
                .containsExactly(new PlannedFile(id, false, true, null, null));
    }

    @Test
    void copyOfAnEarlierContentIsKnown() {
        runOf(identity("/data/a.jsonl", "changed"));

        assertThat(runOf(identity("/copy/a.jsonl", "content")))
                .containsExactly(new PlannedFile(id, false));
    }

    @Test
    void renamedFileIsKnownByItsContent() {
        assertThat(runOf(identity("/data/b.jsonl", "content")))
                .containsExactly(new PlannedFile(id, false, false, "a.jsonl", null));

        assertThat(runOf(identity("/data/b.jsonl", "changed")))
                .containsExactly(new PlannedFile(id, false, true, null, null));
    }

    @Test
    void renamedFileIsKnownThoughItsContentIsWrittenDifferently() {
        assertThat(runOf(identity("/data/b.jsonl", "con tent")))
                .containsExactly(new PlannedFile(id, false, false, "a.jsonl", null));
    }

    @Test
    void otherContentAtAnotherPathIsNew() {
        assertThat(runOf(identity("/other/a.jsonl", "other")).getFirst().isNew()).isTrue();
    }

    @Test
    void pathBelongsToTheFileMostRecentlyReadThere() {
        long other = runOf(identity("/other/a.jsonl", "other")).getFirst().id();
        runOf(identity("/data/a.jsonl", "other"));

        assertThat(runOf(identity("/data/a.jsonl", "other changed")))
                .containsExactly(new PlannedFile(other, false, true, null, null));
    }

    @Test
    void furtherFileOfTheSameContentIsAKnownFileOfItsOwn() {
        FileIdentity copy = identity("/copy/a.jsonl", "content");

        var first = runOf(copy, before);
        assertThat(first.getLast()).isEqualTo(new PlannedFile(id, false));
        assertThat(first.getFirst().isNew()).isFalse();
        assertThat(first.getFirst().id()).isNotEqualTo(id);

        var moved = runOf(identity("/x/a.jsonl", "content"), identity("/y/a.jsonl", "content"));
        assertThat(moved).extracting(PlannedFile::isNew).containsOnly(false);
        assertThat(moved).extracting(PlannedFile::id).doesNotHaveDuplicates();
    }

    /** The answers of the other file are stored: at its new name they must not be paid again. */
    @Test
    void fileRenamedToTheNameOfAnotherFileIsKnownByItsContent() {
        long other = runOf(identity("/data/b.jsonl", "other")).getFirst().id();

        assertThat(runOf(identity("/data/a.jsonl", "other")).getFirst().id()).isEqualTo(other);
    }

    @Test
    void filesThatSwapTheirNamesAreKnownByTheirContent() {
        long other = runOf(identity("/data/b.jsonl", "other")).getFirst().id();

        assertThat(runOf(identity("/data/a.jsonl", "other"), identity("/data/b.jsonl", "content")))
                .extracting(PlannedFile::id)
                .containsExactly(other, id);
    }

    @Test
    void renamedFileIsKnownBesideANewFileAtItsFormerPath() {
        var files =
                runOf(identity("/data/a.jsonl", "today"), identity("/data/old.jsonl", "content"));

        assertThat(files.getLast().id()).isEqualTo(id);
        assertThat(files.getLast().isNew()).isFalse();
    }

    @Test
    void copyThatWasEditedAndRunIsKnownBesideItsOriginal() {
        runOf(identity("/data/copy.jsonl", "content"));
        runOf(identity("/data/copy.jsonl", "edited"));

        assertThat(runOf(before, identity("/data/copy.jsonl", "edited")))
                .extracting(PlannedFile::isNew)
                .containsOnly(false);
    }
}
