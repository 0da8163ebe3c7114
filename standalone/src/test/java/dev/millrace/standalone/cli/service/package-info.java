/** Tests of the commands that run services. */
@NullMarked
package dev.millrace.standalone.cli.service;

import org.jspecify.annotations.NullMarked;
