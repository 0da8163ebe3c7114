/**
 * A pipeline for tests of programs that publish to Millrace or read from it. Each class is used by
 * the thread of one test.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
