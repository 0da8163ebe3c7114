package dev.millrace.standalone.feature;

import dev.millrace.translation.WireTranslation;
import dev.millrace.wire.translate.Translation;
import java.util.List;

/**
 * Lists the features that router, worker and forecasts get as an argument. Without its line here, a
 * feature's folder can be deleted.
 */
public final class Features {
    /** How jobs reach models of other urls. */
    public static final List<Translation> TRANSLATIONS = List.of(WireTranslation.values());

    private Features() {}
}
