package dev.millrace.wire.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a stream of bytes into server-sent events. The pieces may end anywhere, also within a
 * character or between CR and LF. Used by one thread.
 *
 * <p>An event counts only after its blank line: an event that the end of the stream cuts off is
 * never seen. Comments and unknown fields are skipped. See <a
 * href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">
 * the HTML standard</a>.
 */
public final class SseParser {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int maxLineBytes;
    private final int maxEventBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private String name = "";
    private boolean hasData;
    private long commentBytes;
    private boolean isComment;
    private boolean isFirstLine = true;
    private boolean endedWithCarriageReturn;
    private boolean isOverLimit;

    /**
     * @param maxLineBytes longest accepted line; all comments of the stream count as one line
     * @param maxEventBytes longest accepted data of an event
     */
    public SseParser(int maxLineBytes, int maxEventBytes) {
        this.maxLineBytes = maxLineBytes;
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * Adds bytes and returns the events that they complete. Returns nothing more once a line or an
     * event is over its limit.
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
            isFirstLine = false;
            return;
        }
        byte[] ended = line.toByteArray();
        line.reset();
        int start = isFirstLine && startsWithByteOrderMark(ended) ? BYTE_ORDER_MARK.length : 0;
        isFirstLine = false;
        if (start < ended.length) {
            readField(ended, start);
        } else {
            endEvent(events);
        }
    }

    private void readField(byte[] field, int start) {
        int colon = start;
        while (colon < field.length && field[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, field.length);
        if (value < field.length && field[value] == ' ') {
            value++;
        }
        // A comment has an empty name.
        switch (new String(field, start, colon - start, UTF_8)) {
            case "data" -> addData(field, value);
            case "event" -> name = new String(field, value, field.length - value, UTF_8);
            default -> {}
        }
    }

    private void addData(byte[] field, int value) {
        int length = field.length - value;
        if (data.size() + 1L + length > maxEventBytes) {
            isOverLimit = true;
            return;
        }
        if (hasData) {
            data.write('\n');
        }
        data.write(field, value, length);
        hasData = true;
    }

    private void endEvent(List<SseEvent> events) {
        if (hasData) {
            events.add(new SseEvent(name, data.toByteArray()));
        }
        data.reset();
        hasData = false;
        name = "";
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK.length
                && bytes[0] == BYTE_ORDER_MARK[0]
                && bytes[1] == BYTE_ORDER_MARK[1]
                && bytes[2] == BYTE_ORDER_MARK[2];
    }
}
