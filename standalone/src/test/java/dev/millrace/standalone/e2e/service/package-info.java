/**
 * Tests of services: the pipeline as one process or as several, and the commands that control it.
 */
@NullMarked
package dev.millrace.standalone.e2e.service;

import org.jspecify.annotations.NullMarked;
