/**
 * A pipeline for tests of programs that publish to Millrace or read from it. Each class is used by
 * the thread of one test.
 *
 * <p>{@code docs/decisions/027-tests-and-formats.md} has the reasons.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
