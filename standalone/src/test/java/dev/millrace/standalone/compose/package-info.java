/**
 * Tests of {@code docker-compose.yml}: of its text, and on a container engine. Tests on an engine
 * start containers, so they have the tag {@code containers}.
 */
@NullMarked
package dev.millrace.standalone.compose;

import org.jspecify.annotations.NullMarked;
