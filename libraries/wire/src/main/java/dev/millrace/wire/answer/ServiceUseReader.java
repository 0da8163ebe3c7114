package dev.millrace.wire.answer;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.ServiceTier;
import dev.millrace.contracts.money.ServiceUse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the billable parts of an answer besides its tokens: the service tier, and the calls of
 * tools that the provider ran. Used once, by one thread.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/object">OpenAI, whose
 *     output has an item for each call of a tool</a>
 * @see <a href="https://platform.claude.com/docs/en/api/messages/create">Anthropic, whose usage has
 *     service_tier, speed and server_tool_use</a>
 */
public final class ServiceUseReader {
    private static final String TIER = "service_tier";

    /** Anthropic names the fast mode here, and the tier of capacity in {@link #TIER}. */
    private static final String SPEED = "speed";

    private static final String SERVER_TOOLS = "server_tool_use";
    private static final String REQUESTS = "_requests";

    /** Tools of a usage that are counted under other names: of xAI and Perplexity. */
    private static final Map<String, String> COUNTS =
            Map.of("num_sources_used", "live_search", "num_search_queries", "web_search");

    /** Items of an output that represent a call of a separately priced tool. */
    private static final Map<String, String> ITEMS =
            Map.of(
                    "web_search_call", "web_search",
                    "file_search_call", "file_search",
                    "code_interpreter_call", "code_interpreter",
                    "image_generation_call", "image_generation");

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,40}");

    private final Map<String, Long> calls = new HashMap<>();
    private final Set<String> containers = new HashSet<>();
    private @Nullable String tier;
    private @Nullable String speed;

    private ServiceUseReader() {}

    /** Reads the body of an answer; an unreadable value counts as not reported. */
    public static ServiceUse read(Endpoint endpoint, byte[] body) {
        if (!endpoint.generates()) {
            return ServiceUse.NONE;
        }
        var reader = new ServiceUseReader();
        try (JsonParser json = JsonBytes.parser(body, 0, body.length)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                reader.readAnswer(json);
            }
        } catch (JacksonException e) {
            return ServiceUse.NONE;
        }
        return reader.result();
    }

    private ServiceUse result() {
        String named = ServiceTier.isStandard(speed) ? tier : speed;
        if (named == null || ServiceTier.isStandard(named)) {
            return new ServiceUse(null, calls);
        }
        return new ServiceUse(known(named), calls);
    }

    /** Returns the name if it is short and plain enough for a metric, else {@code other}. */
    private static String known(String name) {
        return NAME.matcher(name).matches() ? name : "other";
    }

    private void readAnswer(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("usage") && value == JsonToken.START_OBJECT) {
                readUsage(json);
            } else if (name.equals("output") && value == JsonToken.START_ARRAY) {
                readOutput(json);
            } else {
                readText(json, name, value);
                json.skipChildren();
            }
        }
    }

    private void readText(JsonParser json, String name, JsonToken value) {
        if (value == JsonToken.VALUE_STRING && name.equals(TIER)) {
            tier = json.getString();
        } else if (value == JsonToken.VALUE_STRING && name.equals(SPEED)) {
            speed = json.getString();
        }
    }

    private void readUsage(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals(SERVER_TOOLS) && value == JsonToken.START_OBJECT) {
                readServerTools(json);
            } else {
                readText(json, name, value);
                String tool = COUNTS.get(name);
                if (tool != null) {
                    count(json, value, tool);
                }
                json.skipChildren();
            }
        }
    }

    private void readServerTools(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.endsWith(REQUESTS)) {
                count(json, value, known(name.substring(0, name.length() - REQUESTS.length())));
            }
            json.skipChildren();
        }
    }

    private void count(JsonParser json, JsonToken value, String tool) {
        boolean isCount =
                value == JsonToken.VALUE_NUMBER_INT
                        && json.getNumberType() == JsonParser.NumberType.INT
                        && json.getIntValue() > 0;
        if (isCount) {
            calls.merge(tool, (long) json.getIntValue(), Long::sum);
        }
    }

    private void readOutput(JsonParser json) {
        for (JsonToken item = json.nextToken();
                item != JsonToken.END_ARRAY && item != null;
                item = json.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                readItem(json);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Counts one call, or nothing for a call in a container that is already counted. */
    private void readItem(JsonParser json) {
        String type = "";
        String container = "";
        String action = "search";
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_STRING && name.equals("type")) {
                type = json.getString();
            } else if (value == JsonToken.VALUE_STRING && name.equals("container_id")) {
                container = json.getString();
            } else if (value == JsonToken.START_OBJECT && name.equals("action")) {
                action = readAction(json);
            } else {
                json.skipChildren();
            }
        }
        String tool = ITEMS.get(type);
        boolean isFree =
                ("web_search".equals(tool) && !action.equals("search"))
                        || (!container.isEmpty() && !containers.add(container));
        if (tool != null && !isFree) {
            calls.merge(tool, 1L, Long::sum);
        }
    }

    /** Returns the kind of an action: opening a page that a search found is not a search. */
    private static String readAction(JsonParser json) {
        String type = "search";
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("type")) {
                type = json.getString();
            }
            json.skipChildren();
        }
        return type;
    }
}
