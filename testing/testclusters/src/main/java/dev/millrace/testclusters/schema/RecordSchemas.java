package dev.millrace.testclusters.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Checks keys, headers and values of the records of public topics. A key that a schema does not
 * name is a problem, too, although clients ignore it.
 */
public final class RecordSchemas {
    private static final String DEFAULT_PREFIX = "millrace.";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Message> messages = new HashMap<>();

    /**
     * What the records of a topic must be.
     *
     * @param isJson true if a value is JSON; false for any text
     * @param needsKey true if each record has a key
     * @param headerNames names of all headers of Millrace
     */
    private record Message(
            boolean isJson,
            boolean needsKey,
            Schema key,
            Schema headers,
            Set<String> headerNames,
            Schema value) {

        static Message of(JsonNode message, JsonNode description) {
            JsonNode bindings =
                    ShippedSchemas.resolve(message.path("bindings"), description).path("kafka");
            JsonNode headers = ShippedSchemas.resolve(message.path("headers"), description);
            JsonNode value = ShippedSchemas.resolve(message.path("payload"), description);
            return new Message(
                    !message.has("contentType"),
                    bindings.path("key").has("pattern"),
                    ShippedSchemas.compile(bindings.path("key")),
                    ShippedSchemas.compile(headers.isMissingNode() ? NODES.objectNode() : headers),
                    Set.copyOf(headers.path("properties").propertyNames()),
                    ShippedSchemas.compile(ShippedSchemas.closed(value)));
        }
    }

    /** Creates the check of a pipeline's topics. */
    public RecordSchemas(Topics topics) {
        JsonNode description = ShippedSchemas.read(ShippedSchemas.DESCRIPTION);
        for (JsonNode channel : description.path("channels")) {
            String name = channel.path("address").stringValue().substring(DEFAULT_PREFIX.length());
            JsonNode message = channel.path("messages").iterator().next();
            messages.put(
                    topics.prefix() + name,
                    Message.of(ShippedSchemas.resolve(message, description), description));
        }
    }

    /** Returns the names of the public topics. */
    public Set<String> topics() {
        return Set.copyOf(messages.keySet());
    }

    /**
     * Checks a record.
     *
     * @throws AssertionError if it is not as described
     */
    public void requireValid(ConsumerRecord<byte[], byte[]> record) {
        List<String> problems = problems(record);
        if (!problems.isEmpty()) {
            throw new AssertionError(
                    "a record of %s is not as described: %s%n%s"
                            .formatted(
                                    record.topic(),
                                    problems,
                                    record.value() == null ? "" : text(record.value())));
        }
    }

    /** Returns the problems of a record of a public topic. */
    public List<String> problems(ConsumerRecord<byte[], byte[]> record) {
        Message message = message(record.topic());
        var problems = new ArrayList<String>();
        if (record.key() != null) {
            add(problems, "key", message.key().validate(NODES.stringNode(text(record.key()))));
        } else if (message.needsKey()) {
            problems.add("key: is missing");
        }
        addHeaders(problems, message, record.headers());
        if (record.value() != null) {
            problems.addAll(valueProblems(record.topic(), text(record.value())));
        }
        return problems;
    }

    private static void addHeaders(List<String> problems, Message message, Headers headers) {
        var object = NODES.objectNode();
        for (Header header : headers) {
            object.put(header.key(), header.value() == null ? "" : text(header.value()));
            if (header.key().startsWith(MillraceHeaders.PREFIX)
                    && !message.headerNames().contains(header.key())) {
                problems.add("header: " + header.key() + " is not described");
            }
        }
        add(problems, "header", message.headers().validate(object));
    }

    /** Returns the problems of a value of a public topic. */
    public List<String> valueProblems(String topic, String value) {
        Message message = message(topic);
        var problems = new ArrayList<String>();
        try {
            JsonNode node = message.isJson() ? JSON.readTree(value) : NODES.stringNode(value);
            add(problems, "value", message.value().validate(node));
        } catch (JacksonException e) {
            problems.add("value: is not JSON: " + e.getOriginalMessage());
        }
        return problems;
    }

    private Message message(String topic) {
        Message message = messages.get(topic);
        if (message == null) {
            throw new IllegalArgumentException(topic + " is not public");
        }
        return message;
    }

    private static void add(List<String> problems, String what, List<Error> errors) {
        errors.forEach(it -> problems.add(what + ": " + it));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
