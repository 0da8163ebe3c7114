/**
 * Tests of {@code docker-compose.yml} on a container engine. They start containers, so they have
 * the tag {@code containers}.
 */
@NullMarked
package dev.millrace.standalone.compose;

import org.jspecify.annotations.NullMarked;
