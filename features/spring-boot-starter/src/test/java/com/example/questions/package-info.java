/** A Spring Boot application that asks questions, and gets the results of all its jobs. */
package com.example.questions;
