/**
 * Tests of the promises in {@code docs/compatibility.md}: the present version reads committed files
 * that version 0.1 wrote, and writes files that version 0.1 can read.
 */
@NullMarked
package dev.millrace.standalone.compatibility;

import org.jspecify.annotations.NullMarked;
