package dev.millrace.contracts.catalog;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The differences between the bodies of a model and its provider's wire.
 *
 * @param rename the model's name of each top-level key that it names differently, by the wire's
 *     name
 * @param refuse keys that the model does not accept: top-level keys, or a key within a top-level
 *     object, such as {@code output_config.effort}. A refused {@code stream_options} is omitted
 *     from the body, because it concerns only the transport
 * @param toolCallIds pattern of the ids of tool calls that the model accepts, if they differ; other
 *     ids in a conversation are replaced
 * @param promptCache whether calls use the provider's cache of prompts; empty: as the provider's
 *     setting says
 */
public record ModelParameters(
        Map<String, String> rename,
        Set<String> refuse,
        Optional<String> toolCallIds,
        Optional<PromptCacheMode> promptCache) {
    /** The model follows its wire. */
    public static final ModelParameters DEFAULT =
            new ModelParameters(Map.of(), Set.of(), Optional.empty());

    /** Creates the parameters of a model that caches prompts as its provider's setting says. */
    public ModelParameters(
            Map<String, String> rename, Set<String> refuse, Optional<String> toolCallIds) {
        this(rename, refuse, toolCallIds, Optional.empty());
    }

    /** The key of the model's name, which every request needs. */
    private static final String MODEL = "model";

    private static final String STREAM_OPTIONS = "stream_options";

    /** Ids as they replace others. */
    private static final List<String> REPLACEMENTS = List.of("AbCdEfGh1", "aaaaaaaaa", "000000000");

    /** The patterns of ids, each compiled once. Only configurations have such patterns. */
    private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

    public ModelParameters {
        rename.forEach(ModelParameters::requireRenamable);
        require(
                new HashSet<>(rename.values()).size() == rename.size()
                        && Collections.disjoint(rename.values(), rename.keySet()),
                "rename",
                "must give each key its own new name, which is not renamed itself");
        for (var key : refuse) {
            requireKey("refuse", key);
            require(
                    !rename.containsKey(key),
                    "refuse",
                    "must not name " + key + ", which rename names as well");
        }
        toolCallIds.ifPresent(
                it ->
                        require(
                                acceptsReplacements(it),
                                "tool_call_ids",
                                "must be a regular expression that any nine letters and digits match,"
                                        + " such as [a-zA-Z0-9]{9}"));
        rename = Collections.unmodifiableMap(new LinkedHashMap<>(rename));
        refuse = Collections.unmodifiableSet(new LinkedHashSet<>(refuse));
    }

    /**
     * A key that makes a body unacceptable.
     *
     * @param key key of the body, as in {@link #refuse}
     * @param reason end of a sentence that begins with the model
     */
    public record UnacceptableKey(String key, String reason) {}

    /** Returns true if every body is accepted as it is. */
    public boolean isDefault() {
        return rename.isEmpty() && refuse.isEmpty();
    }

    /** Returns every key that is named here, old and new names included. */
    public Set<String> names() {
        Set<String> names = new HashSet<>(refuse);
        names.addAll(rename.keySet());
        names.addAll(rename.values());
        return names;
    }

    /** Returns the model's name of a key. */
    public String nameOf(String key) {
        return rename.getOrDefault(key, key);
    }

    /**
     * Returns the reasons why a body is not acceptable; empty for an acceptable body.
     *
     * @param keys keys of the body whose value is not null: top-level keys, and the keys of
     *     top-level objects as {@code a.b}
     */
    public List<UnacceptableKey> problemsOf(Collection<String> keys) {
        List<UnacceptableKey> problems = new ArrayList<>();
        for (String key : keys) {
            if (refuse.contains(key) && !key.equals(STREAM_OPTIONS)) {
                problems.add(new UnacceptableKey(key, "does not accept " + key));
            }
            String name = nameOf(key);
            if (!name.equals(key) && keys.contains(name)) {
                problems.add(
                        new UnacceptableKey(
                                key,
                                "knows " + key + " as " + name + ", which the body has as well"));
            }
        }
        return List.copyOf(problems);
    }

    /** Returns the compiled {@link #toolCallIds}. */
    public Optional<Pattern> toolCallIdPattern() {
        return toolCallIds.map(it -> COMPILED.computeIfAbsent(it, Pattern::compile));
    }

    private static boolean acceptsReplacements(String ids) {
        try {
            return REPLACEMENTS.stream().allMatch(Pattern.compile(ids).asMatchPredicate());
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static void requireRenamable(String key, String name) {
        requireKey("rename", key);
        requireKey("rename", name);
        require(!key.equals(name), "rename", "must give " + key + " another name");
    }

    private static void requireKey(String setting, String key) {
        require(!key.isBlank(), setting, "must name keys of the body, not blanks");
        require(!key.equals(MODEL), setting, "must not name model, which every request needs");
    }
}
