/**
 * Translates requests and answers between chat completions and messages.
 *
 * <p>{@link dev.millrace.wire.translate.Translation} is the only way in. What becomes of each field
 * is in four tables ({@code chat} and {@code messages}, request and answer each), which the
 * translators enforce and from which {@code docs/providers.md} is checked. Pure functions over one
 * body; thread-safe. Depends on contracts and on the packages below.
 */
@NullMarked
package dev.millrace.wire.translate;

import org.jspecify.annotations.NullMarked;
