package dev.millrace.contracts.job;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The fields of a body that raise or lower a call's cost compared with its tokens at the standard
 * tier.
 *
 * @param tier the service tier that the body asks for; null for none
 * @param toolCalls maximum number of calls of the tools of each type that the provider runs, by
 *     type; empty if unlimited
 * @param others other fields with a price unknown to every catalog, in the order of the body
 */
public record PricedFields(
        @Nullable String tier, Map<String, OptionalLong> toolCalls, List<String> others) {
    /**
     * Fields that make providers search the web, speak, route to other models or charge for a
     * region.
     *
     * @see <a href="https://platform.openai.com/docs/guides/tools-web-search">OpenAI's
     *     web_search_options</a>, and its <a
     *     href="https://platform.openai.com/docs/guides/audio">audio</a>
     * @see <a href="https://openrouter.ai/docs/guides/features/plugins/web-search">OpenRouter's
     *     plugins</a>, and its <a
     *     href="https://openrouter.ai/docs/guides/routing/model-fallbacks">models</a>
     * @see <a href="https://docs.x.ai/docs/guides/live-search">xAI's search_parameters</a>
     * @see <a href="https://www.alibabacloud.com/help/en/model-studio/web-search">Alibaba's
     *     enable_search</a>
     * @see <a href="https://platform.claude.com/docs/en/about-claude/pricing">Anthropic's
     *     inference_geo</a>
     */
    private static final Set<String> OTHERS =
            Set.of(
                    "web_search_options",
                    "audio",
                    "plugins",
                    "models",
                    "search_parameters",
                    "enable_search",
                    "inference_geo");

    /**
     * Types of tools without a price per call: the client runs them, or they cost only their
     * tokens. Anthropic's types are listed without their date.
     */
    private static final Set<String> FREE_TOOLS =
            Set.of(
                    "function",
                    "custom",
                    "bash",
                    "text_editor",
                    "computer",
                    "computer_use_preview",
                    "memory",
                    "local_shell",
                    "apply_patch",
                    "mcp",
                    "web_fetch",
                    "tool_search",
                    "tool_search_tool_regex",
                    "tool_search_tool_bm25");

    /**
     * Largest number of types of tools that are kept, because each job in memory holds them. No
     * catalog has prices for this many.
     */
    private static final int MAX_TOOL_TYPES = 1_000;

    /** The date of Anthropic's types, and the mark of OpenAI's early ones. */
    private static final Pattern VERSION = Pattern.compile("(_preview)?(_20[0-9_]{6,8})?$");

    /** A body without a priced field. */
    public static final PricedFields NONE = new PricedFields(null, Map.of(), List.of());

    public PricedFields {
        toolCalls = Collections.unmodifiableMap(new TreeMap<>(toolCalls));
        others = List.copyOf(others);
    }

    /** Collects the fields while the top level of one body is read. */
    static final class Reader {
        private final Map<String, OptionalLong> tools = new TreeMap<>();
        private final List<String> others = new ArrayList<>();
        private OptionalLong maxToolCalls = OptionalLong.empty();
        private @Nullable String tier;
        private @Nullable String speed;

        /** Reads one field. The parser is left at the beginning or the end of its value. */
        void readField(JsonParser json, String name, JsonToken value) {
            switch (name) {
                case "service_tier" -> tier = text(json, value);
                case "speed" -> speed = text(json, value);
                case "max_tool_calls" -> maxToolCalls = count(json, value);
                case "tools" -> readTools(json, value);
                default -> {
                    if (OTHERS.contains(name) && asksFor(json, value)) {
                        others.add(name);
                    }
                }
            }
        }

        PricedFields result() {
            if (maxToolCalls.isPresent()) {
                tools.replaceAll((kind, max) -> max.isPresent() ? max : maxToolCalls);
            }
            // Anthropic's fast mode has separate prices.
            return new PricedFields("fast".equals(speed) ? speed : tier, tools, others);
        }

        /**
         * Returns true if the value can change the price: not null, false, an empty list or {@code
         * global}, which means no certain region.
         */
        private static boolean asksFor(JsonParser json, JsonToken value) {
            return switch (value) {
                case VALUE_NULL, VALUE_FALSE -> false;
                case START_ARRAY -> readLength(json) > 0;
                case VALUE_STRING -> !json.getString().equals("global");
                default -> true;
            };
        }

        private static int readLength(JsonParser json) {
            int length = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                json.skipChildren();
                length++;
            }
            return length;
        }

        private void readTools(JsonParser json, JsonToken value) {
            if (value != JsonToken.START_ARRAY) {
                return;
            }
            for (JsonToken item = json.nextToken();
                    item != JsonToken.END_ARRAY;
                    item = json.nextToken()) {
                if (item == JsonToken.START_OBJECT) {
                    readTool(json);
                } else {
                    json.skipChildren();
                }
            }
        }

        private void readTool(JsonParser json) {
            String type = null;
            OptionalLong max = OptionalLong.empty();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (name.equals("type")) {
                    type = text(json, value);
                } else if (name.equals("max_uses")) {
                    max = count(json, value);
                }
                json.skipChildren();
            }
            // Most tools are functions, or name no type and are functions, too.
            if (type == null || FREE_TOOLS.contains(type)) {
                return;
            }
            String tool = VERSION.matcher(type).replaceFirst("");
            boolean isNew = !tools.containsKey(tool);
            if (!FREE_TOOLS.contains(tool) && (tools.size() < MAX_TOOL_TYPES || !isNew)) {
                tools.merge(tool, max, Reader::sum);
            }
        }

        /** Adds the limits of two tools of one type; empty if one of them is unlimited. */
        private static OptionalLong sum(OptionalLong one, OptionalLong other) {
            return one.isPresent() && other.isPresent()
                    ? OptionalLong.of(one.getAsLong() + other.getAsLong())
                    : OptionalLong.empty();
        }

        private static @Nullable String text(JsonParser json, JsonToken value) {
            return value == JsonToken.VALUE_STRING ? json.getString() : null;
        }

        private static OptionalLong count(JsonParser json, JsonToken value) {
            boolean isCount =
                    value == JsonToken.VALUE_NUMBER_INT
                            && json.getNumberType() == JsonParser.NumberType.INT
                            && json.getIntValue() >= 0;
            return isCount ? OptionalLong.of(json.getIntValue()) : OptionalLong.empty();
        }
    }
}
