/**
 * Tests of pipelines on clusters with TLS, logins, access control lists and several brokers.
 * JUnit's threads run them.
 */
@NullMarked
package dev.millrace.standalone.security;

import org.jspecify.annotations.NullMarked;
