/**
 * Everything that a Millrace file can say: one record for each section, which checks itself and
 * knows its defaults; the loader that reads a file into them and reports everything that is wrong
 * with it at once; and the table of what is read but not yet built.
 *
 * <p>Values only, safe on any thread; the loader touches files but never the process environment,
 * which it is given. Depends on {@code catalog}, {@code job}, {@code money} and {@code yaml}.
 */
@NullMarked
package dev.millrace.contracts.config;

import org.jspecify.annotations.NullMarked;
