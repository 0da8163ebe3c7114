package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.router.documents.AnswerJoiner.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the texts that replace the document in the jobs of one level. Used within one turn. */
final class PartText {
    private final SplitStore store;
    private final SplitProgress progress;
    private final PartJobs parts;
    private final List<EndedPart> joined;
    private final List<Group> groups;

    PartText(SplitStore store, SplitProgress progress, PartJobs parts) {
        this.store = store;
        this.progress = progress;
        this.parts = parts;
        joined =
                progress.level() == 0
                        ? List.of()
                        : store.ended(progress.job(), progress.level() - 1);
        groups = groups(joined, parts.plan().joinedTokens()).orElse(List.of());
    }

    /**
     * Returns the groups of answers that the jobs of the next level join; empty if the answers
     * cannot be joined.
     */
    static Optional<List<Group>> groups(List<EndedPart> ended, int joinedTokens) {
        return AnswerJoiner.groups(ended.stream().map(EndedPart::toItem).toList(), joinedTokens);
    }

    /** Returns the text of a job of the level. */
    String of(int index) {
        if (progress.level() == 0) {
            return parts.text(index);
        }
        Group group = groups.get(index);
        List<@Nullable String> answers = new ArrayList<>();
        for (int i = group.from(); i < group.to(); i++) {
            byte[] answer = store.answer(progress.job(), progress.level() - 1, i);
            answers.add(answer == null ? null : new String(answer, UTF_8));
        }
        return AnswerJoiner.text(
                parts.options().joinPrompt(), group.from() + 1, joined.size(), answers);
    }
}
