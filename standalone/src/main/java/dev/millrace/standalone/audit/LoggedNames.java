package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the catalog's model for a name in a log: by name or alias, by the provider's name, without
 * the provider in front, and without the date of a version at the end.
 */
final class LoggedNames {
    private static final Pattern DATED =
            Pattern.compile("(.+?)[-@](?:\\d{4}-\\d{2}-\\d{2}|\\d{8})");

    private final Catalog catalog;
    private final Map<String, Set<Model>> modelsByProviderName = new HashMap<>();

    LoggedNames(Catalog catalog) {
        this.catalog = catalog;
        for (Model model : catalog.models()) {
            add(model.upstreamModel(), model);
            add(undated(model.upstreamModel()), model);
        }
    }

    private void add(String providerName, Model model) {
        modelsByProviderName.computeIfAbsent(providerName, _ -> new LinkedHashSet<>()).add(model);
    }

    /**
     * The model of a name.
     *
     * @param model empty if the catalog has no model of this name, or several
     * @param candidates the models, if there are several
     */
    record Match(Optional<Model> model, List<String> candidates) {
        private static final Match NONE = new Match(Optional.empty(), List.of());
    }

    /** Returns the model of a name. */
    Match find(String name) {
        for (String form : forms(name)) {
            Match match = findForm(form);
            if (match.model().isPresent() || !match.candidates().isEmpty()) {
                return match;
            }
        }
        return Match.NONE;
    }

    private Match findForm(String form) {
        Optional<Model> named = catalog.find(form);
        if (named.isPresent()) {
            return new Match(named, List.of());
        }
        List<Model> found = List.copyOf(modelsByProviderName.getOrDefault(form, Set.of()));
        return found.size() == 1
                ? new Match(Optional.of(found.getFirst()), List.of())
                : new Match(Optional.empty(), found.stream().map(Model::name).toList());
    }

    /** Returns the name as written, then without its date, then both without each leading part. */
    private static List<String> forms(String name) {
        List<String> forms = new ArrayList<>();
        int start = 0;
        while (start >= 0) {
            String rest = name.substring(start);
            forms.add(rest);
            forms.add(undated(rest));
            int slash = name.indexOf('/', start);
            start = slash < 0 ? -1 : slash + 1;
        }
        return forms;
    }

    private static String undated(String name) {
        Matcher dated = DATED.matcher(name);
        return dated.matches() ? dated.group(1) : name;
    }
}
