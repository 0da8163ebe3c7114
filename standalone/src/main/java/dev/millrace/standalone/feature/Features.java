package dev.millrace.standalone.feature;

import dev.millrace.router.cache.store.EntryView;
import dev.millrace.router.cache.store.StoredQuestion;
import dev.millrace.router.semantic.QuestionInfo;
import dev.millrace.translation.WireTranslation;
import dev.millrace.wire.translate.Translation;
import java.util.List;
import java.util.function.Supplier;

/**
 * Lists the features that router, worker, forecasts and commands get as an argument. Without its
 * line here, a feature's folder can be deleted.
 */
public final class Features {
    /** How jobs reach models of other urls. */
    public static final List<Translation> TRANSLATIONS = List.of(WireTranslation.values());

    /** How stored questions are read that stand beside cached answers. */
    public static final List<Supplier<EntryView<? extends StoredQuestion>>> QUESTIONS =
            List.of(QuestionInfo::view);

    private Features() {}
}
