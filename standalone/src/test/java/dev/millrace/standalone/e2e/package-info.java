/**
 * Whole-process tests: commands that run through the launcher, each test in its own folder. The
 * tests' JVM runs no part of Millrace, except the simulated provider where a test counts calls.
 */
@NullMarked
package dev.millrace.standalone.e2e;

import org.jspecify.annotations.NullMarked;
