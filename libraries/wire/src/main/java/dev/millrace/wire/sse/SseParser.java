package dev.millrace.wire.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.wire.json.DeclaredCharset;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream of bytes into server-sent events. The pieces can end anywhere, even within a
 * character or between CR and LF. Used by one thread.
 *
 * <p>Follows <a
 * href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">
 * the HTML standard</a>: comments and unknown fields are skipped. Accepts more than the standard,
 * since servers deviate from it:
 *
 * <ul>
 *   <li>an event without its blank line, at the end of the stream or before the next JSON value
 *   <li>JSON and {@code [DONE]} without {@code data:} before it
 *   <li>blanks, NULs and a byte order mark at the beginning of a line
 *   <li>names of fields in capitals, and blanks behind them
 * </ul>
 */
public final class SseParser {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** The end mark of OpenAI's streams, after which some servers send no blank line. */
    private static final byte[] DONE = "[DONE]".getBytes(UTF_8);

    private final int maxLineBytes;
    private final int maxEventBytes;
    private final DeclaredCharset charset;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Data data = new Data();
    private String name = "";

    /**
     * Name that followed the data, null for none. It belongs to this event if a blank line ends the
     * event, and to the next event if further data does.
     */
    private @Nullable String laterName;

    private long commentBytes;
    private boolean isComment;
    private boolean endedWithCarriageReturn;
    private boolean isOverLimit;

    /** The data of an unfinished event. */
    private static final class Data extends ByteArrayOutputStream {
        private boolean isPresent;

        void add(byte[] text, int start) {
            if (isPresent) {
                write('\n');
            }
            write(text, start, text.length - start);
            isPresent = true;
        }

        /**
         * Returns true if the next line begins another event. Within a JSON value, no object or
         * array begins directly after the end of another one.
         */
        boolean isWholeBefore(byte[] text, int start) {
            return isPresent
                    && size() > 0
                    && (buf[size() - 1] == '}' || buf[size() - 1] == ']')
                    && isJsonStart(text, start);
        }

        boolean isDone() {
            return size() == DONE.length && Arrays.equals(buf, 0, size(), DONE, 0, DONE.length);
        }

        void clear() {
            reset();
            isPresent = false;
        }
    }

    /**
     * @param maxLineBytes longest accepted line; all comments of the stream count as one line
     * @param maxEventBytes longest accepted data of an event
     */
    public SseParser(int maxLineBytes, int maxEventBytes) {
        this(maxLineBytes, maxEventBytes, DeclaredCharset.NONE);
    }

    /**
     * @param charset of the lines, whose ends are those of ASCII
     */
    public SseParser(int maxLineBytes, int maxEventBytes, DeclaredCharset charset) {
        this.maxLineBytes = maxLineBytes;
        this.maxEventBytes = maxEventBytes;
        this.charset = charset;
    }

    /**
     * Adds bytes and returns the events that they complete. Returns no further events once a line
     * or an event exceeds its limit.
     */
    public List<SseEvent> feed(byte[] bytes, int offset, int length) {
        var events = new ArrayList<SseEvent>();
        int start = offset;
        int end = offset + length;
        for (int i = offset; i < end && !isOverLimit; i++) {
            boolean isLineFeed = bytes[i] == '\n';
            if (!isLineFeed && bytes[i] != '\r') {
                continue;
            }
            boolean isSecondHalfOfLineEnd = isLineFeed && endedWithCarriageReturn && start == i;
            if (!isSecondHalfOfLineEnd) {
                append(bytes, start, i);
                endLine(events);
            }
            endedWithCarriageReturn = !isLineFeed;
            start = i + 1;
        }
        if (start < end) {
            append(bytes, start, end);
            endedWithCarriageReturn = false;
        }
        return events;
    }

    /** Ends the stream, and returns the events that lacked only their blank line or line end. */
    public List<SseEvent> end() {
        var events = new ArrayList<SseEvent>();
        if (line.size() > 0) {
            endLine(events);
        }
        if (!isOverLimit) {
            endEvent(events);
        }
        return events;
    }

    /** Returns the number of bytes of unfinished lines and events. */
    public int heldBytes() {
        return line.size() + data.size();
    }

    /** Returns true if a line, an event or the comments were longer than allowed. */
    public boolean isOverLimit() {
        return isOverLimit;
    }

    private void append(byte[] bytes, int start, int end) {
        isComment |= line.size() == 0 && start < end && bytes[start] == ':';
        if (isComment) {
            // Some servers send comments for as long as they compute, so none is held.
            commentBytes += end - start;
            isOverLimit = commentBytes > maxLineBytes;
        } else if (line.size() + (end - start) > maxLineBytes) {
            isOverLimit = true;
        } else {
            line.write(bytes, start, end - start);
        }
    }

    private void endLine(List<SseEvent> events) {
        if (isOverLimit) {
            return;
        }
        if (isComment) {
            isComment = false;
            return;
        }
        byte[] ended = charset.toUtf8(line.toByteArray());
        line.reset();
        int start = begin(ended);
        if (start == ended.length) {
            endEvent(events);
        } else if (isJsonStart(ended, start)) {
            addData(ended, start, events);
        } else {
            readField(ended, start, events);
        }
    }

    /** Returns where the text of a line begins. */
    private static int begin(byte[] line) {
        int start = 0;
        while (start < line.length) {
            if (line[start] == ' ' || line[start] == '\t' || line[start] == 0) {
                start++;
            } else if (startsWithByteOrderMark(line, start)) {
                start += BYTE_ORDER_MARK.length;
            } else {
                return start;
            }
        }
        return start;
    }

    private static boolean isJsonStart(byte[] text, int start) {
        return start < text.length && (text[start] == '{' || text[start] == '[');
    }

    private void readField(byte[] field, int start, List<SseEvent> events) {
        int colon = start;
        while (colon < field.length && field[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, field.length);
        if (value < field.length && field[value] == ' ') {
            value++;
        }
        // A comment has an empty name.
        String key = new String(field, start, colon - start, UTF_8).strip();
        switch (key.toLowerCase(Locale.ROOT)) {
            case "data" -> addData(field, value, events);
            case "event" -> addName(new String(field, value, field.length - value, UTF_8));
            default -> {}
        }
    }

    private void addName(String value) {
        if (data.isPresent) {
            laterName = value;
        } else {
            name = value;
        }
    }

    private void addData(byte[] text, int start, List<SseEvent> events) {
        if (data.isWholeBefore(text, start)) {
            String next = laterName;
            laterName = null;
            endEvent(events);
            name = next == null ? "" : next;
        }
        if (data.size() + 1L + (text.length - start) > maxEventBytes) {
            isOverLimit = true;
            return;
        }
        data.add(text, start);
        if (data.isDone()) {
            endEvent(events);
        }
    }

    private void endEvent(List<SseEvent> events) {
        if (data.isPresent) {
            events.add(new SseEvent(laterName == null ? name : laterName, data.toByteArray()));
        }
        data.clear();
        name = "";
        laterName = null;
    }

    private static boolean startsWithByteOrderMark(byte[] bytes, int start) {
        return bytes.length - start >= BYTE_ORDER_MARK.length
                && bytes[start] == BYTE_ORDER_MARK[0]
                && bytes[start + 1] == BYTE_ORDER_MARK[1]
                && bytes[start + 2] == BYTE_ORDER_MARK[2];
    }
}
